package requests

import (
	"slices"
	"testing"

	"example.org/carnet/store"
)

// twice registers Élise under two members for the forum, and merges them.
func (d *desk) twice(status string) {
	d.t.Helper()
	kept, err := d.People.Find(elise)
	if err != nil {
		d.t.Fatal(err)
	}
	kept.Merged = []string{"mem_old"}
	at := "2026-11-20T12:00:00.000Z"
	d.put(kept, store.Member{ID: "mem_old", Given: "Elise", Family: "Tremblay", MergedInto: elise},
		store.Registration{ID: store.RegistrationID(forum, "mem_old"), For: forum, Member: "mem_old", Status: "approved", At: at},
		store.Registration{ID: store.RegistrationID(forum, elise), For: forum, Member: elise, Status: status, At: at})
}

func TestANoToSomebodyWhoRegisteredAsTwoIsANoToBoth(t *testing.T) {
	d := newDesk(t)
	d.twice(Approved)
	if got := d.who(forum); got != "elise approved" {
		t.Fatal(got)
	}
	o := d.must(d.Register(forum, elise, Decision{Status: Declined, Reason: "It is full."}))
	if got := d.who(forum); got != "elise declined" {
		t.Error(got)
	}
	if _, err := d.Undo(o.Registrations[0].ID); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"mem_old", elise} {
		if g, err := store.Get[store.Registration](d.Store, store.RegistrationID(forum, id)); err != nil || g.Status != Approved {
			t.Errorf("%+v %v", g, err)
		}
	}
}

func TestARequestOfSomebodyWhoWasMergedIsOneOfThePersonTheyAre(t *testing.T) {
	d := newDesk(t)
	d.twice(Requested)
	asks := func(id, member string) store.Request {
		return store.Request{ID: id, For: forum, Office: "off_here", Status: Open, Member: member, Given: "Elise", Family: "Tremblay", At: "2026-11-21T12:00:00.000Z"}
	}
	d.put(asks("req_one", "mem_old"), asks("req_two", elise))
	all, err := d.Requests.Requests(RequestFilter{Member: elise})
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v %v", all, err)
	}
	for _, s := range all {
		if s.Registration.Status != Approved || !slices.Equal(s.Again, []string{map[string]string{"req_one": "req_two", "req_two": "req_one"}[s.ID]}) {
			t.Errorf("%s: %+v, again %v", s.ID, s.Registration, s.Again)
		}
	}
	d.must(d.Decide([]string{"req_one"}, Decision{Status: Withdrawn}))
	if got := d.who(forum); got != "elise withdrawn" {
		t.Error(got)
	}
}
