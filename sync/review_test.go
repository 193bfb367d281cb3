package sync

import (
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

func TestWhatARevokedLaptopWroteLaterIsReviewedChangeByChange(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	b.put(person(1, "Avant", home, "450 555-0101"))
	o.agree(f, b, c)
	if err := f.engine.Revoke(b.id.Device()); err != nil {
		t.Fatal(err)
	}
	if l, _ := f.engine.State().Laptop(b.id.Device()); !l.Revoked || l.Last == 0 || l.LastSeq != b.store.Frontier()[b.id.Device()] {
		t.Errorf("the revocation names %+v", l)
	}
	b.put(person(1, "Après", home, "450 555-0199"), person(2, "Nouvelle", home, "450 555-0102"))
	b.round() // it does not know yet
	f.round()
	f.again()
	c.round()
	list := f.engine.Quarantined()
	if len(list) != 1 || list[0].Reason != "delta_after_revocation" {
		t.Fatalf("%+v", list)
	}
	proposals, err := f.engine.Review(list[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	var take []int
	for _, p := range proposals {
		if p.Change.Record == member(1, "").ID && p.Change.Field == "family" && (p.To != "Après" || p.Now != "Avant" || p.Known) {
			t.Errorf("%+v", p)
		}
		if p.Change.Record == member(2, "").ID {
			take = append(take, p.Which)
		}
	}
	if len(take) < 4 {
		t.Fatalf("%d changes of the new member among %+v", len(take), proposals)
	}
	if _, err := c.engine.AcceptChanges(list[0].Key, take); !fault.Is(err, "role_forbids") {
		t.Errorf("accepted by a coordinator: %v", err)
	}
	if _, err := f.engine.AcceptChanges(list[0].Key, []int{999}); !fault.Is(err, "unknown_change") {
		t.Error(err)
	}
	if n, err := f.engine.AcceptChanges(list[0].Key, take); err != nil || n != len(take) {
		t.Errorf("%d, %v", n, err)
	}
	if len(f.engine.Quarantined()) != 0 {
		t.Error("it is still on the list")
	}
	o.agree(f, c)
	for _, l := range []*laptop{f, c} {
		if l.family(1) != "Avant" || l.phone(1) != "450 555-0101" || l.family(2) != "Nouvelle" || l.phone(2) != "450 555-0102" {
			t.Errorf("%s reads %q %q %q %q", l.name, l.family(1), l.phone(1), l.family(2), l.phone(2))
		}
	}
	if _, err := f.engine.Review(list[0].Key); !fault.Is(err, "unknown_object") {
		t.Error(err)
	}
	if err := c.engine.Dismiss(list[0].Key); err != nil {
		t.Error(err)
	}
}

func TestARevokedLaptopCannotOpenWhatComesLaterWithAllItsKeysInHand(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Admin)
	c := o.joinedAt(f, "C", roster.Coordinator, away)
	f.put(person(1, "Avant", away, "450 555-0101"))
	o.agree(f, b, c)
	if err := f.engine.Revoke(b.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.round()
	c.round()
	before := len(o.shelf.objects)
	f.put(person(2, "Secrète", away, "450 555-0102"))
	f.round()
	c.put(person(3, "Secrète", away, "450 555-0103"))
	c.round()
	if len(o.shelf.objects) != before+2 {
		t.Fatal("nothing new to open")
	}
	// All that its identity opens, of the whole chain with its newest statements.
	known, err := roster.Load(f.engine.member.Founding, f.engine.roster.All())
	if err != nil {
		t.Fatal(err)
	}
	ring := known.KeysFor(b.id)
	for id, key := range b.engine.ring {
		ring[id] = key
	}
	read := func(l *laptop) snapshot.Content {
		k := key(t, o, l, 0)
		delta, err := openOwn(f, k, o.shelf.objects[k])
		if err != nil {
			t.Fatal(err)
		}
		content, err := delta.Contents(ring.Find)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	for _, l := range []*laptop{f, c} {
		content := read(l)
		if len(content.Edits()) > 0 || content.Witnessed || len(content.Closed()) != 2 {
			t.Errorf("of what %s wrote it opens %+v", l.name, content)
		}
	}
	b.fails("laptop_revoked")
	if b.family(2) != "unknown_id" || b.family(3) != "unknown_id" {
		t.Error("it has read on")
	}
	if _, err := b.engine.Review("log/x"); !fault.Is(err, "unknown_object") {
		t.Error(err)
	}
}

func TestWhatIsNoDeltaOfTheNetworkIsNotReviewed(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.round()
	stranger, _ := signed.NewIdentity()
	data := stranger.Sign(snapshot.Kind, []byte("x"))
	k := snapshot.Name{Time: o.clock.now(), Device: stranger.Device(), Number: 1, Hash: signed.ShortOf(signed.HashOf(data))}.String()
	o.shelf.objects[k] = data
	f.round()
	if _, err := f.engine.Review(k); !fault.Is(err, "nothing_to_review") {
		t.Error(err)
	}
	if _, err := f.engine.AcceptChanges(k, nil); !fault.Is(err, "nothing_to_review") {
		t.Error(err)
	}
	if _, err := store.Get[store.Member](f.store, "mem_x"); err == nil {
		t.Error("something was written")
	}
}
