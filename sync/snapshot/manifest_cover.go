package snapshot

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"

	"golang.org/x/crypto/chacha20poly1305"
)

// coverLength is how much longer a covered message is.
const coverLength = chacha20poly1305.NonceSizeX + chacha20poly1305.Overhead

// coverKeys follow from the network's cover, which every invited laptop has. One folder's objects do
// not open as another's.
func coverKeys(cover [32]byte, folder string) (seal, nonce []byte, err error) {
	both, err := hkdf.Key(sha256.New, cover[:], nil, "carnet cover 1 "+folder, 64)
	if err != nil {
		return nil, nil, err
	}
	return both[:32], both[32:], nil
}

func coverNonce(key, message []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(message)
	return mac.Sum(nil)[:chacha20poly1305.NonceSizeX]
}

// covered hides a signed message from whoever keeps the bucket. One message is one object: its nonce
// follows from its content.
func covered(cover [32]byte, folder string, message []byte) ([]byte, error) {
	sealKey, nonceKey, err := coverKeys(cover, folder)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(sealKey)
	if err != nil {
		return nil, err
	}
	nonce := coverNonce(nonceKey, message)
	return aead.Seal(nonce, nonce, message, nil), nil
}

// uncovered is the reverse of covered.
func uncovered(cover [32]byte, folder string, object []byte) ([]byte, error) {
	if len(object) < coverLength {
		return nil, errors.New("shorter than a cover")
	}
	sealKey, nonceKey, err := coverKeys(cover, folder)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(sealKey)
	if err != nil {
		return nil, err
	}
	nonce, box := object[:chacha20poly1305.NonceSizeX], object[chacha20poly1305.NonceSizeX:]
	message, err := aead.Open(nil, nonce, box, nil)
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(nonce, coverNonce(nonceKey, message)) {
		return nil, errors.New("nonce of another message")
	}
	return message, nil
}
