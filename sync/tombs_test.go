package sync

import (
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/sync/roster"
)

func TestDeletionsAreForgottenWhenAllHaveSeenThem(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Gone"), member(2, "Reste"))
	o.agree(f, b)
	if _, err := f.store.Edit(func(tx *store.Tx) error { return tx.Delete(store.KindMember, member(1, "").ID) }); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	f.compacts()
	o.days(35, b, f)
	f.compacts()
	if !f.store.IsDropped(store.KindMember, member(1, "").ID) {
		t.Fatal("F still keeps it")
	}
	o.days(2, b, f)
	if !b.store.IsDropped(store.KindMember, member(1, "").ID) {
		t.Error("B still keeps it")
	}
	o.agree(f, b)
}

func TestDeletionsAreKeptForALaptopThatWasJustAdmitted(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Gone"), member(2, "Reste"))
	o.agree(f, b)
	if _, err := f.store.Edit(func(tx *store.Tx) error { return tx.Delete(store.KindMember, member(1, "").ID) }); err != nil {
		t.Fatal(err)
	}
	o.agree(f, b)
	i, secret, err := f.engine.Invite(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	c := o.laptop("C")
	c.accept(i, secret)
	c.round()
	if got := f.round().Admitted; len(got) != 1 {
		t.Fatalf("admitted %v", got)
	}
	f.compacts()
	o.days(35, b, f)
	f.compacts()
	if f.store.IsDropped(store.KindMember, member(1, "").ID) {
		t.Error("F forgot it though C has not been heard of")
	}
	o.days(60, b, f) // ninety days after C was admitted nobody waits for it any more
	f.compacts()
	if !f.store.IsDropped(store.KindMember, member(1, "").ID) {
		t.Error("F still keeps it")
	}
}
