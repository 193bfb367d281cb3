package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"example.org/carnet/store/fault"
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
	if err := s.leaveReading(); err != nil && !fault.Is(err, "disk_full") {
		return r, err
	}
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
	proof := openProofName
	if s.reading.Load() {
		proof = proofName
	} else if err := s.vouchTables(); err != nil {
		return r, diskFault(s.path(viewName), err)
	}
	if sums, err := s.readProof(proof); err == nil {
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

// namedRecords is how many records with a wrong state one check names.
const namedRecords = 20

// checkView makes every record anew from its changes and compares, and digest, counts and indexes with what the view
// says of itself. What differs is rebuilt; what still differs stands so in the local full snapshot, and is put right.
func (s *Store) checkView(r *CheckReport, found func(where, what string)) error {
	v, err := s.survey()
	if err != nil && !errors.Is(err, errView) {
		return err
	}
	r.Records, r.Changes = v.records, int(v.count.meta.changes)
	m := s.current()
	if err == nil && v.sound(&m) {
		return nil
	}
	for i, at := range v.wrong {
		if i == namedRecords {
			found(viewName, fmt.Sprintf("so are %d more records", len(v.wrong)-i))
			break
		}
		found(fmt.Sprintf("%s record %s/%s", viewName, at.kind, at.id), "is not what its changes make it")
	}
	if s.reading.Load() {
		return s.room()
	}
	found(viewName, "does not hold what it should; it is rebuilt from journal and local full snapshot")
	if err := s.rebuildView(errView); err != nil {
		return err
	}
	if v, err = s.survey(); err != nil {
		return s.healed(err)
	}
	r.Records, r.Changes = v.records, int(v.count.meta.changes)
	if len(v.wrong) == 0 {
		return nil
	}
	return s.putRight(v.wrong)
}

// putRight writes records as their changes make them, and a local full snapshot that has them so.
func (s *Store) putRight(wrong []recordID) (err error) {
	s.note(Problem{Where: viewName, What: fmt.Sprintf("%d records were made anew from their changes", len(wrong))})
	m := s.current().clone()
	for _, at := range wrong {
		if err := s.view.putRight(at, &m); err != nil {
			return diskFault(s.path(viewName), err)
		}
	}
	s.mu.Lock()
	s.meta = m
	s.version++
	s.mu.Unlock()
	if m.seq != s.gen {
		return s.rollOver()
	}
	return s.writeFull(m.seq)
}

func (v *view) putRight(at recordID, m *meta) (err error) {
	defer asViewError(&err)
	w := &rowWriter{db: v.db, txn: v.db.NewTransaction(true)}
	defer func() { w.txn.Discard() }()
	st, err := loadState(w.txn, at.kind, at.id)
	if err != nil {
		return err
	}
	if st == nil {
		st = &state{kind: at.kind, id: at.id}
	}
	var gone []Change
	err = walk(w.txn, under(rowPast, string(at.kind), at.id), nil, true, func(k, row []byte) (bool, error) {
		c, err := readChange(slices.Clone(row))
		gone = append(gone, c)
		return true, errors.Join(err, w.delete(slices.Clone(k)))
	})
	if err != nil {
		return err
	}
	made, past, _, err := fromChanges(st, gone)
	if err != nil {
		return err
	}
	u := &unit{st: made, before: st.derive(), past: past}
	if err := u.writeTo(w, appendState(nil, made), m); err != nil {
		return err
	}
	return w.commitWith(m)
}
