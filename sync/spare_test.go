package sync

import (
	"slices"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/sync/roster"
)

// rested is a network in which changes of C and D, at another office, are set aside since they rest on a word of B, which was revoked. dot is D's.
func rested(t *testing.T) (o *office, f, c, d, g *laptop, dot store.Dot) {
	o = newOffice(t)
	f = o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c = o.joinedAt(f, "C", roster.Coordinator, away)
	d = o.joinedAt(f, "D", roster.Coordinator, away)
	g = o.joined(f, "G", roster.Coordinator)
	b.put(member(1, "Avant"), member(9, tree))
	o.agree(f, b, c, d, g)
	f.way.offline = true
	dot = leans(b, c, d)
	if err := f.engine.Revoke(b.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.way.offline = false
	for range 2 {
		for _, l := range []*laptop{f, c, d, g} {
			l.round()
		}
	}
	o.agree(f, c, d, g)
	return o, f, c, d, g, dot
}

// What waits for a person is lost to nobody because somebody else was erased.
func TestWhatWasSetAsideStaysWhenARecordIsErasedOfWhichItDoesNotSpeak(t *testing.T) {
	o, f, c, d, g, dot := rested(t)
	if err := f.engine.Erase(refsOf(9), "request"); err != nil {
		t.Fatal(err)
	}
	o.days(4, f, c, d, g)
	if len(f.engine.gens.good) == 0 || f.engine.gens.floor.Number == 0 {
		t.Fatal("what lay there before the erasure was not removed")
	}
	e := o.newcomer(f, "E", away, roster.Coordinator)
	h := o.newcomer(f, "H", home, roster.Admin)
	o.agree(f, c, d, g, e, h)
	for _, l := range []*laptop{f, c, d, e, h} {
		if key, _ := l.awaited(dot); key == "" {
			t.Errorf("%s names %v", l.name, l.engine.Quarantined())
		}
		if where := l.says(tree); len(where) > 0 {
			t.Errorf("%s still has what was erased in %v", l.name, where)
		}
	}
	if where := f.bucketSays(tree); len(where) > 0 {
		t.Errorf("the bucket still has what was erased in %v", where)
	}
	m := member(1, "Avant")
	m.Office = away
	f.put(m) // an admin says it again: what rested on it counts now
	o.agree(f, c, d, g, e, h)
	for _, l := range []*laptop{f, c, d, g, e, h} {
		if l.family(1) != "De D" {
			t.Errorf("%s reads %q", l.name, l.family(1))
		}
	}
}

// Others have to count what is set aside of an erased record, and may have let go of its bytes: until a full snapshot is without that record the bucket has them.
func TestWhatIsSetAsideStaysInTheBucketUntilAFullSnapshotIsWithoutTheErasedRecord(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	d := o.joinedAt(f, "D", roster.Door, away)
	e := o.joinedAt(f, "E", roster.Coordinator, away)
	far := member(3, "Weit")
	far.Office = away
	f.put(member(1, tree), member(2, "Reste"), far)
	o.agree(f, b, c, d, e)
	closed := later(smuggled(d, 3, 901))
	closed.Changes[0].Scope = away
	key := o.smuggle(d, smuggled(d, 2, 900), closed)
	o.days(1, f, b, c, e)
	if err := f.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	f.round()
	o.days(3, b, c, e) // C lets go of what it cannot read whole
	if c.engine.bytesHere(key) != nil || f.way.objects[key] == nil {
		t.Fatalf("C has the bytes: %v, the bucket: %v", c.engine.bytesHere(key) != nil, f.way.objects[key] != nil)
	}
	if err := f.engine.Erase(refsOf(2), "request"); err != nil {
		t.Fatal(err)
	}
	o.days(2, f) // it sees that others confirmed the first full snapshot, and nobody the next
	if len(f.engine.gens.good) == 0 {
		t.Fatal("the first full snapshot does not stand")
	}
	if f.way.objects[key] == nil {
		t.Error("what others have not counted yet was removed")
	}
	for range 3 {
		for _, l := range []*laptop{c, b, e, f} {
			if r := l.round(); len(r.Diverged) > 0 {
				t.Errorf("%s says that %v diverged", l.name, r.Diverged)
			}
		}
		o.clock.wait(25 * time.Hour)
	}
	o.agree(f, b, c, e)
	if f.way.objects[key] != nil {
		t.Error("what speaks of an erased record lies in the bucket for good")
	}
}

// What comes after somebody was erased, sent by who had not heard of it, is kept by nobody for the sake of what else it says.
func TestWhatComesLateOfAnErasedRecordStaysNowhereThoughItIsSetAside(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	d := o.joined(f, "D", roster.Door)
	f.put(member(1, "Avant"), member(2, "Reste"))
	o.agree(f, b, d)
	if err := f.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	o.days(2, f, b)
	ofErased := smuggled(d, 1, 900)
	ofErased.Changes[0].Value = append([]byte{0x60 + byte(len(tree))}, tree...)
	key := o.smuggle(d, ofErased, later(smuggled(d, 2, 901)))
	for range 2 {
		for _, l := range []*laptop{f, b} {
			if r := l.round(); !slices.ContainsFunc(r.Quarantined, func(q Refused) bool { return q.Key == key }) || l.family(2) != "Reste" {
				t.Errorf("%s: set aside %v, reads %q", l.name, r.Quarantined, l.family(2))
			}
			if where := l.says(tree); len(where) > 0 {
				t.Errorf("%s has what was erased in %v", l.name, where)
			}
		}
		o.clock.wait(time.Minute)
	}
	if len(f.bucketSays(tree)) == 0 {
		t.Fatal("the search finds nothing even in the bucket")
	}
	for range 2 { // weeks
		f.compacts()
		o.days(4, f, b)
	}
	if where := f.bucketSays(tree); len(where) > 0 {
		t.Errorf("the bucket has what was erased in %v", where)
	}
	e := o.newcomer(f, "E", home, roster.Admin)
	o.agree(f, b, e)
	for _, l := range []*laptop{f, b, e} {
		l.again()
		if r := l.round(); len(r.Missing)+len(r.Held)+len(r.Diverged) > 0 {
			t.Errorf("%s: missing %v, held %v, diverged %v", l.name, r.Missing, r.Held, r.Diverged)
		}
		if where := l.says(tree); len(where) > 0 {
			t.Errorf("%s has what was erased in %v", l.name, where)
		}
	}
}
