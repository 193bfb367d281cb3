package meetings

import (
	"slices"
	"strings"
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

func biweekly(t *testing.T, m *Meetings, more string) store.Series {
	t.Helper()
	f := fields("title=Electeds call, chapter=atlantic, zone=America/Toronto, start=2026-12-02T13:00, minutes=60, rule=FREQ=WEEKLY;INTERVAL=2")
	for name, value := range fields(more) {
		f[name] = value
	}
	s, refs, err := m.AddSeries(f, nil)
	if err != nil || len(refs) == 0 {
		t.Fatal(s, err)
	}
	return s
}

// days lists the local starts of what is coming, cancelled ones in brackets.
func days(t *testing.T, m *Meetings, series string, n int) string {
	t.Helper()
	list, err := m.OfSeries(series)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, p := range list[:min(n, len(list))] {
		text := strings.TrimPrefix(p.Meeting.Start, "202")
		if p.Status == "cancelled" {
			text = "(" + text + ")"
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, " ")
}

func at(t *testing.T, m *Meetings, series, day string) Planned {
	t.Helper()
	list, err := m.OfSeries(series)
	i := slices.IndexFunc(list, func(p Planned) bool { return strings.HasPrefix(p.Occurs, day) })
	if err != nil || i < 0 {
		t.Fatal("no meeting on", day, err)
	}
	return list[i]
}

func TestASeriesHasItsMeetingsWithoutStoringThem(t *testing.T) {
	m := newMeetings(t)
	s := biweekly(t, m, "")
	if got := days(t, m, s.ID, 4); got != "6-12-02T13:00 6-12-16T13:00 6-12-30T13:00 7-01-13T13:00" {
		t.Error(got)
	}
	list, err := m.Coming()
	if err != nil || len(list) != 53 || !list[0].Virtual || list[0].Title != "Electeds call" || list[0].End.Sub(list[0].Start).Minutes() != 60 {
		t.Fatalf("%d %+v %v", len(list), list[0], err)
	}
	if n := m.Store.Count(store.KindMeeting); n != 0 || m.ComingCount() != 1 {
		t.Error(n, "meetings are stored;", m.ComingCount())
	}
	one := list[2]
	if got, err := m.Get(one.ID); err != nil || got.Start != "2026-12-30T13:00" || got.Zone != "America/Toronto" || got.Chapter != "chp_atlantic" || got.Mode != "online" {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := m.Planned(one.ID[:12]); err != nil || got.ID != one.ID || !got.Start.Equal(one.Start) || !got.Virtual {
		t.Errorf("%+v %v", got, err)
	}
	for _, id := range []string{"mtg_", "mtg_nothing"} {
		if _, err := m.Get(id); !fault.Is(err, "unknown_id") && !fault.Is(err, "ambiguous_id") {
			t.Error(id, err)
		}
	}
	if far, err := m.ListUpTo("2031-01-01", nil); err != nil || len(far) < 105 {
		t.Error(len(far), err)
	}
}

func TestAnOccurrenceIsStoredOnceSomethingHangsOnIt(t *testing.T) {
	m := newMeetings(t)
	s := biweekly(t, m, "")
	one := at(t, m, s.ID, "2026-12-16")
	for range 2 {
		got, err := m.Hold(one.ID)
		if err != nil || got.Start != "2026-12-16T13:00" || got.Title != "Electeds call" {
			t.Fatalf("%+v %v", got, err)
		}
	}
	bare, err := store.Get[store.Meeting](m.Store, one.ID)
	if err != nil || bare.Title != "" || bare.Start != "" || bare.Series != s.ID || bare.Occurs != "2026-12-16T13:00" {
		t.Errorf("%+v %v", bare, err)
	}
	if list, _ := m.OfSeries(s.ID); len(list) != 53 || m.Store.Count(store.KindMeeting) != 1 {
		t.Error(len(list), m.Store.Count(store.KindMeeting))
	}
	m.May = func(store.Kind) error { return fault.New("role_forbids") }
	if got, err := m.Hold(at(t, m, s.ID, "2026-12-30").ID); err != nil || got.Start != "2026-12-30T13:00" || m.Store.Count(store.KindMeeting) != 1 {
		t.Error("a door's laptop reads it all the same", got, err)
	}
}

func TestOneIsMovedOneCancelledOneAdded(t *testing.T) {
	m := newMeetings(t)
	s := biweekly(t, m, "")
	moved, _, err := m.Set(at(t, m, s.ID, "2026-12-16").ID, fields("start=2026-12-17T14:00, place=Hall"), nil)
	if err != nil || moved.Start != "2026-12-17T14:00" || moved.Title != "Electeds call" || moved.Occurs != "2026-12-16T13:00" || moved.Place != "Hall" {
		t.Fatalf("%+v %v", moved, err)
	}
	if _, _, err := m.Cancel(at(t, m, s.ID, "2026-12-30").ID); err != nil {
		t.Fatal(err)
	}
	added, _, err := m.AddOccurrence(s.ID, fields("start=2027-01-06T13:00, minutes=90"))
	if err != nil || added.Minutes != 90 || added.Title != "Electeds call" {
		t.Fatal(added, err)
	}
	if got := days(t, m, s.ID, 5); got != "6-12-02T13:00 6-12-17T14:00 (6-12-30T13:00) 7-01-06T13:00 7-01-13T13:00" {
		t.Error(got)
	}
	if _, _, err := m.AddOccurrence(s.ID, fields("start=2027-01-13T13:00")); !fault.Is(err, "occurs_already") {
		t.Error(err)
	}
	if _, _, err := m.AddOccurrence(s.ID, nil); !fault.Is(err, "bad_time") {
		t.Error(err)
	}
	back, _, err := m.Set(moved.ID, map[string]string{"start": ""}, nil)
	if err != nil || back.Start != "2026-12-16T13:00" || back.Place != "Hall" {
		t.Error(back, err)
	}
	bare, _ := store.Get[store.Meeting](m.Store, moved.ID)
	if bare.Start != "" || bare.Zone != "" || bare.Title != "" || bare.Minutes != 0 {
		t.Errorf("what the series says is said twice: %+v", bare)
	}
}

func TestTheTitleOfASeriesIsThatOfItsMeetingsButOfThoseThatHaveTheirOwn(t *testing.T) {
	m := newMeetings(t)
	s := biweekly(t, m, "")
	special := at(t, m, s.ID, "2026-12-16").ID
	if _, _, err := m.Set(special, fields("title=Bee City"), nil); err != nil {
		t.Fatal(err)
	}
	next, refs, err := m.SetSeries(s.ID, fields("title=Caucus, url=https://example.org/room"), nil, "")
	if err != nil || next.ID != s.ID || len(refs) != 2 {
		t.Fatal(next, refs, err)
	}
	first := at(t, m, s.ID, "2026-12-02")
	if got, _ := m.Get(special); got.Title != "Bee City" || got.URL != "https://example.org/room" || first.Title != "Caucus" {
		t.Error(got, first.Title)
	}
}

// elsewhere writes what another laptop held under a series' old time, as a round of exchange brings it.
func TestAnOccurrenceMayHaveNothingWhereItsSeriesSaysSomething(t *testing.T) {
	m := newMeetings(t)
	s := biweekly(t, m, "place=Hall, url=https://example.org/room, places=40, audience=elected, title_fr=Appel, stations=A")
	one := at(t, m, s.ID, "2026-12-16").ID
	got, _, err := m.Set(one, map[string]string{"place": "", "url": "-", "places": "", "audience": "", "title_fr": "", "stations": ""}, nil)
	if err != nil || got.Place+got.URL+got.Audience+got.TitleFR != "" || got.Places != 0 || len(got.Stations) != 0 || got.Title != "Electeds call" || got.Mode != "online" {
		t.Fatalf("%+v %v", got, err)
	}
	if again, err := m.Get(one); err != nil || again.Place+again.URL+again.TitleFR != "" || again.Places != 0 || len(again.Stations) != 0 {
		t.Errorf("%+v %v", again, err)
	}
	if gate, err := m.Gate(got); err != nil || !gate.Rule.Everybody() {
		t.Error("the rule of the series is asked all the same", gate, err)
	}
	if other := at(t, m, s.ID, "2026-12-30"); other.Place != "Hall" || other.Places != 40 {
		t.Error(other)
	}
	back, _, err := m.Set(one, fields("place=Hall, places=40"), nil)
	if bare, _ := store.Get[store.Meeting](m.Store, one); err != nil || back.Place != "Hall" || bare.Place != "" || bare.Places != 0 || bare.URL != store.Nothing {
		t.Errorf("what the series says too is the series': %+v %v", bare, err)
	}
	if _, _, err := m.Set(one, fields("title="), nil); !fault.Is(err, "bad_field") {
		t.Error("a meeting has a title", err)
	}
}

func TestSeriesThatNobodyCanHoldAreRefused(t *testing.T) {
	m := newMeetings(t)
	for _, row := range []struct{ code, fields string }{
		{"bad_rule", "title=X, zone=UTC, start=2026-12-02T13:00"},
		{"bad_rule", "title=X, zone=UTC, start=2026-12-02T13:00, rule=FREQ=HOURLY"},
		{"rule_never", "title=X, zone=UTC, start=2026-12-02T13:00, rule=FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"},
		{"bad_time", "title=X, zone=UTC, rule=FREQ=WEEKLY"},
		{"bad_time", "title=X, zone=UTC, start=2026-12-02, rule=FREQ=WEEKLY"},
		{"bad_field", "zone=UTC, start=2026-12-02T13:00, rule=FREQ=WEEKLY"},
		{"bad_field", "title=X, parent=mtg_1, zone=UTC, start=2026-12-02T13:00, rule=FREQ=WEEKLY"},
	} {
		if _, _, err := m.AddSeries(fields(row.fields), nil); !fault.Is(err, row.code) {
			t.Errorf("%s: %v, want %s", row.fields, err, row.code)
		}
	}
	s := biweekly(t, m, "rule=FREQ=WEEKLY;BYDAY=TU")
	if s.Start != "2026-12-08T13:00" {
		t.Error("a start moves to the first day of its rule", s.Start)
	}
	if _, _, err := m.SetReaching(at(t, m, s.ID, "2026-12-08").ID, "some", nil, nil); !fault.Is(err, "bad_choice") {
		t.Error(err)
	}
	if n := m.Store.Count(store.KindSeries); n != 1 {
		t.Error(n)
	}
}

func TestOneHourOfAClockAllYear(t *testing.T) {
	m := newMeetings(t)
	s := biweekly(t, m, "zone=America/St_Johns, start=2026-10-21T11:30")
	for _, p := range func() []Planned { l, _ := m.OfSeries(s.ID); return l }()[:20] {
		if p.Start.Format("15:04") != "11:30" {
			t.Error(p.Start)
		}
	}
	list, _ := m.OfSeries(s.ID)
	if a, b := list[0].Start.Format("-07:00"), list[1].Start.Format("-07:00"); a != "-02:30" || b != "-03:30" {
		t.Error(a, b)
	}
	rule, err := CalendarRule(store.Series{Zone: "America/St_Johns", Rule: "FREQ=WEEKLY;UNTIL=20261216T113000"})
	if err != nil || rule != "FREQ=WEEKLY;UNTIL=20261216T150000Z" {
		t.Error(rule, err)
	}
}

func TestTheSequenceCountsWhatPeopleMustHearOf(t *testing.T) {
	m := newMeetings(t)
	made, _, _ := m.Add(fields("title=Call, zone=UTC, start=2026-12-02T13:00"), nil)
	set := func(id, f string) {
		t.Helper()
		if _, _, err := m.Set(id, fields(f), nil); err != nil {
			t.Fatal(err)
		}
	}
	if n := m.Sequence(made.ID); n != 0 {
		t.Error(n)
	}
	set(made.ID, "audience=elected")
	set(made.ID, "start=2026-12-03T13:00, minutes=90")
	set(made.ID, "status=cancelled")
	if n := m.Sequence(made.ID); n != 2 {
		t.Error(n)
	}
	s := biweekly(t, m, "")
	one, other := at(t, m, s.ID, "2026-12-16").ID, at(t, m, s.ID, "2026-12-30").ID
	if m.Sequence(one) != 0 || m.SeriesSequence(s.ID) != 0 {
		t.Error(m.Sequence(one))
	}
	if _, err := m.Hold(one); err != nil || m.Sequence(one) != 0 {
		t.Error("to hold is no change", err)
	}
	set(one, "start=2026-12-17T13:00")
	if _, _, err := m.SetSeries(s.ID, fields("title=Caucus"), nil, ""); err != nil || m.Sequence(one) != 2 || m.Sequence(other) != 1 || m.SeriesSequence(s.ID) != 1 {
		t.Error(m.Sequence(one), m.Sequence(other), m.SeriesSequence(s.ID), err)
	}
}
