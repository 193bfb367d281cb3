package snapshot

import (
	"crypto/sha256"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// FullPrefix is where full snapshots rest in a bucket.
const FullPrefix = "full/"

// Limits of a full snapshot of one scope. Cuts depend on the changes alone, so every laptop that
// writes the same state cuts it alike.
const (
	MaxPart      = MaxObject       // bytes of a part's object
	maxPartPlain = MaxPart - 4<<10 // bytes of its content, which need not shrink to fit
	maxParts     = 4096            // of one scope
	networkScope = "network"       // stands for the scope "" in names
	maxScope     = 64              // bytes of a scope
	maxRound     = 99_999_999      // generations, eight digits
	scopeLetters = "abcdefghijklmnopqrstuvwxyz0123456789_"
)

// Whole says of what a full snapshot is: one scope of one network, in one generation.
type Whole struct {
	Network    string
	Generation uint64
	Scope      string // "" for the whole network, or an office's id
}

// FullPart is one object of a full snapshot.
type FullPart struct {
	PartSum
	Number int    // from 0
	Key    string // the object's key in the bucket
	Object []byte
}

// PartSum is what a manifest says of a part.
type PartSum struct {
	_       struct{}     `cbor:",toarray"`
	Hash    signed.Hash  // of its plain content: the same from whichever laptop
	Size    uint64       // bytes of the object
	Changes uint64       // inside
	Object  signed.Short // short hash of the object, which stands in its name
}

// RootOf gives the fingerprint of a whole full snapshot from those of its parts.
func RootOf(parts []PartSum) signed.Hash {
	h := sha256.New()
	h.Write([]byte("carnet full root 1"))
	for _, p := range parts {
		h.Write(p.Hash[:])
	}
	return signed.Hash(h.Sum(nil))
}

// folder is where this full's objects rest, up to what tells them apart.
func (w Whole) folder() string {
	scope := w.Scope
	if scope == "" {
		scope = networkScope
	}
	return fmt.Sprintf("%s%08d/%s-", FullPrefix, w.Generation, scope)
}

func (w Whole) sound() bool {
	return w.Generation > 0 && w.Generation <= maxRound && len(w.Network) > 0 && len(w.Network) <= maxScope &&
		len(w.Scope) <= maxScope && strings.Trim(w.Scope, scopeLetters) == "" && w.Scope != networkScope
}

// PartKey is the object's key in the bucket: full/<generation>/<scope>-<number>-<short hash of the object>.
func (w Whole) PartKey(number int, object signed.Short) string {
	return w.folder() + strconv.Itoa(number) + "-" + signed.Letters(object)
}

// FullSort is what an object under full/ is.
type FullSort int

// The sorts of objects under full/.
const (
	PartObject FullSort = iota + 1
	ManifestObject
	CosignObject
)

// FullName is what the key of an object under full/ says. Of the network it says nothing.
type FullName struct {
	Generation uint64
	Scope      string
	Sort       FullSort
	Number     int    // of a part
	Device     string // of a co-signature
	Hash       signed.Short
}

// String gives the object's key.
func (n FullName) String() string {
	what := "manifest"
	switch n.Sort {
	case PartObject:
		what = strconv.Itoa(n.Number)
	case CosignObject:
		what = "cosign-" + n.Device
	}
	return Whole{Generation: n.Generation, Scope: n.Scope}.folder() + what + "-" + signed.Letters(n.Hash)
}

// ParseFullName reads a key in the one form that String writes. Fault full_misnamed.
func ParseFullName(key string) (FullName, error) {
	n, ok := parseFullName(key)
	if !ok || !(Whole{Network: "any", Generation: n.Generation, Scope: n.Scope}).sound() || n.String() != key {
		return FullName{}, fault.New("full_misnamed", "key", key)
	}
	return n, nil
}

func parseFullName(key string) (n FullName, ok bool) {
	round, rest, _ := strings.Cut(strings.TrimPrefix(key, FullPrefix), "/")
	words := strings.Split(rest, "-")
	var err error
	if n.Generation, err = strconv.ParseUint(round, 10, 64); err != nil || len(words) < 3 || len(words) > 4 {
		return n, false
	}
	if n.Scope = words[0]; n.Scope == networkScope {
		n.Scope = ""
	}
	switch {
	case len(words) == 4 && words[1] == "cosign" && signed.IsDevice(words[2]):
		n.Sort, n.Device = CosignObject, words[2]
	case len(words) == 3 && words[1] == "manifest":
		n.Sort = ManifestObject
	case len(words) == 3:
		n.Sort = PartObject
		if n.Number, err = strconv.Atoi(words[1]); err != nil || n.Number < 0 || n.Number >= maxParts {
			return n, false
		}
	default:
		return n, false
	}
	n.Hash, ok = signed.ParseLetters(words[len(words)-1])
	return n, ok
}

// WriteFull makes the parts of a full snapshot, one after the other, sealed with the key of this id.
// The changes come in the order kind, record, field, wall, logical, device, seq; no more than one part
// of them is held at a time. Faults: missing_key, full_disordered, full_too_large, and those of changes.
func WriteFull(of Whole, key string, keys Keys, changes iter.Seq2[store.Change, error]) iter.Seq2[FullPart, error] {
	return func(yield func(FullPart, error) bool) { writeFull(of, gatherWeight, key, keys, changes, yield) }
}

// SumFull gives what a manifest says of these changes, without making objects: Size and Object stay
// 0. A laptop that co-signs compares RootOf it.
func SumFull(changes iter.Seq2[store.Change, error]) ([]PartSum, error) { return sumFull(changes) }

// ReadFull gives the changes of a full snapshot in the order in which they were written. It gets the
// objects by their keys, part by part; of each part nothing is given before all of it is believed.
// Every change must lie within the manifest's frontier. Faults: missing_key, full_unreadable,
// full_newer, full_altered, full_disordered, full_beyond_frontier, and those of get.
func ReadFull(m *Manifest, keys Keys, get func(key string) ([]byte, error)) iter.Seq2[store.Change, error] {
	return func(yield func(store.Change, error) bool) { readFull(m, keys, get, yield) }
}
