package sync

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.org/carnet/store/durable"
	"example.org/carnet/sync/snapshot"
)

// Manifests and co-signatures of full snapshots are kept as they came, so that whoever saw them can put them back.

// signedFolder is where manifests and co-signatures lie as they came; empty where this laptop keeps no objects.
func (e *Engine) signedFolder() string {
	if e.Objects == "" {
		return ""
	}
	return filepath.Join(e.Objects, "full")
}

func (e *Engine) signedFile(key string) string {
	return filepath.Join(e.signedFolder(), partFile(key))
}

// keepSigned keeps a manifest or co-signature. It is a copy: a write that fails costs nothing here.
func (e *Engine) keepSigned(key string, object []byte) {
	if e.Objects == "" {
		return
	}
	err := os.MkdirAll(e.signedFolder(), 0o700)
	if err == nil {
		err = durable.Write(e.signedFile(key), object)
	}
	if err != nil {
		e.Log.Warn("an object could not be kept", "key", key, "error", err)
	}
}

// keptSigned lists what is kept of full snapshots, co-signatures before manifests.
func (e *Engine) keptSigned() (names []snapshot.FullName) {
	files, err := os.ReadDir(e.signedFolder())
	if err != nil && !errors.Is(err, fs.ErrNotExist) && e.Objects != "" {
		e.Log.Warn("kept objects could not be listed", "error", err)
	}
	for _, file := range files {
		if name, err := snapshot.ParseFullName(strings.ReplaceAll(file.Name(), ".", "/")); err == nil {
			names = append(names, name)
		}
	}
	slices.SortStableFunc(names, func(a, b snapshot.FullName) int { return rank(a.Sort) - rank(b.Sort) })
	return names
}

// dropSigned lets go of what is older than what stands.
func (e *Engine) dropSigned(below uint64) {
	for _, name := range e.keptSigned() {
		if name.Generation < below {
			e.forgetSigned(name.String())
		}
	}
}

func (e *Engine) forgetSigned(key string) {
	if e.Objects == "" {
		return
	}
	if err := os.Remove(e.signedFile(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		e.Log.Warn("a kept object could not be removed", "key", key, "error", err)
	}
}

// putSigned puts a manifest or co-signature, and keeps it.
func (r *round) putSigned(key string, object []byte) error {
	if err := r.putFull(key, object); err != nil {
		return err
	}
	r.keepSigned(key, object)
	return nil
}
