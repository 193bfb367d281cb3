package main

import (
	"context"
	"fmt"
	"time"
)

// checked is what a check of everything cost.
type checked struct {
	here, there time.Duration
	records     int
	objects     int
	problems    int
	longest     time.Duration // that an edit waited meanwhile
}

// measureCheck checks the home and the bucket while somebody edits.
func (c *crowd) measureCheck() error {
	o, err := checkWhileEditing(c.founder)
	if err != nil {
		return err
	}
	c.table.row(fmt.Sprintf("check of %d records, here", o.records), "15 s with the bucket", short(o.here), o.here+o.there <= 15*time.Second && o.problems == 0)
	c.table.note("  in the bucket", "", fmt.Sprintf("%s, %d objects", short(o.there), o.objects))
	c.table.note("  who edits every 5 ms meanwhile waits at most", "", short(o.longest))
	return nil
}

func checkWhileEditing(l *laptop) (o checked, err error) {
	l.store.WaitDirectory()
	quit, longest := make(chan struct{}), make(chan time.Duration, 1)
	go func() {
		most := time.Duration(0)
		for n := 0; ; n++ {
			select {
			case <-quit:
				longest <- most
				return
			case <-time.After(5 * time.Millisecond):
			}
			start := time.Now()
			if err := l.edit(family(n%crowdMembers, fmt.Sprintf("Écrit %d", n))); err == nil {
				most = max(most, time.Since(start))
			}
		}
	}()
	start := time.Now()
	r, err := l.store.Check()
	o.here = time.Since(start)
	close(quit)
	o.longest = <-longest
	if err != nil {
		return o, err
	}
	o.records, o.problems = r.Records, len(r.Problems)
	start = time.Now()
	objects, problems, err := l.engine.Check(context.Background())
	o.there, o.objects, o.problems = time.Since(start), objects, o.problems+len(problems)
	return o, err
}
