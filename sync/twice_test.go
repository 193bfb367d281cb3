package sync

import (
	"testing"

	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

// sealedTwice is a network in which two homes of B have both sealed what neither had sent when the one was copied from the other, before they saw each
// other's; F and D read it, C of another office does not. Both went on writing.
func sealedTwice(t *testing.T, meanwhile func(f *laptop)) (o *office, f, b, twin, c, d *laptop) {
	o = newOffice(t)
	f = o.founder()
	b, d = o.joined(f, "B", roster.Coordinator), o.joined(f, "D", roster.Coordinator)
	c = o.joinedAt(f, "C", roster.Coordinator, away)
	o.agree(f, b, c, d)
	b.put(person(1, "Exemple", home, "450 555-0101"))
	b.put(person(2, "Exemple", home, "450 555-0102"))
	twin = b.copied()
	b.put(person(3, "De B", home, "450 555-0103"))
	twin.put(person(4, "De la copie", home, "450 555-0104"))
	b.round()
	meanwhile(f)
	twin.way.hide = "-" + b.id.Device() + "-"
	twin.round()
	twin.way.hide = ""
	return o, f, b, twin, c, d
}

func (o *office) allRead(laptops ...*laptop) {
	o.t.Helper()
	for _, l := range laptops {
		if l.phone(1) != "450 555-0101" || l.phone(2) != "450 555-0102" || l.phone(3) != "450 555-0103" || l.phone(4) != "450 555-0104" {
			o.t.Errorf("%s reads %q, %q, %q and %q", l.name, l.phone(1), l.phone(2), l.phone(3), l.phone(4))
		}
	}
}

// Two homes of a laptop seal the same before either has seen the other's. It counts once, also with those who cannot read it.
func TestWhatTwoHomesSealedBeforeTheySawEachOthersCountsOnce(t *testing.T) {
	o, f, b, twin, c, d := sealedTwice(t, func(*laptop) {})
	o.agree(f, c, d, b, twin)
	o.allRead(f, d, b, twin)
	if len(c.engine.split) != 1 {
		t.Errorf("C sees %d branches", len(c.engine.split))
	}
	// C comes to the office, gets its keys, and reads both.
	if err := f.engine.Promote(c.id.Device(), roster.Coordinator, home); err != nil {
		t.Fatal(err)
	}
	o.agree(f, c, d, b, twin)
	o.allRead(c)
}

// The same, seen one after the other, and sealed with keys of which the second is new.
func TestWhatTwoHomesSealedWithDifferentKeysCountsOnce(t *testing.T) {
	o, f, b, twin, c, d := sealedTwice(t, func(f *laptop) {
		if err := f.engine.Rotate(); err != nil {
			t.Fatal(err)
		}
		f.round()
	})
	f.put(member(9, "Neuf"))
	f.round()
	d.way.hide = "roster/" // reads the first and not yet the second
	d.round()
	c.round()
	d.way.hide = ""
	o.agree(d, c, f, b, twin)
	o.allRead(f, d, b, twin)
}

// Who shuts such a laptop out and knows one of its two branches lets that count alone. What both say stays, and counts once.
func TestOfTwoBranchesThatSayTheSameOneIsTakenBack(t *testing.T) {
	o, f, b, twin, c, d := sealedTwice(t, func(*laptop) {})
	for k := range o.shelf.objects {
		name, err := snapshot.ParseName(k)
		if err == nil && name.Device == b.id.Device() && twin.engine.knows(name) && !b.engine.knows(name) && (f.way.hide == "" || k < f.way.hide) {
			f.way.hide = k // the first of the copy's own
		}
	}
	d.round()
	c.round()
	f.round()
	if d.phone(4) != "450 555-0104" || f.phone(4) != "" || f.phone(3) == "" {
		t.Fatalf("D reads %q, F %q and %q", d.phone(4), f.phone(4), f.phone(3))
	}
	if err := f.engine.Revoke(b.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.round()
	f.way.hide = ""
	o.agree(f, d, c)
	for _, l := range []*laptop{f, d} {
		if l.phone(1) != "450 555-0101" || l.phone(2) != "450 555-0102" || l.phone(3) != "450 555-0103" || l.phone(4) != "" {
			t.Errorf("%s reads %q, %q, %q and %q", l.name, l.phone(1), l.phone(2), l.phone(3), l.phone(4))
		}
	}
	// Whom it is told later finds the same.
	e := o.joined(f, "E", roster.Coordinator)
	g := o.joinedAt(f, "G", roster.Coordinator, away)
	o.agree(f, d, c, e, g)
}

// Whoever sees the one branch first and the other days later counts the same, whichever came first.
func TestWhatTwoHomesSealedCountsOnceInWhateverOrderItComes(t *testing.T) {
	for _, first := range []bool{true, false} {
		o, f, b, twin, c, d := sealedTwice(t, func(*laptop) {})
		hidden := b
		if first {
			hidden = twin
		}
		for k := range o.shelf.objects {
			name, err := snapshot.ParseName(k)
			if err == nil && name.Device == b.id.Device() && hidden.engine.knows(name) && b.engine.knows(name) != twin.engine.knows(name) && (c.way.hide == "" || k < c.way.hide) {
				c.way.hide = k
			}
		}
		c.round()
		d.round()
		c.way.hide = ""
		o.agree(f, c, d, b, twin)
		o.allRead(f, d, b, twin)
		if err := f.engine.Promote(c.id.Device(), roster.Coordinator, home); err != nil {
			t.Fatal(err)
		}
		o.agree(f, c, d, b, twin)
		o.allRead(c)
	}
}
