package store

import (
	"encoding/binary"
	"encoding/hex"
	"math/bits"
)

// Sum is a set hash: the sum of the leaves of changes, modulo 2^256, as a big-endian number. It is the same in whatever
// order they came.
type Sum [32]byte

// Add gives the sum of two sets that have no change in common.
func (a Sum) Add(b Sum) Sum {
	var carry uint64
	for i := 24; i >= 0; i -= 8 {
		var word uint64
		word, carry = bits.Add64(binary.BigEndian.Uint64(a[i:]), binary.BigEndian.Uint64(b[i:]), carry)
		binary.BigEndian.PutUint64(a[i:], word)
	}
	return a
}

// Sub gives what is left of a when b, a part of it, is taken out.
func (a Sum) Sub(b Sum) Sum {
	var borrow uint64
	for i := 24; i >= 0; i -= 8 {
		var word uint64
		word, borrow = bits.Sub64(binary.BigEndian.Uint64(a[i:]), binary.BigEndian.Uint64(b[i:]), borrow)
		binary.BigEndian.PutUint64(a[i:], word)
	}
	return a
}

// String gives the sum as 64 hex digits.
func (a Sum) String() string { return hex.EncodeToString(a[:]) }

// Closed is a section of another laptop's delta that this laptop has no key to read: only the sum of its changes counts here.
// Whoever applies one sees to it that each is applied once; it is durable together with the notes of the same Apply.
type Closed struct {
	Device string
	Last   uint64 // the highest sequence inside
	Sum    Sum    // of its changes
	Open   bool   // it was closed and now is not: the sum is taken out again, and its edits come in the same Apply
}
