package strongbox

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"io/fs"

	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
)

// The files of a box.
const (
	plateFile   = "strongbox.json" // says where the key rests; holds no secret
	wrappedFile = "master.age"     // the key under a passphrase
	plainFile   = "master.key"     // the key itself, where there is nothing better
	sealedDir   = "sealed"
)

const maxPlateBytes = 4096

// plate says where the key of a box rests. Writing it is what makes a change of place count.
type plate struct {
	Version int    `json:"version"`
	Source  Source `json:"source"`
	Entry   string `json:"entry,omitempty"` // name of the keychain's entry
	Check   string `json:"check"`           // derived from the key; tells another key from the right one
	Warned  bool   `json:"warned,omitempty"`
}

func (b *Box) readPlate() (found bool, err error) {
	raw, err := durable.Read(b.path(plateFile), maxPlateBytes)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err == nil:
		b.plate, err = decodePlate(raw)
	case !errors.Is(err, durable.ErrTooLarge):
		return false, err
	}
	if err != nil {
		return false, fault.New("sealed_file_damaged", "file", plateFile).Because(err)
	}
	return true, nil
}

func decodePlate(raw []byte) (p plate, err error) {
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&p); err != nil {
		return plate{}, err
	}
	if _, err := strict.Token(); !errors.Is(err, io.EOF) {
		return plate{}, errors.New("more than one document")
	}
	known := p.Source == FromKeychain || p.Source == FromPassphrase || p.Source == FromFile
	if p.Version != 1 || !known || p.Check == "" || (p.Source == FromKeychain) != (p.Entry != "") {
		return plate{}, errors.New("not a plate of this version")
	}
	return p, nil
}

func (p plate) write(path string) error {
	raw, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	return durable.Write(path, append(raw, '\n'))
}

// checkOf says nothing about the key but whether it is the same.
func checkOf(master [32]byte) string {
	derived, err := hkdf.Key(sha256.New, master[:], nil, "carnet strongbox 1 check", 16)
	if err != nil {
		panic(err) // only lengths beyond HKDF's limit fail
	}
	return base64.RawURLEncoding.EncodeToString(derived)
}

func encodeKey(master [32]byte) string { return base64.RawURLEncoding.EncodeToString(master[:]) }

func decodeKey(text string) (master [32]byte, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return master, errors.New("not a key") // the decoder's error could show a letter of it
	}
	if len(raw) != len(master) {
		return master, errors.New("a key of another length")
	}
	return [32]byte(raw), nil
}
