package simulation

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"example.org/carnet/store"
)

var errPower = errors.New("the power went")

// disk is a laptop's disk that loses its power in the middle of a write: part of it arrives, and
// from then on nothing does, until the laptop starts again.
type disk struct {
	writes int // so many more whole writes of the journal; below 0: all
	steps  int // so many more steps of writes of other files; below 0: all
	part   float64
}

func newDisk() *disk { return &disk{writes: -1, steps: -1} }

// dead tells whether the power went.
func (d *disk) dead() bool { return d.writes == 0 }

// failing tells whether the power went or is about to.
func (d *disk) failing() bool { return d.writes >= 0 || d.steps >= 0 }

// whole is a disk with its power back.
func (d *disk) whole() { d.writes, d.steps = -1, -1 }

// step is one step of a write of another file than the journal: marks, proofs, full snapshots, copies of objects. Those that the store takes when
// it gets to it do not count, since nobody decides when that is.
func (d *disk) step(bytes int, counts func() bool) (arrive int, err error) {
	switch {
	case d.dead():
		return 0, errPower
	case d.steps < 0 || !counts():
		return bytes, nil
	case d.steps == 0:
		d.writes = 0
		return int(d.part * float64(bytes)), errPower
	}
	d.steps--
	return bytes, nil
}

// power is asked for every step of a write in any home.
func (w *world) power(path string, bytes int) (arrive int, err error) {
	for _, l := range w.laptops {
		if strings.HasPrefix(path, l.home+string(filepath.Separator)) {
			return l.disk.step(bytes, func() bool { return goroutine() == w.player })
		}
	}
	return bytes, nil
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
	case f.disk.dead():
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
	if f.disk.dead() {
		return errPower
	}
	return nil
}

func (f *dying) Truncate(size int64) error {
	if f.disk.dead() {
		return errPower
	}
	return f.File.Truncate(size)
}
