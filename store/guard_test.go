package store

import (
	"errors"
	"testing"

	"example.org/carnet/store/fault"
)

func TestAGuardRefusesAnEditBeforeItIsWritten(t *testing.T) {
	s := opened(t, t.TempDir())
	defer func() { _ = s.Close() }()
	s.SetGuard(func(e Edit) error {
		for _, c := range e.Changes {
			if c.Record == "mem_theirs" {
				return fault.New("role_forbids")
			}
		}
		return nil
	})
	put := func(id string) error {
		_, err := s.Edit(func(tx *Tx) error { _, err := tx.Put(Member{ID: id, Family: "Exemple"}); return err })
		return err
	}
	before := s.Digest()
	if err := put("mem_theirs"); !fault.Is(err, "role_forbids") || s.Digest() != before || s.Count(KindMember) != 0 {
		t.Errorf("%v, %d members", err, s.Count(KindMember))
	}
	if err := put("mem_ours"); err != nil || s.Count(KindMember) != 1 {
		t.Errorf("%v, %d members", err, s.Count(KindMember))
	}
	count, err := s.EditEach(func(yield func(func(*Tx) error) bool) {
		for _, id := range []string{"mem_2", "mem_theirs", "mem_3"} {
			if !yield(func(tx *Tx) error { _, err := tx.Put(Member{ID: id, Family: "Exemple"}); return err }) {
				return
			}
		}
	})
	if !fault.Is(err, "role_forbids") || s.Count(KindMember) != 1+count {
		t.Errorf("%v after %d, %d members", err, count, s.Count(KindMember))
	}
	if r, err := s.Check(); err != nil || len(r.Problems) > 0 {
		t.Errorf("%v %+v", err, r)
	}
}

func TestAnotherLaptopsValueIsTakenAsOnesOwn(t *testing.T) {
	s := opened(t, t.TempDir())
	defer func() { _ = s.Close() }()
	adopt := func(field string, value []byte) (changed bool, err error) {
		_, err = s.Edit(func(tx *Tx) error { changed, err = tx.Adopt(KindMember, "mem_1", field, value); return err })
		return changed, err
	}
	if changed, err := adopt("family", []byte("gExemple")); !changed || err != nil {
		t.Fatal(changed, err)
	}
	if m, err := Get[Member](s, "mem_1"); err != nil || m.Family != "Exemple" {
		t.Errorf("%+v %v", m, err)
	}
	if changed, err := adopt("family", []byte("gExemple")); changed || err != nil {
		t.Errorf("the same again: %v %v", changed, err)
	}
	if _, err := adopt("family", []byte{0xff}); err == nil || errors.Is(err, errWire) {
		t.Errorf("noise: %v", err)
	}
	if _, err := adopt("~", []byte{wireTrue}); err != nil || s.Count(KindMember) != 0 {
		t.Errorf("%v, %d members", err, s.Count(KindMember))
	}
}
