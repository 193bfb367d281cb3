package store

import (
	"slices"
	"testing"

	"example.org/carnet/store/directory"
)

// merged are members of whom some were merged into others, as laptops that did not hear of each other leave them.
func merged(t *testing.T, s *Store) {
	t.Helper()
	for _, m := range []Member{
		{ID: "mem_alone", Family: "Roy"},
		{ID: "mem_a", Family: "Roy", MergedInto: "mem_b"},
		{ID: "mem_b", Family: "Roy", MergedInto: "mem_c", Merged: []string{"mem_a"}},
		{ID: "mem_c", Family: "Roy", Merged: []string{"mem_b", "mem_elsewhere"}},
		{ID: "mem_elsewhere", Family: "Roy", MergedInto: "mem_alone"}, // the value that counts says otherwise
		{ID: "mem_x", Family: "Côté", MergedInto: "mem_y", Merged: []string{"mem_y"}},
		{ID: "mem_y", Family: "Côté", MergedInto: "mem_x", Merged: []string{"mem_x", "mem_z"}},
		{ID: "mem_z", Family: "Côté", MergedInto: "mem_y"},
		{ID: "mem_self", Family: "Lam", MergedInto: "mem_self"},
		{ID: "mem_lost", Family: "Lam", MergedInto: "mem_nobody"},
	} {
		put(t, s, m)
	}
}

func TestWhoWasMergedIsWhoStandsForThem(t *testing.T) {
	s := opened(t, memoryDir(t))
	defer closed(t, s)
	merged(t, s)
	s.WaitDirectory()
	for id, person := range map[string]string{"mem_alone": "mem_alone", "mem_a": "mem_c", "mem_b": "mem_c", "mem_c": "mem_c", "mem_elsewhere": "mem_alone",
		"mem_x": "mem_x", "mem_y": "mem_x", "mem_z": "mem_x", "mem_self": "mem_self", "mem_lost": "mem_nobody", "mem_unknown": "mem_unknown"} {
		if got := s.Person(id); got != person {
			t.Errorf("for %s stands %s, not %s", id, got, person)
		}
		if got := lastOf(id, s.mergedInto); got != person {
			t.Errorf("by the disk, for %s stands %s, not %s", id, got, person)
		}
	}
	for id, all := range map[string][]string{"mem_alone": {"mem_alone", "mem_elsewhere"}, "mem_a": {"mem_c", "mem_a", "mem_b"}, "mem_y": {"mem_x", "mem_y", "mem_z"}} {
		records := s.Records(id)
		if slices.Sort(records[1:]); !slices.Equal(records, all) {
			t.Errorf("%s has records under %v", id, records)
		}
	}
}

func TestAMergeThatIsUndoneStandsForNobody(t *testing.T) {
	s := opened(t, memoryDir(t))
	defer closed(t, s)
	merged(t, s)
	s.WaitDirectory()
	put(t, s, Member{ID: "mem_a", Family: "Roy"})
	if got := s.Person("mem_a"); got != "mem_a" {
		t.Error(got)
	}
	put(t, s, Member{ID: "mem_b", Family: "Roy", MergedInto: "mem_a"})
	if got, records := s.Person("mem_b"), s.Records("mem_c"); got != "mem_a" || !slices.Equal(records, []string{"mem_c"}) {
		t.Error(got, records)
	}
	if _, err := s.Edit(func(tx *Tx) error { return tx.Delete(KindMember, "mem_b") }); err != nil {
		t.Fatal(err)
	}
	if got, records := s.Person("mem_b"), s.Records("mem_a"); got != "mem_b" || !slices.Equal(records, []string{"mem_a"}) {
		t.Error(got, records)
	}
}

func TestOfTwoMembersWhoWereMergedIntoEachOtherOneStaysInTheLists(t *testing.T) {
	dir := memoryDir(t)
	s := opened(t, dir)
	member := func(id, into string) Member { return Member{ID: id, Given: "Kim", Family: id, MergedInto: into} }
	listed := func(when string, want ...string) {
		t.Helper()
		cards, _ := s.WaitDirectory().Members(directory.Query{Limit: 10})
		var got []string
		for _, c := range cards {
			got = append(got, c.ID)
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s: %v are listed, not %v", when, got, want)
		}
	}
	put(t, s, member("mem_a", "mem_b"), member("mem_b", ""), member("mem_c", "mem_b"), member("mem_self", "mem_self"))
	listed("one merge", "mem_b", "mem_self")
	put(t, s, member("mem_b", "mem_a"))
	listed("and its opposite", "mem_a", "mem_self")
	closed(t, s)
	s = opened(t, dir)
	listed("opened anew", "mem_a", "mem_self")
	put(t, s, member("mem_b", "mem_c"), member("mem_c", "mem_a"))
	listed("a larger circle", "mem_a", "mem_self")
	put(t, s, member("mem_a", ""))
	listed("an undo", "mem_a", "mem_self")
	put(t, s, member("mem_c", ""), member("mem_a", "mem_c"))
	listed("another one", "mem_c", "mem_self")
	put(t, s, member("mem_c", "mem_a"))
	if _, err := s.Edit(func(tx *Tx) error { return tx.Delete(KindMember, "mem_a") }); err != nil {
		t.Fatal(err)
	}
	listed("without the one who stayed", "mem_self") // as ever: who was merged into somebody who is gone is gone
	closed(t, s)
}

func BenchmarkWhoStandsForEachOfAHundredThousand(b *testing.B) {
	s := opened(b, b.TempDir())
	defer closed(b, s)
	put(b, s, Member{ID: "mem_a", Family: "Roy", MergedInto: "mem_b"}, Member{ID: "mem_b", Family: "Roy"})
	s.WaitDirectory()
	for b.Loop() {
		for range 100_000 {
			s.Person("mem_b")
		}
	}
}
