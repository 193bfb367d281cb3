package backup

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"example.org/carnet/app/network"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/store/strongbox"
)

const (
	maxFiles = 10_000
	maxBytes = 64 << 30 // of one home
)

// Restore makes a home from a backup. The laptop starts over as a new incarnation, so that what it
// wrote after the backup and what it will write now are never mistaken for each other. Faults:
// home_exists, backup_damaged, passphrase_needed, wrong_passphrase, disk_full.
func Restore(file, home, passphrase string) error {
	if entries, err := os.ReadDir(home); err == nil && len(entries) > 0 {
		return fault.New("home_exists", "home", home)
	}
	beside := strings.TrimRight(home, `/\`) + ".restoring"
	if err := os.RemoveAll(beside); err != nil {
		return fileFault(home, err)
	}
	defer os.RemoveAll(beside)
	m, err := unpack(file, beside)
	if err != nil {
		return err
	}
	if err := renew(beside, plain(passphrase), m.OwnCode); err != nil {
		return err
	}
	os.Remove(home) // an empty folder would be in the way
	if err := os.Rename(beside, home); err != nil {
		return fileFault(home, err)
	}
	return nil
}

// renew gives the restored laptop its next incarnation and its key a place of its own.
func renew(home, passphrase string, ownCode bool) error {
	box, err := strongbox.Open(home, strongbox.Options{Passphrase: passphrase})
	if err != nil {
		return err
	}
	if err := startOver(home, box); err != nil {
		return err
	}
	if ownCode {
		return box.ChangePassphrase("")
	}
	return nil
}

// startOver numbers this laptop's changes anew, above all that it may have used after the backup.
func startOver(home string, box *strongbox.Box) error {
	if err := network.NextIncarnation(box); err != nil {
		return err
	}
	identity, err := network.Identity(box)
	if err != nil {
		return err
	}
	s, err := store.Open(home, store.Options{Key: box.Key("store"), Device: identity.Device(), Restored: true})
	if err != nil {
		return err
	}
	_, err = s.StartIncarnation()
	return errors.Join(err, s.Close())
}

func unpack(file, home string) (m manifest, err error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return m, fault.New("file_missing", "file", file).Because(err)
		}
		return m, damaged(file, err)
	}
	defer func() { _ = z.Close() }()
	if len(z.File) > maxFiles {
		return m, damaged(file, errors.New("too many files"))
	}
	var left int64 = maxBytes
	for i, entry := range z.File {
		if i == 0 {
			m, err = readManifest(entry)
		} else {
			err = extract(entry, home, &left)
		}
		if err != nil {
			return m, damaged(file, err)
		}
	}
	if m.Version != 1 {
		return m, damaged(file, errors.New("no manifest of version 1"))
	}
	return m, nil
}

func readManifest(entry *zip.File) (m manifest, err error) {
	if entry.Name != manifestName {
		return m, errors.New("the manifest is not first")
	}
	in, err := entry.Open()
	if err != nil {
		return m, err
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, maxManifest))
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(text, &m)
}

// extract writes one file below home; names that lead elsewhere are refused.
func extract(entry *zip.File, home string, left *int64) error {
	folder, name, ok := strings.Cut(entry.Name, "/")
	if !ok || (folder != boxFolder && folder != homeFolder) || !filepath.IsLocal(filepath.FromSlash(name)) || !entry.Mode().IsRegular() {
		return errors.New("an unexpected name: " + entry.Name)
	}
	in, err := entry.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	path := filepath.Join(home, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(out, io.LimitReader(in, *left))
	if *left -= n; *left <= 0 {
		err = errors.Join(err, errors.New("too large"))
	}
	return errors.Join(err, out.Sync(), out.Close())
}

func damaged(file string, err error) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		return err
	}
	if errors.Is(err, syscall.ENOSPC) {
		return fileFault(file, err)
	}
	return fault.New("backup_damaged", "file", file).Because(err)
}

func fileFault(file string, err error) error {
	var f *fault.Fault
	switch {
	case errors.As(err, &f):
		return err
	case errors.Is(err, syscall.ENOSPC):
		return fault.New("disk_full", "path", file).Because(err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fault.New("read_only", "path", file).Because(err)
	}
	return fault.New("file_not_written", "file", file).Because(err)
}
