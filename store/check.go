package store

import (
	"fmt"
	"maps"
	"slices"

	"github.com/dgraph-io/badger/v4"
)

// CheckReport is what Check read.
type CheckReport struct {
	Records, Changes int
	Problems         []Problem
}

// Check reads and verifies everything: journals, local full snapshots, view. What it finds is reported and kept
// among Problems; Open heals it.
func (s *Store) Check() (r CheckReport, err error) {
	s.write.Lock()
	defer s.write.Unlock()
	t, err := s.findTruth()
	if err != nil {
		return r, err
	}
	found := func(where, what string) { s.note(Problem{Where: where, What: what}) }
	for i, base := range t.journals {
		if err := s.checkJournal(t, i, base, found); err != nil {
			return r, err
		}
	}
	for _, base := range t.fulls {
		if err := s.checkFull(base); err != nil {
			found(fullName(base), err.Error())
		}
	}
	if err := s.vouchTables(); err != nil {
		return r, diskFault(s.path(viewName), err)
	}
	if sums, err := s.readProof(openProofName); err == nil {
		present := s.tableNames()
		maps.DeleteFunc(sums, func(name string, _ fileSum) bool { return !present[name] })
		if err := s.compareFiles(sums); err != nil {
			found(viewName, err.Error()+"; it is rebuilt at the next start")
			s.dropProof()
		}
	}
	if err := s.checkView(&r, found); err != nil {
		return r, err
	}
	r.Problems = s.Problems()
	return r, nil
}

func (s *Store) checkJournal(t truth, i int, base uint64, found func(where, what string)) error {
	r, err := s.readJournal(base, func(*frame) error { return nil })
	if err != nil {
		return err
	}
	if i+1 < len(t.journals) {
		r.expect(t.journals[i+1])
	} else {
		r.expect(s.current().seq)
	}
	for _, g := range r.gaps {
		found(fmt.Sprintf("%s bytes %d to %d", journalName(base), g.from, g.to), g.err.Error())
	}
	for _, m := range r.missing {
		found(journalName(base), m.String()+" cannot be read; the view has them, and writes them down anew at the next start")
	}
	return nil
}

// checkView reads every record and its past, and compares digest and counts with what the view says of itself.
func (s *Store) checkView(r *CheckReport, found func(where, what string)) error {
	var b builder
	err := s.look(func(txn *badger.Txn) error {
		b.meta, r.Records = newMeta(), 0
		return b.countView(txn, &r.Records)
	})
	if err != nil {
		return err
	}
	m := s.current()
	r.Changes = int(b.meta.changes)
	wrong := m.digest != b.meta.digest || m.changes != b.meta.changes
	for kind, n := range m.counts {
		wrong = wrong || b.meta.counts[kind] != n
	}
	if !wrong {
		return nil
	}
	found(viewName, "does not hold what it should; it is rebuilt from journal and local full snapshot")
	return s.rebuildView(errView)
}

func (b *builder) countView(txn *badger.Txn, records *int) error {
	err := walk(txn, []byte{rowRecord}, nil, true, func(k, v []byte) (bool, error) {
		kind, id := splitRecordKey(k)
		st, err := readState(kind, id, v)
		if err == nil {
			b.countState(st)
			*records++
		}
		return true, err
	})
	if err != nil {
		return err
	}
	return walk(txn, []byte{rowPast}, nil, true, func(_, v []byte) (bool, error) {
		c, err := readChange(slices.Clone(v))
		if err == nil {
			b.count(&c)
		}
		return true, err
	})
}
