package meetings

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

func newMeetings(t *testing.T) *Meetings {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }
	s, err := store.Open(t.TempDir(), store.Options{Device: "laptop", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Edit(func(tx *store.Tx) error {
		for _, r := range []store.Record{
			store.Chapter{ID: "chp_atlantic", Name: "Atlantic", NameFR: "Atlantique", Zone: "America/Halifax"},
			store.Chapter{ID: "chp_loose", Name: "Loose"},
			store.Community{ID: "com_stj", Name: "St. John's", Province: "NL"},
			store.Community{ID: "com_ran", Name: "Rankin Inlet", Province: "NU", Zone: "America/Rankin_Inlet"},
			store.Community{ID: "com_mtl", Name: "Montréal", Province: "QC", Zone: "America/Montreal"},
			store.Community{ID: "com_far", Name: "Lyon", Country: "FR"},
			store.Member{ID: "mem_1", Given: "A", Family: "A", Community: "com_stj", Chapters: []string{"chp_atlantic"}},
			store.Member{ID: "mem_2", Given: "B", Family: "B", Community: "com_ran", Chapters: []string{"chp_atlantic"}},
			store.Member{ID: "mem_3", Given: "C", Family: "C", Community: "com_mtl", Chapters: []string{"chp_atlantic"}},
			store.Member{ID: "mem_4", Given: "D", Family: "D", Community: "com_far", Chapters: []string{"chp_atlantic"}},
		} {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return New(Deps{Store: s, Now: now, May: func(store.Kind) error { return nil }})
}

// fields are written as "title=Call, minutes=60".
func fields(text string) map[string]string {
	f := map[string]string{}
	for _, pair := range strings.Split(text, ", ") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			f[name] = value
		}
	}
	return f
}

func TestAMeetingIsPlannedAtALocalTime(t *testing.T) {
	m := newMeetings(t)
	rows := []struct{ fields, start, zone, mode string }{
		{"title=Call, chapter=chp_a, start=2026-12-02T13:00", "2026-12-02T13:00", "America/Halifax", "online"},
		{"title=Call, chapter=atlantique, start=2026-12-02T13:00, zone=montreal", "2026-12-02T13:00", "America/Montreal", "online"},
		{"title=Call, start=2026-12-02T13:00:00-05:00, zone=America/Vancouver, place=Hall", "2026-12-02T11:00", "America/Vancouver", "on-site"},
		{"title_fr=Appel, zone=Canada/Newfoundland, place=Salle, url=https://example.org/x", "", "Canada/Newfoundland", "hybrid"},
	}
	for _, row := range rows {
		got, refs, err := m.Add(fields(row.fields), nil)
		if err != nil || len(refs) == 0 || got.Start != row.start || got.Zone != row.zone || got.Mode != row.mode || got.Status != "confirmed" {
			t.Errorf("%s: %+v %v", row.fields, got, err)
		}
		if kept, err := m.Get(got.ID[:8]); err != nil || kept.ID != got.ID {
			t.Errorf("%s: %v", got.ID, err)
		}
	}
}

func TestBadFieldsAreRefusedByNameAndNothingIsWritten(t *testing.T) {
	m := newMeetings(t)
	rows := []struct{ code, fields string }{
		{"bad_field", "zone=UTC"},
		{"bad_field", "title=Call, zone=UTC, colour=red"},
		{"bad_zone", "title=Call, zone=Mars"},
		{"bad_zone", "title=Call, chapter=chp_loose"},
		{"bad_zone", "title=Call"},
		{"bad_time", "title=Call, zone=UTC, start=tomorrow"},
		{"bad_time", "title=Call, zone=UTC, start=2026-02-30T10:00"},
		{"bad_minutes", "title=Call, zone=UTC, minutes=0"},
		{"bad_minutes", "title=Call, zone=UTC, minutes=10081"},
		{"bad_minutes", "title=Call, zone=UTC, minutes=an hour"},
		{"bad_url", "title=Call, zone=UTC, url=javascript:alert(1)"},
		{"bad_url", "title=Call, zone=UTC, url=example.org"},
		{"bad_choice", "title=Call, zone=UTC, status=maybe"},
		{"bad_choice", "title=Call, zone=UTC, mode=telepathic"},
		{"bad_audience", "title=Call, zone=UTC, audience=everybody who is nice"},
		{"unknown_id", "title=Call, zone=UTC, chapter=nowhere"},
		{"bad_field", "zone=UTC, title=" + strings.Repeat("a", 501)},
	}
	for _, row := range rows {
		if _, _, err := m.Add(fields(row.fields), nil); !fault.Is(err, row.code) {
			t.Errorf("%s: %v, want %s", row.fields, err, row.code)
		}
	}
	if n := m.Store.Count(store.KindMeeting); n != 0 {
		t.Errorf("%d meetings were written", n)
	}
}

func TestSetLeavesWhatIsNotNamed(t *testing.T) {
	m := newMeetings(t)
	made, _, err := m.Add(fields("title=Call, zone=America/Toronto, start=2026-12-02T13:00, place=Hall"), []string{"A", " B ", "A", ""})
	if err != nil || !slices.Equal(made.Stations, []string{"A", "B"}) {
		t.Fatal(made, err)
	}
	changed, _, err := m.Set(made.ID, fields("minutes=90, status=tentative"), nil)
	if err != nil || changed.Minutes != 90 || changed.Status != "tentative" || changed.Place != "Hall" || changed.Mode != "on-site" || len(changed.Stations) != 2 {
		t.Errorf("%+v %v", changed, err)
	}
	if again, refs, err := m.Set(made.ID, fields("minutes=90"), nil); err != nil || len(refs) != 0 || again.Minutes != 90 {
		t.Error("an equal value is no change", refs, err)
	}
	if gone, _, err := m.Cancel(made.ID); err != nil || gone.Status != "cancelled" {
		t.Error(gone, err)
	}
	if _, _, err := m.Set("mtg_nothing", nil, nil); !fault.Is(err, "unknown_id") {
		t.Error(err)
	}
}

func TestMeetingsAreListedByStartAcrossZones(t *testing.T) {
	m := newMeetings(t)
	for _, f := range []string{
		"title=Undated, zone=UTC",
		"title=West, zone=America/Vancouver, start=2026-12-02T11:00",
		"title=East, zone=America/Toronto, start=2026-12-02T12:30",
		"title=Over, zone=America/Toronto, start=2026-11-20T12:30",
		"title=Under way, zone=UTC, start=2026-11-21T11:30",
	} {
		if _, _, err := m.Add(fields(f), nil); err != nil {
			t.Fatal(err)
		}
	}
	list, err := m.List(nil)
	var titles []string
	for _, p := range list {
		titles = append(titles, p.Title)
	}
	if err != nil || strings.Join(titles, ", ") != "Over, Under way, East, West, Undated" || m.ComingCount() != 4 {
		t.Error(titles, m.ComingCount(), err)
	}
}

// put writes records as another room of Carnet would.
func put(t *testing.T, m *Meetings, records ...store.Record) {
	t.Helper()
	if _, err := m.Store.Edit(func(tx *store.Tx) error {
		for _, r := range records {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestTimesOfTheMainZonesAndThoseOfMembers(t *testing.T) {
	m := newMeetings(t)
	away := store.Member{ID: "mem_5", Given: "E", Family: "E", Community: "com_stj", Zone: "America/Edmonton", Chapters: []string{"chp_atlantic"}}
	put(t, m, away, store.Member{ID: "mem_6", Given: "F", Family: "F", Zone: "America/Whitehorse", Chapters: []string{"chp_atlantic"}})
	made, _, err := m.Add(fields("title=Call, chapter=Atlantic, start=2026-12-02T22:45"), nil)
	if err != nil {
		t.Fatal(err)
	}
	times, err := m.Times(Plan(made))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, z := range times {
		got = append(got, fmt.Sprintf("%s %s %s %d %d", z.Zone, z.At.Format("15:04"), zones.Offset(z.At), zones.DayShift(z.At, Plan(made).Start), z.People))
	}
	want := []string{
		"America/Vancouver 19:45 −07:00 0 0", "America/Whitehorse 19:45 −07:00 0 1", "America/Edmonton 20:45 −06:00 0 1", "America/Rankin_Inlet 20:45 −06:00 0 1",
		"America/Winnipeg 21:45 −05:00 0 0", "America/Toronto 21:45 −05:00 0 1", "America/Halifax 22:45 −04:00 0 0", "America/St_Johns 23:15 −03:30 0 1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	undated, _, _ := m.Add(fields("title=Later, zone=UTC"), nil)
	if _, err := m.Times(Plan(undated)); !fault.Is(err, "bad_time") {
		t.Error(err)
	}
}

func TestAnAudienceIsAListOfRolesInOneForm(t *testing.T) {
	for text, want := range map[string]string{"": "", "all": "all()", "Staff;indigenous-staff": "staff, indigenous-staff", "elected  + partner": "elected, partner"} {
		if got, err := Audience(text); got != want || err != nil {
			t.Errorf("%q was read as %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"élus", "all, staff", "role is king"} {
		if got, err := Audience(text); !fault.Is(err, "bad_audience") {
			t.Errorf("%q was read as %q, %v", text, got, err)
		}
	}
}
