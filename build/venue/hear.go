package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

const early = 12 // guests who come before the doors open

// hear measures how soon a scan counts at the other doors while the room is whole: first until the laptops have found each other, then a dozen
// times, at each door in turn.
func (f *forum) hear(ctx context.Context) error {
	var took []time.Duration
	for n := range early + 1 {
		at := n % len(f.laptops)
		o := order{Do: "scan", Meeting: f.meeting, Member: f.members[n], Kind: "in", At: time.Now().UTC(), Nonce: fmt.Sprintf("early-%d", n), Station: stations[at]}
		began := time.Now()
		a, err := f.laptops[at].ask(o)
		if err != nil {
			return err
		}
		f.acknowledge(a, o)
		if err := f.allCount(ctx, f.before+n+1); err != nil {
			return err
		}
		if n > 0 { // the first waits for the laptops to find each other
			took = append(took, time.Since(began))
		}
		time.Sleep(time.Duration(n) * 100 * time.Millisecond)
	}
	f.done.Store(0)
	slices.Sort(took)
	say("a scan counts at the other doors after %.2f s, the slowest of %d after %.2f s", took[len(took)/2].Seconds(), len(took), took[len(took)-1].Seconds())
	return nil
}

// allCount waits until every laptop has so many scans.
func (f *forum) allCount(ctx context.Context, scans int) error {
	for began := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		behind := 0
		for _, l := range f.laptops {
			a, err := l.ask(order{Do: "count", Meeting: f.meeting})
			if err != nil {
				return err
			}
			if a.Count < scans {
				behind++
			}
		}
		switch {
		case behind == 0:
			return nil
		case time.Since(began) > time.Minute:
			return fmt.Errorf("after a minute %d laptops do not count what came", behind)
		case ctx.Err() != nil:
			return ctx.Err()
		}
	}
}
