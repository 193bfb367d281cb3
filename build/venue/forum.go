package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

type options struct {
	scans, people int
	seed          uint64
	dir           string
	phones        bool
}

// forum is the day: who stands at which door, and what was acknowledged.
type forum struct {
	options
	dayBefore
	room    *room
	laptops []*line

	mu    sync.Mutex
	acked map[string]order // scans that a door showed as done, by id
	twice int              // passes that were shown more than once
	done  atomic.Int64
}

func run(ctx context.Context, o options) (err error) {
	if o.dir == "" {
		if o.dir, err = os.MkdirTemp("", "carnet-venue"); err != nil {
			return err
		}
		defer os.RemoveAll(o.dir)
	}
	f := &forum{options: o, acked: map[string]order{}}
	if f.dayBefore, err = prepare(ctx, o.dir, o.people); err != nil {
		return err
	}
	say("the office prepared three laptops with %d people", len(f.members))
	if f.room, err = newRoom(); err != nil {
		return fmt.Errorf("this needs Linux, root and iproute2: %w", err)
	}
	defer func() { err = errors.Join(err, f.room.close()) }()
	if err := f.open(); err != nil {
		return err
	}
	defer f.shut()
	if err := f.hear(ctx); err != nil {
		return err
	}
	if err := f.day(ctx); err != nil {
		return err
	}
	return f.prove(ctx)
}

// open plugs the laptops in and switches them on. The first lends its folder to the others.
func (f *forum) open() error {
	for i, name := range stations {
		if err := f.room.plug(name, fmt.Sprintf("10.77.0.%d", i+1)); err != nil {
			return err
		}
		l := &line{name: name, room: f.room, seat: seat{Home: home(f.dir, name), Meeting: f.meeting}}
		if i == 0 {
			l.seat.Listen = ":7411"
		}
		f.laptops = append(f.laptops, l)
		if err := l.start(); err != nil {
			return err
		}
	}
	return nil
}

func (f *forum) shut() {
	for _, l := range f.laptops {
		_ = l.end()
	}
}

// day lets people through all doors at once while the hall goes wrong.
func (f *forum) day(ctx context.Context) error {
	plans := f.plan()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	failed := make(chan error, len(plans)+1)
	var doors sync.WaitGroup
	for i, passes := range plans {
		doors.Go(func() {
			if err := f.attend(ctx, f.laptops[i], passes); err != nil {
				failed <- fmt.Errorf("door %s: %w", stations[i], err)
				stop()
			}
		})
	}
	trouble := make(chan error, 1)
	go func() { trouble <- f.goWrong(ctx) }()
	doors.Wait()
	stop()
	close(failed)
	return errors.Join(<-failed, <-trouble)
}

// plan deals the passes out to the doors. In some of them the same person passes two doors in the same second.
func (f *forum) plan() [][]order {
	ways := rand.New(rand.NewPCG(f.seed, 0))
	plans := make([][]order, len(stations))
	inside := map[string]bool{}
	for n := 0; n < f.scans; n++ {
		member := f.members[ways.IntN(len(f.members))]
		kind := map[bool]string{false: "in", true: "out"}[inside[member]]
		inside[member] = !inside[member]
		at := ways.IntN(len(plans))
		o := order{Do: "scan", Meeting: f.meeting, Member: member, Kind: kind, Nonce: fmt.Sprintf("pass-%d", n), Station: stations[at]}
		plans[at] = append(plans[at], o)
		if ways.IntN(20) == 0 && n+1 < f.scans { // a friend holds another door open with the same badge
			n++
			other := (at + 1) % len(plans)
			o.Nonce, o.Station = fmt.Sprintf("pass-%d", n), stations[other]
			plans[other] = append(plans[other], o)
		}
	}
	return plans
}

const pace = 50 * time.Millisecond // 20 scans a second at each door

// attend lets one queue through. Now and then the answer is not waited for, and the same pass is shown again.
func (f *forum) attend(ctx context.Context, l *line, passes []order) error {
	ways := rand.New(rand.NewPCG(f.seed, uint64(len(passes))))
	next := time.NewTicker(pace)
	defer next.Stop()
	for _, o := range passes {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-next.C:
		}
		o.At = time.Now().UTC().Truncate(time.Second)
		times := 1
		if ways.IntN(10) == 0 {
			times = 2
		}
		for range times {
			a, err := l.insist(o)
			if err != nil {
				return err
			}
			f.acknowledge(a, o)
		}
	}
	return nil
}

func (f *forum) acknowledge(a answer, o order) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if before, known := f.acked[a.Scan]; known && before.Nonce != o.Nonce {
		panic("two passes are one scan: " + before.Nonce + " and " + o.Nonce)
	}
	if _, known := f.acked[a.Scan]; known {
		f.twice++
	} else {
		f.done.Add(1)
	}
	f.acked[a.Scan] = o
}

// goWrong is what happens to the hall, each when so much of the day is over.
func (f *forum) goWrong(ctx context.Context) error {
	a, b, c := f.laptops[0], f.laptops[1], f.laptops[2]
	for _, each := range []struct {
		at   int // percent of the passes
		what string
		do   func() error
	}{
		{12, "the switch fails", func() error { return f.room.power(false) }},
		{22, "laptop B is switched off in the middle of a scan", b.kill},
		{25, "laptop B starts again", b.start},
		{35, "the switch works again", func() error { return f.room.power(true) }},
		{45, "laptop A, which lends its folder, is switched off", a.kill},
		{48, "laptop A starts again", a.start},
		{55, "somebody pulls the cable of door C", func() error { return f.room.cable("C", false) }},
		{62, "laptop C is switched off", c.kill},
		{64, "laptop C starts again", c.start},
		{75, "the cable of door C is put back", func() error { return f.room.cable("C", true) }},
		{85, "all three are switched off at once", func() error { return errors.Join(a.kill(), b.kill(), c.kill()) }},
		{85, "and start again", func() error { return errors.Join(a.start(), b.start(), c.start()) }},
	} {
		for f.done.Load()*100 < int64(each.at*f.scans) {
			select {
			case <-ctx.Done():
				return fmt.Errorf("the day was over before %s", each.what)
			case <-time.After(10 * time.Millisecond):
			}
		}
		say("%3d %%  %s", each.at, each.what)
		if err := each.do(); err != nil {
			return fmt.Errorf("%s: %w", each.what, err)
		}
	}
	return nil
}

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
		kills += l.kills
	}
	say("%d scans acknowledged, %d shown again, %d kills: each on all laptops once, no other, %d inside, digest %.16s", len(f.acked), f.twice, kills, first.Inside, first.Digest)
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
			last = append(last, fmt.Sprintf("%s holds %d of %d, %d wait, %s", l.name, a.Count, len(f.acked), a.Waiting, a.Trouble))
			digests = append(digests, fmt.Sprint(a.Digest, a.Count == len(f.acked)))
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

// compare holds a laptop against what was acknowledged.
func (f *forum) compare(name string, a answer) error {
	for _, id := range a.Scans {
		if _, known := f.acked[id]; !known {
			return fmt.Errorf("laptop %s holds a scan that nobody acknowledged: %s", name, id)
		}
	}
	if unique := len(slices.Compact(slices.Clone(a.Scans))); unique != len(f.acked) {
		return fmt.Errorf("laptop %s holds %d scans of %d", name, unique, len(f.acked))
	}
	return nil
}

func say(text string, facts ...any) { fmt.Printf(text+"\n", facts...) }
