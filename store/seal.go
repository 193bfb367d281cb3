package store

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"

	"golang.org/x/crypto/chacha20poly1305"
)

// keyring holds the keys derived from the home's one key, so that no two uses share one.
type keyring struct {
	journal, full, mark cipher.AEAD
	view                []byte // 32 bytes, for Badger
}

func newKeyring(key [32]byte) (k keyring, err error) {
	derive := func(use string) (sub []byte) {
		if err == nil {
			sub, err = hkdf.Key(sha256.New, key[:], nil, "carnet store 1 "+use, chacha20poly1305.KeySize)
		}
		return sub
	}
	aead := func(use string) (a cipher.AEAD) {
		if sub := derive(use); err == nil {
			a, err = chacha20poly1305.NewX(sub)
		}
		return a
	}
	k = keyring{journal: aead("journal"), full: aead("full"), mark: aead("mark"), view: derive("view")}
	return k, err
}

const (
	nonceSize    = chacha20poly1305.NonceSizeX
	sealOverhead = chacha20poly1305.Overhead
)

// appendNonce adds a random nonce: 192 bits are enough never to meet one twice.
func appendNonce(b []byte) []byte {
	n := len(b)
	b = append(b, make([]byte, nonceSize)...)
	_, _ = rand.Read(b[n:]) // never fails: crypto/rand ends the process instead
	return b
}
