package simulation

import (
	"errors"
	"os"

	"example.org/carnet/store"
)

var errPower = errors.New("the power went")

// disk is a laptop's disk that loses its power in the middle of a write: part of it arrives, and
// from then on nothing does, until the laptop starts again.
type disk struct {
	writes int // so many more whole writes; below 0: all
	part   float64
}

func (d *disk) open(path string) (store.JournalFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	return &dying{File: f, disk: d}, err
}

type dying struct {
	*os.File
	disk *disk
}

func (f *dying) Write(b []byte) (int, error) {
	switch {
	case f.disk.writes == 0:
		return 0, errPower
	case f.disk.writes == 1:
		f.disk.writes = 0
		n, err := f.File.Write(b[:int(f.disk.part*float64(len(b)))])
		return n, errors.Join(errPower, err)
	case f.disk.writes > 0:
		f.disk.writes--
	}
	return f.File.Write(b)
}

// Sync asks nothing of a disk in memory.
func (f *dying) Sync() error {
	if f.disk.writes == 0 {
		return errPower
	}
	return nil
}

func (f *dying) Truncate(size int64) error {
	if f.disk.writes == 0 {
		return errPower
	}
	return f.File.Truncate(size)
}
