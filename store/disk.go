package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"example.org/carnet/store/fault"
)

// diskFault gives the fault that a person can act on: disk_full, read_only, home_unreadable.
func diskFault(path string, err error) error {
	var f *fault.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return err
	case isDiskFull(err):
		return fault.New("disk_full", "path", path).Because(err)
	case errors.Is(err, fs.ErrPermission) || isReadOnly(err):
		return fault.New("read_only", "path", path).Because(err)
	}
	return fault.New("home_unreadable", "path", path).Because(err)
}

// syncDir makes the names in a folder durable; where folders cannot be synced (Windows) it does nothing.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = syncHandle(d)
	return errors.Join(err, d.Close())
}

// replaceFile writes a file whole or not at all: beside it, synced, renamed, the folder synced.
func replaceFile(path string, content []byte) error {
	beside := path + ".new"
	file, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return diskFault(path, err)
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(beside, path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		_ = os.Remove(beside)
	}
	return diskFault(path, err)
}
