package sync

import (
	"slices"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

func TestAnOrderByNoAdminIsNamedAndNotCarriedOut(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Reste"))
	o.agree(f, b)
	order := &snapshot.EraseOrder{Network: b.engine.Network(), Wall: 1, Records: []snapshot.Reference{{Kind: store.KindMember, ID: member(1, "").ID}}}
	key, object, err := snapshot.WriteEraseOrder(b.id, b.engine.member.Cover, order, o.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	o.shelf.objects[key] = object
	o.shelf.objects["erase/1lg41er-aaaaaaaaaaaaaaaaaaaaaaaaaa"] = object
	o.clock.wait(25 * time.Hour)
	r := f.round()
	if f.family(1) != "Reste" || !slices.ContainsFunc(r.Quarantined, func(q Refused) bool { return q.Key == key && q.Reason == "erasure_not_admin" }) {
		t.Errorf("F reads %q, set aside %v", f.family(1), r.Quarantined)
	}
}

// An order by an admin who was revoked since counts for whoever sees it now if an admin who is still in place has carried it out.
func TestAnOrderOfARevokedAdminCountsForAllWhenAnAdminInPlaceHasCarriedItOut(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	a := o.joined(f, "A", roster.Admin)
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	f.put(member(1, "Efface"), member(2, "Reste"))
	o.agree(f, a, b, c)
	c.way.offline = true
	if err := a.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	a.round()
	f.round()
	b.round()
	if err := f.engine.Revoke(a.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.round()
	c.way.offline = false
	o.days(2, f, b, c)
	d := o.joined(f, "D", roster.Coordinator)
	o.days(2, f, b, c, d)
	o.agree(f, b, c, d)
	for _, l := range []*laptop{f, b, c, d} {
		if l.family(1) != "unknown_id" || !l.store.IsDropped(store.KindMember, member(1, "").ID) || l.family(2) != "Reste" {
			t.Errorf("%s reads %q, %q", l.name, l.family(1), l.family(2))
		}
		if q := l.engine.Quarantined(); len(q) > 0 {
			t.Errorf("%s set aside %v", l.name, q)
		}
	}
}

// No admin in place has: it counts for nobody. Who carried it out before it heard of the revocation gets the record back with the next full snapshot.
func TestAnOrderOfARevokedAdminThatNoAdminInPlaceCarriedOutCountsForNobody(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	a := o.joined(f, "A", roster.Admin)
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	f.put(member(1, "Reste"), member(2, "Reste"))
	o.agree(f, a, b, c)
	f.way.offline = true
	c.way.offline = true
	if err := a.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	a.round()
	b.round()
	if b.family(1) != "unknown_id" {
		t.Fatal("B has not erased it")
	}
	if err := f.engine.Revoke(a.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.way.offline, c.way.offline = false, false
	o.days(2, f, b, c)
	f.compacts()
	o.days(3, f, b, c)
	o.agree(f, b, c)
	for _, l := range []*laptop{f, b, c} {
		l.again()
		if l.family(1) != "Reste" || l.family(2) != "Reste" {
			t.Errorf("%s reads %q, %q", l.name, l.family(1), l.family(2))
		}
		if q := l.engine.Quarantined(); !slices.ContainsFunc(q, func(q Refused) bool { return q.Reason == "erasure_not_admin" }) {
			t.Errorf("%s set aside %v", l.name, q)
		}
	}
	// An admin who says the same makes it count.
	if err := f.engine.Erase(refsOf(1), "request"); err != nil {
		t.Fatal(err)
	}
	o.days(2, f, b, c)
	o.agree(f, b, c)
	for _, l := range []*laptop{f, b, c} {
		if l.family(1) != "unknown_id" {
			t.Errorf("%s reads %q", l.name, l.family(1))
		}
	}
}
