package requests

import (
	"slices"
	"testing"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/store"
)

func TestAProgrammeRegistersForWhatRemains(t *testing.T) {
	d := newDesk(t)
	d.must(d.Register(peers, elise, Decision{Status: Approved}))
	if d.who(call) != "elise approved" || d.who(past) != "" || d.who(forum) != "" {
		t.Error(d.who(call), d.who(past), d.who(forum))
	}
	d.must(d.Register(call, elise, Decision{Status: Withdrawn}))
	if d.who(call) != "elise withdrawn" {
		t.Error(d.who(call))
	}
	all, _ := d.List(Filter{For: call})
	if _, err := d.Undo(all[0].ID); err != nil || d.who(call) != "elise approved" {
		t.Error(err, d.who(call))
	}
	d.now = d.now.AddDate(0, 1, 0) // the call is over; who was in it stays so
	if d.who(call) != "elise approved" {
		t.Error(d.who(call))
	}
	d.must(d.Register(peers, walter, Decision{Status: Approved}))
	if d.who(call) != "elise approved" {
		t.Error("a late joiner is in what is over:", d.who(call))
	}
	if m, _ := d.People.Find(elise); !slices.Contains(m.Chapters, peers) {
		t.Error("the programme's list lacks who was accepted")
	}
	if m, _ := d.People.Find(walter); len(m.Chapters) != 0 {
		t.Error("another office's member was changed")
	}
	d.must(d.Register(peers, elise, Decision{Status: Withdrawn}))
	if m, _ := d.People.Find(elise); slices.Contains(m.Chapters, peers) {
		t.Error("who left the programme is still on its list")
	}
}

func TestMembersOfAProgrammeAreDecidedForOneMeetingInOneEdit(t *testing.T) {
	d := newDesk(t)
	d.put(store.Member{ID: "mem_zoe", Given: "Zoé", Family: "Paquet", Role: "staff", Office: "off_here"})
	for _, who := range []string{elise, "mem_zoe"} {
		d.now = d.now.Add(time.Second)
		d.must(d.Register(peers, who, Decision{Status: Approved}))
	}
	if _, err := d.DecideFor(call, []string{elise, "mem_nobody"}, Decision{Status: Withdrawn}); err == nil || d.who(call) != "elise approved, zoe approved" {
		t.Fatal("half of a decision was written:", err, d.who(call))
	}
	o := d.must(d.DecideFor(call, []string{elise, "mem_zoe", elise}, Decision{Status: Withdrawn}))
	if len(o.Registrations) != 2 || d.who(call) != "elise withdrawn, zoe withdrawn" && d.who(call) != "zoe withdrawn, elise withdrawn" {
		t.Fatal(o, d.who(call))
	}
	if _, err := d.UndoAll(o.Refs); err != nil || d.who(call) != "elise approved, zoe approved" {
		t.Error(err, d.who(call))
	}
	if same := d.must(d.DecideFor(call, []string{elise}, Decision{Status: Approved})); len(same.Registrations) != 0 {
		t.Error("who comes through the programme got a registration that says the same:", same)
	}
}

func TestMembersMergedIntoOneHaveOneRegistration(t *testing.T) {
	d := newDesk(t)
	d.must(d.Register(call, elise, Decision{Status: Requested}))
	d.put(store.Member{ID: "mem_twin", Given: "E", Family: "T", Office: "off_here"})
	d.must(d.Register(call, "mem_twin", Decision{Status: Approved}))
	if _, _, err := d.People.Merge(elise, "mem_twin"); err != nil {
		t.Fatal(err)
	}
	if d.who(call) != "elise approved" {
		t.Error(d.who(call))
	}
}

func TestWhoWasThereAndNotMeantIsNamedWithTheReason(t *testing.T) {
	d := newDesk(t)
	for _, id := range []string{elise, walter} {
		d.must(d.Register(forum, id, Decision{Status: Approved, Over: true}))
	}
	meeting, _ := d.Meetings.Get(forum)
	not, err := d.PresentNotEligible(meeting, []string{elise, walter, "mem_gone"})
	if err != nil || len(not) != 1 || not[0].Member != walter || not[0].Reason.Code != "role_other" || not[0].Answer != audience.NotEligible {
		t.Errorf("%+v %v", not, err)
	}
}

func TestWhoIsRegisteredBelongsAtTheDoorOfAChaptersMeeting(t *testing.T) {
	d := newDesk(t)
	meeting, _ := d.Meetings.Get(call)
	verdict := func() string {
		all, err := d.Meetings.Verdicts(meeting)
		at := slices.IndexFunc(all, func(v meetings.Judged) bool { return v.Member == walter })
		if err != nil || at < 0 {
			t.Fatal(err)
		}
		return all[at].Reason.Code
	}
	if got := verdict(); got != "not_in_chapter" {
		t.Error(got)
	}
	d.must(d.Register(peers, walter, Decision{Status: Approved})) // of another office, so no chapter of ours is written
	if got := verdict(); got != "role_other" {
		t.Error(got)
	}
}

func TestAnOccurrenceOfASeriesIsHeldWhenSomebodyIsRegistered(t *testing.T) {
	d := newDesk(t)
	series, _, err := d.Meetings.AddSeries(map[string]string{"title": "Call", "chapter": peers, "start": "2026-11-25T13:00", "zone": "America/Toronto", "minutes": "60", "rule": "FREQ=WEEKLY;INTERVAL=2"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	first, second := store.OccurrenceID(series.ID, "2026-11-25T13:00"), store.OccurrenceID(series.ID, "2026-12-09T13:00")
	stored := d.Store.Count(store.KindMeeting)
	o := d.must(d.Register(second, elise, Decision{Status: Approved}))
	if d.Store.Count(store.KindMeeting) != stored+1 || d.who(second) != "elise approved" || d.who(first) != "" {
		t.Error(d.who(first), d.who(second))
	}
	if _, err := d.UndoAll(o.Refs); err != nil || d.Store.Count(store.KindMeeting) != stored || d.who(second) != "" {
		t.Error(err, d.who(second))
	}
	d.must(d.Register(series.ID, elise, Decision{Status: Approved}))
	d.must(d.Register(first, elise, Decision{Status: Withdrawn}))
	if d.who(first) != "elise withdrawn" || d.who(second) != "elise approved" {
		t.Error(d.who(first), d.who(second))
	}
	all, err := d.Meetings.Verdicts(store.Meeting{ID: second, Series: series.ID, Start: "2026-12-09T13:00"})
	at := slices.IndexFunc(all, func(v meetings.Judged) bool { return v.Member == elise })
	if err != nil || all[at].Answer != audience.Eligible {
		t.Error(all, err)
	}
}

func TestWhoIsRegisteredForASeriesIsForWhatFollowsWhenItMoves(t *testing.T) {
	d := newDesk(t)
	series, _, err := d.Meetings.AddSeries(map[string]string{"title": "Call", "chapter": peers, "start": "2026-11-25T13:00", "zone": "America/Toronto", "minutes": "60", "rule": "FREQ=WEEKLY;INTERVAL=2"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	d.must(d.Register(series.ID, elise, Decision{Status: Approved}))
	second := store.OccurrenceID(series.ID, "2026-12-09T13:00")
	if _, _, err := d.Meetings.SetReaching(second, meetings.Following, map[string]string{"start": "2026-12-09T15:00"}, nil); err != nil {
		t.Fatal(err)
	}
	coming, err := d.Meetings.Coming()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(coming, func(p meetings.Planned) bool { return p.Meeting.Start == "2026-12-23T15:00" })
	if at < 0 || coming[at].Series == series.ID {
		t.Fatal("the series did not go on as another")
	}
	if who := d.who(coming[at].ID); who != "elise approved" {
		t.Errorf("registered for what follows: %q", who)
	}
}
