package store

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store/fault"
)

// look runs fn on one consistent state of the view. What turns out to be damaged is rebuilt, once, and fn run again.
func (s *Store) look(fn func(*badger.Txn) error) error {
	err := s.lookOnce(fn)
	if errors.Is(err, errView) && s.healAfterRead(err) {
		err = s.lookOnce(fn)
	}
	if errors.Is(err, errView) {
		return fault.New("home_unreadable", "path", s.dir).Because(err)
	}
	return plain(err)
}

func (s *Store) lookOnce(fn func(*badger.Txn) error) error {
	s.viewMu.RLock()
	defer s.viewMu.RUnlock()
	if s.isClosed() {
		return fault.New("home_unreadable", "path", s.dir).Because(errClosed)
	}
	return s.view.read(fn)
}

// lockView keeps readers out, to exchange the view.
func (s *Store) lockView() {
	s.leave.Add(1)
	s.viewMu.Lock()
	s.leave.Add(-1)
}

func (s *Store) isClosed() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.closed
}

// loadState reads one record's state, nil when there is none.
func loadState(txn *badger.Txn, kind Kind, id string) (*state, error) {
	row, err := get(txn, recordKey(kind, id))
	if row == nil || err != nil {
		return nil, err
	}
	return readState(kind, id, row)
}

func (s *Store) state(kind Kind, id string) (st *state, err error) {
	err = s.look(func(txn *badger.Txn) (err error) {
		st, err = loadState(txn, kind, id)
		return err
	})
	return st, err
}

// Get reads one record with its display values. Fault unknown_id when there is none or it is deleted.
func Get[T Record](s *Store, id string) (r T, err error) {
	st, err := s.state(r.RecordKind(), id)
	if err != nil {
		return r, err
	}
	if st == nil || !st.visible() {
		return r, fault.New("unknown_id", "kind", string(r.RecordKind()), "id", id)
	}
	return r, fillRecord(&r, st, nil)
}

// fillRecord writes a state's display values into the struct that r points to.
func fillRecord[T Record](r *T, st *state, staged func(string) (cbor.RawMessage, bool)) error {
	v := reflect.ValueOf(r).Elem()
	v.FieldByName("ID").SetString(st.id)
	return schemas[st.kind].fill(v, st, staged)
}

// All walks the records of one kind that are not deleted, in the order of their ids.
func All[T Record](s *Store) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		kind, stopped := zero.RecordKind(), false
		err := s.eachState(kind, func(st *state) (bool, error) {
			if !st.visible() {
				return true, nil
			}
			var r T
			if err := fillRecord(&r, st, nil); err != nil {
				return false, callbackError{err}
			}
			stopped = !yield(r, nil)
			return !stopped, nil
		})
		if err != nil && !stopped {
			yield(zero, plain(err))
		}
	}
}

// statesPage is how many states one look at the view gives: callers may write, and look again, in between.
const statesPage = 400

// eachState walks the states of one kind, deleted ones too.
func (s *Store) eachState(kind Kind, each func(*state) (bool, error)) error {
	from, version, shown := under(rowRecord, string(kind)), s.Version(), 0
	for {
		page, err := s.statesFrom(kind, from)
		if err != nil {
			return err
		}
		for _, st := range page {
			if st.visible() {
				shown++
			}
			if more, err := each(st); err != nil || !more {
				return err
			}
		}
		if len(page) < statesPage {
			return s.allCame(kind, shown, version)
		}
		from = append(recordKey(kind, page[len(page)-1].id), 0)
	}
}

var errShort = errors.New("a walk ended before the last record")

// allCame tells a walk that came to its end from one that Badger cut short at a damaged block, without a word. A view
// that is cut short is rebuilt.
func (s *Store) allCame(kind Kind, shown int, version uint64) error {
	if shown == s.Count(kind) || s.Version() != version || !s.write.TryLock() { // an edit may be in the view, and not yet counted
		return nil
	}
	defer s.write.Unlock()
	v, err := s.survey()
	if s.isClosed() || err == nil && v.count.meta.counts[kind] == s.Count(kind) {
		return nil
	}
	if s.room() == nil {
		_ = s.rebuildView(fmt.Errorf("%w: %w", errView, errShort))
	}
	return fault.New("home_unreadable", "path", s.dir).Because(errShort)
}

func (s *Store) statesFrom(kind Kind, from []byte) (page []*state, err error) {
	err = s.look(func(txn *badger.Txn) error {
		page = make([]*state, 0, statesPage)
		return walk(txn, under(rowRecord, string(kind)), from, true, func(k, v []byte) (bool, error) {
			_, id := splitRecordKey(k)
			st, err := readState(kind, id, slices.Clone(v))
			page = append(page, st)
			return len(page) < statesPage, err
		})
	})
	return page, err
}

// maxMatches is where counting what a prefix fits ends.
const maxMatches = 100

// Resolve finds the one record of this kind whose id starts with prefix; a whole id is always itself.
// Faults: unknown_id, ambiguous_id.
func (s *Store) Resolve(kind Kind, prefix string) (id string, err error) {
	var found []string
	if prefix != "" && strings.IndexByte(prefix, 0) < 0 {
		err = s.look(func(txn *badger.Txn) error {
			found = nil
			return walk(txn, recordKey(kind, prefix), nil, true, func(k, v []byte) (bool, error) {
				_, id := splitRecordKey(k)
				st, err := readState(kind, id, v)
				if err == nil && st.visible() {
					found = append(found, id)
				}
				return len(found) < maxMatches && (len(found) != 1 || found[0] != prefix), err
			})
		})
	}
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", fault.New("unknown_id", "kind", string(kind), "id", prefix)
	case len(found) > 1:
		return "", fault.New("ambiguous_id", "kind", string(kind), "id", prefix, "n", strconv.Itoa(len(found)))
	}
	return found[0], nil
}

// ScansOf walks the facts of one meeting, in the order of their times.
func (s *Store) ScansOf(meeting string) iter.Seq2[Scan, error] { return s.scans(rowMeeting, meeting) }

// ScansBy walks the facts about one member, in the order of their times.
func (s *Store) ScansBy(member string) iter.Seq2[Scan, error] { return s.scans(rowMember, member) }

func (s *Store) scans(family byte, of string) iter.Seq2[Scan, error] {
	return func(yield func(Scan, error) bool) {
		var all []Scan
		prefix := under(family, of)
		err := s.look(func(txn *badger.Txn) error {
			all = nil
			return walk(txn, prefix, nil, false, func(k, _ []byte) (bool, error) {
				if len(k) < len(prefix)+8 {
					return true, nil
				}
				scan := Scan{ID: string(k[len(prefix)+8:])}
				st, err := loadState(txn, KindScan, scan.ID)
				if err != nil {
					return false, err
				}
				if st == nil {
					return false, errDangling
				}
				scan.Fact, _ = st.fact()
				all = append(all, scan)
				return true, nil
			})
		})
		if err != nil {
			yield(Scan{}, err)
			return
		}
		for _, scan := range all {
			if !yield(scan, nil) {
				return
			}
		}
	}
}

// Linked gives the records of a kind that have this value in a register marked link, in the order of their ids.
func Linked[T Record](s *Store, to string) (all []T, err error) {
	var zero T
	kind := zero.RecordKind()
	prefix := under(rowLink, string(kind), to)
	err = s.look(func(txn *badger.Txn) error {
		all = nil
		return walk(txn, prefix, nil, false, func(k, _ []byte) (bool, error) {
			st, err := loadState(txn, kind, string(k[len(prefix):]))
			if err != nil {
				return false, err
			}
			if st == nil {
				return false, errDangling
			}
			all = append(all, zero)
			return true, fillRecord(&all[len(all)-1], st, nil)
		})
	})
	return all, err
}

// LinkedIDs gives the ids of those that Linked gives, and reads none of them.
func LinkedIDs[T Record](s *Store, to string) (ids []string, err error) {
	var zero T
	prefix := under(rowLink, string(zero.RecordKind()), to)
	err = s.look(func(txn *badger.Txn) error {
		ids = nil
		return walk(txn, prefix, nil, false, func(k, _ []byte) (bool, error) {
			ids = append(ids, string(k[len(prefix):]))
			return true, nil
		})
	})
	return ids, err
}

var errDangling = errors.New("an index names a record that is not there")
