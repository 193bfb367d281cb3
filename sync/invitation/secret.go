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
	"encoding/binary"
	"strings"

	"example.org/carnet/store/fault"
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

// Words spell 16 bits each: a consonant for 4 bits, a vowel for 2, in turn (Wilkerson's proquints).
// Nine words carry the secret and two bytes of its SHA-256, so that a misheard word is noticed.
const (
	consonants = "bdfghjklmnprstvz"
	vowels     = "aiou"
	wordCount  = 9
)

// Words gives the secret in a form that can be read out over a telephone.
func (s Secret) Words() string {
	sum := sha256.Sum256(s[:])
	data := append(s[:], sum[:2]...)
	words := make([]string, 0, wordCount)
	for i := 0; i < len(data); i += 2 {
		n := binary.BigEndian.Uint16(data[i:])
		words = append(words, string([]byte{consonants[n>>12], vowels[n>>10&3], consonants[n>>6&15], vowels[n>>4&3], consonants[n&15]}))
	}
	return strings.Join(words, " ")
}

// ParseWords reads what Words wrote; case, hyphens and spaces do not count. Fault bad_words.
func ParseWords(text string) (Secret, error) {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' })
	var data []byte
	for _, word := range words {
		n, ok := parseWord(word)
		if !ok {
			return Secret{}, fault.New("bad_words", "word", clip(word))
		}
		data = binary.BigEndian.AppendUint16(data, n)
	}
	var s Secret
	copy(s[:], data)
	if len(words) != wordCount || s.Words() != strings.Join(words, " ") {
		return Secret{}, fault.New("bad_words", "word", "")
	}
	return s, nil
}

func parseWord(word string) (n uint16, ok bool) {
	if len(word) != 5 {
		return 0, false
	}
	for i := range word {
		alphabet, bits := consonants, 4
		if i%2 == 1 {
			alphabet, bits = vowels, 2
		}
		at := strings.IndexByte(alphabet, word[i])
		if at < 0 {
			return 0, false
		}
		n = n<<bits | uint16(at)
	}
	return n, true
}

func clip(word string) string { return word[:min(len(word), 20)] }
