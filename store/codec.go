package store

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"
	"strings"
	"unicode/utf8"

	"example.org/carnet/store/fault"
)

// Limits of what one change may hold, for our own writes and for foreign ones.
const (
	maxName    = 256      // bytes of a kind, id, field or device
	maxValue   = 64 << 10 // bytes of one value
	maxDots    = 4096     // values that one change replaces or has seen
	maxChanges = 100_000  // changes of one edit
)

func compareDots(a, b Dot) int {
	return cmp.Or(cmp.Compare(a.Device, b.Device), cmp.Compare(a.Seq, b.Seq))
}

// compareStamps is the order of what people see; every laptop shares it.
func compareStamps(a, b Stamp) int {
	return cmp.Or(cmp.Compare(a.Wall, b.Wall), cmp.Compare(a.Logical, b.Logical), compareDots(a.Dot, b.Dot))
}

// compareChanges orders changes of one field; only a forked laptop's twins differ in nothing but content.
func compareChanges(a, b *Change) int {
	return cmp.Or(compareStamps(a.Stamp, b.Stamp), bytes.Compare(a.Value, b.Value),
		slices.CompareFunc(a.Replaces, b.Replaces, compareDots), slices.CompareFunc(a.Seen, b.Seen, compareDots))
}

// sortedDots gives the set of these dots in order.
func sortedDots(dots []Dot) []Dot {
	if len(dots) < 2 {
		return dots
	}
	dots = slices.Clone(dots)
	slices.SortFunc(dots, compareDots)
	return slices.Compact(dots)
}

// check refuses what no Carnet writes, so that nothing strange is ever kept or passed on.
func (c *Change) check() error {
	bad := func(what string) error {
		return fault.New("bad_change", "change", c.String(), "kind", string(c.Kind), "record", c.Record, "what", what)
	}
	for _, name := range []string{string(c.Kind), c.Record, c.Field, c.Device} {
		if name == "" || len(name) > maxName || strings.IndexByte(name, 0) >= 0 {
			return bad("name")
		}
	}
	if c.Seq == 0 || c.Wall < 0 || len(c.Replaces) > maxDots || len(c.Seen) > maxDots {
		return bad("stamp")
	}
	if slices.Contains(c.Replaces, c.Dot) {
		return bad("replaces")
	}
	if len(c.Scope) > maxName || strings.IndexByte(c.Scope, 0) >= 0 || !utf8.ValidString(c.Scope) {
		return bad("scope")
	}
	if len(c.Value) == 0 {
		return nil
	}
	r := wireReader{b: c.Value}
	if r.value(maxValue) == nil || r.end() != nil {
		return bad("value")
	}
	return nil
}

// appendChange writes the canonical encoding of a change: what is hashed.
func appendChange(b []byte, c *Change) []byte { return appendTen(appendArray(b, 10), c) }

// appendPast writes a row of history: the canonical encoding, with the scope where there is one.
func appendPast(b []byte, c *Change) []byte {
	if c.Scope == "" {
		return appendChange(b, c)
	}
	return appendText(appendTen(appendArray(b, 11), c), c.Scope)
}

func appendTen(b []byte, c *Change) []byte {
	b = appendText(b, string(c.Kind))
	b = appendText(b, c.Record)
	b = appendText(b, c.Field)
	b = appendValue(b, c.Value)
	b = appendDots(b, c.Replaces)
	b = appendDots(b, c.Seen)
	b = appendInt(b, c.Wall)
	b = appendUint(b, uint64(c.Logical))
	b = appendText(b, c.Device)
	return appendUint(b, c.Seq)
}

// readChange reads what appendPast wrote.
func readChange(b []byte) (Change, error) {
	r := wireReader{b: b}
	n := r.array(11)
	c := Change{Kind: Kind(r.text(maxName)), Record: r.text(maxName), Field: r.text(maxName)}
	c.Value = slices.Clone(r.value(maxValue))
	c.Replaces, c.Seen = r.dots(maxDots), r.dots(maxDots)
	c.Wall, c.Logical = r.int(), uint32(r.want(majorUint, 1<<32-1))
	c.Device, c.Seq = r.text(maxName), r.uint()
	if n == 11 {
		c.Scope = r.scope()
	}
	if n < 10 {
		r.fail()
	}
	if err := r.end(); err != nil {
		return Change{}, err
	}
	return c, c.check()
}

// hashChange is the change's part of the digest.
func hashChange(c *Change, scratch []byte) [sha256.Size]byte {
	return sha256.Sum256(appendChange(scratch[:0], c))
}

// AppendEdit writes an edit in the encoding of docs/FORMAT.md, "Changes and merge": the same bytes in
// journals, local full snapshots and snapshots.
func AppendEdit(b []byte, e *Edit) []byte { return appendEdit(b, e, false) }

// appendEdit can leave out the values, and what they replace and have seen.
func appendEdit(b []byte, e *Edit, bare bool) []byte {
	b = appendArray(b, 5)
	b = appendText(b, e.Device)
	b = appendUint(b, e.First)
	b = appendInt(b, e.Wall)
	b = appendUint(b, uint64(e.Logical))
	groups := 0
	for i := range e.Changes {
		if i == 0 || !sameGroup(&e.Changes[i-1], &e.Changes[i]) {
			groups++
		}
	}
	b = appendArray(b, groups)
	for i := 0; i < len(e.Changes); {
		n := 1
		for i+n < len(e.Changes) && sameGroup(&e.Changes[i], &e.Changes[i+n]) {
			n++
		}
		b = appendGroup(b, e.First, e.Changes[i:i+n], bare)
		i += n
	}
	return b
}

func sameGroup(a, b *Change) bool {
	return a.Record == b.Record && a.Kind == b.Kind && a.Scope == b.Scope
}

func appendGroup(b []byte, first uint64, changes []Change, bare bool) []byte {
	parts := 3
	if changes[0].Scope != "" {
		parts = 4
	}
	b = appendArray(b, parts)
	b = appendText(b, string(changes[0].Kind))
	b = appendText(b, changes[0].Record)
	b = appendArray(b, len(changes))
	for i := range changes {
		c := &changes[i]
		n, value := 3, c.Value
		switch {
		case bare:
			value = nil
		case len(c.Seen) > 0:
			n = 5
		case len(c.Replaces) > 0:
			n = 4
		}
		b = appendUint(appendArray(b, n), c.Seq-first)
		b = appendValue(appendText(b, c.Field), value)
		if n > 3 {
			b = appendDots(b, c.Replaces)
		}
		if n > 4 {
			b = appendDots(b, c.Seen)
		}
	}
	if parts > 3 {
		b = appendText(b, changes[0].Scope)
	}
	return b
}

// ReadEdit reads one edit that AppendEdit wrote; the bytes may come from anybody. Fault bad_change.
func ReadEdit(b []byte) (Edit, error) {
	r := wireReader{b: b}
	e := r.edit()
	if err := r.end(); err != nil {
		return Edit{}, fault.New("bad_change", "what", "encoding").Because(err)
	}
	for i := range e.Changes {
		if err := e.Changes[i].check(); err != nil {
			return Edit{}, err
		}
	}
	return e, nil
}

// edit reads an edit whose values point into the input.
func (r *wireReader) edit() Edit {
	r.exact(5)
	e := Edit{Device: r.text(maxName), First: r.uint(), Wall: r.int(), Logical: uint32(r.want(majorUint, 1<<32-1))}
	for range r.array(maxChanges) {
		parts, from := r.array(4), len(e.Changes)
		kind, record := Kind(r.text(maxName)), r.text(maxName)
		for range r.array(maxChanges) {
			c := r.item(&e)
			c.Kind, c.Record = kind, record
			if r.err != nil || len(e.Changes) >= maxChanges {
				r.fail()
				return Edit{}
			}
			e.Changes = append(e.Changes, c)
		}
		if parts < 3 {
			r.fail()
		}
		if parts < 4 {
			continue
		}
		scope := r.scope()
		for i := range e.Changes[from:] {
			e.Changes[from+i].Scope = scope
		}
	}
	return e
}

// scope reads whom something is sealed for, where it is not for all.
func (r *wireReader) scope() string {
	scope := r.text(maxName)
	if scope == "" {
		r.fail()
	}
	return scope
}

func (r *wireReader) item(e *Edit) Change {
	n := r.array(5)
	offset := r.uint()
	c := Change{Stamp: Stamp{Wall: e.Wall, Logical: e.Logical, Dot: Dot{Device: e.Device, Seq: e.First + offset}}}
	c.Field, c.Value = r.text(maxName), r.value(maxValue)
	if n > 3 {
		c.Replaces = r.dots(maxDots)
	}
	if n > 4 {
		c.Seen = r.dots(maxDots)
	}
	if n < 3 || c.Seq < e.First || n == 4 && c.Replaces == nil || n == 5 && c.Seen == nil {
		r.fail()
	}
	return c
}
