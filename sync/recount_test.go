package sync

import (
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
)

func officeNamed(name string) store.Office { return store.Office{ID: "off_pirate0000000", Name: name} }

func (l *laptop) officeName() string {
	o, err := store.Get[store.Office](l.store, "off_pirate0000000")
	if err != nil {
		return fault.CodeOf(err)
	}
	return o.Name
}

func TestADemotedAdminThatClingsToTheOldRosterIsJudgedByItsNewRole(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Admin)
	c := o.joined(f, "C", roster.Coordinator)
	b.put(officeNamed("Avant"))
	o.agree(f, b, c)
	old := b.engine.State()
	if err := f.engine.Promote(b.id.Device(), roster.Reader, home); err != nil {
		t.Fatal(err)
	}
	f.round()
	c.round()
	// B's program has never heard of it.
	b.put(officeNamed("Après"))
	edit := lastOwnEdit(b)
	o.smuggle(b, edit)
	if b.engine.State() != old {
		t.Fatal("B has heard")
	}
	for range 3 {
		for _, l := range []*laptop{f, c} {
			if r := l.round(); len(r.Diverged) > 0 {
				t.Errorf("%s says that others diverged", l.name)
			}
			if got := l.officeName(); got != "Avant" {
				t.Errorf("%s reads %q", l.name, got)
			}
		}
	}
	if q := f.engine.Quarantined(); len(q) != 1 || q[0].Reason != "role_forbids" {
		t.Fatalf("set aside: %v", q)
	} else if n, err := f.engine.AcceptChanges(q[0].Key, []int{0}); err != nil || n != 1 {
		t.Fatalf("accepted %d, %v", n, err)
	}
	o.agree(f, c)
	if f.officeName() != "Après" || c.officeName() != "Après" {
		t.Errorf("%q %q", f.officeName(), c.officeName())
	}
}

func lastOwnEdit(l *laptop) (last store.Edit) {
	l.t.Helper()
	for e, err := range l.store.Unpublished(l.engine.heads[l.id.Device()].Last) {
		if err != nil {
			l.t.Fatal(err)
		}
		last = e
	}
	return last
}

// What had arrived under the old role before its end was told is taken back by everybody, the laptop itself too, and given a role again it
// does not come back.
func TestWhatALaptopWroteAfterItsOldRoleEndedIsTakenBackWhereItHadArrived(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Admin)
	c := o.joined(f, "C", roster.Coordinator)
	d := o.joined(f, "D", roster.Coordinator)
	b.put(officeNamed("Avant"))
	o.agree(f, b, c, d)
	f.way.offline = true
	b.put(officeNamed("Entre"), member(1, "Entre"))
	b.round()
	c.round()
	if c.officeName() != "Entre" {
		t.Fatalf("C reads %q", c.officeName())
	}
	if err := f.engine.Promote(b.id.Device(), roster.Door, home); err != nil {
		t.Fatal(err)
	}
	f.way.offline = false
	for range 3 {
		for _, l := range []*laptop{f, b, c, d} {
			if r := l.round(); len(r.Diverged) > 0 {
				t.Errorf("%s says that others diverged", l.name)
			}
		}
	}
	o.agree(f, c, d, b)
	for _, l := range []*laptop{f, b, c, d} {
		if l.officeName() != "Avant" || l.family(1) != "unknown_id" {
			t.Errorf("%s reads %q, %q", l.name, l.officeName(), l.family(1))
		}
		l.again()
	}
	if err := f.engine.Promote(b.id.Device(), roster.Admin, home); err != nil {
		t.Fatal(err)
	}
	b.round()
	o.agree(f, b, c, d)
	b.put(officeNamed("Plus tard"))
	o.agree(f, b, c, d)
	for _, l := range []*laptop{f, b, c, d} {
		if l.officeName() != "Plus tard" || l.family(1) != "unknown_id" {
			t.Errorf("%s reads %q, %q", l.name, l.officeName(), l.family(1))
		}
	}
	e := o.joined(f, "E", roster.Coordinator)
	o.agree(f, b, c, d, e)
}

// A newcomer, who learns of all at once, ends with the same.
func TestANewcomerJudgesALoweredRoleLikeWhoWasThere(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	c := o.joined(f, "C", roster.Admin)
	b.put(person(1, "Avant", away, "450 555-0101"))
	o.agree(f, b, c)
	f.way.offline = true
	b.put(person(1, "Entre", away, "450 555-0102"), person(2, "Entre", away, "450 555-0103"))
	b.round()
	c.round()
	if err := f.engine.Promote(b.id.Device(), roster.Coordinator, home); err != nil {
		t.Fatal(err)
	}
	f.way.offline = false
	f.round()
	o.agree(f, c, b)
	e := o.joinedAt(f, "E", roster.Coordinator, away)
	g := o.joined(f, "G", roster.Door)
	o.agree(f, b, c, e, g)
	for _, l := range []*laptop{f, b, c, e, g} {
		if l.family(1) != "Avant" || l.family(2) != "unknown_id" {
			t.Errorf("%s reads %q, %q", l.name, l.family(1), l.family(2))
		}
	}
}

// leans lets B move member 1 to the office of C and D, who change it one after the other: what they say rests on B's word. It gives D's change.
func leans(b, c, d *laptop) store.Dot {
	m := member(1, "Avant")
	m.Office = away
	b.put(m) // moves the member to C's office
	b.round()
	c.round()
	m.Family, m.Phone = "De C", "450 555-0104"
	c.put(m)
	c.round()
	d.round()
	m.Family = "De D"
	d.put(m)
	dot := store.Dot{Device: d.id.Device(), Seq: lastOwnEdit(d).First}
	d.round()
	return dot
}

// A coordinator's change rests on a word of a revoked laptop after its end: it goes with that, and comes back with another's word.
func TestWhatRestedOnARevokedLaptopsWordIsJudgedAnewWhenThatIsTakenBack(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joinedAt(f, "C", roster.Coordinator, away)
	d := o.joinedAt(f, "D", roster.Coordinator, away)
	b.put(member(1, "Avant"))
	o.agree(f, b, c, d)
	f.way.offline = true
	leans(b, c, d)
	if d.family(1) != "De D" {
		t.Fatalf("D reads %q", d.family(1))
	}
	if err := f.engine.Revoke(b.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.way.offline = false
	for range 3 {
		for _, l := range []*laptop{f, c, d} {
			if r := l.round(); len(r.Diverged) > 0 {
				t.Errorf("%s says that others diverged", l.name)
			}
		}
	}
	o.agree(f, c, d)
	for _, l := range []*laptop{f, c, d} {
		if l.family(1) != "Avant" {
			t.Errorf("%s reads %q", l.name, l.family(1))
		}
		l.again()
	}
	e := o.joinedAt(f, "E", roster.Coordinator, away)
	o.agree(f, c, d, e)
	m := member(1, "Avant")
	m.Office = away
	f.put(m) // an admin says it again: what rested on it counts now
	o.agree(f, c, d, e)
	for _, l := range []*laptop{f, c, d, e} {
		if l.family(1) != "De D" {
			t.Errorf("%s reads %q", l.name, l.family(1))
		}
	}
}

// Two admins demote each other while they cannot hear of it, and both write on. All end with the older one's word, whichever they heard first.
func TestTwoAdminsWhoDemoteEachOtherEndTheSameEverywhere(t *testing.T) {
	for turn := range 2 {
		o := newOffice(t)
		f := o.founder()
		b := o.joined(f, "B", roster.Admin)
		c := o.joined(f, "C", roster.Coordinator)
		d := o.joined(f, "D", roster.Coordinator)
		f.put(officeNamed("Avant"))
		o.agree(f, b, c, d)
		f.way.offline, b.way.offline = true, true
		for by, whom := range map[*laptop]*laptop{f: b, b: f} {
			if err := by.engine.Promote(whom.id.Device(), roster.Reader, home); err != nil {
				t.Fatal(err)
			}
		}
		f.put(officeNamed("De F"))
		b.put(member(1, "De B"))
		first, second := []*laptop{f, b}[turn], []*laptop{b, f}[turn]
		first.way.offline = false
		first.round()
		c.round() // hears only that one
		second.way.offline = false
		for range 3 {
			for _, l := range []*laptop{second, first, d, c} {
				if r := l.round(); len(r.Diverged) > 0 {
					t.Errorf("turn %d: %s says that others diverged", turn, l.name)
				}
			}
		}
		e := o.joined(f, "E", roster.Coordinator)
		for range 3 {
			for _, l := range []*laptop{f, b, c, d, e} {
				l.round()
			}
		}
		for _, l := range []*laptop{f, c, d, e} {
			self, _ := l.engine.State().Laptop(f.id.Device())
			other, _ := l.engine.State().Laptop(b.id.Device())
			if self.Role != roster.Admin || other.Role != roster.Reader || l.officeName() != "De F" || l.family(1) != "unknown_id" {
				t.Errorf("turn %d: %s has F as %s, B as %s, reads %q, %q", turn, l.name, self.Role, other.Role, l.officeName(), l.family(1))
			}
			l.again()
		}
		o.agree(f, c, d, e)
	}
}

// What was sealed goes out in any case, for it may have arrived. Its own laptop then judges it like everybody else.
func TestWhatWasOnItsWayWhenWhatItRestsOnWasTakenBackIsSetAsideByItsOwnLaptopToo(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	d := o.joined(f, "D", roster.Coordinator)
	o.agree(f, b, c, d)
	f.way.offline = true
	b.put(member(1, "Après"))
	b.round()
	c.round()
	m, err := store.Get[store.Member](c.store, member(1, "").ID)
	if err != nil {
		t.Fatal(err)
	}
	m.Chapters = []string{"chp_1"}
	c.put(m)
	c.way.dieAfter = 1
	c.fails("bucket_unreachable")
	c.way.dieAfter = -1
	if c.engine.ready == nil {
		t.Fatal("nothing is on its way")
	}
	if err := f.engine.Revoke(b.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.way.offline = false
	for range 3 {
		for _, l := range []*laptop{f, c, d} {
			if r := l.round(); len(r.Diverged) > 0 {
				t.Errorf("%s says that %v diverged", l.name, r.Diverged)
			}
		}
	}
	o.agree(f, c, d)
	for _, l := range []*laptop{f, c, d} {
		if l.family(1) != "unknown_id" {
			t.Errorf("%s reads %q", l.name, l.family(1))
		}
		l.again()
	}
	o.agree(f, c, d)
}
