package door

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// pass notes a scan at a time of the forum's day, on its own clock.
func (f *forum) pass(meeting, member, kind, station, clock string) Noted {
	f.t.Helper()
	at, err := time.Parse("2006-01-02 15:04 -0700", "2026-12-09 "+clock+" -0500")
	if err != nil {
		f.t.Fatal(err)
	}
	n, err := f.Scan(Pass{Meeting: meeting, Member: member, Kind: kind, Station: station, At: at})
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

func (f *forum) minutesAt(meeting, member string) int {
	f.t.Helper()
	a, err := f.Attendance(meeting)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, p := range a.People {
		if p.Member == member {
			return p.Minutes
		}
	}
	return -1
}

func TestWhatNobodyClosedIsClosedByTheRuleThatWasChosen(t *testing.T) {
	f := newForum(t)
	f.pass(f.meeting.ID, elise.ID, attendance.In, "A", "09:00")
	f.pass(f.meeting.ID, ann.ID, attendance.In, "A", "10:00")
	f.pass(f.meeting.ID, ann.ID, attendance.Out, "A", "15:00")
	f.now = f.now.Add(24 * time.Hour)
	for _, row := range []struct {
		rule    string
		minutes int
		closed  string
	}{{"", 480, "end 17:00"}, {"last-scan", 360, "last-scan 15:00"}, {"2026-12-09T16:30", 450, "time 16:30"}, {"end", 480, "end 17:00"}} {
		if row.rule != "" {
			if _, _, err := f.SetClosing(f.meeting.ID, row.rule); err != nil {
				t.Fatal(err)
			}
		}
		if got := f.minutesAt(f.meeting.ID, elise.ID); got != row.minutes {
			t.Errorf("%q: %d minutes; want %d", row.rule, got, row.minutes)
		}
		a, _ := f.Attendance(f.meeting.ID)
		if got := a.Closed.Rule + " " + a.Closed.At.Add(-5*time.Hour).UTC().Format("15:04"); got != row.closed {
			t.Error(row.rule, got)
		}
	}
	if _, _, err := f.SetClosing(f.meeting.ID, "soon"); !fault.Is(err, "bad_time") {
		t.Error(err)
	}
	if f.facts() != 3 {
		t.Error("a rule changed the facts")
	}
}

func TestAWrongClockIsCorrectedAndTheScansKeepTheirTimes(t *testing.T) {
	f := newForum(t)
	f.pass(f.meeting.ID, elise.ID, attendance.In, "A", "09:00")
	f.pass(f.meeting.ID, elise.ID, attendance.Out, "B", "11:01") // door B is 61 minutes ahead
	if got := f.minutesAt(f.meeting.ID, elise.ID); got != 121 {
		t.Fatal(got)
	}
	if _, err := f.SetClock(f.meeting.ID, "B", 61*time.Minute, ByHand); err != nil {
		t.Fatal(err)
	}
	if got := f.minutesAt(f.meeting.ID, elise.ID); got != 60 {
		t.Error(got)
	}
	for scan, err := range f.Store.ScansOf(f.meeting.ID) {
		if clock := time.UnixMilli(scan.Fact.At).UTC().Format("15:04"); err != nil || clock != "14:00" && clock != "16:01" {
			t.Error(clock, err)
		}
	}
	notes, err := f.Notes(f.meeting.ID)
	if err != nil || len(notes) == 0 || !strings.Contains(fmt.Sprint(notes), "clock_off") || !strings.Contains(fmt.Sprint(notes), "minutes:61") {
		t.Errorf("%+v %v", notes, err)
	}
	if _, err := f.SetClock(f.meeting.ID, "B", 0, ByHand); err != nil || f.minutesAt(f.meeting.ID, elise.ID) != 121 {
		t.Error("it cannot be taken back", err)
	}
	if _, err := f.SetClock(f.meeting.ID, "B", 1e6*time.Hour, ByHand); !fault.Is(err, "bad_clock") {
		t.Error(err)
	}
	// A door that knows how wrong it is says so in the fact itself.
	noted, err := f.Scan(Pass{Meeting: f.meeting.ID, Member: ann.ID, Kind: attendance.In, Station: "C", At: f.now.Add(time.Hour), Ahead: time.Hour})
	if err != nil || !noted.After.FirstIn.Equal(f.now) || noted.Scan.Fact.At != f.now.Add(time.Hour).UnixMilli() {
		t.Errorf("%+v %v", noted, err)
	}
}

func TestNotesAreSettledAndTheFactsStay(t *testing.T) {
	f := newForum(t)
	f.meeting.Audience = "elected"
	f.put(f.meeting)
	f.pass(f.meeting.ID, ann.ID, attendance.In, "A", "09:02")
	f.pass(f.meeting.ID, ann.ID, attendance.In, "C", "09:04")
	f.pass(f.meeting.ID, elise.ID, attendance.Out, "A", "08:50")
	say := func() (said string) {
		notes, err := f.Notes(f.meeting.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range notes {
			said += n.Note.Code + ":" + n.Settled + " "
		}
		return said
	}
	if got := say(); got != "left_before_arriving: not_eligible: two_doors: " {
		t.Fatal(got)
	}
	notes, _ := f.Notes(f.meeting.ID)
	for i, as := range []string{Seen, Right, Wrong} {
		if _, _, err := f.Settle(f.meeting.ID, []string{notes[i].ID}, as); err != nil {
			t.Fatal(err)
		}
	}
	if got := say(); got != "left_before_arriving:seen not_eligible:right two_doors:wrong " || f.facts() != 3 {
		t.Error(got, f.facts())
	}
	f.pass(f.meeting.ID, ann.ID, attendance.Out, "A", "10:00") // what comes later opens nothing again
	if _, _, err := f.Settle(f.meeting.ID, []string{notes[1].ID}, ""); err != nil || say() != "not_eligible: left_before_arriving:seen two_doors:wrong " {
		t.Error(say(), err)
	}
	if _, _, err := f.Settle(f.meeting.ID, []string{"stl_none"}, Seen); !fault.Is(err, "note_unknown") {
		t.Error(err)
	}
	if _, _, err := f.Settle(f.meeting.ID, []string{notes[1].ID}, "maybe"); !fault.Is(err, "bad_choice") {
		t.Error(err)
	}
	f.forbid = store.KindSettled
	if _, _, err := f.Settle(f.meeting.ID, []string{notes[1].ID}, Seen); !fault.Is(err, "role_forbids") {
		t.Error(err)
	}
}

// sessions are two rooms of the forum, of which C has two places.
func (f *forum) sessions() (a, c store.Meeting) {
	a = store.Meeting{ID: "mtg_a", Title: "Water", Parent: f.meeting.ID, Room: "Salle A", Start: "2026-12-09T10:00", Zone: "America/Toronto", Minutes: 120, Status: "confirmed"}
	c = store.Meeting{ID: "mtg_c", Title: "Energy", Parent: f.meeting.ID, Room: "Salle C", Start: "2026-12-09T10:00", Zone: "America/Toronto", Minutes: 120, Status: "confirmed", Places: 2}
	f.put(a, c)
	return a, c
}

func TestWhoEntersARoomLeavesTheOther(t *testing.T) {
	f := newForum(t)
	a, c := f.sessions()
	f.pass(f.meeting.ID, elise.ID, attendance.In, "A", "09:00")
	f.pass(a.ID, elise.ID, attendance.In, "", "10:00")
	n := f.pass(c.ID, elise.ID, attendance.In, "", "10:30")
	if n.LeftRoom != "Salle A" || n.Inside != 1 || n.Places != 2 || n.Crowd() != "free" {
		t.Errorf("%+v", n)
	}
	f.pass(c.ID, elise.ID, attendance.Out, "", "11:30")
	f.pass(c.ID, ann.ID, attendance.In, "", "10:45") // came by a side door: at the forum all the same
	f.now = time.Date(2026, 12, 9, 17, 0, 0, 0, time.UTC)
	if m := [4]int{f.minutesAt(a.ID, elise.ID), f.minutesAt(c.ID, elise.ID), f.minutesAt(f.meeting.ID, elise.ID), f.minutesAt(f.meeting.ID, ann.ID)}; m != [4]int{30, 60, 180, 75} {
		t.Error(m)
	}
	rooms, err := f.Rooms(f.meeting.ID)
	said := ""
	for _, room := range rooms {
		said += fmt.Sprintf("%s %d/%d %s; ", room.Name, len(room.People), room.Places, room.Crowd)
	}
	if err != nil || said != " 1/0 free; Salle A 0/0 free; Salle C 1/2 free; " {
		t.Error(said, err)
	}
	if n := f.pass(c.ID, elise.ID, attendance.In, "", "11:50"); n.Crowd() != "full" || n.LeftRoom != "" {
		t.Errorf("%+v", n)
	}
	// An arrival elsewhere that was taken back moved nobody.
	back := f.pass(a.ID, elise.ID, attendance.In, "", "11:55")
	if _, err := f.Undo(back.Scan.ID); err != nil || f.minutesAt(c.ID, elise.ID) != 70 {
		t.Error(f.minutesAt(c.ID, elise.ID), err)
	}
	if got := crowd(90, 100) + crowd(89, 100) + crowd(100, 100) + crowd(101, 100) + crowd(5, 0); got != "nearfreefulloverfree" {
		t.Error(got)
	}
}

func TestTheSummaryCountsPeopleMinutesAndMoments(t *testing.T) {
	f := newForum(t)
	f.Coming = func(store.Meeting) ([]string, error) { return []string{elise.ID, "mem_absent"}, nil }
	f.Invited = func(store.Meeting) (int, error) { return 5, nil }
	before := store.Meeting{ID: "mtg_before", Title: "Before", Start: "2026-06-09T09:00", Zone: "America/Toronto", Minutes: 60, Status: "confirmed"}
	f.put(before)
	if _, err := f.Scan(Pass{Meeting: before.ID, Member: elise.ID, Kind: attendance.In, At: time.Date(2026, 6, 9, 13, 0, 0, 0, time.UTC)}); err != nil {
		t.Fatal(err)
	}
	f.pass(f.meeting.ID, elise.ID, attendance.In, "A", "09:00")
	f.pass(f.meeting.ID, elise.ID, attendance.Out, "A", "12:00")
	f.pass(f.meeting.ID, ann.ID, attendance.In, "A", "10:00")
	at := time.Date(2026, 12, 9, 14, 5, 0, 0, time.UTC)
	if _, _, err := f.WalkIn(WalkIn{Meeting: f.meeting.ID, Given: "Josée", Family: "Lalonde", Role: "partner", Email: "josee@example.org", At: at}); err != nil {
		t.Fatal(err)
	}
	f.now = f.now.Add(24 * time.Hour)
	s, err := f.Summary(f.meeting.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(s.Invited, s.Registered, s.Absent, s.Came, s.WalkIns, s.FirstTimers, s.Late, s.LeftEarly, s.Minutes, s.Median, s.Waiting); got != "5 2 1 3 1 2 1 1 1075 420 2" {
		t.Error(got)
	}
	if got := fmt.Sprint(s.Roles, s.Provinces, s.Chapters); got != "[{elected 1 180} {partner 1 475} {staff 1 420}] [{QC 2 600} { 1 475}] [{chp_qc 1 180} { 2 895}]" {
		t.Error(got)
	}
	most, at930 := 0, 0
	for _, p := range s.Over {
		most = max(most, p.Inside)
		if p.At.UTC().Format("15:04") == "14:30" {
			at930 = p.Inside
		}
	}
	if most != 3 || at930 != 2 || s.Over[len(s.Over)-1].Inside != 0 {
		t.Error(most, at930, s.Over)
	}
}
