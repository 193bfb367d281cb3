// Package strongbox keeps the one key of a laptop's home, from which all other keys at rest are
// derived, and small sealed files such as the laptop's identity and its bucket credentials.
// It may know of the system's keychain, passphrases and files; it never knows what it seals, and
// never lets a key out but those derived for a purpose.
package strongbox

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"os"
	"path/filepath"
	"sync"

	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
)

// Source says where the home's key rests.
type Source string

// The sources; their texts stand in the plate file and never change.
const (
	FromKeychain   Source = "keychain"
	FromPassphrase Source = "passphrase"
	FromFile       Source = "file"
)

// Options say how a box opens.
type Options struct {
	Passphrase string   // needed when the home was made with one; makes a new home rest on it
	Keychain   Keychain // nil means the system's
	Create     bool     // make a new box where there is none
	WorkFactor int      // log2 of scrypt's N for a new passphrase; 0 means about half a second
}

// Box is an open strongbox. All methods may be called from any goroutine.
type Box struct {
	dir      string
	keychain Keychain
	factor   int

	mu     sync.Mutex
	plate  plate
	master [32]byte
}

// Open opens the box in dir. Faults: home_missing, passphrase_needed, wrong_passphrase, key_missing,
// keychain_unavailable, sealed_file_damaged, read_only, disk_full, home_unreadable. Nothing is
// changed when it fails.
func Open(dir string, o Options) (*Box, error) {
	b := &Box{dir: dir, keychain: o.Keychain, factor: o.WorkFactor}
	if b.keychain == nil {
		b.keychain = System()
	}
	found, err := b.readPlate()
	switch {
	case err != nil:
		return nil, err
	case found:
		err = b.unlock(o.Passphrase)
	case o.Create:
		err = b.create(o.Passphrase)
	default:
		err = fault.New("home_missing", "path", dir)
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

func (b *Box) create(passphrase string) error {
	if err := os.MkdirAll(filepath.Join(b.dir, sealedDir), 0o700); err != nil {
		return durable.Fault(b.dir, err)
	}
	if _, err := rand.Read(b.master[:]); err != nil {
		return err
	}
	plate, err := b.keep(passphrase)
	if err != nil {
		return err
	}
	return b.commit(plate)
}

// keep puts the master key where a passphrase, or the lack of one, says, and gives the plate that
// makes it count once it is written.
func (b *Box) keep(passphrase string) (plate, error) {
	p := plate{Version: 1, Check: checkOf(b.master)}
	if passphrase != "" {
		p.Source = FromPassphrase
		return p, writeWrapped(b.path(wrappedFile), b.master, passphrase, b.factor)
	}
	p.Entry = rand.Text()
	if err := b.keepInKeychain(p.Entry); err == nil {
		p.Source = FromKeychain
		return p, nil
	}
	p.Source, p.Entry = FromFile, ""
	return p, writePlain(b.path(plainFile), b.master)
}

// keepInKeychain trusts a keychain only when it gives back what it was given.
func (b *Box) keepInKeychain(entry string) error {
	if err := b.keychain.Set(entry, encodeKey(b.master)); err != nil {
		return err
	}
	back, err := b.keychain.Get(entry)
	if err != nil {
		return err
	}
	if back != encodeKey(b.master) {
		return fault.New("keychain_unavailable")
	}
	return nil
}

func (b *Box) unlock(passphrase string) (err error) {
	switch b.plate.Source {
	case FromPassphrase:
		b.master, err = readWrapped(b.path(wrappedFile), passphrase)
	case FromKeychain:
		b.master, err = b.askKeychain()
	case FromFile:
		b.master, err = readPlain(b.path(plainFile))
	}
	if err == nil && checkOf(b.master) != b.plate.Check {
		err = fault.New("wrong_key")
	}
	return err
}

func (b *Box) askKeychain() (master [32]byte, err error) {
	secret, err := b.keychain.Get(b.plate.Entry)
	if err != nil {
		return master, keychainFault(err)
	}
	master, err = decodeKey(secret)
	if err != nil {
		return master, fault.New("key_missing").Because(err)
	}
	return master, nil
}

// Source says where the home's key rests.
func (b *Box) Source() Source {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.plate.Source
}

// Key derives a key for one purpose: HKDF with SHA-256 (RFC 5869) over the home's key. The same
// purpose gives the same key for as long as the home lives, whatever becomes of its passphrase.
func (b *Box) Key(purpose string) [32]byte {
	derived, err := hkdf.Key(sha256.New, b.master[:], nil, "carnet strongbox 1 "+purpose, 32)
	if err != nil {
		panic(err) // only lengths beyond HKDF's limit fail
	}
	return [32]byte(derived)
}

// Warning gives fault key_file_used once in the life of a home whose key lies in a plain file, and
// nil ever after. Whoever calls it must show it.
func (b *Box) Warning() *fault.Fault {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.plate.Source != FromFile || b.plate.Warned {
		return nil
	}
	b.plate.Warned = true
	_ = b.plate.write(b.path(plateFile)) // a home that cannot be written to warns again
	return fault.New("key_file_used", "path", b.path(plainFile))
}

// ChangePassphrase makes the home rest on another passphrase, or, when it is empty, on the keychain
// or a key file. The old way in works until the new one stands.
func (b *Box) ChangePassphrase(passphrase string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	old := b.plate
	next, err := b.keep(passphrase)
	if err != nil {
		return err
	}
	if err := b.commit(next); err != nil {
		return err
	}
	return b.forget(old)
}

func (b *Box) commit(p plate) error {
	if err := p.write(b.path(plateFile)); err != nil {
		return err
	}
	b.plate = p
	return nil
}

// forget removes the key from where it rested before.
func (b *Box) forget(old plate) error {
	switch {
	case old.Source == FromKeychain:
		if err := b.keychain.Delete(old.Entry); err != nil {
			return keychainFault(err)
		}
	case old.Source == FromPassphrase && b.plate.Source != FromPassphrase:
		return durable.Remove(b.path(wrappedFile))
	case old.Source == FromFile && b.plate.Source != FromFile:
		return durable.Remove(b.path(plainFile))
	}
	return nil
}

func (b *Box) path(name string) string { return filepath.Join(b.dir, name) }
