package door

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

// reportOf writes a participants' report; each line is name, address, arrival and departure, times by the clock of Montréal.
func (f *forum) reportOf(lines ...string) string {
	f.t.Helper()
	text := "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
	for _, line := range lines {
		text += line + ",1,Yes\n"
	}
	path := filepath.Join(f.t.TempDir(), "report.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
	return path
}

func stay(who, from, to string) string {
	return fmt.Sprintf("%s,2026-12-09 %s,2026-12-09 %s", who, from, to)
}

func (f *forum) report(path string, o ReportOptions) Reported {
	f.t.Helper()
	r, err := f.Report(f.meeting.ID, path, o)
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

// minutes gives who was there for how long.
func (f *forum) minutes() map[string]int {
	f.t.Helper()
	a, err := f.Attendance(f.meeting.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	list := map[string]int{}
	for _, p := range a.People {
		list[p.Member] = p.Minutes
	}
	return list
}

func TestDevicesOfOnePersonAreUnitedAndNotAdded(t *testing.T) {
	f := newForum(t)
	f.now = f.now.Add(24 * 60 * 60 * 1e9)
	r := f.report(f.reportOf(
		stay("Élise Tremblay,", "09:00:00", "10:54:00"),
		stay("iPad (elise tremblay),", "09:06:00", "10:57:00"),
		stay("\"McElroy, Ann\",", "09:00:00", "09:30:00"),
		stay("\"McElroy, Ann\",", "10:00:00", "10:30:00"),
	), ReportOptions{})
	if r.Rows != 4 || r.Matched != 4 || r.Sessions != 3 || r.Added != 3 || len(r.Unmatched) > 0 || r.Zone != "America/Toronto" {
		t.Errorf("%+v", r)
	}
	if got := f.minutes(); got[elise.ID] != 117 || got[ann.ID] != 60 {
		t.Error(got)
	}
}

func TestTheSameReportAgainChangesNothingAndACorrectedOneItsDifference(t *testing.T) {
	f := newForum(t)
	first := f.reportOf(stay("Élise Tremblay,", "09:00:00", "10:00:00"), stay("Ann McElroy,", "09:00:00", "10:00:00"))
	f.report(first, ReportOptions{})
	version := f.Store.Version()
	if r := f.report(first, ReportOptions{}); r.Added+r.Removed != 0 || r.Unchanged != 2 || f.Store.Version() != version {
		t.Errorf("again: %+v", r)
	}
	corrected := f.reportOf(stay("Élise Tremblay,", "09:00:00", "11:00:00"), stay("Ann McElroy,", "09:00:00", "10:00:00"))
	if r := f.report(corrected, ReportOptions{DryRun: true}); r.Unchanged != 1 || r.Added != 1 || r.Removed != 1 || f.Store.Version() != version || f.minutes()[elise.ID] != 60 {
		t.Errorf("only looked at: %+v", r)
	}
	f.report(corrected, ReportOptions{})
	if got := f.minutes(); got[elise.ID] != 120 || got[ann.ID] != 60 {
		t.Error("corrected:", got)
	}
	f.report(f.reportOf(stay("Ann McElroy,", "09:00:00", "10:00:00")), ReportOptions{})
	if got := f.minutes(); len(got) != 1 {
		t.Error("without Élise:", got)
	}
	f.report(first, ReportOptions{})
	if got := f.minutes(); got[elise.ID] != 60 || got[ann.ID] != 60 {
		t.Error("the first one once more:", got)
	}
}

func TestOnlyStrangersAreAskedAboutAndTheAnswerIsRemembered(t *testing.T) {
	f := newForum(t)
	f.put(store.Member{ID: "mem_elise", Given: "Élise", Family: "Tremblay", Role: "elected", Community: "com_stlin", Chapters: []string{"chp_qc"}, Office: "off_mtl"})
	path := f.reportOf(stay("iPhone (Tremblay),", "09:00:00", "10:00:00"))
	r := f.report(path, ReportOptions{})
	if len(r.Unmatched) != 1 || r.Unmatched[0].Row != 2 || !slices.Contains(r.Unmatched[0].Candidates, elise.ID) || len(f.minutes()) != 0 {
		t.Fatalf("%+v", r)
	}
	f.report(path, ReportOptions{Matches: map[int]string{2: elise.ID}})
	if got := f.minutes(); got[elise.ID] != 60 {
		t.Error(got)
	}
	next := f.reportOf(stay("iphone (TREMBLAY),", "11:00:00", "12:00:00"))
	if r := f.report(next, ReportOptions{DryRun: true}); len(r.Unmatched) != 0 || r.Matched != 1 {
		t.Errorf("not remembered: %+v", r)
	}
	m, err := store.Get[store.Member](f.Store, elise.ID)
	if err != nil || !slices.Equal(m.Aliases, []string{"iPhone (Tremblay)"}) {
		t.Error(m.Aliases, err)
	}
	m.Aliases = nil
	f.put(m)
	if r := f.report(next, ReportOptions{DryRun: true}); len(r.Unmatched) != 1 {
		t.Errorf("not forgotten: %+v", r)
	}
}

func TestAHybridMeetingJoinsTheRoomAndTheScreen(t *testing.T) {
	f := newForum(t)
	f.scan(elise.ID, attendance.In, "Door", "1") // 9:00
	f.report(f.reportOf(stay("Élise Tremblay,", "08:30:00", "09:10:00")), ReportOptions{})
	f.now = f.now.Add(2 * 60 * 60 * 1e9)
	f.scan(elise.ID, attendance.Out, "Door", "2") // 11:00
	a, err := f.Attendance(f.meeting.ID)
	if err != nil || len(a.People) != 1 {
		t.Fatal(a, err)
	}
	p := a.People[0]
	if p.Minutes != 150 || strings.Join(p.Sources, " ") != "door:Door online:zoom" || p.Present || len(p.Intervals) != 1 {
		t.Errorf("%+v", p)
	}
}

func TestTheReportsClockIsFoundFromWhenPeopleCame(t *testing.T) {
	f := newForum(t)
	for clock, offset := range map[string]int{"08:58:00": -5, "07:58:00": -6, "06:02:00": -7, "14:02:00": 0} {
		r := f.report(f.reportOf(stay("Ann McElroy,", clock, "23:00:00")), ReportOptions{DryRun: true})
		at, err := zones.At(time.Date(2026, 12, 9, 9, 0, 0, 0, time.UTC), r.Zone)
		if err != nil {
			t.Fatal(err)
		}
		if _, seconds := at.Zone(); seconds != offset*3600 {
			t.Errorf("%s is by the clock of %s", clock, r.Zone)
		}
	}
}

func TestAReportOfTotalsCountsFromTheStart(t *testing.T) {
	f := newForum(t)
	path := filepath.Join(t.TempDir(), "unique.csv")
	if err := os.WriteFile(path, []byte("Name (Original Name),User Email,Total Duration (Minutes),Guest\nAnn McElroy,,41,Yes\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.report(path, ReportOptions{})
	if got := f.minutes(); got[ann.ID] != 41 {
		t.Error(got)
	}
}
