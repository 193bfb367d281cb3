// Package badge is what hangs on people at a forum: the code that a door reads, and the printed pages. It knows names and
// words that it is given; it never reads records, and says nothing of who may come in.
package badge

import (
	"bytes"
	"crypto/aes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"example.org/carnet/store/fault"
)

// Key is a secret that all laptops of the network hold.
type Key [32]byte

// A code is Mark and 26 letters: the member's number and six bytes of zeros, enciphered as one AES block under a key that follows from a
// network's key and the meeting. So it tells a stranger nothing, not even that two badges of two forums are one person's; a laptop
// without internet reads it; and who does not hold the key makes one that is read as a member's once in 2^48 times. Its letters
// and digits are at the same place on the English and the Canadian French keyboards that scanners play.
const (
	Mark       = "CARNETB"
	sealedSize = aes.BlockSize
	numberSize = 10
	memberMark = "mem_"
)

var (
	capitals = base32.StdEncoding.WithPadding(base32.NoPadding)
	// codeLength is 33: small enough for a code of 29 modules a side, which a phone reads at arm's length.
	codeLength = len(Mark) + capitals.EncodedLen(sealedSize)
)

// Seal makes the code of a member at a meeting, always the same one. Fault badge_odd_id when the id is none that Carnet makes.
func Seal(key Key, meeting, member string) (string, error) {
	number, err := capitals.DecodeString(strings.ToUpper(strings.TrimPrefix(member, memberMark)))
	if err != nil || len(number) != numberSize || memberOf(number) != member {
		return "", fault.New("badge_odd_id", "member", member)
	}
	var block [sealedSize]byte
	copy(block[:], number)
	cipher(key, meeting, func(c aesBlock) { c.Encrypt(block[:], block[:]) })
	return Mark + capitals.EncodeToString(block[:]), nil
}

// Is tells whether a text has the form of a code, whoever made it; spaces around it and the case of its letters do not count.
func Is(text string) bool {
	_, ok := parse(text)
	return ok
}

// Open gives the member whose code of this meeting it is, by the first key that it was made with.
func Open(keys []Key, meeting, text string) (member string, ok bool) {
	sealed, ok := parse(text)
	if !ok {
		return "", false
	}
	for _, key := range keys {
		block := sealed
		cipher(key, meeting, func(c aesBlock) { c.Decrypt(block[:], block[:]) })
		if bytes.Equal(block[numberSize:], make([]byte, sealedSize-numberSize)) {
			return memberOf(block[:numberSize]), true
		}
	}
	return "", false
}

// parse reads the one form that Seal writes.
func parse(text string) (sealed [sealedSize]byte, ok bool) {
	text = strings.TrimSpace(text)
	if len(text) != codeLength {
		return sealed, false
	}
	text = strings.ToUpper(text)
	raw, err := capitals.DecodeString(strings.TrimPrefix(text, Mark))
	if err != nil || len(raw) != sealedSize {
		return sealed, false
	}
	sealed = [sealedSize]byte(raw)
	return sealed, Mark+capitals.EncodeToString(raw) == text
}

func memberOf(number []byte) string {
	return memberMark + strings.ToLower(capitals.EncodeToString(number))
}

type aesBlock interface {
	Encrypt(dst, src []byte)
	Decrypt(dst, src []byte)
}

func cipher(key Key, meeting string, with func(aesBlock)) {
	own, err := hkdf.Key(sha256.New, key[:], nil, "carnet badge 1\x00"+meeting, len(key))
	if err == nil {
		var c aesBlock
		if c, err = aes.NewCipher(own); err == nil {
			with(c)
			return
		}
	}
	panic(err) // lengths are constants
}
