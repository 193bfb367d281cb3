package store

import (
	"cmp"
	"iter"
	"slices"

	"github.com/dgraph-io/badger/v4"
)

// ChangesUpTo walks all changes of one scope that a frontier has seen, live and past, in the order of kind, record, field and
// stamp: the content of a full snapshot. Whoever has the scope's key and a frontier at or beyond upTo gets the
// very same row of changes. What was taken out (Erase, Drop) is not among them; see Dropped.
func (s *Store) ChangesUpTo(upTo Frontier, scope string) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		stopped := false
		err := s.lookOnce(func(txn *badger.Txn) error {
			return eachRecord(txn, func(all []Change) (bool, error) {
				for i := range all {
					c := &all[i]
					if c.Scope == scope && c.Seq <= upTo[c.Device] && !yield(*c, nil) {
						stopped = true
						return false, nil
					}
				}
				return true, nil
			})
		})
		if err != nil && !stopped {
			yield(Change{}, err)
		}
	}
}

// askedEvery is after how many changes a long walk asks whether it is to stop.
const askedEvery = 1024

// eachRecord gives all changes of one record after the other, by field and stamp. What it gives holds only during the call.
func eachRecord(txn *badger.Txn, each func(all []Change) (bool, error)) error {
	past := openPast(txn, nil)
	defer past.close()
	var all []Change
	return walk(txn, []byte{rowRecord}, nil, true, func(k, row []byte) (bool, error) {
		kind, id := splitRecordKey(k)
		gone, _, err := past.of(kind, id)
		if err != nil {
			return false, err
		}
		st, err := readState(kind, id, slices.Clone(row))
		if err != nil {
			return false, err
		}
		all = all[:0]
		for i := range st.fields {
			all = append(all, st.fields[i].live...)
		}
		all = append(all, gone...)
		if len(all) > 1 {
			slices.SortFunc(all, func(a, b Change) int { return cmp.Or(cmp.Compare(a.Field, b.Field), compareChanges(&a, &b)) })
		}
		return each(all)
	})
}

// SumUpTo gives the sum of all changes of one scope that a frontier has seen, those that were taken out included; false when
// the scope's key is not here. Whoever may stop it gives what says so; it is asked now and then.
func (s *Store) SumUpTo(upTo Frontier, scope string, stopped ...func() error) (total Sum, whole bool, err error) {
	keys, walked := s.current().keys, 0
	var all sum
	var scratch [512]byte
	for c, err := range s.ChangesUpTo(upTo, scope) {
		if err != nil {
			return total, false, err
		}
		leaf, _ := keys.leaf(&c, scratch[:0])
		all.add(leaf)
		if walked++; walked%askedEvery == 0 {
			for _, stopped := range stopped {
				if err := stopped(); err != nil {
					return total, false, err
				}
			}
		}
	}
	dropped, err := s.Dropped()
	for _, d := range dropped {
		for _, part := range d.Parts {
			if part.Scope == scope && part.within(upTo) {
				all.plus(sumOf(part.Sum))
			}
		}
	}
	return Sum(all.bytes()), s.HasScopeKey(scope), err
}

// Deleted lists the records that a deletion ended, and of which the frontier has seen everything: once every laptop has, nobody
// needs them any more.
func (s *Store) Deleted(upTo Frontier) (refs []RecordRef, err error) {
	err = s.look(func(txn *badger.Txn) error {
		refs = nil
		return eachRecord(txn, func(all []Change) (bool, error) {
			if isFact(all[0].Kind) {
				return true, nil
			}
			st, err := loadState(txn, all[0].Kind, all[0].Record)
			if err != nil || st == nil || st.life() != deleted {
				return true, err
			}
			if !slices.ContainsFunc(all, func(c Change) bool { return c.Seq > upTo[c.Device] }) {
				refs = append(refs, RecordRef{all[0].Kind, all[0].Record})
			}
			return true, nil
		})
	})
	return refs, err
}
