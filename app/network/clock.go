package network

import (
	"context"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
)

// Ahead is how far this laptop's clock is ahead of another one's; behind is less than zero.
type Ahead struct {
	By, Within  time.Duration // how far, and how far that may be wrong either way
	Device      string        // of the other laptop; empty when it cannot be told
	Coordinator string
}

const (
	hearing   = 2 * time.Second         // for those who lend around here
	measuring = 1200 * time.Millisecond // more than the second that a lender's clock tells
	asking    = 40 * time.Millisecond   // between two questions
)

// CompareClock measures this laptop's clock against that of the laptop whose folder it exchanges with here, else of the first that lends one around
// here. Faults: clock_alone (nobody lends), and those of a bucket.
func (n *Network) CompareClock(ctx context.Context) (Ahead, error) {
	if own := n.Remote(); own.Kind == bucket.LAN {
		return n.clockAgainst(ctx, own.Remote)
	}
	around, err := n.LentAround(ctx, hearing)
	if err != nil {
		return Ahead{}, err
	}
	for _, neighbour := range around {
		if neighbour.Device == "" || neighbour.Device == n.Device() {
			continue // a stranger's, or what this laptop lends itself
		}
		remote, err := bucket.ParseRemote(neighbour.Address)
		if err != nil {
			continue
		}
		ahead, err := n.clockAgainst(ctx, remote)
		ahead.Device, ahead.Coordinator = neighbour.Device, neighbour.Coordinator
		return ahead, err
	}
	return Ahead{}, fault.New("clock_alone")
}

// clockAgainst asks a lender for its time until its second has turned at least once. Each answer was written between the question and its arrival, and its
// second is rounded down: so each narrows where the difference can be, and the turn of the second narrows it to what one question takes.
func (n *Network) clockAgainst(ctx context.Context, remote bucket.Remote) (Ahead, error) {
	b, err := n.enter(remote)
	if err != nil {
		return Ahead{}, err
	}
	defer func() { _ = b.Close() }()
	const far = 100 * 366 * 24 * time.Hour
	low, high, began := -far, far, time.Now()
	for {
		sent := n.Now()
		page, err := b.List(ctx, "clock/", "")
		if err != nil {
			return Ahead{}, err
		}
		if heard := n.Now(); !page.ServerTime.IsZero() {
			low, high = max(low, sent.Sub(page.ServerTime)-time.Second), min(high, heard.Sub(page.ServerTime))
		}
		if time.Since(began) >= measuring {
			return Ahead{By: (low + high) / 2, Within: (high - low).Abs() / 2}, nil
		}
		select {
		case <-ctx.Done():
			return Ahead{}, ctx.Err()
		case <-time.After(asking):
		}
	}
}
