package sync

import (
	"slices"
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/sync/roster"
)

func TestDetailsFollowAMemberWhomSomebodyMovedThatCannotReadThemThere(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	a := o.joined(f, "A", roster.Admin)
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	c := o.joined(f, "C", roster.Coordinator)
	c.put(person(1, "Exemple", home, "450 555-0101"))
	o.agree(f, a, b, c)
	c.put(person(1, "Exemple", away, "450 555-0101")) // C has no key of that office
	c.round()
	if b.round(); b.phone(1) != "" || b.family(1) != "Exemple" {
		t.Fatalf("B reads %q already", b.phone(1))
	}
	o.agree(f, a, b, c)
	if b.phone(1) != "450 555-0101" || f.phone(1) != "450 555-0101" || c.phone(1) != "" {
		t.Errorf("B reads %q, F %q, C %q", b.phone(1), f.phone(1), c.phone(1))
	}
	// Once is enough, whoever looks.
	said := func() uint64 {
		return f.store.Frontier()[f.id.Device()] + f.store.Frontier()[a.id.Device()]
	}
	before := said()
	o.days(3, f, a, b, c)
	if after := said(); after != before {
		t.Errorf("it was said again: %d, then %d", before, after)
	}
	if r := f.round(); r.Conflicts > 0 || len(r.Quarantined) > 0 {
		t.Errorf("%d conflicts, set aside %v", r.Conflicts, r.Quarantined)
	}
	o.agree(f, a, b, c)
}

func TestDetailsOfAMemberWithoutAnOfficeAreNotBroughtToEverybody(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joinedAt(f, "B", roster.Coordinator, away)
	c := o.joined(f, "C", roster.Coordinator)
	f.put(person(1, "Exemple", home, "450 555-0101"))
	o.agree(f, b, c)
	orphan := store.Edit{Wall: o.clock.now().UnixMilli(), Device: c.id.Device(), First: 900}
	past, err := c.store.History(store.KindMember, member(1, "").ID)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(past, func(p store.Past) bool { return p.Field == "office" })
	orphan.Changes = []store.Change{{Kind: store.KindMember, Record: member(1, "").ID, Field: "office", Replaces: []store.Dot{past[at].Dot},
		Stamp: store.Stamp{Wall: orphan.Wall, Dot: store.Dot{Device: orphan.Device, Seq: 900}}}}
	o.smuggle(c, orphan) // no program of ours writes this, an undo may
	f.round()
	o.days(2, f, b)
	if m, err := store.Get[store.Member](b.store, member(1, "").ID); err != nil || m.Office != "" || m.Phone != "" {
		t.Errorf("B reads %q of office %q, %v", m.Phone, m.Office, err)
	}
}
