package sync

import (
	"testing"
	"time"

	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

// split is a network of a founder, a coordinator whose home was copied, the copy, an older copy that is switched off, and another coordinator.
func split(t *testing.T) (o *office, f, b, twin, old, c *laptop) {
	o = newOffice(t)
	f = o.founder()
	b = o.joined(f, "B", roster.Coordinator)
	c = o.joined(f, "C", roster.Coordinator)
	f.put(member(1, "Avant"))
	o.agree(f, b, c)
	old = b.copied()
	b.writes(50, 2)
	o.agree(f, b, c)
	twin = b.copied()
	for n := range 3 {
		b.put(member(10+n, "Un"), member(1, "De B"))
		twin.put(member(20+n, "Autre"), member(1, "De la copie"))
		b.round()
		twin.round()
	}
	o.agree(f, b, twin, c)
	return o, f, b, twin, old, c
}

func (o *office) readAll(laptops ...*laptop) {
	o.t.Helper()
	o.agree(laptops...)
	for _, l := range laptops {
		for n := range 3 {
			if l.family(10+n) != "Un" || l.family(20+n) != "Autre" || l.family(50+n%2) != "Famille50" && n%2 == 0 {
				o.t.Fatalf("%s reads %q, %q and %q", l.name, l.family(10+n), l.family(20+n), l.family(50+n%2))
			}
		}
		if len(l.engine.Quarantined()) > 0 {
			o.t.Errorf("%s sets aside %v", l.name, l.engine.Quarantined())
		}
	}
}

func TestAFullSnapshotIsWrittenConfirmedAndBegunFromThoughAChainSplit(t *testing.T) {
	o, f, b, twin, old, c := split(t)
	f.compacts()
	o.days(1, c, f)
	if len(f.engine.gens.good) != 1 {
		t.Fatalf("F relies on nothing: %v", o.shelf.keys("full/"))
	}
	d := o.newcomer(f, "D", home, roster.Coordinator)
	d.round()
	if len(d.engine.gens.origin.Places) != 3 {
		t.Fatalf("D began from %d ends", len(d.engine.gens.origin.Places))
	}
	o.readAll(f, b, twin, c, d)
	// Both go on, and who began follows both.
	b.put(member(30, "Suite"))
	twin.put(member(31, "Autre suite"))
	o.readAll(f, b, twin, c, d)
	if d.family(30) != "Suite" || d.family(31) != "Autre suite" {
		t.Errorf("D reads %q and %q", d.family(30), d.family(31))
	}
	// A copy from before turns up only now, with numbers that the full snapshot has already.
	old.put(member(40, "Tardif"))
	o.readAll(f, b, twin, old, c, d)
	for _, l := range []*laptop{f, b, twin, old, c, d} {
		if l.family(40) != "Tardif" {
			t.Errorf("%s reads %q", l.name, l.family(40))
		}
	}
	// What lies before the generation before is removed, and nobody misses anything.
	f.compacts()
	o.days(1, c, d, f)
	f.writes(60, 2)
	o.agree(f, b, twin, old, c, d)
	before := o.shelf.keys("log/")
	f.compacts()
	o.days(4, c, d, f, b, twin, old)
	for _, key := range before {
		name, _ := snapshot.ParseName(key)
		if _, there := o.shelf.objects[key]; there == f.engine.holds(&f.engine.gens.good[1], name) {
			t.Errorf("%s is there: %t", key, there)
		}
	}
	for _, l := range []*laptop{f, b, twin, old, c, d} {
		if r := l.round(); len(r.Missing)+len(r.Held) > 0 || r.Places[0].Lost > 0 {
			t.Errorf("%s: %+v", l.name, r)
		}
	}
	e := o.newcomer(f, "E", home, roster.Reader)
	e.round()
	o.readAll(f, b, twin, old, c, d, e)
	if e.family(40) != "Tardif" || e.family(31) != "Autre suite" || len(e.engine.gens.origin.Places) == 0 {
		t.Errorf("E reads %q and %q", e.family(40), e.family(31))
	}
}

// A copy whose next number lies far back in what full snapshots have cannot send it as a branch: who began from one would take it for
// known. What it had not sent waits for a person.
func TestWhatACopyFromLongAgoHadNotSentWaitsForAPerson(t *testing.T) {
	o, f, b, twin, old, c := split(t)
	b.writes(100, 160)
	o.agree(f, b, twin, c)
	f.compacts()
	o.days(1, c, f)
	old.put(member(40, "Tardif"))
	o.clock.wait(25 * time.Hour)
	o.agree(f, b, twin, old, c)
	unsent, err := old.engine.Unsent()
	if err != nil || len(unsent) == 0 {
		t.Fatalf("%d changes wait, %v", len(unsent), err)
	}
	var all []int
	for _, u := range unsent {
		all = append(all, u.Which)
	}
	if _, err := old.engine.TakeUnsent(all); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b, twin, old, c)
	if f.family(40) != "Tardif" {
		t.Errorf("F reads %q", f.family(40))
	}
}

// Who finds that another home went on in its name numbers what it writes anew, and high. What the other writes meanwhile has low numbers,
// and must not be taken for sent.
func TestWhatOneHomeWroteIsSentThoughTheOtherNumbersHigher(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Avant"))
	o.agree(f, b)
	twin := b.copied()
	twin.put(member(10, "Un"))
	twin.round()
	b.round()
	b.put(member(11, "Deux"))
	b.round()
	twin.again() // so that it lists first
	twin.put(member(12, "Trois"))
	o.agree(twin, f, b)
	for n, want := range []string{"Un", "Deux", "Trois"} {
		if f.family(10+n) != want || b.family(10+n) != want || twin.family(10+n) != want {
			t.Errorf("F reads %q, B %q, its copy %q", f.family(10+n), b.family(10+n), twin.family(10+n))
		}
	}
}

// An erasure takes own changes out that were never sent. What another home of the laptop sent is none of those.
func TestAnErasureCountsWhatAnotherHomeOfTheLaptopSent(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, tree))
	o.agree(f, b)
	twin := b.copied()
	twin.put(member(10, "Copie"))
	b.put(member(11, "Un"))
	b.round()
	b.put(member(12, "Deux"))
	o.agree(b, twin, f)
	if err := f.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	o.days(1, f, b, twin)
	o.agree(f, b, twin)
}

// A copy may hold what had not been sent when it was made. Both send it, and it is one change all the same, also for those who cannot read it.
func TestWhatTwoHomesHadBothNotSentIsCountedOnce(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joinedAt(f, "C", roster.Coordinator, away)
	o.agree(f, b, c)
	b.put(person(1, "Exemple", home, "450 555-0101"))
	twin := b.copied()
	b.round()
	o.agree(f, c)
	o.agree(twin, f, b, c)
	if len(f.engine.split) != 0 || twin.phone(1) != "450 555-0101" {
		t.Errorf("%d branches, the copy reads %q", len(f.engine.split), twin.phone(1))
	}
	// Of several the copy sends only what differs.
	b.put(person(2, "Exemple", home, "450 555-0102"))
	twin = b.copied()
	twin.put(person(3, "Exemple", home, "450 555-0103"))
	b.put(person(4, "Exemple", home, "450 555-0104"))
	b.round()
	o.agree(f, c)
	o.agree(twin, f, b, c)
	if f.phone(2) != "450 555-0102" || f.phone(3) != "450 555-0103" || f.phone(4) != "450 555-0104" {
		t.Errorf("F reads %q, %q and %q", f.phone(2), f.phone(3), f.phone(4))
	}
}

// The other home may have sent it under a key that this one has still to learn of: it looks for that first, before it takes for different what it
// cannot read.
func TestWhatTwoHomesHadBothNotSentIsCountedOnceThoughTheKeyIsNew(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joinedAt(f, "C", roster.Coordinator, away)
	o.agree(f, b, c)
	b.put(person(1, "Exemple", home, "450 555-0101"))
	twin := b.copied()
	if err := f.engine.Rotate(); err != nil {
		t.Fatal(err)
	}
	f.round()
	f.put(member(2, "Sous la nouvelle clé")) // tells of the new key
	f.round()
	b.round()
	b.put(person(3, "Exemple", home, "450 555-0103"))
	b.round()
	o.agree(f, c)
	o.agree(twin, f, b, c)
	if len(f.engine.split) != 0 || twin.phone(1) != "450 555-0101" || twin.phone(3) != "450 555-0103" {
		t.Errorf("%d branches, the copy reads %q and %q", len(f.engine.split), twin.phone(1), twin.phone(3))
	}
}

// A copy from long ago that has not seen full snapshots sends what lies so far back that who began from one takes it for known. The next generation names where it
// ends, and who lacks that begins from it.
func TestWhatACopyFromLongAgoSentIsHereWithTheNextFullSnapshot(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b, c := o.joined(f, "B", roster.Coordinator), o.joined(f, "C", roster.Coordinator)
	f.put(member(1, "Avant"))
	o.agree(f, b, c)
	old := b.copied()
	b.writes(100, 290)
	o.agree(f, b, c)
	f.compacts()
	o.days(1, c, f)
	d := o.newcomer(f, "D", home, roster.Coordinator)
	d.round()
	if len(d.engine.gens.origin.Places) == 0 {
		t.Fatal("D began from no full snapshot")
	}
	old.way.hide = "full/"
	old.put(member(40, "Tardif"))
	old.round()
	f.round()
	c.round()
	d.round()
	if f.family(40) != "Tardif" || c.family(40) != "Tardif" || d.family(40) != "unknown_id" {
		t.Fatalf("F reads %q, C %q, D %q", f.family(40), c.family(40), d.family(40))
	}
	f.compacts()
	o.days(3, c, f, d)
	if d.family(40) != "Tardif" {
		t.Errorf("D reads %q", d.family(40))
	}
	old.way.hide = ""
	o.days(1, f, c, d, b, old)
	o.agree(f, c, d, b, old)
}
