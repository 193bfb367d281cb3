package sync

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

// newcomer is a laptop that was admitted and has taken in nothing yet.
func (o *office) newcomer(f *laptop, name, at string, role roster.Role) *laptop {
	o.t.Helper()
	i, s, err := f.engine.Invite(at, role, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		o.t.Fatal(err)
	}
	l := o.laptop(name)
	l.accept(i, s)
	l.startsFar(3)
	l.round()
	f.round()
	return l
}

func TestAnOfficesDetailsStayClosedInAFullSnapshotAndAllStatesStillCompare(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	f.put(person(1, "Exemple", away, "450 555-0101"), person(4, "Quatre", home, "450 555-0104"))
	b.put(person(2, "Invention", away, "450 555-0102"))
	f.writes(10, 4)
	o.agree(f, b)
	f.compacts()
	o.days(1, b, f)
	if len(f.engine.gens.good) != 1 || len(b.engine.gens.good) != 1 {
		t.Fatalf("F relies on %v, B on %v; %v", f.engine.gens.good, b.engine.gens.good, o.shelf.keys("full/"))
	}
	c := o.newcomer(f, "C", home, roster.Coordinator)
	c.round()
	d := o.newcomer(f, "D", away, roster.Door)
	d.round()
	for _, l := range []*laptop{c, d} {
		if len(l.engine.gens.origin.Places) == 0 {
			t.Fatalf("%s did not begin from the full snapshot", l.name)
		}
	}
	o.agree(f, b, c, d)
	if c.phone(1) != "" || c.phone(2) != "" || c.phone(4) != "450 555-0104" || c.family(1) != "Exemple" {
		t.Errorf("C reads %q %q %q", c.phone(1), c.phone(2), c.phone(4))
	}
	if d.phone(1) != "450 555-0101" || d.phone(2) != "450 555-0102" || d.phone(4) != "" {
		t.Errorf("D reads %q %q %q", d.phone(1), d.phone(2), d.phone(4))
	}
	for key, data := range o.shelf.objects {
		if bytes.Contains(data, []byte("555-01")) {
			t.Errorf("a detail stands in the clear in %s", key)
		}
	}
}

func TestAnOfficeAddsWhatTheAdminCannotRead(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	if err := f.engine.write(func(r *roster.Roster) ([]byte, error) {
		return r.SetPolicy(f.id, roster.Policy{ShareCard: true}, o.clock.now())
	}); err != nil {
		t.Fatal(err)
	}
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	b.put(person(2, "Invention", away, "450 555-0102"))
	f.writes(10, 4)
	o.agree(f, b)
	f.compacts()
	if holds := f.engine.Holds(away); holds == (len(o.shelf.keys("full/00000001/"+away+"-manifest")) == 0) {
		t.Fatalf("F holds the office's key: %t, and wrote %v", holds, o.shelf.keys("full/"))
	}
	o.days(1, b, f)
	if len(o.shelf.keys("full/00000001/"+away+"-manifest")) != 1 || len(f.engine.gens.good) != 1 {
		t.Fatalf("%v", o.shelf.keys("full/"))
	}
	c := o.newcomer(f, "C", home, roster.Coordinator)
	c.round()
	o.agree(f, b, c)
	if len(c.engine.gens.origin.Places) == 0 || c.phone(2) != "" || c.family(2) != "Invention" {
		t.Errorf("C reads %q and %q", c.family(2), c.phone(2))
	}
}

func TestABeginningStoppedAtAnyRequestIsDoneAgain(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.writes(1, 8)
	f.compacts()
	o.days(1, f)
	c := o.newcomer(f, "C", home, roster.Coordinator)
	for stop := range 24 {
		c.way.dieAfter = stop
		o.clock.wait(time.Second)
		if _, err := c.engine.Round(t.Context()); err != nil && !fault.Is(err, "bucket_unreachable") {
			t.Fatalf("stopped at %d: %v", stop, err)
		}
		c.way.dieAfter = -1
		if stop%4 == 3 {
			c.again()
			c.startsFar(3)
		}
		if q := c.engine.Quarantined(); len(q) > 0 {
			t.Fatalf("stopped at %d: set aside %v", stop, q)
		}
	}
	o.agree(f, c)
	if len(c.engine.gens.origin.Places) == 0 || c.family(7) != "Famille7" {
		t.Error("C did not begin from the full snapshot")
	}
}

func TestWhatARevokedAdminWroteCountsOnlyIfSomebodyElseMadeItAgain(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	a := o.joined(f, "A", roster.Admin)
	a.writes(1, 5)
	o.agree(f, b, a)
	a.compacts()
	o.days(1, b, f)
	a.writes(10, 3)
	o.agree(f, b, a)
	a.compacts() // nobody makes this one again before A is gone
	if err := f.engine.Revoke(a.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.round()
	o.days(1, f, b)
	if len(f.engine.gens.good) != 1 || f.engine.gens.good[0].Number != 1 {
		t.Errorf("F relies on %+v", f.engine.gens.good)
	}
	if q := f.engine.Quarantined(); !slices.ContainsFunc(q, func(q Refused) bool {
		return strings.HasPrefix(q.Key, "full/00000002/") && q.Reason == "full_author_left"
	}) {
		t.Errorf("set aside %v", q)
	}
	c := o.newcomer(f, "C", home, roster.Coordinator)
	c.round()
	o.agree(f, b, c)
	if c.family(2) != "Famille2" || c.family(11) != "Famille11" {
		t.Error("C lacks something")
	}
}

func TestACosignatureOfAnotherGenerationScopeOrLaptopConfirmsNothing(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	r := o.joined(f, "R", roster.Reader)
	f.writes(1, 4)
	o.agree(f, b, r)
	f.compacts()
	o.days(1, b, r, f)
	old := o.shelf.keys("full/00000001/")
	f.writes(10, 4)
	o.agree(f, b, r)
	f.compacts()
	// The old co-signatures under names of the new generation, and one by the author itself.
	for _, key := range old {
		if strings.Contains(key, "cosign") {
			o.shelf.objects[strings.Replace(key, "00000001", "00000002", 1)] = o.shelf.objects[key]
		}
	}
	for _, m := range f.engine.gens.manifests {
		if m.Generation == 2 {
			key, object, err := snapshot.WriteCosignature(f.id, f.engine.member.Cover, m, 1)
			if err != nil {
				t.Fatal(err)
			}
			o.shelf.objects[key] = object
		}
	}
	o.clock.wait(25 * time.Hour)
	got := f.round()
	if f.engine.gens.good[0].Number != 1 {
		t.Errorf("F relies on %+v", f.engine.gens.good[0])
	}
	named := 0
	for _, q := range got.Quarantined {
		if strings.HasPrefix(q.Key, "full/00000002/") && q.Reason == "full_misnamed" {
			named++
		}
	}
	if named == 0 {
		t.Errorf("set aside %v", got.Quarantined)
	}
}

func TestAnExchangeStoppedWhileRecordsAreErasedGoesOn(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, tree), member(2, "Reste"))
	o.agree(f, b)
	f.compacts()
	o.days(1, b, f)
	if err := f.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	for stop := range 30 {
		for _, l := range []*laptop{f, b} {
			l.way.dieAfter = stop
			o.clock.wait(time.Second)
			if _, err := l.engine.Round(t.Context()); err != nil && !fault.Is(err, "bucket_unreachable") {
				t.Fatalf("%s stopped at %d: %v", l.name, stop, err)
			}
			l.way.dieAfter = -1
			if stop%7 == 6 {
				l.again()
			}
		}
	}
	o.days(3, f, b)
	o.agree(f, b)
	for _, l := range []*laptop{f, b} {
		if where := append(l.says(tree), l.bucketSays(tree)...); len(where) > 0 {
			t.Errorf("%s finds it in %v", l.name, where)
		}
	}
	if got := f.engine.Receipts(refsOf(1)[0]); len(got) != 1 || len(got[0].Waiting) > 0 {
		t.Errorf("receipts %+v", got)
	}
}

func TestAFullSnapshotReachesAPlaceThatIsNew(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.writes(1, 5)
	f.compacts()
	o.days(1, f)
	f.writes(10, 3)
	f.compacts()
	o.days(3, f)
	if len(o.shelf.keys("log/")) > 8 {
		t.Fatalf("nothing was removed: %v", o.shelf.keys("log/"))
	}
	stick := o.stick()
	f.uses(o.shelf, stick)
	f.round()
	f.round()
	if len(stick.keys("full/00000002/")) == 0 {
		t.Fatalf("the stick has %v", stick.keys(""))
	}
	if len(f.engine.gens.good) == 0 {
		t.Error("F relies on nothing any more")
	}
	o.shelf = stick
	c := o.newcomer(f, "C", home, roster.Coordinator)
	c.round()
	f.round()
	c.round()
	if c.family(2) != "Famille2" || c.family(11) != "Famille11" {
		t.Errorf("C reads %q and %q", c.family(2), c.family(11))
	}
}

func BenchmarkBegin(b *testing.B) {
	for _, size := range []struct{ members, scans int }{{10_000, 100_000}, {100_000, 1_000_000}} {
		b.Run(fmt.Sprintf("%d+%d", size.members, size.scans), func(b *testing.B) {
			o := newOffice(b)
			f := o.founder()
			f.load(size.members, size.scans)
			f.round()
			f.compacts()
			for b.Loop() {
				b.StopTimer()
				c := o.newcomer(f, "C", home, roster.Coordinator)
				b.StartTimer()
				c.round()
				if len(c.engine.gens.origin.Places) == 0 {
					b.Fatal("not begun from the full snapshot")
				}
			}
		})
	}
}

// A generation that was begun before a rotation and finished after it is sealed with keys that its manifests' statement does not bring.
func TestAFullSnapshotWhoseKeyIsNotHereYetWaitsForIt(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.writes(1, 4)
	c := o.newcomer(f, "C", home, roster.Coordinator)
	if err := f.engine.Compact(); err != nil {
		t.Fatal(err)
	}
	for f.way.dieAfter = 1; !f.engine.gens.writing; f.way.dieAfter++ {
		stop := f.way.dieAfter
		_, _ = f.engine.Round(t.Context())
		f.way.dieAfter = stop
	}
	f.way.dieAfter = -1
	if err := f.engine.Rotate(); err != nil {
		t.Fatal(err)
	}
	f.round()
	c.way.hide = f.lastPage()
	c.round()
	c.way.hide = ""
	o.days(1, c, f)
	o.agree(f, c)
	if c.family(3) != "Famille3" || len(o.shelf.keys("full/00000001/network-manifest")) != 1 {
		t.Errorf("C reads %q; %v", c.family(3), o.shelf.keys("full/"))
	}
}
