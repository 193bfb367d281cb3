// Package backup copies a home into one file and back: the journal, the local fulls and the
// strongbox, all as sealed as they lie on the disk, and nothing that can be rebuilt. The strongbox
// in it rests on a passphrase, so that it opens on another machine. It may know which names in a
// home are copies of others; it never opens what is sealed but the laptop's identity, which starts
// over as a new incarnation when it is restored.
package backup

import (
	"archive/zip"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/store/strongbox"
)

// Made says what Write wrote.
type Made struct {
	File  string `json:"file"`
	Bytes int64  `json:"bytes"`
	Files int    `json:"files"`
	Code  string `json:"code,omitempty"` // opens the backup; empty when it opens with the home's own passphrase
}

const (
	manifestName = "carnet-backup.json"
	boxFolder    = "strongbox"
	homeFolder   = "home"
	maxManifest  = 4096 // bytes
)

// manifest is the first file of a backup.
type manifest struct {
	Version int       `json:"version"`
	Made    time.Time `json:"made"`
	OwnCode bool      `json:"own_code"` // made for this backup; the restored home rests on the keychain again
}

// Write copies the closed home into file, which must not exist. With an empty passphrase it makes a
// code that opens the backup. Faults: file_exists, disk_full, read_only.
func Write(home string, box *strongbox.Box, passphrase, file string, now time.Time) (Made, error) {
	m := manifest{Version: 1, Made: now.UTC(), OwnCode: passphrase == ""}
	code := ""
	if m.OwnCode {
		code = newCode()
		passphrase = code
	}
	scratch, err := os.MkdirTemp("", "carnet-backup-")
	if err != nil {
		return Made{}, fileFault(file, err)
	}
	defer os.RemoveAll(scratch)
	if err := box.CopyTo(scratch, plain(passphrase)); err != nil {
		return Made{}, err
	}
	made, err := writeWhole(file, func(z *zip.Writer) (int, error) { return fill(z, m, scratch, home) })
	made.Code = code
	return made, err
}

// newCode is 26 letters in groups, 130 bits.
func newCode() string {
	text := rand.Text()
	var groups []string
	for len(text) > 5 {
		groups, text = append(groups, text[:5]), text[5:]
	}
	return strings.Join(append(groups, text), "-")
}

// plain makes a typed code the same as the one shown, whatever the dashes, spaces and case; a
// passphrase that is no code stays as it is.
func plain(passphrase string) string {
	letters := strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(passphrase))
	if len(letters) == 26 && strings.Trim(letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == "" {
		return letters
	}
	return passphrase
}

// writeWhole writes a zip beside its place and renames it there once it is on the disk.
func writeWhole(file string, write func(*zip.Writer) (int, error)) (made Made, err error) {
	if _, err := os.Lstat(file); err == nil {
		return Made{}, fault.New("file_exists", "file", file)
	}
	beside := file + ".new"
	out, err := os.OpenFile(beside, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return Made{}, fileFault(file, err)
	}
	defer os.Remove(beside)
	z := zip.NewWriter(out)
	files, err := write(z)
	err = errors.Join(err, z.Close(), out.Sync())
	info, statErr := out.Stat()
	if err = errors.Join(err, statErr, out.Close()); err != nil {
		return Made{}, fileFault(file, err)
	}
	if err := os.Rename(beside, file); err != nil {
		return Made{}, fileFault(file, err)
	}
	return Made{File: file, Bytes: info.Size(), Files: files}, nil
}

func fill(z *zip.Writer, m manifest, box, home string) (files int, err error) {
	text, err := json.Marshal(m)
	if err != nil {
		return 0, err
	}
	w, err := z.Create(manifestName)
	if err == nil {
		_, err = w.Write(text)
	}
	if err != nil {
		return 0, err
	}
	inBox, err := addTree(z, box, boxFolder, func(string) bool { return true })
	if err != nil {
		return 0, err
	}
	inHome, err := addTree(z, home, homeFolder, belongs)
	return inBox + inHome, err
}

// belongs tells whether a name at the top of a home is truth: not the view, which is rebuilt, nor the lock, the
// log, copies that are lent to others, half-written files, or the strongbox, of which the backup has a copy of its own.
func belongs(name string) bool {
	return !strings.HasPrefix(name, "view") && name != "lock" && name != "carnet.log" && name != "lent" &&
		!strings.HasSuffix(name, ".new") && !strongbox.Files(name)
}

func addTree(z *zip.Writer, root, as string, take func(top string) bool) (files int, err error) {
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		top, _, _ := strings.Cut(rel, "/")
		switch {
		case !take(top) && e.IsDir():
			return fs.SkipDir
		case !take(top) || !e.Type().IsRegular():
			return nil
		}
		files++
		return addFile(z, path, as+"/"+rel)
	})
	return files, err
}

// addFile stores a file as it is: what is sealed does not get smaller.
func addFile(z *zip.Writer, path, name string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, in)
	return err
}
