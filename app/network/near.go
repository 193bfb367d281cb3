package network

import (
	"context"
	"slices"
	"sync"
	"time"

	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/bucket"
)

// At a door there may be no Internet, but the other doors are in the same room. Rounds are then run at the places that
// are near, often, and never wait for one that is far away and may not answer: that one is asked aside first.

const (
	farAgain = time.Minute      // between rounds at far places while they answer
	farRetry = 20 * time.Second // after the first silence; each further one doubles it
	farMost  = 5 * time.Minute
	farProbe = 4 * time.Second
)

// vigil is who stands at a door, and when the far places are asked.
type vigil struct {
	mu      sync.Mutex
	until   time.Time // somebody stands at a door
	due     time.Time // of the next question to the far places
	wait    time.Duration
	asking  bool
	answers bool // they answered: the next round is a whole one
}

// AtDoor says that somebody stands at a door of this laptop for so long from now: say it again in time. Rounds follow
// the scans closely meanwhile, in this room.
func (n *Network) AtDoor(span time.Duration) {
	v := &n.vigil
	v.mu.Lock()
	fresh := time.Now().After(v.until)
	v.until = time.Now().Add(span)
	v.mu.Unlock()
	if fresh {
		n.loop.edited()
	}
}

func (n *Network) atDoor() bool {
	n.vigil.mu.Lock()
	defer n.vigil.mu.Unlock()
	return time.Now().Before(n.vigil.until)
}

// hurried gives the brisk pace while a door is open and another place is in the room; nil otherwise.
func (n *Network) hurried() *pace {
	if !n.atDoor() {
		return nil
	}
	if near, _ := n.reaches(); len(near) == 0 {
		return nil
	}
	return &brisk
}

// onceBrought is the pace at which a lender looks at what others put there, beside its own rounds.
func (n *Network) onceBrought() *pace {
	if n.hurried() == nil {
		return nil
	}
	p := calm
	p.delay = brisk.delay
	return &p
}

// reaches parts the places in use into the names of those in this room and the ways to those that are elsewhere.
func (n *Network) reaches() (near []string, far []*gate) {
	n.mu.Lock()
	side, main := n.beside, n.remote
	n.mu.Unlock()
	if main.Kind == bucket.S3 {
		far = append(far, n.gate)
	} else if main.Kind != "" {
		near = append(near, MainRemote, "") // an only place has no name
	}
	for _, p := range side {
		remote, err := bucket.ParseRemote(p.Address)
		g, ours := p.Bucket.(*gate)
		switch {
		case err != nil || !ours || p.Name == MainRemote:
		case remote.Kind == bucket.S3:
			far = append(far, g)
		default:
			near = append(near, p.Name)
		}
	}
	return near, far
}

// turn is one turn of the loop: a whole round or, at a door, one in this room alone while the far places are silent or
// were asked lately.
func (n *Network) turn(ctx context.Context) error {
	if n.hurried() == nil {
		_, err := n.Sync(ctx)
		return err
	}
	near, far := n.reaches()
	if len(far) == 0 || n.farAnswered(ctx, far) {
		_, err := n.Sync(ctx)
		return err
	}
	_, err := n.roundWith(ctx, func(ctx context.Context, engine *carnetsync.Engine) (carnetsync.Report, error) {
		return engine.RoundAt(ctx, near...)
	})
	return err
}

// farAnswered tells whether the far places have just answered; when it is time again it asks them, aside.
func (n *Network) farAnswered(ctx context.Context, far []*gate) bool {
	v := &n.vigil
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.answers {
		v.answers, v.wait, v.due = false, 0, time.Now().Add(farAgain)
		return true
	}
	if !v.asking && !time.Now().Before(v.due) {
		v.asking = true
		go n.askFar(ctx, far)
	}
	return false
}

func (n *Network) askFar(ctx context.Context, far []*gate) {
	answers := slices.ContainsFunc(far, func(g *gate) bool {
		ctx, cancel := context.WithTimeout(ctx, farProbe)
		defer cancel()
		_, err := g.List(ctx, "roster/", "roster/~")
		return err == nil
	})
	v := &n.vigil
	v.mu.Lock()
	defer v.mu.Unlock()
	v.asking, v.answers = false, answers
	if !answers {
		v.wait = min(max(farRetry, 2*v.wait), farMost)
		v.due = time.Now().Add(v.wait)
	}
}

// everywhere makes the next round a whole one, for a person who asks.
func (n *Network) everywhere() {
	n.vigil.mu.Lock()
	defer n.vigil.mu.Unlock()
	n.vigil.answers = true
}

// FarSilent tells whether places that are far away did not answer when they were asked last from an open door.
func (n *Network) FarSilent() bool {
	n.vigil.mu.Lock()
	defer n.vigil.mu.Unlock()
	return n.vigil.wait > 0
}
