package sync

import (
	"slices"
	"testing"
	"time"

	"example.org/carnet/sync/roster"
)

func TestManyDeltasOfOneLaptopComeInOneObject(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	f.writes(1, manyDeltas+10)
	if got := o.shelf.keys("seg/"); len(got) != 1 {
		t.Fatalf("bundles %v", got)
	}
	before := b.way.Cost()
	b.round()
	if gets := b.way.Cost().Since(before).Get; gets > 20 {
		t.Errorf("B asked for %d objects", gets)
	}
	o.agree(f, b)
	if b.family(5) != "Famille5" || b.family(manyDeltas+9) == "unknown_id" {
		t.Error("B lacks something")
	}
	// A bundle that was changed is named, and the deltas come one by one.
	c := o.joined(f, "C", roster.Door)
	_ = c
	d := o.laptop("D")
	for _, key := range o.shelf.keys("seg/") {
		o.shelf.objects[key][9] ^= 1
	}
	i, s, err := f.engine.Invite(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	d.accept(i, s)
	d.round()
	f.round()
	if r := d.round(); !slices.ContainsFunc(r.Quarantined, func(q Refused) bool { return q.Reason == "segment_unreadable" }) {
		t.Errorf("set aside %v", r.Quarantined)
	}
	o.agree(f, b, d)
}
