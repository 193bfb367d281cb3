package post

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
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
		if len(one.Members) > 0 {
			found[one.For] = one.Members
		}
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
	for of, want := range map[string]int{"mtg_next": 1, series.ID: 1, store.OccurrenceID(series.ID, "2026-12-30T13:00"): 1, "mtg_no": 0, "mtg_off": 0, "mtg_past": 0} {
		if one, err := o.UninvitedTo(of); err != nil || len(one.Members) != want {
			t.Errorf("to %s alone: %+v %v", of, one, err)
		}
	}
	if found := o.missing(); len(found) != 3 || !slices.Equal(found["mtg_a"], []string{late.ID}) || !slices.Equal(found["mtg_next"], []string{late.ID}) || !slices.Equal(found[series.ID], []string{late.ID}) {
		t.Fatalf("the late joiner lacks: %v", found)
	}
	plans, err := o.PlanMissing("")
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
	if _, err := o.PlanMissing(""); err == nil {
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
	plans, err := o.PlanMissing("")
	if err == nil {
		_, err = o.QueueAll(plans)
	}
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(plans, func(l *Plan) bool { return l.Mailing.For == series.ID })
	if _, err := o.Stop([]string{plans[at].Mailing.ID}); err != nil {
		t.Fatal(err)
	}
	if found := o.missing(); len(found) != 1 {
		t.Errorf("the invitation was stopped, and nobody lacks it: %v", found)
	}
}

func TestWhoCannotBeWrittenToIsNamedAmongThoseWhoLackAnInvitation(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(2)
	series := o.calls()
	o.People.Reads = func(office string) bool { return office == "off_toronto" }
	bare := func(n int, change func(*store.Member)) {
		m := memberN(n)
		change(&m)
		o.put(m)
		o.register("chp_a", n, "approved")
	}
	bare(1, func(*store.Member) {})
	bare(5, func(*store.Member) {}) // who never agreed
	bare(6, func(m *store.Member) { m.Email = "" })
	bare(7, func(m *store.Member) { m.Office = "off_other" })
	list, err := o.Uninvited()
	if err != nil || len(list) != 2 { // the peer call, and the series
		t.Fatalf("%+v %v", list, err)
	}
	for _, one := range list {
		why := map[string]string{}
		for _, r := range one.Unreached {
			why[r.Member.ID] = r.Skip
		}
		if len(why) != 3 || why[memberN(5).ID] != SkipConsent || why[memberN(6).ID] != SkipNoAddress || why[memberN(7).ID] != SkipOther {
			t.Errorf("%s: %v", one.For, why)
		}
	}
	plans, err := o.PlanMissing("")
	if err != nil || len(plans) != 2 {
		t.Fatal(len(plans), err)
	}
	for _, plan := range plans {
		if got := plan.Skipped(); len(plan.Messages) > 1 || got[SkipConsent] != 1 || got[SkipNoAddress] != 1 || got[SkipOther] != 1 {
			t.Errorf("%s: %d messages, %v", plan.Mailing.For, len(plan.Messages), got)
		}
	}
	if _, err := o.QueueAll(plans); err != nil {
		t.Fatal(err)
	}
	if found := o.missing(); len(found[series.ID]) != 0 {
		t.Errorf("invited, and again: %v", found)
	}
	plans, err = o.PlanMissing("")
	if err != nil || len(plans) != 2 || len(plans[0].Messages)+len(plans[1].Messages) != 0 {
		t.Fatalf("those who cannot be written to are told of still: %d %v", len(plans), err)
	}
	if _, err := o.QueueAll(plans); !fault.Is(err, "mail_nobody") {
		t.Error("a mailing to nobody was queued", err)
	}
}

// BenchmarkUninvited asks, in a network of 100,000, who of 5,000 in a programme lacks an invitation to what is coming: all of them were
// invited to a series and to ten meetings, but for 50 who came late.
func BenchmarkUninvited(b *testing.B) {
	o := newOffice(b)
	o.account(nil, nil)
	const members, registered, late, meetings = 100_000, 5000, 50, 10
	chapter := store.Chapter{ID: "chp_a", Name: "Peers", NameFR: "Pairs"}
	o.put(chapter, store.Community{ID: "com_a", Name: "Exampleville", Province: "BC"})
	o.each(members, func(tx *store.Tx, n int) error {
		_, err := tx.Put(memberN(n + 1))
		return err
	})
	o.each(registered, func(tx *store.Tx, n int) error {
		id := memberN(n + 1).ID
		_, err := tx.Put(store.Consent{ID: fmt.Sprintf("con_%016d", n), Member: id, Basis: "express", Source: "form", Date: "2026-01-01"})
		if err == nil {
			_, err = tx.Put(store.Registration{ID: store.RegistrationID(chapter.ID, id), For: chapter.ID, Member: id, Status: "approved"})
		}
		return err
	})
	of := []string{o.calls().ID}
	for n := range meetings {
		m := store.Meeting{ID: fmt.Sprintf("mtg_%d", n), Title: "Call", Chapter: chapter.ID, Start: fmt.Sprintf("2027-01-%02dT13:00", n+1), Zone: "America/Toronto", Minutes: 60, Status: "confirmed"}
		o.put(m)
		of = append(of, m.ID)
	}
	for _, id := range of {
		mailing := store.Mailing{ID: store.NewID(store.KindMailing), Sort: Invitation, For: id, Laptop: deviceA, At: "2026-11-22T15:00:00.000Z", Facts: "{}"}
		o.put(mailing)
		o.each(registered-late, func(tx *store.Tx, n int) error {
			m := memberN(n + 1)
			_, err := tx.Put(store.Message{ID: messageID(mailing.ID, m.ID), Mailing: mailing.ID, Number: n + 1, Member: m.ID, To: m.Email, Name: m.Given, Language: "fr",
				Facts:  `{"given":"Zoë","family":"Inventée","zone":"America/Vancouver","at":"2027-01-01T10:00:00-08:00","why":"express"}`,
				Events: []string{"2026-11-22T15:00:01.000Z sending " + deviceA, "2026-11-22T15:00:02.000Z sent " + deviceA + " 250 2.0.0 Ok: queued"}})
			return err
		})
	}
	for name, before := range map[string]func(){"first": func() { o.archive = archive{} }, "again": func() {}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				before()
				b.StartTimer()
				list, err := o.Uninvited()
				if err != nil || len(list) != len(of) || len(list[0].Members) != late {
					b.Fatalf("%d %v", len(list), err)
				}
			}
		})
	}
}

// each puts many records, some hundreds at a time.
func (o *office) each(n int, put func(tx *store.Tx, n int) error) {
	o.t.Helper()
	if _, err := o.Store.EditEach(func(yield func(func(*store.Tx) error) bool) {
		for from := 0; from < n; from += 500 {
			if !yield(func(tx *store.Tx) error {
				for i := from; i < min(from+500, n); i++ {
					if err := put(tx, i); err != nil {
						return err
					}
				}
				return nil
			}) {
				return
			}
		}
	}); err != nil {
		o.t.Fatal(err)
	}
}
