package post

import (
	"slices"
	"testing"

	"example.org/carnet/store"
)

// merges says that a member is the first one.
func (o *office) merges(n int) {
	o.t.Helper()
	kept, err := store.Get[store.Member](o.Store, memberN(1).ID)
	if err != nil {
		o.t.Fatal(err)
	}
	other := memberN(n)
	kept.Merged, other.MergedInto = append(kept.Merged, other.ID), kept.ID
	o.put(kept, other)
}

func TestWhoWasToldUnderAnotherMemberIsNotToldAgain(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(3)
	o.queue(Order{Sort: Confirmation, For: "mtg_a", To: []string{memberN(2).ID}})
	o.queue(Order{Sort: Invitation, For: "mtg_a", To: []string{memberN(2).ID}})
	if a, _ := o.due(); a != 2 {
		t.Fatal(a, "confirmations are due")
	}
	o.merges(2)
	if a, _ := o.due(); a != 1 {
		t.Error(a, "confirmations are due after the merge")
	}
	if invited, err := o.Invited("mtg_a"); err != nil || !slices.Equal(invited, []string{memberN(1).ID}) {
		t.Errorf("%v %v", invited, err)
	}
	plan, err := o.Plan(Order{Sort: Invitation, For: "mtg_a", To: []string{memberN(1).ID, memberN(3).ID}})
	if err != nil || len(plan.Messages) != 1 || plan.Skipped()[SkipAlready] != 1 {
		t.Errorf("%d messages, skipped %v, %v", len(plan.Messages), plan.Skipped(), err)
	}
}

func TestANoToSomebodyIsHeardWhicheverMemberItWasSaidTo(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(4)
	o.register("mtg_a", 2, "declined")
	o.register("mtg_a", 1, "declined")
	o.merges(2)
	plan := o.queue(Order{Sort: Invitation, For: "mtg_a", ToWhom: Eligible})
	if len(plan.Messages) != 2 || plan.Skipped()[SkipDeclined] != 1 {
		t.Errorf("%d messages, skipped %v", len(plan.Messages), plan.Skipped())
	}
	if _, declined := o.due(); declined != 1 {
		t.Error(declined, "refusals are due to one person")
	}
}
