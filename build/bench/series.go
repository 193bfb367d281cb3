package main

import (
	"fmt"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

// measureSeries works out a year of a series, and the local times of each meeting in 200 zones. Nothing worked out before
// serves again, but the zones themselves.
func (b *bench) measureSeries() error {
	const many = 200
	people := map[string]int{}
	for _, name := range zones.Names() {
		if len(people) < many {
			people[name] = 1
		}
	}
	s := store.Series{ID: "ser_bench", Start: "2026-12-02T13:00", Zone: "America/Toronto", Rule: "FREQ=WEEKLY;INTERVAL=2"}
	var times []time.Duration
	for range 20 {
		m := meetings.New(meetings.Deps{Now: time.Now})
		start, n := time.Now(), 0
		all := m.Occasions(s, time.Date(2027, 12, 2, 0, 0, 0, 0, time.UTC))
		for _, o := range all {
			n += len(meetings.TimesAt(o.Start, s.Zone, people))
		}
		times = append(times, time.Since(start))
		if len(all) != 27 && len(all) != 26 || n < len(all)*many {
			return fmt.Errorf("%d meetings had %d local times", len(all), n)
		}
	}
	first, usual := times[0], at(50, times)
	b.table.row("a year of a bi-weekly series in 200 zones", "50 ms",
		fmt.Sprintf("p50 %s, worst %s; the first, which unpacks the zones, %s", short(usual), short(at(100, times)), short(first)), max(first, usual) <= 50*time.Millisecond)
	return nil
}
