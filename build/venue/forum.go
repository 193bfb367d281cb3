package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

type options struct {
	scans, people int
	before        int // passes of the morning, which every laptop has from the office
	seed          uint64
	dir           string
	phones, calm  bool
	page          string // folder of what phones are served
	profile       string // folder where the laptops say what their processors do; empty for none
}

// forum is the day: who stands at which door, and what was acknowledged.
type forum struct {
	options
	dayBefore
	room    *room
	laptops []*line
	guests  []*volunteer // with phones

	mu    sync.Mutex
	acked map[string]order // scans that a door showed as done, by id
	twice int              // passes that were shown more than once
	took  []time.Duration  // from a pass to its answer, those of laptops that were switched off meanwhile left out
	queue time.Duration    // the longest at a door that was not switched off
	done  atomic.Int64
	began time.Time
}

func run(ctx context.Context, o options) (err error) {
	if o.dir == "" {
		if o.dir, err = os.MkdirTemp("", "carnet-venue"); err != nil {
			return err
		}
		defer os.RemoveAll(o.dir)
	}
	f := &forum{options: o, acked: map[string]order{}}
	if f.dayBefore, err = prepare(ctx, o); err != nil {
		return err
	}
	for _, morning := range f.morning {
		f.acked[morning.ID] = order{Nonce: morning.Fact.Nonce}
	}
	say("the office prepared three laptops with %d people and %d scans", len(f.members), len(f.morning))
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
	if err := f.handOut(); err != nil {
		return err
	}
	if err := f.day(ctx); err != nil {
		return err
	}
	if err := f.collect(); err != nil {
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
		l := &line{name: name, room: f.room, seat: seat{Home: home(f.dir, name), Meeting: f.meeting, Page: f.page, Profile: f.profile, Name: name}}
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
	f.began = time.Now()
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
	if f.calm {
		trouble <- nil
	} else {
		go func() { trouble <- f.goWrong(ctx) }()
	}
	go f.tellPace(ctx)
	doors.Wait()
	longest := slices.MaxFunc(plans, func(a, b []order) int { return len(a) - len(b) })
	say("%d passes took %.1f s; the last person came after %.1f s, and nobody queued for longer than %.1f s at a door that was not switched off",
		f.done.Load(), time.Since(f.began).Seconds(), (time.Duration(len(longest)) * pace).Seconds(), f.queue.Seconds())
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

// attend lets one queue through: people come at their times, whether the door works or not, and whoever had to wait goes through as soon as it
// does. Now and then the answer is not waited for, and the same pass is shown again.
func (f *forum) attend(ctx context.Context, l *line, passes []order) error {
	ways := rand.New(rand.NewPCG(f.seed, uint64(len(passes))))
	on := l.pushes.Load() // when nobody waited last
	for i, o := range passes {
		comes := f.began.Add(time.Duration(i) * pace)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Until(comes)):
		}
		switch queued := time.Since(comes); {
		case queued < pace:
			on = l.pushes.Load()
		case on == l.pushes.Load():
			f.queued(queued)
		}
		o.At = time.Now().UTC().Truncate(time.Second)
		times := 1
		if ways.IntN(10) == 0 {
			times = 2
		}
		for range times {
			pushes, began := l.pushes.Load(), time.Now()
			a, err := l.insist(o)
			if err != nil {
				return err
			}
			f.acknowledge(a, o)
			if l.pushes.Load() == pushes {
				f.waited(time.Since(began))
			}
		}
	}
	return nil
}

// queued notes how late a pass was at a door that was not switched off.
func (f *forum) queued(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queue = max(f.queue, d)
}

func (f *forum) waited(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.took = append(f.took, d)
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

const paceTold = 30 * time.Second

// tellPace says now and then how fast people come through, and how much of a processor the laptops take for it.
func (f *forum) tellPace(ctx context.Context) {
	before, spent := int64(0), f.spent()
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(paceTold):
		}
		now, used := f.done.Load(), f.spent()
		say("        %4.0f s: %5d passes, %.1f a second, %.1f ms of a processor for each on all laptops together", time.Since(f.began).Seconds(), now,
			float64(now-before)/paceTold.Seconds(), millis(used-spent)/float64(max(1, now-before)))
		before, spent = now, used
	}
}

// spent is what the laptops have taken of the processors so far.
func (f *forum) spent() (sum time.Duration) {
	for _, l := range f.laptops {
		sum += l.spent()
	}
	return sum
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func say(text string, facts ...any) { fmt.Printf(text+"\n", facts...) }
