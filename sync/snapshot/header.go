// Package snapshot is the envelope in which changes travel: encoded, compressed, sealed and signed
// by one laptop, and on arrival read, verified and opened in that order.
// It may know of edits, keys it is handed and hashes; it never knows who may write (sync/roster),
// where objects rest (sync/bucket), or what merging does with an edit (store).
package snapshot

import (
	"crypto/ed25519"
	"errors"
	"strconv"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Kind is the sort and version of a delta's message; another version has another kind. Deltas of
// the first version are still read.
const (
	Kind      = "carnet-delta-2"
	firstKind = "carnet-delta-1"
)

// Limits of what is read. Seal stays well below them; see Split.
const (
	MaxObject  = 4 << 20  // bytes of a whole object
	maxPlain   = 16 << 20 // bytes of one section, decompressed
	maxHeads   = 1024
	maxSection = 64
	// MostWants is how many missing deltas one laptop asks for at once.
	MostWants = 16
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

// Want names a delta that an author knows of and cannot find.
type Want struct {
	Device string
	Number uint64
}

// Header is the part of a delta that every laptop of the network reads, keys or not. Network and
// device do not travel: a reader knows the one and reads the other in the object's name, and
// signature and seals hold for no other.
type Header struct {
	Network     string
	Device      string
	Incarnation uint64
	Number      uint64       // exactly one more than the delta before
	Previous    signed.Hash  // of the delta before; zero for the first
	Wall        int64        // milliseconds since 1970 UTC by the author's clock; for people to read
	Roster      uint64       // version of the roster that the author went by
	RosterHead  signed.Short // its last statement
	Heads       []Head       // what the author newly saw of others, in the order of their names
	First, Last uint64       // sequences of the changes inside; both 0 when there are none
	Wants       []Want       // in the order of names and numbers
}

// CompareBytes is how long frontier and digest of a witness are. They tell mistakes, not forgers, so
// what keeps chance away is enough.
const CompareBytes = 8

// Witness is what an author says of its whole state; only the network's key opens it.
type Witness struct {
	Frontier []byte // fingerprint of the author's frontier
	Digest   []byte // start of the author's digest at that frontier
}

// header1 is a header of the first version, which said the witness in the clear.
type header1 struct {
	_           struct{} `cbor:",toarray"`
	Incarnation uint64
	Number      uint64
	Previous    signed.Hash
	Wall        int64
	Roster      uint64
	RosterHead  signed.Short
	Heads       []Head
	First, Last uint64
	Frontier    []byte
	Digest      []byte
}

type header2 struct {
	_           struct{} `cbor:",toarray"`
	Incarnation uint64
	Number      uint64
	Previous    signed.Hash
	Wall        int64
	Roster      uint64
	RosterHead  signed.Short
	Heads       []rawHead
	First, Last uint64
	Wants       []rawWant
}

type rawHead struct {
	_      struct{} `cbor:",toarray"`
	Device [rawLength]byte
	Number uint64
	Hash   signed.Short
}

type rawWant struct {
	_      struct{} `cbor:",toarray"`
	Device [rawLength]byte
	Number uint64
}

// encode writes a header in this version.
func (h *Header) encode() []byte {
	wire := header2{Incarnation: h.Incarnation, Number: h.Number, Previous: h.Previous, Wall: h.Wall, Roster: h.Roster,
		RosterHead: h.RosterHead, First: h.First, Last: h.Last}
	for _, head := range h.Heads {
		device, _ := raw(head.Device)
		wire.Heads = append(wire.Heads, rawHead{Device: device, Number: head.Number, Hash: head.Hash})
	}
	for _, want := range h.Wants {
		device, _ := raw(want.Device)
		wire.Wants = append(wire.Wants, rawWant{Device: device, Number: want.Number})
	}
	return signed.Encode(wire)
}

// decode reads a header, and the witness of one of the first version.
func (h *Header) decode(version int, data []byte) (w Witness, err error) {
	if version == 1 {
		var wire header1
		if err := signed.DecodeCanonical(data, &wire); err != nil {
			return w, err
		}
		h.Incarnation, h.Number, h.Previous, h.Wall, h.Roster, h.RosterHead, h.Heads, h.First, h.Last =
			wire.Incarnation, wire.Number, wire.Previous, wire.Wall, wire.Roster, wire.RosterHead, wire.Heads, wire.First, wire.Last
		w = Witness{Frontier: wire.Frontier, Digest: wire.Digest}
		return w, w.sound()
	}
	var wire header2
	if err := signed.DecodeCanonical(data, &wire); err != nil {
		return w, err
	}
	h.Incarnation, h.Number, h.Previous, h.Wall, h.Roster, h.RosterHead, h.First, h.Last =
		wire.Incarnation, wire.Number, wire.Previous, wire.Wall, wire.Roster, wire.RosterHead, wire.First, wire.Last
	for _, head := range wire.Heads {
		h.Heads = append(h.Heads, Head{Device: lettered(head.Device[:]), Number: head.Number, Hash: head.Hash})
	}
	for _, want := range wire.Wants {
		h.Wants = append(h.Wants, Want{Device: lettered(want.Device[:]), Number: want.Number})
	}
	return w, nil
}

func (w Witness) sound() error {
	if len(w.Frontier) != len(w.Digest) || len(w.Digest) != 0 && len(w.Digest) != CompareBytes {
		return errors.New("witness of another length")
	}
	return nil
}

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
	for i, want := range h.Wants {
		ordered = ordered && signed.IsDevice(want.Device) && want.Number > 0 && (i == 0 || h.Wants[i-1].before(want))
	}
	return ordered && signed.IsDevice(h.Device) && len(h.Network) <= 64 && h.Number > 0 && len(h.Heads) <= maxHeads && len(h.Wants) <= MostWants &&
		(h.Number == 1) == (h.Previous == signed.Hash{}) && (h.First == 0) == (h.Last == 0) && h.First <= h.Last
}

func (w Want) before(other Want) bool {
	return w.Device < other.Device || w.Device == other.Device && w.Number < other.Number
}

// Expect is what a reader knows and a delta must agree with.
type Expect struct {
	Network string
	SignKey func(device string) (ed25519.PublicKey, bool) // from the roster
	Link    func(device string) Link                      // where that laptop's chain stands here
}
