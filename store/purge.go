package store

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/dgraph-io/badger/v4"
)

// notePurge stands in the store from the moment records are erased until no file holds them any more.
const notePurge = "store/purge"

// purgeIfDue goes on where an erasure was stopped. The caller has the home to itself.
func (s *Store) purgeIfDue() error {
	var due []byte
	err := s.view.read(func(txn *badger.Txn) (err error) {
		due, err = get(txn, key(rowNote, notePurge))
		return err
	})
	if err != nil || due == nil {
		return err
	}
	return s.purge()
}

// purge makes sure that no file of the home holds what was taken out: a new local full snapshot, and nothing older beside it;
// a view built from it; nothing set aside. What was set aside is sealed, but it may hold the very words. The caller
// holds the write lock.
func (s *Store) purge() error {
	if err := s.rollOver(); err != nil {
		return err
	}
	if err := s.removeOlder(); err != nil {
		return err
	}
	if err := s.renewView(); err != nil {
		return err
	}
	_, err := s.applyFrame(&frame{notes: []note{{name: notePurge}}})
	return err
}

// removeBefore removes every local full snapshot and journal before this one.
func (s *Store) removeBefore(base uint64) error {
	t, err := s.findTruth()
	for _, old := range t.fulls {
		if old < base {
			err = errors.Join(err, os.Remove(s.path(fullName(old))))
		}
	}
	for _, old := range t.journals {
		if old < base {
			err = errors.Join(err, os.Remove(s.path(journalName(old))))
		}
	}
	return diskFault(s.dir, err)
}

// removeOlder removes every local full snapshot and journal before the newest, and all that was set aside.
func (s *Store) removeOlder() error {
	err := s.removeBefore(s.gen)
	aside, errRead := os.ReadDir(s.path(damagedName))
	if errRead == nil {
		for _, file := range aside {
			err = errors.Join(err, os.RemoveAll(filepath.Join(s.path(damagedName), file.Name())))
		}
		if len(aside) > 0 {
			s.note(Problem{Where: damagedName, What: "what was set aside is gone: somebody's data was erased, and it may have been in there"})
		}
	}
	return diskFault(s.dir, errors.Join(err, syncDir(s.dir)))
}

// renewView builds the view from the newest local full snapshot and lets nothing of the old one stand.
func (s *Store) renewView() error {
	s.lockView()
	defer s.viewMu.Unlock()
	_ = s.view.close()
	s.dropProof()
	if err := os.RemoveAll(s.path(viewName)); err != nil {
		s.fail()
		return diskFault(s.path(viewName), err)
	}
	if err := s.takeBuilt(); err != nil {
		s.fail()
		return err
	}
	return nil
}

// takeBuilt builds the view from the truth and takes it into use. The view has no file.
func (s *Store) takeBuilt() error {
	t, err := s.findTruth()
	if err != nil {
		return err
	}
	if err := s.buildView(t); err != nil {
		return err
	}
	if s.view, err = openView(s.path(viewName), s.keys.view, s.o.Light); err != nil {
		return diskFault(s.path(viewName), err)
	}
	m, err := s.view.loadMeta()
	if err != nil {
		return err
	}
	next := s.current().next
	m.next = max(m.next, next)
	s.become(m)
	_, err = s.replay(t, 0)
	return err
}
