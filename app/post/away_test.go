package post

import (
	"slices"
	"strings"
	"testing"

	"example.org/carnet/app/post/calendar/calendartest"
	"example.org/carnet/store"
)

// declines notes that a member does not come to one date of a series.
func (o *office) declines(series, occurs string, n int) string {
	o.t.Helper()
	m, err := o.Meetings.Hold(store.OccurrenceID(series, occurs))
	if err != nil {
		o.t.Fatal(err)
	}
	o.register(m.ID, n, "declined")
	return m.ID
}

func TestWhoDeclinedADateBeforeTheInvitationGetsTheSeriesWithoutIt(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(2)
	s := o.calls()
	o.register("chp_a", 1, "approved")
	o.register(s.ID, 2, "approved")
	moved := o.declines(s.ID, "2026-12-02T13:00", 1) // it takes place on the 3rd
	added := o.declines(s.ID, "2026-12-09T13:00", 1)
	o.declines(s.ID, "2027-01-13T13:00", 1)
	plan := o.queue(Order{Sort: Invitation, For: s.ID})
	if len(plan.Messages) != 2 {
		t.Fatalf("%d messages, skipped %v", len(plan.Messages), plan.Skipped())
	}
	calendars, texts := [][]byte{}, []string{}
	for _, id := range []string{memberN(1).ID, memberN(2).ID} {
		at := slices.IndexFunc(plan.Messages, func(m store.Message) bool { return m.Member == id })
		c, err := compose(plan.Mailing, plan.Messages[at])
		if err != nil {
			t.Fatal(err)
		}
		calendars, texts = append(calendars, c.Calendar), append(texts, c.Text)
	}
	read := calendartest.Read(t, 6, calendars...)
	one, other := read[0].Events, read[1].Events
	if len(one) != 1 || strings.Join(one[0].Without, " ") != "2026-12-02T18:00:00Z 2026-12-16T18:00:00Z 2027-01-13T18:00:00Z" || len(one[0].Besides) != 0 {
		t.Errorf("who declined three dates is asked to come to:\n%s", calendars[0])
	}
	if len(other) != 2 || strings.Join(other[0].Without, " ") != "2026-12-16T18:00:00Z" || len(other[0].Besides) != 1 {
		t.Errorf("who declined nothing is asked to come to:\n%s", calendars[1])
	}
	for _, not := range []string{"3 December", "9 December", "13 January"} {
		if strings.Contains(texts[0], not) {
			t.Errorf("the mail says %s:\n%s", not, texts[0])
		}
	}
	if !strings.Contains(texts[0], "to All-caucus call.\n\nWednesday 30 December 2026, 11:00 (Vancouver") || !strings.Contains(texts[0], "\n13:00 (Toronto") {
		t.Errorf("its first date is another one:\n%s", texts[0])
	}

	for _, id := range []string{moved, added} {
		if ids, err := o.Invited(id); err != nil || !slices.Equal(ids, []string{memberN(2).ID}) {
			t.Errorf("invited to %s: %v %v", id, ids, err)
		}
	}
	if _, _, err := o.Meetings.SetSeries(s.ID, map[string]string{"place": "Hall"}, nil, ""); err != nil {
		t.Fatal(err)
	}
	update := o.composed(Order{Sort: Update, For: s.ID}, memberN(1))
	if e := calendartest.Read(t, 0, update.Calendar)[0].Events; len(e) != 1 || len(e[0].Without) != 3 || e[0].Sequence != 1 {
		t.Errorf("an update gives back what was declined:\n%s", update.Calendar)
	}
}

func TestWhoDeclinedEveryDateOfASeriesIsNotInvitedToIt(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(2)
	s, _, err := o.Meetings.AddSeries(map[string]string{"title": "Two calls", "chapter": "chp_a", "start": "2026-12-02T13:00", "zone": "America/Toronto", "minutes": "60", "rule": "FREQ=WEEKLY;COUNT=2", "status": "confirmed"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 2; n++ {
		o.register(s.ID, n, "approved")
		o.declines(s.ID, "2026-12-02T13:00", n)
	}
	o.declines(s.ID, "2026-12-09T13:00", 1)
	plan := o.queue(Order{Sort: Invitation, For: s.ID})
	if len(plan.Messages) != 1 || plan.Skipped()[SkipAway] != 1 {
		t.Errorf("%d messages, skipped %v", len(plan.Messages), plan.Skipped())
	}
}

func TestTheMailsClocksAreThoseOfAllWhoAreRegisteredInvitedOrWrittenTo(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(1)
	for n, zone := range map[int]string{5: "Pacific/Auckland", 6: "Europe/Paris", 7: "Asia/Kathmandu", 8: "Africa/Lagos"} {
		m := memberN(n)
		m.Chapters, m.Zone, m.Community = nil, zone, ""
		o.put(m, store.Consent{ID: "con_" + m.ID, Member: m.ID, Basis: "express", Source: "form", Date: "2026-01-01"})
	}
	o.register("mtg_a", 5, "approved")
	o.register("mtg_a", 8, "declined")
	o.queue(Order{Sort: Invitation, For: "mtg_a", To: []string{memberN(6).ID}})
	s := o.calls()
	o.register(s.ID, 6, "approved")
	for of, want := range map[string]map[string]bool{
		"mtg_a": {"Auckland": true, "Paris": true, "Kathmandu": true, "Lagos": false, "Vancouver": true},
		s.ID:    {"Auckland": false, "Paris": true, "Kathmandu": true, "Lagos": false, "Vancouver": true},
	} {
		text := o.composed(Order{Sort: Invitation, For: of}, memberN(7)).Text
		for city, there := range want {
			if strings.Contains(text, city) != there {
				t.Errorf("%s: is %s there? %v\n%s", of, city, !there, text)
			}
		}
	}
}
