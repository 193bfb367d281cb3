package store

import (
	"errors"
	"path/filepath"

	"example.org/carnet/store/fault"
)

// On a full disk Badger must not write: it maps files larger than what it has put in them, and a disk that cannot
// give such a page its room ends the process. So below the reserve a home that was closed is opened for reading
// alone: nothing of it is touched, and the first write after room was made opens it whole.

// room refuses when the disk has less than the reserve.
func (s *Store) room() error {
	if free, err := s.o.freeBytes(s.dir); err == nil && free < reserve {
		return fault.New("disk_full", "path", s.dir)
	}
	return nil
}

var (
	errNotClosed = errors.New("the view was not closed")
	errNotWhole  = errors.New("the journals hold what the view has not")
)

// openForReading opens a view that was closed and holds all that the journals do, and leaves every file as it is. last
// is the frame of the last clean end.
func (s *Store) openForReading(last uint64) error {
	if err := s.openClosed(last); err != nil {
		if s.view != nil {
			_ = s.view.close()
			s.view = nil
		}
		return fault.New("disk_full", "path", s.dir).Because(err)
	}
	s.reading.Store(true)
	return nil
}

func (s *Store) openClosed(last uint64) error {
	logs, err := filepath.Glob(s.path(filepath.Join(viewName, "*.mem")))
	if err != nil || len(logs) > 0 {
		return errors.Join(errNotClosed, err)
	}
	sums, err := s.readProof(proofName)
	if err == nil {
		err = s.compareFiles(sums)
	}
	if err == nil {
		s.view, err = openViewForReading(s.path(viewName), s.keys.view)
	}
	if err == nil {
		s.meta, err = s.view.loadMeta()
	}
	if err != nil {
		return err
	}
	return s.upToDate(last)
}

// upToDate tells whether the view has every frame of the journals, and they are whole.
func (s *Store) upToDate(last uint64) error {
	t, err := s.findTruth()
	if err != nil {
		return err
	}
	known := s.meta.seq
	if !t.connects(known) {
		return errNotWhole
	}
	for _, base := range t.journalsAfter(known) {
		r, err := s.readJournal(base, func(*frame) error { return nil })
		if err != nil {
			return err
		}
		if r.expect(max(known, last)); !r.whole() || r.last > known {
			return errNotWhole
		}
		s.gen = base
	}
	return nil
}

// leaveReading opens a home whole that was opened for reading, once there is room. The caller holds the write lock.
func (s *Store) leaveReading() error {
	if !s.reading.Load() {
		return nil
	}
	if err := s.room(); err != nil {
		return err
	}
	s.lockView()
	defer s.viewMu.Unlock()
	if s.isClosed() {
		return diskFault(s.dir, errClosed)
	}
	_ = s.view.close()
	s.view = nil
	s.reading.Store(false)
	err := s.heal(s.current().seq)
	if err != nil {
		s.fail()
	}
	return err
}
