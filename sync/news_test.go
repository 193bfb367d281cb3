package sync

import (
	"fmt"
	"testing"

	"example.org/carnet/sync/roster"
)

func TestADeltaStaysSmallHoweverManyLaptopsWereHeard(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	var others []*laptop
	for i := range 25 {
		others = append(others, o.joined(f, fmt.Sprint("L", i), roster.Coordinator))
	}
	o.agree(append([]*laptop{f}, others...)...)
	for i, l := range others {
		l.put(member(i, "Un"))
		l.round()
	}
	for i := range 5 {
		f.put(member(40+i, "Deux"))
		if r := f.round(); r.Pushed.Snapshots != 1 || r.BytesOut > 700 {
			t.Errorf("delta %d takes %d bytes", i, r.BytesOut)
		}
	}
	told := 0
	for _, l := range others {
		if f.engine.witnessed[l.id.Device()] == f.engine.heads[l.id.Device()].Number {
			told++
		}
	}
	if told != len(others) {
		t.Errorf("after five deltas %d of %d laptops were told of", told, len(others))
	}
}
