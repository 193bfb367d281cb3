package store

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"

	"example.org/carnet/store/fault"
)

// retraction takes back what a laptop wrote after a sequence.
type retraction struct {
	device string
	after  uint64
}

// Retract takes back every change of a laptop after this sequence, and what is closed of it: it was shut out there, and this
// laptop had taken in more before it knew. The store is then as if they had never come; a person may look at them where the
// laptop's objects are set aside. Notes are kept in the same step. It walks all records.
func (s *Store) Retract(device string, after uint64, notes map[string][]byte) error {
	list, err := cleanNotes(notes)
	if err == nil && (device == "" || device == s.o.Device) {
		err = fault.New("bad_change", "device", device, "what", "retraction")
	}
	if err != nil {
		return err
	}
	s.write.Lock()
	defer s.write.Unlock()
	if _, err = s.applyFrame(&frame{retract: []retraction{{device, after}}, notes: list}); err != nil {
		return err
	}
	s.watch.pokeAll()
	return nil
}

// takeBack makes the records that a retraction touches anew from the changes that stay.
func (b *batch) takeBack(r *retraction) error {
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
		b = appendUint(appendText(appendArray(b, 2), r.device), r.after)
	}
	return b
}

func (r *wireReader) retractions() (list []retraction) {
	for range r.array(maxChanges) {
		r.exact(2)
		list = append(list, retraction{r.text(maxName), r.uint()})
		if r.err != nil {
			return nil
		}
	}
	return list
}
