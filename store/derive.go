package store

import (
	"bytes"
	"slices"
	"strings"
)

// derived is what follows from one record's state: whether it counts, and its rows in the indexes.
type derived struct {
	visible bool
	rows    [][]byte
}

func (st *state) derive() (d derived) {
	d.visible = st.visible()
	if len(st.conflicts()) > 0 {
		d.rows = append(d.rows, key(rowConflict, string(st.kind), st.id))
	}
	if !d.visible {
		return d
	}
	if s := schemas[st.kind]; s != nil {
		for _, name := range s.links {
			d.rows = st.appendLink(d.rows, name)
		}
	}
	if st.kind == KindScan {
		if f, ok := st.fact(); ok {
			d.rows = append(d.rows, timeKey(rowMeeting, f.Meeting, f.At, st.id), timeKey(rowMember, f.Member, f.At, st.id))
		}
	}
	return d
}

// appendLink adds the row by which the record is found.
func (st *state) appendLink(rows [][]byte, name string) [][]byte {
	to := st.text(name)
	if to == "" || len(to) > maxName || strings.IndexByte(to, 0) >= 0 { // else it would end in another's rows
		return rows
	}
	row := key(rowLink, string(st.kind), to, st.id)
	if slices.ContainsFunc(rows, func(r []byte) bool { return bytes.Equal(r, row) }) {
		return rows
	}
	return append(rows, row)
}

var languages = []string{"en", "fr"}

// fact decodes what a scan says.
func (st *state) fact() (f ScanFact, ok bool) {
	v := st.look("fact").shown()
	if f, ok = usualFact(v); ok {
		return f, true
	}
	f = ScanFact{}
	return f, len(v) > 0 && factRead.Unmarshal(v, &f) == nil
}

// usualFact reads a fact in the form in which this program writes it: quicker than any form.
func usualFact(v []byte) (f ScanFact, ok bool) {
	ok = eachOfFact(v, func(tag uint64, r *wireReader) {
		switch tag {
		case 0:
			f.Meeting = r.text(maxValue)
		case 1:
			f.Member = r.text(maxValue)
		case 2:
			f.Kind = r.text(maxValue)
		case 3:
			f.At = r.int()
		case 4:
			f.Station = r.text(maxValue)
		case 5:
			f.Nonce = r.text(maxValue)
		case 6:
			f.Undoes = r.text(maxValue)
		}
	})
	return f, ok
}

// placesOfFact reads only where a fact stands in the indexes.
func placesOfFact(v []byte) (meeting, member []byte, at int64, ok bool) {
	ok = eachOfFact(v, func(tag uint64, r *wireReader) {
		switch tag {
		case 0:
			meeting = r.textBytes(maxValue)
		case 1:
			member = r.textBytes(maxValue)
		case 3:
			at = r.int()
		default:
			r.textBytes(maxValue)
		}
	})
	return meeting, member, at, ok
}

// eachOfFact gives the fields of a usual fact; each must take what it is given.
func eachOfFact(v []byte, each func(tag uint64, r *wireReader)) bool {
	r := wireReader{b: v}
	next := uint64(0)
	for count := r.want(majorMap, 7); count > 0 && r.err == nil; count-- {
		tag := r.uint()
		if tag < next || tag > 6 {
			return false
		}
		next = tag + 1
		each(tag, &r)
	}
	return len(v) > 0 && r.end() == nil
}

// text gives a register's text on display.
func (st *state) text(name string) string {
	v := st.look(name).shown()
	if len(v) == 0 {
		return ""
	}
	return (&wireReader{b: v}).text(maxValue)
}

// rowDiff gives the index rows to take away and to add.
func rowDiff(before, after [][]byte) (gone, added [][]byte) {
	has := func(rows [][]byte, row []byte) bool {
		return slices.ContainsFunc(rows, func(r []byte) bool { return bytes.Equal(r, row) })
	}
	for _, r := range before {
		if !has(after, r) {
			gone = append(gone, r)
		}
	}
	for _, r := range after {
		if !has(before, r) {
			added = append(added, r)
		}
	}
	return gone, added
}
