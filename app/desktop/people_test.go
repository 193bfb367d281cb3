package desktop

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/network"
	"example.org/carnet/store"
)

// paper is a shell that saves where the test says and remembers events.
type paper struct{ save string }

func (p *paper) Emit(string, ...any)             {}
func (p *paper) SaveFile(string) (string, error) { return p.save, nil }
func (p *paper) ChooseFolder() (string, error)   { return p.save, nil }
func (p *paper) OpenLink(string)                 {}
func (p *paper) OpenFile(string) error           { return nil }
func (p *paper) Quit()                           {}

// window is a window on a network of one laptop.
func window(t testing.TB, lang string) (*Desktop, *People) {
	t.Helper()
	t.Setenv("CARNET_KEYCHAIN", "off")
	home := filepath.Join(t.TempDir(), "home")
	c, err := app.Open(home, app.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Network.Create(network.Founding{Name: "Réseau", Office: "Toronto", Coordinator: "Zoé Martel"}); err != nil {
		t.Fatal(err)
	}
	d := New(home, lang, &paper{}, slog.New(slog.DiscardHandler))
	d.carnet = c
	t.Cleanup(d.Close)
	return d, &People{d}
}

func had[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestTheListFindsLettersAndUnderlinesThem(t *testing.T) {
	_, p := window(t, "en")
	town := had(p.AddCommunity(map[string]string{"name": "Greater Sudbury", "name_fr": "Grand Sudbury", "province": "ON"}))(t)
	had(p.AddMember(map[string]string{"given": "Élise", "family": "Tremblay", "email": "elise@example.org", "community": town.ID}, nil))(t)
	had(p.AddMember(map[string]string{"given": "Noah", "family": "Beaulieu"}, nil))(t)
	page := had(p.Members(MemberQuery{Text: "elis", Limit: 50}))(t)
	if page.Total != 1 || page.All != 2 || !page.Ready || !strings.HasSuffix(page.Took, "\u00a0ms") {
		t.Fatalf("%+v", page)
	}
	row := page.Rows[0]
	if row.Community != "Greater Sudbury" || row.Province != "ON" || len(row.Marks["given"]) != 1 || row.Marks["given"][0] != (Mark{0, 4}) {
		t.Errorf("%+v", row)
	}
}

func TestTheListCountsMandatesThatEndSoon(t *testing.T) {
	_, p := window(t, "fr")
	for _, days := range []int{-1, 0, 30, 60, 61} {
		had(p.AddMember(map[string]string{"family": "M", "term_end": time.Now().AddDate(0, 0, days).Format(time.DateOnly)}, nil))(t)
	}
	page := had(p.Members(MemberQuery{EndsWithin: 30}))(t)
	if page.EndingSoon != 3 || page.Total != 2 {
		t.Errorf("%d end soon, %d within 30 days", page.EndingSoon, page.Total)
	}
}

func TestTheDetailSpeaksInWordsAndItsHistoryToo(t *testing.T) {
	_, p := window(t, "fr")
	town := had(p.AddCommunity(map[string]string{"name": "Laval", "province": "QC"}))(t)
	chapter := had(p.AddChapter(map[string]string{"name": "Quebec", "name_fr": "Québec"}))(t)
	w := had(p.AddMember(map[string]string{"given": "Élise", "family": "Tremblay"}, nil))(t)
	had(p.SetMember(w.ID, map[string]string{"role": "elected", "language": "fr", "community": town.ID, "term_start": "2025-11-07", "term_end": "2029-11-01"}))(t)
	had(p.SetChapters(w.ID, []string{chapter.ID}))(t)
	said := had(p.SetMember(w.ID, map[string]string{"phone": "450 555-0102"}))(t)
	if said.Text != "Enregistré. Téléphone (Élise Tremblay)\u00a0: 450 555-0102." {
		t.Error(said.Text)
	}
	detail := had(p.Member(w.ID))(t)
	if detail.Mandate != "7 nov. 2025 – 1er nov. 2029" || detail.Office != "Toronto" || detail.Chapters[0].Name != "Québec" || detail.Community != "Laval" ||
		!strings.HasPrefix(detail.LocalTime, "Toronto, ") && !strings.HasPrefix(detail.LocalTime, "Montréal, ") {
		t.Errorf("%+v", detail)
	}
	first := detail.History[0]
	if first.Field != "Téléphone" || first.To != "450 555-0102" || first.Who != "Zoé Martel" || first.Office != "Toronto" || !first.CanUndo || !strings.HasPrefix(first.When, "aujourd’hui ") {
		t.Errorf("%+v", first)
	}
	lines := map[string]string{}
	for _, line := range detail.History {
		lines[line.Field] = line.To
	}
	if lines["Rôle"] != "Personne élue" || lines["Langue"] != "Français" || lines["Collectivité"] != "Laval" || lines["Section"] != "Québec" {
		t.Error(lines)
	}
}

func TestTheEditThatMadeARecordIsOneLineOfItsHistoryWithoutUndo(t *testing.T) {
	_, p := window(t, "fr")
	w := had(p.AddMember(map[string]string{"given": "Élise", "family": "Tremblay", "phone": "450 555-0101", "role": "elected"}, nil))(t)
	had(p.SetMember(w.ID, map[string]string{"phone": "450 555-0102"}))(t)
	history := had(p.Member(w.ID))(t).History
	if len(history) != 2 || !history[0].CanUndo || history[0].From != "450 555-0101" || history[0].To != "450 555-0102" {
		t.Fatalf("%+v", history)
	}
	made := history[1]
	if made.Field != "Ajout" || made.From != "" || made.To != "" || made.Who != "Zoé Martel" || made.Office != "Toronto" || made.CanUndo || !strings.HasPrefix(made.When, "aujourd’hui ") {
		t.Errorf("%+v", made)
	}
	other := had(p.AddMember(map[string]string{"given": "Élise", "family": "Tremblay-Roy"}, nil))(t)
	had(p.MergeMembers(w.ID, other.ID))(t)
	var added []string
	for _, line := range had(p.Member(w.ID))(t).History {
		if line.Field == "Ajout" {
			added = append(added, line.To)
		}
	}
	if len(added) != 2 || added[0] != "Élise Tremblay-Roy" || added[1] != "" {
		t.Errorf("after merging, added: %q", added)
	}
}

func TestUndoSaysWhatItTookBack(t *testing.T) {
	d, p := window(t, "en")
	s := &Session{d}
	w := had(p.AddMember(map[string]string{"given": "Élise", "family": "Tremblay", "phone": "450 555-0101"}, nil))(t)
	had(p.SetMember(w.ID, map[string]string{"phone": "450 555-0102"}))(t)
	had(p.RemoveMember(w.ID))(t)
	for _, want := range []string{
		"Élise Tremblay is there again.",
		"Undone. Phone of Élise Tremblay is 450 555-0101 again.",
		"Undone: Élise Tremblay is not there any more.",
		"Nothing to undo.",
	} {
		if undone := had(s.Undo())(t); undone.Text != want {
			t.Errorf("%q, want %q", undone.Text, want)
		}
	}
}

func TestUndoingAChoiceBringsTheConflictBackAndSaysSo(t *testing.T) {
	d, p := window(t, "en")
	w := had(p.AddMember(map[string]string{"given": "Élise", "family": "Tremblay", "phone": "1"}, nil))(t)
	theirs := store.Change{Kind: store.KindMember, Record: w.ID, Field: "phone", Value: []byte{0x61, '2'},
		Stamp: store.Stamp{Wall: 1, Dot: store.Dot{Device: "other", Seq: 1}}}
	had(d.carnet.Store.Apply([]store.Edit{{Wall: 1, Device: "other", First: 1, Changes: []store.Change{theirs}}}, nil))(t)
	before := had(p.Conflicts())(t)
	if len(before) != 1 {
		t.Fatal(before)
	}
	had(p.Settle(before[0].ID, 1))(t)
	undone := had((&Session{d}).Undo())(t)
	if undone.Text != "Undone. Phone of Élise Tremblay is a conflict again." {
		t.Error(undone.Text)
	}
	if after := had(p.Conflicts())(t); !reflect.DeepEqual(after, before) {
		t.Errorf("%+v\nand not\n%+v", after, before)
	}
}

func TestALineOfHistoryCanBeUndone(t *testing.T) {
	_, p := window(t, "en")
	w := had(p.AddMember(map[string]string{"given": "Élise", "phone": "1"}, nil))(t)
	had(p.SetMember(w.ID, map[string]string{"phone": "2"}))(t)
	line := had(p.Member(w.ID))(t).History[0]
	if said := had(p.UndoChange("member", w.ID, line.Change))(t); said.Text != "Saved. Phone of Élise is now 1." {
		t.Error(said.Text)
	}
}

// upload hands a file over as the window does.
func (d *Desktop) upload(t testing.TB, name, text string) string {
	t.Helper()
	return had(d.uploads.take(name, strings.NewReader(text)))(t)
}

const sheet = "Prénom;Nom;Courriel;Sport\r\nÉlise;Tremblay;elise@example.org;luge\r\nNoah;Beaulieu;faux;\r\n"

func TestAListIsLookedAtThenReadAsAJob(t *testing.T) {
	d, p := window(t, "en")
	id := d.upload(t, "liste.csv", sheet)
	preview := had(p.PreviewMembers(id, nil, ""))(t)
	if preview.Created != 1 || preview.RefusedAll != 1 || preview.Done || preview.Columns[3] != (ImportColumn{"Sport", "", "luge"}) || preview.Encoding != "UTF-8, ;" {
		t.Fatalf("%+v", preview)
	}
	job := had(p.ImportMembers(id, nil, ""))(t)
	result := finished(t, d, job)
	var done ImportPreview
	if err := json.Unmarshal([]byte(result.Result), &done); err != nil || !done.Done || done.Created != 1 {
		t.Fatalf("%+v %v", result, err)
	}
	if undone := had((&Session{d}).Undo())(t); undone.Text != "Undone: Élise Tremblay is not there any more." {
		t.Error(undone.Text)
	}
}

func TestAListWithoutAKnownColumnComesBackToBeMapped(t *testing.T) {
	d, p := window(t, "en")
	id := d.upload(t, "liste.csv", "Who,Sport\nÉlise Tremblay,luge\n")
	preview := had(p.PreviewMembers(id, nil, ""))(t)
	if preview.Problem == "" || len(preview.Columns) != 2 || preview.Columns[0].Example != "Élise Tremblay" {
		t.Fatalf("%+v", preview)
	}
	preview = had(p.PreviewMembers(id, map[string]string{"Who": "full_name", "Sport": ""}, ""))(t)
	if preview.Problem != "" || preview.Created != 1 {
		t.Errorf("%+v", preview)
	}
}

func finished(t testing.TB, d *Desktop, id string) Job {
	t.Helper()
	for range 1000 {
		if job := had(d.jobs.get(id))(t); job.State != "running" {
			return job
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the job does not end")
	return Job{}
}

func TestThePaletteFindsEverySort(t *testing.T) {
	d, p := window(t, "en")
	had(p.AddCommunity(map[string]string{"name": "Laval", "province": "QC", "kind": "V"}))(t)
	had(p.AddMember(map[string]string{"given": "Lavinia", "family": "Roy"}, nil))(t)
	had(p.AddChapter(map[string]string{"name": "Laval and around"}))(t)
	if _, err := d.carnet.Store.Edit(func(tx *store.Tx) error {
		_, err := tx.Put(store.Meeting{ID: store.NewID(store.KindMeeting), Title: "Forum in Laval", Start: "2026-11-20T09:00", Zone: "America/Toronto", Minutes: 60})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	kinds := ""
	for _, hit := range had((&Session{d}).Find("lav"))(t) {
		kinds += hit.Kind + " "
		if len(hit.Marks) == 0 {
			t.Errorf("%+v", hit)
		}
	}
	if kinds != "member community chapter meeting " {
		t.Error(kinds)
	}
}

func TestRowsAreCopiedAsTextWithTabsAndExportedWhereThePersonSays(t *testing.T) {
	d, p := window(t, "en")
	w := had(p.AddMember(map[string]string{"given": "Élise", "family": "Tremblay", "role": "elected"}, nil))(t)
	text := had(p.CopyMembers([]string{w.ID}))(t)
	if text != "Family name\tGiven name\tTitle\tCommunity\tProvince\tRole\tE-mail\tPhone\nTremblay\tÉlise\t\t\t\tElected\t\t\n" {
		t.Errorf("%q", text)
	}
	if path := had(p.ExportMembers(MemberQuery{}, "csv"))(t); path != "" {
		t.Error("a person who changed their mind got a file")
	}
	d.shell.(*paper).save = filepath.Join(t.TempDir(), "members.csv")
	path := had(p.ExportMembers(MemberQuery{}, "csv"))(t)
	if raw, err := os.ReadFile(path); err != nil || !strings.Contains(string(raw), "Tremblay") {
		t.Error(err)
	}
}

func TestTwoRecordsOfOnePersonAreShownAndMerged(t *testing.T) {
	_, p := window(t, "en")
	a := had(p.AddMember(map[string]string{"given": "Élise", "email": "e@example.org"}, nil))(t)
	b := had(p.AddMember(map[string]string{"given": "E.", "email": "E@example.org"}, nil))(t)
	pairs := had(p.Duplicates())(t)
	if len(pairs) != 1 || pairs[0].Why != "Same e-mail" {
		t.Fatalf("%+v", pairs)
	}
	had(p.MergeMembers(a.ID, b.ID))(t)
	if left := had(p.Duplicates())(t); len(left) != 0 {
		t.Errorf("%+v", left)
	}
}

func TestCommunitiesAndChaptersCountTheirMembers(t *testing.T) {
	_, p := window(t, "fr")
	town := had(p.AddCommunity(map[string]string{"name": "Greater Sudbury", "name_fr": "Grand Sudbury", "province": "ON", "kind": "CV"}))(t)
	chapter := had(p.AddChapter(map[string]string{"name": "Ontario", "zone": "America/Toronto"}))(t)
	had(p.AddMember(map[string]string{"given": "Élise", "community": town.ID}, []string{chapter.ID}))(t)
	page := had(p.Communities(MemberQuery{Text: "sud"}))(t)
	if row := page.Rows[0]; row.Name != "Grand Sudbury" || row.Other != "Greater Sudbury" || row.Members != 1 || row.Kind != "Ville" || row.Marks[0] != (Mark{6, 9}) {
		t.Errorf("%+v", row)
	}
	if detail := had(p.Community(town.ID))(t); len(detail.Members) != 1 || detail.LocalTime == "" {
		t.Errorf("%+v", detail)
	}
	if rows := had(p.Chapters())(t); len(rows) != 1 || rows[0].Members != 1 || rows[0].City != "Toronto" {
		t.Errorf("%+v", rows)
	}
	if detail := had(p.Chapter(chapter.ID))(t); detail.Members != 1 || detail.Coming == nil {
		t.Errorf("%+v", detail)
	}
}

func TestAConflictStandsSideBySideInWordsAndIsSettled(t *testing.T) {
	d, p := window(t, "en")
	w := had(p.AddMember(map[string]string{"given": "Élise", "family": "Tremblay", "role": "staff"}, nil))(t)
	other, err := store.Open(t.TempDir(), store.Options{Key: [32]byte{9}, Device: "elsewhere"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	pass := func(from, to *store.Store) {
		for e, err := range from.Unpublished(0) {
			if err != nil {
				t.Fatal(err)
			}
			if _, err := to.Apply([]store.Edit{e}, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	pass(d.carnet.Store, other)
	had(p.SetMember(w.ID, map[string]string{"role": "elected"}))(t)
	m, err := store.Get[store.Member](other, w.ID)
	if err != nil {
		t.Fatal(err)
	}
	m.Role = "partner"
	had(other.Edit(func(tx *store.Tx) error { _, err := tx.Put(m); return err }))(t)
	pass(other, d.carnet.Store)

	rows := had(p.Conflicts())(t)
	if len(rows) != 1 || rows[0].Title != "Élise Tremblay" || rows[0].Field != "Role" || rows[0].Was == "" || len(rows[0].Values) != 2 {
		t.Fatalf("%+v", rows)
	}
	mine := -1
	for i, v := range rows[0].Values {
		if v.Mine {
			mine = i
		}
	}
	if mine < 0 || rows[0].Values[mine].Text != d.words().Say("role.elected", nil) || rows[0].Values[mine].Who != "Zoé Martel" {
		t.Fatalf("%+v", rows[0].Values)
	}
	if n := had(p.Member(w.ID))(t).Conflicts; n != 1 {
		t.Error(n)
	}
	had(p.Settle(rows[0].ID, mine))(t)
	if left := had(p.Conflicts())(t); len(left) != 0 {
		t.Errorf("%+v", left)
	}
	had((&Session{d}).Undo())(t)
	if back := had(p.Conflicts())(t); len(back) > 1 {
		t.Errorf("%+v", back)
	}
}

// BenchmarkMembersOf100000 is one keystroke in the list of a large network.
func BenchmarkMembersOf100000(b *testing.B) {
	d, p := window(b, "fr")
	if _, err := d.carnet.Store.EditEach(func(yield func(func(*store.Tx) error) bool) {
		for i := 0; i < 100_000; i += 200 {
			if !yield(func(tx *store.Tx) error {
				for n := i; n < i+200; n++ {
					if _, err := tx.Put(store.Member{ID: store.NewID(store.KindMember), Given: givens[n%len(givens)], Family: families[n/7%len(families)] + strconv.Itoa(n%977),
						Email: "m" + strconv.Itoa(n) + "@example.org", Role: "staff", TermEnd: "2029-11-04"}); err != nil {
						return err
					}
				}
				return nil
			}) {
				return
			}
		}
	}); err != nil {
		b.Fatal(err)
	}
	d.carnet.Store.WaitDirectory()
	had(p.Members(MemberQuery{Limit: 100}))(b)
	for _, text := range []string{"", "e", "éli", "tremblay 4", "zzz"} {
		b.Run("text="+text, func(b *testing.B) {
			for b.Loop() {
				had(p.Members(MemberQuery{Text: text, Limit: 100}))(b)
			}
		})
	}
	b.Run("filters", func(b *testing.B) {
		for b.Loop() {
			had(p.Members(MemberQuery{Role: "staff", EndsWithin: 60, Limit: 100}))(b)
		}
	})
}

var (
	givens   = []string{"Élise", "Noah", "Zoé", "Jean-Marc", "Ann", "Maude", "Olivier"}
	families = []string{"Tremblay", "Roy", "Beaulieu", "O’Connor", "Martel", "Singh"}
)
