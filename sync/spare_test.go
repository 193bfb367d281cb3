package sync

import (
	"testing"

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
