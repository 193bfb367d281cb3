package store

import (
	"bytes"
	"slices"

	"github.com/dgraph-io/badger/v4"
	"github.com/fxamacker/cbor/v2"

	"example.org/carnet/store/fault"
)

// Past is one line of a record's history.
type Past struct {
	Change
	From, To any // decoded values: string, int64, bool, nil; To is nil for a cleared field
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
	p := Past{Change: all[i], To: decodeAny(all[i].Value)}
	if from := replacedBy(all, &all[i]); from != nil {
		p.From = decodeAny(from.Value)
	}
	return p
}

// replacedBy gives what a change replaced, the newest where there were several; nil for nothing known.
func replacedBy(all []Change, c *Change) (from *Change) {
	for i := range all {
		if p := &all[i]; p.Field == c.Field && slices.Contains(c.Replaces, p.Dot) && (from == nil || compareChanges(from, p) < 0) {
			from = p
		}
	}
	return from
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

// Undo writes new changes that put back what these changes replaced. A record of which nothing would be
// left is deleted instead. Fault unknown_id for a change that is not there.
func (s *Store) Undo(refs []Ref) ([]Ref, error) {
	return s.Edit(func(t *Tx) error {
		back := slices.Clone(refs)
		slices.Reverse(back) // the last thing done is undone first
		for _, ref := range back {
			if err := t.undo(ref); err != nil {
				return err
			}
		}
		for _, d := range t.order {
			d.deleteIfEmpty()
		}
		return nil
	})
}

func (t *Tx) undo(ref Ref) error {
	d, err := t.draft(ref.Kind, ref.Record)
	if err != nil {
		return err
	}
	all, err := allChanges(t.b.txn, d.u.st)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(c Change) bool { return c.Dot == ref.Change })
	if i < 0 {
		return fault.New("unknown_id", "kind", string(ref.Kind), "id", ref.Change.String())
	}
	var back cbor.RawMessage
	if from := replacedBy(all, &all[i]); from != nil {
		back = from.Value
	}
	if name := all[i].Field; d.u.st.look(name).split() || !bytes.Equal(d.value(name), back) {
		d.force(name, back)
	}
	return nil
}

// deleteIfEmpty turns the undoing of a whole record into a tombstone, which can itself be undone.
func (d *draft) deleteIfEmpty() {
	if len(d.values) == 0 || len(d.value(tombstone)) > 0 {
		return
	}
	for i := range d.u.st.fields {
		if path := d.u.st.fields[i].name; path != tombstone && len(d.value(path)) > 0 {
			return
		}
	}
	d.values = d.values[:0]
	d.force(tombstone, setTrue)
}
