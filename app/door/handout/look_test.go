package handout

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
)

// day is a home with a forum that 60 people are registered for.
type day struct {
	*Handout
	t     *testing.T
	now   time.Time
	forum store.Meeting
	ids   []string
}

func newDay(t *testing.T) *day {
	t.Helper()
	d := &day{t: t, now: time.Date(2026, 12, 9, 14, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return d.now }
	s, err := store.Open(t.TempDir(), store.Options{Device: "laptop", Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	m := meetings.New(meetings.Deps{Store: s, Now: clock, May: func(store.Kind) error { return nil }})
	d.forum = store.Meeting{ID: "mtg_forum", Title: "Livable Cities Forum", TitleFR: "Forum des collectivités viables", Start: "2026-12-09T09:00",
		Zone: "America/Toronto", Minutes: 480, Status: "confirmed", Stations: []string{"A", "B"}}
	records := []store.Record{d.forum, store.Community{ID: "com_marg", Name: "Sainte-Marguerite-du-Lac-Masson", NameFR: "Sainte-Marguerite-du-Lac-Masson", Province: "QC"},
		store.Community{ID: "com_iqa", Name: "ᐃᖃᓗᐃᑦ (Iqaluit)", NameFR: "ᐃᖃᓗᐃᑦ (Iqaluit)", Province: "NU"}}
	given, family := []string{"Élise", "Ann", "Zoë", "ᐊᓇ", "Marie-Antoinette-Bernadette"}, []string{"Côté", "McElroy", "Nguyễn", "ᐃᓄᒃᑎᑐᑦ", "Lachapelle de la Durantaye", "Œdipe"}
	roles, langs := []string{"elected", "staff", "indigenous-staff", "partner"}, []string{"fr", "en", ""}
	for i := range 60 {
		one := store.Member{ID: store.DerivedID(store.KindMember, string(rune('a'+i))), Given: given[i%5], Family: family[i%6], Role: roles[i%4], Language: langs[i%3],
			Community: []string{"com_marg", "com_iqa"}[i%2]}
		d.ids = append(d.ids, one.ID)
		records = append(records, one)
	}
	if _, err := s.Edit(func(tx *store.Tx) error {
		for _, r := range records {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	doors := door.New(door.Deps{Store: s, Now: clock, May: func(store.Kind) error { return nil }, Office: func() string { return "off_mtl" }, Meetings: m,
		Shared: func() [][32]byte { return [][32]byte{{1}} }, Coming: func(store.Meeting) ([]string, error) { return append([]string{}, d.ids...), nil }})
	d.Handout = New(Deps{Store: s, Door: doors, Meetings: m, Now: clock})
	return d
}

// text keeps the pages where a person may look at them (CARNET_LOOK), and gives what stands on them without blanks.
func (d *day) text(name string, pdf []byte) string {
	d.t.Helper()
	folder := os.Getenv("CARNET_LOOK")
	if folder == "" {
		folder = d.t.TempDir()
	}
	file := filepath.Join(folder, name+".pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		d.t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-raw", file, "-").Output()
	if err != nil {
		d.t.Fatal("pdftotext, which build/setup.sh test installs:", err)
	}
	return strings.Join(strings.Fields(string(out)), "")
}

func TestASheetHasARowForEverybodyAtEveryDoor(t *testing.T) {
	d := newDay(t)
	pdf, made, err := d.Sheet(SheetOrder{Meeting: d.forum.ID, Lang: "fr"})
	if err != nil || made.People != 60 || made.Doors != 2 || len(made.Lacking) > 0 {
		t.Fatal(made, err)
	}
	text := d.text("sheet", pdf)
	for _, id := range d.ids {
		if strings.Count(text, door.RowCode(d.forum.ID, id)[:5]) != 2 {
			t.Error(id, "has not one row at each door")
		}
	}
	for _, words := range []string{"PorteA·Forumdescollectivitésviables", "Côté,Élise", "ᐃᓄᒃᑎᑐᑦ,ᐊᓇ", "Sainte-Marguerite-du-Lac-Masson·Personneélue", "Mercredi9décembre2026"} {
		if !strings.Contains(text, words) {
			t.Error(words, "is not on it")
		}
	}
}

// held is the day after everybody came, in waves, and some left.
func (d *day) held() {
	d.t.Helper()
	start := time.Date(2026, 12, 9, 14, 0, 0, 0, time.UTC)
	for i, id := range d.ids {
		come := start.Add(time.Duration(i%7*6-10) * time.Minute)
		for kind, at := range map[string]time.Time{"in": come, "out": start.Add(time.Duration(200+i*7) * time.Minute)} {
			if kind == "out" && i%5 == 0 {
				continue
			}
			if _, err := d.Door.Scan(door.Pass{Meeting: d.forum.ID, Member: id, Kind: kind, Station: "A", At: at}); err != nil {
				d.t.Fatal(err)
			}
		}
	}
}

func TestASummaryIsPrintedInBothLanguages(t *testing.T) {
	d := newDay(t)
	d.held()
	d.now = d.now.Add(24 * time.Hour)
	s, err := d.Door.Summary(d.forum.ID)
	if err != nil {
		t.Fatal(err)
	}
	for lang, words := range map[string][]string{"en": {"LivableCitiesForum·Wednesday9December2026", "60came", "Bycommunity", "Elected"},
		"fr": {"Forumdescollectivitésviables·mercredi9décembre2026", "Parcollectivité", "ᐃᖃᓗᐃᑦ(Iqaluit)", "jusqu’àlafin,17h."}} {
		pdf, err := d.SummaryBytes(s, "pdf", lang)
		if err != nil {
			t.Fatal(err)
		}
		text := d.text("summary-"+lang, pdf)
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s: %q is not in %s", lang, word, text)
			}
		}
	}
	book, err := d.SummaryBytes(s, "xlsx", "fr")
	if err != nil || len(book) < 5000 {
		t.Error(len(book), err)
	}
}

func TestTheListForAnEmergencyNamesWhoIsIn(t *testing.T) {
	d := newDay(t)
	d.held()
	d.now = d.now.Add(5 * time.Hour)
	pdf, err := d.Inside(d.forum.ID, "letter", "fr")
	if err != nil {
		t.Fatal(err)
	}
	text := d.text("inside", pdf)
	rooms, err := d.Door.Rooms(d.forum.ID)
	if err != nil || len(rooms) != 1 || !strings.Contains(text, "Dansaucunesalledeséance·") {
		t.Error(rooms, err, text)
	}
}

func TestPeopleAreSortedByNameCommunityOrChapter(t *testing.T) {
	d := newDay(t)
	if _, err := d.Store.Edit(func(tx *store.Tx) error {
		for id, name := range map[string]string{"chp_qc": "Québec", "chp_at": "Atlantic"} {
			if _, err := tx.Put(store.Chapter{ID: id, Name: name}); err != nil {
				return err
			}
		}
		for i, chapters := range [][]string{{"chp_qc"}, {"chp_qc", "chp_at"}, {"chp_qc"}} {
			m, err := store.GetIn[store.Member](tx, d.ids[i])
			if err != nil {
				return err
			}
			m.Chapters = chapters
			if _, err := tx.Put(m); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for order, want := range map[string]string{
		ByName:      "Côté Élise, McElroy Ann, Nguyễn Zoë",
		ByCommunity: "Côté Élise, Nguyễn Zoë, McElroy Ann",
		ByChapter:   "McElroy Ann, Côté Élise, Nguyễn Zoë",
	} {
		list, _, err := d.BadgeList(BadgeOrder{Meeting: d.forum.ID, Members: d.ids[:3], Sort: order, Lang: "en"})
		var names []string
		for _, g := range list {
			names = append(names, g.Family+" "+g.Given)
		}
		if got := strings.Join(names, ", "); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", order, got, err, want)
		}
	}
	if _, _, err := d.BadgeList(BadgeOrder{Meeting: d.forum.ID, Sort: "height"}); err == nil {
		t.Error("any word is an order")
	}
}
