package desktop

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/network"
	"example.org/carnet/store"
)

// silent is a window without a screen.
type silent struct{}

func (silent) Emit(string, ...any)             {}
func (silent) SaveFile(string) (string, error) { return "", nil }
func (silent) ChooseFolder() (string, error)   { return "", nil }
func (silent) OpenLink(string)                 {}
func (silent) OpenFile(string) error           { return nil }
func (silent) Quit()                           {}

// venue is a window on a home with a forum that is under way, seen at 9:02 in Montréal.
type venue struct {
	*Desktop
	t        *testing.T
	door     *Door
	meetings *Meetings
	now      time.Time
}

func newVenue(t *testing.T, lang string) *venue {
	t.Helper()
	t.Setenv("TZ", "America/Toronto")
	t.Setenv("CARNET_PASSPHRASE", "only for this test")
	v := &venue{t: t, now: time.Date(2026, 12, 9, 14, 2, 0, 0, time.UTC)}
	home := t.TempDir() + "/home"
	c, err := app.Open(home, app.Options{Passphrase: "only for this test", Create: true, Now: func() time.Time { return v.now }})
	if err != nil {
		t.Fatal(err)
	}
	v.Desktop = New(home, lang, silent{}, slog.New(slog.DiscardHandler))
	v.carnet = c
	t.Cleanup(v.Close)
	if _, err := c.Network.Create(network.Founding{Name: "Réseau", Office: "Montréal", Coordinator: "Luc Essai"}); err != nil {
		t.Fatal(err)
	}
	v.door, v.meetings = &Door{v.Desktop}, &Meetings{v.Desktop}
	v.fill(c)
	return v
}

func (v *venue) fill(c *app.Carnet) {
	v.t.Helper()
	_, err := c.Store.Edit(func(tx *store.Tx) error {
		for _, r := range []store.Record{
			store.Chapter{ID: "chp_qc", Name: "Quebec chapter", NameFR: "Section du Québec", Zone: "America/Toronto"},
			store.Community{ID: "com_lin", Name: "Saint-Lin–Laurentides", NameFR: "Saint-Lin–Laurentides", Province: "QC"},
			store.Community{ID: "com_van", Name: "Vancouver", NameFR: "Vancouver", Province: "BC"},
			store.Member{ID: "mem_elise", Given: "Élise", Family: "Tremblay", Title: "Mairesse", Role: "elected", Language: "fr", Community: "com_lin", Chapters: []string{"chp_qc"}},
			store.Member{ID: "mem_kim", Given: "Kim", Family: "Lam", Role: "staff", Language: "en", Community: "com_van", Chapters: []string{"chp_qc"}},
			store.Member{ID: "mem_ann", Given: "Ann", Family: "Tremblay-Roy", Role: "elected", TermEnd: "2027-01-15"},
			store.Meeting{ID: "mtg_forum", Title: "Forum", TitleFR: "Forum", Chapter: "chp_qc", Start: "2026-12-09T09:00", Zone: "America/Toronto", Minutes: 480, Status: "confirmed", Mode: "on-site", Place: "Palais", Stations: []string{"A", "B"}},
			store.Meeting{ID: "mtg_call", Title: "January call", TitleFR: "Appel de janvier", Chapter: "chp_qc", Start: "2027-01-12T13:30", Zone: "America/Toronto", Minutes: 60, Status: "confirmed", Mode: "online"},
			store.Meeting{ID: "mtg_past", Title: "May call", TitleFR: "Appel de mai", Chapter: "chp_qc", Start: "2026-05-25T12:00", Zone: "America/Toronto", Minutes: 60, Status: "confirmed", Mode: "online"},
			store.Meeting{ID: "mtg_someday", Title: "Atlantic", Zone: "America/Halifax", Minutes: 60, Status: "tentative"},
		} {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		v.t.Fatal(err)
	}
	c.Store.WaitDirectory()
}

func (v *venue) scan(station, code, direction, nonce string) DoorResult {
	v.t.Helper()
	r, err := v.door.Scan("mtg_forum", station, code, direction, nonce)
	if err != nil {
		v.t.Fatal(err)
	}
	return r
}

func TestTheDoorAnswersInWords(t *testing.T) {
	v := newVenue(t, "fr")
	in := v.scan("A", "CARNET:MEM_ELISE", "in", "n1")
	if in.Tone != "in" || in.Title != "Bienvenue" || in.Name != "Élise Tremblay" || in.Line != "Mairesse, Saint-Lin–Laurentides" ||
		in.Why != "Élu ou élue · parle français · première fois ici" || in.State.Present != 1 || in.State.Expected != 2 || in.State.Clock != "9\u00a0h\u00a002" {
		t.Errorf("%+v", in)
	}
	v.now = v.now.Add(time.Minute)
	if again := v.scan("B", "mem_elise", "in", "n2"); again.Tone != "in" || !strings.Contains(again.Title, "9\u00a0h\u00a002") || again.State.Present != 1 || len(again.State.Last) != 1 {
		t.Errorf("%+v", again)
	}
	if retry := v.scan("A", "mem_elise", "in", "n1"); retry.Scan != in.Scan || retry.Title != "Bienvenue" || len(retry.State.Last) != 1 {
		t.Errorf("%+v", retry)
	}
	if look := v.scan("A", "mem_ann", "in", "n3"); look.Tone != "look" || look.Why != "Pas membre de cette section" || look.State.Present != 2 {
		t.Errorf("%+v", look)
	}
	v.now = v.now.Add(29 * time.Minute)
	if out := v.scan("B", "mem_elise", "out", "n4"); out.Tone != "out" || out.Why != "30 minutes sur place" || out.State.Present != 1 {
		t.Errorf("%+v", out)
	}
	if unknown := v.scan("A", "garbage", "in", "n5"); unknown.Tone != "unknown" || unknown.Name != "garbage" || unknown.Scan != "" {
		t.Errorf("%+v", unknown)
	}
}

func TestTheDoorTakesBackItsLastScan(t *testing.T) {
	v := newVenue(t, "en")
	v.scan("A", "mem_elise", "in", "n1")
	v.scan("B", "mem_kim", "in", "n2")
	undone, err := v.door.UndoLast("mtg_forum", "A")
	if err != nil || undone.Name != "Élise Tremblay" || undone.State.Present != 1 {
		t.Errorf("%+v %v", undone, err)
	}
	nothing, err := v.door.UndoLast("mtg_forum", "A")
	if err != nil || nothing.Title != "Nothing to take back at this door" {
		t.Errorf("%+v %v", nothing, err)
	}
	if s, err := v.door.Open("mtg_forum", "A"); err != nil || len(s.Last) != 3 || s.PresentText != "here now, of 2 expected" || len(s.Roles) != 1 || s.Roles[0] != (RoleCount{"staff", 1}) {
		t.Errorf("%+v %v", s, err)
	}
}

func TestLettersFindMembersOfTheChapterFirst(t *testing.T) {
	v := newVenue(t, "en")
	hits, err := v.door.Type("mtg_forum", "tre")
	if err != nil || len(hits) != 2 || hits[0].Member != "mem_elise" || hits[1].Member != "mem_ann" || len(hits[0].Marks) == 0 {
		t.Errorf("%+v %v", hits, err)
	}
	if hits, err := v.door.Type("mtg_forum", "mem_kim"); err != nil || len(hits) == 0 || hits[0].Member != "mem_kim" {
		t.Errorf("%+v %v", hits, err)
	}
}

func TestAWalkInHasTwoFields(t *testing.T) {
	v := newVenue(t, "en")
	r, err := v.door.WalkIn("mtg_forum", "A", DoorArrival{Name: "Marie Anne Beaulieu", Community: "vancouver", Role: "partner", Nonce: "w1"})
	if err != nil || r.Tone != "in" || r.Name != "Marie Anne Beaulieu" || r.Line != "Vancouver" || r.State.Present != 1 {
		t.Errorf("%+v %v", r, err)
	}
	d, err := v.meetings.Meeting("mtg_forum")
	if err != nil || len(d.Present) != 1 || d.Summary != "1 came, 1 walk-in, 0 min on average" || d.Present[0].FirstIn != "9:02" {
		t.Errorf("%+v %v", d, err)
	}
}

func TestWhoWasThereWithoutBeingEligibleIsNamedWithTheReason(t *testing.T) {
	v := newVenue(t, "fr")
	if _, err := v.meetings.SetMeeting("mtg_forum", MeetingFields{Fields: map[string]string{"audience": "elected"}}); err != nil {
		t.Fatal(err)
	}
	v.scan("A", "mem_elise", "in", "n1")
	v.scan("A", "mem_kim", "in", "n2")
	d, err := v.meetings.Meeting("mtg_forum")
	if err != nil || len(d.NotMeant) != 1 || d.NotMeant[0].Member != "mem_kim" || d.NotMeant[0].Name != "Kim Lam" || d.NotMeant[0].Reason == "" {
		t.Errorf("%+v %v", d.NotMeant, err)
	}
	if d, err := v.meetings.Meeting("mtg_call"); err != nil || d.NotMeant == nil || len(d.NotMeant) != 0 {
		t.Errorf("nobody was there: %+v %v", d.NotMeant, err)
	}
}

func TestTheShortClocksOfAListCountWhoIsRegisteredFromOutsideTheChapterToo(t *testing.T) {
	v := newVenue(t, "en")
	if _, err := v.carnet.Store.Edit(func(tx *store.Tx) error {
		_, err := tx.Put(store.Member{ID: "mem_away", Given: "Ana", Family: "Away", Zone: "America/St_Johns"})
		if err == nil {
			_, err = tx.Put(store.Registration{ID: store.RegistrationID("mtg_call", "mem_away"), For: "mtg_call", Member: "mem_away", Status: "approved"})
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	rows, err := v.meetings.Meetings(MeetingQuery{})
	if err != nil || rows[2].ID != "mtg_call" || !strings.Contains(rows[2].Times, "St. John’s\u00a015:00") {
		t.Errorf("%+v %v", rows[2], err)
	}
}

func TestMeetingsAreWrittenInTheLanguage(t *testing.T) {
	v := newVenue(t, "fr")
	rows, err := v.meetings.Meetings(MeetingQuery{})
	if err != nil || len(rows) != 4 {
		t.Fatal(rows, err)
	}
	if r := rows[0]; r.Title != "Appel de mai" || !r.Past || r.People != "—" || r.DayText != "25 mai" || r.TimeText != "12\u00a0h" {
		t.Errorf("%+v", r)
	}
	if r := rows[2]; r.People != "2\u00a0membres" && r.People != "2 membres" || r.Times != "Toronto\u00a013\u00a0h\u00a030 · Vancouver\u00a011\u00a0h\u00a030" || r.Chapter != "Section du Québec" {
		t.Errorf("%+v", r)
	}
	if r := rows[3]; r.Start != "" || r.DayText != "à préciser" || r.Status != "tentative" {
		t.Errorf("%+v", r)
	}
	times, err := v.meetings.PreviewTimes("2026-12-02T22:45", "vancouver", 60)
	if err != nil || len(times) != 6 || times[0].City != "Vancouver" || times[5].Local != "jeu. 3, 2\u00a0h\u00a015" || times[5].Offset != "−03:30" {
		t.Errorf("%+v %v", times, err)
	}
}

func TestTodayListsWhatWaits(t *testing.T) {
	v := newVenue(t, "en")
	v.scan("A", "mem_elise", "in", "n1")
	today, err := v.meetings.Today()
	if err != nil {
		t.Fatal(err)
	}
	if today.Date != "Wednesday 9 December" || today.Waiting != "2 things wait for you" || len(today.Cards) != 2 {
		t.Errorf("%s, %s, %+v", today.Date, today.Waiting, today.Cards)
	}
	if card := today.Cards[1]; card.Title != "1 mandate ends within 60 days" || card.Detail != "Ann Tremblay-Roy" || card.Place != "members?ends=60" {
		t.Errorf("%+v", card)
	}
	if len(today.Coming) != 3 || today.Coming[0].ID != "mtg_forum" || len(today.Others) != 0 || today.OthersTitle != "Since yesterday, from the other offices" {
		t.Errorf("%+v", today)
	}
	if len(today.Chart.Bars) != 12 || today.Chart.Bars[11].Value != 1 || today.Chart.Right != "1 attendance, 1 community" || today.Chart.Left != "Jan 2026" {
		t.Errorf("%+v", today.Chart)
	}
}

func TestADoorMayOpenForTodaysMeetingsFirst(t *testing.T) {
	v := newVenue(t, "en")
	rows, err := v.door.Meetings()
	if err != nil || len(rows) != 3 || rows[0].ID != "mtg_forum" || rows[1].ID != "mtg_call" || rows[2].ID != "mtg_past" {
		t.Errorf("%+v %v", rows, err)
	}
}

func TestACancelledMeetingCanBeBroughtBack(t *testing.T) {
	v := newVenue(t, "en")
	if w, err := v.meetings.CancelMeeting("mtg_call"); err != nil || !strings.HasPrefix(w.Text, "Cancelled: January call") {
		t.Error(w, err)
	}
	if _, err := (&Session{v.Desktop}).Undo(); err != nil {
		t.Fatal(err)
	}
	if d, err := v.meetings.Meeting("mtg_call"); err != nil || d.Row.Status != "confirmed" || len(d.History) == 0 {
		t.Errorf("%+v %v", d, err)
	}
}

func TestTheCalendarFileOfAMeetingOrAChapterIsWrittenWhereThePersonSays(t *testing.T) {
	v := newVenue(t, "fr")
	path := filepath.Join(t.TempDir(), "calendrier.ics")
	v.shell = &paper{save: path}
	for of, want := range map[string][]string{
		"mtg_call": {"SUMMARY:Appel de janvier", "DTSTART;TZID=America/Toronto:20270112T133000"},
		"chp_qc":   {"X-WR-CALNAME:Section du Québec", "SUMMARY:Appel de janvier", "SUMMARY:Forum"},
	} {
		done, err := v.meetings.CalendarFile(of)
		if err != nil || !strings.Contains(done.Text, path) {
			t.Errorf("%s: %+v %v", of, done, err)
		}
		raw, err := os.ReadFile(path)
		for _, line := range want {
			if err != nil || !strings.Contains(string(raw), line) {
				t.Errorf("%s has no %s: %v\n%s", of, line, err, raw)
			}
		}
	}
	v.shell = &paper{}
	if done, err := v.meetings.CalendarFile("mtg_call"); err != nil || done.Text != "" {
		t.Error(done, err)
	}
}
