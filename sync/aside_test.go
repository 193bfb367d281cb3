package sync

import (
	"slices"
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/sync/roster"
)

// strange is an edit of a member's telephone number, sealed for an office.
func strange(l *laptop, n int, office string, seq uint64) store.Edit {
	e := smuggled(l, n, seq)
	e.Changes[0].Field, e.Changes[0].Scope = "phone", office
	return e
}

// has tells whether a change of a member's is accepted here.
func (l *laptop) has(n int, d store.Dot) bool {
	past, _ := l.store.History(store.KindMember, member(n, "").ID)
	for _, p := range past {
		if p.Dot == d {
			return true
		}
	}
	return false
}

// Of what an office's readers set aside everybody counts the sum; it is in no full snapshot's parts. Who begins from one has it in its digest all the
// same, and takes it in with everybody else when it turns out to be allowed.
func TestWhatAnOfficeSetsAsideCountsWithWhoBeginsFromAFullSnapshot(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	c := o.joined(f, "C", roster.Coordinator)
	d := o.joined(f, "D", roster.Coordinator)
	f.put(person(1, "Exemple", away, "450 555-0101"), member(2, "Reste"))
	o.agree(f, b, c, d)
	o.smuggle(d, strange(d, 1, home, 900), later(smuggled(d, 1, 901)))
	o.agree(f, b, c)
	f.compacts()
	o.days(1, b, c, f)
	if len(f.engine.gens.good) != 1 {
		t.Fatal("nobody made the full snapshot again")
	}
	reads := o.newcomer(f, "E", home, roster.Coordinator)
	reads.round()
	other := o.newcomer(f, "G", away, roster.Door)
	other.round()
	for _, l := range []*laptop{reads, other} {
		if len(l.engine.gens.origin.Places) == 0 {
			t.Fatalf("%s did not begin from the full snapshot", l.name)
		}
	}
	o.agree(f, b, c, reads, other)
	// A full snapshot by one who began from one names it as well.
	f.put(member(3, "Encore"))
	o.agree(f, b, c, reads, other)
	f.compacts()
	o.days(2, b, c, reads, other, f)
	if f.engine.gens.good[0].Number != 2 {
		t.Fatalf("F relies on %d", f.engine.gens.good[0].Number)
	}
	last := o.newcomer(f, "H", home, roster.Reader)
	last.round()
	o.agree(f, b, c, reads, other, last)
	dot := store.Dot{Device: d.id.Device(), Seq: 900}
	if reads.has(1, dot) || f.has(1, dot) {
		t.Error("what is set aside is here")
	}
	f.put(person(1, "Exemple", home, "450 555-0101"))
	o.agree(f, b, c, reads, other, last)
	for _, l := range []*laptop{f, c, reads, last} {
		if !l.has(1, dot) || !l.has(1, store.Dot{Device: d.id.Device(), Seq: 901}) {
			t.Errorf("%s did not take in what is allowed now", l.name)
		}
	}
	if other.has(1, dot) || !other.has(1, store.Dot{Device: d.id.Device(), Seq: 901}) {
		t.Error("another office reads it, or lacks what everybody reads")
	}
}

// What is wrong with a whole section is told as well.
func TestASectionThatItsReadersRefuseCountsWithWhoBeginsFromAFullSnapshot(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	d := o.joined(f, "D", roster.Coordinator)
	f.writes(1, 4)
	o.agree(f, b, d)
	o.smuggleFalse(d, strange(d, 1, home, 900))
	o.agree(f, b)
	f.compacts()
	o.days(1, b, f)
	c := o.newcomer(f, "C", home, roster.Coordinator)
	c.round()
	e := o.newcomer(f, "E", away, roster.Coordinator)
	e.round()
	if len(c.engine.gens.origin.Places) == 0 || len(e.engine.gens.origin.Places) == 0 {
		t.Error("C or E did not begin from the full snapshot")
	}
	o.agree(f, b, c, e)
}

// awaited gives the key under which a change waits on a laptop's list for a person, and its place there; an empty one when it does not.
func (l *laptop) awaited(d store.Dot) (key string, which int) {
	l.t.Helper()
	for _, q := range l.engine.Quarantined() {
		list, err := l.engine.Review(q.Key)
		if at := slices.IndexFunc(list, func(p Proposal) bool { return p.Change.Dot == d }); err == nil && at >= 0 {
			return q.Key, at
		}
	}
	return "", 0
}

// The only admin's laptop may be one that began since.
func TestAnAdminThatBeginsFromAFullSnapshotMayTakeInWhatWasSetAsideBefore(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	d := o.joined(f, "D", roster.Door)
	f.put(member(1, "Avant"), member(2, "Reste"))
	o.agree(f, b, d)
	o.smuggle(d, smuggled(d, 1, 900), later(smuggled(d, 2, 901)))
	o.agree(f, b)
	f.compacts()
	o.days(1, b, f)
	if len(f.engine.gens.good) != 1 {
		t.Fatal("nobody made the full snapshot again")
	}
	c := o.newcomer(f, "C", home, roster.Admin)
	c.round()
	if len(c.engine.gens.origin.Places) == 0 {
		t.Fatal("C did not begin from the full snapshot")
	}
	key, which := c.awaited(store.Dot{Device: d.id.Device(), Seq: 901})
	if n, err := c.engine.AcceptChanges(key, []int{which}); err != nil || n != 1 {
		t.Fatalf("C names %v; accepted %d, %v", c.engine.Quarantined(), n, err)
	}
	o.agree(f, b, c)
	for _, l := range []*laptop{f, b, c} {
		if l.family(1) != "Avant" || l.family(2) != "x" {
			t.Errorf("%s reads %q and %q", l.name, l.family(1), l.family(2))
		}
	}
}
