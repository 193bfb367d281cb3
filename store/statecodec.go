package store

import "slices"

// author is what the changes of one edit share.
type author struct {
	device  string
	wall    int64
	logical uint32
	scope   string
}

// appendState writes a record's state: a table of authors, then each field with its live changes.
// docs/FORMAT.md, "Local full snapshot", has the shape. Equal states give equal bytes.
func appendState(b []byte, st *state) []byte {
	authors := make([]author, 0, 4)
	for i := range st.fields {
		for j := range st.fields[i].live {
			if a := authorOf(&st.fields[i].live[j]); !slices.Contains(authors, a) {
				authors = append(authors, a)
			}
		}
	}
	b = appendArray(b, 2)
	b = appendArray(b, len(authors))
	for _, a := range authors {
		b = a.append(b)
	}
	b = appendArray(b, len(st.fields))
	for i := range st.fields {
		b = appendField(b, &st.fields[i], authors)
	}
	return b
}

func authorOf(c *Change) author { return author{c.Device, c.Wall, c.Logical, c.Scope} }

func (a *author) append(b []byte) []byte {
	n := 3
	if a.scope != "" {
		n = 4
	}
	b = appendText(appendArray(b, n), a.device)
	b = appendUint(appendInt(b, a.wall), uint64(a.logical))
	if n > 3 {
		b = appendText(b, a.scope)
	}
	return b
}

func appendField(b []byte, f *field, authors []author) []byte {
	n := 2
	if len(f.orphans) > 0 {
		n = 3
	}
	b = appendText(appendArray(b, n), f.name)
	b = appendArray(b, len(f.live))
	for i := range f.live {
		c := &f.live[i]
		n := 3
		switch {
		case len(c.Seen) > 0:
			n = 5
		case len(c.Replaces) > 0:
			n = 4
		}
		b = appendUint(appendArray(b, n), uint64(slices.Index(authors, authorOf(c))))
		b = appendValue(appendUint(b, c.Seq), c.Value)
		if n > 3 {
			b = appendDots(b, c.Replaces)
		}
		if n > 4 {
			b = appendDots(b, c.Seen)
		}
	}
	if n == 3 {
		b = appendDots(b, f.orphans)
	}
	return b
}

// readState reads what appendState wrote. Values point into b, which must not change afterwards.
func readState(kind Kind, id string, b []byte) (*state, error) {
	return new(stateRoom).read(kind, id, b)
}

// stateRoom is where a state is read into. Who reads many, one after the other, reads them all into
// one: each is good until the next.
type stateRoom struct {
	state   state
	fields  []field
	changes []Change
	authors []author
	scope   string // that was read last: most of what is read is of one office
}

func (room *stateRoom) read(kind Kind, id string, b []byte) (*state, error) {
	r := wireReader{b: b}
	r.exact(2)
	authors := slices.Grow(room.authors[:0], 2)
	for range r.array(maxChanges) {
		authors = append(authors, room.author(&r))
		if r.err != nil {
			return nil, r.err
		}
	}
	n := r.array(maxChanges)
	if n > len(r.b) {
		return nil, errWire
	}
	room.authors = authors
	room.fields = emptied(room.fields, n)
	room.changes = emptied(room.changes, n) // most fields have one live change: one allocation for all of them
	room.state = state{kind: kind, id: id, fields: room.fields}
	st := &room.state
	for i := range st.fields {
		r.field(st, &st.fields[i], authors, room.changes[i:i:i+1])
		if r.err != nil {
			return nil, r.err
		}
	}
	return st, r.end()
}

func (room *stateRoom) author(r *wireReader) author {
	n := r.array(4)
	a := author{device: r.text(maxName), wall: r.int(), logical: uint32(r.want(majorUint, 1<<32-1))}
	if n < 3 {
		r.fail()
	}
	if n < 4 {
		return a
	}
	scope := r.textBytes(maxName)
	if len(scope) == 0 {
		r.fail()
	}
	if string(scope) != room.scope {
		room.scope = string(scope)
	}
	a.scope = room.scope
	return a
}

// emptied gives n zero values, in the room that there is if it is enough.
func emptied[T any](room []T, n int) []T {
	if cap(room) < n {
		return make([]T, n)
	}
	clear(room[:n])
	return room[:n]
}

func (r *wireReader) field(st *state, f *field, authors []author, live []Change) {
	parts := r.array(3)
	f.name = fieldName(r.textBytes(maxName))
	f.live = live
	for range r.array(maxChanges) {
		n, at := r.array(5), r.uint()
		c := Change{Kind: st.kind, Record: st.id, Field: f.name}
		if r.err != nil || at >= uint64(len(authors)) {
			r.fail()
			return
		}
		a := &authors[at]
		c.Scope = a.scope
		c.Stamp = Stamp{Wall: a.wall, Logical: a.logical, Dot: Dot{Device: a.device, Seq: r.uint()}}
		c.Value = r.value(maxValue)
		if n > 3 {
			c.Replaces = r.dots(maxDots)
		}
		if n > 4 {
			c.Seen = r.dots(maxDots)
		}
		f.live = append(f.live, c)
	}
	if parts == 3 {
		f.orphans = r.dots(maxChanges)
	}
	if parts < 2 {
		r.fail()
	}
}
