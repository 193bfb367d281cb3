package store

import "encoding/hex"

// Sum is a set hash: the sum of the leaves of changes, modulo 2^256, as a big-endian number. It is the same in whatever
// order they came.
type Sum [32]byte

// Add gives the sum of two sets that have no change in common.
func (a Sum) Add(b Sum) Sum {
	s := sumOf(a)
	s.plus(sumOf(b))
	return Sum(s.bytes())
}

// Sub gives what is left of a when b, a part of it, is taken out.
func (a Sum) Sub(b Sum) Sum {
	s := sumOf(a)
	s.minus(sumOf(b))
	return Sum(s.bytes())
}

// String gives the sum as 64 hex digits.
func (a Sum) String() string { return hex.EncodeToString(a[:]) }

// Closed is a section of another laptop's delta that this laptop has no key to read: only the sum of its changes counts here.
// It is durable together with the notes of the same Apply, so that who keeps account of sections in notes applies each
// once. It says nothing that could be told apart from a repetition: a Closed that is applied twice counts twice.
type Closed struct {
	Device string
	Last   uint64 // the highest sequence inside
	Sum    Sum    // of its changes
	Open   bool   // it was closed and now is not: the sum is taken out again, and its edits come in the same Apply
}

// close counts a section that cannot be read, or counts it no more.
func (b *batch) close(c *Closed) {
	m := &b.meta
	if c.Open {
		m.closed.minus(sumOf(c.Sum))
		b.shutRow(c.Device, c.Last).minus(sumOf(c.Sum))
	} else {
		m.closed.plus(sumOf(c.Sum))
		b.shutRow(c.Device, c.Last).plus(sumOf(c.Sum))
	}
	if c.Last > 0 { // of a delta without changes before any with some nothing is seen
		m.frontier[c.Device] = max(m.frontier[c.Device], c.Last)
	}
	if c.Device == b.device && c.Last >= m.next { // others know more of this laptop than it does: it was restored
		m.next = nextIncarnation(c.Last)
	}
}
