package snapshot

import (
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
	FullKind   = "carnet-full-1"
	CosignKind = "carnet-cosign-1"
)

// MaxManifest is the size in bytes above which a manifest or co-signature is refused unread.
const MaxManifest = 4 << 20

const (
	maxPlaces  = 4096   // laptops, since the network began
	maxDropped = 50_000 // records taken out
)

// SignKeys finds a laptop's signing key in the roster; false when it is not of the network.
type SignKeys func(device string) (ed25519.PublicKey, bool)

// Place is where one laptop's chain stood when a full snapshot was made.
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

// Manifest is what an admin says of a full snapshot of one scope.
type Manifest struct {
	Whole
	Hash       signed.Hash // of the whole message; WriteManifest and ReadManifest fill it in
	Author     string      // the laptop that signed; filled in likewise
	Frontier   []Place     // in the order of devices
	Roster     uint64      // version that the author went by
	RosterHead signed.Short
	Wall       int64       // milliseconds since 1970 UTC by the author's clock
	Root       signed.Hash // RootOf(Parts); filled in likewise
	Sum        [32]byte    // of the scope's changes up to the frontier, with those of Dropped
	Dropped    []Dropped   // in the order of kind and id
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
	Parts      []PartSum
}

// UpTo gives the manifest's frontier as the store has it.
func (m *Manifest) UpTo() store.Frontier {
	f := store.Frontier{}
	for _, p := range m.Frontier {
		if p.Last > 0 {
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
	if !m.Whole.sound() || !signed.IsDevice(m.Author) || m.Wall < 0 || m.Root != RootOf(m.Parts) ||
		len(m.Frontier) > maxPlaces || len(m.Dropped) > maxDropped || len(m.Parts) > maxParts {
		return false
	}
	for i, p := range m.Frontier {
		if !signed.IsDevice(p.Device) || i > 0 && m.Frontier[i-1].Device >= p.Device || p.Number == 0 || p.Wall < 0 {
			return false
		}
	}
	for i, d := range m.Dropped {
		if !isName(string(d.Kind)) || !isName(d.ID) || i > 0 && compareDropped(m.Dropped[i-1], d) >= 0 {
			return false
		}
	}
	return !slices.ContainsFunc(m.Parts, func(p PartSum) bool {
		return p.Changes == 0 || p.Changes > maxPartChanges || p.Size == 0 || p.Size > MaxPart
	})
}

func compareDropped(a, b Dropped) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
}

// WriteManifest signs a manifest and gives its object and key; it fills in Author, Hash and Root. The
// cover is the roster's. Fault full_invalid.
func WriteManifest(id *Identity, cover [32]byte, m *Manifest) (key string, object []byte, err error) {
	m.Author, m.Root = id.Device(), RootOf(m.Parts)
	if !m.sound() {
		return "", nil, fault.New("full_invalid")
	}
	message := id.Sign(FullKind, signed.Encode(manifestForm{Network: m.Network, Generation: m.Generation, Scope: m.Scope, Author: m.Author,
		Frontier: m.Frontier, Roster: m.Roster, RosterHead: m.RosterHead, Wall: m.Wall, Root: m.Root, Sum: m.Sum, Dropped: m.Dropped, Parts: m.Parts}))
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
	if err != nil {
		return nil, err
	}
	var f manifestForm
	if err := signed.DecodeCanonical(message.Payload, &f); err != nil {
		return nil, fault.New("full_unreadable", "key", key).Because(err)
	}
	m := &Manifest{Whole: Whole{Network: f.Network, Generation: f.Generation, Scope: f.Scope}, Hash: message.Hash, Author: f.Author,
		Frontier: f.Frontier, Roster: f.Roster, RosterHead: f.RosterHead, Wall: f.Wall, Root: f.Root, Sum: f.Sum, Dropped: f.Dropped, Parts: f.Parts}
	if err := believe(key, message, m.Author, m.Whole, name, network, signKeys); err != nil {
		return nil, err
	}
	if !m.sound() {
		return nil, fault.New("full_unreadable", "key", key).Because(errContradiction)
	}
	return m, nil
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
