package sync

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/carnet/sync/roster"
)

func TestWhatARevokedLaptopWroteAfterItsEndIsTakenBackWhereItHadArrived(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	b.put(member(1, "Avant"))
	o.agree(f, b, c)
	f.way.offline = true
	b.put(member(1, "Après"), member(2, "Après"))
	b.round()
	b.put(member(1, "Encore"))
	b.round()
	c.round() // C has taken in what F will not let count
	if c.family(1) != "Encore" || c.family(2) != "Après" {
		t.Fatalf("C reads %q, %q", c.family(1), c.family(2))
	}
	c.put(member(1, "Corrigé")) // and goes on from there
	c.round()
	if err := f.engine.Revoke(b.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.way.offline = false
	f.round()
	report := c.round()
	if len(report.Quarantined) != 2 || report.Quarantined[0].Reason != "delta_after_revocation" {
		t.Errorf("set aside: %v", report.Quarantined)
	}
	o.agree(f, c)
	for _, l := range []*laptop{f, c} {
		if l.family(2) != "unknown_id" || l.family(1) != "Corrigé" {
			t.Errorf("%s reads %q, %q", l.name, l.family(1), l.family(2))
		}
		l.again()
	}
	o.agree(f, c)
	b.fails("laptop_revoked")
}

func TestARevokedLaptopOfWhichNoChangeCountsIsTakenBackThoughItsFirstDeltasAreGone(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	b.says1()
	o.agree(f, b, c)
	if b.store.Frontier()[b.id.Device()] != 0 {
		t.Fatal("B has written already")
	}
	f.way.offline = true
	b.put(member(1, "Après"))
	b.round()
	b.put(member(2, "Après"))
	b.round()
	c.round()
	if c.family(1) != "Après" {
		t.Fatalf("C reads %q", c.family(1))
	}
	// As after a full snapshot: nobody keeps the bytes of B's first delta any more.
	first := "-" + b.id.Device() + "-1-"
	for _, key := range o.shelf.keys("log/") {
		if strings.Contains(key, first) {
			delete(o.shelf.objects, key)
		}
	}
	for _, l := range []*laptop{f, c} {
		kept, err := filepath.Glob(l.home + "/objects/*" + first + "*")
		if err != nil || len(kept) != 1 {
			t.Fatalf("%s keeps %v, %v", l.name, kept, err)
		}
		if err := os.Remove(kept[0]); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.engine.Revoke(b.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.way.offline = false
	f.round()
	c.round()
	o.agree(f, c)
	for _, l := range []*laptop{f, c} {
		if l.family(1) != "unknown_id" || l.family(2) != "unknown_id" {
			t.Errorf("%s reads %q, %q", l.name, l.family(1), l.family(2))
		}
		if r := l.round(); len(r.Missing)+len(r.Held) > 0 {
			t.Errorf("%s misses %v, holds %v", l.name, r.Missing, r.Held)
		}
	}
	o.days(2, f, c)
	o.agree(f, c)
}

// says1 makes a laptop send a delta without a change.
func (l *laptop) says1() {
	l.t.Helper()
	l.engine.notice = true
	l.round()
}

// A revocation that lost against another one, which names a later end, sets aside what counts after all.
func TestWhatAnEarlierEndSetAsideIsTakenInWhenALaterOneHolds(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	a := o.joined(f, "A", roster.Admin)
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	b.put(member(1, "Avant"))
	o.agree(f, a, b, c)
	a.way.offline = true
	b.put(member(1, "Après"))
	b.round()
	f.round()
	c.way.offline = true
	if err := a.engine.Revoke(b.id.Device()); err != nil { // the junior's, without the last delta
		t.Fatal(err)
	}
	a.way.offline = false
	f.way.offline = true
	a.round()
	c.way.offline = false
	c.round()
	if c.family(1) != "Avant" {
		t.Fatalf("C reads %q", c.family(1))
	}
	if err := f.engine.Revoke(b.id.Device()); err != nil { // the founder's
		t.Fatal(err)
	}
	if _, _, err := f.engine.Invite(home, roster.Reader, "Camille Exemple", o.clock.now().Add(time.Hour)); err != nil { // the longer branch
		t.Fatal(err)
	}
	f.way.offline = false
	f.round()
	o.agree(f, a, c)
	for _, l := range []*laptop{f, a, c} {
		if l.family(1) != "Après" {
			t.Errorf("%s reads %q", l.name, l.family(1))
		}
	}
}

// A full snapshot that has more of a revoked laptop than counts: of an office that is closed nobody can take that out of the sums, so
// it is begun from no more, and who did begins again from one without.
func TestAFullSnapshotBeyondARevokedLaptopsEndIsLeftBehind(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	a := o.joined(f, "A", roster.Admin)
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	b.put(person(1, "Avant", away, "450 555-0101"))
	o.agree(f, a, b)
	a.way.offline = true
	for n := 2; n < 6; n++ {
		b.put(person(n, "Après", away, "450 555-0102"))
		b.round()
	}
	o.agree(f, b)
	f.compacts()
	o.days(1, b, f)
	c := o.newcomer(f, "C", home, roster.Coordinator) // does not read B's office
	c.startsFar(2)
	c.round()
	if len(c.engine.gens.origin.Places) == 0 || c.family(4) != "Après" {
		t.Fatalf("C did not begin from the full snapshot, and reads %q", c.family(4))
	}
	if err := a.engine.Revoke(b.id.Device()); err != nil { // with what A knows of B
		t.Fatal(err)
	}
	a.way.offline = false
	a.round()
	f.round() // says again at once what lost against A
	for range 4 {
		o.days(1, a, f, c)
		for _, l := range []*laptop{a, f, c} {
			if r := l.round(); len(r.Diverged) > 0 {
				t.Errorf("%s says that others diverged", l.name)
			}
		}
	}
	o.agree(f, a, c)
	for _, l := range []*laptop{f, a, c} {
		if l.family(1) != "Avant" || l.family(4) != "unknown_id" {
			t.Errorf("%s reads %q, %q", l.name, l.family(1), l.family(4))
		}
	}
	if c.engine.beyondEnd(c.engine.gens.origin.Places) {
		t.Error("C still rests on what counts no more")
	}
}

// Of a record that was erased only a sum is left. What a revoked laptop wrote of it after its end goes out of that too.
func TestWhatARevokedLaptopWroteOfAnErasedRecordCountsNoMore(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	a := o.joined(f, "A", roster.Admin)
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	b.put(member(1, "Avant"), member(2, "Avant"))
	o.agree(f, a, b, c)
	a.way.offline = true
	m := member(1, "Après")
	m.Email = "apres@example.org"
	b.put(m, member(2, "Après"))
	b.round()
	f.round()
	c.round()
	if err := f.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	f.round()
	c.round()
	if err := a.engine.Revoke(b.id.Device()); err != nil { // with what A knows of B
		t.Fatal(err)
	}
	a.way.offline = false
	for range 3 {
		for _, l := range []*laptop{a, f, c} {
			if r := l.round(); len(r.Diverged) > 0 {
				t.Errorf("%s says that others diverged", l.name)
			}
		}
	}
	o.agree(f, a, c)
	for _, l := range []*laptop{f, a, c} {
		l.again()
		if l.family(1) != "unknown_id" || l.family(2) != "Avant" {
			t.Errorf("%s reads %q, %q", l.name, l.family(1), l.family(2))
		}
	}
	o.agree(f, a, c)
}
