package store

import (
	"fmt"
	"slices"

	"github.com/dgraph-io/badger/v4"
)

// noteUnsent is followed by a number: own edits that are to be made again on top of a beginning that has just been taken up. They
// come with it in one step, so that a power failure right after loses none.
const noteUnsent = "store/unsent/"

// unsentNotes gives own edits as notes, each of what one frame takes.
func unsentNotes(own []Edit) (list []note) {
	for len(own) > 0 {
		n := frameful(own)
		var b []byte
		for i := range own[:n] {
			b = appendEdit(b, &own[i], false)
		}
		list = append(list, note{name: fmt.Sprintf("%s%06d", noteUnsent, len(list)), value: b})
		own = own[n:]
	}
	return list
}

// bringUnsent makes them again, and lets go of each note in the same step as of what it holds. The caller has the home to itself.
func (s *Store) bringUnsent() error {
	for {
		at, edits, err := s.nextUnsent()
		if err != nil || at == "" {
			return err
		}
		if _, err := s.applyFrame(&frame{own: true, edits: edits, notes: []note{{name: at}}}); err != nil {
			return err
		}
	}
}

func (s *Store) nextUnsent() (name string, edits []Edit, err error) {
	err = s.lookOnce(func(txn *badger.Txn) error {
		name, edits = "", nil
		return walk(txn, key(rowNote, noteUnsent), nil, true, func(k, v []byte) (bool, error) {
			name = string(k[1:])
			r := wireReader{b: slices.Clone(v)}
			for len(r.b) > 0 && r.err == nil {
				edits = append(edits, r.edit())
			}
			return false, r.end()
		})
	})
	return name, edits, err
}
