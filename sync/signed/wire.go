// Package signed is what every object of the bucket has in common: bytes in one canonical form,
// signed by one laptop whose name is the fingerprint of its key.
// It may know of keys, CBOR and signatures; it never knows what a message means, who may write
// one, or where it travels.
package signed

import (
	"bytes"
	"crypto/sha256"

	"github.com/fxamacker/cbor/v2"
)

// Hash is a SHA-256 fingerprint.
type Hash = [sha256.Size]byte

// HashOf gives the fingerprint of these bytes.
func HashOf(data []byte) Hash { return sha256.Sum256(data) }

// Short is the start of a Hash. Names of objects and reminders have it, where nobody can bring
// about another object to match; what a chain rests on is whole.
type Short = [16]byte

// ShortOf cuts a hash.
func ShortOf(h Hash) Short { return Short(h[:]) }

// Most items that one array or map of an object may claim to have; a greater claim is refused
// before anything is allocated for it.
const maxItems = 1 << 20

var (
	encoding = func() cbor.EncMode {
		options := cbor.CoreDetEncOptions()
		options.NilContainers = cbor.NilContainerAsEmpty // one form only: an absent list is an empty list
		return must(options.EncMode())
	}()
	decoding = must(cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		UTF8:              cbor.UTF8RejectInvalid,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		MaxNestedLevels:   8,
		MaxArrayElements:  maxItems,
		MaxMapPairs:       4096,
	}.DecMode())
)

// must is for the two modes above: their options are constants that a test would see fail.
func must[T any](mode T, err error) T {
	if err != nil {
		panic(err)
	}
	return mode
}

// Encode writes v in core deterministic CBOR (RFC 8949, 4.2.1).
func Encode(v any) []byte {
	data, err := encoding.Marshal(v)
	if err != nil {
		panic(err) // only types of ours come here, and all of them can be written
	}
	return data
}

// Decode reads strictly: no unknown field, no tag, no indefinite length, nothing left over.
func Decode(data []byte, v any) error { return decoding.Unmarshal(data, v) }

// DecodeCanonical also refuses bytes that Encode would have written in another way, so that one
// meaning has one hash.
func DecodeCanonical(data []byte, v any) error {
	if err := Decode(data, v); err != nil {
		return err
	}
	again, err := encoding.Marshal(v)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, data) {
		return errNotCanonical
	}
	return nil
}

// Wellformed checks that data is exactly one item of CBOR within the same limits.
func Wellformed(data []byte) error { return decoding.Wellformed(data) }
