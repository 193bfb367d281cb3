package post

import (
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/post/calendar/calendartest"
	"example.org/carnet/store"
)

// calls makes a series of the chapter with one call moved, one called off and one added, and gives the series.
func (o *office) calls() store.Series {
	o.t.Helper()
	s, _, err := o.Meetings.AddSeries(map[string]string{"title": "All-caucus call", "title_fr": "Appel de tous", "chapter": "chp_a", "start": "2026-11-04T13:00",
		"zone": "America/Toronto", "minutes": "60", "rule": "FREQ=WEEKLY;INTERVAL=2", "status": "confirmed"}, nil)
	if err != nil {
		o.t.Fatal(err)
	}
	at := func(local string) string { return store.OccurrenceID(s.ID, local) }
	for _, change := range []struct{ id, field, value string }{
		{at("2026-12-02T13:00"), "start", "2026-12-03T09:30"}, {at("2026-12-02T13:00"), "title", "All-caucus call, moved"},
		{at("2026-12-16T13:00"), "status", "cancelled"},
	} {
		if _, _, err := o.Meetings.Set(change.id, map[string]string{change.field: change.value}, nil); err != nil {
			o.t.Fatal(err)
		}
	}
	if _, _, err := o.Meetings.AddOccurrence(s.ID, map[string]string{"start": "2026-12-09T13:00", "zone": "America/Toronto"}); err != nil {
		o.t.Fatal(err)
	}
	if _, err := o.Store.Edit(func(tx *store.Tx) error { // people are registered for it, and nothing else is said of it
		_, err := tx.Put(store.Meeting{ID: at("2026-12-30T13:00"), Series: s.ID, Occurs: "2026-12-30T13:00"})
		return err
	}); err != nil {
		o.t.Fatal(err)
	}
	return s
}

func TestASeriesIsMailedWithWhatStandsBesideItsRuleAndEachHasItsOwnNumber(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(2)
	s := o.calls()
	c := o.composed(Order{Sort: Invitation, For: s.ID}, memberN(1))
	read := calendartest.Read(t, 3, c.Calendar)[0]
	if len(read.Events) != 2 {
		t.Fatalf("%d events:\n%s", len(read.Events), c.Calendar)
	}
	whole, moved := read.Events[0], read.Events[1]
	if whole.Sequence != 0 || strings.Join(whole.Without, " ") != "2026-12-16T18:00:00Z" || strings.Join(whole.Besides, " ") != "2026-12-09T18:00:00Z" {
		t.Errorf("the series: %+v", whole)
	}
	if moved.Sequence != 2 || moved.Occurs != "2026-12-02T18:00:00Z" || moved.Start != "2026-12-03T14:30:00Z" {
		t.Errorf("the call that was moved, by two edits: %+v", moved)
	}
	if _, _, err := o.Meetings.Set(store.OccurrenceID(s.ID, "2026-12-02T13:00"), map[string]string{"minutes": "90"}, nil); err != nil {
		t.Fatal(err)
	}
	alone := o.composed(Order{Sort: Update, For: store.OccurrenceID(s.ID, "2026-12-02T13:00")}, memberN(1))
	one := calendartest.Read(t, 0, alone.Calendar)[0].Events[0]
	if one.Sequence != 3 || one.Occurs != "2026-12-02T18:00:00Z" || one.UID != whole.UID {
		t.Errorf("alone: %+v", one)
	}
	again := calendartest.Read(t, 0, o.composed(Order{Sort: Invitation, For: s.ID}, memberN(1)).Calendar)[0]
	if again.Events[0].Sequence != 0 || again.Events[1].Sequence != 3 {
		t.Errorf("the series as it is later: %+v", again.Events)
	}
}

func TestAnInvitationToASeriesListsItsNextDatesOnTheReadersClock(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(2)
	s := o.calls()
	for n, want := range []string{
		"- Thursday 3 December 2026, 7:30 (Vancouver, −07:00) — All-caucus call, moved\n- Wednesday 9 December 2026, 11:00 (Vancouver",
		"- jeudi 3 décembre 2026, 7\u00a0h\u00a030 (Vancouver, −07:00) — Appel de tous\n- mercredi 9 décembre 2026, 11\u00a0h (Vancouver",
	} {
		text := o.composed(Order{Sort: Invitation, For: s.ID}, memberN(n+1)).Text
		if !strings.Contains(text, want) || strings.Contains(text, "- Wednesday 16") || strings.Contains(text, "- mercredi 16") || strings.Contains(text, "November") {
			t.Errorf("not %q in\n%s", want, text)
		}
	}
}

func TestADigestListsWhatAChapterHasBeforeItInTheReadersLanguage(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(2)
	o.calls()
	o.put(store.Meeting{ID: "mtg_forum", Title: "Forum", TitleFR: "Forum des milieux de vie", Chapter: "chp_a", Start: "2027-06", Note: "Details to follow", NoteFR: "Détails à venir"},
		store.Meeting{ID: "mtg_off", Title: "Called off", Chapter: "chp_a", Start: "2026-12-05T10:00", Zone: "America/Toronto", Status: "cancelled"},
		store.Meeting{ID: "mtg_over", Title: "Over", Chapter: "chp_a", Start: "2026-11-20T10:00", Zone: "America/Toronto"},
		store.Meeting{ID: "mtg_else", Title: "Of others", Chapter: "chp_b", Start: "2026-12-05T10:00", Zone: "America/Toronto"})
	for n, want := range [][]string{
		{"What is coming – Peers", "11:00 (Vancouver", "— Peer call — https://example.org/appel?a=1&b=2", "— All-caucus call, moved", "- June 2027, date to follow — Forum — Details to follow"},
		{"Pairs", "11\u00a0h (Vancouver", "— Appel des pairs — ", "- juin 2027, date à venir — Forum des milieux de vie — Détails à venir"},
	} {
		c := o.composed(Order{Sort: Digest, For: "chp_a"}, memberN(n+1))
		for _, part := range want {
			if !strings.Contains(c.Subject+"\n"+c.Text, part) {
				t.Errorf("no %q in %s\n%s", part, c.Subject, c.Text)
			}
		}
		for _, not := range []string{"Called off", "Over", "Of others", "{"} {
			if strings.Contains(c.Text, not) {
				t.Errorf("%q in\n%s", not, c.Text)
			}
		}
		if strings.Count(c.HTML, "<li>") != 8 || strings.Contains(c.HTML, "<p>- ") {
			t.Errorf("its page has no list:\n%s", c.HTML)
		}
		if c.Calendar != nil {
			t.Error("a digest asks calendars for something")
		}
	}
}

func TestWhoWasInvitedToASeriesHearsOfOneCallThatMoved(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(3)
	s := o.calls()
	plan, err := o.Plan(Order{Sort: Invitation, For: s.ID, To: []string{memberN(1).ID, memberN(2).ID}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Queue(plan); err != nil {
		t.Fatal(err)
	}
	call := store.OccurrenceID(s.ID, "2026-12-02T13:00")
	if wrote, err := o.Wrote(call); !wrote || err != nil {
		t.Error("nobody seems to be invited", err)
	}
	update, err := o.Plan(Order{Sort: Update, For: call})
	if err != nil || len(update.Messages) != 2 {
		t.Fatalf("%+v %v", update, err)
	}
	if _, err := o.Queue(update); err != nil {
		t.Fatal(err)
	}
	if again, err := o.Plan(Order{Sort: Update, For: call}); err != nil || len(again.Messages) != 0 {
		t.Errorf("told twice: %d %v", len(again.Messages), err)
	}
}

func TestAnUpdateGoesOutAgainWhenALawChangedTheTimes(t *testing.T) {
	before := Facts{Occasion: Occasion{Sequence: 1}, Laws: "2026b"}
	after := before
	after.Laws = "2026f"
	if before.saysAs(after) || !before.saysAs(before) || !before.saysAs(Facts{Occasion: Occasion{Sequence: 1}}) {
		t.Error("a new law says the same")
	}
	if start := (Coming{At: time.Date(2026, 12, 2, 18, 0, 0, 0, time.UTC), Zone: "UTC"}); true {
		if at, zone := start.on("Nowhere/Land"); zone != "UTC" || at.Hour() != 18 {
			t.Error(at, zone)
		}
	}
}
