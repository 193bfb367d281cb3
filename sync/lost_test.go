package sync

import (
	"context"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

func TestABucketRolledBackToYesterdayIsNamedAndFilledAgain(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	yesterday := map[string][]byte{}
	for k, v := range o.shelf.objects {
		yesterday[k] = v
	}
	o.clock.wait(20 * time.Hour)
	f.put(member(1, "Un"))
	b.put(member(2, "Deux"))
	o.agree(f, b)
	o.shelf.objects = yesterday
	r := f.round()
	if !r.Places[0].Rewound || r.Places[0].Lost < 2 || r.Places[0].Carried < 2 || !r.NeedsPerson() {
		t.Errorf("%+v", r.Places)
	}
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	if c.family(1) != "Un" || c.family(2) != "Deux" {
		t.Errorf("C reads %q and %q", c.family(1), c.family(2))
	}
	if r := f.round(); r.Places[0].Lost > 0 || len(r.Missing)+len(r.Held) > 0 {
		t.Errorf("afterwards %+v", r)
	}
}

func TestADeletedObjectIsPutBackWithinADay(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	f.put(member(1, "Un"))
	o.agree(f, b)
	f.put(member(2, "Deux"))
	o.agree(f, b)
	gone := key(t, o, f, 1)
	delete(o.shelf.objects, gone)
	o.clock.wait(25 * time.Hour)
	if r := b.round(); r.Places[0].Lost != 1 || r.Places[0].Carried != 1 || r.Places[0].Rewound {
		t.Errorf("%+v", r.Places)
	}
	c := o.joined(f, "C", roster.Coordinator)
	if c.round(); c.family(1) != "Un" {
		t.Errorf("C reads %q", c.family(1))
	}
}

func TestAMissingObjectIsAskedForAndPutBackByWhoHasIt(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	f.put(member(1, "Un"))
	f.round()
	gone := key(t, o, f, 0)
	b.round()
	c.way.hide = strings.TrimPrefix(gone, snapshot.Prefix) // C never sees it under this name
	f.put(member(2, "Deux"))
	f.round()
	if r := c.round(); len(r.Missing) != 1 || c.family(1) != "unknown_id" {
		t.Errorf("%+v", r)
	}
	b.round() // hears that C asks, and puts it back
	if r := c.round(); c.family(1) != "Un" || c.family(2) != "Deux" || r.StaleSince != "" {
		t.Errorf("C reads %q and %q, %+v", c.family(1), c.family(2), r)
	}
}

func TestARoundThatIsCutAtAnyPlaceGoesOnWhereItWas(t *testing.T) {
	for at := range 12 {
		o := newOffice(t)
		f := o.founder()
		b := o.joined(f, "B", roster.Coordinator)
		o.agree(f, b)
		stick := o.stick()
		f.put(member(1, "Un"))
		b.put(member(2, "Deux"))
		b.round()
		ways := f.uses(o.shelf, stick)
		ways[at%2].dieAfter = at / 2
		_, err := f.engine.Round(context.Background())
		if err != nil && !fault.Is(err, "bucket_unreachable") {
			t.Fatal(err)
		}
		f.again()
		f.uses(o.shelf, stick)
		f.round()
		b.round()
		b.uses(stick)
		o.agree(f, b)
		if r := b.round(); b.family(1) != "Un" || f.family(2) != "Deux" || len(r.Quarantined) > 0 {
			t.Fatalf("at %d: %q, %q, %v", at, b.family(1), f.family(2), r.Quarantined)
		}
	}
}
