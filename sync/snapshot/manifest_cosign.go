package snapshot

import (
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Cosignature says that another laptop made the same full snapshot from its own state.
type Cosignature struct {
	Whole
	Device   string
	Root     signed.Hash
	Sum      [32]byte
	Manifest signed.Hash // of the manifest's message
	Wall     int64       // milliseconds since 1970 UTC by the co-signer's clock
}

type cosignForm struct {
	_          struct{} `cbor:",toarray"`
	Network    string
	Generation uint64
	Scope      string
	Root       signed.Hash
	Sum        [32]byte
	Manifest   signed.Hash
	Wall       int64
}

// Confirms tells whether a co-signature is of this manifest, by another laptop than its author.
func (c *Cosignature) Confirms(m *Manifest) bool {
	return c.Whole == m.Whole && c.Root == m.Root && c.Sum == m.Sum && c.Manifest == m.Hash && c.Device != m.Author
}

// WriteCosignature signs that this laptop found the manifest's root and sum by itself, and gives the
// object and its key: full/<generation>/<scope>-cosign-<device>-<short hash of the message>.
func WriteCosignature(id *Identity, cover [32]byte, m *Manifest, wall int64) (key string, object []byte, err error) {
	if !m.sound() || wall < 0 {
		return "", nil, fault.New("full_invalid")
	}
	message := id.Sign(CosignKind, signed.Encode(cosignForm{Network: m.Network, Generation: m.Generation, Scope: m.Scope,
		Root: m.Root, Sum: m.Sum, Manifest: m.Hash, Wall: wall}))
	object, err = covered(cover, FullPrefix, message)
	name := FullName{Generation: m.Generation, Scope: m.Scope, Sort: CosignObject, Device: id.Device(), Hash: signed.ShortOf(signed.HashOf(message))}
	return name.String(), object, err
}

// ReadCosignature reads and believes a co-signature of this network by the laptop in its name. Faults
// as ReadManifest.
func ReadCosignature(key string, object []byte, network string, cover [32]byte, signKeys SignKeys) (*Cosignature, error) {
	name, message, err := uncoverFull(key, object, cover, CosignKind, CosignObject)
	if err != nil {
		return nil, err
	}
	var f cosignForm
	if err := signed.DecodeCanonical(message.Payload, &f); err != nil || f.Wall < 0 {
		return nil, fault.New("full_unreadable", "key", key).Because(err)
	}
	c := &Cosignature{Whole: Whole{Network: f.Network, Generation: f.Generation, Scope: f.Scope}, Device: name.Device,
		Root: f.Root, Sum: f.Sum, Manifest: f.Manifest, Wall: f.Wall}
	if err := believe(key, message, c.Device, c.Whole, name, network, signKeys); err != nil {
		return nil, err
	}
	return c, nil
}
