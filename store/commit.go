package store

import (
	"errors"
	"maps"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"example.org/carnet/store/fault"
)

// reserve is the room that must be free on the disk before anything is written: what Badger may map and
// then write to, where a full disk would end the process instead of giving an error.
const reserve = 80 << 20 // bytes

// callbackError carries a caller's own error past asViewError unchanged.
type callbackError struct{ error }

func (e callbackError) Unwrap() error { return e.error }

// begin starts a batch on the view as it is. The caller holds the write lock.
func (s *Store) begin() (*batch, error) {
	if err := s.leaveReading(); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, fault.New("home_unreadable", "path", s.dir).Because(errClosed)
	}
	return &batch{
		device: s.o.Device,
		txn:    s.view.db.NewTransaction(false),
		units:  map[recordID]*unit{},
		meta:   s.meta.clone(),
		now:    s.o.Now().UnixMilli(),
		hash:   make([]byte, 0, 512),
	}, nil
}

var errClosed = errors.New("the store is closed")

func (b *batch) discard() { b.txn.Discard() }

// commit makes a batch durable: one frame in the journal, synced, and its rows in the view. The two go on at
// the same time; when the sync fails the frame is taken back and the view, which may have run ahead, rebuilt.
func (s *Store) commit(b *batch, f *frame) error {
	if err := s.room(); err != nil {
		return err
	}
	was := s.current()
	b.meta.seq = was.seq + 1
	f.seq = b.meta.seq
	n, err := s.journal.write(f)
	if err != nil {
		return err
	}
	inView := make(chan error, 1)
	go func() { inView <- s.view.apply(b, f, was) }()
	syncErr := s.journal.sync(n) // the longer of the two, so here: nobody need be woken when it ends
	viewErr := <-inView
	if syncErr != nil {
		s.distrustView(syncErr)
		return syncErr
	}
	s.accept(b)
	if viewErr != nil { // durable all the same: the view catches up from the journal
		return s.rebuildView(viewErr)
	}
	s.announce(b)
	return nil
}

func (s *Store) current() meta {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.meta
}

// become takes up what a view knows of itself, while others may be reading.
func (s *Store) become(m meta) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.meta = m
	s.arrivals.lost()
}

// skipNumbers leaves the rest of this incarnation's numbers unused.
func (s *Store) skipNumbers() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.meta.next = nextIncarnation(s.meta.next)
}

func (s *Store) accept(b *batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.meta = b.meta
	s.version++
}

// Sizes at which a step is cut into several transactions. Badger's own limit is 15 % of a memtable, which is less where memory is spared.
const (
	txnBytes = 1500 << 10
	txnRows  = 10_000
)

// rowWriter writes rows in as many transactions as they need.
type rowWriter struct {
	db    *badger.DB
	txn   *badger.Txn
	bytes int
	rows  int

	outFrom uint64 // with what was published: where the rest of the outgoing rows begins
}

func (v *view) writer() *rowWriter { return &rowWriter{db: v.db, txn: v.db.NewTransaction(true)} }

func (w *rowWriter) set(k, v []byte) error {
	w.bytes += len(k) + len(v) + 32
	w.rows++
	return w.txn.Set(k, v)
}

func (w *rowWriter) delete(k []byte) error {
	w.bytes += len(k) + 32
	w.rows++
	return w.txn.Delete(k)
}

// room goes on to another transaction when this one has none left for so many bytes more.
func (w *rowWriter) room(more int, m *meta) error {
	if w.bytes+more <= min(txnBytes, int(w.db.MaxBatchSize()/2)) && w.rows <= min(txnRows, int(w.db.MaxBatchCount()/2)) {
		return nil
	}
	return w.commitWith(m)
}

func (w *rowWriter) next() error {
	err := w.txn.Commit()
	w.txn, w.bytes, w.rows = w.db.NewTransaction(true), 0, 0
	return err
}

// apply writes what a batch and its frame say. Each transaction leaves the view true to its own meta row:
// its sequence stays that of the frame before until the last one, so that a stop in between is made good
// by the same frame again.
func (v *view) apply(b *batch, f *frame, was meta) (err error) {
	defer asViewError(&err)
	w := v.writer()
	defer func() { w.txn.Discard() }()
	running := b.meta.clone()
	running.seq, running.digest, running.changes, running.counts = was.seq, was.digest, was.changes, maps.Clone(was.counts)
	running.closed, running.unkeyed = was.closed, maps.Clone(was.unkeyed)
	if err := b.writeFirsts(w, running.counts[KindMember]); err != nil {
		return err
	}
	if err := b.writeOut(w, &running); err != nil {
		return err
	}
	for _, u := range b.dirty {
		row := appendState(make([]byte, 0, 512), u.st)
		if err := w.room(len(row), &running); err != nil {
			return err
		}
		if err := u.writeTo(w, row, &running); err != nil {
			return err
		}
	}
	if err := f.writeTo(w, v, &running); err != nil {
		return err
	}
	running.digest.plus(b.rekeyed)
	for _, k := range f.keys {
		delete(running.unkeyed, k.scope)
	}
	b.meta.digest, b.meta.changes, b.meta.counts, b.meta.unkeyed = running.digest, running.changes, running.counts, running.unkeyed
	if err := b.writeShut(w); err != nil {
		return err
	}
	err = w.commitWith(&b.meta)
	if err == nil && f.published > 0 {
		v.outFrom.Store(w.outFrom)
	}
	return err
}

func (w *rowWriter) commitWith(m *meta) error {
	if err := w.set([]byte{rowMeta}, appendMeta(nil, m)); err != nil {
		return err
	}
	return w.next()
}

func (u *unit) writeTo(w *rowWriter, row []byte, m *meta) error {
	if u.wipe {
		if err := w.wipe(u.st.kind, u.st.id); err != nil {
			return err
		}
	}
	if !u.wipe || len(u.st.fields) > 0 {
		if err := w.set(recordKey(u.st.kind, u.st.id), row); err != nil {
			return err
		}
	}
	for i := range u.past {
		c := &u.past[i]
		if err := w.set(pastKey(c, appendChange(nil, c)), appendPast(nil, c)); err != nil {
			return err
		}
	}
	after := u.st.derive()
	gone, added := rowDiff(u.before.rows, after.rows)
	for _, k := range gone {
		if err := w.delete(k); err != nil {
			return err
		}
	}
	for _, k := range added {
		if err := w.set(k, nil); err != nil {
			return err
		}
	}
	m.account(u, after.visible)
	return nil
}

// account takes one record's changes into digest and counts.
func (m *meta) account(u *unit, visible bool) {
	m.digest.plus(u.sum)
	m.changes += uint64(u.fresh)
	for scope, n := range u.unkeyed {
		if m.unkeyed[scope] += n; m.unkeyed[scope] == 0 {
			delete(m.unkeyed, scope)
		}
	}
	switch {
	case visible && !u.before.visible:
		m.counts[u.st.kind]++
	case !visible && u.before.visible:
		m.counts[u.st.kind]--
	}
}

// writeTo writes what a frame holds besides changes: outgoing copies, notes, what was published.
func (f *frame) writeTo(w *rowWriter, v *view, m *meta) error {
	if f.own && len(f.edits) > 0 {
		var skeletons []byte
		for i := range f.edits {
			skeletons = appendSkeleton(skeletons, &f.edits[i])
		}
		if err := w.room(len(skeletons), m); err != nil {
			return err
		}
		v.outFrom.Store(min(v.outFrom.Load(), f.edits[0].First))
		if err := w.set(outKey(f.edits[0].First), skeletons); err != nil {
			return err
		}
	}
	for _, k := range f.keys {
		if err := w.set(key(rowScope, k.scope), k.key[:]); err != nil {
			return err
		}
	}
	for _, n := range f.notes {
		err := w.delete
		if n.value != nil {
			if err := w.room(len(n.value), m); err != nil {
				return err
			}
			err = func(k []byte) error { return w.set(k, n.value) }
		}
		if err := err(key(rowNote, n.name)); err != nil {
			return err
		}
	}
	if f.published == 0 {
		return nil
	}
	w.outFrom = max(v.outFrom.Load(), f.published+1)
	return v.read(func(txn *badger.Txn) error { return w.dropPublished(txn, v.outFrom.Load(), f.published, m) })
}

func (w *rowWriter) dropPublished(txn *badger.Txn, from, upTo uint64, m *meta) error {
	last := outKey(upTo)
	return walk(txn, []byte{rowOut}, outKey(from), true, func(k, v []byte) (bool, error) {
		if string(k) > string(last) {
			return false, nil
		}
		if err := w.room(len(v), m); err != nil {
			return false, err
		}
		if err := w.delete(slices.Clone(k)); err != nil {
			return false, err
		}
		edits, err := readSkeletons(slices.Clone(v))
		if err != nil {
			return false, err
		}
		edits = slices.DeleteFunc(edits, func(e Edit) bool { return e.Changes[len(e.Changes)-1].Seq <= upTo })
		if len(edits) == 0 {
			return true, nil
		}
		var rest []byte
		for i := range edits {
			rest = appendSkeleton(rest, &edits[i])
		}
		w.outFrom = min(w.outFrom, edits[0].First)
		return true, w.set(outKey(edits[0].First), rest)
	})
}

// plain gives a caller's own error back as it was.
func plain(err error) error {
	var own callbackError
	if errors.As(err, &own) {
		return own.error
	}
	return err
}
