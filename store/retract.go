package store

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"

	"example.org/carnet/store/fault"
)

// retraction takes back what a laptop wrote after a sequence, or some edits alone.
type retraction struct {
	device string
	after  uint64
	out    []Dropped // what of it was counted of records that were taken out
	edits  []Edit    // these alone, of whatever laptops; then device and after say nothing
}

// Retract takes back every change of a laptop after this sequence, and what is closed of it: it was shut out there, and this
// laptop had taken in more before it knew. The store is then as if they had never come; a person may look at them where the
// laptop's objects are set aside. Notes are kept in the same step, and closed is counted as by Apply. Of a record that was taken out only a sum is left, so gone holds
// what of that laptop is to be had of the edits that are taken back. It walks all records.
func (s *Store) Retract(device string, after uint64, notes map[string][]byte, closed []Closed, gone ...Edit) error {
	list, err := cleanNotes(notes)
	if err == nil {
		err = checkClosed(closed)
	}
	if err == nil && (device == "" || device == s.o.Device) {
		err = fault.New("bad_change", "device", device, "what", "retraction")
	}
	if err != nil {
		return err
	}
	s.write.Lock()
	defer s.write.Unlock()
	out, err := s.countedOf(gone, func(c *Change) bool { return c.Device == device && c.Seq > after })
	if err != nil {
		return err
	}
	if _, err = s.applyFrame(&frame{retract: []retraction{{device: device, after: after, out: out}}, notes: list, closed: closed}); err != nil {
		return err
	}
	s.watch.pokeAll()
	return nil
}

// TakeBack takes back these very changes, as far as they are here, and keeps notes and counts what is closed with the last of them, as
// Apply does: they were taken in by a rule that holds no more. Done twice it does no more. Own ones must have been published. The frontier stays.
// Fault bad_change, with nothing changed.
func (s *Store) TakeBack(edits []Edit, notes map[string][]byte, closed ...Closed) error {
	edits, err := cleanEdits(edits)
	if err != nil {
		return err
	}
	list, err := cleanNotes(notes)
	if err == nil {
		err = checkClosed(closed)
	}
	if err != nil {
		return err
	}
	s.write.Lock()
	defer s.write.Unlock()
	for {
		n := frameful(edits)
		f := &frame{}
		if n > 0 {
			out, err := s.countedOf(edits[:n], func(*Change) bool { return true })
			if err != nil {
				return err
			}
			f.retract = []retraction{{out: out, edits: edits[:n]}}
		}
		if edits = edits[n:]; len(edits) == 0 {
			f.notes, f.closed = list, closed
		}
		if _, err := s.applyFrame(f); err != nil {
			return err
		}
		if len(edits) == 0 {
			s.watch.pokeAll()
			return nil
		}
	}
}

// countedOf finds which of these changes were counted of records that were taken out.
func (s *Store) countedOf(gone []Edit, beyond func(*Change) bool) (list []Dropped, err error) {
	m := s.current()
	found := map[recordID]*taken{}
	for i := range gone {
		for _, c := range gone[i].Changes {
			at := recordID{c.Kind, c.Record}
			if !m.drops[at] || !beyond(&c) {
				continue
			}
			if found[at] == nil {
				found[at] = &taken{Dropped: Dropped{RecordRef: RecordRef{c.Kind, c.Record}}}
			}
			leaf, _ := m.keys.leaf(&c, nil)
			found[at].part(c.Scope).add(c.Dot, leaf)
		}
	}
	all, err := s.Dropped()
	for i := range all {
		if d := found[recordID{all[i].Kind, all[i].ID}]; d != nil && d.liesIn(&all[i]) {
			list = append(list, d.Dropped)
		}
	}
	return list, err
}

// add counts one change more, once.
func (p *DroppedPart) add(d Dot, leaf [32]byte) bool {
	i, known := slices.BinarySearchFunc(p.Dots, d, compareDots)
	if !known {
		p.Dots, p.Sum = slices.Insert(p.Dots, i, d), p.Sum.Add(leaf)
	}
	return !known
}

// liesIn tells whether all of it was counted in another.
func (d *taken) liesIn(all *Dropped) bool {
	return !slices.ContainsFunc(d.Parts, func(p DroppedPart) bool {
		at := slices.IndexFunc(all.Parts, func(whole DroppedPart) bool { return whole.Scope == p.Scope })
		return at < 0 || !all.Parts[at].holds(p.Dots)
	})
}

func (p *DroppedPart) holds(dots []Dot) bool {
	return !slices.ContainsFunc(dots, func(d Dot) bool {
		_, known := slices.BinarySearchFunc(p.Dots, d, compareDots)
		return !known
	})
}

// uncount takes what was counted of a record that was taken out back. Done twice it does no more.
func (b *batch) uncount(gone *Dropped) error {
	d, err := b.outOf(gone.Kind, gone.ID)
	if err != nil || !(&taken{Dropped: *gone}).liesIn(&d.Dropped) {
		return err
	}
	for _, part := range gone.Parts {
		p := d.part(part.Scope)
		p.Dots = slices.DeleteFunc(slices.Clone(p.Dots), func(x Dot) bool { return part.holds([]Dot{x}) })
		p.Sum = p.Sum.Sub(part.Sum)
		b.meta.dropped.minus(sumOf(part.Sum))
	}
	d.changed = true
	return nil
}

// takeBack makes the records that a retraction touches anew from the changes that stay.
func (b *batch) takeBack(r *retraction) error {
	if len(r.edits) > 0 {
		return b.takeBackThese(r)
	}
	beyond := func(c Change) bool { return c.Device == r.device && c.Seq > r.after }
	var touched []recordID
	err := eachRecord(b.txn, func(all []Change) (bool, error) {
		if slices.ContainsFunc(all, beyond) {
			touched = append(touched, recordID{all[0].Kind, all[0].Record})
		}
		return true, nil
	})
	for _, at := range touched {
		if err == nil {
			err = b.without(at, beyond)
		}
	}
	if err != nil {
		return err
	}
	for i := range r.out {
		if err := b.uncount(&r.out[i]); err != nil {
			return err
		}
	}
	m := &b.meta
	if m.frontier[r.device] > r.after {
		m.frontier[r.device] = r.after
	}
	if r.after == 0 {
		delete(m.frontier, r.device)
	}
	return walk(b.txn, under(rowClosed, r.device), nil, true, func(k, v []byte) (bool, error) {
		if last := binary.BigEndian.Uint64(k[len(k)-8:]); last > r.after {
			gone := sumOf([32]byte(v))
			m.closed.minus(gone)
			b.shutRow(r.device, last).minus(gone)
		}
		return true, nil
	})
}

// takeBackThese makes the records of some edits anew from the changes that stay.
func (b *batch) takeBackThese(r *retraction) error {
	type told struct {
		leaf  [32]byte
		scope string
	}
	gone := map[told]bool{}
	touched := map[recordID]bool{}
	for i := range r.edits {
		for _, c := range r.edits[i].Changes {
			gone[told{hashChange(&c, b.hash[:0]), c.Scope}] = true
			touched[recordID{c.Kind, c.Record}] = true
		}
	}
	for at := range touched {
		if b.meta.drops[at] {
			continue
		}
		if err := b.without(at, func(c Change) bool { return gone[told{hashChange(&c, b.hash[:0]), c.Scope}] }); err != nil {
			return err
		}
	}
	for i := range r.out {
		if err := b.uncount(&r.out[i]); err != nil {
			return err
		}
	}
	return nil
}

// without makes one record anew from all its changes but some.
func (b *batch) without(at recordID, gone func(Change) bool) error {
	u, err := b.unit(at.kind, at.id)
	if err != nil {
		return err
	}
	all, err := u.everything(b.txn)
	if err != nil {
		return err
	}
	if !u.dirty {
		u.before = u.st.derive()
		u.dirty = true
		b.dirty = append(b.dirty, u)
	}
	for i := range all {
		if !gone(all[i]) {
			continue
		}
		leaf, keyed := b.meta.keys.leaf(&all[i], b.hash[:0])
		u.sum.minus(sumOf(leaf))
		u.fresh--
		if !keyed {
			u.unkey(all[i].Scope, -1)
		}
	}
	made, past, _, err := fromChanges(&state{kind: at.kind, id: at.id}, slices.DeleteFunc(all, gone))
	u.st, u.past, u.old, u.wipe = made, past, nil, true
	return err
}

// closedAt says up to which sequence of which laptop something is closed.
type closedAt struct {
	device string
	last   uint64
}

func closedKey(at closedAt) []byte {
	return binary.BigEndian.AppendUint64(under(rowClosed, at.device), at.last)
}

// shutRow gives what a batch adds to the sum that is closed there.
func (b *batch) shutRow(device string, last uint64) *sum {
	at := closedAt{device, last}
	if b.shut[at] == nil {
		if b.shut == nil {
			b.shut = map[closedAt]*sum{}
		}
		b.shut[at] = new(sum)
	}
	return b.shut[at]
}

// writeShut brings the rows of what is closed up to date. It goes into the last transaction of a batch, since it adds to what is there.
func (b *batch) writeShut(w *rowWriter) error {
	for _, at := range slices.SortedFunc(maps.Keys(b.shut), func(x, y closedAt) int { return bytes.Compare(closedKey(x), closedKey(y)) }) {
		k := closedKey(at)
		row, err := get(w.txn, k)
		if err != nil {
			return err
		}
		total := *b.shut[at]
		if len(row) == 32 {
			total.plus(sumOf([32]byte(row)))
		}
		if total == (sum{}) {
			err = w.delete(k)
		} else {
			err = w.set(k, total.bytes())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func appendRetractions(b []byte, list []retraction) []byte {
	b = appendArray(b, len(list))
	for _, r := range list {
		parts := 2
		if len(r.out) > 0 {
			parts = 3
		}
		if len(r.edits) > 0 {
			parts = 4
		}
		b = appendUint(appendText(appendArray(b, parts), r.device), r.after)
		if parts > 2 {
			b = appendDropped(b, 0, r.out)
		}
		if parts > 3 {
			b = appendArray(b, len(r.edits))
			for i := range r.edits {
				b = AppendEdit(b, &r.edits[i])
			}
		}
	}
	return b
}

func (r *wireReader) retractions() (list []retraction) {
	for range r.array(maxChanges) {
		parts := r.array(4)
		if parts < 2 {
			r.fail()
			return nil
		}
		one := retraction{device: r.text(maxName), after: r.uint()}
		if parts > 2 {
			_, one.out = r.droppedList()
		}
		if parts > 3 {
			one.edits = r.editList()
		}
		list = append(list, one)
		if r.err != nil {
			return nil
		}
	}
	return list
}

func (r *wireReader) editList() (list []Edit) {
	for range r.array(maxChanges) {
		if list = append(list, r.edit()); r.err != nil {
			return nil
		}
	}
	return list
}
