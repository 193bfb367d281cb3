package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// prove waits until all laptops hold the same, starts them once more from their disks, and compares with what was acknowledged.
func (f *forum) prove(ctx context.Context) error {
	began := time.Now()
	if err := f.agree(ctx); err != nil {
		return err
	}
	say("all laptops hold the same %.1f s after the last scan", time.Since(began).Seconds())
	var first answer
	for i, l := range f.laptops {
		if err := errors.Join(l.kill(), l.start()); err != nil {
			return err
		}
		a, err := l.ask(order{Do: "state", Meeting: f.meeting})
		if err != nil {
			return err
		}
		if i == 0 {
			first = a
		}
		if a.Digest != first.Digest || a.Frontier != first.Frontier || a.Inside != first.Inside {
			return fmt.Errorf("laptop %s holds %s at %s with %d inside, and laptop A %s at %s with %d", l.name, a.Digest, a.Frontier, a.Inside, first.Digest, first.Frontier, first.Inside)
		}
		if err := f.compare(l.name, a); err != nil {
			return err
		}
	}
	kills := 0
	for _, l := range f.laptops {
		kills += int(l.pushes.Load()-1) / 2
	}
	slices.Sort(f.took)
	say("a pass was acknowledged after %.1f ms, 99 of 100 after %.1f ms, the slowest after %.0f ms", millis(f.took[len(f.took)/2]), millis(f.took[len(f.took)*99/100]), millis(f.took[len(f.took)-1]))
	for _, v := range f.guests {
		say("phone %s tapped %d people, %d of them while the laptop did not answer", v.name, v.taps, v.alone)
	}
	say("%d scans acknowledged, %d shown again, %d kills: each on all laptops once, no other, %d inside, digest %.16s", f.expected(), f.twice, kills, first.Inside, first.Digest)
	return nil
}

func (f *forum) agree(ctx context.Context) error {
	var last []string
	for began := time.Now(); time.Since(began) < 2*time.Minute; time.Sleep(200 * time.Millisecond) {
		var digests []string
		last = nil
		for _, l := range f.laptops {
			a, err := l.ask(order{Do: "state", Meeting: f.meeting})
			if err != nil {
				return err
			}
			last = append(last, fmt.Sprintf("%s holds %d of %d, %d wait, %s", l.name, a.Count, f.expected(), a.Waiting, a.Trouble))
			digests = append(digests, fmt.Sprint(a.Digest, a.Count == f.expected()))
		}
		if slices.Equal(digests, slices.Repeat([]string{digests[0]}, len(digests))) && digests[0][len(digests[0])-4:] == "true" {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return fmt.Errorf("two minutes after the last scan the laptops still differ: %s", strings.Join(last, "; "))
}

// expected is how many scans doors and phones showed as done.
func (f *forum) expected() int {
	n := len(f.acked)
	for _, v := range f.guests {
		n += v.taps
	}
	return n
}

// compare holds a laptop against what was acknowledged: those of doors by the ids that were answered, those of phones by the names under which they were sent.
func (f *forum) compare(name string, a answer) error {
	tapped := map[string]bool{}
	for _, v := range f.guests {
		for _, nonce := range v.nonces {
			tapped["phone "+nonce] = true
		}
	}
	seen := map[string]bool{}
	for i, id := range a.Scans {
		_, atDoor := f.acked[id]
		if !atDoor && !tapped[a.Nonces[i]] {
			return fmt.Errorf("laptop %s holds a scan that nobody acknowledged: %s, %s", name, id, a.Nonces[i])
		}
		if seen[a.Nonces[i]] {
			return fmt.Errorf("laptop %s holds pass %s twice", name, a.Nonces[i])
		}
		seen[a.Nonces[i]] = true
	}
	if len(a.Scans) != f.expected() {
		return fmt.Errorf("laptop %s holds %d scans of %d", name, len(a.Scans), f.expected())
	}
	return nil
}
