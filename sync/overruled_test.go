package sync

import (
	"bytes"
	"slices"
	"testing"

	"example.org/carnet/sync/roster"
)

// tells tells whether a report names a statement of the roster that did not take effect.
func tells(r Report, reason string) bool {
	return slices.ContainsFunc(r.Quarantined, func(q Refused) bool { return q.Reason == reason })
}

// at lets two admins say something at the same moment, and all hear of both.
func (o *office) atOnce(one, other func() error, all ...*laptop) {
	o.t.Helper()
	for _, say := range []func() error{one, other} {
		if err := say(); err != nil {
			o.t.Fatal(err)
		}
	}
	o.agree(all...)
	for _, l := range all[1:] {
		if l.engine.State().Head != all[0].engine.State().Head {
			o.t.Error("two chains")
		}
	}
	version := all[0].engine.State().Version
	if o.agree(all...); all[0].engine.State().Version != version {
		o.t.Error("they say more and more")
	}
}

func (l *laptop) isIn(other *laptop) bool {
	of, known := l.engine.State().Laptop(other.id.Device())
	return known && !of.Revoked
}

func TestTwoAdminsWhoRevokeTwoLaptopsAtOnceShutBothOut(t *testing.T) {
	for range 3 {
		o := newOffice(t)
		f := o.founder()
		b, c, d := o.joined(f, "B", roster.Admin), o.joined(f, "C", roster.Coordinator), o.joined(f, "D", roster.Door)
		o.agree(f, b, c, d)
		o.atOnce(func() error { return f.engine.Revoke(c.id.Device()) }, func() error { return b.engine.Revoke(d.id.Device()) }, f, b)
		for _, l := range []*laptop{f, b} {
			if l.isIn(c) || l.isIn(d) {
				t.Errorf("for %s C is in %v, D is in %v", l.name, l.isIn(c), l.isIn(d))
			}
			if r := l.round(); len(r.Quarantined) > 0 {
				t.Errorf("%s is told %+v", l.name, r.Quarantined)
			}
		}
	}
}

func TestARevocationThatNobodySaysAgainIsToldOfAndComesBackByItselfNever(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b, c := o.joined(f, "B", roster.Admin), o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	o.atOnce(func() error { return b.engine.Revoke(c.id.Device()) }, func() error { return f.engine.Promote(b.id.Device(), roster.Coordinator, home) }, f, b, c)
	o.days(1, f, b, c) // F sees B's page when it looks through the roster
	for _, l := range []*laptop{f, b, c} {
		if r := l.round(); tells(r, "overruled_revocation") != (l != c) || !l.isIn(c) {
			t.Errorf("%s: C is in %v, told %+v", l.name, l.isIn(c), r.Quarantined)
		}
	}
	key := f.engine.Quarantined()[0].Key
	if told, known := f.engine.Overruled(key); !known || told.By != b.id.Device() || told.Of != c.id.Device() || told.OfName != "Camille Exemple" {
		t.Errorf("%+v", told)
	}
	// B is made an admin again: what it said before it was none does not come to hold by that.
	if err := f.engine.Promote(b.id.Device(), roster.Admin, home); err != nil {
		t.Fatal(err)
	}
	if o.agree(f, b, c); !f.isIn(c) {
		t.Error("a revocation from before B was demoted came back")
	}
	b.again()
	if r := b.round(); !tells(r, "overruled_revocation") {
		t.Errorf("B forgot: %+v", r.Quarantined)
	}
	if err := b.engine.Dismiss(key); err != nil {
		t.Fatal(err)
	}
	if r := b.round(); len(r.Quarantined) > 0 {
		t.Errorf("it was dismissed: %+v", r.Quarantined)
	}
	if err := b.engine.Revoke(c.id.Device()); err != nil {
		t.Fatal(err)
	}
	if o.agree(f, b); len(f.engine.Quarantined()) > 0 {
		t.Errorf("C is out, and F says %+v", f.engine.Quarantined())
	}
}

func TestARevocationThatLostAndWhoseAuthorIsAwayIsToldOfUntilItIsSaidAgain(t *testing.T) {
	for try := 0; ; try++ { // the hashes decide who loses
		o := newOffice(t)
		f := o.founder()
		b, c, d := o.joined(f, "B", roster.Admin), o.joined(f, "C", roster.Coordinator), o.joined(f, "D", roster.Door)
		o.agree(f, b, c, d)
		if err := f.engine.Revoke(d.id.Device()); err != nil {
			t.Fatal(err)
		}
		if err := b.engine.Revoke(c.id.Device()); err != nil {
			t.Fatal(err)
		}
		b.round()
		b.way.offline = true
		if r := f.round(); len(r.Quarantined) > 0 {
			t.Errorf("F is told at once: %+v", r.Quarantined)
		}
		if !f.isIn(c) && try < 20 {
			continue
		}
		o.days(2, f)
		if r := f.round(); !tells(r, "overruled_revocation") {
			t.Errorf("F is told %+v", r.Quarantined)
		}
		b.way.offline = false
		o.agree(b, f)
		if r := f.round(); len(r.Quarantined) > 0 || f.isIn(c) {
			t.Errorf("C is in %v, and F is told %+v", f.isIn(c), r.Quarantined)
		}
		return
	}
}

func TestARoleThatTwoAdminsSetAtOnceStaysAndTheOtherIsTold(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b, c := o.joined(f, "B", roster.Admin), o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	o.atOnce(func() error { return b.engine.Promote(c.id.Device(), roster.Reader, home) }, func() error { return f.engine.Promote(c.id.Device(), roster.Door, home) }, f, b, c)
	l, _ := f.engine.State().Laptop(c.id.Device())
	loser := map[roster.Role]*laptop{roster.Reader: f, roster.Door: b}[l.Role]
	for _, each := range []*laptop{f, b} {
		if r := each.round(); tells(r, "overruled_role") != (each == loser) {
			t.Errorf("C is %s, %s is told %+v", l.Role, each.name, r.Quarantined)
		}
	}
}

// What a lost role took back counts while the statement is lost; in the round that says it again it goes before anything is published of the state.
func TestWhoSaysALoweringAgainPublishesTheStateThatGoesWithIt(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Admin)
	c, d := o.joined(f, "C", roster.Coordinator), o.joined(f, "D", roster.Coordinator)
	f.put(member(3, "Avant"))
	o.agree(f, b, c, d)
	f.way.offline, b.way.offline = true, true
	for by, whom := range map[*laptop]*laptop{f: c, b: d} {
		if err := by.engine.Promote(whom.id.Device(), roster.Reader, home); err != nil {
			t.Fatal(err)
		}
	}
	c.put(member(1, "De C"))
	d.put(member(2, "De D"))
	c.round()
	d.round()
	f.way.offline, b.way.offline = false, false
	again := false
	for range 4 {
		for _, l := range []*laptop{c, d, f, b} {
			before := l.engine.State().Head
			l.round()
			said := l.engine.heads[l.id.Device()]
			fingerprint, digest := l.engine.frontier()
			if bytes.Equal(said.Frontier, fingerprint) && !bytes.Equal(said.Digest, digest) {
				t.Errorf("%s published %x at its own frontier, and is at %x", l.name, said.Digest, digest)
			}
			again = again || l.engine.State().Head != before && len(l.engine.roster.Lost(l.id.Device())) > 0
		}
	}
	if !again {
		t.Error("nobody had anything to say again")
	}
	o.agree(f, b, c, d)
}

// sealsBeside lets B revoke C and write something under the new key, while F, who does not know of it and wins, says something else.
func (o *office) sealsBeside(f, b, c *laptop, other func() error) {
	o.t.Helper()
	f.way.offline, b.way.offline = true, true
	for _, err := range []error{b.engine.Revoke(c.id.Device()), other()} {
		if err != nil {
			o.t.Fatal(err)
		}
	}
	b.put(member(1, "Sous l’autre clé"))
	b.way.offline = false
	b.round()
	f.way.offline = false
	f.round()
}

func TestWhoIsInAfterAllReadsWhatWasSealedWhileItWasRevoked(t *testing.T) {
	for _, authorStays := range []bool{true, false} {
		o := newOffice(t)
		f := o.founder()
		b, c := o.joined(f, "B", roster.Admin), o.joined(f, "C", roster.Coordinator)
		o.agree(f, b, c)
		o.sealsBeside(f, b, c, func() error { return f.engine.Promote(b.id.Device(), roster.Coordinator, home) })
		there := []*laptop{f, b, c}
		if !authorStays { // who said it is shut out itself before it could hand on anything
			if err := f.engine.Revoke(b.id.Device()); err != nil {
				t.Fatal(err)
			}
			there = []*laptop{f, c}
		}
		o.agree(there...)
		if c.family(1) != "Sous l’autre clé" || !f.isIn(c) {
			t.Errorf("C reads %q (author stays: %t, C is in: %t)", c.family(1), authorStays, f.isIn(c))
		}
	}
}

func TestWhoIsRevokedAgainGetsNoKeysOfTheRevocationThatLost(t *testing.T) {
	for lost := false; !lost; { // of two revocations either may win
		o := newOffice(t)
		f := o.founder()
		b, c, d := o.joined(f, "B", roster.Admin), o.joined(f, "C", roster.Coordinator), o.joined(f, "D", roster.Door)
		o.agree(f, b, c, d)
		o.sealsBeside(f, b, c, func() error { return f.engine.Revoke(d.id.Device()) })
		sealedWith := b.engine.State().CurrentKey("")
		o.agree(f, b)
		lost = len(b.engine.roster.Lost(b.id.Device())) > 0
		if f.isIn(c) || f.isIn(d) {
			t.Errorf("C is in: %t, D is in: %t", f.isIn(c), f.isIn(d))
		}
		c.fails("laptop_revoked")
		if _, holds := c.engine.ring[sealedWith]; holds || c.family(1) != "unknown_id" {
			t.Errorf("C reads %q, holds the key: %t (the revocation lost: %t)", c.family(1), holds, lost)
		}
	}
}

func TestWhatTwoAdminsChangeOfThePolicyAtOnceHoldsBoth(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Admin)
	o.agree(f, b)
	o.atOnce(func() error { return f.engine.SetPolicy(roster.Policy{ShareCard: false, AdminsRead: true}) },
		func() error { return b.engine.SetPolicy(roster.Policy{ShareCard: true, AdminsRead: false}) }, f, b)
	if p := f.engine.State().Policy(); p != (roster.Policy{}) {
		t.Errorf("%+v", p)
	}
}

func TestOfTwoPapersThatTwoAdminsWriteAtOnceTheOtherIsToldWhichHolds(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Admin)
	o.agree(f, b)
	words := map[*laptop]roster.Recovery{}
	paper := func(l *laptop) func() error {
		return func() (err error) { words[l], err = l.engine.NewRecovery(nil); return err }
	}
	o.atOnce(paper(f), paper(b), f, b)
	card, _ := f.engine.State().Recovery()
	for _, l := range []*laptop{f, b} {
		id, err := words[l].Identity()
		if err != nil {
			t.Fatal(err)
		}
		holds := id.Device() == card.Device()
		if r := l.round(); tells(r, "overruled_recovery") == holds {
			t.Errorf("the words of %s hold %v, told %+v", l.name, holds, r.Quarantined)
		}
	}
}

func TestNewKeysThatTwoAdminsGiveAtOnceAreGivenOnce(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Admin)
	o.agree(f, b)
	version := f.engine.State().Version
	o.atOnce(func() error { return f.engine.Rotate() }, func() error { return b.engine.Rotate("") }, f, b)
	if s := f.engine.State(); s.Version > version+2 {
		t.Errorf("%d statements", s.Version-version)
	}
}
