package desktop

import (
	"strings"
	"testing"
)

func TestASeriesIsSeenInAllItsZonesBeforeItIsMade(t *testing.T) {
	v := newVenue(t, "fr")
	form := MeetingFields{Fields: map[string]string{"title": "Appel", "chapter": "chp_qc", "start": "2026-12-16T13:00", "zone": "America/Toronto", "rule": "FREQ=WEEKLY;INTERVAL=2"}}
	p, err := v.meetings.PreviewSeries(form)
	if err != nil || p.RuleText != "Toutes les 2 semaines, le mercredi" || len(p.Columns) != gridColumns || len(p.Dates) != datesShown {
		t.Fatalf("%+v %v", p, err)
	}
	made, err := v.meetings.AddSeries(form)
	if err != nil {
		t.Fatal(err)
	}
	d, err := v.meetings.Meeting(made.ID)
	if err != nil || d.RuleText != p.RuleText || d.Row.Series == "" || d.Row.Moved {
		t.Fatalf("%+v %v", d, err)
	}
	moved, err := v.meetings.SetReaching(made.ID, "one", MeetingFields{Fields: map[string]string{"start": "2026-12-17T13:00"}})
	if err != nil || moved.ID != made.ID {
		t.Fatal(moved, err)
	}
	if d, err := v.meetings.Meeting(made.ID); err != nil || !d.Row.Moved || d.Row.Day != "2026-12-17" {
		t.Errorf("%+v %v", d.Row, err)
	}
	if _, err := v.meetings.EndSeries(made.ID, "all"); err != nil {
		t.Fatal(err)
	}
}

func TestRequestsAreTakenInJudgedAndDecidedWithOneUndo(t *testing.T) {
	v := newVenue(t, "en")
	r := &Requests{v.Desktop}
	in, err := r.TakeRequests("mtg_call", "", "Kim Lam <kim@example.org>\nNoor Haddad <noor@example.org>", false)
	if err != nil || in.Created != 2 {
		t.Fatalf("%+v %v", in, err)
	}
	rows, err := r.Requests("", "open")
	if err != nil || len(rows) != 2 || rows[0].Verdict != "eligible" || rows[0].Why != "Everybody may attend" {
		t.Fatalf("%+v %v", rows, err)
	}
	if _, err := r.DecideRequests([]string{rows[0].ID, rows[1].ID}, "approved", "", false); err != nil {
		t.Fatal(err)
	}
	view, err := r.Registrations("mtg_call")
	if err != nil || len(view.Rows) != 2 || view.State.Text != "2 registered" || view.State.Asking != 0 {
		t.Fatalf("%+v %v", view, err)
	}
	if _, err := (&Session{v.Desktop}).Undo(); err != nil {
		t.Fatal(err)
	}
	if rows, err := r.Requests("", "open"); err != nil || len(rows) != 2 {
		t.Errorf("%+v %v", rows, err)
	}
}

func TestARuleIsSaidInWordsWithWhomItReaches(t *testing.T) {
	v := newVenue(t, "en")
	r := &Requests{v.Desktop}
	view, err := r.AudienceOf([]AudienceNode{{Op: "all"}, {Depth: 1, Name: "role", Values: []string{"elected"}}, {Depth: 1, Op: "any"},
		{Depth: 2, Name: "province", Values: []string{"QC", "ON"}}, {Depth: 2, Name: "rural"}}, "")
	if err != nil || !strings.Contains(view.Text, "Quebec") || !strings.Contains(view.Text, "rural community") || view.Eligible != 1 {
		t.Errorf("%+v %v", view, err)
	}
	again, err := r.Audience(view.Rule, "mtg_call")
	if err != nil || again.Rule != view.Rule || len(again.Nodes) != 5 {
		t.Errorf("%+v %v", again, err)
	}
}

func TestARuleOnTheDaysOfAMandateIsSaidInBothLanguages(t *testing.T) {
	for lang, want := range map[string]string{
		"en": "Elected, and mandate begins on 31 Dec 2025 or earlier, and mandate ends on 1 Nov 2026 or later",
		"fr": "Personne élue, et mandat commençant le 31 déc. 2025 ou avant, et mandat se terminant le 1er nov. 2026 ou après",
	} {
		v := newVenue(t, lang)
		view, err := (&Requests{v.Desktop}).AudienceOf([]AudienceNode{{Op: "all"}, {Depth: 1, Name: "role", Values: []string{"elected"}},
			{Depth: 1, Name: "mandate_end>", Values: []string{"2026-11-01"}}, {Depth: 1, Name: "mandate_start<", Values: []string{"2025-12-31"}}}, "")
		if err != nil || view.Rule != "all(role=elected, mandate_start<=2025-12-31, mandate_end>=2026-11-01)" || view.Text != want {
			t.Errorf("%s: %q %q %v", lang, view.Rule, view.Text, err)
		}
	}
}

func TestTodayTellsWhatIsKeptAndWhoAsks(t *testing.T) {
	v := newVenue(t, "en")
	days, err := v.meetings.Kept("2027-06-20", "2027-07-02", "chp_qc")
	if err != nil || len(days) < 2 || !strings.Contains(days[len(days)-1].Note, "Canada Day") {
		t.Errorf("%+v %v", days, err)
	}
	r := &Requests{v.Desktop}
	if _, err := r.AddRequest("chp_qc", map[string]string{"given": "Lise", "family": "Aubin", "email": "lise@example.org"}); err != nil {
		t.Fatal(err)
	}
	today, err := v.meetings.Today()
	if err != nil || len(today.Cards) == 0 || today.Cards[0].Title != "1 request waits for a decision" || today.Cards[0].Detail != "Lise Aubin" {
		t.Errorf("%+v %v", today.Cards, err)
	}
}

func TestAForumOfThreeDaysHasItsDaysAndItsSessions(t *testing.T) {
	v := newVenue(t, "en")
	forum, err := v.meetings.AddMeeting(MeetingFields{Fields: map[string]string{"title": "Forum", "start": "2031-03-11", "minutes": "4320", "zone": "America/Toronto", "place": "Hall"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.meetings.AddMeeting(MeetingFields{Fields: map[string]string{"title": "Workshop", "parent": forum.ID, "start": "2031-03-12T10:30", "room": "510a"}}); err != nil {
		t.Fatal(err)
	}
	d, err := v.meetings.Meeting(forum.ID)
	if err != nil || d.Row.DayText != "11\u00a0–\u00a013 Mar 2031" || d.Row.LastDay != "2031-03-13" || len(d.Sessions) != 1 || d.Sessions[0].Room != "510a" {
		t.Errorf("%+v %v", d, err)
	}
}
