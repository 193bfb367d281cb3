package store

import (
	"encoding/binary"
	"encoding/hex"
	"maps"
	"math/bits"
	"slices"
)

// sum is a set hash: the sum of the hashes of all changes, modulo 2^256. It is the same in whatever order they came.
type sum [4]uint64

func (s *sum) add(hash [32]byte) {
	var carry uint64
	for i := 3; i >= 0; i-- {
		s[i], carry = bits.Add64(s[i], binary.BigEndian.Uint64(hash[8*i:]), carry)
	}
}

func (s *sum) plus(other sum) {
	var carry uint64
	for i := 3; i >= 0; i-- {
		s[i], carry = bits.Add64(s[i], other[i], carry)
	}
}

func (s *sum) minus(other sum) {
	var borrow uint64
	for i := 3; i >= 0; i-- {
		s[i], borrow = bits.Sub64(s[i], other[i], borrow)
	}
}

// sumOf reads the words of a sum.
func sumOf(b [32]byte) (s sum) {
	for i := range s {
		s[i] = binary.BigEndian.Uint64(b[8*i:])
	}
	return s
}

func (s sum) bytes() []byte {
	b := make([]byte, 0, 32)
	for _, word := range s {
		b = binary.BigEndian.AppendUint64(b, word)
	}
	return b
}

func (s sum) String() string { return hex.EncodeToString(s.bytes()) }

// meta is what the view knows of itself, written in the same step as what it describes.
type meta struct {
	seq      uint64 // of the last journal frame applied
	next     uint64 // sequence of this laptop's next change
	wall     int64  // hybrid logical clock
	logical  uint32
	changes  uint64 // how many there are, live and past
	digest   sum
	frontier Frontier
	counts   map[Kind]int // visible records

	closed    sum               // of changes that this laptop cannot read
	unkeyed   map[string]uint64 // changes that were summed without their scope's key, by scope
	hidesCard bool              // the network does not share the cards of members

	// Not in the row of the meta, but in rows beside it.
	keys    scopeKeys
	drops   drops // records that were taken out
	dropped sum   // of their changes
}

func newMeta() meta {
	return meta{next: 1, frontier: Frontier{}, counts: map[Kind]int{}, unkeyed: map[string]uint64{}}
}

// clone lets a writer prepare the next meta while readers use this one.
func (m meta) clone() meta {
	m.frontier, m.counts, m.unkeyed = maps.Clone(m.frontier), maps.Clone(m.counts), maps.Clone(m.unkeyed)
	return m
}

func appendMeta(b []byte, m *meta) []byte {
	n := 8
	if m.closed != (sum{}) || len(m.unkeyed) > 0 || m.hidesCard {
		n = 9
	}
	b = appendArray(b, n)
	b = appendUint(appendUint(b, m.seq), m.next)
	b = appendUint(appendInt(b, m.wall), uint64(m.logical))
	b = appendBytes(appendUint(b, m.changes), m.digest.bytes())
	b = appendArray(b, len(m.frontier))
	for _, device := range slices.Sorted(maps.Keys(m.frontier)) {
		b = appendUint(appendText(appendArray(b, 2), device), m.frontier[device])
	}
	b = appendArray(b, len(m.counts))
	for _, kind := range slices.Sorted(maps.Keys(m.counts)) {
		b = appendUint(appendText(appendArray(b, 2), string(kind)), uint64(m.counts[kind]))
	}
	if n > 8 {
		b = appendScopes(b, m)
	}
	return b
}

// appendScopes writes what a meta knows of scopes.
func appendScopes(b []byte, m *meta) []byte {
	b = appendBytes(appendArray(b, 3), m.closed.bytes())
	b = appendArray(b, len(m.unkeyed))
	for _, scope := range slices.Sorted(maps.Keys(m.unkeyed)) {
		b = appendUint(appendText(appendArray(b, 2), scope), m.unkeyed[scope])
	}
	return appendBool(b, m.hidesCard)
}

func (r *wireReader) scopes(m *meta) {
	r.exact(3)
	m.closed = r.sum()
	for range r.array(maxChanges) {
		r.exact(2)
		m.unkeyed[r.scope()] = r.uint()
		if r.err != nil {
			return
		}
	}
	m.hidesCard = r.bool()
}

// sum reads 32 bytes.
func (r *wireReader) sum() (s sum) {
	if b := r.bytes(32); len(b) == 32 {
		return sumOf([32]byte(b))
	}
	r.fail()
	return s
}

func readMeta(b []byte) (meta, error) {
	r := wireReader{b: b}
	m := newMeta()
	n := r.array(9)
	m.seq, m.next, m.wall = r.uint(), r.uint(), r.int()
	m.logical, m.changes = uint32(r.want(majorUint, 1<<32-1)), r.uint()
	m.digest = r.sum()
	for range r.array(maxChanges) {
		r.exact(2)
		m.frontier[r.text(maxName)] = r.uint()
		if r.err != nil {
			return meta{}, r.err
		}
	}
	for range r.array(maxChanges) {
		r.exact(2)
		m.counts[Kind(r.text(maxName))] = int(r.uint())
		if r.err != nil {
			return meta{}, r.err
		}
	}
	if n > 8 {
		r.scopes(&m)
	}
	if n < 8 {
		r.fail()
	}
	return m, r.end()
}
