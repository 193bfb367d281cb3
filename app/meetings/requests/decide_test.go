package requests

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.org/carnet/app/people"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

func TestADecisionMakesMemberRegistrationAndConsentInOneStep(t *testing.T) {
	d := newDesk(t)
	if _, err := d.ImportText("Noah Roy; noah@example.org; Laval; staff", peers, IntakeOptions{Source: "mail"}); err != nil {
		t.Fatal(err)
	}
	before := d.Store.Count(store.KindMember)
	o := d.must(d.Decide(d.open(), Decision{Status: Approved}))
	if len(o.Created) != 1 || len(o.Registrations) != 1 || len(d.open()) != 0 {
		t.Fatalf("%+v", o)
	}
	m, err := d.People.Find("noah@example.org")
	if err != nil || m.Role != "staff" || m.Community != "com_laval" || m.Office != "off_here" || !slices.Equal(m.Chapters, []string{peers}) {
		t.Errorf("%+v %v", m, err)
	}
	if s, err := d.People.Consent(m.ID, ""); err != nil || s.State != people.ConsentGiven || s.Consent.Source != "Peer network" {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := d.UndoAll(o.Refs); err != nil {
		t.Fatal(err)
	}
	if d.Store.Count(store.KindMember) != before || d.Store.Count(store.KindRegistration) != 0 || d.Store.Count(store.KindConsent) != 0 || len(d.open()) != 1 {
		t.Error("undoing left something")
	}
	d.must(d.Decide(d.open(), Decision{Status: Declined, Reason: "For staff of Québec only"}))
	all, _ := d.List(Filter{Status: Declined})
	if len(all) != 1 || all[0].Reason == "" || len(d.open()) != 0 {
		t.Errorf("%+v", all)
	}
	if _, err := d.Undo(all[0].ID); err != nil {
		t.Fatal(err)
	}
	if d.Store.Count(store.KindMember) != before || d.Store.Count(store.KindRegistration) != 0 || len(d.open()) != 1 {
		t.Error("undoing one left something")
	}
}

func TestManyAreDecidedAtOnceAndTakenBackAtOnce(t *testing.T) {
	d := newDesk(t)
	var list strings.Builder
	for i := range 200 {
		fmt.Fprintf(&list, "Person%c%c Family%d, p%d@example.org, Laval, staff\n", 'a'+i%26, 'a'+i/26, i, i)
	}
	if in, err := d.ImportText(list.String(), peers, IntakeOptions{}); err != nil || in.Created != 200 {
		t.Fatalf("%+v %v", in, err)
	}
	before := d.Store.Count(store.KindMember)
	o := d.must(d.Decide(d.open(), Decision{Status: Approved}))
	if len(o.Created) != 200 || d.Store.Count(store.KindMember) != before+200 {
		t.Fatal(len(o.Created))
	}
	if _, err := d.UndoAll(o.Refs); err != nil || d.Store.Count(store.KindMember) != before || len(d.open()) != 200 {
		t.Error(err, d.Store.Count(store.KindMember), len(d.open()))
	}
}

func TestDecisionsThatCannotBe(t *testing.T) {
	d := newDesk(t)
	d.put(store.Meeting{ID: "mtg_off", Title: "Off", Status: "cancelled"}, store.Request{ID: "req_theirs", Office: "off_there", For: call, Status: Open})
	if _, err := d.ImportText("no.name1@example.org", call, IntakeOptions{}); err != nil {
		t.Fatal(err)
	}
	rows := []struct {
		code string
		err  func() error
	}{
		{"reason_missing", func() error { _, err := d.Register(call, elise, Decision{Status: Declined}); return err }},
		{"bad_choice", func() error { _, err := d.Register(call, elise, Decision{Status: "maybe"}); return err }},
		{"unknown_id", func() error { _, err := d.Register("mtg_none", elise, Decision{Status: Approved}); return err }},
		{"unknown_chapter", func() error { _, err := d.Register("Nothing", elise, Decision{Status: Approved}); return err }},
		{"meeting_cancelled", func() error { _, err := d.Register("mtg_off", elise, Decision{Status: Approved}); return err }},
		{"name_missing", func() error { _, err := d.Decide(d.open(), Decision{Status: Approved}); return err }},
		{"details_elsewhere", func() error { _, err := d.Decide([]string{"req_theirs"}, Decision{Status: Approved}); return err }},
	}
	for _, row := range rows {
		if err := row.err(); !fault.Is(err, row.code) {
			t.Errorf("%v, want %s", err, row.code)
		}
	}
	if n := d.Store.Count(store.KindRegistration); n != 0 {
		t.Error(n, "were written")
	}
	id := d.open()[0]
	if _, _, err := d.Set(id, map[string]string{"given": "Noé", "community": "laval", "role": "conseiller municipal"}); err != nil {
		t.Fatal(err)
	}
	if s, err := d.Request(id); err != nil || s.Given != "Noé" || s.Role != "elected" || s.Community != "com_laval" {
		t.Errorf("%+v %v", s, err)
	}
	d.must(d.Decide([]string{id}, Decision{Status: Asked, Reason: "Which town?"}))
	if len(d.open()) != 1 {
		t.Error("what was asked back is still to be decided")
	}
	d.must(d.Decide([]string{id}, Decision{Status: Approved}))
	if _, err := d.Decide([]string{id}, Decision{Status: Approved}); !fault.Is(err, "request_done") {
		t.Error(err)
	}
}

func TestAFullMeetingHasAWaitingListInTheOrderOfAsking(t *testing.T) {
	d := newDesk(t)
	if _, err := d.ImportText("Ana Au, a@example.org\nBo Bu, b@example.org\nCy Cu, c@example.org\nDi Du, d@example.org", forum, IntakeOptions{}); err != nil {
		t.Fatal(err)
	}
	ids := d.open()
	slices.Reverse(ids)
	o := d.must(d.Decide(ids, Decision{Status: Approved}))
	if len(o.Full) != 2 {
		t.Fatalf("%+v", o.Full)
	}
	target, _ := d.Target(forum)
	full, err := d.Occupancy(target)
	if err != nil || full.Taken != 2 || full.Free != 0 || len(full.Waiting) != 2 {
		t.Fatalf("%+v %v", full, err)
	}
	name := func(id string) string { m, _ := d.People.Find(id); return m.Given }
	if name(full.Waiting[0].Person) != "Cy" || name(full.Waiting[1].Person) != "Di" {
		t.Error("the order of asking was lost")
	}
	if o := d.must(d.Promote(forum)); len(o.Registrations) != 0 {
		t.Error("somebody was promoted to a place that is not free")
	}
	d.must(d.Decide([]string{o.Registrations[0].ID}, Decision{Status: Withdrawn}))
	if o := d.must(d.Promote(forum)); len(o.Registrations) != 1 || name(o.Registrations[0].Member) != "Cy" || o.Registrations[0].Status != Approved {
		t.Errorf("%+v", o.Registrations)
	}
	if o := d.must(d.Register(forum, elise, Decision{Status: Approved})); o.Registrations[0].Status != Waitlisted {
		t.Error("a place was given that is not there")
	}
	if o := d.must(d.Register(forum, elise, Decision{Status: Approved, Over: true})); o.Registrations[0].Status != Approved {
		t.Error("a person may let somebody in beyond the places")
	}
	if full, _ := d.Occupancy(target); full.Taken != 3 || full.Free != 0 {
		t.Errorf("%+v", full)
	}
}
