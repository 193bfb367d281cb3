package store

import (
	"bytes"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"example.org/carnet/store/fault"
)

// Past is one line of a record's history.
type Past struct {
	Change
	From, To any  // decoded values: string, int64, bool, nil; To is nil for a cleared field
	Moved    bool // says the same to others: the record went from one office to another
}

// History gives every change of one record, newest first; a deleted record has one too. Fault unknown_id.
func (s *Store) History(kind Kind, id string) (lines []Past, err error) {
	var st *state
	var all []Change
	err = s.look(func(txn *badger.Txn) (err error) {
		if st, err = loadState(txn, kind, id); err != nil || st == nil {
			return err
		}
		all, err = allChanges(txn, st)
		return err
	})
	if err != nil {
		return nil, err
	}
	if st == nil {
		return nil, fault.New("unknown_id", "kind", string(kind), "id", id)
	}
	slices.SortFunc(all, func(a, b Change) int { return -compareChanges(&a, &b) })
	lines = make([]Past, len(all))
	for i := range all {
		lines[i] = pastLine(all, i)
	}
	return lines, nil
}

func pastLine(all []Change, i int) Past {
	p := Past{Change: all[i], To: decodeAny(all[i].Value), Moved: movedOnly(all, &all[i])}
	if from := replacedBy(all, &all[i]); from != nil {
		p.From = decodeAny(from.Value)
	}
	return p
}

// replacedBy gives what a change replaced, the one on display where there were several; nil for nothing known.
func replacedBy(all []Change, c *Change) *Change {
	var list field
	list.name, list.live = c.Field, allReplacedBy(all, c)
	value := list.shown()
	for i := len(list.live) - 1; i >= 0; i-- {
		if bytes.Equal(list.live[i].Value, value) {
			return &list.live[i]
		}
	}
	return nil
}

// allReplacedBy gives every known change that was live when this one replaced it, by stamp: not what it names besides of the
// field's past and of its own edit, because it brought a value into another scope.
func allReplacedBy(all []Change, c *Change) (gone []Change) {
	for i := range all {
		if all[i].Field == c.Field && slices.Contains(c.Replaces, all[i].Dot) && !besideInScope(&all[i], c) {
			gone = append(gone, all[i])
		}
	}
	if len(gone) > 1 {
		named := slices.Clone(gone)
		gone = slices.DeleteFunc(gone, func(g Change) bool {
			return slices.ContainsFunc(named, func(n Change) bool { return slices.Contains(n.Replaces, g.Dot) })
		})
	}
	slices.SortFunc(gone, func(a, b Change) int { return compareChanges(&a, &b) })
	return gone
}

// allChanges gives every known change of a record, live and past.
func allChanges(txn *badger.Txn, st *state) (all []Change, err error) {
	defer asViewError(&err)
	for i := range st.fields {
		all = append(all, st.fields[i].live...)
	}
	err = walk(txn, under(rowPast, string(st.kind), st.id), nil, true, func(_, v []byte) (bool, error) {
		c, err := readChange(slices.Clone(v))
		all = append(all, c)
		return true, err
	})
	return all, err
}
