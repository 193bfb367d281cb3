package store

import (
	"bytes"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"example.org/carnet/store/directory"
)

// The first page of members must be there before the directory has been read, so the view keeps the first
// members in each language's order: a row of sort keys and ids, true or not there at all. What would be dear to
// keep true, as during a bulk load, is dropped, and written anew from the directory.
const (
	firstsKept  = 200 // members a language
	firstsLeast = 100 // fewer, and the row is dropped, unless there are no more
	firstsBulk  = 50  // changed members in one batch from which on the rows are dropped
)

type firstRow struct {
	all     bool // there are no members but these
	entries []firstEntry
}

type firstEntry struct {
	sort []byte
	id   string
}

func (f *firstRow) append(b []byte) []byte {
	b = appendArray(b, 2)
	if f.all {
		b = append(b, wireTrue)
	} else {
		b = append(b, wireFalse)
	}
	b = appendArray(b, len(f.entries))
	for _, e := range f.entries {
		b = appendText(appendBytes(appendArray(b, 2), e.sort), e.id)
	}
	return b
}

func readFirsts(b []byte) (f firstRow, err error) {
	r := wireReader{b: b}
	r.exact(2)
	all := r.value(1)
	f.all = len(all) == 1 && all[0] == wireTrue
	for range r.array(firstsKept) {
		r.exact(2)
		f.entries = append(f.entries, firstEntry{r.bytes(maxValue), r.text(maxName)})
		if r.err != nil {
			break
		}
	}
	return f, r.end()
}

func compareFirsts(a, b firstEntry) int {
	if c := bytes.Compare(a.sort, b.sort); c != 0 {
		return c
	}
	return bytes.Compare([]byte(a.id), []byte(b.id))
}

// take brings one member in or out. It tells whether the row changed, and whether it still holds what it promises.
func (f *firstRow) take(id string, sort []byte, listed bool) (changed, good bool) {
	n := len(f.entries)
	f.entries = slices.DeleteFunc(f.entries, func(e firstEntry) bool { return e.id == id })
	changed = len(f.entries) < n
	e := firstEntry{sort, id}
	at, _ := slices.BinarySearchFunc(f.entries, e, compareFirsts)
	if listed && (at < len(f.entries) || f.all) {
		f.entries = slices.Insert(f.entries, at, e)
		changed = true
	}
	if len(f.entries) > firstsKept {
		f.entries, f.all = f.entries[:firstsKept], false
	}
	return changed, f.all || len(f.entries) >= firstsLeast
}

// writeFirsts keeps the rows true to what the batch changed, or drops them.
func (b *batch) writeFirsts(w *rowWriter, membersBefore int) error {
	var members []*unit
	for _, u := range b.dirty {
		if u.st.kind == KindMember {
			members = append(members, u)
		}
	}
	if len(members) == 0 {
		return nil
	}
	for _, lang := range languages {
		k := key(rowFirst, lang)
		row, err := get(w.txn, k)
		switch {
		case err != nil:
			return err
		case row == nil && membersBefore > 0:
			continue
		case row == nil: // there was nobody yet
			row = (&firstRow{all: true}).append(nil)
		}
		if err := b.writeFirst(w, k, lang, row, members); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) writeFirst(w *rowWriter, k []byte, lang string, row []byte, members []*unit) error {
	if len(members) > firstsBulk {
		return w.delete(k)
	}
	f, err := readFirsts(row)
	if err != nil {
		return w.delete(k)
	}
	changed := false
	for _, u := range members {
		c, good := f.take(u.st.id, directory.SortKey(lang, u.st.text("family"), u.st.text("given")), listed(u.st))
		if !good {
			return w.delete(k)
		}
		changed = changed || c
	}
	if !changed {
		return nil
	}
	return w.set(k, f.append(nil))
}

// renewFirsts writes the rows that were dropped, from the directory. The caller holds the write lock, so that the
// directory stands still.
func (s *Store) renewFirsts() error {
	d, ready := s.Directory()
	if !ready {
		return nil
	}
	for _, lang := range languages {
		k := key(rowFirst, lang)
		var row []byte
		err := s.look(func(txn *badger.Txn) (err error) {
			row, err = get(txn, k)
			return err
		})
		if err != nil || row != nil {
			return err
		}
		cards, total := d.Members(directory.Query{Lang: lang, Limit: firstsKept})
		f := firstRow{all: total == len(cards)}
		for _, c := range cards {
			f.entries = append(f.entries, firstEntry{directory.SortKey(lang, c.Family, c.Given), c.ID})
		}
		slices.SortStableFunc(f.entries, compareFirsts)
		if err := s.view.set(k, f.append(nil)); err != nil {
			return err
		}
	}
	return nil
}

// set writes one row that follows from others, outside of any frame.
func (v *view) set(k, value []byte) (err error) {
	defer asViewError(&err)
	return v.db.Update(func(txn *badger.Txn) error { return txn.Set(k, value) })
}

// FirstMembers gives the first cards in the language's order, from the disk while the directory is being read.
func (s *Store) FirstMembers(lang string, limit int) (cards []directory.Card, err error) {
	if !slices.Contains(languages, lang) {
		lang = languages[0]
	}
	there := false
	err = s.look(func(txn *badger.Txn) (err error) {
		cards, there, err = firstCards(txn, lang, limit)
		return err
	})
	if err != nil || there {
		return cards, err
	}
	cards, _ = s.WaitDirectory().Members(directory.Query{Lang: lang, Limit: max(limit, 1)})
	return cards[:min(len(cards), max(limit, 0))], nil
}

// firstCards reads the cards of a row, if it reaches as far as limit.
func firstCards(txn *badger.Txn, lang string, limit int) (cards []directory.Card, there bool, err error) {
	row, err := get(txn, key(rowFirst, lang))
	if err != nil || row == nil {
		return nil, false, err
	}
	f, err := readFirsts(row)
	if err != nil || !f.all && len(f.entries) < limit {
		return nil, false, nil
	}
	places := map[string]directory.Place{}
	for _, e := range f.entries[:max(0, min(limit, len(f.entries)))] {
		st, err := loadState(txn, KindMember, e.id)
		if err != nil || st == nil || !listed(st) {
			return nil, false, err
		}
		card := cardOf(st)
		if card.CommunityID != "" {
			if err := lookPlace(txn, card.CommunityID, places); err != nil {
				return nil, false, err
			}
		}
		cards = append(cards, inPlace(card, places[card.CommunityID]))
	}
	return cards, true, nil
}
