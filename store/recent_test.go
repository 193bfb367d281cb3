package store

import "testing"

func TestRecentGivesWhatOthersWroteSinceAndNothingElse(t *testing.T) {
	mine, err := Open(t.TempDir(), Options{Device: "mine"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = mine.Close() }()
	if _, err := mine.Edit(func(tx *Tx) error { _, err := tx.Put(Member{ID: "mem_a", Given: "Ann"}); return err }); err != nil {
		t.Fatal(err)
	}
	value := []byte{0x63, 'o', 'n', 'e'} // CBOR text
	edit := func(seq uint64, wall int64, kind Kind) Edit {
		stamp := Stamp{Wall: wall, Dot: Dot{Device: "theirs", Seq: seq}}
		return Edit{Wall: wall, Device: "theirs", First: seq, Changes: []Change{{Kind: kind, Record: "rec_" + string(rune('a'+seq)), Field: "name", Value: value, Stamp: stamp}}}
	}
	if _, err := mine.Apply([]Edit{edit(1, 100, KindChapter), edit(2, 200, KindChapter), edit(3, 300, KindCommunity)}, nil); err != nil {
		t.Fatal(err)
	}
	found, err := mine.Recent(200, KindChapter, KindMember)
	if err != nil || len(found) != 1 || found[0].Seq != 2 {
		t.Errorf("%+v %v", found, err)
	}
}
