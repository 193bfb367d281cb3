// Package store keeps the records of one laptop on its disk. The journal and the local full
// snapshot are the truth; Badger is a view that can be rebuilt from them. It merges changes of
// other laptops, keeps every concurrent value, and answers searches from memory.
// It may know of files, CBOR and Badger; it imports nothing of ours but store/fault and its own
// subpackages, and never knows of buckets, signatures, screens or languages.
package store

import (
	"errors"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"example.org/carnet/store/fault"
)

// Options say how a store opens.
type Options struct {
	Key    [32]byte         // seals everything at rest; from store/strongbox
	Device string           // this laptop's id, author of its edits; empty opens for reading only
	Now    func() time.Time // the clock; nil means time.Now

	Restored bool // the home comes from a backup, which has no view: building one is no damage

	// OpenJournal opens the journal's file; nil means the system's. The simulation gives one that dies in the middle of a write.
	OpenJournal func(path string) (JournalFile, error)
	// Light is for hundreds of stores in one process, as the simulation has: small caches, tables and pieces of memory.
	Light bool

	freeBytes func(path string) (uint64, error) // what the disk has left; tests make it little
}

// Store is one laptop's records. All methods may be called from any goroutine.
type Store struct {
	dir  string
	o    Options
	keys keyring
	lock *flock.Flock

	write   turns // held by the one writer
	journal *journal
	markOld bool        // the home was last marked by a Carnet that knew no scopes
	crammed bool        // a bulk load was made since Open
	gen     uint64      // base of the open journal, and of the local full snapshot before it
	reading atomic.Bool // the disk was full at Open: there is no journal to write, and the view takes nothing

	viewMu sync.RWMutex // held for reading while the view is read, for writing while it is exchanged
	view   *view
	leave  atomic.Int32 // how many wait to exchange the view: who reads all of it gives way

	mu       sync.RWMutex // guards what follows
	meta     meta
	version  uint64
	problems []Problem
	closed   bool

	guard    atomic.Pointer[func(Edit) error]
	watch    watchers
	arrivals arrivals
	lists    atomic.Pointer[lists] // nil while the store opens

	proved             string // table that tending looked at last
	tendQuit, tendDone chan struct{}
	tendOnce           sync.Once
}

// Edit runs write and makes its changes durable: journalled and synced to disk, then in the view.
// Nothing is written when write returns an error. The refs name the changes, for undo; not what went along with a member to
// another office, which goes back with the office.
// write must not call Edit, Apply or another method that writes.
func (s *Store) Edit(write func(*Tx) error) ([]Ref, error) {
	s.write.Lock()
	defer s.write.Unlock()
	refs, err := s.edit(write)
	if errors.Is(err, errView) && s.rebuildView(err) == nil {
		refs, err = s.edit(write)
	}
	return refs, s.healed(err)
}

func (s *Store) edit(write func(*Tx) error) ([]Ref, error) {
	b, err := s.beginEdit()
	if err != nil {
		return nil, err
	}
	defer b.discard()
	edit, refs, err := s.step(b, write)
	if err != nil || len(edit.Changes) == 0 {
		return nil, plain(err)
	}
	if err := s.commit(b, &frame{own: true, edits: []Edit{edit}}); err != nil {
		return nil, err
	}
	return refs, nil
}

// healed turns what is left of a damaged view, after all that could be done, into a fault.
func (s *Store) healed(err error) error {
	if errors.Is(err, errView) {
		return fault.New("home_unreadable", "path", s.dir).Because(err)
	}
	return err
}

// beginEdit starts a batch of this laptop's own edits.
func (s *Store) beginEdit() (*batch, error) {
	if s.o.Device == "" {
		return nil, fault.New("read_only", "path", s.dir)
	}
	return s.begin()
}

func (s *Store) step(b *batch, write func(*Tx) error) (e Edit, refs []Ref, err error) {
	defer asViewError(&err)
	tx := b.begin()
	if err := write(tx); err != nil {
		if errors.Is(err, errView) {
			return e, nil, err
		}
		return e, nil, callbackError{err}
	}
	if e, refs, err = tx.finish(b.now); err == nil {
		err = s.guarded(&e)
	}
	return e, refs, err
}

// Version grows with every change of any record.
func (s *Store) Version() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.version
}

// Frontier gives the highest sequence seen of each device, itself included.
func (s *Store) Frontier() Frontier {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return maps.Clone(s.meta.frontier)
}

// Digest is the same hex text on every laptop that knows of the same changes, whether it can read them or not.
func (s *Store) Digest() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := s.meta.digest
	all.plus(s.meta.closed)
	all.plus(s.meta.dropped)
	return all.String()
}

// Count gives the number of records of a kind that are not deleted, without walking them.
func (s *Store) Count(kind Kind) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.meta.counts[kind]
}
