package bucket

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// walk gathers the objects of one listing. A folder that is lent to a whole room is listed several times a second while its
// objects grow over the day, so a file costs nothing but its name until it is known to be wanted.
type walk struct {
	ctx           context.Context
	root          *os.Root
	path          string // of the root
	prefix, after string
	objects       []Object
}

func (w *walk) through(folder string) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	entries, err := w.entries(folder)
	if errors.Is(err, fs.ErrNotExist) { // deleted while we walk, or nothing there yet
		return nil
	}
	if len(entries) == 0 || err != nil {
		return err
	}
	here, err := w.root.OpenRoot(folder) // else each file would be looked for from the top
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = here.Close() }()
	for _, entry := range entries {
		switch key := path.Join(folder, entry.Name()); {
		case entry.IsDir() && !isUnfinished(entry.Name()):
			if err := w.through(key); err != nil {
				return err
			}
		case entry.Type().IsRegular() && strings.HasPrefix(key, w.prefix) && key > w.after && checkKey(key) == nil:
			w.add(here, key)
		}
	}
	return nil
}

// add asks for the size of a file, which may be gone by now.
func (w *walk) add(here *os.Root, key string) {
	if info, err := here.Lstat(path.Base(key)); err == nil && info.Mode().IsRegular() {
		w.objects = append(w.objects, Object{Key: key, Size: info.Size()})
	}
}

// entries reads the names in a folder and what they are. Read through the root every file would be asked for everything, one by one; so the very
// same folder is opened once more beside it.
func (w *walk) entries(folder string) ([]fs.DirEntry, error) {
	info, err := w.root.Stat(folder)
	if err != nil || !info.IsDir() { // a pipe would hang
		return nil, err
	}
	within, err := w.root.Open(folder)
	if err != nil {
		return nil, err
	}
	defer within.Close()
	beside, err := os.Open(filepath.Join(w.path, filepath.FromSlash(folder)))
	if err != nil {
		return within.ReadDir(-1)
	}
	defer beside.Close()
	safe, err := within.Stat()
	if err != nil {
		return nil, err
	}
	if same, err := beside.Stat(); err != nil || !os.SameFile(safe, same) { // a link that leads elsewhere
		return within.ReadDir(-1)
	}
	return beside.ReadDir(-1)
}
