package store

import (
	"testing"
	"time"

	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

var testKey = [32]byte{1, 2, 3}

// laptop opens a store that is closed when the test ends.
func laptop(t testing.TB, dir, device string) *Store {
	t.Helper()
	s, err := Open(dir, Options{Key: testKey, Device: device})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func put(t testing.TB, s *Store, records ...Record) []Ref {
	t.Helper()
	refs, err := s.Edit(func(tx *Tx) error {
		for _, r := range records {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("edit: %v", err)
	}
	return refs
}

func must[T any](t testing.TB, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// ok gives the value of a call that must not fail: ok(call())(t).
func ok[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T { t.Helper(); return must(t, v, err) }
}

var queryAll = directory.Query{Limit: 1000}

// send brings everything that from has not published to the others, as sync would.
func send(t testing.TB, from *Store, to ...*Store) {
	t.Helper()
	var edits []Edit
	for e, err := range from.Unpublished(0) {
		edits = append(edits, must(t, e, err))
	}
	for _, s := range to {
		if _, err := s.Apply(edits, nil); err != nil {
			t.Fatal(err)
		}
	}
}

var ada = Member{ID: "mem_ada", Given: "Ada", Family: "Roy", Email: "ada@example.org", Chapters: []string{"chp_north", "chp_rural"}}

func TestARecordIsReadAsItWasPutAlsoAfterReopening(t *testing.T) {
	dir := t.TempDir()
	s := laptop(t, dir, "dev_a")
	meeting := Meeting{ID: "mtg_forum", Title: "Forum", Minutes: 90, Stations: []string{"North", "South"}}
	scan := Scan{ID: "scn_1", Fact: ScanFact{Meeting: "mtg_forum", Member: "mem_ada", Kind: "in", At: 1000, Nonce: "n"}}
	put(t, s, ada, meeting, scan)
	digest := s.Digest()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = laptop(t, dir, "dev_a")
	if got := ok(Get[Member](s, "mem_ada"))(t); got.Family != "Roy" || len(got.Chapters) != 2 {
		t.Errorf("member: %+v", got)
	}
	if got := ok(Get[Meeting](s, "mtg_forum"))(t); got.Minutes != 90 || len(got.Stations) != 2 {
		t.Errorf("meeting: %+v", got)
	}
	n := 0
	for got, err := range s.ScansOf("mtg_forum") {
		if err != nil || got != scan {
			t.Errorf("scan: %+v %v", got, err)
		}
		n++
	}
	if n != 1 || s.Count(KindMember) != 1 || s.Digest() != digest {
		t.Errorf("%d scans, %d members, digest kept %v", n, s.Count(KindMember), s.Digest() == digest)
	}
	cards, total := s.WaitDirectory().Members(queryAll)
	if total != 1 || cards[0].Family != "Roy" {
		t.Errorf("directory: %+v", cards)
	}
}

func TestPuttingWhatIsThereChangesNothing(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	put(t, s, ada)
	if refs := put(t, s, ada); len(refs) != 0 {
		t.Errorf("%d changes, want none", len(refs))
	}
}

func TestAConcurrentEditIsAConflictUntilItIsSettled(t *testing.T) {
	a, b := laptop(t, t.TempDir(), "dev_a"), laptop(t, t.TempDir(), "dev_b")
	put(t, a, ada)
	send(t, a, b)
	title := func(s *Store, title string) {
		m := ok(Get[Member](s, "mem_ada"))(t)
		m.Title = title
		put(t, s, m)
	}
	title(a, "Mayor")
	time.Sleep(2 * time.Millisecond)
	title(b, "Clerk")
	send(t, a, b)
	send(t, b, a)
	for _, s := range []*Store{a, b} {
		list := ok(s.Conflicts())(t)
		if len(list) != 1 || list[0].Field != "title" || len(list[0].Values) != 2 || list[0].Values[0].To != "Clerk" || list[0].Was != nil {
			t.Fatalf("conflicts: %+v", list)
		}
	}
	ok(a.Settle("member/mem_ada/title", "Mayor"))(t)
	send(t, a, b)
	if n := len(ok(b.Conflicts())(t)); n != 0 || a.Digest() != b.Digest() {
		t.Errorf("%d conflicts, digests equal %v", n, a.Digest() == b.Digest())
	}
	if got := ok(Get[Member](b, "mem_ada"))(t); got.Title != "Mayor" {
		t.Errorf("title %q", got.Title)
	}
	if lines := ok(b.History(KindMember, "mem_ada"))(t); len(lines) != 8 || lines[0].From != "Clerk" || lines[0].To != "Mayor" {
		t.Errorf("history: %+v", lines)
	}
	if _, err := a.Settle("member/mem_ada/title", "Mayor"); !fault.Is(err, "unknown_conflict") {
		t.Errorf("settling twice: %v", err)
	}
}

func TestADeletionAgainstAnEditIsAConflictAndTheRecordStays(t *testing.T) {
	a, b := laptop(t, t.TempDir(), "dev_a"), laptop(t, t.TempDir(), "dev_b")
	put(t, a, ada)
	send(t, a, b)
	ok(a.Edit(func(tx *Tx) error { return tx.Delete(KindMember, "mem_ada") }))(t)
	changed := ada
	changed.Phone = "555"
	put(t, b, changed)
	send(t, a, b)
	send(t, b, a)
	for _, s := range []*Store{a, b} {
		list := ok(s.Conflicts())(t)
		if len(list) != 1 || list[0].Field != "~" || len(list[0].Values) != 2 {
			t.Fatalf("conflicts: %+v", list)
		}
		ok(Get[Member](s, "mem_ada"))(t)
	}
	ok(b.Settle("member/mem_ada/~", true))(t)
	send(t, b, a)
	for _, s := range []*Store{a, b} {
		if _, err := Get[Member](s, "mem_ada"); !fault.Is(err, "unknown_id") || s.Count(KindMember) != 0 {
			t.Errorf("still there: %v", err)
		}
	}
	put(t, a, changed)
	send(t, a, b)
	if got := ok(Get[Member](b, "mem_ada"))(t); got.Phone != "555" || len(ok(b.Conflicts())(t)) != 0 {
		t.Errorf("not back: %+v", got)
	}
}

func TestUndoPutsBackAndCanBeUndone(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	refs := put(t, s, ada)
	changed := ada
	changed.Family, changed.Chapters = "Côté", []string{"chp_north"}
	edit := put(t, s, changed)
	ok(s.Undo(edit))(t)
	if got := ok(Get[Member](s, "mem_ada"))(t); got.Family != "Roy" || len(got.Chapters) != 2 {
		t.Errorf("after undo: %+v", got)
	}
	gone := ok(s.Undo(refs))(t)
	if _, err := Get[Member](s, "mem_ada"); !fault.Is(err, "unknown_id") {
		t.Errorf("undoing the creation left it: %v", err)
	}
	ok(s.Undo(gone))(t)
	if got := ok(Get[Member](s, "mem_ada"))(t); got.Family != "Roy" {
		t.Errorf("after undoing the undo: %+v", got)
	}
}

func TestPublishedEditsAreNoLongerOutgoing(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	put(t, s, ada)
	changed := ada
	changed.Title = "Mayor"
	refs := put(t, s, changed)
	count := func() (n int) {
		for e, err := range s.Unpublished(0) {
			n += len(must(t, e, err).Changes)
		}
		return n
	}
	if n := count(); n != 6 {
		t.Errorf("%d outgoing changes, want 6", n)
	}
	if err := s.MarkPublished(refs[0].Change.Seq-1, map[string][]byte{"head": []byte("x")}); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 1 || string(ok(s.Note("head"))(t)) != "x" {
		t.Errorf("%d outgoing changes, want 1", n)
	}
}
