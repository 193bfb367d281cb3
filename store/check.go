package store

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"example.org/carnet/store/fault"
)

// CheckReport is what Check read.
type CheckReport struct {
	Records, Changes int
	Problems         []Problem
}

// Check reads and verifies everything: journals, local full snapshots, view. What it finds is reported and kept
// among Problems; Open heals it. Edits go on meanwhile: it checks what was there when it began, and only when
// something is wrong does it look again while nobody writes.
func (s *Store) Check() (r CheckReport, err error) {
	c, err := s.beginCheck()
	if err != nil {
		return r, err
	}
	if err := c.run(&r); err != nil {
		return r, err
	}
	r.Problems = s.Problems()
	return r, nil
}

// checking is one check of what was there at one moment.
type checking struct {
	*Store
	t    truth
	meta meta
	size int64 // of the last journal
	txn  *badger.Txn
}

// beginCheck notes what is there, and keeps the view as it is now in sight.
func (s *Store) beginCheck() (*checking, error) {
	s.write.Lock()
	defer s.write.Unlock()
	if err := s.leaveReading(); err != nil && !fault.Is(err, "disk_full") {
		return nil, err
	}
	c := &checking{Store: s, meta: s.current(), size: -1}
	var err error
	if c.t, err = s.findTruth(); err != nil {
		return nil, err
	}
	if s.journal != nil {
		c.size = s.journal.size
	}
	s.viewMu.RLock()
	if s.isClosed() {
		s.viewMu.RUnlock()
		return nil, fault.New("home_unreadable", "path", s.dir).Because(errClosed)
	}
	c.txn = s.view.db.NewTransaction(false)
	return c, nil
}

// run looks at the view first, which others may wait to exchange.
func (c *checking) run(r *CheckReport) error {
	found := func(where, what string) { c.note(Problem{Where: where, What: what}) }
	v, errView := surveyAll(c.txn, c.meta.keys, &c.leave)
	c.txn.Discard()
	c.viewMu.RUnlock()
	for i, base := range c.t.journals {
		if err := c.checkJournal(i, base, found); err != nil && !c.isGone(err) {
			return err
		}
	}
	for _, base := range c.t.fulls {
		if err := c.checkFull(base); err != nil && !c.isGone(err) {
			found(fullName(base), err.Error())
		}
	}
	if err := c.checkTables(found); err != nil {
		return err
	}
	if errView == nil && v.sound(&c.meta) {
		r.Records, r.Changes = v.records, int(v.count.meta.changes)
		return nil
	}
	c.write.Lock()
	defer c.write.Unlock()
	return c.checkView(r, found)
}

// isGone tells of a file that was replaced by a newer one meanwhile.
func (c *checking) isGone(err error) bool {
	now, errNow := c.findTruth()
	return errNow == nil && errors.Is(err, fs.ErrNotExist) && (len(now.fulls) > 0 || len(now.journals) > 0)
}

// checkTables compares the tables that are vouched for with what was noted of them. Badger replaces tables at any time.
func (s *Store) checkTables(found func(where, what string)) error {
	proof := openProofName
	if s.reading.Load() {
		proof = proofName
	} else if err := s.vouchAll(); err != nil {
		return diskFault(s.path(viewName), err)
	}
	sums, err := s.readProof(proof)
	if err != nil {
		return nil // nobody vouches: the next start looks for itself
	}
	for {
		present := s.tableNames()
		maps.DeleteFunc(sums, func(name string, _ fileSum) bool { return !present[name] })
		err := s.compareFiles(sums)
		if err == nil {
			return nil
		}
		if now := s.tableNames(); slices.ContainsFunc(slices.Collect(maps.Keys(sums)), func(name string) bool { return !now[name] }) {
			continue
		}
		found(viewName, err.Error()+"; it is rebuilt at the next start")
		s.dropProof()
		return nil
	}
}

// vouchAll is vouchTables for who does not hold the write lock.
func (s *Store) vouchAll() error {
	s.write.Lock()
	defer s.write.Unlock()
	if s.reading.Load() || s.isClosed() {
		return nil
	}
	return s.vouchTables()
}

func (c *checking) checkJournal(i int, base uint64, found func(where, what string)) error {
	size := int64(-1)
	if i+1 == len(c.t.journals) {
		size = c.size
	}
	r, err := c.readJournalUpTo(base, size, func(*frame) error { return nil })
	if err != nil {
		return err
	}
	if i+1 < len(c.t.journals) {
		r.expect(c.t.journals[i+1])
	} else {
		r.expect(c.meta.seq)
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
	s.arrivals.lost()
	if m.seq != s.gen {
		return s.rollOver()
	}
	return s.writeFull(m.seq)
}

func (v *view) putRight(at recordID, m *meta) (err error) {
	defer asViewError(&err)
	w := v.writer()
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
