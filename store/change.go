package store

import (
	"strconv"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store/fault"
)

// Dot names one change for ever: the laptop that made it and that laptop's sequence number.
// The upper bits of Seq (from bit 40) count the laptop's incarnations, so numbers still grow
// when a restored laptop starts over.
type Dot struct {
	Device string `cbor:"0,keyasint"`
	Seq    uint64 `cbor:"1,keyasint"`
}

// String is the form in which people and scripts name a change: "device.seq".
func (d Dot) String() string { return d.Device + "." + strconv.FormatUint(d.Seq, 10) }

// ParseDot reads the form that String writes.
func ParseDot(s string) (Dot, error) {
	device, seq, ok := strings.Cut(s, ".")
	n, err := strconv.ParseUint(seq, 10, 64)
	if !ok || device == "" || err != nil {
		return Dot{}, fault.New("bad_change", "change", s)
	}
	return Dot{Device: device, Seq: n}, nil
}

// Stamp says when and by which laptop a change was made: a hybrid logical clock (Kulkarni et al.,
// "Logical Physical Clocks", 2014) and the change's dot. Stamps order what people see; they
// never decide what is kept.
type Stamp struct {
	Wall    int64  // milliseconds since 1970 UTC, by the author's clock
	Logical uint32 // breaks ties within one millisecond
	Dot
}

// Change is one field of one record set to one value by one laptop: the atom of everything.
// A field of kind set has one path an element, "chapters:chp_x", whose value is true or absent.
// Field "~" is the record's tombstone: true for deleted, absent for restored.
// Scope is no part of what a change says, and so neither of its hash nor of its identity.
type Change struct {
	Kind     Kind
	Record   string
	Field    string
	Value    cbor.RawMessage // core deterministic CBOR; empty means cleared
	Replaces []Dot           // values of this same field that the author had seen
	Seen     []Dot           // for "~", values of other fields that the author had seen; for a clearing, where its edit says the value to others
	Scope    string          // for whom it is sealed: "" for the whole network, else an office's id
	Stamp
}

// Edit is what one action of a person changed, applied whole or not at all. Its changes share
// Wall, Logical and Device; change i has sequence First+i.
type Edit struct {
	Wall    int64
	Logical uint32
	Device  string
	First   uint64
	Changes []Change
}

// Frontier holds, for each device, the highest sequence number seen.
type Frontier map[string]uint64
