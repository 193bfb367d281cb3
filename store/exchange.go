package store

import (
	"encoding/binary"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"example.org/carnet/store/fault"
)

// appendSkeleton writes an own edit without its values: they stand in the records and their past already.
func appendSkeleton(b []byte, e *Edit) []byte { return appendEdit(b, e, true) }

// Unpublished walks this laptop's own edits whose changes come after seq, oldest first.
func (s *Store) Unpublished(after uint64) iter.Seq2[Edit, error] {
	return func(yield func(Edit, error) bool) {
		from, stopped := uint64(0), false
		for !stopped {
			edits, next, err := s.unpublished(after, from)
			if err != nil {
				yield(Edit{}, err)
				return
			}
			for _, e := range edits {
				if stopped = !yield(e, nil); stopped {
					return
				}
			}
			if next == from {
				return
			}
			from = next
		}
	}
}

// unpublishedPage is how many edits one look at the view gives, so that no look is long.
const unpublishedPage = 500

func (s *Store) unpublished(after, from uint64) (edits []Edit, next uint64, err error) {
	err = s.look(func(txn *badger.Txn) error {
		edits, next = nil, from
		return walk(txn, []byte{rowOut}, outKey(max(from, s.view.outFrom.Load())), true, func(k, v []byte) (bool, error) {
			row, err := readSkeletons(slices.Clone(v))
			if err != nil {
				return false, err
			}
			for _, e := range row {
				if e.Changes[len(e.Changes)-1].Seq <= after {
					continue
				}
				if err := fillSkeleton(txn, &e); err != nil {
					return false, err
				}
				if len(e.Changes) > 0 {
					edits = append(edits, e)
				}
			}
			next = binary.BigEndian.Uint64(k[1:]) + 1
			return len(edits) < unpublishedPage, nil
		})
	})
	return edits, next, err
}

// readSkeletons reads the edits of one row.
func readSkeletons(b []byte) (edits []Edit, err error) {
	r := wireReader{b: b}
	for len(r.b) > 0 && r.err == nil {
		e := r.edit()
		if len(e.Changes) == 0 {
			r.fail()
		}
		edits = append(edits, e)
	}
	return edits, r.end()
}

// fillSkeleton puts values back from the records and their past. A change that is in neither was lost with a
// damaged file, which Problems names; the others still go out.
func fillSkeleton(txn *badger.Txn, e *Edit) error {
	var st *state
	var err error
	kept := e.Changes[:0]
	for _, c := range e.Changes {
		if st == nil || st.kind != c.Kind || st.id != c.Record {
			if st, err = loadState(txn, c.Kind, c.Record); err != nil {
				return err
			}
		}
		found, err := findChange(txn, st, &c)
		if err != nil {
			return err
		}
		if found != nil {
			kept = append(kept, *found)
		}
	}
	e.Changes = kept
	return nil
}

func findChange(txn *badger.Txn, st *state, c *Change) (found *Change, err error) {
	if st == nil {
		return nil, nil
	}
	if f := st.look(c.Field); f != nil {
		for i := range f.live {
			if f.live[i].Dot == c.Dot {
				return &f.live[i], nil
			}
		}
	}
	err = walk(txn, pastPrefix(c.Kind, c.Record, c.Field, c.Dot), nil, true, func(_, v []byte) (bool, error) {
		p, err := readChange(slices.Clone(v))
		found = &p
		return false, err
	})
	return found, err
}

// Sizes at which an apply is cut into several frames. A person's edit waits for one of them at most.
const (
	frameChanges = 1000
	frameBytes   = 1 << 20
	maxNote      = 512 << 10 // bytes
)

// Apply merges foreign edits, keeps notes and counts what is closed to this laptop, durably; notes and closed come with the last
// of the edits, in one step, so that an apply that was cut short is simply done again; edits of this laptop may come
// between its frames. A nil note is forgotten.
// Merging is commutative, associative and idempotent, except for what is closed: see there. It returns how many changes
// were new. Fault bad_change, with nothing applied.
func (s *Store) Apply(edits []Edit, notes map[string][]byte, closed ...Closed) (fresh int, err error) {
	edits, err = cleanEdits(edits)
	if err != nil {
		return 0, err
	}
	list, err := cleanNotes(notes)
	if err == nil {
		err = checkClosed(closed)
	}
	if err != nil || len(edits) == 0 && len(list) == 0 && len(closed) == 0 {
		return 0, err
	}
	s.write.Lock()
	defer s.write.Unlock()
	for {
		n := frameful(edits)
		f := &frame{edits: edits[:n]}
		if edits = edits[n:]; len(edits) == 0 {
			f.notes, f.closed = list, closed
		}
		more, err := s.applyFrame(f)
		fresh += more
		if err != nil || len(edits) == 0 {
			return fresh, err
		}
		s.write.giveWay()
	}
}

// applyFrame commits one frame; a view that turns out to be damaged is rebuilt first. The caller holds the write lock.
func (s *Store) applyFrame(f *frame) (fresh int, err error) {
	fresh, err = s.applyOnce(f)
	if errors.Is(err, errView) && s.rebuildView(err) == nil {
		fresh, err = s.applyOnce(f)
	}
	return fresh, s.healed(err)
}

func (s *Store) applyOnce(f *frame) (fresh int, err error) {
	b, err := s.begin()
	if err != nil {
		return 0, err
	}
	defer b.discard()
	if err := b.mergeFrame(f); err != nil {
		return 0, err
	}
	b.withoutDropped(f)
	if b.fresh == 0 && len(f.notes) == 0 && f.plain() && f.published == 0 && b.meta.next == s.current().next && f.next == 0 {
		return 0, nil // all known already
	}
	f.next = b.meta.next
	if b.fresh == 0 {
		f.edits = nil
	}
	return b.fresh, s.commit(b, f)
}

// mergeFrame takes in everything a frame changes in records.
func (b *batch) mergeFrame(f *frame) (err error) {
	defer asViewError(&err)
	for _, k := range f.keys {
		if err := b.takeKey(k); err != nil {
			return err
		}
	}
	if err := b.takeOut(f); err != nil {
		return err
	}
	for i := range f.retract {
		if err := b.takeBack(&f.retract[i]); err != nil {
			return err
		}
	}
	for i := range f.edits {
		for _, c := range f.edits[i].Changes {
			if err := b.merge(c, f.own); err != nil {
				return err
			}
		}
	}
	b.meta.next = max(b.meta.next, f.next)
	for i := range f.closed {
		b.close(&f.closed[i])
	}
	if f.card != nil {
		b.meta.hidesCard = !*f.card
	}
	return nil
}

// frameful gives how many of the edits go into the next frame, at least one if there are any.
func frameful(edits []Edit) (n int) {
	changes, bytes := 0, 0
	for ; n < len(edits); n++ {
		for i := range edits[n].Changes {
			c := &edits[n].Changes[i]
			changes, bytes = changes+1, bytes+len(c.Value)+len(c.Record)+len(c.Field)+40*(1+len(c.Replaces)+len(c.Seen))
		}
		if n > 0 && (changes > frameChanges || bytes > frameBytes) {
			return n
		}
	}
	return n
}

// cleanEdits checks foreign edits and puts what they list in order, without touching the caller's.
func cleanEdits(edits []Edit) ([]Edit, error) {
	clean := make([]Edit, 0, len(edits))
	for _, e := range edits {
		if len(e.Changes) == 0 {
			continue
		}
		if len(e.Changes) > maxChanges {
			return nil, fault.New("bad_change", "what", "too many changes in one edit")
		}
		e.Changes = slices.Clone(e.Changes)
		for i := range e.Changes {
			c := &e.Changes[i]
			c.Replaces, c.Seen = sortedDots(c.Replaces), sortedDots(c.Seen)
			if c.Device != e.Device || c.Wall != e.Wall || c.Logical != e.Logical || c.Seq < e.First {
				return nil, fault.New("bad_change", "change", c.String(), "what", "edit")
			}
			if err := c.check(); err != nil {
				return nil, err
			}
		}
		clean = append(clean, e)
	}
	return clean, nil
}

// checkClosed refuses what no Carnet says.
func checkClosed(closed []Closed) error {
	for i := range closed {
		c := &closed[i]
		if c.Device == "" || len(c.Device) > maxName || strings.IndexByte(c.Device, 0) >= 0 {
			return fault.New("bad_change", "device", c.Device, "what", "closed section")
		}
	}
	return nil
}

func cleanNotes(notes map[string][]byte) (list []note, err error) {
	for name, value := range notes {
		if name == "" || len(name) > maxName || strings.IndexByte(name, 0) >= 0 || len(value) > maxNote {
			return nil, fault.New("bad_change", "note", name, "what", "note")
		}
		list = append(list, note{name, slices.Clone(value)})
	}
	slices.SortFunc(list, func(a, b note) int { return strings.Compare(a.name, b.name) })
	return list, nil
}

// MarkPublished forgets the outgoing copies of own edits up to seq, and keeps notes in the same step.
func (s *Store) MarkPublished(seq uint64, notes map[string][]byte) error {
	list, err := cleanNotes(notes)
	if err != nil {
		return err
	}
	s.write.Lock()
	defer s.write.Unlock()
	_, err = s.applyFrame(&frame{published: seq, notes: list})
	return err
}

// StartIncarnation begins a new numbering of this laptop's changes, above all that went before: for a laptop
// that was restored from a copy and finds that others know later changes of it than it does itself. It returns the
// first sequence of the new incarnation.
func (s *Store) StartIncarnation() (first uint64, err error) {
	s.write.Lock()
	defer s.write.Unlock()
	first = nextIncarnation(s.current().next)
	_, err = s.applyFrame(&frame{next: first})
	return first, err
}

// Incarnation counts how often this laptop began a new numbering of its changes: after a backup was restored, and when what
// was acknowledged was lost. What it did before one, beside the records, it cannot know.
func (s *Store) Incarnation() uint64 { return s.current().next >> 40 }

// Note reads what sync keeps beside the records (heads, cursor, roster); nil when absent.
func (s *Store) Note(name string) (value []byte, err error) {
	err = s.look(func(txn *badger.Txn) (err error) {
		value, err = get(txn, key(rowNote, name))
		return err
	})
	return value, err
}

// Notes gives the names of notes with this prefix, in order.
func (s *Store) Notes(prefix string) (names []string, err error) {
	err = s.look(func(txn *badger.Txn) error {
		names = nil
		return walk(txn, key(rowNote, prefix), nil, false, func(k, _ []byte) (bool, error) {
			names = append(names, string(k[1:]))
			return true, nil
		})
	})
	return names, err
}
