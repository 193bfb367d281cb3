package store

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"maps"
	"slices"

	"github.com/dgraph-io/badger/v4"
)

// The digest proves which changes are here. Whether the records say what these changes make them is a question of
// its own: a survey makes every record anew from its changes alone, and compares.

// survey is what one walk over the whole view found.
type survey struct {
	count   builder // digest, counts
	records int
	wrong   []recordID // records that are not what their changes make them
	there   uint64     // sum of the hashes of all rows in the indexes
	follow  uint64     // the same of those that follow from the records
}

var rowSeed = maphash.MakeSeed()

// sound tells whether everything agrees, with itself and with what the view says of itself.
func (v *survey) sound(m *meta) bool {
	sound := m.digest == v.count.meta.digest && m.changes == v.count.meta.changes && v.there == v.follow && len(v.wrong) == 0
	sound = sound && maps.Equal(m.unkeyed, v.count.meta.unkeyed)
	for kind, n := range m.counts {
		sound = sound && v.count.meta.counts[kind] == n
	}
	return sound
}

// survey walks the whole view. The caller holds the write lock, and heals what comes back as errView.
func (s *Store) survey() (v survey, err error) {
	err = s.lookOnce(func(txn *badger.Txn) error {
		v = survey{count: builder{meta: newMeta()}}
		v.count.meta.keys = s.current().keys
		return v.read(txn)
	})
	return v, err
}

func (v *survey) read(txn *badger.Txn) error {
	past := openPast(txn)
	defer past.close()
	err := walk(txn, []byte{rowRecord}, nil, true, func(k, row []byte) (bool, error) {
		kind, id := splitRecordKey(k)
		gone, stray, err := past.of(kind, id)
		if err != nil {
			return false, err
		}
		v.wrong = append(v.wrong, stray...)
		return true, v.take(recordID{kind, id}, row, gone)
	})
	if err != nil {
		return err
	}
	for _, family := range []byte{rowMeeting, rowMember, rowConsent, rowLink, rowConflict} {
		err := walk(txn, []byte{family}, nil, false, func(k, _ []byte) (bool, error) {
			v.there += maphash.Bytes(rowSeed, k)
			return true, nil
		})
		if err != nil {
			return err
		}
	}
	stray, err := past.rest()
	v.wrong = append(v.wrong, stray...)
	return err
}

func (v *survey) take(at recordID, row []byte, gone []Change) error {
	st, err := readState(at.kind, at.id, row)
	if err != nil {
		return err
	}
	v.records++
	v.count.countState(st)
	for i := range gone {
		v.count.count(&gone[i])
	}
	for _, k := range st.derive().rows {
		v.follow += maphash.Bytes(rowSeed, k)
	}
	made, _, whole, err := fromChanges(st, gone)
	if err == nil && (!whole || !bytes.Equal(appendState(nil, made), row)) {
		v.wrong = append(v.wrong, at)
	}
	return err
}

// fromChanges makes a record anew from all its changes in canonical order, wherever they are kept now. whole is
// false when one of them is kept twice.
func fromChanges(st *state, gone []Change) (made *state, past []Change, whole bool, err error) {
	all := slices.Clone(gone)
	for i := range st.fields {
		all = append(all, st.fields[i].live...)
	}
	slices.SortFunc(all, func(a, b Change) int { return cmp.Or(compareChanges(&a, &b), cmp.Compare(a.Field, b.Field)) })
	made, whole = &state{kind: st.kind, id: st.id}, true
	find := func(name string, d Dot) (found []Change, err error) {
		for i := range past {
			if past[i].Dot == d && past[i].Field == name {
				found = append(found, past[i])
			}
		}
		return found, nil
	}
	for i := range all {
		fresh, moved, err := made.merge(all[i:i+1:i+1], find)
		if err != nil {
			return nil, nil, false, err
		}
		whole = whole && fresh
		past = append(past, moved...)
	}
	return made, past, whole, nil
}

// pastReader goes along the past changes while the records, which have the same order, are walked.
type pastReader struct{ it *badger.Iterator }

func openPast(txn *badger.Txn) pastReader {
	o := badger.DefaultIteratorOptions
	o.Prefix = []byte{rowPast}
	it := txn.NewIterator(o)
	it.Rewind()
	return pastReader{it}
}

func (p pastReader) close() { p.it.Close() }

// of gives the past changes of one record. stray names records that have a past and nothing else.
func (p pastReader) of(kind Kind, id string) (gone []Change, stray []recordID, err error) {
	prefix := under(rowPast, string(kind), id)
	for ; p.it.Valid(); p.it.Next() {
		k := p.it.Item().Key()
		mine := bytes.HasPrefix(k, prefix)
		if !mine && bytes.Compare(k, prefix) > 0 {
			break
		}
		if !mine {
			stray = appendStray(stray, k)
			continue
		}
		row, err := p.it.Item().ValueCopy(nil)
		if err != nil {
			return nil, nil, err
		}
		c, err := readChange(row)
		if err != nil {
			return nil, nil, err
		}
		gone = append(gone, c)
	}
	return gone, stray, nil
}

// rest names the records with nothing but a past beyond the last record.
func (p pastReader) rest() (stray []recordID, err error) {
	for ; p.it.Valid(); p.it.Next() {
		stray = appendStray(stray, p.it.Item().Key())
	}
	return stray, nil
}

func appendStray(stray []recordID, k []byte) []recordID {
	parts := bytes.SplitN(k[1:], []byte{0}, 3)
	if len(parts) < 3 {
		return stray
	}
	at := recordID{Kind(parts[0]), string(parts[1])}
	if n := len(stray); n > 0 && stray[n-1] == at {
		return stray
	}
	return append(stray, at)
}
