// Package durable reads and writes small files so that they are there whole or not at all, also
// after a power cut, and says what is wrong with a disk in faults that a person can act on.
// It may know of files and disks; it never knows what is in them.
package durable

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"example.org/carnet/store/fault"
)

// ErrTooLarge says that a file is larger than any that was ever written in its place.
var ErrTooLarge = errors.New("larger than any that we write")

// Power lets a test end the power in the middle of a write. It is asked before each step of one, with how many bytes the step brings to
// the disk, and says how many of them arrive; with an error nothing of ours happens on that disk any more. Nil in the program.
var Power func(path string, bytes int) (arrive int, err error)

// Step tells whether a step may go on.
func Step(path string) error {
	if Power == nil {
		return nil
	}
	_, err := Power(path, 0)
	return err
}

// WriteTo writes all of a file that is open.
func WriteTo(file *os.File, content []byte) error {
	if Power != nil {
		if arrive, err := Power(file.Name(), len(content)); err != nil {
			_, _ = file.Write(content[:arrive])
			return err
		}
	}
	_, err := file.Write(content)
	return err
}

// Rename puts a file in another's place.
func Rename(from, to string) error {
	if err := Step(to); err != nil {
		return err
	}
	return os.Rename(from, to)
}

// Read reads a file of at most limit bytes. Errors are fs.ErrNotExist, ErrTooLarge, or fault home_unreadable.
func Read(path string, limit int) ([]byte, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, fault.New("home_unreadable", "path", path).Because(err)
	}
	raw, err := io.ReadAll(io.LimitReader(file, int64(limit)+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, fault.New("home_unreadable", "path", path).Because(err)
	}
	if len(raw) > limit {
		return nil, ErrTooLarge
	}
	return raw, nil
}

// Write puts a file of mode 0600 in place of what was there: beside it, synced, renamed, the folder synced.
func Write(path string, content []byte) error {
	beside := path + ".new"
	file, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return Fault(path, err)
	}
	if err = WriteTo(file, content); err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = Rename(beside, path)
	}
	if err == nil {
		err = SyncDir(filepath.Dir(path))
	}
	if err != nil && Step(path) == nil {
		_ = os.Remove(beside)
	}
	return Fault(path, err)
}

// Remove takes a file away for good; one that is not there is no error.
func Remove(path string) error {
	err := Step(path)
	if err == nil {
		err = os.Remove(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = SyncDir(filepath.Dir(path))
	}
	return Fault(path, err)
}

// Fault says what kept us from writing: disk_full, read_only, or home_unreadable.
func Fault(path string, err error) error {
	var f *fault.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return err
	case isFull(err):
		return fault.New("disk_full", "path", path).Because(err)
	case Refused(err):
		return fault.New("read_only", "path", path).Because(err)
	}
	return fault.New("home_unreadable", "path", path).Because(err)
}

// Refused tells whether the disk is full or not ours to write to: nothing is wrong with what is on it.
func Refused(err error) bool {
	return isFull(err) || isReadOnly(err) || errors.Is(err, fs.ErrPermission)
}
