package network

import (
	"context"
	"slices"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/roster"
)

// clockTolerance is how far this laptop's clock may differ from the bucket's before a person is
// told. Nothing else depends on it.
const clockTolerance = 10 * time.Minute

// ClockOff is the warning of a report whose clocks differ.
const ClockOff = "clock_off"

// Report says what one round did.
type Report struct {
	carnetsync.Report
	Took     time.Duration
	Warnings []string      // codes
	ClockOff time.Duration // how far the clocks differ, when that is a warning
	Why      []error       // of each object that was set aside, with its facts, for a sentence
}

// Sync runs one round now. Faults: no_network, no_remote, laptop_revoked, invitation_expired,
// invitation_used, invitation_unknown and those of the bucket and the store. Whatever happens,
// what was done before it stays done.
func (n *Network) Sync(ctx context.Context) (Report, error) {
	return n.roundWith(ctx, func(ctx context.Context, engine *carnetsync.Engine) (carnetsync.Report, error) {
		return engine.Round(ctx)
	})
}

func (n *Network) roundWith(ctx context.Context, round func(context.Context, *carnetsync.Engine) (carnetsync.Report, error)) (Report, error) {
	engine, err := n.exchange()
	if err != nil {
		return Report{}, err
	}
	if places, err := n.Remotes(); err != nil || len(places) == 0 {
		if err == nil {
			err = fault.New("no_remote")
		}
		return Report{}, err
	}
	began := time.Now()
	n.begin(began)
	done, err := round(ctx, engine)
	if err != nil && n.loop.isHeld() {
		err = fault.New("cancelled").Because(err)
	}
	report := Report{Report: done, Took: time.Since(began)}
	for _, q := range done.Quarantined {
		report.Why = append(report.Why, whySetAside(engine, q))
	}
	if off := n.gate.clockOff(); off > clockTolerance {
		report.Warnings, report.ClockOff = append(report.Warnings, ClockOff), off
	}
	for i := range report.Places {
		if report.Places[i].Name == "" {
			report.Places[i].Name = MainRemote
		}
	}
	n.end(report, err)
	return report, err
}

// Start runs rounds by itself, for the window: soon after a change, and on a timer.
func (n *Network) Start(ctx context.Context) {
	stop := n.Store.Watch(func(uint64) {
		n.tell()
		if n.Waiting() > 0 { // what came from others needs no round
			n.loop.edited()
		}
	})
	n.loop.start(ctx)
	n.loop.atEnd(stop)
}

// somebodyWaits tells whether this laptop waits to be admitted, or an invitation of this network is
// open: then a person sits in front of a window that says "waiting".
func (n *Network) somebodyWaits() bool {
	engine, err := n.exchange()
	if err != nil {
		return false
	}
	if engine.Standing() == carnetsync.Pending {
		return true
	}
	s := engine.State()
	if s == nil || n.May(store.KindNetwork) != nil {
		return false
	}
	now := n.Now().UnixMilli()
	return slices.ContainsFunc(s.Seats(), func(seat roster.Seat) bool { return seat.Open(now) })
}

// SyncNow asks for a round at once and does not wait for it. An administrator who asks also wants to know who has
// erased by now.
func (n *Network) SyncNow() {
	if engine, err := n.administrator(); err == nil {
		engine.LookAround()
	}
	n.everywhere()
	n.loop.atOnce()
}

// StopRound ends the round under way, for a person who needs the line for something else. What came or went stays;
// rounds go on when SyncNow is asked for, or with the next start.
func (n *Network) StopRound() {
	n.loop.hold()
	n.tell()
}

// Rounds runs rounds until ctx ends, as Start does, and tells of each.
func (n *Network) Rounds(ctx context.Context, tell func(Report, error)) error {
	watching := newLoop(calm, func(ctx context.Context) error {
		report, err := n.Sync(ctx)
		if ctx.Err() == nil {
			tell(report, err)
		}
		return err
	})
	watching.eager = n.somebodyWaits
	stop := n.Store.Watch(func(uint64) {
		if n.Waiting() > 0 {
			watching.edited()
		}
	})
	defer stop()
	watching.run(ctx)
	return ctx.Err()
}

// Stop ends rounds under way.
func (n *Network) Stop() {
	n.loop.end()
	_ = n.gate.Close() // only idle connections
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, g := range n.side {
		_ = g.Close()
	}
	clear(n.side)
}
