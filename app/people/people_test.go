package people_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/people"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

// office is one laptop of one office with its use cases.
func office(t testing.TB) *people.People {
	t.Helper()
	s, err := store.Open(t.TempDir(), store.Options{Key: [32]byte{1}, Device: "toronto"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Edit(func(tx *store.Tx) error {
		_, err := tx.Put(store.Office{ID: "off_toronto", Name: "Toronto"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return people.New(people.Deps{
		Store: s, Now: time.Now, May: func(store.Kind) error { return nil }, Office: func() string { return "off_toronto" },
		Author: func(string) people.Author { return people.Author{Coordinator: "Zoé Martel", Office: "Toronto"} },
	})
}

// written puts text into a file of its own.
func written(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func add(t testing.TB, p *people.People, fields map[string]string) store.Member {
	t.Helper()
	m, _, err := p.AddMember(fields)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// town keeps a community for members to live in.
func town(t testing.TB, p *people.People, name, province string) string {
	t.Helper()
	c, _, err := p.AddCommunity(map[string]string{"name": name, "province": province})
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

func read(t testing.TB, p *people.People, path string, o people.ImportOptions) *people.Report {
	t.Helper()
	report, err := p.ImportMembers(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("got %v, want %s", err, code)
	}
}

func all(p *people.People) []directory.Card {
	cards, _ := p.Store.WaitDirectory().Members(directory.Query{Limit: 1 << 20, Lang: "en"})
	return cards
}

func TestAMemberIsFoundByTheBeginningOfAnIDAndByAddress(t *testing.T) {
	p := office(t)
	m := add(t, p, map[string]string{"given": "Élise", "family": "Tremblay", "email": "Elise@Example.org"})
	for _, ref := range []string{m.ID, m.ID[:9], "elise@example.org"} {
		found, err := p.Find(ref)
		if err != nil || found.ID != m.ID {
			t.Errorf("%s: %v, %v", ref, found.ID, err)
		}
	}
	_, err := p.Find("nobody@example.org")
	wantCode(t, err, "unknown_id")
	_, err = p.Find("mem_zzzzzzzz")
	wantCode(t, err, "unknown_id")
}

func TestAWrongValueIsRefusedByNameAndNothingIsWritten(t *testing.T) {
	p := office(t)
	m := add(t, p, map[string]string{"given": "Noah", "family": "Beaulieu"})
	for _, c := range []struct{ field, value, code string }{
		{"email", "not an address", "bad_email"},
		{"email", "noah@localhost", "bad_email"},
		{"email", "no..ah@example.org", "bad_email"},
		{"role", "king", "bad_member_role"},
		{"language", "de", "bad_language"},
		{"term_end", "2026-02-30", "bad_date"},
		{"zone", "America/Nowhere", "bad_zone"},
		{"community", "Atlantis", "unknown_community"},
		{"community", "com_aaaaaaaaaaaaaaaa", "unknown_id"},
		{"chapters", "Atlantic", "unknown_chapter"},
		{"office", "Nowhere", "unknown_office"},
		{"shoe_size", "44", "bad_field"},
		{"phone", strings.Repeat("5", 1000), "bad_field"},
		{"title", "a\x00b", "bad_field"},
	} {
		_, refs, err := p.SetMember(m.ID, map[string]string{"phone": "450 555-0102", c.field: c.value})
		if wantCode(t, err, c.code); refs != nil {
			t.Errorf("%s: something was written", c.field)
		}
	}
	if found, _ := p.Find(m.ID); found.Phone != "" {
		t.Error("a refused write left a trace")
	}
}

func TestAMandateCannotEndBeforeItStarts(t *testing.T) {
	_, _, err := office(t).AddMember(map[string]string{"given": "A", "term_start": "2026-01-02", "term_end": "2026-01-01"})
	wantCode(t, err, "term_backwards")
}

func TestAPlainAddressWithANameIsReadAsTheAddress(t *testing.T) {
	m := add(t, office(t), map[string]string{"given": "Noah", "email": "Noah B. <noah@example.org>"})
	if m.Email != "noah@example.org" {
		t.Error(m.Email)
	}
}

func TestANameOfTwoCommunitiesNeedsAProvince(t *testing.T) {
	p := office(t)
	town(t, p, "Sainte-Anne", "MB")
	quebec := town(t, p, "Sainte-Anne", "QC")
	_, _, err := p.AddMember(map[string]string{"given": "A", "community": "Sainte Anne"})
	wantCode(t, err, "ambiguous_community")
	for _, name := range []string{"Sainte-Anne (QC)", "sainte-anne, Québec", "Ville de Sainte-Anne, QC"} {
		if m := add(t, p, map[string]string{"given": "A", "community": name}); m.Community != quebec {
			t.Errorf("%s: %s", name, m.Community)
		}
	}
}

func TestARoleThatMayNotWriteChangesNothing(t *testing.T) {
	p := office(t)
	m := add(t, p, map[string]string{"given": "A"})
	p.May = func(store.Kind) error { return fault.New("role_forbids") }
	_, _, err := p.AddMember(map[string]string{"given": "B"})
	wantCode(t, err, "role_forbids")
	_, _, err = p.RemoveMember(m.ID)
	wantCode(t, err, "role_forbids")
	_, err = p.ImportMembers(context.Background(), written(t, "a.csv", "First name\nC\n"), people.ImportOptions{})
	wantCode(t, err, "role_forbids")
}

func TestARemovedMemberComesBackByUndo(t *testing.T) {
	p := office(t)
	m := add(t, p, map[string]string{"given": "Noah"})
	_, refs, err := p.RemoveMember(m.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Find(m.ID); !fault.Is(err, "unknown_id") {
		t.Error("still there")
	}
	kind, id, err := p.Record(m.ID)
	if err != nil {
		t.Fatalf("a removed record has no history: %v", err)
	}
	if _, err := p.Undo(kind, id, refs[0].Change.String()); err != nil {
		t.Fatal(err)
	}
	if back, err := p.Find(m.ID); err != nil || back.Given != "Noah" {
		t.Error(back, err)
	}
}

func TestHistoryNamesWhoWroteWhatAndUndoPutsItBack(t *testing.T) {
	p := office(t)
	m := add(t, p, map[string]string{"given": "Noah", "phone": "450 555-0101"})
	if _, _, err := p.SetMember(m.ID, map[string]string{"phone": "450 555-0102"}); err != nil {
		t.Fatal(err)
	}
	past, err := p.History(store.KindMember, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	last := past[0]
	if last.Field != "phone" || last.From != "450 555-0101" || last.To != "450 555-0102" || last.Coordinator != "Zoé Martel" {
		t.Errorf("%+v", last)
	}
	if _, err := p.Undo(store.KindMember, m.ID, last.Change.String()); err != nil {
		t.Fatal(err)
	}
	if m, _ = p.Find(m.ID); m.Phone != "450 555-0101" {
		t.Error(m.Phone)
	}
	_, err = p.Undo(store.KindMember, m.ID, "toronto.999999")
	wantCode(t, err, "unknown_change")
	_, err = p.Undo(store.KindMember, m.ID, "nonsense")
	wantCode(t, err, "bad_change")
}

func TestDuplicatesShareAnAddressOrANameInOnePlace(t *testing.T) {
	p := office(t)
	laval := town(t, p, "Laval", "QC")
	a := add(t, p, map[string]string{"given": "Élise", "family": "Tremblay", "email": "elise@example.org", "community": laval})
	b := add(t, p, map[string]string{"given": "elise", "family": "TREMBLAY", "email": "et@example.org", "community": laval})
	c := add(t, p, map[string]string{"given": "E.", "family": "T.", "email": "ELISE@example.org"})
	add(t, p, map[string]string{"given": "Élise", "family": "Tremblay"})
	whys := map[string]string{}
	for _, pair := range p.Duplicates() {
		whys[pair.A.ID+pair.B.ID], whys[pair.B.ID+pair.A.ID] = pair.Why, pair.Why
	}
	if len(whys) != 4 || whys[a.ID+b.ID] != "name" || whys[a.ID+c.ID] != "email" {
		t.Error(whys)
	}
}

func TestMergingFillsWhatIsEmptyAndKeepsBothHistories(t *testing.T) {
	p := office(t)
	ontario, _, err := p.AddChapter(map[string]string{"name": "Ontario"})
	if err != nil {
		t.Fatal(err)
	}
	keep := add(t, p, map[string]string{"given": "Élise", "family": "Tremblay", "phone": "1"})
	other := add(t, p, map[string]string{"given": "E.", "family": "Tremblay", "phone": "2", "email": "e@example.org", "chapters": "ontario"})
	m, refs, err := p.Merge(keep.ID, other.ID)
	if err != nil {
		t.Fatal(err)
	}
	if m.Given != "Élise" || m.Phone != "1" || m.Email != "e@example.org" || m.Chapters[0] != ontario.ID {
		t.Errorf("%+v", m)
	}
	if found, err := p.Find(other.ID); err != nil || found.ID != keep.ID {
		t.Error("the other does not lead to the kept one", err)
	}
	if len(all(p)) != 1 {
		t.Error("both are still listed")
	}
	past, err := p.History(store.KindMember, keep.ID)
	if err != nil {
		t.Fatal(err)
	}
	records := map[string]bool{}
	for _, h := range past {
		records[h.Record] = true
	}
	if !records[keep.ID] || !records[other.ID] {
		t.Error("a history is missing")
	}
	if _, err := p.Store.Undo(refs); err != nil {
		t.Fatal(err)
	}
	if len(all(p)) != 2 {
		t.Error("undo did not part them")
	}
	_, _, err = p.Merge(keep.ID, keep.ID)
	wantCode(t, err, "same_member")
}

func TestAChaptersNameIsTakenOnce(t *testing.T) {
	p := office(t)
	if _, _, err := p.AddChapter(map[string]string{"name": "Quebec", "name_fr": "Québec", "kind": "regional", "zone": "Montréal"}); err != nil {
		t.Fatal(err)
	}
	_, _, err := p.AddChapter(map[string]string{"name": "QUÉBEC"})
	wantCode(t, err, "name_taken")
	_, _, err = p.AddChapter(map[string]string{"name": "North", "kind": "club"})
	wantCode(t, err, "bad_kind")
	_, _, err = p.AddChapter(nil)
	wantCode(t, err, "name_needed")
}
