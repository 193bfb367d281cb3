package store

import (
	"errors"

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
	}, nil
}

var errClosed = errors.New("the store is closed")

func (b *batch) discard() { b.txn.Discard() }

// commit makes a batch durable: one frame in the journal, synced, and its rows in the view. The two go on at
// the same time; when the sync fails the frame is taken back and the view, which may have run ahead, rebuilt.
func (s *Store) commit(b *batch, f *frame) error {
	if free, err := freeBytes(s.dir); err == nil && free < reserve {
		return fault.New("disk_full", "path", s.dir)
	}
	b.meta.seq++
	f.seq = b.meta.seq
	n, err := s.journal.write(f)
	if err != nil {
		return err
	}
	inView := make(chan error, 1)
	go func() { inView <- s.view.apply(b, f, s.current()) }()
	syncErr := s.journal.sync(n)
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

func (s *Store) accept(b *batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.meta = b.meta
	s.version++
}

// Sizes at which a step is cut into several transactions, below Badger's limit of 15 % of a memtable.
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
}

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

// full tells whether the next record should go into another transaction.
func (w *rowWriter) full(more int) bool { return w.bytes+more > txnBytes || w.rows > txnRows }

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
	w := &rowWriter{db: v.db, txn: v.db.NewTransaction(true)}
	defer func() { w.txn.Discard() }()
	running := b.meta.clone()
	running.seq, running.digest, running.changes, running.counts = was.seq, was.digest, was.changes, was.clone().counts
	for _, u := range b.dirty {
		row := appendState(make([]byte, 0, 512), u.st)
		if w.full(len(row)) {
			if err := w.commitWith(&running); err != nil {
				return err
			}
		}
		if err := u.writeTo(w, row, &running); err != nil {
			return err
		}
	}
	if err := f.writeTo(w, v, &running); err != nil {
		return err
	}
	b.meta.digest, b.meta.changes, b.meta.counts = running.digest, running.changes, running.counts
	return w.commitWith(&b.meta)
}

func (w *rowWriter) commitWith(m *meta) error {
	if err := w.set([]byte{rowMeta}, appendMeta(nil, m)); err != nil {
		return err
	}
	return w.next()
}

func (u *unit) writeTo(w *rowWriter, row []byte, m *meta) error {
	if err := w.set(recordKey(u.st.kind, u.st.id), row); err != nil {
		return err
	}
	for i := range u.past {
		b := appendChange(nil, &u.past[i])
		if err := w.set(pastKey(&u.past[i], b), b); err != nil {
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
	switch {
	case visible && !u.before.visible:
		m.counts[u.st.kind]++
	case !visible && u.before.visible:
		m.counts[u.st.kind]--
	}
}

// writeTo writes what a frame holds besides changes: outgoing copies, notes, what was published.
func (f *frame) writeTo(w *rowWriter, v *view, m *meta) error {
	if f.own {
		for i := range f.edits {
			k, skeleton := outKey(f.edits[i].First), appendSkeleton(nil, &f.edits[i])
			if w.full(len(skeleton)) {
				if err := w.commitWith(m); err != nil {
					return err
				}
			}
			if err := w.set(k, skeleton); err != nil {
				return err
			}
		}
	}
	for _, n := range f.notes {
		err := w.delete
		if n.value != nil {
			if w.full(len(n.value)) {
				if err := w.commitWith(m); err != nil {
					return err
				}
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
	return v.read(func(txn *badger.Txn) error { return w.dropPublished(txn, f.published, m) })
}

func (w *rowWriter) dropPublished(txn *badger.Txn, upTo uint64, m *meta) error {
	last := outKey(upTo)
	return walk(txn, []byte{rowOut}, nil, false, func(k, _ []byte) (bool, error) {
		if string(k) > string(last) {
			return false, nil
		}
		if w.full(len(k)) {
			if err := w.commitWith(m); err != nil {
				return false, err
			}
		}
		return true, w.delete(append([]byte(nil), k...))
	})
}

// group gathers the edits of a bulk load and commits them by the thousand.
type group struct {
	s     *Store
	b     *batch
	edits []Edit
	taken int // steps in the open batch
	done  int // steps that are durable
	size  int // bytes of values in the open batch, roughly
}

func (g *group) add(write func(*Tx) error) (err error) {
	if g.b == nil {
		if g.b, err = g.s.beginEdit(); err != nil {
			return err
		}
	}
	edit, _, err := g.s.step(g.b, write)
	if err != nil {
		if !errors.As(err, new(callbackError)) { // the batch holds half an edit
			g.b.discard()
			g.b, g.edits, g.taken = nil, nil, 0
		}
		return err
	}
	g.taken++
	if len(edit.Changes) > 0 {
		g.edits = append(g.edits, edit)
	}
	for i := range edit.Changes {
		g.size += len(edit.Changes[i].Value) + 64
	}
	if g.taken >= groupEdits || g.size > txnBytes {
		return g.flush()
	}
	return nil
}

func (g *group) flush() (err error) {
	if g.b == nil {
		return nil
	}
	defer func() { g.b.discard(); g.b, g.edits, g.taken, g.size = nil, nil, 0, 0 }()
	if len(g.edits) > 0 {
		err = g.s.commit(g.b, &frame{own: true, edits: g.edits})
	}
	if err == nil {
		g.done += g.taken
	}
	return err
}

// finish keeps what came before an error.
func (g *group) finish(err error) (int, error) {
	flushErr := g.flush()
	if err == nil {
		err = flushErr
	}
	return g.done, plain(err)
}

// plain gives a caller's own error back as it was.
func plain(err error) error {
	var own callbackError
	if errors.As(err, &own) {
		return own.error
	}
	return err
}
