package store

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/gofrs/flock"

	"example.org/carnet/store/fault"
)

// Names of a home's files; docs/FORMAT.md lists them.
const (
	lockName    = "lock"
	damagedName = "damaged"
)

// Open opens or creates the store in dir, and heals what it can: a view that is behind or damaged
// is rebuilt, what cannot be read is set aside and named by Problems. Faults: home_in_use,
// home_unreadable, home_newer, wrong_key, disk_full, read_only. On a full disk a home that was closed opens for reading: every
// write is refused with disk_full until there is room.
func Open(dir string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.OpenJournal == nil {
		o.OpenJournal = openAppend
	}
	if o.freeBytes == nil {
		o.freeBytes = freeBytes
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, diskFault(dir, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, diskFault(dir, err)
	}
	s := &Store{dir: dir, o: o, meta: newMeta()}
	if s.keys, err = newKeyring(o.Key); err != nil {
		return nil, err
	}
	if err := s.takeLock(); err != nil {
		return nil, err
	}
	if err := s.open(); err != nil {
		s.letGo()
		return nil, err
	}
	s.startLists()
	s.startTending()
	return s, nil
}

func (s *Store) path(name string) string { return filepath.Join(s.dir, name) }

// takeLock makes sure that no other process has this home, without waiting.
func (s *Store) takeLock() error {
	s.lock = flock.New(s.path(lockName), flock.SetPermissions(0o600))
	switch got, err := s.lock.TryLock(); {
	case err != nil:
		return diskFault(s.path(lockName), err)
	case !got:
		return fault.New("home_in_use", "path", s.dir)
	}
	return nil
}

// open brings the view to the end of the truth: key, view, journals, in this order.
func (s *Store) open() error {
	s.readProblems()
	last, err := s.checkKey()
	if err != nil {
		return err
	}
	if s.room() != nil {
		return s.openForReading(last)
	}
	if err := s.heal(last); err != nil {
		return err
	}
	if err := s.purgeIfDue(); err != nil {
		return err
	}
	return s.bringUnsent()
}

// letGo closes what is open, after a failed Open or at the end of Close.
func (s *Store) letGo() {
	if s.journal != nil {
		_ = s.journal.close()
	}
	if s.view != nil {
		_ = s.view.close()
	}
	_ = s.lock.Close()
}

// loadMeta reads what the view knows of itself.
func (v *view) loadMeta() (m meta, err error) {
	m = newMeta()
	err = v.read(func(txn *badger.Txn) error {
		row, err := get(txn, []byte{rowMeta})
		if row == nil || err != nil {
			return err
		}
		if m, err = readMeta(row); err == nil {
			m.keys, err = loadScopeKeys(txn)
		}
		if err == nil {
			m.drops, m.dropped, err = loadDrops(txn)
		}
		return err
	})
	return m, err
}

// tendEvery is how often new tables of the view are vouched for.
const tendEvery = 2 * time.Second

// startTending keeps the proof of the view's tables fresh, so that a sudden stop costs no rebuilding.
func (s *Store) startTending() {
	s.tendQuit, s.tendDone = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(s.tendDone)
		ticker := time.NewTicker(tendEvery)
		defer ticker.Stop()
		for {
			select {
			case <-s.tendQuit:
				return
			case <-ticker.C:
				s.tend()
			}
		}
	}()
}

// tend vouches for new tables and, unless somebody is writing, writes first pages anew that a bulk load has dropped.
func (s *Store) tend() {
	if s.reading.Load() {
		return
	}
	_ = s.vouchTables() // without it the next Open merely takes longer
	s.proveNext()
	if !s.write.TryLock() {
		return
	}
	defer s.write.Unlock()
	_ = s.renewFirsts() // without them the next first page merely waits for the directory
}

func (s *Store) stopTending() {
	s.tendOnce.Do(func() { close(s.tendQuit) })
	<-s.tendDone
}

// Close writes what is due (a local full snapshot when the journal has grown) and lets go of the files.
// It may be called more than once.
func (s *Store) Close() error {
	s.stopLists()
	s.stopTending()
	s.write.Lock()
	defer s.write.Unlock()
	if s.isClosed() {
		if s.lock.Locked() { // it failed while it was open: another Open may do better
			s.watch.stopAll()
			s.letGo()
		}
		return nil
	}
	if s.reading.Load() {
		s.end()
		defer s.viewMu.Unlock()
		return errors.Join(s.view.close(), s.lock.Close())
	}
	if s.crammed {
		_ = s.view.settle() // where it cannot, opening is slower
	}
	_ = s.renewFirsts() // without them the next first page merely waits for the directory
	err := s.rollOverIfDue()
	s.end()
	defer s.viewMu.Unlock()
	err = errors.Join(err, s.view.close(), s.sealView(), s.writeMark(s.meta.seq), s.journal.close(), s.lock.Close())
	return err
}

// end lets no reader in any more, and leaves the view locked.
func (s *Store) end() {
	s.lockView()
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.watch.stopAll()
}
