package store

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"example.org/carnet/store/fault"
)

const secretWord = "Zyxwvutsrq"

// everyByte gives all that a home holds, opened: rows of the view, frames of its journals, rows of its local fulls.
func everyByte(t testing.TB, s *Store) []byte {
	t.Helper()
	var all bytes.Buffer
	err := s.look(func(txn *badger.Txn) error {
		return walk(txn, nil, nil, true, func(k, v []byte) (bool, error) {
			all.Write(k)
			all.Write(v)
			return true, nil
		})
	})
	must(t, true, err)
	truth := ok(s.findTruth())(t)
	for _, base := range truth.journals {
		_, err := s.readJournal(base, func(f *frame) error { all.Write(appendPayload(nil, f)); return nil })
		must(t, true, err)
	}
	for _, base := range truth.fulls {
		_, err := s.readFull(base, true, func(k, v []byte) error { all.Write(k); all.Write(v); return nil })
		must(t, true, err)
	}
	_ = filepath.Walk(s.path(damagedName), func(path string, _ os.FileInfo, _ error) error { all.WriteString(path); return nil })
	return all.Bytes()
}

func TestErasedWordsAreNowhereInTheHomeAndDigestsStayEqual(t *testing.T) {
	a, b := laptop(t, memoryDir(t), "dev_a"), laptop(t, memoryDir(t), "dev_b")
	put(t, a, Member{ID: "mem_gone", Family: secretWord, Email: "zyx@example.org"}, Member{ID: "mem_stays", Family: "Roy"})
	send(t, a, b)
	put(t, b, Member{ID: "mem_gone", Family: secretWord + " 2"})
	fulled(t, a)
	put(t, a, Member{ID: "mem_gone", Family: secretWord + " 3"})
	fulled(t, a)
	put(t, a, Member{ID: "mem_gone", Title: secretWord + " 4", Family: secretWord + " 3"})
	if !bytes.Contains(everyByte(t, a), []byte(secretWord)) {
		t.Fatal("the test looks in the wrong place")
	}
	before := a.Digest()
	must(t, true, a.Erase([]RecordRef{{KindMember, "mem_gone"}}, math.MaxUint64, map[string][]byte{"why": []byte("asked")}))
	if a.Digest() != before {
		t.Error("erasing changed the digest")
	}
	if bytes.Contains(everyByte(t, a), []byte(secretWord)) {
		t.Error("an erased word is still in the home")
	}
	if _, err := Get[Member](a, "mem_gone"); !fault.Is(err, "unknown_id") {
		t.Error(err)
	}
	if _, err := a.Edit(func(tx *Tx) error { _, err := tx.Put(Member{ID: "mem_gone", Family: "x"}); return err }); !fault.Is(err, "record_erased") {
		t.Errorf("an erased record was written again: %v", err)
	}
	send(t, b, a) // what b said about it comes late
	if bytes.Contains(everyByte(t, a), []byte(secretWord)) {
		t.Error("an erased word came back")
	}
	send(t, b, a) // and once more
	send(t, a, b)
	if a.Digest() == before {
		t.Error("what came late is not counted")
	}
	must(t, true, b.Erase([]RecordRef{{KindMember, "mem_gone"}}, math.MaxUint64, nil))
	for range 2 {
		digest, frontier := a.Digest(), a.Frontier()
		a = rebuilt(t, a)
		if a.Digest() != digest || fmt.Sprint(a.Frontier()) != fmt.Sprint(frontier) {
			t.Errorf("after rebuilding: digest %v, frontier %v of %v", a.Digest() == digest, a.Frontier(), frontier)
		}
	}
	if r := ok(a.Check())(t); len(r.Problems) > 1 {
		t.Errorf("%v", r.Problems)
	}
}

func TestAnErasureThatWasStoppedIsFinishedAtTheNextStart(t *testing.T) {
	a := laptop(t, memoryDir(t), "dev_a")
	put(t, a, Member{ID: "mem_gone", Family: secretWord})
	fulled(t, a)
	put(t, a, Member{ID: "mem_stays", Family: "Roy"})
	a.write.Lock()
	err := a.drop([]RecordRef{{KindMember, "mem_gone"}}, math.MaxUint64, map[string][]byte{notePurge: {1}})
	a.write.Unlock()
	must(t, true, err)
	dir := a.dir
	must(t, true, a.Close())
	a = laptop(t, dir, "dev_a")
	if bytes.Contains(everyByte(t, a), []byte(secretWord)) {
		t.Error("an erased word is still in the home")
	}
	if note := ok(a.Note(notePurge))(t); note != nil {
		t.Error("it would be done again at every start")
	}
}

// full gives what a full snapshot of a store would hold.
func fullOf(s *Store, scopes ...string) Beginning {
	with := Beginning{UpTo: s.Frontier()}
	for _, scope := range scopes {
		with.Changes = append(with.Changes, s.ChangesUpTo(with.UpTo, scope))
	}
	with.Dropped, _ = s.Dropped()
	return with
}

func TestABootstrapGivesTheSameStateAndKeepsOwnEdits(t *testing.T) {
	a, b := laptop(t, memoryDir(t), "dev_a"), laptop(t, memoryDir(t), "dev_b")
	setKey(t, a, "off_east", keyEast)
	for i := range 20 {
		put(t, a, Member{ID: fmt.Sprintf("mem_%d", i%7), Family: fmt.Sprintf("Nom %d", i), Email: fmt.Sprintf("m%d@example.org", i), Office: "off_east"})
	}
	put(t, a, Scan{ID: "scn_1", Fact: ScanFact{Meeting: "mtg_1", Member: "mem_1", Kind: "in", At: 5, Nonce: "n"}})
	must(t, true, a.Erase([]RecordRef{{KindMember, "mem_3"}}, math.MaxUint64, nil))
	put(t, b, Chapter{ID: "chp_own", Name: "Not sent yet"})
	ok(b.Apply(nil, map[string][]byte{"stays": []byte("here")}))(t)
	setKey(t, b, "off_east", keyEast)
	with := fullOf(a, "", "off_east")
	with.Notes = map[string][]byte{"came": []byte("too")}
	must(t, true, b.Bootstrap(with))
	send(t, b, a)
	for range 2 {
		if a.Digest() != b.Digest() || fmt.Sprint(a.Frontier()) != fmt.Sprint(b.Frontier()) {
			t.Fatalf("digests equal: %v; frontiers %v, %v", a.Digest() == b.Digest(), a.Frontier(), b.Frontier())
		}
		for _, name := range []string{"stays", "came"} {
			if note := ok(b.Note(name))(t); note == nil {
				t.Errorf("note %s is lost", name)
			}
		}
		if _, total := b.WaitDirectory().Members(queryAll); total != 6 {
			t.Errorf("%d members are listed", total)
		}
		own := 0
		for e, err := range b.Unpublished(0) {
			must(t, e, err)
			own++
		}
		if own != 1 {
			t.Errorf("%d own edits wait", own)
		}
		b = rebuilt(t, b)
	}
	if sum, whole, err := a.SumUpTo(with.UpTo, "off_east"); err != nil || !whole {
		t.Error(whole, err)
	} else if other, _, _ := b.SumUpTo(with.UpTo, "off_east"); other != sum {
		t.Error("the sum of an office's changes differs after a bootstrap")
	}
}

func TestABootstrapWithoutAnOfficesKeyCountsWhatIsClosed(t *testing.T) {
	a, b := laptop(t, memoryDir(t), "dev_a"), laptop(t, memoryDir(t), "dev_b")
	setKey(t, a, "off_east", keyEast)
	put(t, a, Member{ID: "mem_1", Family: "Roy", Email: secretWord, Office: "off_east"})
	with := fullOf(a, "")
	with.Closed, _, _ = a.SumUpTo(with.UpTo, "off_east")
	must(t, true, b.Bootstrap(with))
	if a.Digest() != b.Digest() || bytes.Contains(everyByte(t, b), []byte(secretWord)) {
		t.Errorf("digests equal: %v", a.Digest() == b.Digest())
	}
	m := ok(Get[Member](b, "mem_1"))(t)
	if m.Family != "Roy" || m.Email != "" {
		t.Errorf("%+v", m)
	}
}

func TestWhatABootstrapCannotBelieveLeavesTheStoreAsItWas(t *testing.T) {
	a, b := laptop(t, memoryDir(t), "dev_a"), laptop(t, memoryDir(t), "dev_b")
	put(t, a, Member{ID: "mem_1", Family: "Roy"}, Member{ID: "mem_2", Family: "Roy"})
	put(t, b, Member{ID: "mem_9", Family: "Tremblay"})
	before := b.Digest()
	late := fullOf(a, "")
	late.UpTo = Frontier{"dev_a": 1}
	late.Changes = fullOf(a, "").Changes
	for name, with := range map[string]Beginning{"beyond": late, "twice": fullOf(a, "", "")} {
		if err := b.Bootstrap(with); !fault.Is(err, "bad_change") {
			t.Errorf("%s: %v", name, err)
		}
		if b.Digest() != before {
			t.Errorf("%s: the store changed", name)
		}
		put(t, b, Member{ID: "mem_9", Family: "Tremblay " + name})
		before = b.Digest()
	}
	if _, err := os.Stat(filepath.Join(b.dir, buildingName)); err == nil {
		t.Error("what was begun is still there")
	}
}

func TestOnlyWhatEverybodyHasSeenDeletedIsDroppedForGood(t *testing.T) {
	a := laptop(t, memoryDir(t), "dev_a")
	put(t, a, Member{ID: "mem_1", Family: "Roy"}, Member{ID: "mem_2", Family: "Roy"})
	_, err := a.Edit(func(tx *Tx) error { return tx.Delete(KindMember, "mem_1") })
	must(t, true, err)
	if refs := ok(a.Deleted(Frontier{"dev_a": 2}))(t); len(refs) != 0 {
		t.Errorf("dropped too early: %v", refs)
	}
	refs := ok(a.Deleted(a.Frontier()))(t)
	if len(refs) != 1 || refs[0].ID != "mem_1" {
		t.Fatalf("%v", refs)
	}
	before := a.Digest()
	must(t, true, a.Drop(refs, nil))
	if a.Digest() != before || len(ok(a.Deleted(a.Frontier()))(t)) != 0 || !a.IsDropped(KindMember, "mem_1") {
		t.Error("a dropped record is still there, or no longer counts")
	}
}

func TestOwnChangesThatNeverWentOutDoNotCountOnceErased(t *testing.T) {
	a, b := laptop(t, memoryDir(t), "dev_a"), laptop(t, memoryDir(t), "dev_b")
	put(t, a, Member{ID: "mem_gone", Family: secretWord})
	send(t, a, b)
	sent := a.Frontier()["dev_a"]
	must(t, true, a.MarkPublished(sent, nil))
	put(t, a, Member{ID: "mem_stays", Family: "Roy"})
	stays := a.Frontier()["dev_a"]
	put(t, a, Member{ID: "mem_gone", Family: secretWord + " 2"})
	must(t, true, a.Erase([]RecordRef{{KindMember, "mem_gone"}}, sent, nil))
	must(t, true, b.Erase([]RecordRef{{KindMember, "mem_gone"}}, 0, nil))
	if a.Frontier()["dev_a"] != stays {
		t.Errorf("the frontier ends at %d, %d went out or will", a.Frontier()["dev_a"], stays)
	}
	send(t, a, b)
	for range 2 {
		if a.Digest() != b.Digest() || fmt.Sprint(a.Frontier()) != fmt.Sprint(b.Frontier()) {
			t.Fatalf("digests equal: %v; frontiers %v and %v", a.Digest() == b.Digest(), a.Frontier(), b.Frontier())
		}
		a = rebuilt(t, a)
	}
	refs := put(t, a, Member{ID: "mem_later", Family: "Roy"})
	if refs[0].Change.Seq <= stays+1 {
		t.Errorf("number %d is used again", refs[0].Change.Seq)
	}
}
