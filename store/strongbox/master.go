package strongbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"strings"

	"filippo.io/age"

	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
)

const (
	defaultWorkFactor = 17 // 128 MiB and about 0.4 s on a small laptop
	maxWorkFactor     = 20 // a file that asks for more is not ours
	maxMasterBytes    = 4096
	wrappedTitle      = "carnet master key 1 sha256 "
	plainTitle        = "carnet master key 1 "
)

// writeWrapped writes the key under a passphrase: a line with the hash of the rest, then an age
// file with one scrypt stanza. The hash tells a damaged file from a wrong passphrase.
func writeWrapped(path string, master [32]byte, passphrase string, factor int) error {
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return err
	}
	if factor == 0 {
		factor = defaultWorkFactor
	}
	recipient.SetWorkFactor(factor)
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, recipient)
	if err != nil {
		return err
	}
	if _, err := w.Write(master[:]); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	sum := sha256.Sum256(sealed.Bytes())
	return durable.Write(path, append([]byte(wrappedTitle+hex.EncodeToString(sum[:])+"\n"), sealed.Bytes()...))
}

func readWrapped(path, passphrase string) (master [32]byte, err error) {
	if passphrase == "" {
		return master, fault.New("passphrase_needed")
	}
	raw, err := readMaster(path, wrappedFile)
	if err != nil {
		return master, err
	}
	sealed, err := unwrapTitle(raw)
	if err != nil {
		return master, fault.New("sealed_file_damaged", "file", wrappedFile).Because(err)
	}
	return openWrapped(sealed, passphrase)
}

// unwrapTitle checks the first line and gives what follows it.
func unwrapTitle(raw []byte) (sealed []byte, err error) {
	line, sealed, ok := bytes.Cut(raw, []byte("\n"))
	sum := sha256.Sum256(sealed)
	if !ok || string(line) != wrappedTitle+hex.EncodeToString(sum[:]) {
		return nil, errors.New("the hash differs")
	}
	return sealed, nil
}

func openWrapped(sealed []byte, passphrase string) (master [32]byte, err error) {
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return master, err
	}
	identity.SetMaxWorkFactor(maxWorkFactor)
	r, err := age.Decrypt(bytes.NewReader(sealed), identity)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return master, fault.New("wrong_passphrase").Because(err)
	}
	var plain []byte
	if err == nil {
		plain, err = io.ReadAll(io.LimitReader(r, 33))
	}
	if err == nil && len(plain) != len(master) {
		err = errors.New("a key of another length")
	}
	if err != nil {
		return master, fault.New("sealed_file_damaged", "file", wrappedFile).Because(err)
	}
	return [32]byte(plain), nil
}

func writePlain(path string, master [32]byte) error {
	return durable.Write(path, []byte(plainTitle+encodeKey(master)+"\n"))
}

func readPlain(path string) (master [32]byte, err error) {
	raw, err := readMaster(path, plainFile)
	if err != nil {
		return master, err
	}
	text, titled := strings.CutPrefix(string(raw), plainTitle)
	text, ended := strings.CutSuffix(text, "\n")
	master, err = decodeKey(text)
	if !titled || !ended || err != nil {
		return master, fault.New("sealed_file_damaged", "file", plainFile).Because(err)
	}
	return master, nil
}

func readMaster(path, name string) ([]byte, error) {
	raw, err := durable.Read(path, maxMasterBytes)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.New("key_missing").Because(err)
	case errors.Is(err, durable.ErrTooLarge):
		return nil, fault.New("sealed_file_damaged", "file", name).Because(err)
	case err != nil:
		return nil, err
	}
	return raw, nil
}
