package sync

import (
	"slices"
	"testing"
	"time"

	"example.org/carnet/sync/roster"
)

// What an office's readers have set aside stays in the sums of those who cannot read the office, and so of who begins from a full snapshot.
func TestWhoBeginsFromAFullSnapshotHasTheSumsOfWhatIsSetAside(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	c := o.joined(f, "C", roster.Coordinator)
	b.put(person(1, "Avant", away, "450 555-0101"))
	o.agree(f, b, c)
	f.way.offline = true
	b.put(person(1, "Avant", away, "450 555-0102"))
	b.round()
	c.round()
	if err := f.engine.Promote(b.id.Device(), roster.Coordinator, home); err != nil {
		t.Fatal(err)
	}
	f.way.offline = false
	o.agree(f, b, c)
	if f.phone(1) != "450 555-0101" {
		t.Fatalf("F reads %q", f.phone(1))
	}
	f.compacts()
	o.days(1, f, b, c)
	for _, at := range []string{away, home} {
		d := o.newcomer(f, "D"+at, at, roster.Coordinator)
		d.startsFar(2)
		d.round()
		if len(d.engine.gens.origin.Places) == 0 {
			t.Fatalf("%s did not begin from the full snapshot", d.name)
		}
		o.agree(f, b, c, d)
		d.again()
		o.days(2, f, b, c, d)
		o.agree(f, b, c, d)
		for _, l := range []*laptop{f, b, c, d} {
			if q := l.engine.Quarantined(); slices.ContainsFunc(q, func(q Refused) bool { return q.Reason != "role_forbids" }) {
				t.Errorf("%s: %v", l.name, q)
			}
		}
	}
	f.compacts() // from what the newcomers have too
	o.days(2, append([]*laptop{f, b, c}, o.laptops[3:]...)...)
	o.agree(append([]*laptop{f, b, c}, o.laptops[3:]...)...)
}

// A laptop begins from a full snapshot whose author did not know that somebody had lost a role before. It has more than counts, without the
// deltas that it came in, and says nothing of its state until it has begun again, whatever happens in between.
func TestWhoBeganWithWhatALostRoleTakesBackSaysNothingUntilItBeginsAgain(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	c := o.joined(f, "C", roster.Admin)
	b.put(person(1, "Avant", away, "450 555-0101"))
	o.agree(f, b, c)
	d := o.newcomer(f, "D", home, roster.Coordinator)
	d.startsFar(1)
	f.way.offline = true
	b.put(person(1, "Entre", away, "450 555-0102"), person(2, "Entre", away, "450 555-0103"))
	b.round()
	c.round()
	c.compacts()
	d.round()
	if len(d.engine.gens.origin.Places) == 0 || d.family(2) != "Entre" {
		t.Fatalf("D did not begin from the full snapshot: %q", d.family(2))
	}
	if err := f.engine.Promote(b.id.Device(), roster.Coordinator, home); err != nil {
		t.Fatal(err)
	}
	f.way.offline = false
	everybody := []*laptop{f, b, c, d}
	rounds := func() {
		t.Helper()
		for _, l := range everybody {
			if r := l.round(); len(r.Diverged) > 0 {
				t.Errorf("%s says that others diverged", l.name)
			}
		}
	}
	rounds()
	d.again()
	d.put(member(7, "De D"))
	rounds()
	rounds()
	o.clock.wait(25 * time.Hour)
	rounds()
	f.compacts()
	for range 9 {
		o.clock.wait(25 * time.Hour)
		rounds()
	}
	o.agree(everybody...)
	for _, l := range everybody {
		if l.family(1) != "Avant" || l.family(2) != "unknown_id" || l.family(7) != "De D" {
			t.Errorf("%s reads %q, %q, %q", l.name, l.family(1), l.family(2), l.family(7))
		}
	}
}
