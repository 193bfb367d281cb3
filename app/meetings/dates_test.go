package meetings

import (
	"strings"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

func TestAMeetingMayTakeDaysOrHaveAMonthOnly(t *testing.T) {
	m := newMeetings(t)
	rows := []struct{ fields, start, end, month string }{
		{"title=Forum, zone=America/Toronto, start=2027-03-13, minutes=4320", "2027-03-13T00:00:00-05:00", "2027-03-16T00:00:00-04:00", ""},
		{"title=Day, zone=America/St_Johns, start=2026-12-09", "2026-12-09T00:00:00-03:30", "2026-12-10T00:00:00-03:30", ""},
		{"title=Atlantic, zone=America/Halifax, start=2027-06, note=June: details to follow, status=tentative", "", "", "2027-06"},
		{"title=North, zone=America/Whitehorse, note=in spring, note_fr=au printemps", "", "", ""},
	}
	for _, row := range rows {
		made, _, err := m.Add(fields(row.fields), nil)
		p := Plan(made)
		if err != nil || rfc(p.Start) != row.start || rfc(p.End) != row.end || p.Month() != row.month || p.AllDay != (row.start != "") {
			t.Errorf("%s: %+v %v", row.fields, p, err)
		}
	}
	for _, bad := range []string{"2026-13", "2026-02-30", "2026", "June", "1800-01-01"} {
		if _, _, err := m.Add(fields("title=X, zone=UTC, start="+bad), nil); !fault.Is(err, "bad_time") {
			t.Error(bad, err)
		}
	}
	if _, _, err := m.Add(fields("title=X, zone=UTC, start=2026-12-09, minutes=480"), nil); !fault.Is(err, "bad_days") {
		t.Error(err)
	}
	list, err := m.List(nil)
	var titles []string
	for _, p := range list {
		titles = append(titles, p.Title)
	}
	if got := strings.Join(titles, " "); err != nil || got != "Day Forum Atlantic North" {
		t.Error(got, err)
	}
}

func rfc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func TestTheLengthFollowsFromTheKindOfDate(t *testing.T) {
	m := newMeetings(t)
	made, _, _ := m.Add(fields("title=X, zone=UTC, start=2026-12-09T10:00"), nil)
	for _, step := range []struct {
		start   string
		minutes int
	}{{"2026-12-09", 1440}, {"2026-12-10T10:00", 60}, {"2027-01", 60}, {"2027-01-05", 1440}} {
		if got, _, err := m.Set(made.ID, fields("start="+step.start), nil); err != nil || got.Minutes != step.minutes {
			t.Error(step.start, got.Minutes, err)
		}
	}
}

func TestMeetingsAreWithinTheDaysTheyTake(t *testing.T) {
	forum := Plan(store.Meeting{Start: "2027-06-09", Zone: "America/Toronto", Minutes: 2880})
	call := Plan(store.Meeting{Start: "2027-06-09T13:00", Zone: "America/Toronto", Minutes: 60})
	june := Plan(store.Meeting{Start: "2027-06", Zone: "America/Toronto"})
	unset := Plan(store.Meeting{Zone: "America/Toronto"})
	rows := []struct {
		from, to                 string
		forum, call, june, unset bool
	}{
		{"", "", true, true, true, true},
		{"2027-06-09", "2027-06-10", true, true, true, false},
		{"2027-06-10", "2027-06-11", true, false, true, false},
		{"2027-06-11", "2027-06-30", false, false, true, false},
		{"2027-07-01", "", false, false, false, false},
		{"", "2027-06-01", false, false, false, false},
	}
	for _, row := range rows {
		for i, p := range []Planned{forum, call, june, unset} {
			if got := p.Within(row.from, row.to); got != []bool{row.forum, row.call, row.june, row.unset}[i] {
				t.Errorf("%s to %s, %q: %t", row.from, row.to, p.Meeting.Start, got)
			}
		}
	}
}

func TestSessionsBelongToTheirForum(t *testing.T) {
	m := newMeetings(t)
	forum, _, err := m.Add(fields("title=Forum, chapter=atlantic, zone=America/Toronto, start=2027-06-09, minutes=2880, place=Palais"), nil)
	if err != nil {
		t.Fatal(err)
	}
	session := func(f string) store.Meeting {
		t.Helper()
		made, _, err := m.Add(fields(f+", parent="+forum.ID), nil)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	second := session("title=Afternoon, start=2027-06-10T13:00, room=B, places=40")
	first := session("title=Opening, start=2027-06-09T09:00, room=A")
	if first.Zone != "America/Toronto" || first.Chapter != "chp_atlantic" || second.Places != 40 {
		t.Errorf("%+v", first)
	}
	list, err := m.Sessions(forum.ID)
	if err != nil || len(list) != 2 || list[0].ID != first.ID || list[1].Room != "B" {
		t.Errorf("%+v %v", list, err)
	}
	for _, row := range []struct{ code, fields string }{
		{"session_outside", "title=Late, start=2027-06-11T09:00, parent=" + forum.ID},
		{"bad_parent", "title=Nested, start=2027-06-09T09:00, parent=" + first.ID},
		{"unknown_id", "title=Lost, zone=UTC, parent=mtg_nothing"},
	} {
		if _, _, err := m.Add(fields(row.fields), nil); !fault.Is(err, row.code) {
			t.Errorf("%s: %v", row.fields, err)
		}
	}
	if _, _, err := m.Set(forum.ID, fields("parent="+forum.ID), nil); !fault.Is(err, "bad_parent") {
		t.Error(err)
	}
	if _, _, err := m.Set(forum.ID, fields("start=2027-06-16"), nil); err != nil {
		t.Fatal(err)
	}
	if got, _ := m.Get(first.ID); got.Start != "2027-06-16T09:00" {
		t.Error("a session moves with its forum", got.Start)
	}
	if _, _, err := m.Cancel(forum.ID); err != nil {
		t.Fatal(err)
	}
	if got, _ := m.Get(second.ID); got.Status != "cancelled" || got.Start != "2027-06-17T13:00" {
		t.Error(got)
	}
}

func TestASessionOfAnOccurrenceHoldsIt(t *testing.T) {
	m := newMeetings(t)
	s := biweekly(t, m, "minutes=480")
	one := at(t, m, s.ID, "2026-12-16").ID
	if _, _, err := m.Add(fields("title=Part, start=2026-12-16T13:30, parent="+one), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Get[store.Meeting](m.Store, one); err != nil {
		t.Error(err)
	}
}
