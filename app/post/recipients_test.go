package post

import (
	"slices"
	"testing"

	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
)

func TestWhoIsRegisteredForASeriesIsInvitedToWhatFollowsWhenItMoves(t *testing.T) {
	o := newOffice(t)
	o.people(2)
	series, _, err := o.Meetings.AddSeries(map[string]string{"title": "Call", "start": "2027-01-06T13:00", "zone": "America/Toronto", "minutes": "60", "rule": "FREQ=WEEKLY"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var member string
	for m, err := range store.All[store.Member](o.Store) {
		if err != nil {
			t.Fatal(err)
		}
		member = m.ID
	}
	o.put(store.Registration{ID: store.RegistrationID(series.ID, member), For: series.ID, Member: member, Status: "approved"})
	second := store.OccurrenceID(series.ID, "2027-01-13T13:00")
	moved, _, err := o.Meetings.SetReaching(second, meetings.Following, map[string]string{"start": "2027-01-13T15:00"}, nil)
	if err != nil || moved.Series == series.ID {
		t.Fatal(moved, err)
	}
	if ids, err := o.approved(moved.ID); err != nil || !slices.Equal(ids, []string{member}) {
		t.Errorf("invited %v, %v", ids, err)
	}
}

func TestWhoSaidNoOrWasToldNoIsNotInvitedForBeingEligible(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(4)
	o.register("mtg_a", 1, "declined")
	o.register("mtg_a", 2, "withdrawn")
	plan := o.queue(Order{Sort: Invitation, For: "mtg_a", ToWhom: Eligible})
	if len(plan.Messages) != 2 || plan.Skipped()[SkipDeclined] != 2 {
		t.Errorf("%d messages, skipped %v", len(plan.Messages), plan.Skipped())
	}
	judged, err := o.Judge(Order{Sort: Invitation, For: "mtg_a", ToWhom: Eligible}, plan)
	if err != nil {
		t.Fatal(err)
	}
	if eligible, not, unknown := judged.Counts(); eligible != 4 || not+unknown != 0 || judged.Date != "2026-12-02" {
		t.Errorf("%d eligible, %d not, %d unknown on %s", eligible, not, unknown, judged.Date)
	}
	if plan := o.queue(Order{Sort: Invitation, For: "mtg_a", To: []string{memberN(1).ID}}); len(plan.Messages) != 1 {
		t.Error("nobody may ask them after all")
	}
}
