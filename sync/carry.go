package sync

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// Objects travel unchanged between buckets. Every laptop keeps those it sent or took in, sealed as
// they are, so that when another bucket is chosen, or one has lost objects, it can put them there.

// keepObject keeps the bytes of a delta. They are a copy of what the bucket has, so a write that
// fails or is lost costs nothing here.
func (e *Engine) keepObject(key string, data []byte) {
	if e.Objects == "" {
		return
	}
	name := strings.TrimPrefix(key, snapshot.Prefix)
	err := os.MkdirAll(e.Objects, 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(e.Objects, name+".part"), data, 0o600)
	}
	if err == nil {
		err = os.Rename(filepath.Join(e.Objects, name+".part"), filepath.Join(e.Objects, name))
	}
	if err != nil {
		e.Log.Warn("an object could not be kept", "key", key, "error", err)
	}
}

// LedTo tells which bucket is in use from now on, by its address. When it is another than before,
// the next round lists it whole and puts there what it does not have of all that is here.
func (e *Engine) LedTo(address string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	place := signed.HashOf([]byte(address))
	var before signed.Hash
	known, err := read(e.Store, notePlace, &before)
	if err != nil || before == place {
		return err
	}
	n := notes{}
	n.set(notePlace, place)
	if !known && e.cursor.Contact == 0 {
		_, err := e.keep(nil, n)
		return err // the first bucket of all
	}
	n.set(noteMoved, true)
	n[noteAsked] = nil
	n.set(noteCursor, cursor{Contact: e.cursor.Contact, Stale: e.cursor.Stale})
	if _, err := e.keep(nil, n); err != nil {
		return err
	}
	e.look.Lock()
	defer e.look.Unlock()
	e.asked, e.cursor.Server, e.cursor.Full, e.keptCursor = false, 0, 0, 0
	return nil
}

// carry fills a newly chosen bucket.
func (r *round) carry() error {
	moved, err := r.Store.Note(noteMoved)
	if err != nil || len(moved) == 0 {
		return err
	}
	if err := r.carryRoster(); err != nil {
		return err
	}
	if err := r.carryObjects(); err != nil {
		return err
	}
	_, err = r.keep(nil, notes{noteMoved: nil})
	return err
}

func (r *round) carryRoster() error {
	page, err := r.list(roster.Prefix, "")
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, o := range page.Objects {
		there[o.Key] = true
	}
	for _, statement := range r.roster.Statements(1) {
		key, object, err := r.member.Cover.Object(statement)
		if err != nil {
			return err
		}
		if there[key] {
			continue
		}
		if err := r.Bucket.Put(r.ctx, key, object); err != nil {
			return err
		}
	}
	return nil
}

func (r *round) carryObjects() error {
	page, err := r.list(snapshot.Prefix, snapshot.Prefix)
	if err != nil {
		return err
	}
	there := map[string]bool{} // by what an object is, under whatever time
	for _, o := range page.Objects {
		there[timeless(o.Key)] = true
	}
	files, err := os.ReadDir(r.Objects)
	if errors.Is(err, fs.ErrNotExist) || r.Objects == "" {
		return nil
	}
	if err != nil {
		return fault.New("home_unreadable", "path", r.Objects).Because(err)
	}
	for _, file := range files {
		key := snapshot.Prefix + file.Name()
		name, err := snapshot.ParseName(key)
		if err != nil || there[timeless(key)] || !r.knows(name) {
			continue
		}
		if err := r.carryOne(key, file.Name()); err != nil {
			return err
		}
	}
	return nil
}

// carryOne puts one kept object, if its bytes are still what its name says.
func (r *round) carryOne(key, file string) error {
	data, err := os.ReadFile(filepath.Join(r.Objects, file))
	if err != nil {
		r.Log.Warn("a kept object could not be read", "key", key, "error", err)
		return nil
	}
	if name, err := snapshot.ParseName(key); err != nil || signed.ShortOf(signed.HashOf(data)) != name.Hash {
		r.Log.Warn("a kept object is damaged", "key", key)
		return nil
	}
	return r.Bucket.Put(r.ctx, key, data)
}

// timeless gives the part of a delta's key that does not depend on when it was put.
func timeless(key string) string {
	_, rest, _ := strings.Cut(key, "-")
	return rest
}
