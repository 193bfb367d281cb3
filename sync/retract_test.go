package sync

import (
	"testing"

	"example.org/carnet/sync/roster"
)

func TestWhatARevokedLaptopWroteAfterItsEndIsTakenBackWhereItHadArrived(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	b.put(member(1, "Avant"))
	o.agree(f, b, c)
	f.way.offline = true
	b.put(member(1, "Après"), member(2, "Après"))
	b.round()
	b.put(member(1, "Encore"))
	b.round()
	c.round() // C has taken in what F will not let count
	if c.family(1) != "Encore" || c.family(2) != "Après" {
		t.Fatalf("C reads %q, %q", c.family(1), c.family(2))
	}
	c.put(member(1, "Corrigé")) // and goes on from there
	c.round()
	if err := f.engine.Revoke(b.id.Device()); err != nil {
		t.Fatal(err)
	}
	f.way.offline = false
	f.round()
	report := c.round()
	if len(report.Quarantined) != 2 || report.Quarantined[0].Reason != "delta_after_revocation" {
		t.Errorf("set aside: %v", report.Quarantined)
	}
	o.agree(f, c)
	for _, l := range []*laptop{f, c} {
		if l.family(2) != "unknown_id" || l.family(1) != "Corrigé" {
			t.Errorf("%s reads %q, %q", l.name, l.family(1), l.family(2))
		}
		l.again()
	}
	o.agree(f, c)
	b.fails("laptop_revoked")
}
