package sync

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
)

const tree = "Zwetschgenbaum"

func TestAnErasureReachesEveryByteOfEveryHomeAndOfTheBucket(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	away := o.joined(f, "C", roster.Coordinator)
	m := member(1, tree)
	m.Email, m.Notes = strings.ToLower(tree)+"@example.org", tree+" 2"
	b.put(m, member(2, "Reste"))
	o.agree(f, b, away)
	m.Family = tree + "3"
	away.put(m)
	o.agree(f, b, away)
	f.compacts()
	o.days(2, b, f, away)
	m.Family = tree + "4"
	away.put(m) // not sent any more
	away.way.offline = true
	if len(b.says(tree)) == 0 || len(f.bucketSays(tree)) == 0 {
		t.Fatal("the search finds nothing even before")
	}
	ref := store.RecordRef{Kind: store.KindMember, ID: m.ID}
	if err := b.engine.Erase([]store.RecordRef{ref}, "request"); !fault.Is(err, "roster_not_admin") {
		t.Errorf("a coordinator: %v", err)
	}
	if err := f.engine.Erase([]store.RecordRef{ref}, "request"); err != nil {
		t.Fatal(err)
	}
	f.round()
	b.round()
	if b.family(1) != "unknown_id" || b.family(2) != "Reste" {
		t.Errorf("B reads %q and %q", b.family(1), b.family(2))
	}
	o.days(3, f, b)
	for _, l := range []*laptop{f, b} {
		if where := l.says(tree); len(where) > 0 {
			t.Errorf("%s still has it in %v", l.name, where)
		}
	}
	if where := f.bucketSays(tree); len(where) > 0 {
		t.Errorf("the bucket still has it in %v", where)
	}
	got := f.engine.Receipts(ref)
	if len(got) != 1 || len(got[0].Done) != 2 || !slices.Equal(got[0].Waiting, []string{away.id.Device()}) {
		t.Errorf("receipts %+v", got)
	}
	// C comes back, with its unsent edit of the record.
	away.way.offline = false
	away.round()
	if where := away.says(tree); len(where) > 0 {
		t.Errorf("C still has it in %v", where)
	}
	if where := f.bucketSays(tree); len(where) > 0 {
		t.Errorf("C put it back in %v", where)
	}
	o.days(2, f, b, away)
	o.agree(f, b, away)
	if got := f.engine.Receipts(ref); len(got) != 1 || len(got[0].Waiting) != 0 {
		t.Errorf("receipts %+v", got)
	}
	for _, l := range []*laptop{f, b, away} {
		l.again()
		if where := l.says(tree); len(where) > 0 {
			t.Errorf("%s has it again in %v", l.name, where)
		}
	}
}

func TestALaptopThatComesBackAfterAYearErasesBeforeItSaysAnything(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	m := member(1, tree)
	f.put(m, member(2, "Reste"))
	o.agree(f, b)
	m.Family = tree + "2"
	b.put(m, member(3, "Neu"))
	b.way.offline = true
	if err := f.engine.Erase([]store.RecordRef{{Kind: store.KindMember, ID: m.ID}}, "request"); err != nil {
		t.Fatal(err)
	}
	f.round()
	o.days(3, f)
	for range 12 {
		o.clock.wait(30 * 24 * time.Hour)
		f.round()
	}
	b.way.offline = false
	b.round()
	b.round()
	if where := append(b.says(tree), f.bucketSays(tree)...); len(where) > 0 {
		t.Errorf("it is still in %v", where)
	}
	o.days(2, f, b)
	o.agree(f, b)
	if b.family(2) != "Reste" {
		t.Errorf("B reads %q", b.family(2))
	}
	unsent, err := b.engine.Unsent()
	if err != nil || len(unsent) == 0 || slices.ContainsFunc(unsent, func(u Unsent) bool { return u.ID == m.ID }) {
		t.Fatalf("unsent %v, %v", unsent, err)
	}
	if f.family(3) == "Neu" {
		t.Error("what B had not sent went out without a person")
	}
	var all []int
	for _, u := range unsent {
		all = append(all, u.Which)
	}
	if _, err := b.engine.TakeUnsent(all); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	if f.family(3) != "Neu" {
		t.Errorf("F reads %q", f.family(3))
	}
}

// What was sealed goes out in any case, and everybody counts it. Its own laptop has let go of it meanwhile, and a full snapshot does not have it.
func TestWhatWasOnItsWayOfAnErasedRecordCountsAlikeWhateverItsLaptopBeginsFrom(t *testing.T) {
	for _, at := range []struct{ begins, arrives bool }{{false, false}, {false, true}, {true, false}, {true, true}} {
		o := newOffice(t)
		f := o.founder()
		b, c := o.joined(f, "B", roster.Coordinator), o.joined(f, "C", roster.Coordinator)
		f.put(member(1, tree), member(2, "Reste"))
		o.agree(f, b, c)
		c.put(member(1, tree+"2"))
		if c.way.dieAfter = 1; at.arrives { // at the PUT
			c.way.dieAfter, c.way.loseAfter = -1, 0
		}
		c.fails("bucket_unreachable")
		if c.engine.ready == nil {
			t.Fatal("nothing is on its way")
		}
		c.put(member(3, "Neu"))
		if err := f.engine.Erase(refsOf(1), "request"); err != nil {
			t.Fatal(err)
		}
		f.round()
		if at.begins {
			o.days(3, f, b)
		}
		c.way.dieAfter = -1
		c.round()
		if began := len(c.engine.gens.origin.Places) > 0; began != at.begins {
			t.Errorf("%+v: C began from a full snapshot: %v", at, began)
		}
		o.agree(f, b, c)
		o.days(2, f, b, c)
		o.agree(f, b, c)
		if f.family(3) != "Neu" || c.family(1) != "unknown_id" {
			t.Errorf("%+v: F reads %q, C %q", at, f.family(3), c.family(1))
		}
	}
}

func TestAnAdministratorWhoAsksSeesReceiptsAtOnce(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, tree))
	o.agree(f, b)
	ref := store.RecordRef{Kind: store.KindMember, ID: member(1, "").ID}
	if err := f.engine.Erase([]store.RecordRef{ref}, "request"); err != nil {
		t.Fatal(err)
	}
	f.round()
	b.round()
	f.round()
	if got := f.engine.Receipts(ref); len(got) != 1 || len(got[0].Done) != 1 {
		t.Fatalf("nobody asked, and it looked: %+v", got)
	}
	f.engine.LookAround()
	f.round()
	if got := f.engine.Receipts(ref); len(got[0].Done) != 2 || len(got[0].Waiting) != 0 {
		t.Errorf("receipts %+v", got)
	}
}

func refsOf(n int) []store.RecordRef {
	return []store.RecordRef{{Kind: store.KindMember, ID: member(n, "").ID}}
}
