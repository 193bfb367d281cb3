package store

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"example.org/carnet/store/fault"
)

// RecordRef names one record.
type RecordRef struct {
	Kind Kind
	ID   string
}

// Dropped is a record that was taken out: what it said is nowhere any more, and what is left of it only keeps digests
// equal and what comes late from being taken in.
type Dropped struct {
	RecordRef
	Parts []DroppedPart // by scope
}

// DroppedPart counts the changes of one scope that were taken out.
type DroppedPart struct {
	Scope string
	Dots  []Dot // of the changes, in order
	Sum   Sum   // of their leaves
}

// within tells whether a frontier has seen all of it.
func (p *DroppedPart) within(f Frontier) bool {
	return !slices.ContainsFunc(p.Dots, func(d Dot) bool { return d.Seq > f[d.Device] })
}

// drops are the records that were taken out. The map never changes: with gives another.
type drops map[recordID]bool

func (d drops) with(list []Dropped) drops {
	if len(list) == 0 {
		return d
	}
	next := maps.Clone(d)
	if next == nil {
		next = drops{}
	}
	for _, one := range list {
		next[recordID{one.Kind, one.ID}] = true
	}
	return next
}

// Erase takes records out for good, as a privacy request asks: out of the view, the history, the journal, the local full
// snapshots and what was set aside as damaged. Their changes still count in the digest; those that come later are counted and let go.
// Own changes after the sequence sent never went out, and never will: they do not count any more. Notes are kept in the same step.
// Stopped anywhere, it is done again or finished at the next Open.
func (s *Store) Erase(refs []RecordRef, sent uint64, notes map[string][]byte) error {
	notes = maps.Clone(notes)
	if notes == nil {
		notes = map[string][]byte{}
	}
	notes[notePurge] = []byte{1}
	s.write.Lock()
	defer s.write.Unlock()
	if err := s.drop(refs, sent, notes); err != nil {
		return err
	}
	return s.purge()
}

// Drop takes records out that nobody needs any more, as Erase does, but leaves old files to be overtaken by time.
func (s *Store) Drop(refs []RecordRef, notes map[string][]byte) error {
	s.write.Lock()
	defer s.write.Unlock()
	return s.drop(refs, math.MaxUint64, notes)
}

// drop writes the one frame that takes records out. The caller holds the write lock.
func (s *Store) drop(refs []RecordRef, sent uint64, notes map[string][]byte) error {
	list, err := cleanNotes(notes)
	if err != nil {
		return err
	}
	gone := make([]Dropped, 0, len(refs))
	for _, ref := range refs {
		if ref.Kind == "" || ref.ID == "" || len(ref.ID) > maxName {
			return fault.New("bad_change", "kind", string(ref.Kind), "record", ref.ID, "what", "name")
		}
		gone = append(gone, Dropped{RecordRef: ref})
	}
	_, err = s.applyFrame(&frame{dropped: gone, sent: sent, notes: list})
	return err
}

// taken is a record that was taken out, as a batch counts it.
type taken struct {
	Dropped
	changed bool
}

// takeOut empties the records of a frame and counts what they held, and what the frame says that they did: one that is read
// again, or comes from a full snapshot, says it; a fresh one does not.
func (b *batch) takeOut(f *frame) error {
	for i := range f.dropped {
		d := &f.dropped[i]
		u, err := b.unit(d.Kind, d.ID)
		if err != nil {
			return err
		}
		if err := b.empty(u, f.sent); err != nil {
			return err
		}
		out, err := b.outOf(d.Kind, d.ID)
		if err != nil {
			return err
		}
		out.changed = true
		for _, said := range d.Parts {
			b.believe(out, said)
		}
	}
	b.meta.drops = b.meta.drops.with(f.dropped)
	return b.stepBack(f)
}

// stepBack lets our own frontier end where the last change stands that went out or will.
func (b *batch) stepBack(f *frame) error {
	m := &b.meta
	if len(f.dropped) == 0 || m.frontier[b.device] <= f.sent {
		return nil
	}
	last := f.sent
	err := walk(b.txn, []byte{rowOut}, nil, true, func(_, v []byte) (bool, error) {
		edits, err := readSkeletons(slices.Clone(v))
		for i := range edits {
			for _, c := range edits[i].Changes {
				if !b.isOut(c) {
					last = max(last, c.Seq)
				}
			}
		}
		return true, err
	})
	if m.frontier[b.device] = last; last == 0 {
		delete(m.frontier, b.device)
	}
	return err
}

// empty counts a record's changes as taken out, but own ones that were not sent, and leaves nothing of it.
func (b *batch) empty(u *unit, sent uint64) error {
	all, err := u.everything(b.txn)
	if err != nil {
		return err
	}
	if !u.dirty {
		u.before = u.st.derive()
		u.dirty = true
		b.dirty = append(b.dirty, u)
	}
	for j := range all {
		leaf, keyed := b.meta.keys.leaf(&all[j], b.hash[:0])
		u.sum.minus(sumOf(leaf))
		u.fresh--
		if !keyed {
			u.unkey(all[j].Scope, -1)
		}
		if all[j].Device == b.device && all[j].Seq > sent {
			continue
		}
		if _, err := b.countOut(&all[j], leaf); err != nil {
			return err
		}
	}
	u.st, u.past, u.wipe = &state{kind: u.st.kind, id: u.st.id}, nil, true
	return nil
}

// believe takes a part as a frame has it, where it counts no less than what was found.
func (b *batch) believe(out *taken, said DroppedPart) {
	p := out.part(said.Scope)
	if len(said.Dots) < len(p.Dots) {
		return
	}
	b.meta.dropped.plus(sumOf(said.Sum.Sub(p.Sum)))
	p.Dots, p.Sum = slices.Clone(said.Dots), said.Sum
	for _, d := range p.Dots {
		b.meta.frontier[d.Device] = max(b.meta.frontier[d.Device], d.Seq)
		if d.Device == b.device {
			b.meta.next = max(b.meta.next, d.Seq+1)
		}
	}
}

// part gives the count of one scope, made if need be. The pointer holds until the next call.
func (d *Dropped) part(scope string) *DroppedPart {
	at := slices.IndexFunc(d.Parts, func(p DroppedPart) bool { return p.Scope >= scope })
	switch {
	case at < 0:
		at = len(d.Parts)
		d.Parts = append(d.Parts, DroppedPart{Scope: scope})
	case d.Parts[at].Scope != scope:
		d.Parts = slices.Insert(d.Parts, at, DroppedPart{Scope: scope})
	}
	return &d.Parts[at]
}

// everything gives all changes of a record, as the batch has them.
func (u *unit) everything(txn *badger.Txn) (all []Change, err error) {
	for i := range u.st.fields {
		all = append(all, u.st.fields[i].live...)
	}
	all = append(append(all, u.past...), u.old...)
	if !u.stored {
		return all, nil
	}
	err = walk(txn, under(rowPast, string(u.st.kind), u.st.id), nil, true, func(_, v []byte) (bool, error) {
		c, err := readChange(slices.Clone(v))
		all = append(all, c)
		return true, err
	})
	return all, err
}

// outOf gives what a record that was taken out has counted, to be added to.
func (b *batch) outOf(kind Kind, id string) (*taken, error) {
	at := recordID{kind, id}
	if d := b.out[at]; d != nil {
		return d, nil
	}
	d := &taken{Dropped: Dropped{RecordRef: RecordRef{kind, id}}}
	row, err := get(b.txn, key(rowDropped, string(kind), id))
	if row != nil && err == nil {
		r := wireReader{b: row}
		d.Parts = r.parts()
		err = r.end()
	}
	if b.out == nil {
		b.out = map[recordID]*taken{}
	}
	b.out[at] = d
	return d, err
}

// countOut counts a change of a record that was taken out, once.
func (b *batch) countOut(c *Change, leaf [32]byte) (fresh bool, err error) {
	d, err := b.outOf(c.Kind, c.Record)
	if err != nil {
		return false, err
	}
	p := d.part(c.Scope)
	if !p.add(c.Dot, leaf) {
		return false, nil
	}
	b.meta.dropped.add(leaf)
	d.changed = true
	return true, nil
}

// late counts a change of a record that was taken out before it came, and lets it go.
func (b *batch) late(c *Change, own bool) error {
	leaf, _ := b.meta.keys.leaf(c, b.hash[:0])
	fresh, err := b.countOut(c, leaf)
	if fresh {
		b.fresh++
	}
	b.advance(c, own)
	return err
}

// withoutDropped leaves out of a frame what records said that were taken out, so that it never reaches the disk; what they
// count goes with it instead.
func (b *batch) withoutDropped(f *frame) {
	if len(b.meta.drops) == 0 {
		return
	}
	kept := make([]Edit, 0, len(f.edits))
	for _, e := range f.edits {
		if slices.ContainsFunc(e.Changes, b.isOut) {
			e.Changes = slices.DeleteFunc(slices.Clone(e.Changes), b.isOut)
		}
		if len(e.Changes) > 0 {
			kept = append(kept, e)
		}
	}
	if len(f.dropped) == 0 {
		f.sent = math.MaxUint64 // only an erasure takes our own unsent changes back
	}
	f.edits, f.dropped = kept, nil
	for _, at := range slices.SortedFunc(maps.Keys(b.out), compareRecords) {
		if d := b.out[at]; d.changed {
			f.dropped = append(f.dropped, d.Dropped)
		}
	}
}

func (b *batch) isOut(c Change) bool { return b.meta.drops[recordID{c.Kind, c.Record}] }

// writeOut writes what records count that were taken out.
func (b *batch) writeOut(w *rowWriter, m *meta) error {
	for at, d := range b.out {
		row := appendParts(nil, d.Parts)
		if err := w.room(len(row), m); err != nil {
			return err
		}
		if err := w.set(key(rowDropped, string(at.kind), at.id), row); err != nil {
			return err
		}
	}
	return nil
}

// wipe removes a record's row and its past.
func (w *rowWriter) wipe(kind Kind, id string) error {
	if err := w.delete(recordKey(kind, id)); err != nil {
		return err
	}
	return walk(w.txn, under(rowPast, string(kind), id), nil, false, func(k, _ []byte) (bool, error) {
		return true, w.delete(slices.Clone(k))
	})
}

func loadDrops(txn *badger.Txn) (d drops, total sum, err error) {
	m := newMeta()
	err = walk(txn, []byte{rowDropped}, nil, true, func(k, v []byte) (bool, error) {
		return true, m.countDropped(k, v)
	})
	return m.drops, m.dropped, err
}

// countDropped takes the row of a record that was taken out into the sums.
func (m *meta) countDropped(k, row []byte) error {
	r := wireReader{b: slices.Clone(row)}
	kind, id := splitRecordKey(k)
	for _, p := range r.parts() {
		m.dropped.plus(sumOf(p.Sum))
		for _, d := range p.Dots {
			m.frontier[d.Device] = max(m.frontier[d.Device], d.Seq)
		}
	}
	if m.drops == nil {
		m.drops = drops{}
	}
	m.drops[recordID{kind, id}] = true
	return r.end()
}

func compareRecords(a, b recordID) int {
	return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id))
}

// Dropped lists the records that were taken out, in the order of kind and id.
func (s *Store) Dropped() (list []Dropped, err error) {
	err = s.look(func(txn *badger.Txn) error {
		list = nil
		return walk(txn, []byte{rowDropped}, nil, true, func(k, v []byte) (bool, error) {
			d := Dropped{}
			d.Kind, d.ID = splitRecordKey(k)
			r := wireReader{b: slices.Clone(v)}
			d.Parts = r.parts()
			list = append(list, d)
			return true, r.end()
		})
	})
	return list, err
}

// IsDropped tells whether a record was taken out.
func (s *Store) IsDropped(kind Kind, id string) bool { return s.current().drops[recordID{kind, id}] }

func appendParts(b []byte, parts []DroppedPart) []byte {
	b = appendArray(b, len(parts))
	for i := range parts {
		p := &parts[i]
		b = appendText(appendArray(b, 3), p.Scope)
		b = appendBytes(appendDots(b, p.Dots), p.Sum[:])
	}
	return b
}

func (r *wireReader) parts() (parts []DroppedPart) {
	for range r.array(maxChanges) {
		r.exact(3)
		p := DroppedPart{Scope: r.text(maxName), Dots: r.dots(maxChanges)}
		total := r.sum()
		p.Sum = Sum(total.bytes())
		parts = append(parts, p)
		if r.err != nil {
			return nil
		}
	}
	return parts
}

func appendDropped(b []byte, sent uint64, list []Dropped) []byte {
	b = appendArray(appendUint(appendArray(b, 2), sent), len(list))
	for i := range list {
		d := &list[i]
		b = appendText(appendText(appendArray(b, 3), string(d.Kind)), d.ID)
		b = appendParts(b, d.Parts)
	}
	return b
}

func (r *wireReader) droppedList() (sent uint64, list []Dropped) {
	r.exact(2)
	sent = r.uint()
	for range r.array(maxChanges) {
		r.exact(3)
		d := Dropped{RecordRef: RecordRef{Kind(r.text(maxName)), r.text(maxName)}}
		d.Parts = r.parts()
		list = append(list, d)
		if r.err != nil {
			return 0, nil
		}
	}
	return sent, list
}
