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
}

func newMeta() meta { return meta{next: 1, frontier: Frontier{}, counts: map[Kind]int{}} }

// clone lets a writer prepare the next meta while readers use this one.
func (m meta) clone() meta {
	m.frontier, m.counts = maps.Clone(m.frontier), maps.Clone(m.counts)
	return m
}

func appendMeta(b []byte, m *meta) []byte {
	b = appendArray(b, 8)
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
	return b
}

func readMeta(b []byte) (meta, error) {
	r := wireReader{b: b}
	m := newMeta()
	r.exact(8)
	m.seq, m.next, m.wall = r.uint(), r.uint(), r.int()
	m.logical, m.changes = uint32(r.want(majorUint, 1<<32-1)), r.uint()
	if digest := r.bytes(32); len(digest) == 32 {
		for i := range m.digest {
			m.digest[i] = binary.BigEndian.Uint64(digest[8*i:])
		}
	}
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
	return m, r.end()
}
