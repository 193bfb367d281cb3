package signed

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"example.org/carnet/store/fault"
)

// Words spell 16 bits each: a consonant for 4 bits, a vowel for 2, in turn (Wilkerson's proquints).
// Nine words carry a secret of 16 bytes and two bytes of a sum over it, so that a misheard word is noticed.
const (
	consonants = "bdfghjklmnprstvz"
	vowels     = "aiou"
	wordCount  = 9
)

// Words gives a secret in a form that can be read out over a telephone or written on paper. The
// purpose enters the sum: words told for one thing are not taken for another.
func Words(purpose string, secret [16]byte) string {
	sum := sha256.Sum256(append([]byte(purpose), secret[:]...))
	return Spell(append(secret[:], sum[:2]...))
}

// Spell gives an even number of bytes as words, two bytes each.
func Spell(data []byte) string {
	words := make([]string, 0, len(data)/2)
	for i := 0; i+1 < len(data); i += 2 {
		n := binary.BigEndian.Uint16(data[i:])
		words = append(words, string([]byte{consonants[n>>12], vowels[n>>10&3], consonants[n>>6&15], vowels[n>>4&3], consonants[n&15]}))
	}
	return strings.Join(words, " ")
}

// ParseWords reads what Words wrote for the same purpose; case, hyphens and spaces do not count.
// Fault bad_words.
func ParseWords(purpose, text string) (secret [16]byte, err error) {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' })
	var data []byte
	for _, word := range words {
		n, ok := parseWord(word)
		if !ok {
			return secret, fault.New("bad_words", "word", word[:min(len(word), 20)])
		}
		data = binary.BigEndian.AppendUint16(data, n)
	}
	copy(secret[:], data)
	if len(words) != wordCount || Words(purpose, secret) != strings.Join(words, " ") {
		return [16]byte{}, fault.New("bad_words", "word", "")
	}
	return secret, nil
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
