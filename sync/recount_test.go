package sync

import (
	"slices"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
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
	d.round()
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
	m = member(1, "Avant")
	m.Office = away
	f.put(m) // an admin says it again: what rested on it counts now
	o.agree(f, c, d, e)
	for _, l := range []*laptop{f, c, d, e} {
		if l.family(1) != "De D" {
			t.Errorf("%s reads %q", l.name, l.family(1))
		}
	}
}

// A laptop's home was copied, and nobody who revokes it has seen both branches alone: both ends count, everywhere, and what either writes
// later does not.
func TestARevocationNamesEveryEndOfACopiedHome(t *testing.T) {
	for _, offline := range []int{0, 1, 2} {
		o := newOffice(t)
		f := o.founder()
		b := o.joined(f, "B", roster.Coordinator)
		c := o.joined(f, "C", roster.Coordinator)
		d := o.joined(f, "D", roster.Coordinator)
		b.put(member(1, "Avant"))
		o.agree(f, b, c, d)
		twin := b.copied()
		b.put(member(10, "De B"))
		twin.put(member(20, "De la copie"))
		away := []*laptop{nil, c, d}[offline]
		if away != nil {
			away.way.offline = true
		}
		b.round()
		twin.round()
		f.round()
		if err := f.engine.Revoke(b.id.Device()); err != nil {
			t.Fatal(err)
		}
		f.way.offline = true
		b.put(member(11, "Après"))
		twin.put(member(21, "Après"))
		b.round()
		twin.round()
		for _, l := range []*laptop{c, d} {
			if l != away {
				l.round() // has more than counts
			}
		}
		f.way.offline = false
		if away != nil {
			away.way.offline = false
		}
		f.round()
		e := o.joined(f, "E", roster.Coordinator)
		o.agree(f, c, d, e)
		for _, l := range []*laptop{f, c, d, e} {
			for n, want := range map[int]string{1: "Avant", 10: "De B", 20: "De la copie", 11: "unknown_id", 21: "unknown_id"} {
				if got := l.family(n); got != want {
					t.Errorf("%d: %s reads %q of %d, want %q", offline, l.name, got, n, want)
				}
			}
			if r := l.round(); len(r.Missing)+len(r.Held) > 0 {
				t.Errorf("%s misses %v, holds %v", l.name, r.Missing, r.Held)
			}
			l.again()
		}
		o.days(2, f, c, d, e)
		o.agree(f, c, d, e)
	}
}

// The admin who revokes knows one branch alone: the other counts for nobody, also where it was taken for the laptop's own chain.
func TestABranchThatARevocationDoesNotNameCountsNowhere(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	d := o.joined(f, "D", roster.Coordinator)
	b.put(member(1, "Avant"))
	o.agree(f, b, c, d)
	twin := b.copied()
	f.way.offline = true
	twin.put(member(20, "De la copie"))
	twin.round()
	d.round() // takes the copy's for the chain
	f.way.offline = false
	hidden := map[string][]byte{}
	h := d.engine.heads[b.id.Device()]
	for k, data := range o.shelf.objects {
		if deviceOf(k) == b.id.Device() && signed.HashOf(data) == h.Hash {
			hidden[k] = data
			delete(o.shelf.objects, k)
		}
	}
	if len(hidden) != 1 {
		t.Fatalf("%d objects are hidden", len(hidden))
	}
	b.put(member(10, "De B"))
	b.round()
	b.put(member(11, "De B"))
	b.round()
	f.round()
	if err := f.engine.Revoke(b.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.round()
	for k, data := range hidden {
		o.shelf.objects[k] = data
	}
	for range 3 {
		for _, l := range []*laptop{d, f, c} {
			l.round()
		}
		o.clock.wait(20 * time.Minute)
	}
	e := o.joined(f, "E", roster.Coordinator)
	o.agree(f, c, d, e)
	for _, l := range []*laptop{f, c, d, e} {
		for n, want := range map[int]string{1: "Avant", 10: "De B", 11: "De B", 20: "unknown_id"} {
			if got := l.family(n); got != want {
				t.Errorf("%s reads %q of %d, want %q", l.name, got, n, want)
			}
		}
		if r := l.round(); len(r.Missing)+len(r.Held) > 0 {
			t.Errorf("%s misses %v, holds %v", l.name, r.Missing, r.Held)
		}
	}
}

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
