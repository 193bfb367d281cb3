package store

import (
	"bytes"
	"slices"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"example.org/carnet/store/fault"
)

// Conflict is a field with values that nobody had seen when writing the other, or a record that
// one laptop deleted while another edited it (Field "~").
type Conflict struct {
	ID     string // stable: kind, record and field
	Kind   Kind
	Record string
	Field  string
	Was    any    // the last value that all authors had seen, nil when there was none
	Values []Past // newest first; for "~" the deletions (To true), then restorings and the edits they had not seen
}

func conflictID(kind Kind, id, field string) string { return string(kind) + "/" + id + "/" + field }

// Conflicts lists what waits for a person, in the order of their ids.
func (s *Store) Conflicts() (found []Conflict, err error) {
	err = s.look(func(txn *badger.Txn) error {
		found = nil
		return walk(txn, []byte{rowConflict}, nil, false, func(k, _ []byte) (bool, error) {
			kind, id := splitRecordKey(k)
			more, err := conflictsOf(txn, kind, id)
			found = append(found, more...)
			return true, err
		})
	})
	return found, err
}

func conflictsOf(txn *badger.Txn, kind Kind, id string) (found []Conflict, err error) {
	st, err := loadState(txn, kind, id)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return nil, errDangling
	}
	all, err := allChanges(txn, st)
	if err != nil {
		return nil, err
	}
	for _, name := range st.conflicts() {
		c := Conflict{ID: conflictID(kind, id, name), Kind: kind, Record: id, Field: name}
		live := st.inConflict(name)
		var said []Change
		for i := range all {
			if containsChange(live, &all[i]) {
				at := firstSaid(all, i)
				c.Values, said = append(c.Values, pastLine(all, at)), append(said, all[at])
			}
		}
		slices.SortStableFunc(c.Values, func(a, b Past) int { return -compareChanges(&a.Change, &b.Change) })
		if name != tombstone {
			c.Was = lastShared(all, said)
		}
		found = append(found, c)
	}
	return found, nil
}

func containsChange(list []Change, c *Change) bool {
	return slices.ContainsFunc(list, func(l Change) bool { return l.Field == c.Field && compareChanges(&l, c) == 0 })
}

// inConflict gives the changes that a person must choose from, one for each different value.
func (st *state) inConflict(name string) (live []Change) {
	f := st.look(name)
	if name != tombstone {
		for i := len(f.live) - 1; i >= 0; i-- { // newest of equals
			if !left(&f.live[i]) && !slices.ContainsFunc(live, func(l Change) bool { return bytes.Equal(l.Value, f.live[i].Value) }) {
				live = append(live, f.live[i])
			}
		}
		return live
	}
	live = append(live, f.live...)
	for i := range st.fields {
		if st.fields[i].name == tombstone {
			continue
		}
		for _, l := range st.fields[i].live {
			if !slices.ContainsFunc(f.live, func(c Change) bool { return slices.Contains(c.Seen, l.Dot) }) {
				live = append(live, l)
			}
		}
	}
	return live
}

// lastShared gives the newest value that these replaced.
func lastShared(all, values []Change) any {
	var was *Change
	for i := range values {
		if from := replacedBy(all, &values[i]); from != nil && (was == nil || compareChanges(was, from) < 0) {
			was = from
		}
	}
	if was == nil {
		return nil
	}
	return decodeAny(was.Value)
}

// Settle resolves a conflict with value (string, int64, bool or nil), a change like any other.
// For Field "~", true deletes and false keeps. Faults unknown_conflict, bad_change.
func (s *Store) Settle(conflict string, value any) ([]Ref, error) {
	unknown := fault.New("unknown_conflict", "id", conflict)
	parts := strings.SplitN(conflict, "/", 3)
	if len(parts) != 3 {
		return nil, unknown
	}
	kind, id, name := Kind(parts[0]), parts[1], parts[2]
	return s.Edit(func(t *Tx) error {
		d, err := t.draft(kind, id)
		if err != nil {
			return err
		}
		if !slices.Contains(d.u.st.conflicts(), name) {
			return unknown
		}
		chosen, err := encodeAny(kind, name, value)
		if err != nil {
			return err
		}
		d.force(name, chosen)
		return nil
	})
}
