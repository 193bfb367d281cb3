package store

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"
)

// plantWrongState shows a value again that was replaced, and makes its successor past: the same changes, so the same
// digest, and a wrong state, as a mistake in merging would leave it.
func plantWrongState(t testing.TB, s *Store, id, field string) {
	t.Helper()
	err := s.view.db.Update(func(txn *badger.Txn) error {
		st, err := loadState(txn, KindMember, id)
		if err != nil {
			return err
		}
		f := st.look(field)
		after := f.live[0]
		var before Change
		err = walk(txn, pastPrefix(KindMember, id, field, after.Replaces[0]), nil, true, func(k, v []byte) (bool, error) {
			if before, err = readChange(bytes.Clone(v)); err == nil {
				err = txn.Delete(bytes.Clone(k))
			}
			return false, err
		})
		if err != nil {
			return err
		}
		f.live[0] = before
		b := appendChange(nil, &after)
		if err := txn.Set(pastKey(&after, b), b); err != nil {
			return err
		}
		return txn.Set(recordKey(KindMember, id), appendState(nil, st))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func namesRecord(list []Problem, id string) bool {
	for _, p := range list {
		if strings.HasSuffix(p.Where, "/"+id) {
			return true
		}
	}
	return false
}

func TestACheckNamesARecordThatIsNotWhatItsChangesMakeIt(t *testing.T) {
	h := smallHome(t, 12)
	s := laptop(t, h.dir, "dev_a")
	plantWrongState(t, s, "mem_1", "title")
	if m := ok(Get[Member](s, "mem_1"))(t); m.Title == h.members["mem_1"] || s.Digest() != h.digest {
		t.Fatal("nothing wrong was planted", m.Title)
	}
	r, err := s.Check()
	if err != nil || !namesRecord(r.Problems, "mem_1") || namesRecord(r.Problems, "mem_0") {
		t.Errorf("check: %+v %v", r, err)
	}
	h.holds(t, s)
	h.reopenAfter(t, s)
}

func TestAWrongStateInTheLocalFullSnapshotIsPutRight(t *testing.T) {
	for _, frames := range []int{0, 1} { // in the journal after the full
		h := smallHome(t, 12)
		s := laptop(t, h.dir, "dev_a")
		plantWrongState(t, s, "mem_1", "title")
		s.write.Lock()
		err := s.rollOver()
		s.write.Unlock()
		if err != nil {
			t.Fatal(err)
		}
		for range frames {
			put(t, s, Member{ID: "mem_more", Family: "More"})
			h.digest = s.Digest()
		}
		if err := os.Remove(filepath.Join(h.dir, journalName(0))); err != nil {
			t.Fatal(err)
		}
		r, err := s.Check()
		if err != nil || !namesRecord(r.Problems, "mem_1") {
			t.Errorf("check: %+v %v", r, err)
		}
		h.holds(t, s)
		if _, _, err := s.Forget(); err != nil {
			t.Fatal(err)
		}
		if err := s.rebuild(t); err != nil {
			t.Fatal(err)
		}
		if r, err := s.Check(); err != nil || namesRecord(r.Problems, "mem_1") {
			t.Errorf("it is not put right for good: %+v %v", r, err)
		}
		h.holds(t, s)
	}
}

func (s *Store) rebuild(t testing.TB) error {
	t.Helper()
	s.write.Lock()
	defer s.write.Unlock()
	return s.rebuildView(errView)
}

func TestACheckFindsAnIndexThatDoesNotFollowFromTheRecords(t *testing.T) {
	s := laptop(t, memoryDir(t), "dev_a")
	put(t, s, Scan{ID: "scn_1", Fact: ScanFact{Meeting: "mtg_1", Member: "mem_1", Kind: "in", At: 5, Nonce: "n"}})
	err := s.view.db.Update(func(txn *badger.Txn) error { return txn.Delete(timeKey(rowMeeting, "mtg_1", 5, "scn_1")) })
	if err != nil {
		t.Fatal(err)
	}
	if r, err := s.Check(); err != nil || len(r.Problems) == 0 {
		t.Errorf("check: %+v %v", r, err)
	}
	n := 0
	for _, err := range s.ScansOf("mtg_1") {
		if err != nil {
			t.Error(err)
		}
		n++
	}
	if n != 1 {
		t.Errorf("%d scans after healing", n)
	}
}

func TestACheckHealsARowThatCannotBeRead(t *testing.T) {
	h := smallHome(t, 12)
	s := laptop(t, h.dir, "dev_a")
	s.WaitDirectory()
	err := s.view.db.Update(func(txn *badger.Txn) error { return txn.Set(recordKey(KindMember, "mem_1"), []byte("garbage")) })
	if err != nil {
		t.Fatal(err)
	}
	if r, err := s.Check(); err != nil || len(r.Problems) == 0 || r.Records != 3 {
		t.Errorf("check: %+v %v", r, err)
	}
	h.holds(t, s)
}
