package strongbox

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"

	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
)

// MaxSealedBytes is how much one sealed file may hold; more belongs in the store.
const MaxSealedBytes = 1 << 20

const (
	sealedMagic  = "CNSB\x01" // with the format's version
	sealedPrefix = "carnet sealed file 1 "
	sealedExtra  = len(sealedMagic) + chacha20poly1305.NonceSizeX + chacha20poly1305.Overhead
)

// Put seals content under a name, replacing what was there whole or not at all. Names are up to 64
// of a-z, 0-9, - and _.
func (b *Box) Put(name string, content []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	if len(content) > MaxSealedBytes {
		return fmt.Errorf("sealed file %s: %d bytes are more than %d", name, len(content), MaxSealedBytes)
	}
	sealed, err := seal(b.Key("sealed files"), name, content)
	if err != nil {
		return err
	}
	return durable.Write(b.sealedPath(name), sealed)
}

// Get opens what was sealed under a name; nil without an error when there is nothing. Fault
// sealed_file_damaged names a file that is not what Put wrote under that name; it is left as it is.
func (b *Box) Get(name string) ([]byte, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	raw, err := durable.Read(b.sealedPath(name), MaxSealedBytes+sealedExtra)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil && !errors.Is(err, durable.ErrTooLarge):
		return nil, err
	case err == nil:
		var content []byte
		if content, err = unseal(b.Key("sealed files"), name, raw); err == nil {
			return content, nil
		}
	}
	return nil, fault.New("sealed_file_damaged", "file", sealedDir+"/"+name).Because(err)
}

// Remove forgets a name; an unknown one is no error.
func (b *Box) Remove(name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	return durable.Remove(b.sealedPath(name))
}

// Names gives the names under which something is sealed, in order.
func (b *Box) Names() ([]string, error) {
	entries, err := os.ReadDir(b.path(sealedDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, durable.Fault(b.path(sealedDir), err)
	}
	var names []string
	for _, e := range entries {
		if checkName(e.Name()) == nil {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

func (b *Box) sealedPath(name string) string { return filepath.Join(b.dir, sealedDir, name) }

const nameLetters = "abcdefghijklmnopqrstuvwxyz0123456789-_"

func checkName(name string) error {
	if name == "" || len(name) > 64 || strings.Trim(name, nameLetters) != "" {
		return fmt.Errorf("%q is no name for a sealed file", name)
	}
	return nil
}

// seal gives magic, nonce and XChaCha20-Poly1305 with the name as associated data, so that two
// files cannot be exchanged.
func seal(key [32]byte, name string, content []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		return nil, err
	}
	sealed := make([]byte, len(sealedMagic)+chacha20poly1305.NonceSizeX, len(content)+sealedExtra)
	copy(sealed, sealedMagic)
	nonce := sealed[len(sealedMagic):]
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return aead.Seal(sealed, nonce, content, []byte(sealedPrefix+name)), nil
}

func unseal(key [32]byte, name string, raw []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(raw, []byte(sealedMagic))
	if !ok || len(raw) < sealedExtra || len(raw) > MaxSealedBytes+sealedExtra {
		return nil, errors.New("not a sealed file of this version")
	}
	nonce, rest := rest[:chacha20poly1305.NonceSizeX], rest[chacha20poly1305.NonceSizeX:]
	return aead.Open([]byte{}, nonce, rest, []byte(sealedPrefix+name))
}
