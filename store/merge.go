package store

import (
	"bytes"
	"slices"
	"strings"

	"github.com/fxamacker/cbor/v2"
)

// tombstone is the field that says that a record is deleted.
const tombstone = "~"

// state is everything known of one record except its past: for each field, the changes that no known
// change replaces, and the dots that were replaced before they arrived. It is a function of the set of
// changes alone, whatever their order: the whole state is that set, cut in live and past.
type state struct {
	kind   Kind
	id     string
	fields []field // by name
}

type field struct {
	name    string
	live    []Change // by stamp
	orphans []Dot    // replaced by a known change, not yet seen; in order
}

// pastOf finds the superseded changes of one field that carry this dot: none, one, or twins of a forked laptop.
type pastOf func(field string, d Dot) ([]Change, error)

// merge takes in one change, given as a row of one that it may keep, and tells whether it was new, and which
// changes thereby belong to the past.
func (st *state) merge(one []Change, past pastOf) (fresh bool, gone []Change, err error) {
	c := &one[0]
	f := st.fieldOf(c.Field)
	for i := range f.live {
		if compareChanges(&f.live[i], c) == 0 {
			return false, nil, nil
		}
	}
	twins, err := past(c.Field, c.Dot)
	if err != nil || slices.ContainsFunc(twins, func(p Change) bool { return compareChanges(&p, c) == 0 }) {
		return false, nil, err
	}
	i, orphan := slices.BinarySearchFunc(f.orphans, c.Dot, compareDots)
	if orphan {
		f.orphans = slices.Delete(f.orphans, i, i+1)
	}
	for _, d := range c.Replaces {
		moved, err := f.supersede(d, past)
		if err != nil {
			return false, nil, err
		}
		gone = append(gone, moved...)
	}
	if orphan || len(twins) > 0 {
		return true, append(gone, *c), nil
	}
	if len(f.live) == 0 {
		f.live = one
		return true, gone, nil
	}
	at := 0
	for at < len(f.live) && compareChanges(&f.live[at], c) < 0 {
		at++
	}
	f.live = slices.Insert(slices.Clip(f.live), at, *c)
	return true, gone, nil
}

// supersede takes the changes of this dot out of the live ones, or notes that it was replaced before it came.
func (f *field) supersede(d Dot, past pastOf) (gone []Change, err error) {
	var rest []Change // a row of its own: rows of live changes are shared with edits and other states
	for i := range f.live {
		if f.live[i].Dot == d {
			gone = append(gone, f.live[i])
		} else {
			rest = append(rest, f.live[i])
		}
	}
	if len(gone) > 0 {
		f.live = rest
		return gone, nil
	}
	i, known := slices.BinarySearchFunc(f.orphans, d, compareDots)
	if known {
		return nil, nil
	}
	twins, err := past(f.name, d)
	if err == nil && len(twins) == 0 {
		f.orphans = slices.Insert(f.orphans, i, d)
	}
	return nil, err
}

// fieldOf gives the field of this name, made if need be. The pointer holds until the next call.
func (st *state) fieldOf(name string) *field {
	i, found := slices.BinarySearchFunc(st.fields, name, func(f field, n string) int { return strings.Compare(f.name, n) })
	if !found {
		if st.fields == nil {
			st.fields = make([]field, 0, 16)
		}
		st.fields = slices.Insert(st.fields, i, field{name: name})
	}
	return &st.fields[i]
}

// look gives the field of this name, nil when there is none.
func (st *state) look(name string) *field {
	i, found := slices.BinarySearchFunc(st.fields, name, func(f field, n string) int { return strings.Compare(f.name, n) })
	if !found {
		return nil
	}
	return &st.fields[i]
}

// shown is the value on display: the live one with the highest stamp, or, for an element of a set, true
// when any live one is true (add wins). Nil for none or cleared.
func (f *field) shown() cbor.RawMessage {
	if f == nil || len(f.live) == 0 {
		return nil
	}
	if isElement(f.name) {
		for i := range f.live {
			if len(f.live[i].Value) > 0 {
				return f.live[i].Value
			}
		}
		return nil
	}
	for i := len(f.live) - 1; i >= 0; i-- {
		if !left(&f.live[i]) {
			return f.live[i].Value
		}
	}
	return nil
}

// dots names the live values, in order.
func (f *field) dots() []Dot {
	if f == nil {
		return nil
	}
	dots := make([]Dot, len(f.live))
	for i := range f.live {
		dots[i] = f.live[i].Dot
	}
	return sortedDots(dots)
}

// split tells whether the live values differ: equal ones collapse.
func (f *field) split() bool {
	if f == nil || isElement(f.name) {
		return false
	}
	for i := 1; i < len(f.live); i++ {
		if !bytes.Equal(f.live[0].Value, f.live[i].Value) {
			return true
		}
	}
	return false
}

// isElement tells whether a path names one element of a set, "chapters:chp_x".
func isElement(path string) bool { return strings.IndexByte(path, ':') >= 0 }

// life of a record, from its tombstone and what the deleting laptops had seen.
type life int

const (
	absent  life = iota // nothing but a tombstone, or nothing at all
	alive               // shown
	doubted             // deleted by one, edited or restored by another: shown, and a conflict
	deleted
)

func (st *state) life() life {
	any := false
	for i := range st.fields {
		f := &st.fields[i]
		any = any || f.name != tombstone && len(f.live) > 0 && (st.kind != KindConsent || len(f.shown()) > 0) // nothing is left of one that went to another office
	}
	t := st.look(tombstone)
	switch {
	case !any:
		return absent
	case t == nil || !slices.ContainsFunc(t.live, func(c Change) bool { return len(c.Value) > 0 }):
		return alive
	case t.split() || st.unseen(t):
		return doubted
	}
	return deleted
}

// visible tells whether lists and searches show the record.
func (st *state) visible() bool {
	l := st.life()
	return l == alive || l == doubted
}

// unseen tells whether a live value stands that none of the deleting laptops had seen.
func (st *state) unseen(t *field) bool {
	for i := range st.fields {
		f := &st.fields[i]
		if f.name == tombstone {
			continue
		}
		for j := range f.live {
			if !slices.ContainsFunc(t.live, func(c Change) bool { return slices.Contains(c.Seen, f.live[j].Dot) }) {
				return true
			}
		}
	}
	return false
}

// conflicts names the fields that wait for a person. A fact never does.
func (st *state) conflicts() (fields []string) {
	if isFact(st.kind) {
		return nil
	}
	l := st.life()
	if l == deleted || l == absent {
		return nil
	}
	for i := range st.fields {
		if f := &st.fields[i]; f.name != tombstone && f.contested() {
			fields = append(fields, f.name)
		}
	}
	if l == doubted {
		fields = append(fields, tombstone)
	}
	return fields
}

// liveDots names the live values of all fields but the tombstone, in order.
func (st *state) liveDots() (dots []Dot) {
	for i := range st.fields {
		if f := &st.fields[i]; f.name != tombstone {
			dots = append(dots, f.dots()...)
		}
	}
	return sortedDots(dots)
}
