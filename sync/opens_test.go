package sync

import (
	"slices"
	"strings"
	"testing"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
)

// toOpen gives an office whose member's details lie in a full snapshot alone, and C, who took all in from deltas when it could not read them and
// is given that office now.
func (o *office) toOpen() (f, b, c *laptop) {
	o.t.Helper()
	f = o.founder()
	b, c = o.joinedAt(f, "B", roster.Coordinator, away), o.joined(f, "C", roster.Coordinator)
	b.put(person(2, "Invention", away, "450 555-0102"), person(3, "Effacée", away, "450 555-0103"))
	o.agree(f, b, c)
	if err := f.engine.Erase(refsOf(3), "request"); err != nil {
		o.t.Fatal(err) // so that nothing older stays beside the full snapshot
	}
	f.compacts()
	o.days(3, b, c, f)
	gone := !slices.ContainsFunc(o.shelf.keys("log/"), func(key string) bool { return strings.Contains(key, b.id.Device()+"-1-") })
	if len(c.engine.gens.origin.Places) > 0 || !gone || len(o.shelf.keys("full/00000001/"+away+"-manifest")) != 1 {
		o.t.Fatalf("C began from %v, the deltas are gone: %t; %v", c.engine.gens.origin.Places, gone, o.shelf.keys("full/"))
	}
	if err := f.engine.Promote(c.id.Device(), roster.Coordinator, away); err != nil {
		o.t.Fatal(err)
	}
	f.round()
	return f, b, c
}

func TestWhoIsGivenAnOfficeWhoseFullSnapshotIsSpoiltBeginsFromTheNext(t *testing.T) {
	for _, restarted := range []bool{false, true} {
		o := newOffice(t)
		f, b, c := o.toOpen()
		c.again() // it has no manifest in mind
		o.spoils("full/00000001/" + away + "-manifest")
		c.round()
		o.days(1, c) // nobody who could replace it comes
		if c.phone(2) != "" {
			t.Fatalf("C reads %q already", c.phone(2))
		}
		if restarted {
			c.again()
		}
		f.compacts()
		o.days(3, b, f, c)
		o.agree(f, b, c)
		if c.phone(2) != "450 555-0102" {
			t.Errorf("C reads %q (started again: %t)", c.phone(2), restarted)
		}
	}
}

func TestWhoIsGivenAnOfficeBeginsFromItsFullSnapshotThoughItIsStoppedAnywhere(t *testing.T) {
	for stop := 6; stop < 10; stop++ { // in the middle of what it begins from
		o := newOffice(t)
		f, b, c := o.toOpen()
		c.way.dieAfter = stop
		if _, err := c.engine.Round(t.Context()); err != nil && !fault.Is(err, "bucket_unreachable") {
			t.Fatalf("stopped at %d: %v", stop, err)
		}
		c.way.dieAfter = -1
		if stop%2 == 1 {
			c.again()
		}
		o.days(2, f, b, c)
		if c.phone(2) != "450 555-0102" {
			t.Errorf("stopped at %d, C reads %q", stop, c.phone(2))
		}
	}
}

// Who was given an office, and cannot begin from the full snapshot that has it, knows no more than sums of what was sealed for it.
func TestWhoCannotReadAnOfficeWholeYetLeavesItsPartToOthers(t *testing.T) {
	for _, ownAway := range []bool{false, true} { // then another admin who has its key writes it
		o := newOffice(t)
		f, b, c := o.toOpen()
		if err := f.engine.Promote(c.id.Device(), roster.Admin, away); err != nil {
			t.Fatal(err)
		}
		f.round()
		o.spoils("full/00000001/network-0")
		c.again() // it has nothing of it in mind
		c.round()
		c.compacts()
		if wrote := o.shelf.keys("full/00000002/" + away + "-manifest"); len(wrote) != 0 || len(o.shelf.keys("full/00000002/network-manifest")) != 1 {
			t.Errorf("C wrote the office's part %v", wrote)
		}
		there := []*laptop{b, f, c}
		if ownAway {
			there = there[1:]
		}
		o.days(5, there...)
		o.agree(f, b, c)
		if c.phone(2) != "450 555-0102" {
			t.Errorf("C reads %q", c.phone(2))
		}
		for _, l := range []*laptop{f, b, c} {
			if slices.ContainsFunc(l.engine.Quarantined(), func(q Refused) bool { return q.Reason == "full_differs" }) {
				t.Errorf("%s refuses %v", l.name, l.engine.Quarantined())
			}
		}
	}
}
