package desktop

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// afterForum is a forum of yesterday with notes: Kim in at two doors, Ann without a departure.
func afterForum(t *testing.T, lang string) (*venue, *After) {
	t.Helper()
	v := newVenue(t, lang)
	v.now = time.Date(2026, 12, 9, 14, 2, 0, 0, time.UTC)
	v.scan("A", "mem_kim", "in", "n1")
	v.scan("A", "mem_ann", "in", "n2")
	v.now = v.now.Add(2 * time.Minute)
	if _, err := v.carnet.Door.Scan(passOf("mem_kim", "C", v.now)); err != nil {
		t.Fatal(err)
	}
	v.now = v.now.Add(2 * time.Hour)
	v.scan("C", "mem_kim", "out", "n4")
	v.now = v.now.Add(24 * time.Hour)
	return v, &After{d: v.Desktop}
}

func TestAfterAForumTheViewHoldsFiguresNotesAndThePicture(t *testing.T) {
	_, a := afterForum(t, "en")
	view := had(a.View("mtg_forum"))(t)
	if view.Title != "Forum" || !view.Ended || view.Came == "" || view.Rule != "end" || view.RuleAt != "2026-12-09T17:00" || view.Closed != "Who was not seen leaving counts until the end, 17:00." {
		t.Errorf("%+v", view)
	}
	if len(view.Figures) != 10 || view.Figures[2].Label != "came" || view.Figures[2].Value != 2 || len(view.Groups) != 5 || view.Groups[0].Rows[0].People == 0 || len(view.Over) < 10 {
		t.Errorf("%+v", view)
	}
	if view.Waiting != 2 || len(view.Notes) != 2 || view.Notes[0].Name != "Kim Lam" || view.Notes[0].Text != "In at A 9:02 and at C 9:04." || view.Notes[0].Kind != "In at two doors at once" {
		t.Errorf("%+v", view.Notes)
	}
	rows := had(a.People("mtg_forum"))(t)
	if len(rows) != 2 || rows[0].Name != "Kim Lam" || rows[0].Stays != "9:02 – 11:04" || rows[0].Minutes != 122 || rows[0].Sources != "A, C" || rows[0].Notes != 1 || rows[1].Present {
		t.Errorf("%+v", rows)
	}
}

func TestNotesAreSettledTogetherAndUndoneAsOneStep(t *testing.T) {
	_, a := afterForum(t, "en")
	view := had(a.View("mtg_forum"))(t)
	ids := []string{view.Notes[0].ID, view.Notes[1].ID}
	if done := had(a.Settle("mtg_forum", ids, "right"))(t); done.Text != "2 notes are settled: right as they are." {
		t.Error(done)
	}
	if view = had(a.View("mtg_forum"))(t); view.Waiting != 0 || view.Notes[0].Settled != "right" {
		t.Errorf("%+v", view.Notes)
	}
	if again := had(a.Settle("mtg_forum", ids, "right"))(t); again.Text != "Nothing changed." && !strings.Contains(again.Text, "othing") {
		t.Error(again)
	}
	had((&Session{a.d}).Undo())(t)
	if view = had(a.View("mtg_forum"))(t); view.Waiting != 2 {
		t.Errorf("%+v", view.Notes)
	}
	if _, err := a.Settle("mtg_forum", []string{"stl_none"}, "seen"); !fault.Is(err, "note_unknown") {
		t.Error(err)
	}
}

func TestTheRuleThatClosesIsChosenAndUndone(t *testing.T) {
	_, a := afterForum(t, "fr")
	if done := had(a.SetClosing("mtg_forum", "last-scan"))(t); !strings.Contains(done.Text, "11\u00a0h\u00a004") {
		t.Error(done)
	}
	had(a.SetClosing("mtg_forum", "2026-12-09T16:30"))(t)
	if view := had(a.View("mtg_forum"))(t); view.Rule != "time" || view.RuleAt != "2026-12-09T16:30" {
		t.Error(view.Rule, view.RuleAt)
	}
	had((&Session{a.d}).Undo())(t)
	if view := had(a.View("mtg_forum"))(t); view.Rule != "last-scan" {
		t.Error(view.Rule)
	}
}

func TestTheSummaryIsSavedInEitherLanguage(t *testing.T) {
	_, a := afterForum(t, "en")
	for format, head := range map[string]string{"csv": "\xef\xbb\xbf", "xlsx": "PK", "pdf": "%PDF"} {
		path := filepath.Join(t.TempDir(), "attendance."+format)
		a.d.shell = &paper{save: path}
		if got := had(a.Export("mtg_forum", format, "fr"))(t); got != path {
			t.Error(got)
		}
		raw, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(raw, []byte(head)) || format == "csv" && !bytes.Contains(raw, []byte("Prénom")) {
			t.Errorf("%s: %.80q %v", format, raw, err)
		}
	}
}

func TestTodayTellsOfNotesThatWaitAfterAMeeting(t *testing.T) {
	v, a := afterForum(t, "en")
	card := func() (found WaitingCard) {
		for range 50 {
			for _, one := range had(v.meetings.Today())(t).Cards {
				if one.Icon == "notes" {
					return one
				}
			}
			time.Sleep(10 * time.Millisecond)
		}
		return found
	}
	if c := card(); c.Title != "2 notes on attendance wait" || c.Place != "meetings?after=mtg_forum" || c.Detail != "Forum" {
		t.Errorf("%+v", c)
	}
	view := had(a.View("mtg_forum"))(t)
	had(a.Settle("mtg_forum", []string{view.Notes[0].ID, view.Notes[1].ID}, "seen"))(t)
	for range 100 {
		if c := func() WaitingCard {
			for _, one := range had(v.meetings.Today())(t).Cards {
				if one.Icon == "notes" {
					return one
				}
			}
			return WaitingCard{}
		}(); c.Icon == "" {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("it waits still")
}

// upload hands a file over as the window does.
func (v *venue) upload(name, content string) string {
	v.t.Helper()
	return had(v.uploads.take(name, strings.NewReader(content)))(v.t)
}

const callReport = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n" +
	"Kim Lam,,25/05/2026 12:01:00,25/05/2026 12:40:00,39,Yes\n" +
	"Tremblay iPhone,,25/05/2026 12:00:00,25/05/2026 13:00:00,60,Yes\n" +
	"Somebody,,25/05/2026 12:10:00,25/05/2026 12:20:00,10,Yes\n"

func TestAReportIsPreviewedAnsweredTakenInAndTakenBack(t *testing.T) {
	v := newVenue(t, "en")
	a := &After{d: v.Desktop}
	if _, err := v.carnet.Store.Edit(func(tx *store.Tx) error { // of this office, so that a name may be learned
		m, err := store.GetIn[store.Member](tx, "mem_elise")
		if err != nil {
			return err
		}
		m.Office = v.carnet.Network.MyOffice()
		_, err = tx.Put(m)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	id := v.upload("participants.csv", callReport)
	view := had(a.PreviewReport(id, ReportChoices{}))(t)
	if view.Meeting != "mtg_past" || view.Title != "May call" || view.Layout != "zoom-participants" || view.Days != "day" || view.Guessed || view.City != "Toronto" || view.First != "Monday 25 May 2026, 12:01" || view.Far != "" {
		t.Errorf("%+v", view)
	}
	if view.People != 1 || len(view.Strangers) != 2 || len(view.Strangers[0].Candidates) != 2 || view.Said != "1 more person" || len(view.Columns) != 6 || view.Columns[2].Field != "join" {
		t.Errorf("%+v", view)
	}
	choices := ReportChoices{Meeting: "mtg_past", Answers: []ReportAnswer{{3, "mem_elise"}, {4, "nobody"}}}
	view = had(a.PreviewReport(id, choices))(t)
	if len(view.Strangers) != 0 || view.People != 2 || len(view.Known) != 2 || view.Known[0].MemberName != "Élise Tremblay" || view.Changes[0].Before != "" {
		t.Errorf("%+v", view)
	}
	done := v.takeReport(a, id, choices)
	if !done.Done || done.Taken == "" || done.Said != "2 more people" {
		t.Errorf("%+v", done)
	}
	rows := had(a.People("mtg_past"))(t)
	if len(rows) != 2 || rows[0].Name != "Kim Lam" || rows[0].Sources != "Zoom" {
		t.Errorf("%+v", rows)
	}
	if again := had(a.PreviewReport(id, ReportChoices{Meeting: "mtg_past"}))(t); again.Said != "Nothing changes: all of this is noted already." || len(again.Strangers) != 1 || again.Known[0].How != "alias" {
		t.Errorf("%+v", again)
	}
	names := had(a.LearnedNames())(t)
	if len(names) != 1 || names[0].Name != "Tremblay iPhone" || names[0].MemberName != "Élise Tremblay" {
		t.Errorf("%+v", names)
	}
	had(a.TakeBack(done.Taken))(t)
	if rows, names := had(a.People("mtg_past"))(t), had(a.LearnedNames())(t); len(rows)+len(names) != 0 {
		t.Errorf("%+v %+v", rows, names)
	}
	if _, err := a.TakeBack(done.Taken); !fault.Is(err, "unknown_id") {
		t.Error(err)
	}
}

func TestAReportOfAnotherDayOrInAnotherLayoutSaysSo(t *testing.T) {
	v := newVenue(t, "en")
	a := &After{d: v.Desktop}
	id := v.upload("participants.csv", callReport)
	if view := had(a.PreviewReport(id, ReportChoices{Meeting: "mtg_call"}))(t); view.Far == "" || view.Occasions[0].ID != "mtg_past" {
		t.Errorf("%+v", view)
	}
	other := v.upload("export.csv", "Who,Entered,Left\nKim Lam,2026-05-25 12:00,2026-05-25 12:30\n")
	view := had(a.PreviewReport(other, ReportChoices{}))(t)
	if view.Layout != "columns" || view.Problem == "" || view.People != 1 || view.Columns[1].Field != "join" {
		t.Errorf("%+v", view)
	}
	view = had(a.PreviewReport(other, ReportChoices{Meeting: "mtg_past", Layout: "columns", Fields: []string{"name", "", ""}}))(t)
	if view.People != 0 || view.Problem == "" || len(view.Columns) != 3 {
		t.Errorf("%+v", view)
	}
	never := v.upload("never.csv", strings.ReplaceAll(callReport, "2026", "2019"))
	if view := had(a.PreviewReport(never, ReportChoices{}))(t); view.Meeting != "" || view.Problem == "" || len(view.Columns) != 6 {
		t.Errorf("%+v", view)
	}
	if _, err := a.PreviewReport(id, ReportChoices{Days: "week"}); !fault.Is(err, "bad_choice") {
		t.Error(err)
	}
	if _, err := a.PreviewReport("gone", ReportChoices{}); !fault.Is(err, "upload_gone") {
		t.Error(err)
	}
}

func (v *venue) takeReport(a *After, id string, choices ReportChoices) (done ReportView) {
	v.t.Helper()
	job := had(a.TakeReport(id, choices))(v.t)
	for range 200 {
		state := had(v.jobs.get(job))(v.t)
		switch state.State {
		case "done":
			if err := json.Unmarshal([]byte(state.Result), &done); err != nil {
				v.t.Fatal(err)
			}
			return done
		case "failed":
			v.t.Fatal(state.Error)
		}
		time.Sleep(10 * time.Millisecond)
	}
	v.t.Fatal("it did not end")
	return done
}

func passOf(member, station string, at time.Time) door.Pass {
	return door.Pass{Meeting: "mtg_forum", Member: member, Kind: attendance.In, Station: station, At: at}
}
