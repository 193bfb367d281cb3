package strongbox

import (
	"os"
	"path/filepath"

	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
)

// CopyTo writes a second box with the same key and sealed files into dir, resting on a passphrase
// and so opening on any machine: for a backup. The box itself stays as it is.
func (b *Box) CopyTo(dir, passphrase string) error {
	if passphrase == "" {
		return fault.New("passphrase_needed")
	}
	twin := &Box{dir: dir, keychain: b.keychain, factor: b.factor, master: b.master}
	if err := os.MkdirAll(filepath.Join(dir, sealedDir), 0o700); err != nil {
		return durable.Fault(dir, err)
	}
	names, err := b.Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		content, err := b.Get(name)
		if err == nil {
			err = twin.Put(name, content)
		}
		if err != nil {
			return err
		}
	}
	p, err := twin.keep(passphrase)
	if err != nil {
		return err
	}
	return twin.commit(p)
}

// Files tells which names in a home are a box's: a backup takes those that CopyTo wrote instead.
func Files(name string) bool {
	switch name {
	case plateFile, wrappedFile, plainFile, sealedDir:
		return true
	}
	return false
}
