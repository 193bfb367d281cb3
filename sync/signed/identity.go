package signed

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"strings"

	"filippo.io/age"

	"example.org/carnet/store/fault"
)

// Identity is what makes a laptop itself: the key it signs with, the key that others seal to, and
// how many times it has started over from a backup. It is secret; it rests in the strongbox.
type Identity struct {
	key         ed25519.PrivateKey
	reader      *age.X25519Identity
	first       string    // the laptop's name when it is of an older key; else empty
	before      *Identity // the keys before these, which some may still go by; else nil
	Incarnation uint64
}

// NewIdentity makes a laptop that nobody knows yet.
func NewIdentity() (*Identity, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	reader, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	return &Identity{key: key, reader: reader}, nil
}

// Derive makes the identity that follows from a secret, always the same one.
func Derive(secret []byte, purpose string) (*Identity, error) {
	both, err := hkdf.Key(sha256.New, secret, nil, "carnet "+purpose+" 1", ed25519.SeedSize+32)
	if err != nil {
		return nil, err
	}
	reader, err := age.ParseX25519Identity(strings.ToUpper(bech32("age-secret-key-", both[ed25519.SeedSize:])))
	if err != nil {
		return nil, errors.New("age identity") // the cause may quote the secret
	}
	return &Identity{key: ed25519.NewKeyFromSeed(both[:ed25519.SeedSize]), reader: reader}, nil
}

// Rekeyed gives this laptop new keys. It keeps its name; it also keeps the key that it had, for as
// long as the roster goes by that one.
func (i *Identity) Rekeyed() (*Identity, error) {
	fresh, err := NewIdentity()
	if err != nil {
		return nil, err
	}
	fresh.first, fresh.Incarnation = i.Device(), i.Incarnation
	fresh.before = &Identity{key: i.key, reader: i.reader, first: i.first, Incarnation: i.Incarnation}
	return fresh, nil
}

// Holding gives this laptop as the one that signs with this key: the present one or the one before
// it; false when it has no such key.
func (i *Identity) Holding(key ed25519.PublicKey) (*Identity, bool) {
	if i.SignKey().Equal(key) {
		return i, true
	}
	if i.before != nil {
		return i.before.Holding(key)
	}
	return nil, false
}

// Device is the laptop's name: the fingerprint of its first signing key.
func (i *Identity) Device() string {
	if i.first != "" {
		return i.first
	}
	return DeviceOf(i.SignKey())
}

// SignKey is the public half of the signing key.
func (i *Identity) SignKey() ed25519.PublicKey { return i.key.Public().(ed25519.PublicKey) }

// Recipient is the age recipient that others seal keys to, as "age1…".
func (i *Identity) Recipient() string { return i.reader.Recipient().String() }

// Reader opens what was sealed to Recipient.
func (i *Identity) Reader() age.Identity { return i.reader }

// Readers also opens what was sealed to the recipient before it, by somebody who did not know yet.
func (i *Identity) Readers() []age.Identity {
	if i.before == nil {
		return []age.Identity{i.reader}
	}
	return []age.Identity{i.reader, i.before.reader}
}

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// DeviceOf names the laptop of this key: the first 16 letters of the base32 of its SHA-256.
func DeviceOf(key ed25519.PublicKey) string { return Fingerprint(HashOf(key), 16) }

// Fingerprint gives the first n letters of a hash in lower-case base32.
func Fingerprint(h Hash, n int) string { return strings.ToLower(letters.EncodeToString(h[:]))[:n] }

// Letters writes a short hash as names of objects have it: 26 letters of lower-case base32.
func Letters(s Short) string { return strings.ToLower(letters.EncodeToString(s[:])) }

// ParseLetters reads the one form that Letters writes.
func ParseLetters(text string) (s Short, ok bool) {
	raw, err := letters.DecodeString(strings.ToUpper(text))
	if err != nil || len(raw) != len(s) {
		return Short{}, false
	}
	s = Short(raw)
	return s, Letters(s) == text
}

// IsDevice tells whether s has the form of a laptop's name.
func IsDevice(s string) bool {
	return len(s) == 16 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

type identityForm struct {
	_           struct{} `cbor:",toarray"`
	Version     uint64
	Seed        []byte
	Reader      string
	Incarnation uint64
}

// rekeyedForm is identityForm, version 2, of a laptop that has had other keys.
type rekeyedForm struct {
	_           struct{} `cbor:",toarray"`
	Version     uint64
	Seed        []byte
	Reader      string
	Incarnation uint64
	First       string // the laptop's name
	Before      []byte // seed of the key before, or empty
	ReaderThen  string // and the identity
}

// Marshal gives the identity's secret bytes, for the strongbox and nowhere else.
func (i *Identity) Marshal() []byte {
	if i.first == "" {
		return Encode(identityForm{Version: 1, Seed: i.key.Seed(), Reader: i.reader.String(), Incarnation: i.Incarnation})
	}
	f := rekeyedForm{Version: 2, Seed: i.key.Seed(), Reader: i.reader.String(), Incarnation: i.Incarnation, First: i.first}
	if i.before != nil {
		f.Before, f.ReaderThen = i.before.key.Seed(), i.before.reader.String()
	}
	return Encode(f)
}

// ParseIdentity reads what Marshal wrote. Fault identity_unreadable.
func ParseIdentity(data []byte) (*Identity, error) {
	var f rekeyedForm
	var first identityForm
	err := DecodeCanonical(data, &first)
	if err == nil {
		f = rekeyedForm{Version: first.Version + 1, Seed: first.Seed, Reader: first.Reader, Incarnation: first.Incarnation}
	} else {
		err = DecodeCanonical(data, &f)
	}
	if err != nil {
		return nil, fault.New("identity_unreadable")
	}
	reader, err := age.ParseX25519Identity(f.Reader)
	if err != nil || f.Version != 2 || len(f.Seed) != ed25519.SeedSize || len(f.Before) != 0 && len(f.Before) != ed25519.SeedSize ||
		f.First != "" && !IsDevice(f.First) {
		// The cause may quote the secret, so it goes no further.
		return nil, fault.New("identity_unreadable")
	}
	i := &Identity{key: ed25519.NewKeyFromSeed(f.Seed), reader: reader, first: f.First, Incarnation: f.Incarnation}
	if len(f.Before) == 0 {
		return i, nil
	}
	then, err := age.ParseX25519Identity(f.ReaderThen)
	if err != nil {
		return nil, fault.New("identity_unreadable")
	}
	i.before = &Identity{key: ed25519.NewKeyFromSeed(f.Before), reader: then, Incarnation: f.Incarnation}
	if i.before.Device() != f.First {
		i.before.first = f.First
	}
	return i, nil
}
