package store

import (
	"bytes"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store/fault"
)

// Undo writes new changes that put back what these changes replaced. Where that was a conflict which they settled, it
// is one again, with the same values. A record of which nothing would be left is deleted instead. Fault unknown_id for
// a change that is not there.
func (s *Store) Undo(refs []Ref) ([]Ref, error) {
	return s.Edit(func(t *Tx) error {
		back := slices.Clone(refs)
		slices.Reverse(back) // the last thing done is undone first
		for _, ref := range back {
			if err := t.undo(ref); err != nil {
				return err
			}
		}
		for _, d := range t.order {
			d.deleteIfEmpty()
		}
		return nil
	})
}

func (t *Tx) undo(ref Ref) error {
	d, err := t.draft(ref.Kind, ref.Record)
	if err != nil {
		return err
	}
	all, err := allChanges(t.b.txn, d.u.st)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(c Change) bool { return c.Dot == ref.Change })
	if i < 0 {
		return fault.New("unknown_id", "kind", string(ref.Kind), "id", ref.Change.String())
	}
	if movedOnly(all, &all[i]) { // who undoes the move brings it back with the office
		return nil
	}
	settled, err := settledBy(all, &all[i])
	if err != nil {
		return err
	}
	if f := d.u.st.look(all[i].Field); len(settled) > 0 && d.find(f.name) == nil && slices.Contains(f.dots(), all[i].Dot) {
		d.reopen(&all[i], settled)
		return nil
	}
	d.putBack(&all[i], replacedBy(all, &all[i]))
	return nil
}

// settledBy gives the values between which a change chose: those of a conflict, by stamp, or none.
func settledBy(all []Change, c *Change) ([]Change, error) {
	gone := allReplacedBy(all, c)
	switch {
	case isFact(c.Kind):
		return nil, nil
	case c.Field == tombstone: // whether somebody had edited what another deleted, the other fields tell
		before, err := stateBefore(all, c)
		if err != nil || before.life() != doubted {
			return nil, err
		}
		return gone, nil
	}
	before := state{fields: []field{{name: c.Field, live: gone}}}
	if !before.fields[0].split() {
		return nil, nil
	}
	values := before.inConflict(c.Field)
	slices.Reverse(values)
	return values, nil
}

// stateBefore is the record as everything with a lower stamp than this change's edit makes it.
func stateBefore(all []Change, c *Change) (*state, error) {
	edit := c.Stamp
	edit.Seq = 0
	var earlier []Change
	for i := range all {
		if compareStamps(all[i].Stamp, edit) < 0 {
			earlier = append(earlier, all[i])
		}
	}
	before, _, _, err := fromChanges(&state{kind: c.Kind, id: c.Record}, earlier)
	return before, err
}

// putBack puts one value in place of all that is live.
func (d *draft) putBack(c, from *Change) {
	var back cbor.RawMessage
	if from != nil {
		back = from.Value
	}
	v := d.find(c.Field)
	inDoubt := d.u.st.look(c.Field).split() || v != nil && v.beside != nil || c.Field == tombstone && d.u.st.life() == doubted
	if !inDoubt && bytes.Equal(d.value(c.Field), back) {
		return
	}
	d.force(c.Field, back)
	if from != nil {
		d.find(c.Field).back = []Change{*from}
	}
}

// reopen puts the values that c settled in its place, none of which replaces another, so that all of them are live
// again. What else is live by now stays so.
func (d *draft) reopen(c *Change, settled []Change) {
	d.force(c.Field, settled[len(settled)-1].Value)
	v := d.find(c.Field)
	v.back, v.beside = settled, &c.Dot
}

// seenAgain is what a deletion had seen, also by the names that this undo gives to it. What it had not seen it does not see
// now either: that is why it is in doubt.
func (d *draft) seenAgain(seen []Dot) []Dot {
	again := slices.Clone(seen)
	for was, now := range d.renamed {
		if len(again) < maxDots && slices.Contains(seen, was) {
			again = append(again, now)
		}
	}
	return sortedDots(again)
}

// firstSaid gives the change that an undo brought back in this one, so that a conflict names those whose values they
// are. Only such an undo, and a record's going to another office, writes two changes of one field in one edit.
func firstSaid(all []Change, at int) int {
	for range all { // no more steps than changes, whatever somebody made them name
		c := &all[at]
		if was := carriedFrom(all, c); was >= 0 {
			at = was
			continue
		}
		if c.Field == tombstone || !slices.ContainsFunc(all, func(o Change) bool { return besideInEdit(&o, c) }) {
			return at
		}
		from, settled := -1, allReplacedBy(all, c)
		for i := range all {
			said := all[i].Field == c.Field && bytes.Equal(all[i].Value, c.Value) && (from < 0 || compareChanges(&all[from], &all[i]) < 0)
			if said && slices.ContainsFunc(settled, func(s Change) bool { return slices.Contains(s.Replaces, all[i].Dot) }) {
				from = i
			}
		}
		if from < 0 {
			return at
		}
		at = from
	}
	return at
}

func besideInEdit(a, b *Change) bool {
	return a.Scope == b.Scope && a.Field == b.Field && a.Device == b.Device && a.Wall == b.Wall && a.Logical == b.Logical && a.Seq != b.Seq
}

// deleteIfEmpty turns the undoing of a whole record into a tombstone, which can itself be undone.
func (d *draft) deleteIfEmpty() {
	if len(d.values) == 0 || len(d.value(tombstone)) > 0 || slices.ContainsFunc(d.values, func(v draftValue) bool { return v.beside != nil }) {
		return
	}
	for i := range d.u.st.fields {
		if path := d.u.st.fields[i].name; path != tombstone && len(d.value(path)) > 0 {
			return
		}
	}
	d.values = d.values[:0]
	d.force(tombstone, setTrue)
}
