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
	"example.org/carnet/app/door/online"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// twins are two members who share a family name, so that a nickname alone tells nobody.
func (f *forum) mine(members ...store.Member) {
	for _, m := range members {
		m.Office = "off_mtl"
		f.put(m)
	}
}

func TestACorrectedReportTellsTheChangeOfEachPersonBeforeItIsTaken(t *testing.T) {
	f := newForum(t)
	f.report(f.reportOf(stay("Élise Tremblay,", "09:00:00", "10:00:00"), stay("Ann McElroy,", "09:00:00", "10:00:00")), ReportOptions{})
	r := f.report(f.reportOf(stay("Élise Tremblay,", "09:00:00", "11:00:00")), ReportOptions{DryRun: true})
	said := ""
	for _, c := range r.Changes {
		said += c.Member + " " + hours(c.Before) + "->" + hours(c.After) + "; "
	}
	if said != "mem_ann 14:00-15:00->; mem_elise 14:00-15:00->14:00-16:00; " || r.Removed != 2 || r.Added != 1 {
		t.Errorf("%s %+v", said, r)
	}
	if r := f.report(f.reportOf(stay("Élise Tremblay,", "09:00:00", "10:00:00"), stay("Ann McElroy,", "09:00:00", "10:00:00")), ReportOptions{DryRun: true}); len(r.Changes) != 0 || r.People != 2 {
		t.Errorf("the same file: %+v", r.Changes)
	}
}

func TestTheSameFileAsksNobodyAgainThoughTheAnswerCouldNotBeLearned(t *testing.T) {
	f := newForum(t)
	path := f.reportOf(stay("iPhone,", "09:00:00", "10:00:00"), stay("Galaxy,", "09:30:00", "10:00:00"))
	r := f.report(path, ReportOptions{Matches: map[int]string{2: ann.ID, 3: Nobody}}) // Ann is of no office: this laptop may not write her names
	if r.Unlearned != 1 || len(r.Unmatched) != 0 || r.Added != 1 {
		t.Fatalf("%+v", r)
	}
	version := f.Store.Version()
	r = f.report(path, ReportOptions{})
	if f.Store.Version() != version || r.Removed != 0 || len(r.Unmatched) != 1 || r.Unmatched[0].Name != "Galaxy" {
		t.Errorf("again: %+v", r)
	}
	if len(r.Known) != 1 || r.Known[0].How != ByFacts || r.Known[0].Member != ann.ID {
		t.Errorf("%+v", r.Known)
	}
	if r := f.report(path, ReportOptions{Matches: map[int]string{2: AskAgain}, DryRun: true}); len(r.Unmatched) != 2 || r.Unmatched[0].Row != 2 || r.Removed != 1 {
		t.Errorf("asked again: %+v", r)
	}
	// It may be said otherwise.
	r = f.report(path, ReportOptions{Matches: map[int]string{2: elise.ID}})
	if got := f.minutes(); got[elise.ID] != 60 || len(got) != 1 || r.Removed != 1 {
		t.Error(got, r)
	}
}

func TestAnAnswerIsRememberedListedAndForgotten(t *testing.T) {
	f := newForum(t)
	f.mine(elise, ann)
	path := f.reportOf(stay("iPhone (Marie),", "09:00:00", "10:00:00"))
	f.report(path, ReportOptions{Matches: map[int]string{2: elise.ID}})
	list, err := f.Aliases()
	if err != nil || !slices.Equal(list, []Alias{{"iPhone (Marie)", elise.ID}}) {
		t.Fatal(list, err)
	}
	next := f.reportOf(stay("iphone (marie),", "11:00:00", "12:00:00"))
	if r := f.report(next, ReportOptions{DryRun: true}); len(r.Known) != 1 || r.Known[0].How != ByAlias {
		t.Errorf("%+v", r)
	}
	if _, err := f.Forget(list[0]); err != nil {
		t.Fatal(err)
	}
	if list, _ := f.Aliases(); len(list) != 0 {
		t.Error(list)
	}
	if r := f.report(next, ReportOptions{DryRun: true}); len(r.Unmatched) != 1 {
		t.Errorf("%+v", r)
	}
	if got := f.minutes(); got[elise.ID] != 60 {
		t.Error("forgetting a name changed what was taken in:", got)
	}
	f.forbid = store.KindMember
	if _, err := f.Forget(Alias{"x", elise.ID}); !fault.Is(err, "role_forbids") {
		t.Error(err)
	}
}

func TestAReportThatWasTakenInIsTakenBackAndTakenInAgain(t *testing.T) {
	f := newForum(t)
	first := f.reportOf(stay("Élise Tremblay,", "09:00:00", "10:00:00"), stay("Ann McElroy,", "09:00:00", "10:00:00"))
	corrected := f.reportOf(stay("Élise Tremblay,", "09:00:00", "11:00:00"))
	taken := f.report(first, ReportOptions{})
	for range 3 {
		r := f.report(corrected, ReportOptions{})
		if got := f.minutes(); got[elise.ID] != 120 || len(got) != 1 {
			t.Fatal(got)
		}
		if err := f.TakeBackReport(f.meeting.ID, r.Facts); err != nil {
			t.Fatal(err)
		}
		if got := f.minutes(); got[elise.ID] != 60 || got[ann.ID] != 60 {
			t.Fatal("after taking the correction back:", got)
		}
	}
	if err := f.TakeBackReport(f.meeting.ID, taken.Facts); err != nil || len(f.minutes()) != 0 {
		t.Error(f.minutes(), err)
	}
	f.report(first, ReportOptions{})
	if got := f.minutes(); got[elise.ID] != 60 || got[ann.ID] != 60 {
		t.Error(got)
	}
}

func TestAReportIsTheSameAfterItsPersonWasMergedWithAnother(t *testing.T) {
	f := newForum(t)
	path := f.reportOf(stay("Élise Tremblay,", "09:00:00", "10:00:00"))
	f.report(path, ReportOptions{})
	kept := elise
	kept.ID, kept.Merged = "mem_kept", []string{elise.ID}
	gone := elise
	gone.MergedInto = "mem_kept"
	f.put(kept, gone)
	version := f.Store.Version()
	if r := f.report(path, ReportOptions{}); r.Added+r.Removed != 0 || r.Unchanged != 1 || f.Store.Version() != version {
		t.Errorf("%+v", r)
	}
}

func TestTheMeetingThatAReportIsOfIsFound(t *testing.T) {
	f := newForum(t)
	f.put(store.Meeting{ID: "mtg_other", Title: "Other", Start: "2026-12-09T11:00", Zone: "America/Toronto", Minutes: 60, Status: "confirmed"},
		store.Meeting{ID: "mtg_later", Title: "Later", Start: "2027-12-09T11:00", Zone: "America/Toronto", Minutes: 60, Status: "confirmed"})
	series, _, err := f.Meetings.AddSeries(map[string]string{"title": "Call", "zone": "America/Vancouver", "start": "2026-09-03T13:00", "rule": "FREQ=MONTHLY"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"Name,User Email,Join Time,Leave Time,Duration (Minutes)\nAnn,,2026-12-09 09:03:00,2026-12-09 10:00:00,57\n":                                                                         "mtg_forum",
		"Name,User Email,Join Time,Leave Time,Duration (Minutes)\nAnn,,2026-12-09 11:03:00,2026-12-09 12:00:00,57\n":                                                                         "mtg_other",
		"Topic,Start Time,End Time\nForum,2026-12-09 11:00,2026-12-09 12:00\n,,\nName,User Email,Join Time,Leave Time,Duration (Minutes)\nAnn,,2026-12-09 11:03:00,2026-12-09 12:00:00,57\n": "mtg_forum",
		"Name,User Email,Join Time,Leave Time,Duration (Minutes)\nAnn,,03/11/2026 13:01:00,03/11/2026 14:00:00,57\n":                                                                         store.OccurrenceID(series.ID, "2026-11-03T13:00"),
	} {
		path := filepath.Join(t.TempDir(), "report.csv")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := online.Read(path, online.Options{})
		if err != nil {
			t.Fatal(err)
		}
		found, err := f.Occasions(report)
		if err != nil || len(found) == 0 || found[0].Meeting.ID != want {
			t.Errorf("%q: %+v %v; want %s", file, found, err, want)
		}
	}
	r := f.report(f.reportOf(strings.ReplaceAll(stay("Ann McElroy,", "09:00:00", "10:00:00"), "2026-12-09", "2026-11-09")), ReportOptions{DryRun: true, Zone: "America/Toronto"})
	plan, err := f.Meetings.Planned(f.meeting.ID)
	if off := r.Off(plan); err != nil || off != 30*24*time.Hour {
		t.Error(off, err)
	}
}

func TestRealReportsAreTakenIn(t *testing.T) {
	for file, c := range map[string]struct {
		start           string
		people, devices int
	}{
		"zoom-participants.csv":              {"2021-11-19T10:00", 27, 31},
		"zoom-participants-with-meeting.csv": {"2021-11-19T10:00", 27, 31},
		"teams-attendance-1.csv":             {"", 0, 0},
	} {
		path := filepath.Join("..", "..", "..", "shared", "data", file)
		if _, err := os.Stat(path); err != nil {
			t.Skip("the shared data are not beside this project")
		}
		f := newForum(t)
		report, err := online.Read(path, online.Options{})
		if err != nil {
			t.Fatal(file, err)
		}
		f.meeting.Start, f.meeting.Minutes = firstMoment(report).Format("2006-01-02T15:04"), 120
		if c.start != "" {
			f.meeting.Start = c.start
		}
		f.put(f.meeting)
		f.now = firstMoment(report).Add(48 * time.Hour)
		r := f.report(path, ReportOptions{DryRun: true})
		if c.people > 0 && (len(r.Unmatched) != c.people || r.Rows != c.devices) {
			t.Errorf("%s: %d strangers in %d rows", file, len(r.Unmatched), r.Rows)
		}
		found, err := f.Occasions(report)
		if err != nil || len(found) == 0 || found[0].Meeting.ID != f.meeting.ID {
			t.Errorf("%s: its meeting was not found: %v %v", file, found, err)
		}
		// Everybody is answered, then the same file says that nothing changes.
		matches := map[int]string{}
		for i, u := range r.Unmatched {
			id := fmt.Sprintf("mem_%d", i)
			f.mine(store.Member{ID: id, Given: fmt.Sprint("Guest ", i), Family: "Invented"})
			matches[u.Row] = id
		}
		r = f.report(path, ReportOptions{Matches: matches})
		if len(r.Unmatched) != 0 || r.People != len(matches) || r.Removed != 0 {
			t.Errorf("%s: %+v", file, r)
		}
		got := f.minutes()
		if len(got) != r.People {
			t.Errorf("%s: %d of %d people have minutes", file, len(got), r.People)
		}
		for id, minutes := range got {
			if minutes < 0 || minutes > 200 {
				t.Errorf("%s: %s was there for %d minutes", file, id, minutes)
			}
		}
		if again := f.report(path, ReportOptions{}); again.Added+again.Removed+len(again.Unmatched) != 0 || len(again.Changes) != 0 {
			t.Errorf("%s again: %+v", file, again)
		}
	}
}

func hours(stretches []attendance.Interval) string {
	var words []string
	for _, s := range stretches {
		words = append(words, s.From.UTC().Format("15:04")+"-"+s.To.UTC().Format("15:04"))
	}
	return strings.Join(words, " ")
}
