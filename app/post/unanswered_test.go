package post

import (
	"slices"
	"strings"
	"testing"

	"example.org/carnet/store"
)

func (o *office) decide(n int, status, reason string) {
	o.t.Helper()
	o.put(store.Registration{ID: store.RegistrationID("mtg_a", memberN(n).ID), For: "mtg_a", Member: memberN(n).ID, Status: status, Reason: reason})
}

func (o *office) due() (approved, declined int) {
	o.t.Helper()
	list, err := o.Unanswered("")
	if err != nil || len(list) > 1 {
		o.t.Fatal(list, err)
	}
	for _, d := range list {
		return len(d.Approved), len(d.Declined)
	}
	return 0, 0
}

func TestWhoseRequestWasDecidedIsToldOnceAndAgainWhenItIsDecidedAnew(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(4)
	o.decide(3, "declined", "The call is for elected officials.")
	gone := memberN(4)
	gone.Email = ""
	o.put(gone)
	if a, d := o.due(); a != 2 || d != 1 {
		t.Fatalf("%d confirmations and %d refusals are due", a, d)
	}
	for _, sort := range []string{Confirmation, Decline} {
		plan, err := o.Plan(Order{Sort: sort, For: "mtg_a", ToWhom: Decided})
		if err != nil {
			t.Fatal(err)
		}
		if sort == Decline {
			c, err := compose(plan.Mailing, plan.Messages[0])
			if err != nil || len(plan.Messages) != 1 || !strings.Contains(c.Text, "The call is for elected officials.") {
				t.Errorf("%s %v", c.Text, err)
			}
		}
		if _, err := o.Queue(plan); err != nil {
			t.Fatal(err)
		}
	}
	if a, d := o.due(); a != 0 || d != 0 {
		t.Errorf("told, and still due: %d %d", a, d)
	}
	o.decide(3, "approved", "")
	if list, err := o.Unanswered("mtg_a"); err != nil || len(list) != 1 || !slices.Equal(list[0].Approved, []string{memberN(3).ID}) {
		t.Errorf("decided anew: %+v %v", list, err)
	}
	if _, err := o.Stop([]string{o.lastMailing(Confirmation)}); err != nil {
		t.Fatal(err)
	}
	if a, _ := o.due(); a != 3 {
		t.Errorf("%d are due once the answers were stopped", a)
	}
}

func (o *office) lastMailing(sort string) (id string) {
	o.t.Helper()
	list, err := o.mailings(func(m store.Mailing) bool { return m.Sort == sort })
	if err != nil || len(list) == 0 {
		o.t.Fatal(list, err)
	}
	return list[len(list)-1].ID
}

func TestWhoWasInvitedHasHeardUntilSomethingChanges(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(3)
	s := o.calls()
	call := store.OccurrenceID(s.ID, "2026-12-02T13:00")
	to := []string{memberN(1).ID, memberN(2).ID}
	heard := func(of string, wantInvited, wantUntold int) {
		t.Helper()
		if invited, untold, err := o.Untold(of); invited != wantInvited || untold != wantUntold || err != nil {
			t.Errorf("%s: %d were invited, %d have not heard, %v", of, invited, untold, err)
		}
	}
	heard(s.ID, 0, 0)
	o.queue(Order{Sort: Invitation, For: s.ID, To: to})
	heard(s.ID, 2, 0)
	heard(call, 2, 0)
	if _, _, err := o.Meetings.Set(call, map[string]string{"minutes": "90"}, nil); err != nil {
		t.Fatal(err)
	}
	heard(call, 2, 2)
	heard(s.ID, 2, 0)
	o.queue(Order{Sort: Update, For: call})
	heard(call, 2, 0)
}

func (o *office) queue(order Order) *Plan {
	o.t.Helper()
	plan, err := o.Plan(order)
	if err == nil {
		_, err = o.Queue(plan)
	}
	if err != nil {
		o.t.Fatal(err)
	}
	return plan
}

func TestAnAccountAndItsPasswordAreForgotten(t *testing.T) {
	o := newOffice(t)
	a := Account{Host: "mail.example.org", Security: "tls", User: "u", From: "bureau@example.org", Name: "Bureau", Postal: "x"}
	if _, err := o.SetAccount(a, "geheim"); err != nil {
		t.Fatal(err)
	}
	if err := o.ForgetPassword(); err != nil || o.HasPassword() {
		t.Error("the password is still there", err)
	}
	if a, err := o.Account(); err != nil || a.Host == "" {
		t.Error("the account went too", err)
	}
	if err := o.Forget(); err != nil {
		t.Fatal(err)
	}
	if a, err := o.Account(); err != nil || a != (Account{}) {
		t.Errorf("%+v %v", a, err)
	}
}
