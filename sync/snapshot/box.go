package snapshot

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"strconv"

	"golang.org/x/crypto/chacha20poly1305"

	"example.org/carnet/sync/signed"
)

// markLength is how many bytes of a box tell boxes of one header apart.
const markLength = 8

// bound fingerprints what a section belongs to: network, laptop and encoded header. A header has
// the laptop's number and the hash of its delta before, so it comes once, but for a laptop that
// was copied or fell back to an older disk.
func (h *Header) bound(version int, encoded []byte) signed.Hash {
	return signed.HashOf(append([]byte("carnet section "+strconv.Itoa(version)+" "+h.about()+" "), encoded...))
}

// boxKeys gives the two keys of boxes that follow from a section's key: one seals, one makes nonces.
func boxKeys(key [32]byte) (seal, nonce []byte, err error) {
	both, err := hkdf.Key(sha256.New, key[:], nil, "carnet section 1", 64)
	if err != nil {
		return nil, nil, err
	}
	return both[:32], both[32:], nil
}

// closeBox seals a section's content. The nonce does not travel: it follows from what the section
// belongs to and from the box's mark, which follows from that and the content. So even a copied
// laptop that says two things under one header uses two nonces, whatever its source of chance is worth.
func closeBox(key [32]byte, bound signed.Hash, content []byte) ([]byte, error) {
	sealKey, nonceKey, err := boxKeys(key)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(sealKey)
	if err != nil {
		return nil, err
	}
	mark := derive(nonceKey, 0, bound, content)[:markLength]
	nonce := derive(nonceKey, 1, bound, mark)[:chacha20poly1305.NonceSizeX]
	return aead.Seal(mark, nonce, content, bound[:]), nil
}

// openBox gives the content of what closeBox sealed for the same belonging.
func openBox(key [32]byte, bound signed.Hash, box []byte) ([]byte, error) {
	if len(box) < markLength+chacha20poly1305.Overhead {
		return nil, errors.New("box too short")
	}
	sealKey, nonceKey, err := boxKeys(key)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(sealKey)
	if err != nil {
		return nil, err
	}
	mark, rest := box[:markLength], box[markLength:]
	content, err := aead.Open(nil, derive(nonceKey, 1, bound, mark)[:chacha20poly1305.NonceSizeX], rest, bound[:])
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(mark, derive(nonceKey, 0, bound, content)[:markLength]) {
		return nil, errors.New("mark of another content")
	}
	return content, nil
}

// derive is a keyed hash; purpose keeps marks and nonces apart.
func derive(key []byte, purpose byte, bound signed.Hash, data []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte{purpose})
	mac.Write(bound[:])
	mac.Write(data)
	return mac.Sum(nil)
}
