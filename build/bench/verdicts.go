package main

import (
	"fmt"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
)

// verdictRules are what real audiences ask for, the last of them everything at once.
var verdictRules = []string{
	"elected", "preset(community-staff)", "preset(rural)",
	"any(invited=mem_a|mem_b, all(mandate, any(rural, indigenous), province=QC|ON|BC), none(role=elected|partner, province=NB))",
}

// measureVerdicts judges every member of the large home for a meeting, once a rule.
func (b *bench) measureVerdicts() error {
	s, err := b.openHome("large", "benchlaptop")
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	s.WaitDirectory()
	m := meetings.New(meetings.Deps{Store: s, Now: time.Now})
	var times []time.Duration
	for range 5 {
		for _, rule := range verdictRules {
			start := time.Now()
			all, err := m.Verdicts(store.Meeting{Start: "2026-12-02T13:00", Audience: rule})
			times = append(times, time.Since(start))
			if err != nil || len(all) != s.Count(store.KindMember) {
				return fmt.Errorf("%d of %d members were judged: %w", len(all), s.Count(store.KindMember), err)
			}
		}
	}
	worst := at(100, times)
	b.table.row(fmt.Sprintf("verdicts with reasons on %d members for one meeting, four rules", s.Count(store.KindMember)), "150 ms",
		fmt.Sprintf("p50 %s, worst %s", short(at(50, times)), short(worst)), worst <= 150*time.Millisecond)
	return nil
}
