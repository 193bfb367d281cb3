package sync

import (
	"testing"

	"example.org/carnet/sync/roster"
)

// The first delta of a newcomer is listed and cannot be had. Whoever asks others for what is missing of it asked for number 0, in a delta that
// nobody could read any more.
func TestWhoCannotHaveTheFirstDeltaOfANewcomerStillWritesWhatOthersRead(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, c)
	b := o.joined(f, "B", roster.Coordinator)
	f.way.gone = "-" + b.id.Device() + "-1-"
	b.put(member(1, "Un"))
	b.round()
	for range 3 {
		o.days(1, f, b, c)
		f.put(member(2, "Deux"))
		f.round()
	}
	if r := c.round(); len(r.Quarantined)+len(r.Held) > 0 {
		t.Errorf("C cannot read what F wrote: %v, %v", r.Quarantined, r.Held)
	}
	f.way.gone = ""
	o.days(2, f, b, c)
	o.agree(f, b, c)
}
