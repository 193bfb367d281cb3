package bucket

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"example.org/carnet/store/fault"
)

// folder keeps each object as a file under one folder. It holds nothing open between calls, so
// that a USB stick can be taken out at any time.
type folder struct {
	path string

	// How a finished file gets its name: file systems differ in what they can do.
	link   func(root *os.Root, old, name string) error
	rename func(old, name string) error

	mu   sync.Mutex
	cost Cost
}

func openFolder(r Remote) (Bucket, error) {
	if !filepath.IsAbs(r.Path) {
		return nil, fault.New("bad_remote", "remote", r.String())
	}
	return folderAt(r.Path), nil
}

func folderAt(path string) *folder {
	return &folder{path: path, link: (*os.Root).Link, rename: renameNew}
}

// Prepare makes the folder of a remote that a person has just chosen, when only its last part is
// missing. Sync never does: a stick that is not plugged in must not become a folder of that name.
// Buckets of a service are made by whoever runs it.
func Prepare(r Remote) error {
	if r.Kind != Folder {
		return nil
	}
	if err := os.Mkdir(r.Path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return folderAt(r.Path).refusal(err, true)
	}
	return nil
}

func (f *folder) List(ctx context.Context, prefix, startAfter string) (Page, error) {
	f.count(func(c *Cost) { c.List++ })
	var objects []Object
	err := f.inside(ctx, func(root *os.Root) error {
		w := walk{ctx: ctx, root: root, path: f.path, prefix: prefix, after: startAfter}
		err := w.through(path.Dir(prefix + "x")) // the deepest folder that holds every key of this prefix
		objects = w.objects
		return errors.Join(err, f.stillThere(root)) // a stick that was taken out ends the walk early, as if files were deleted
	})
	if err != nil {
		return Page{}, f.refusal(err, false)
	}
	// The walk goes folder by folder, where "a/b" comes before "a-b"; keys sort by their bytes.
	slices.SortFunc(objects, func(a, b Object) int { return strings.Compare(a.Key, b.Key) })
	return Page{Objects: objects}, nil
}

func (f *folder) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	f.count(func(c *Cost) { c.Get++ })
	var body []byte
	err := f.inside(ctx, func(root *os.Root) (err error) {
		body, err = readWhole(root, key, limit)
		return err
	})
	f.count(func(c *Cost) { c.In += int64(len(body)) })
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.New("object_missing", "key", key).Because(err)
	case err != nil:
		return nil, f.refusal(err, false)
	case int64(len(body)) > limit:
		return nil, fault.New("object_too_large", "key", key)
	}
	return body, nil
}

// readWhole reads a plain file, at most one byte more than limit.
func readWhole(root *os.Root, key string, limit int64) ([]byte, error) {
	info, err := root.Lstat(key)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // a pipe would hang, a link would lead elsewhere
		return nil, fs.ErrNotExist
	}
	file, err := root.Open(key)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, limit+1))
}

func (f *folder) Put(ctx context.Context, key string, body []byte) error {
	if err := checkKey(key); err != nil {
		return err
	}
	f.count(func(c *Cost) { c.Put++; c.Out += int64(len(body)) })
	err := f.inside(ctx, func(root *os.Root) error { return f.create(root, key, body) })
	if errors.Is(err, fs.ErrExist) {
		return sameOrExists(ctx, f, key, body)
	}
	if err != nil {
		return f.refusal(err, true)
	}
	return nil
}

// create writes under a name that listings ignore and gives it the key once all is on the disk.
func (f *folder) create(root *os.Root, key string, body []byte) error {
	dir := path.Dir(key)
	if err := root.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if _, err := root.Lstat(key); err == nil {
		return fs.ErrExist
	}
	temp := path.Join(dir, unfinishedName())
	if err := writeSynced(root, temp, body); err != nil {
		_ = root.Remove(temp) // what stays is only litter
		return err
	}
	if err := f.giveName(root, temp, key); err != nil {
		_ = root.Remove(temp)
		return err
	}
	return syncFolder(root, dir)
}

// giveName renames without replacing, also when two laptops do it at once.
func (f *folder) giveName(root *os.Root, temp, key string) error {
	err := f.link(root, temp, key)
	if err == nil {
		return root.Remove(temp)
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	// FAT and exFAT, as on most USB sticks, know no links.
	full := func(name string) string { return filepath.Join(f.path, filepath.FromSlash(name)) }
	if err = f.rename(full(temp), full(key)); !cannotRenameNew(err) {
		return err
	}
	return renameClaimed(root, temp, key)
}

const (
	claimWait = 5 * time.Second // for another writer of the same key
	claimOld  = time.Minute     // after which its writer is taken for dead
)

// renameClaimed is for file systems that can neither link nor rename without replacing, as some shared
// drives: whoever makes a file beside the key, which only one can, may rename.
func renameClaimed(root *os.Root, temp, key string) error {
	claim := path.Join(path.Dir(key), "."+path.Base(key)+".claim")
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		file, err := root.OpenFile(claim, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			_ = file.Close()
			break
		}
		if !errors.Is(err, fs.ErrExist) || time.Since(began) > claimWait {
			return errors.Join(err, os.ErrDeadlineExceeded)
		}
		if info, err := root.Lstat(claim); err == nil && time.Since(info.ModTime()) > claimOld {
			_ = root.Remove(claim)
		}
	}
	defer func() { _ = root.Remove(claim) }()
	if _, err := root.Lstat(key); err == nil {
		return fs.ErrExist
	}
	return root.Rename(temp, key)
}

// stillThere tells whether the folder is the one that was opened.
func (f *folder) stillThere(root *os.Root) error {
	opened, err := root.Stat(".")
	if err != nil {
		return errNoFolder
	}
	if now, err := os.Stat(f.path); err != nil || !os.SameFile(opened, now) {
		return errNoFolder
	}
	return nil
}

func writeSynced(root *os.Root, name string, body []byte) error {
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(body)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

func unfinishedName() string {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails, says its documentation
	return "." + hex.EncodeToString(random[:]) + ".tmp"
}

// syncFolder makes a new name durable where the system lets a folder be synced.
func syncFolder(root *os.Root, name string) error {
	dir, err := root.Open(name)
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil && !cannotSyncFolders(err) {
		return err
	}
	return nil
}

func (f *folder) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	f.count(func(c *Cost) { c.Delete++ })
	err := f.inside(ctx, func(root *os.Root) error { return root.Remove(key) })
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.refusal(err, true)
	}
	return nil
}

func (f *folder) Cost() Cost {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.cost
}

func (f *folder) Close() error { return nil }

func (f *folder) count(add func(*Cost)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	add(&f.cost)
}

// errNoFolder tells a bucket that is missing from an object that is.
var errNoFolder = errors.New("the folder is not there")

// inside runs do in the folder. Shared drives that are out of reach hang in the kernel, where no
// deadline reaches; so the first look has one of its own.
func (f *folder) inside(ctx context.Context, do func(*os.Root) error) error {
	type opened struct {
		root *os.Root
		err  error
	}
	answer := make(chan opened, 1)
	go func() {
		root, err := os.OpenRoot(f.path)
		if info, statErr := os.Stat(f.path); err != nil && statErr == nil && !info.IsDir() {
			err = errNoFolder
		}
		answer <- opened{root, err}
	}()
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return context.DeadlineExceeded
	case o := <-answer:
		if errors.Is(o.err, fs.ErrNotExist) {
			return errNoFolder
		}
		if o.err != nil {
			return o.err
		}
		return errors.Join(do(o.root), o.root.Close())
	}
}

// refusal turns what the system said into what a coordinator can act on.
func (f *folder) refusal(err error, writing bool) error {
	code := "bucket_unreachable"
	switch {
	case errors.Is(err, errNoFolder), errors.Is(err, fs.ErrNotExist):
		code = "bucket_missing"
	case isFull(err):
		code = "bucket_full"
	case isReadOnly(err), writing && errors.Is(err, fs.ErrPermission):
		code = "bucket_read_only"
	case errors.Is(err, fs.ErrPermission):
		code = "bucket_refused"
	}
	return fault.New(code, "bucket", f.path).Because(err)
}

// sameOrExists decides what a key that is taken means. Names are hashes, so it nearly always
// holds the very same bytes, put there by a laptop that was a moment faster.
func sameOrExists(ctx context.Context, b Bucket, key string, body []byte) error {
	there, err := b.Get(ctx, key, int64(len(body)))
	if fault.Is(err, "object_too_large") || (err == nil && string(there) != string(body)) {
		return fault.New("object_exists", "key", key)
	}
	return err
}
