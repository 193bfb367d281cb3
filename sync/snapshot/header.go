// Package snapshot is the envelope in which changes travel: encoded, compressed, sealed and signed
// by one laptop, and on arrival read, verified and opened in that order.
// It may know of edits, keys it is handed and hashes; it never knows who may write (sync/roster),
// where objects rest (sync/bucket), or what merging does with an edit (store).
package snapshot

import (
	"crypto/ed25519"
	"strconv"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Kind is the sort and version of a delta's message; another version has another kind.
const Kind = "carnet-delta-1"

// Limits of what is read. Seal stays well below them; see Split.
const (
	MaxObject  = 4 << 20  // bytes of a whole object
	maxPlain   = 16 << 20 // bytes of one section, decompressed
	maxHeads   = 1024
	maxSection = 64
)

// Link is where the chain of one laptop's deltas stands: what the next one must follow.
type Link struct {
	Number      uint64 // 0 before the first delta
	Hash        signed.Hash
	Incarnation uint64
	Last        uint64 // sequence of the last change that went out
}

// Head is what an author had seen of another laptop's chain.
type Head struct {
	_      struct{} `cbor:",toarray"`
	Device string
	Number uint64
	Hash   signed.Short
}

// Header is the part of a delta that every laptop of the network reads, keys or not. Network and
// device do not travel: a reader knows the one and reads the other in the object's name, and
// signature and seals hold for no other.
type Header struct {
	_           struct{} `cbor:",toarray"`
	Network     string   `cbor:"-"`
	Device      string   `cbor:"-"`
	Incarnation uint64
	Number      uint64       // exactly one more than the delta before
	Previous    signed.Hash  // of the delta before; zero for the first
	Wall        int64        // milliseconds since 1970 UTC by the author's clock; for people to read
	Roster      uint64       // version of the roster that the author went by
	RosterHead  signed.Short // its last statement
	Heads       []Head       // what the author newly saw of others, in the order of their names
	First, Last uint64       // sequences of the changes inside; both 0 when there are none
	Frontier    []byte       // fingerprint of the author's frontier
	Digest      []byte       // start of the author's digest at that frontier
}

// CompareBytes is how long frontier and digest are. They tell mistakes, not forgers, so what
// keeps chance away is enough.
const CompareBytes = 8

// about is what the signature covers beside the payload.
func (h *Header) about() string { return h.Network + " " + h.Device }

// Link gives the place in the chain that this delta takes. An empty delta leaves Last as it was.
func (d *Delta) Link(before Link) Link {
	last := before.Last
	if d.Last != 0 {
		last = d.Last
	}
	return Link{Number: d.Number, Hash: d.Hash, Incarnation: d.Incarnation, Last: last}
}

// Follows checks that a delta is the next of its laptop's chain. Faults: delta_replayed,
// delta_gap, delta_forked.
func (d *Delta) Follows(before Link) error {
	switch {
	case d.Number == before.Number && d.Hash == before.Hash:
		return fault.New("delta_replayed", "device", d.Device, "number", number(d.Number))
	case d.Number <= before.Number:
		return fault.New("delta_forked", "device", d.Device, "number", number(d.Number))
	case d.Number > before.Number+1:
		return fault.New("delta_gap", "device", d.Device, "number", number(d.Number), "expected", number(before.Number+1))
	case d.Previous != before.Hash || d.Incarnation < before.Incarnation:
		return fault.New("delta_forked", "device", d.Device, "number", number(d.Number))
	case d.First != 0 && d.First <= before.Last:
		return fault.New("delta_replayed", "device", d.Device, "number", number(d.Number))
	}
	return nil
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

// sound checks what a header says of itself, before anything believes it.
func (h *Header) sound() bool {
	ordered := true
	for i, head := range h.Heads {
		ordered = ordered && signed.IsDevice(head.Device) && (i == 0 || h.Heads[i-1].Device < head.Device)
	}
	return ordered && signed.IsDevice(h.Device) && len(h.Network) <= 64 && h.Number > 0 && len(h.Heads) <= maxHeads &&
		(h.Number == 1) == (h.Previous == signed.Hash{}) && (h.First == 0) == (h.Last == 0) && h.First <= h.Last &&
		len(h.Frontier) == len(h.Digest) && (len(h.Digest) == 0 || len(h.Digest) == CompareBytes)
}

// Expect is what a reader knows and a delta must agree with.
type Expect struct {
	Network string
	SignKey func(device string) (ed25519.PublicKey, bool) // from the roster
	Link    func(device string) Link                      // where that laptop's chain stands here
}
