package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store"
)

func agreeing() []finding {
	var list []finding
	for _, l := range offices() {
		list = append(list, finding{laptop: l, digest: "d", frontier: store.Frontier{"a": 3, "b": 4}, conflicts: sharedOnes})
	}
	return list
}

func TestTheProofNamesEveryDifference(t *testing.T) {
	if err := differences(agreeing()); err != nil {
		t.Fatal(err)
	}
	rows := []struct {
		want   string
		change func(*finding)
	}{
		{"Halifax: digest other, but Toronto has d", func(f *finding) { f.digest = "other" }},
		{"Halifax: has seen map[a:3], but Toronto map[a:3 b:4]", func(f *finding) { f.frontier = store.Frontier{"a": 3} }},
		{"Halifax: 4 conflicts wait, but 5 fields were edited by two", func(f *finding) { f.conflicts-- }},
		{"Halifax: lost the scan scn_x", func(f *finding) { f.lostScans = []string{"scn_x"} }},
		{"Halifax: lost phone of mem_x", func(f *finding) { f.lost = []string{"phone of mem_x"} }},
		{"Halifax: can read phone of mem_x", func(f *finding) { f.leaked = []string{"phone of mem_x"} }},
	}
	for _, row := range rows {
		list := agreeing()
		row.change(&list[3])
		if err := differences(list); err == nil || err.Error() != row.want {
			t.Errorf("%v; want %s", err, row.want)
		}
	}
}

func TestAnEditIsPresentAsValueConflictOrHistoryOnly(t *testing.T) {
	s, err := store.Open(t.TempDir(), store.Options{Device: "laptop"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	write := func(phone string) store.Dot {
		refs, err := s.Edit(func(tx *store.Tx) error {
			_, err := tx.Put(store.Member{ID: "mem_a", Phone: phone})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return refs[0].Change
	}
	first, second := write("1"), write("2")
	rows := []struct {
		name string
		edit edit
		want bool
	}{
		{"in force", edit{record: "mem_a", field: "phone", value: "2", change: second}, true},
		{"in the history", edit{record: "mem_a", field: "phone", value: "1", change: first}, true},
		{"another value", edit{record: "mem_a", field: "phone", value: "3", change: second}, false},
		{"another change", edit{record: "mem_a", field: "phone", value: "2", change: first}, false},
		{"another record", edit{record: "mem_b", field: "phone", value: "2", change: second}, false},
	}
	for _, row := range rows {
		row.edit.kind = store.KindMember
		if got := present(s, row.edit, nil); got != row.want {
			t.Errorf("%s: %v", row.name, got)
		}
	}
}

func TestAFolderOfAnotherKindIsNotTouched(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(dir, "letter.txt")
	if err := os.WriteFile(precious, []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := &demo{now: time.Now, began: time.Now()}
	if err := d.clear(dir); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Error(err)
	}
	if _, err := os.Stat(precious); err != nil {
		t.Error(err)
	}
}

// The whole demonstration, with a folder for a bucket.
func TestFourLaptopsAgreeAfterAForumWithoutNetwork(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	d := &demo{members: 400, now: time.Now, began: time.Now()}
	if err := d.run(t.Context(), filepath.Join(t.TempDir(), "homes"), true); err != nil {
		t.Fatal(err)
	}
	if len(d.made.scans) != scansInAll || len(d.made.edits) != soloEdits+2*sharedOnes {
		t.Errorf("%d scans, %d edits", len(d.made.scans), len(d.made.edits))
	}
}
