package network

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// pace says how the loop spaces its rounds.
type pace struct {
	delay    time.Duration // after a change, so that a burst goes out as one
	interval time.Duration // when nothing happens
	eager    time.Duration // instead, while somebody waits
	retry    time.Duration // after the first failure; each further one doubles it
	most     time.Duration // between tries
	jitter   float64       // share of a pause that is left to chance, so that offices do not knock together
}

var calm = pace{delay: 2 * time.Second, interval: 5 * time.Minute, eager: 20 * time.Second, retry: 10 * time.Second, most: 5 * time.Minute, jitter: 0.2}

// brisk is the pace at an open door whose other doors are in the same room: what is noted here counts there within two
// seconds, at the cost of one small question a second.
var brisk = pace{delay: 300 * time.Millisecond, interval: 800 * time.Millisecond, eager: 800 * time.Millisecond, retry: time.Second, most: 5 * time.Second, jitter: 0.2}

// share of a round's own length that a brisk loop rests after it, so that slow rounds do not eat the laptop.
const restShare = 2

// loop runs rounds by itself: soon after a change, on a timer, at once on demand, and less and
// less often while no round succeeds.
type loop struct {
	pace
	hurry func() *pace // the pace to keep instead, while there is one; nil means never
	round func(context.Context) error
	eager func() bool // somebody waits for the next round; nil means never
	edits chan struct{}
	now   chan struct{}

	stop  context.CancelFunc
	done  sync.WaitGroup
	after []func() // what else ends with it

	mu   sync.Mutex
	held bool               // a person stopped a round: only a person goes on
	cut  context.CancelFunc // ends the round under way
}

func newLoop(p pace, round func(context.Context) error) *loop {
	return &loop{pace: p, round: round, edits: make(chan struct{}, 1), now: make(chan struct{}, 1), stop: func() {}}
}

// edited says that there is something to send.
func (l *loop) edited() { signal(l.edits) }

// atOnce asks for a round now, whatever the loop is waiting for.
func (l *loop) atOnce() {
	l.mu.Lock()
	l.held = false
	l.mu.Unlock()
	signal(l.now)
}

// hold ends the round under way and runs no further one until atOnce.
func (l *loop) hold() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held = true
	if l.cut != nil {
		l.cut()
	}
}

func (l *loop) isHeld() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held
}

// once runs a round that hold can end.
func (l *loop) once(ctx context.Context) error {
	ctx, cut := context.WithCancel(ctx)
	defer cut()
	l.mu.Lock()
	l.cut = cut
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		l.cut = nil
		l.mu.Unlock()
	}()
	return l.round(ctx)
}

// kept is the pace of this moment.
func (l *loop) kept() (p pace, hurried bool) {
	if l.hurry != nil {
		if p := l.hurry(); p != nil {
			return *p, true
		}
	}
	return l.pace, false
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // one is on its way already
	}
}

func (l *loop) start(ctx context.Context) {
	ctx, l.stop = context.WithCancel(ctx)
	l.done.Go(func() { l.run(ctx) })
}

// end stops a round under way and waits for it.
func (l *loop) end() {
	l.stop()
	l.done.Wait()
	for _, stop := range l.after {
		stop()
	}
	l.after = nil
}

// atEnd adds what is to end with the loop.
func (l *loop) atEnd(stop func()) { l.after = append(l.after, stop) }

func (l *loop) run(ctx context.Context) {
	failures := 0
	due := time.Now() // the window has just opened: look what is new
	rest := due       // at an open door no round begins before, but on demand
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.edits:
			// Without a network each change must not knock again.
			p, hurried := l.kept()
			if soon := later(time.Now().Add(p.delay), rest); (failures == 0 || hurried) && soon.Before(due) {
				due = soon
				timer.Reset(time.Until(due))
			}
			continue
		case <-l.now:
		case <-timer.C:
		}
		if l.isHeld() {
			failures = 1 // changes do not wake it either
			continue
		}
		began := time.Now()
		if err := l.once(ctx); err != nil {
			failures++
		} else {
			failures = 0
		}
		rest = time.Now()
		if _, hurried := l.kept(); hurried {
			rest = rest.Add(restShare * time.Since(began))
		}
		due = later(time.Now().Add(l.pause(failures)), rest)
		timer.Reset(time.Until(due))
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// pause is how long to wait after so many failures in a row.
func (l *loop) pause(failures int) time.Duration {
	p, _ := l.kept()
	wait := p.interval
	switch {
	case failures > 0:
		wait = min(p.retry<<min(failures-1, 20), p.most)
	case l.eager != nil && l.eager():
		wait = p.eager
	}
	chance := 1 + p.jitter*(2*rand.Float64()-1)
	return time.Duration(float64(wait) * chance)
}
