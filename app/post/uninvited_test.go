package post

import (
	"slices"
	"strings"
	"testing"

	"example.org/carnet/store"
)

// register decides for a member in something.
func (o *office) register(of string, n int, status string) {
	o.t.Helper()
	o.put(store.Registration{ID: store.RegistrationID(of, memberN(n).ID), For: of, Member: memberN(n).ID, Status: status})
}

func (o *office) missing() map[string][]string {
	o.t.Helper()
	list, err := o.Uninvited()
	if err != nil {
		o.t.Fatal(err)
	}
	found := map[string][]string{}
	for _, one := range list {
		found[one.For] = one.Members
	}
	return found
}

func TestWhoJoinsAProgrammeLateIsInvitedToWhatRemainsOnceAndNobodyElseAgain(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(3)
	series := o.calls()
	call := func(id, title, start, status string) store.Meeting {
		return store.Meeting{ID: id, Title: title, Chapter: "chp_a", Start: start, Zone: "America/Toronto", Minutes: 60, Status: status}
	}
	o.put(call("mtg_past", "Past call", "2026-11-02T13:00", "confirmed"), call("mtg_next", "Next call", "2026-12-09T13:00", "confirmed"),
		call("mtg_off", "Cancelled call", "2026-12-10T13:00", "cancelled"), call("mtg_no", "Declined call", "2026-12-11T13:00", "confirmed"))
	o.register("chp_a", 1, "approved")
	o.register("chp_a", 2, "approved")
	for _, of := range []string{series.ID, "mtg_next", "mtg_no"} {
		o.queue(Order{Sort: Invitation, For: of, To: []string{memberN(1).ID, memberN(2).ID}})
	}
	o.queue(Order{Sort: Confirmation, For: "mtg_a"}) // of the three who asked for this one alone; it brings the entry
	if found := o.missing(); len(found) != 0 {
		t.Fatalf("all were invited, and still: %v", found)
	}

	late := memberN(4)
	o.put(late, store.Consent{ID: "con_late", Member: late.ID, Basis: "express", Source: "form", Date: "2026-01-01"})
	o.register("chp_a", 4, "approved")
	o.register("mtg_no", 4, "declined")
	plan := o.queue(Order{Sort: Confirmation, For: "chp_a", ToWhom: Decided})
	told, err := compose(plan.Mailing, plan.Messages[len(plan.Messages)-1])
	if err != nil || !strings.Contains(told.Text, "- ") || !strings.Contains(told.Text, "Next call") || strings.Contains(told.Text, "Past call") {
		t.Errorf("the programme's confirmation does not say its dates: %s %v", told.Text, err)
	}
	if found := o.missing(); len(found) != 3 || !slices.Equal(found["mtg_a"], []string{late.ID}) || !slices.Equal(found["mtg_next"], []string{late.ID}) || !slices.Equal(found[series.ID], []string{late.ID}) {
		t.Fatalf("the late joiner lacks: %v", found)
	}
	plans, err := o.PlanMissing()
	if err != nil || len(plans) != 3 {
		t.Fatal(len(plans), err)
	}
	for _, one := range plans {
		if len(one.Messages) != 1 || one.Messages[0].To != late.Email {
			t.Errorf("%s: %d messages", one.Mailing.For, len(one.Messages))
		}
		if mail, err := compose(one.Mailing, one.Messages[0]); err != nil || !strings.Contains(string(mail.Calendar), "METHOD:REQUEST") {
			t.Errorf("%s: no entry for calendars, %v", one.Mailing.For, err)
		}
	}
	if _, err := o.QueueAll(plans); err != nil {
		t.Fatal(err)
	}
	if found := o.missing(); len(found) != 0 {
		t.Errorf("invited, and again: %v", found)
	}
	if _, err := o.PlanMissing(); err == nil {
		t.Error("they would be invited again")
	}
}

func TestNobodyIsMissedWhoHasTheEntryOrGetsItWithTheConfirmationOrDidNotAgree(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(3) // and their confirmations are due
	series := o.calls()
	silent := memberN(5)
	o.put(silent)
	o.register("chp_a", 5, "approved")
	o.put(store.Registration{ID: store.RegistrationID(series.ID, memberN(1).ID), For: series.ID, Member: memberN(1).ID, Status: "approved", Source: "calendar"})
	if found := o.missing(); len(found) != 0 {
		t.Fatalf("%v", found)
	}
	o.register("chp_a", 2, "approved")
	if found := o.missing(); len(found) != 1 || !slices.Equal(found[series.ID], []string{memberN(2).ID}) {
		t.Fatalf("of the programme: %v", found)
	}
	plans, err := o.PlanMissing()
	if err == nil {
		_, err = o.QueueAll(plans)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Stop([]string{plans[0].Mailing.ID}); err != nil {
		t.Fatal(err)
	}
	if found := o.missing(); len(found) != 1 {
		t.Errorf("the invitation was stopped, and nobody lacks it: %v", found)
	}
}
