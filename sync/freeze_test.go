package sync

import (
	"testing"
	"time"

	"example.org/carnet/sync/roster"
)

func TestABucketThatHidesOneLaptopIsNoticedWithinThreeDays(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	b := o.joined(f, "B", roster.Coordinator)
	c := o.joined(f, "C", roster.Coordinator)
	o.agree(f, b, c)
	day := func() {
		for range 3 {
			o.clock.wait(8 * time.Hour)
			for _, l := range []*laptop{f, b, c} {
				l.round()
			}
		}
	}
	for range 5 {
		day()
	}
	last := o.clock.now()
	f.round()
	hidden := "-" + b.id.Device() + "-"
	f.way.hide, c.way.hide = hidden, hidden // nobody but B sees B's own
	for range 3 {
		if r := f.round(); r.StaleSince != "" {
			t.Errorf("too soon: %s", r.StaleSince)
		}
		day()
	}
	for _, l := range []*laptop{f, c} {
		r := l.round()
		since, err := time.Parse(time.RFC3339, r.StaleSince)
		if err != nil || last.Sub(since).Abs() > 24*time.Hour || len(r.Silent) != 1 || r.Silent[0] != b.id.Device() {
			t.Errorf("%s: stale since %q, silent %v", l.name, r.StaleSince, r.Silent)
		}
	}
	if r := b.round(); r.StaleSince == "" {
		t.Error("B does not notice that nobody sees it")
	}
	f.way.hide, c.way.hide = "", ""
	day()
	day()
	for _, l := range []*laptop{f, b, c} {
		if r := l.round(); r.StaleSince != "" {
			t.Errorf("%s still says %s", l.name, r.StaleSince)
		}
	}
}

func TestALaptopInUseSpeaksOnceADay(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	f.round()
	puts := 0
	for range 3 * 24 {
		o.clock.wait(time.Hour)
		puts += f.round().Requests.Put
	}
	if puts < 2 || puts > 3 {
		t.Errorf("%d words in three days", puts)
	}
}
