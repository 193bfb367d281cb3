package sync

import (
	"testing"
	"time"

	"example.org/carnet/sync/roster"
)

func TestAWrongServerClockHidesNothingForLongerThanADay(t *testing.T) {
	for name, off := range map[string]time.Duration{"a day ahead": 24 * time.Hour, "a day behind": -24 * time.Hour, "ten minutes ahead": 10 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			f := o.founder()
			b := o.joined(f, "B", roster.Coordinator)
			c := o.joined(f, "C", roster.Coordinator)
			o.agree(f, b, c)
			f.way.off, b.way.off, c.way.off = off, off, off
			f.put(member(1, "Un"))
			f.round()
			b.round() // B looks while the clock is wrong, C does not
			f.way.off, b.way.off, c.way.off = 0, 0, 0
			o.clock.wait(5 * time.Minute)
			f.put(member(2, "Deux"))
			f.round()
			b.round()
			c.round()
			o.clock.wait(25 * time.Hour)
			for range 3 {
				f.round()
				b.round()
				c.round()
			}
			for _, l := range []*laptop{b, c} {
				if l.family(1) != "Un" || l.family(2) != "Deux" {
					t.Errorf("%s reads %q and %q", l.name, l.family(1), l.family(2))
				}
			}
			o.agree(f, b, c)
		})
	}
}

func TestAnIdleRoundNamesOneObjectOnly(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	for range 12 {
		f.put(member(1, o.clock.now().String()))
		f.round()
	}
	f.round() // names what was sent last
	o.clock.wait(2 * time.Minute)
	f.round() // nobody sends anything under that second any more
	f.way.listed = 0
	if r := f.round(); f.way.listed > 1 || r.asked() != "list 1 get 0 put 0 head 0 delete 0" {
		t.Errorf("%d names listed, %s", f.way.listed, r.asked())
	}
	o.clock.wait(16 * time.Minute)
	f.round() // looks again at what was not settled
	f.way.listed = 0
	for range 20 {
		o.clock.wait(5 * time.Minute)
		if f.round(); f.way.listed > 20 {
			t.Fatalf("%d names listed", f.way.listed)
		}
	}
}

// However many objects came, one round a quarter of an hour later names them once more; every other round in which nobody has news
// names one at most, so that what an idle round costs does not depend on how much came before.
func TestWhatCameIsListedOnceMoreAndThenNoRoundNamesItAgain(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	o.clock.wait(40 * time.Minute)
	f.round()
	for n := range 50 {
		b.put(member(n, "Exemple"))
		b.round()
	}
	o.clock.wait(2 * time.Minute)
	f.round()
	o.clock.wait(2 * time.Minute)
	f.round()
	again := 0
	for range 12 * 20 {
		o.clock.wait(5 * time.Minute)
		f.way.listed = 0
		if r := f.round(); r.asked() != "list 1 get 0 put 0 head 0 delete 0" {
			t.Fatalf("asked %s", r.asked())
		}
		if f.way.listed > 1 {
			again++
			if f.way.listed > 53 {
				t.Errorf("%d names listed", f.way.listed)
			}
		}
	}
	if again != 1 {
		t.Errorf("%d rounds named more than one", again)
	}
}

// Nor does it depend on how many wrote in the second of the newest object.
func TestAnIdleRoundNamesOneObjectThoughManyWroteInTheSameSecond(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	o.clock.wait(40 * time.Minute)
	f.round()
	at := o.clock.at
	for n, l := range []*laptop{b, c} {
		o.clock.at = at
		l.put(member(n, "Exemple"))
		l.round()
	}
	for range 3 {
		o.clock.wait(20 * time.Minute)
		f.round()
	}
	o.clock.wait(5 * time.Minute)
	f.way.listed = 0
	if r := f.round(); r.asked() != "list 1 get 0 put 0 head 0 delete 0" || f.way.listed != 1 {
		t.Errorf("asked %s, %d names listed", r.asked(), f.way.listed)
	}
}

func TestAnObjectThatAppearsLateUnderAnOldNameIsFoundSoon(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	f.put(member(1, "Un"))
	f.round()
	late := key(t, o, f, 0)
	c.way.hide = late // it is on its way for ten minutes
	b.way.hide = late
	o.clock.wait(time.Minute)
	b.put(member(2, "Deux"))
	b.round()
	c.round()
	o.clock.wait(10 * time.Minute)
	b.way.hide, c.way.hide = "", ""
	for range 3 {
		o.clock.wait(5 * time.Minute)
		c.round()
	}
	if c.family(1) != "Un" || c.family(2) != "Deux" {
		t.Errorf("C reads %q and %q", c.family(1), c.family(2))
	}
}
