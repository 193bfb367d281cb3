package snapshot

import (
	"encoding/base32"
	"strings"

	"example.org/carnet/sync/signed"
)

// Names of laptops and keys, and the random part of ids, are 16 letters of base32 that stand for
// 10 bytes. In an object they stand as those bytes.
const (
	rawLength  = 10
	rawLetters = 16
)

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// raw gives the bytes that 16 letters stand for; false for any other text.
func raw(text string) (b [rawLength]byte, ok bool) {
	if !signed.IsDevice(text) {
		return b, false
	}
	_, err := letters.Decode(b[:], []byte(text))
	return b, err == nil
}

// lettered is the reverse of raw.
func lettered(b []byte) string { return letters.EncodeToString(b) }

// joined puts names one after the other; false when one of them is none.
func joined(names []string) (all []byte, ok bool) {
	for _, name := range names {
		b, ok := raw(name)
		if !ok {
			return nil, false
		}
		all = append(all, b[:]...)
	}
	return all, true
}

// split is the reverse of joined.
func split(all []byte) (names []string, ok bool) {
	for ; len(all) >= rawLength; all = all[rawLength:] {
		names = append(names, lettered(all[:rawLength]))
	}
	return names, len(all) == 0
}

// regular cuts an id of the usual form, as mem_abcdefghijklmnop, into what it is of and its bytes.
func regular(id string) (prefix string, b [rawLength]byte, ok bool) {
	prefix, rest, found := strings.Cut(id, "_")
	if !found || len(prefix) == 0 || len(rest) != rawLetters {
		return "", b, false
	}
	b, ok = raw(rest)
	return prefix, b, ok
}
