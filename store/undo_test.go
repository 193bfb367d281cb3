package store

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"example.org/carnet/store/fault"
)

// stamped is a foreign change of Ada by the laptop's first, second … change.
func stamped(device string, seq uint64, wall int64, name string, value []byte, replaces ...Dot) Change {
	return Change{Kind: KindMember, Record: "mem_ada", Field: name, Value: value, Replaces: replaces,
		Stamp: Stamp{Wall: wall, Dot: Dot{device, seq}}}
}

// inDoubt opens a laptop that has these changes of others.
func inDoubt(t *testing.T, changes ...Change) *Store {
	t.Helper()
	s := laptop(t, memoryDir(t), "dev_a")
	ok(s.Apply(asEdits(changes), nil))(t)
	return s
}

// twoTitles is a title that two laptops wrote over the same older one.
func twoTitles(t *testing.T) *Store {
	t.Helper()
	return inDoubt(t, stamped("dev_b", 9, 1, "family", appendText(nil, "Roy")),
		stamped("dev_b", 1, 1, "title", appendText(nil, "Clerk")),
		stamped("dev_b", 2, 2, "title", appendText(nil, "Mayor"), Dot{"dev_b", 1}),
		stamped("dev_c", 1, 3, "title", nil, Dot{"dev_b", 1}))
}

// deletedAgainstEdited is a record that one laptop deleted while another wrote in it.
func deletedAgainstEdited(t *testing.T) *Store {
	t.Helper()
	gone := stamped("dev_b", 2, 2, tombstone, setTrue)
	gone.Seen = []Dot{{"dev_b", 1}}
	return inDoubt(t, stamped("dev_b", 1, 1, "title", appendText(nil, "Clerk")), gone,
		stamped("dev_c", 1, 3, "phone", appendText(nil, "555")))
}

func TestUndoingWhatSettledAConflictBringsTheConflictBackOnEveryLaptop(t *testing.T) {
	for name, settle := range map[string]func(*Store) ([]Ref, error){
		"one side":      func(s *Store) ([]Ref, error) { return s.Settle("member/mem_ada/title", "Mayor") },
		"the other":     func(s *Store) ([]Ref, error) { return s.Settle("member/mem_ada/title", nil) },
		"a third value": func(s *Store) ([]Ref, error) { return s.Settle("member/mem_ada/title", "Councillor") },
		"an ordinary edit": func(s *Store) ([]Ref, error) {
			return s.Edit(func(tx *Tx) error {
				_, err := tx.Put(Member{ID: "mem_ada", Family: "Roy", Title: "Councillor"})
				return err
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, other := twoTitles(t), twoTitles(t)
			before, shown := ok(s.Conflicts())(t), ok(Get[Member](s, "mem_ada"))(t)
			refs := ok(settle(s))(t)
			settled := ok(Get[Member](s, "mem_ada"))(t)
			send(t, s, other)
			back := ok(s.Undo(refs))(t)
			send(t, s, other)
			for _, at := range []*Store{s, other} {
				if after := ok(at.Conflicts())(t); !reflect.DeepEqual(after, before) {
					t.Fatalf("conflicts are %+v\nand were %+v", after, before)
				}
				if m := ok(Get[Member](at, "mem_ada"))(t); m.Title != shown.Title {
					t.Errorf("the title is %q, and was %q", m.Title, shown.Title)
				}
			}
			again := ok(s.Undo(back))(t)
			if m := ok(Get[Member](s, "mem_ada"))(t); m.Title != settled.Title || len(ok(s.Conflicts())(t)) != 0 {
				t.Errorf("undoing the undo leaves %q and not %q", m.Title, settled.Title)
			}
			ok(s.Undo(again))(t)
			if after := ok(s.Conflicts())(t); !reflect.DeepEqual(after, before) {
				t.Errorf("undone a third time: %+v", after)
			}
			if r, err := s.Check(); err != nil || len(r.Problems) != 0 {
				t.Errorf("check: %+v %v", r, err)
			}
		})
	}
}

func TestUndoingTheChoiceBetweenADeletionAndAnEditBringsTheChoiceBackOnEveryLaptop(t *testing.T) {
	for name, settle := range map[string]func(*Store) ([]Ref, error){
		"kept":    func(s *Store) ([]Ref, error) { return s.Settle("member/mem_ada/~", false) },
		"deleted": func(s *Store) ([]Ref, error) { return s.Settle("member/mem_ada/~", true) },
	} {
		t.Run(name, func(t *testing.T) {
			s, other := deletedAgainstEdited(t), deletedAgainstEdited(t)
			before := ok(s.Conflicts())(t)
			refs := ok(settle(s))(t)
			send(t, s, other)
			back := ok(s.Undo(refs))(t)
			send(t, s, other)
			for _, at := range []*Store{s, other} {
				if after := ok(at.Conflicts())(t); !reflect.DeepEqual(subjects(after), subjects(before)) {
					t.Fatalf("conflicts are %+v\nand were %+v", after, before)
				}
				if m := ok(Get[Member](at, "mem_ada"))(t); m.Phone != "555" || m.Title != "Clerk" {
					t.Errorf("%+v", m)
				}
			}
			ok(s.Undo(back))(t)
			if _, err := Get[Member](s, "mem_ada"); (name == "deleted") != fault.Is(err, "unknown_id") || len(ok(s.Conflicts())(t)) != 0 {
				t.Errorf("undoing the undo: %v, %+v", err, ok(s.Conflicts())(t))
			}
		})
	}
}

func TestUndoingTwoChoicesOfOneRecordBringsBothBack(t *testing.T) {
	gone := stamped("dev_b", 3, 2, tombstone, setTrue)
	gone.Seen = []Dot{{"dev_b", 1}}
	s := inDoubt(t, stamped("dev_b", 1, 1, "title", appendText(nil, "Clerk")),
		stamped("dev_c", 1, 3, "title", appendText(nil, "Mayor")), gone)
	before := subjects(ok(s.Conflicts())(t))
	if len(before) != 2 {
		t.Fatal(before)
	}
	refs := append(ok(s.Settle("member/mem_ada/title", "Clerk"))(t), ok(s.Settle("member/mem_ada/~", true))(t)...)
	ok(s.Undo(refs))(t)
	if after := subjects(ok(s.Conflicts())(t)); !reflect.DeepEqual(after, before) {
		t.Errorf("conflicts are %v\nand were %v", after, before)
	}
}

func TestUndoingAChoiceThatWasChangedSinceBringsNoConflictBack(t *testing.T) {
	s := twoTitles(t)
	refs := ok(s.Settle("member/mem_ada/title", "Mayor"))(t)
	put(t, s, Member{ID: "mem_ada", Family: "Roy", Title: "Councillor"})
	if back := ok(s.Undo(refs))(t); len(back) != 1 || len(ok(s.Conflicts())(t)) != 0 {
		t.Errorf("%v: %+v", back, ok(s.Conflicts())(t))
	}
}

func TestUndoingAnEditOverEqualValuesPutsTheOneValueBack(t *testing.T) {
	s := inDoubt(t, stamped("dev_b", 1, 1, "title", appendText(nil, "Mayor")), stamped("dev_c", 1, 3, "title", appendText(nil, "Mayor")))
	refs := put(t, s, Member{ID: "mem_ada", Title: "Clerk"})
	if back := ok(s.Undo(refs))(t); len(back) != 1 || ok(Get[Member](s, "mem_ada"))(t).Title != "Mayor" {
		t.Errorf("%v", back)
	}
}

func TestUndoingAChoiceLeavesAValueThatCameSinceInTheConflict(t *testing.T) {
	s := twoTitles(t)
	refs := ok(s.Settle("member/mem_ada/title", "Mayor"))(t)
	ok(s.Apply(asEdits([]Change{stamped("dev_d", 1, 4, "title", appendText(nil, "Warden"))}), nil))(t)
	ok(s.Undo(refs))(t)
	list := ok(s.Conflicts())(t)
	if len(list) != 1 || len(list[0].Values) != 3 {
		t.Errorf("%+v", list)
	}
}

func TestUndoingTheRemovalOfAnElementThatWasInDoubtBringsItBack(t *testing.T) {
	s := inDoubt(t, stamped("dev_b", 1, 1, "family", appendText(nil, "Roy")),
		stamped("dev_b", 2, 2, "chapters:chp_x", setTrue), stamped("dev_c", 1, 3, "chapters:chp_x", nil))
	refs := put(t, s, Member{ID: "mem_ada", Family: "Roy"})
	ok(s.Undo(refs))(t)
	if m := ok(Get[Member](s, "mem_ada"))(t); !slices.Equal(m.Chapters, []string{"chp_x"}) {
		t.Errorf("%+v", m)
	}
}

func TestUndoingARestorationThatWasEditedSinceDeletesAsBefore(t *testing.T) {
	s := laptop(t, memoryDir(t), "dev_a")
	put(t, s, ada)
	gone := ok(s.Edit(func(tx *Tx) error { return tx.Delete(KindMember, "mem_ada") }))(t)
	restored := ok(s.Undo(gone))(t)
	changed := ada
	changed.Phone = "555"
	put(t, s, changed)
	ok(s.Undo(restored))(t)
	if _, err := Get[Member](s, "mem_ada"); !fault.Is(err, "unknown_id") || len(ok(s.Conflicts())(t)) != 0 {
		t.Errorf("%v %+v", err, ok(s.Conflicts())(t))
	}
}

// subjects tells what conflicts are about, without who wrote it when.
func subjects(list []Conflict) (lines []string) {
	for _, c := range list {
		var values []string
		for _, v := range c.Values {
			values = append(values, fmt.Sprintf("%s=%v", v.Field, v.To))
		}
		slices.Sort(values)
		lines = append(lines, fmt.Sprint(c.ID, c.Was, values))
	}
	return lines
}

func subjectOf(list []Conflict, id string) string {
	i := slices.IndexFunc(list, func(c Conflict) bool { return c.ID == id })
	if i < 0 {
		return "nothing"
	}
	return subjects(list[i : i+1])[0]
}

func TestAfterAnyHistorySettlingAndUndoingLeavesTheSameConflict(t *testing.T) {
	tried := 0
	seeds := 12
	if os.Getenv("CARNET_LONG") != "" {
		seeds = 300
	}
	for seed := range seeds {
		all := rapid.Custom(drawHistory).Example(seed)
		s, other := laptop(t, memoryDir(t), "dev_s"), laptop(t, memoryDir(t), "dev_o")
		ok(s.Apply(asEdits(all), nil))(t)
		ok(other.Apply(asEdits(all), nil))(t)
		for _, c := range ok(s.Conflicts())(t) {
			before := ok(s.Conflicts())(t)
			value := any("third")
			if c.Field == tombstone {
				value = seed%2 == 0
			}
			refs := ok(s.Settle(c.ID, value))(t)
			ok(s.Undo(refs))(t)
			send(t, s, other)
			tried++
			after := ok(s.Conflicts())(t)
			if len(after) != len(before) || subjectOf(after, c.ID) != subjectOf(before, c.ID) {
				t.Fatalf("seed %d, %s: conflicts are\n%v\nand were\n%v", seed, c.ID, subjects(after), subjects(before))
			}
			if there := ok(other.Conflicts())(t); !reflect.DeepEqual(there, after) {
				t.Fatalf("seed %d: another laptop has\n%+v\nand not\n%+v", seed, there, after)
			}
		}
		if s.Digest() != other.Digest() {
			t.Fatalf("seed %d: the laptops differ", seed)
		}
		for _, at := range []*Store{s, other} {
			if r, err := at.Check(); err != nil || len(r.Problems) != 0 {
				t.Fatalf("seed %d: %+v %v", seed, r, err)
			}
			if err := at.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if tried == 0 {
		t.Error("no history had a conflict")
	}
}
