package signed

import (
	"crypto/ed25519"
	"crypto/rand"
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

// Device is the laptop's name: the fingerprint of its signing key.
func (i *Identity) Device() string { return DeviceOf(i.SignKey()) }

// SignKey is the public half of the signing key.
func (i *Identity) SignKey() ed25519.PublicKey { return i.key.Public().(ed25519.PublicKey) }

// Recipient is the age recipient that others seal keys to, as "age1…".
func (i *Identity) Recipient() string { return i.reader.Recipient().String() }

// Reader opens what was sealed to Recipient.
func (i *Identity) Reader() age.Identity { return i.reader }

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

// Marshal gives the identity's secret bytes, for the strongbox and nowhere else.
func (i *Identity) Marshal() []byte {
	return Encode(identityForm{Version: 1, Seed: i.key.Seed(), Reader: i.reader.String(), Incarnation: i.Incarnation})
}

// ParseIdentity reads what Marshal wrote. Fault identity_unreadable.
func ParseIdentity(data []byte) (*Identity, error) {
	var f identityForm
	if err := DecodeCanonical(data, &f); err != nil {
		return nil, fault.New("identity_unreadable").Because(err)
	}
	reader, err := age.ParseX25519Identity(f.Reader)
	if err == nil && (f.Version != 1 || len(f.Seed) != ed25519.SeedSize) {
		err = errors.New("version or seed")
	}
	if err != nil {
		// The cause may quote the secret, so it goes no further.
		return nil, fault.New("identity_unreadable")
	}
	return &Identity{key: ed25519.NewKeyFromSeed(f.Seed), reader: reader, Incarnation: f.Incarnation}, nil
}
