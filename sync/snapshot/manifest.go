package snapshot

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"errors"
	"slices"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Kinds of the messages about full snapshots.
const (
	FullKind      = "carnet-full-2"
	FirstFullKind = "carnet-full-1" // still read
	CosignKind    = "carnet-cosign-1"
)

// MaxManifest is the size in bytes above which a manifest or co-signature is refused unread.
const MaxManifest = 4 << 20

const (
	maxPlaces  = 4096   // laptops, since the network began
	maxEnds    = 65     // of one laptop: its chain and its branches
	maxDropped = 50_000 // records taken out
)

const (
	// MaxAside bounds how many parts of deltas a manifest names that were set aside.
	MaxAside = 20_000
	// TailHash is how many bytes of a hash stand in a tail, and MaxTail how many hashes.
	TailHash = 8
	MaxTail  = 256
)

// SignKeys finds a laptop's signing key in the roster; false when it is not of the network.
type SignKeys func(device string) (ed25519.PublicKey, bool)

// Place is where one laptop's chain, or a branch of it, stood when a full snapshot was made.
type Place struct {
	_           struct{} `cbor:",toarray"`
	Device      string
	Incarnation uint64
	Number      uint64      // of its last delta inside
	Hash        signed.Hash // of that delta
	Last        uint64      // sequence of its last change inside; 0 when there is none
	Wall        int64       // of that delta
}

// Dropped is a record that was taken out, and the sum of its changes, which stays in the digest.
type Dropped struct {
	_    struct{} `cbor:",toarray"`
	Kind store.Kind
	ID   string
	Sum  [32]byte
}

// Aside is a part of a delta that all who can read it have set aside, so that none of its changes are in the full snapshot. In an
// office's scope its sum is in the digest of every laptop, as those count it who cannot read it; in the network's it is
// nowhere, and the sum is zero.
type Aside struct {
	_      struct{} `cbor:",toarray"`
	Device string
	Number uint64
	Hash   signed.Short // of the delta
	First  uint64       // sequence of the first change; 0 for all that the section has
	Sum    [32]byte
}

// Manifest is what an admin says of a full snapshot of one scope.
type Manifest struct {
	Whole
	Hash       signed.Hash // of the whole message; WriteManifest and ReadManifest fill it in
	Author     string      // the laptop that signed; filled in likewise
	First      bool        // it is of the first version, which tells nothing of branches, tails and what was set aside
	Frontier   []Place     // in the order of devices; of a laptop whose chain split, every end, by number and hash
	Roster     uint64      // version that the author went by
	RosterHead signed.Short
	Wall       int64       // milliseconds since 1970 UTC by the author's clock
	Root       signed.Hash // RootOf(Parts); filled in likewise
	Sum        [32]byte    // of the scope's changes up to the frontier, with those of Dropped
	Dropped    []Dropped   // in the order of kind and id
	Aside      []Aside     // in the order of device, number, hash and first
	Tails      [][]byte    // in the network's: for each place the start of the hashes of its last deltas, in their order
	Parts      []PartSum
}

type manifestForm struct {
	_          struct{} `cbor:",toarray"`
	Network    string
	Generation uint64
	Scope      string
	Author     string
	Frontier   []Place
	Roster     uint64
	RosterHead signed.Short
	Wall       int64
	Root       signed.Hash
	Sum        [32]byte
	Dropped    []Dropped
	Aside      []Aside
	Tails      [][]byte
	Parts      []PartSum
}

// firstForm is manifestForm of the first version.
type firstForm struct {
	_          struct{} `cbor:",toarray"`
	Network    string
	Generation uint64
	Scope      string
	Author     string
	Frontier   []Place
	Roster     uint64
	RosterHead signed.Short
	Wall       int64
	Root       signed.Hash
	Sum        [32]byte
	Dropped    []Dropped
	Parts      []PartSum
}

// UpTo gives the manifest's frontier as the store has it.
func (m *Manifest) UpTo() store.Frontier {
	f := store.Frontier{}
	for _, p := range m.Frontier {
		if p.Last > f[p.Device] {
			f[p.Device] = p.Last
		}
	}
	return f
}

// Changes tells how many changes the parts hold.
func (m *Manifest) Changes() (n uint64) {
	for _, p := range m.Parts {
		n += p.Changes
	}
	return n
}

// Size tells how many bytes the parts are to fetch.
func (m *Manifest) Size() (n uint64) {
	for _, p := range m.Parts {
		n += p.Size
	}
	return n
}

// PartKey is the key of one part's object.
func (m *Manifest) PartKey(number int) string { return m.Whole.PartKey(number, m.Parts[number].Object) }

// sound checks what a manifest says of itself.
func (m *Manifest) sound() bool {
	if !m.Whole.sound() || !signed.IsDevice(m.Author) || m.Wall < 0 || m.Root != RootOf(m.Parts) || len(m.Dropped) > maxDropped || len(m.Parts) > maxParts {
		return false
	}
	for i, d := range m.Dropped {
		if !isName(string(d.Kind)) || !isName(d.ID) || i > 0 && compareDropped(m.Dropped[i-1], d) >= 0 {
			return false
		}
	}
	return m.soundPlaces() && m.soundTails() && m.soundAside() && !slices.ContainsFunc(m.Parts, func(p PartSum) bool {
		return p.Changes == 0 || p.Changes > maxPartChanges || p.Size == 0 || p.Size > MaxPart
	})
}

func (m *Manifest) soundPlaces() bool {
	ends := 0
	for i, p := range m.Frontier {
		if !signed.IsDevice(p.Device) || p.Number == 0 || p.Wall < 0 || i > 0 && ComparePlaces(m.Frontier[i-1], p) >= 0 {
			return false
		}
		if ends++; i == 0 || m.Frontier[i-1].Device != p.Device {
			ends = 1
		}
		if ends > maxEnds || ends > 1 && m.First {
			return false
		}
	}
	return len(m.Frontier) <= maxPlaces
}

// ComparePlaces orders places by laptop, number and hash.
func ComparePlaces(a, b Place) int {
	return cmp.Or(cmp.Compare(a.Device, b.Device), cmp.Compare(a.Number, b.Number), bytes.Compare(a.Hash[:], b.Hash[:]))
}

func (m *Manifest) soundTails() bool {
	if len(m.Tails) == 0 {
		return true
	}
	if m.Scope != "" || len(m.Tails) != len(m.Frontier) {
		return false
	}
	for i, tail := range m.Tails {
		n := uint64(len(tail) / TailHash)
		if len(tail)%TailHash != 0 || n > MaxTail || n > m.Frontier[i].Number || n > 0 && !bytes.Equal(tail[len(tail)-TailHash:], m.Frontier[i].Hash[:TailHash]) {
			return false
		}
	}
	return true
}

func (m *Manifest) soundAside() bool {
	for i, a := range m.Aside {
		if !signed.IsDevice(a.Device) || a.Number == 0 || i > 0 && CompareAside(m.Aside[i-1], a) >= 0 || m.Scope == "" && a.First > 0 && a.Sum != [32]byte{} {
			return false
		}
	}
	return len(m.Aside) <= MaxAside
}

// CompareAside orders what was set aside by laptop, number, hash and first sequence.
func CompareAside(a, b Aside) int {
	return cmp.Or(cmp.Compare(a.Device, b.Device), cmp.Compare(a.Number, b.Number), bytes.Compare(a.Hash[:], b.Hash[:]), cmp.Compare(a.First, b.First))
}

func compareDropped(a, b Dropped) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
}

// WriteManifest signs a manifest and gives its object and key; it fills in Author, Hash and Root. The
// cover is the roster's. Fault full_invalid.
func WriteManifest(id *Identity, cover [32]byte, m *Manifest) (key string, object []byte, err error) {
	m.Author, m.Root, m.First = id.Device(), RootOf(m.Parts), false
	if !m.sound() {
		return "", nil, fault.New("full_invalid")
	}
	message := id.Sign(FullKind, signed.Encode(manifestForm{Network: m.Network, Generation: m.Generation, Scope: m.Scope, Author: m.Author,
		Frontier: m.Frontier, Roster: m.Roster, RosterHead: m.RosterHead, Wall: m.Wall, Root: m.Root, Sum: m.Sum, Dropped: m.Dropped, Aside: m.Aside, Tails: m.Tails, Parts: m.Parts}))
	m.Hash = signed.HashOf(message)
	if len(message) > MaxManifest-coverLength {
		return "", nil, fault.New("full_invalid")
	}
	object, err = covered(cover, FullPrefix, message)
	name := FullName{Generation: m.Generation, Scope: m.Scope, Sort: ManifestObject, Hash: signed.ShortOf(m.Hash)}
	return name.String(), object, err
}

// ReadManifest reads and believes a manifest of this network. Whether its author may write one is the
// roster's to say. Faults: full_misnamed, full_unreadable, full_newer, full_other_network,
// full_device_unknown, full_forged.
func ReadManifest(key string, object []byte, network string, cover [32]byte, signKeys SignKeys) (*Manifest, error) {
	name, message, err := uncoverFull(key, object, cover, FullKind, ManifestObject)
	first := fault.Is(err, "full_newer")
	if first {
		name, message, err = uncoverFull(key, object, cover, FirstFullKind, ManifestObject)
	}
	if err != nil {
		return nil, err
	}
	f, err := manifestOf(message.Payload, first)
	if err != nil {
		return nil, fault.New("full_unreadable", "key", key).Because(err)
	}
	m := &Manifest{Whole: Whole{Network: f.Network, Generation: f.Generation, Scope: f.Scope}, Hash: message.Hash, Author: f.Author, First: first,
		Frontier: f.Frontier, Roster: f.Roster, RosterHead: f.RosterHead, Wall: f.Wall, Root: f.Root, Sum: f.Sum, Dropped: f.Dropped,
		Aside: f.Aside, Tails: f.Tails, Parts: f.Parts}
	if err := believe(key, message, m.Author, m.Whole, name, network, signKeys); err != nil {
		return nil, err
	}
	if !m.sound() {
		return nil, fault.New("full_unreadable", "key", key).Because(errContradiction)
	}
	return m, nil
}

// manifestOf reads a payload of either version.
func manifestOf(payload []byte, first bool) (f manifestForm, err error) {
	if !first {
		return f, signed.DecodeCanonical(payload, &f)
	}
	var old firstForm
	err = signed.DecodeCanonical(payload, &old)
	return manifestForm{Network: old.Network, Generation: old.Generation, Scope: old.Scope, Author: old.Author, Frontier: old.Frontier, Roster: old.Roster,
		RosterHead: old.RosterHead, Wall: old.Wall, Root: old.Root, Sum: old.Sum, Dropped: old.Dropped, Parts: old.Parts}, err
}

var errContradiction = errors.New("it contradicts itself")

// uncoverFull takes a message out of an object under full/ whose name says that it is of this sort.
func uncoverFull(key string, object []byte, cover [32]byte, kind string, sort FullSort) (FullName, signed.Message, error) {
	name, err := ParseFullName(key)
	if err != nil {
		return name, signed.Message{}, err
	}
	if name.Sort != sort {
		return name, signed.Message{}, fault.New("full_misnamed", "key", key)
	}
	if len(object) > MaxManifest {
		return name, signed.Message{}, fault.New("full_unreadable", "key", key)
	}
	data, err := uncovered(cover, FullPrefix, object)
	if err != nil {
		return name, signed.Message{}, fault.New("full_unreadable", "key", key).Because(err)
	}
	m, err := signed.Parse(kind, data, MaxManifest)
	switch {
	case errors.Is(err, signed.ErrKind):
		return name, m, fault.New("full_newer", "key", key).Because(err)
	case err != nil:
		return name, m, fault.New("full_unreadable", "key", key).Because(err)
	case signed.ShortOf(m.Hash) != name.Hash:
		return name, m, fault.New("full_misnamed", "key", key)
	}
	return name, m, nil
}

// believe checks that a message speaks of this network and of what its name says, and that this laptop signed it.
func believe(key string, m signed.Message, author string, of Whole, name FullName, network string, signKeys SignKeys) error {
	if of.Network != network {
		return fault.New("full_other_network", "key", key)
	}
	if of.Generation != name.Generation || of.Scope != name.Scope {
		return fault.New("full_misnamed", "key", key)
	}
	signKey, known := signKeys(author)
	if !known {
		return fault.New("full_device_unknown", "device", author)
	}
	if err := m.Verify(signKey); err != nil {
		return fault.New("full_forged", "device", author).Because(err)
	}
	return nil
}
