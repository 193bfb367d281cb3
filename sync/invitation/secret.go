// Package invitation is the file that brings a laptop into a network, and the request that the
// laptop leaves in the bucket for it.
// It may know of keys, words and text armour; it never knows whether a seat is still open (that is
// sync/roster) nor how a request travels.
package invitation

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"

	"example.org/carnet/sync/signed"
)

// Secret opens one invitation. It travels inside the file, or apart from it as words.
type Secret [16]byte

// NewSecret makes a random secret.
func NewSecret() Secret {
	var s Secret
	rand.Read(s[:]) // it never returns an error
	return s
}

// NewID gives a new invitation a name.
func NewID() string {
	s := NewSecret()
	return "inv_" + signed.Fingerprint(signed.HashOf(s[:]), 16)
}

// derive gives a key for one purpose of one invitation.
func (s Secret) derive(id, purpose string) []byte {
	key, err := hkdf.Key(sha256.New, s[:], []byte(id), "carnet invitation "+purpose+" 1", 32)
	if err != nil {
		panic(err) // the length is a constant
	}
	return key
}

func (s Secret) proofKey(id string) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(s.derive(id, "proof"))
}

// Proof is what the roster keeps: any admin can check with it that a request was made by a holder
// of the secret, without learning the secret.
func (s Secret) Proof(id string) ed25519.PublicKey {
	return s.proofKey(id).Public().(ed25519.PublicKey)
}

// Words gives the secret in a form that can be read out over a telephone.
func (s Secret) Words() string { return signed.Words("", s) }

// ParseWords reads what Words wrote; case, hyphens and spaces do not count. Fault bad_words.
func ParseWords(text string) (Secret, error) {
	s, err := signed.ParseWords("", text)
	return s, err
}
