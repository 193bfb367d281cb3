package sync

import (
	"fmt"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

// smuggled is an edit of one member's family name by a laptop that may not make it.
func smuggled(l *laptop, n int, seq uint64) store.Edit {
	at := l.way.clock.now().UnixMilli()
	return store.Edit{Wall: at, Device: l.id.Device(), First: seq, Changes: []store.Change{{Kind: store.KindMember, Record: member(n, "").ID,
		Field: "family", Value: []byte{0x61, 'x'}, Stamp: store.Stamp{Wall: at, Dot: store.Dot{Device: l.id.Device(), Seq: seq}}}}}
}

// later makes an edit another action than one of the same moment.
func later(e store.Edit) store.Edit {
	e.Logical++
	e.Changes[0].Logical++
	return e
}

// What a laptop may not write of a record counts like everything of it once the record was erased, and does so in the very round in
// which a laptop learns of the order: later the bytes may be gone, and a full snapshot be made again in vain.
func TestWhatWasSetAsideOfAnErasedRecordCountsAlikeEverywhere(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	d := o.joined(f, "D", roster.Door)
	f.put(member(1, tree), member(2, "Reste"))
	o.agree(f, b, c, d)
	o.smuggle(d, smuggled(d, 1, 900), later(smuggled(d, 2, 901)))
	for _, l := range []*laptop{f, b, c} {
		if r := l.round(); len(r.Quarantined) != 1 || l.family(1) != tree {
			t.Fatalf("%s: set aside %v, reads %q", l.name, r.Quarantined, l.family(1))
		}
	}
	if err := f.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		o.clock.wait(time.Minute)
		for _, l := range []*laptop{f, b, c} {
			if r := l.round(); len(r.Diverged) > 0 || len(r.Quarantined) != 1 {
				t.Errorf("%s: diverged %v, set aside %v", l.name, r.Diverged, r.Quarantined)
			}
		}
	}
	o.agree(f, b, c)
	o.days(3, f, b, c)
	if len(f.engine.gens.good) == 0 {
		t.Error("the full snapshot without the record was not made again by others")
	}
	for _, l := range []*laptop{f, b, c} {
		l.again()
		if where := l.says(tree); len(where) > 0 || l.family(2) != "Reste" {
			t.Errorf("%s: %v, reads %q", l.name, where, l.family(2))
		}
	}
	o.agree(f, b, c)
}

// Until everybody has heard of an order, who has carried it out counts what a role forbids of that record, and others do not.
func TestWhoHasNotHeardOfAnErasureYetRaisesNoAlarmAndNeitherDoesWhoHas(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	d := o.joined(f, "D", roster.Door)
	f.put(member(1, tree), member(2, "Reste"))
	o.agree(f, b, d)
	o.smuggle(d, smuggled(d, 1, 900))
	b.round()
	b.put(member(3, "Neu"))
	if r := b.round(); len(r.Quarantined) != 1 || r.Pushed.Changes == 0 {
		t.Fatalf("B: set aside %v, sent %+v", r.Quarantined, r.Pushed)
	}
	if err := f.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	b.way.hide = snapshot.ErasePrefix
	for range 2 {
		for _, l := range []*laptop{f, b} {
			if r := l.round(); len(r.Diverged) > 0 {
				t.Errorf("%s says that %v diverged", l.name, r.Diverged)
			}
		}
		f.put(member(2, "Autre")) // it says its state again
	}
	b.way.hide = ""
	o.days(1, f, b)
	o.agree(f, b)
}

// Who begins from a full snapshot since the deltas before it are gone takes in the rest in one batch after another, ordered by laptop. What one
// batch does not allow may rest on what comes in a later one, and must be judged again in the same round: else the states are compared
// before. So must what was judged before the laptop began, when less was known.
func TestWhatRestsOnALaterBatchCountsInTheRoundInWhichALaptopBegan(t *testing.T) {
	for what, before := range map[string]int{"judged after it began": 1, "judged before it began": 0} {
		t.Run(what, func(t *testing.T) {
			o, f, b := firstByName(t)
			f.put(person(1, "Exemple", home, "450 555-0101"))
			for range before {
				b.put(store.Chapter{ID: "chp_aaaaaaaaaaaaaaaa", Name: "Section"})
			}
			o.agree(f, b)
			f.compacts()
			o.days(1, b, f)
			for _, key := range o.shelf.keys("log/") {
				if at, err := snapshot.ParseName(key); err == nil && f.engine.covered(at.Device, at.Number) {
					delete(o.shelf.objects, key)
				}
			}
			f.put(person(1, "Exemple", away, "450 555-0101"))
			o.agree(f, b)
			b.put(person(1, "Invention", away, "450 555-0101"))
			b.round()
			for n := range batchCount {
				b.put(store.Chapter{ID: "chp_aaaaaaaaaaaaaaaa", Name: fmt.Sprintf("Section %d", n)})
				b.round()
			}
			o.agree(f, b)
			c := o.newcomer(f, "C", home, roster.Coordinator)
			c.startsFar(1000)
			b.round()
			if r := c.round(); len(r.Diverged) > 0 || len(r.Quarantined) > 0 || c.family(1) != "Invention" {
				t.Errorf("C says that %v diverged, sets aside %v, reads %q", r.Diverged, r.Quarantined, c.family(1))
			}
			if len(c.engine.gens.origin.Places) == 0 {
				t.Error("C did not begin from the full snapshot")
			}
			o.agree(f, b, c)
		})
	}
}

// firstByName is a network with a coordinator of another office whose laptop's name comes before the founder's.
func firstByName(t *testing.T) (o *office, f, b *laptop) {
	for b == nil || b.id.Device() > f.id.Device() {
		o = newOffice(t)
		f = o.founder()
		b = o.joinedAt(f, "B", roster.Coordinator, away)
	}
	return o, f, b
}
