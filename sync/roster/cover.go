package roster

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Prefix is where statements rest in a bucket.
const Prefix = "roster/"

// MaxObject is the size in bytes of the largest object that holds a statement.
const MaxObject = MaxStatement + chacha20poly1305.NonceSizeX + chacha20poly1305.Overhead

// Cover keeps names of offices and coordinators from whoever keeps the bucket. Every laptop that
// was ever invited has it; it protects no key, those are sealed to single laptops.
type Cover [32]byte

// NewCover makes the cover of a new network.
func NewCover() Cover {
	var c Cover
	rand.Read(c[:]) // it never returns an error
	return c
}

// Name is the key of a statement's object: roster/<version>-<hash of the statement>.
func Name(version uint64, hash signed.Hash) string {
	return PageName(version, signed.ShortOf(hash))
}

// PageName is Name where only the short hash is known.
func PageName(version uint64, hash signed.Short) string {
	return fmt.Sprintf("%s%08d-%s", Prefix, version, signed.Letters(hash))
}

// LastRepeat is the highest number of a repeat.
const LastRepeat = 9

// RepeatName is under what a page lies beside something else that stands in its place: its name, and a number from 2 to LastRepeat.
func RepeatName(key string, number int) string { return key + "-" + strconv.Itoa(number) }

// ParseName reads a key in the one form that Name writes, or that of a repeat of it. Fault roster_misnamed.
func ParseName(key string) (version uint64, hash signed.Short, err error) {
	name := key
	if at := len(key) - len("-2"); at > 0 && key[at] == '-' && key[at+1] >= '2' && key[at+1] <= '0'+LastRepeat {
		name = key[:at]
	}
	digits, letters, _ := strings.Cut(strings.TrimPrefix(name, Prefix), "-")
	version, err = strconv.ParseUint(digits, 10, 64)
	hash, ok := signed.ParseLetters(letters)
	if err != nil || !ok || PageName(version, hash) != name {
		return 0, signed.Short{}, fault.New("roster_misnamed", "key", key)
	}
	return version, hash, nil
}

// Object gives a statement as it rests in the bucket, and its key. The same statement gives the
// same object: its nonce follows from its content.
func (c Cover) Object(statement []byte) (key string, object []byte, err error) {
	l, err := read(statement)
	if err != nil {
		return "", nil, err
	}
	aead, err := chacha20poly1305.NewX(c[:])
	if err != nil {
		return "", nil, err
	}
	nonce := c.nonce(statement)
	return Name(l.Version, l.message.Hash), aead.Seal(nonce, nonce, statement, nil), nil
}

func (c Cover) nonce(statement []byte) []byte {
	key := sha256.Sum256(append([]byte("carnet cover nonce 1 "), c[:]...))
	mac := hmac.New(sha256.New, key[:])
	mac.Write(statement)
	return mac.Sum(nil)[:chacha20poly1305.NonceSizeX]
}

// Open takes a statement out of its object. One of a newer version may stand under any number. Faults: roster_misnamed, roster_unreadable.
func (c Cover) Open(key string, object []byte) ([]byte, error) {
	version, hash, err := ParseName(key)
	if err != nil {
		return nil, err
	}
	if len(object) < chacha20poly1305.NonceSizeX || len(object) > MaxObject {
		return nil, fault.New("roster_unreadable")
	}
	aead, err := chacha20poly1305.NewX(c[:])
	if err != nil {
		return nil, err
	}
	nonce, box := object[:chacha20poly1305.NonceSizeX], object[chacha20poly1305.NonceSizeX:]
	statement, err := aead.Open(nil, nonce, box, nil)
	if err != nil {
		return nil, fault.New("roster_unreadable").Because(err)
	}
	if signed.ShortOf(signed.HashOf(statement)) != hash {
		return nil, fault.New("roster_misnamed", "key", key)
	}
	if !bytes.Equal(nonce, c.nonce(statement)) {
		return nil, fault.New("roster_unreadable")
	}
	if l, err := read(statement); err == nil && l.Version != version {
		return nil, fault.New("roster_misnamed", "key", key)
	}
	return statement, nil
}
