package post

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.org/carnet/app/post/smtp/smtptest"
	"example.org/carnet/store"
)

// carry takes what one laptop wrote to another, as a round does.
func carry(t *testing.T, from, to *office) {
	t.Helper()
	var edits []store.Edit
	for e, err := range from.Store.Unpublished(0) {
		if err != nil {
			t.Fatal(err)
		}
		edits = append(edits, e)
	}
	if _, err := to.Store.Apply(edits, nil); err != nil {
		t.Fatal(err)
	}
}

func twoLaptops(t *testing.T) (a, b *office, s *smtptest.Server) {
	s = mailServer(t, smtptest.Options{})
	shared := &claims{of: map[string]string{}}
	a, b = openOffice(t, dirOf(t, "a"), deviceA, shared), openOffice(t, dirOf(t, "b"), "bbbbbbbbbbbbbbbb", shared)
	for _, o := range []*office{a, b} {
		o.account(s, nil)
	}
	return a, b, s
}

func once(t *testing.T, s *smtptest.Server, people int) {
	t.Helper()
	for to, mails := range s.Mails() {
		if len(mails) != 1 {
			t.Errorf("%s got %d", to, len(mails))
		}
	}
	if n := len(s.Mails()); n != people {
		t.Errorf("%d of %d got it", n, people)
	}
}

func TestADeadLaptopsQueueIsTakenOverAndNobodyGetsAnythingTwiceWhenItComesBack(t *testing.T) {
	a, b, s := twoLaptops(t)
	a.people(120)
	a.invite()
	if r, err := a.Send(t.Context(), 30); err != nil || r.Sent != 30 { // claims the first group of 50, then dies unheard
		t.Fatal(r, err)
	}
	before, _, err := a.Outbox(Filter{State: Queued})
	if err != nil || len(before) != 90 {
		t.Fatal(len(before), err)
	}
	carryQueued(t, a, b)
	taken, err := b.TakeOver(t.Context(), deviceA)
	if err != nil || taken.Taken != 70 || taken.Held != 50 {
		t.Fatalf("%+v %v", taken, err)
	}
	if r := b.send(); r.Sent != 70 {
		t.Errorf("B: %+v", r)
	}
	if r := a.send(); r.Sent != 20 || r.Held != 70 { // the rest of its group is its own
		t.Errorf("A back: %+v", r)
	}
	once(t, s, 120)
	carry(t, a, b)
	carry(t, b, a)
	for _, o := range []*office{a, b} {
		if got := o.states(); got[Sent] != 120 {
			t.Errorf("%v", got)
		}
	}
}

// carryQueued takes only what the first edit says: what happened since, nobody heard of.
func carryQueued(t *testing.T, from, to *office) {
	t.Helper()
	var edits []store.Edit
	for e, err := range from.Store.Unpublished(0) {
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(e.Changes, func(c store.Change) bool { return strings.HasPrefix(c.Field, "events:") }) {
			edits = append(edits, e)
		}
	}
	if _, err := to.Store.Apply(edits, nil); err != nil {
		t.Fatal(err)
	}
}

func TestTwoLaptopsThatActAtOnceSendEachMessageOnce(t *testing.T) {
	for range 3 {
		a, b, s := twoLaptops(t)
		a.people(200)
		a.invite()
		carry(t, a, b)
		var both sync.WaitGroup
		both.Go(func() { _, _ = a.Send(context.Background(), 0) })
		both.Go(func() {
			if _, err := b.TakeOver(context.Background(), deviceA); err == nil {
				_, _ = b.Send(context.Background(), 0)
			}
		})
		both.Wait()
		once(t, s, 200)
	}
}

func TestTwoPeopleWhoReleaseTheSameMessageAreHeardOnce(t *testing.T) {
	a, b, s := twoLaptops(t)
	a.people(1)
	plan := a.invite()
	if _, err := a.Hold([]string{plan.Mailing.ID}); err != nil {
		t.Fatal(err)
	}
	carry(t, a, b)
	na, _, errA := a.Release(t.Context(), []string{plan.Mailing.ID})
	nb, refused, errB := b.Release(t.Context(), []string{plan.Mailing.ID})
	if na+nb != 1 || refused != 1 || errA != nil || errB != nil {
		t.Fatal(na, nb, refused, errA, errB)
	}
	a.send()
	b.send()
	once(t, s, 1)
}

func TestTheSameQueuedOnTwoLaptopsGoesOutOnce(t *testing.T) {
	for _, heard := range []bool{true, false} {
		for _, sort := range []string{Invitation, Update, Cancellation, Confirmation, Reminder} {
			a, b, s := twoLaptops(t)
			a.people(5)
			carry(t, a, b)
			whom := []string{memberN(1).ID, memberN(2).ID, memberN(3).ID, memberN(4).ID, memberN(5).ID}
			a.queue(Order{Sort: sort, For: "mtg_a", To: whom})
			b.queue(Order{Sort: sort, For: "mtg_a", To: whom})
			if heard {
				carry(t, a, b)
				carry(t, b, a)
			}
			first, second := a.send(), b.send()
			t.Logf("%s, heard %v: %+v %+v", sort, heard, first, second)
			once(t, s, 5)
			if !heard && (first.Sent != 5 || second.Held != 5) {
				t.Errorf("%s: %+v %+v", sort, first, second)
			}
			carry(t, a, b) // what was held for the other needs nobody once it is known to have gone out
			if r, got := b.send(), b.states(); r.Sent != 0 || got[Held] != 0 || got[Stopped] != 5 || got[Sent] != 5 {
				t.Errorf("%s, heard %v: %+v, then %v", sort, heard, r, got)
			}
		}
	}
}

func TestTwoLaptopsInviteWhomTheOtherDoesNotAndWhatIsAskedForAgainGoesOut(t *testing.T) {
	a, b, s := twoLaptops(t)
	a.people(6)
	carry(t, a, b)
	a.queue(Order{Sort: Invitation, For: "mtg_a", To: []string{memberN(1).ID, memberN(2).ID, memberN(3).ID}})
	b.queue(Order{Sort: Invitation, For: "mtg_a", To: []string{memberN(3).ID, memberN(4).ID, memberN(5).ID}})
	if ra, rb := a.send(), b.send(); ra.Sent != 3 || rb.Sent != 2 || rb.Held != 1 {
		t.Errorf("%+v %+v", ra, rb)
	}
	once(t, s, 5)
	reminder := Order{Sort: Reminder, For: "mtg_a", To: []string{memberN(6).ID}}
	for _, o := range []*office{a, b, a} { // each knows of those before
		o.queue(reminder)
		o.send()
		carry(t, a, b)
		carry(t, b, a)
	}
	if n := len(s.Mails()[memberN(6).Email]); n != 3 {
		t.Errorf("%d of three reminders", n)
	}
}

func TestWhatAnotherLaptopReachedForAndDidNotSayIsSaidOnceThatIsKnown(t *testing.T) {
	a, b, s := twoLaptops(t)
	a.people(2)
	carry(t, a, b)
	plan := a.invite()
	if r, err := a.Send(t.Context(), 1); err != nil || r.Sent != 1 { // reaches for both
		t.Fatal(r, err)
	}
	if n, err := a.Stop([]string{plan.Mailing.ID}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	carry(t, a, b)
	b.invite()
	if r := b.send(); r.Sent != 1 || r.Held != 0 {
		t.Errorf("%+v", r)
	}
	once(t, s, 2)
}
