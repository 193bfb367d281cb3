package sync

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/crypto/chacha20poly1305"

	"example.org/carnet/store/laidopen"
	"example.org/carnet/sync/invitation"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// What is erased is looked for in every byte: each file of a home and each object of the bucket is opened, with every key that any laptop
// holds. What cannot be opened fails the search, so that it is never silent about something.

// keyring joins the keys of all laptops of the test.
func (l *laptop) keyring() roster.Ring {
	ring := roster.Ring{}
	for _, other := range append(slices.Clone(l.in.laptops), l) {
		if other.engine == nil {
			continue
		}
		for id, key := range other.engine.ring {
			ring[id] = key
		}
	}
	return ring
}

func has(data []byte, text string) bool {
	return bytes.Contains(bytes.ToLower(data), bytes.ToLower([]byte(text)))
}

// says looks for a word in every file of a laptop's home.
func (l *laptop) says(text string) (where []string) {
	l.t.Helper()
	files, err := laidopen.Home(l.home, [32]byte{1})
	if err != nil {
		l.t.Fatalf("home of %s: %v", l.name, err)
	}
	err = filepath.WalkDir(l.home, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(l.home, path)
		if err != nil || d.IsDir() || strings.HasPrefix(name, "view"+string(os.PathSeparator)) {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil || files[name] != nil {
			return err
		}
		files[name], err = l.openedBeside(filepath.ToSlash(name), data)
		return err
	})
	if err != nil {
		l.t.Fatalf("home of %s: %v", l.name, err)
	}
	for name, data := range files {
		if has(data, text) {
			where = append(where, name)
		}
	}
	slices.Sort(where)
	return where
}

// openedBeside opens what the exchange keeps beside the store.
func (l *laptop) openedBeside(name string, data []byte) ([]byte, error) {
	folder, rest, _ := strings.Cut(strings.TrimSuffix(strings.TrimSuffix(name, ".part"), ".new"), "/")
	switch {
	case folder == "objects" && (strings.HasPrefix(rest, "full/") || strings.HasPrefix(rest, "arriving/")):
		_, file, _ := strings.Cut(rest, "/")
		return l.opened(strings.ReplaceAll(file, ".", "/"), data)
	case folder == "objects":
		return l.opened(snapshot.Prefix+rest, data)
	case folder == "quarantine":
		return l.openedAsAny(rest, data)
	}
	return nil, fmt.Errorf("%s is a file that the search does not know", name)
}

// openedAsAny opens a refused object by the name that it came under. One that was spoilt opens for nobody: then its bytes are all there is.
func (l *laptop) openedAsAny(name string, data []byte) ([]byte, error) {
	if opened, err := l.opened(l.engine.refused[name].Key, data); err == nil {
		return opened, nil
	}
	return data, nil
}

// bucketSays looks for a word in every object of the bucket.
func (l *laptop) bucketSays(text string) (where []string) {
	l.t.Helper()
	for _, key := range l.way.keys("") {
		data, err := l.opened(key, l.way.objects[key])
		if err != nil {
			l.t.Fatalf("%s: %v", key, err)
		}
		if has(data, text) || has([]byte(key), text) {
			where = append(where, key)
		}
	}
	return where
}

// opened gives an object's bytes and everything that is sealed in it.
func (l *laptop) opened(key string, data []byte) ([]byte, error) {
	inside, err := l.inside(key, data)
	return slices.Concat(data, inside), err
}

func (l *laptop) inside(key string, data []byte) ([]byte, error) {
	folder, _, _ := strings.Cut(key, "/")
	switch folder + "/" {
	case roster.Prefix:
		return l.engine.member.Cover.Open(key, data)
	case snapshot.Prefix:
		return l.insideDelta(key, data)
	case snapshot.SegmentPrefix:
		deltas, err := snapshot.ReadSegment(key, data)
		var all []byte
		for _, d := range deltas {
			inside, errDelta := l.insideDelta(d.Name.String(), d.Data)
			all, err = append(all, inside...), errors.Join(err, errDelta)
		}
		return all, err
	case snapshot.FullPrefix:
		name, err := snapshot.ParseFullName(key)
		if err == nil && name.Sort == snapshot.PartObject {
			return l.insidePart(name, data)
		}
		return l.uncovered(snapshot.FullPrefix, data)
	case snapshot.ErasePrefix, snapshot.ReceiptPrefix, snapshot.ClaimPrefix:
		return l.uncovered(folder+"/", data)
	case invitation.Prefix, roster.RecoveryPrefix: // signed in the clear; and for the words on paper alone, about the network
		return nil, nil
	}
	return nil, fmt.Errorf("an object that the search does not know")
}

// insideDelta opens every section.
func (l *laptop) insideDelta(key string, data []byte) ([]byte, error) {
	name, err := snapshot.ParseName(key)
	if err != nil {
		return nil, err
	}
	d, err := snapshot.Read(l.engine.Network(), name, data)
	if err != nil {
		return nil, err
	}
	content, err := d.Contents(l.keyring().Find)
	for i := range content.Parts {
		if !content.Parts[i].Open {
			err = errors.Join(err, fmt.Errorf("section %d opens with no key", i))
		}
	}
	return fmt.Appendf(nil, "%s", said(content)), err
}

// said gives the words of all changes.
func said(c snapshot.Content) (all []byte) {
	for _, e := range c.Edits() {
		for _, change := range e.Changes {
			all = append(append(append(all, change.Record...), change.Field...), change.Value...)
		}
	}
	return all
}

// insidePart opens a part as docs/FORMAT.md says, whether a manifest speaks of it or not.
func (l *laptop) insidePart(name snapshot.FullName, data []byte) ([]byte, error) {
	var form struct {
		_    struct{} `cbor:",toarray"`
		Kind string
		Key  string
		Box  []byte
	}
	if err := signed.Decode(data, &form); err != nil {
		return nil, err
	}
	bound := sha256.Sum256(fmt.Appendf(nil, "carnet part 1 %s %d %s %d", l.engine.Network(), name.Generation, name.Scope, name.Number))
	for _, key := range l.keyring() {
		both, err := hkdf.Key(sha256.New, key.Secret[:], nil, "carnet section 1", 64)
		if err != nil {
			return nil, err
		}
		aead, err := chacha20poly1305.NewX(both[:32])
		if err != nil {
			return nil, err
		}
		mac := hmac.New(sha256.New, both[32:])
		mac.Write(slices.Concat([]byte{1}, bound[:], form.Box[:8]))
		if content, err := aead.Open(nil, mac.Sum(nil)[:24], form.Box[8:], bound[:]); err == nil {
			return unpacked(content)
		}
	}
	return nil, errors.New("a part opens with no key")
}

func unpacked(content []byte) ([]byte, error) {
	if content[0] == 0 {
		return content[1:], nil
	}
	reader, err := zstd.NewReader(nil)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return reader.DecodeAll(content[1:], nil)
}

// uncovered opens what lies under the network's cover.
func (l *laptop) uncovered(folder string, data []byte) ([]byte, error) {
	both, err := hkdf.Key(sha256.New, l.engine.member.Cover[:], nil, "carnet cover 1 "+folder, 64)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(both[:32])
	if err != nil {
		return nil, err
	}
	return aead.Open(nil, data[:24], data[24:], nil)
}
