package store

import (
	"bytes"
	"cmp"
	"errors"
	"hash/maphash"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"

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
		v, err = surveyAll(txn, s.current().keys, new(atomic.Int32))
		return err
	})
	return v, err
}

var errLeft = errors.New("it gave way to who exchanges the view")

// stretch is a part of the view that is walked by itself: records with their past, or an index.
type stretch struct {
	family   byte
	from, to []byte // keys of records; nil for no end
}

// stretches cut the view in parts, of which two are walked at once.
func stretches() (list []stretch) {
	cuts := [][]byte{nil}
	for _, kind := range slices.Sorted(maps.Keys(prefixes)) {
		for _, letter := range []string{"e", "i", "m", "q", "u", "y"} {
			cuts = append(cuts, recordKey(kind, prefixes[kind]+"_"+letter))
		}
	}
	for i, from := range cuts {
		var to []byte
		if i+1 < len(cuts) {
			to = cuts[i+1]
		}
		list = append(list, stretch{rowRecord, from, to})
	}
	for _, family := range []byte{rowMeeting, rowMember, rowLink, rowConflict} {
		list = append(list, stretch{family: family})
	}
	return list
}

// surveyAll walks one state of the view on both processors, until somebody wants to exchange it.
func surveyAll(txn *badger.Txn, keys scopeKeys, leave *atomic.Int32) (v survey, err error) {
	todo := make(chan stretch, len(prefixes)*8+8)
	for _, one := range stretches() {
		todo <- one
	}
	close(todo)
	parts, errs := make([]survey, 2), make([]error, 2)
	var both sync.WaitGroup
	for i := range parts {
		parts[i].count = builder{meta: newMeta()}
		parts[i].count.meta.keys = keys
		both.Go(func() {
			for one := range todo {
				if errs[i] == nil {
					errs[i] = parts[i].read(txn, one, leave)
				}
			}
		})
	}
	both.Wait()
	parts[0].join(&parts[1])
	return parts[0], firstError(errs)
}

// join adds what another part of the walk found.
func (v *survey) join(w *survey) {
	v.records += w.records
	v.there += w.there
	v.follow += w.follow
	v.wrong = append(v.wrong, w.wrong...)
	slices.SortFunc(v.wrong, compareRecords)
	v.count.meta.join(&w.count.meta)
}

// join adds what another part counted.
func (m *meta) join(o *meta) {
	m.changes += o.changes
	m.digest.plus(o.digest)
	for device, seq := range o.frontier {
		m.frontier[device] = max(m.frontier[device], seq)
	}
	for kind, n := range o.counts {
		m.counts[kind] += n
	}
	for scope, n := range o.unkeyed {
		m.unkeyed[scope] += n
	}
}

// read walks one stretch.
func (v *survey) read(txn *badger.Txn, part stretch, leave *atomic.Int32) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer asViewError(&err)
	if part.family != rowRecord {
		return walk(txn, []byte{part.family}, nil, false, func(k, _ []byte) (bool, error) {
			v.there += maphash.Bytes(rowSeed, k)
			if leave.Load() > 0 {
				return false, callbackError{errLeft}
			}
			return true, nil
		})
	}
	past := openPast(txn, part.from)
	defer past.close()
	err = walk(txn, []byte{rowRecord}, part.from, true, func(k, row []byte) (bool, error) {
		if part.to != nil && bytes.Compare(k, part.to) >= 0 {
			return false, nil
		}
		if leave.Load() > 0 {
			return false, callbackError{errLeft}
		}
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
	stray, err := past.rest(part.to)
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

// openPast begins at the past of a record with this key, or at the first.
func openPast(txn *badger.Txn, from []byte) pastReader {
	o := badger.DefaultIteratorOptions
	o.Prefix, o.PrefetchValues = []byte{rowPast}, false
	it := txn.NewIterator(o)
	if from == nil {
		from = []byte{rowPast}
	}
	it.Seek(append([]byte{rowPast}, from[1:]...))
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

// rest names the records with nothing but a past beyond the last record, up to the one with this key.
func (p pastReader) rest(to []byte) (stray []recordID, err error) {
	for ; p.it.Valid(); p.it.Next() {
		if to != nil && bytes.Compare(p.it.Item().Key()[1:], to[1:]) >= 0 {
			break
		}
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
