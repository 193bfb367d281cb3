package roster

import (
	"bytes"
	"cmp"
	"errors"
	"slices"

	"example.org/carnet/sync/signed"
)

// Who revokes a laptop, or gives it another role, says where its chain ended as far as is known then: what
// comes later, and what parts from the chain before, is judged by what holds now, whatever roster it names. Else its
// program could go on with the old roster for ever. A chain that split has several ends.

// kind3 is the kind of the statements that name ends: revocations and promotions.
const kind3 = "carnet-roster-3"

// MaxEnds is how many ends one laptop's chain may have.
const MaxEnds = 65

// End is a delta of a laptop, up to which and with all that it follows something holds.
type End struct {
	_       struct{} `cbor:",toarray"`
	Number  uint64
	Hash    signed.Hash
	LastSeq uint64 // of the last change in it or before it; 0 when there is none
}

type statement3 struct {
	_        struct{} `cbor:",toarray"`
	Network  string
	Version  uint64
	Previous signed.Hash
	Author   string
	Wall     int64
	Said     saying3
}

type saying3 struct {
	Revoke  *revocation3 `cbor:"3,keyasint,omitempty"`
	Promote *promotion3  `cbor:"8,keyasint,omitempty"`
}

type revocation3 struct {
	_      struct{} `cbor:",toarray"`
	Device string
	Ends   []End
	Keys   grants
}

type promotion3 struct {
	_      struct{} `cbor:",toarray"`
	Device string
	Role   Role
	Office string
	Ends   []End
	Keys   grants
}

// read3 decodes a statement that names ends.
func read3(payload []byte) (statement, error) {
	var wire statement3
	if err := signed.DecodeCanonical(payload, &wire); err != nil {
		return statement{}, err
	}
	var said saying
	var ends []End
	if r := wire.Said.Revoke; r != nil {
		ends = r.Ends
		said.Revoke = &revocation{Device: r.Device, Last: lastOf(r.Ends).Number, LastSeq: lastOf(r.Ends).LastSeq, Keys: r.Keys, Ends: r.Ends}
	}
	if p := wire.Said.Promote; p != nil {
		ends = p.Ends
		said.Promote = &promotion{Device: p.Device, Role: p.Role, Office: p.Office, Keys: p.Keys, Ends: p.Ends}
	}
	if !inOrder(ends) {
		return statement{}, errors.New("ends out of order")
	}
	return statement{Network: wire.Network, Version: wire.Version, Previous: wire.Previous, Author: wire.Author, Wall: wire.Wall, Said: said}, nil
}

// encode gives a statement's kind and payload.
func (s *statement) encode() (kind string, payload []byte) {
	wire := statement3{Network: s.Network, Version: s.Version, Previous: s.Previous, Author: s.Author, Wall: s.Wall}
	if r := s.Said.Revoke; r != nil && r.Ends != nil {
		wire.Said.Revoke = &revocation3{Device: r.Device, Ends: r.Ends, Keys: r.Keys}
		return kind3, signed.Encode(wire)
	}
	if p := s.Said.Promote; p != nil && p.Ends != nil {
		wire.Said.Promote = &promotion3{Device: p.Device, Role: p.Role, Office: p.Office, Ends: p.Ends, Keys: p.Keys}
		return kind3, signed.Encode(wire)
	}
	return Kind, signed.Encode(*s)
}

// inOrder: by number and hash, each once, none without a number.
func inOrder(ends []End) bool {
	return ends != nil && len(ends) <= MaxEnds && slices.IsSortedFunc(ends, compareEnds) &&
		(len(ends) == 0 || ends[0].Number > 0) && len(slices.CompactFunc(slices.Clone(ends), func(a, b End) bool { return compareEnds(a, b) == 0 })) == len(ends)
}

func compareEnds(a, b End) int {
	return cmp.Or(cmp.Compare(a.Number, b.Number), bytes.Compare(a.Hash[:], b.Hash[:]))
}

// lastOf gives the highest number and sequence of ends.
func lastOf(ends []End) (last End) {
	for _, e := range ends {
		last.Number, last.LastSeq = max(last.Number, e.Number), max(last.LastSeq, e.LastSeq)
	}
	return last
}

// ordered puts ends in the one order in which they are written; none is an empty list, which says that nothing counts.
func ordered(ends []End) []End {
	list := slices.SortedFunc(slices.Values(ends), compareEnds)
	if list == nil {
		list = []End{}
	}
	return list
}

// Lowering is a statement that took something away from what a laptop may write, and where its chain ended then.
type Lowering struct {
	Version uint64
	By      signed.Hash // the statement
	At      int64       // its author's clock, in milliseconds since 1970
	Ends    []End
}

// LastSeq is the highest sequence that counts; 0 when nothing does.
func (l Lowering) LastSeq() uint64 { return lastOf(l.Ends).LastSeq }

// lowers tells whether a laptop may write less in its new place than before. Members of another office than before are
// no more its own.
func lowers(before, after *Laptop) bool {
	return rank(after.Role) < rank(before.Role) || after.Office != before.Office && after.Role != Admin && after.Role != Reader
}

func rank(r Role) int { return slices.Index([]Role{Reader, Door, Coordinator, Admin}, r) }
