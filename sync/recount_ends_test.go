package sync

import (
	"testing"
	"time"

	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
)

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
