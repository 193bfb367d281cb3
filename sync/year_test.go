package sync

import (
	"testing"
	"time"

	"example.org/carnet/sync/roster"
)

// A whole network may rest for a year and be taken up again by everybody at once.
func TestANetworkThatRestedForAYearGoesOnWhereItWas(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	for i, l := range []*laptop{f, b, c} {
		l.put(member(i, "Avant"))
	}
	o.agree(f, b, c)
	o.clock.wait(365 * 24 * time.Hour)
	f.put(member(7, "Après"))
	f.round()
	b.round()
	c.round()
	o.agree(f, b, c)
	for _, l := range []*laptop{f, b, c} {
		if l.family(7) != "Après" || l.family(0) != "Avant" || l.family(2) != "Avant" {
			t.Errorf("%s reads %q %q %q", l.name, l.family(7), l.family(0), l.family(2))
		}
	}
}
