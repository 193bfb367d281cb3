package sync

import (
	"testing"

	"example.org/carnet/sync/roster"
)

func TestEachLaptopKnowsHowFarItAndTheOthersAreWithOneAnother(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	o.agree(f, b)
	f.put(member(1, "Un"))
	f.round()
	if terms := f.engine.Terms()[b.engine.Device()]; terms.HasOurs || !terms.Whole {
		t.Errorf("before the other looked: %+v", terms)
	}
	b.round()
	b.put(member(2, "Deux"))
	b.round()
	f.round()
	if terms := f.engine.Terms()[b.engine.Device()]; !terms.Told || !terms.HasOurs || !terms.Whole {
		t.Errorf("after the other looked and wrote: %+v", terms)
	}
	f.again()
	if terms := f.engine.Terms()[b.engine.Device()]; !terms.HasOurs {
		t.Errorf("after a new start: %+v", terms)
	}
}
