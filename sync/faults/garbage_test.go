package faults

import (
	"context"
	"testing"
	"time"

	"example.org/carnet/sync/snapshot"
)

// later lets time pass for all laptops, and each look whether anything is new.
func (p *pair) later(t testing.TB) {
	t.Helper()
	p.skew.Add(int64(25 * time.Hour))
	p.rounds(t)
	p.rounds(t)
}

// leavesOneGeneration writes full snapshots twice: then neither what lay there before the first of them may be left, nor anything of a generation that was
// begun in trouble and never finished.
func (p *pair) leavesOneGeneration(t testing.TB) {
	t.Helper()
	a := p.laptops[0]
	var first map[string]uint64
	for n := range 2 {
		p.rounds(t)
		if n == 0 {
			first = map[string]uint64{}
			for device, seen := range a.engine.Seen() {
				first[device] = seen.Number
			}
		}
		a.writes(t, 1000+n)
		if err := a.engine.Compact(); err != nil {
			t.Fatal(err)
		}
		p.rounds(t)
		p.later(t)
	}
	p.later(t) // the second is confirmed, and stands for a day before what it makes needless goes
	p.later(t)
	page, err := a.bucket.List(context.Background(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	generations := map[uint64]int{}
	for _, o := range page.Objects {
		if name, err := snapshot.ParseName(o.Key); err == nil && name.Number <= first[name.Device] {
			t.Errorf("%s lies there though two full snapshots stand for it", o.Key)
		}
		if name, err := snapshot.ParseFullName(o.Key); err == nil {
			generations[name.Generation]++
		}
	}
	if len(generations) != 2 {
		t.Errorf("objects of these generations lie there: %v", generations)
	}
}
