package sync

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/sync/roster"
)

// late is a network in which an admin, F, says that B belongs to another office since before what B wrote last. Some have let go of the bytes of that.
func late(t *testing.T, gone func(o *office, everybody []*laptop)) (o *office, everybody []*laptop) {
	o = newOffice(t)
	f := o.founder()
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	c := o.joined(f, "C", roster.Admin)
	d := o.joined(f, "D", roster.Coordinator)
	everybody = []*laptop{f, b, c, d}
	b.put(person(1, "Avant", away, "450 555-0101"))
	o.agree(everybody...)
	ends := f.engine.endsOf(b.id.Device())
	b.put(person(1, "Entre", away, "450 555-0102"), person(2, "Entre", away, "450 555-0103"))
	o.agree(everybody...)
	gone(o, everybody)
	if err := f.engine.write(func(r *roster.Roster) ([]byte, error) {
		return r.Promote(f.id, b.id.Device(), roster.Coordinator, home, o.clock.now(), ends...)
	}); err != nil {
		t.Fatal(err)
	}
	return o, everybody
}

// letGo removes the bytes of a laptop's deltas from a home, as when a full snapshot stands for them.
func (l *laptop) letGo(of string) {
	l.t.Helper()
	files, err := filepath.Glob(filepath.Join(l.engine.Objects, "*-"+of+"-*"))
	if err != nil || len(files) == 0 {
		l.t.Fatalf("%s has no copies: %v", l.name, err)
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			l.t.Fatal(err)
		}
	}
}

// allLetGo removes the bytes of a laptop's deltas everywhere.
func (o *office) allLetGo(of *laptop, everybody []*laptop) {
	o.t.Helper()
	for _, key := range o.shelf.keys("log/") {
		if strings.Contains(key, "-"+of.id.Device()+"-") {
			delete(o.shelf.objects, key)
		}
	}
	for _, l := range everybody {
		l.letGo(of.id.Device())
		if err := os.RemoveAll(l.engine.Quarantine); err != nil {
			o.t.Fatal(err)
		}
	}
}

// rounds lets all make rounds day after day; nobody may say that another diverged.
func (o *office) rounds(days int, everybody []*laptop) {
	o.t.Helper()
	for range days {
		for range 2 {
			for _, l := range everybody {
				if r := l.round(); len(r.Diverged) > 0 {
					o.t.Errorf("%s says that %v diverged", l.name, r.Diverged)
				}
			}
		}
		o.clock.wait(25 * time.Hour)
	}
}

func TestWhoLetGoOfTheBytesOfWhatALostRoleTakesBackBeginsAgain(t *testing.T) {
	o, everybody := late(t, func(*office, []*laptop) {})
	f, b, c, d := everybody[0], everybody[1], everybody[2], everybody[3]
	f.round()
	b.round()
	o.allLetGo(b, everybody)
	c.round()
	d.round()
	f.compacts()
	o.rounds(4, everybody)
	o.agree(everybody...)
	for _, l := range everybody {
		if l.family(1) != "Avant" || l.family(2) != "unknown_id" {
			t.Errorf("%s reads %q, %q", l.name, l.family(1), l.family(2))
		}
		list, err := l.engine.Unsent()
		waits := slices.ContainsFunc(list, func(u Unsent) bool { return u.Field == "family" && u.To == "Entre" && u.ID == member(2, "").ID })
		if err != nil || waits != (l.name == "C") {
			t.Errorf("%s keeps for a person what went with the bytes: %v %v", l.name, waits, err)
		}
	}
}

func TestWhatNobodyCanJudgeAnyMoreStaysEverywhere(t *testing.T) {
	o, everybody := late(t, func(o *office, all []*laptop) {
		for n := range 3 {
			all[2].put(member(10+n, "De C"))
			all[2].compacts()
			o.days(2, all...)
		}
	})
	o.rounds(20, everybody)
	o.agree(everybody...)
	for _, l := range everybody {
		if l.family(1) != "Entre" || l.family(2) != "Entre" || l.family(12) != "De C" {
			t.Errorf("%s reads %q, %q, %q", l.name, l.family(1), l.family(2), l.family(12))
		}
	}
}

func TestWhoCannotJudgeWhatALostRoleTakesBackWritesNoFullSnapshot(t *testing.T) {
	o, everybody := late(t, func(*office, []*laptop) {})
	f, b, c, d := everybody[0], everybody[1], everybody[2], everybody[3]
	f.round()
	b.round()
	o.allLetGo(b, everybody)
	c.compacts()
	d.round()
	if fulls := o.shelf.keys("full/"); len(fulls) > 0 {
		t.Errorf("C wrote what it cannot judge into a full snapshot: %v", fulls)
	}
	f.compacts()
	o.rounds(4, everybody)
	o.agree(everybody...)
	for _, l := range everybody {
		if l.family(1) != "Avant" || l.family(2) != "unknown_id" {
			t.Errorf("%s reads %q, %q", l.name, l.family(1), l.family(2))
		}
	}
}

// As where the statement lost against another, and is said again once the bytes are gone.
func TestWhatWasSetAsideWholeNeedsNoBytesToBeJudgedByALaterStatement(t *testing.T) {
	o, everybody := late(t, func(*office, []*laptop) {})
	f, b := everybody[0], everybody[1]
	l, _ := f.engine.State().Laptop(b.id.Device())
	o.rounds(1, everybody)
	o.agree(everybody...)
	o.allLetGo(b, everybody)
	if err := f.engine.write(func(r *roster.Roster) ([]byte, error) {
		return r.Promote(f.id, b.id.Device(), roster.Reader, home, o.clock.now(), l.Lowered[0].Ends...)
	}); err != nil {
		t.Fatal(err)
	}
	f.compacts()
	for _, each := range everybody {
		each.round()
		if devices := (&round{Engine: each.engine}).unjudgeable(); len(devices) > 0 {
			t.Errorf("%s cannot judge %v", each.name, devices)
		}
	}
	if len(o.shelf.keys("full/")) == 0 {
		t.Error("no full snapshot was written")
	}
	o.rounds(4, everybody)
	o.agree(everybody...)
}
