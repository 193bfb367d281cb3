package sync

import (
	"context"
	"time"

	"example.org/carnet/sync/snapshot"
)

// A round lists before it publishes, so that an erasure, a revocation or a newer key is known before anything goes
// out. A laptop that has only just listed a place, and has heard of nothing that forbids it, need not wait for that once more:
// the PUT of its edits and the listing are under way together, and both cost one journey.

const (
	// lately is how long a listing counts as just done: twice the five minutes between the rounds of a laptop in use. What it may have missed
	// since, it would have missed too had its PUT been as much sooner. It is also the most by which the time in a
	// name can be wrong, whatever our clock does, and others look further back than that (see tooLate).
	lately = 10 * time.Minute
	// headStart is given to a PUT before the listing sets out, so that a place that is near answers one after the other.
	headStart = 2 * time.Millisecond
	// mostEarly bounds the changes that go out beside a listing: much more would hold it up where the line is slow.
	mostEarly = 500
	// sameClocks is by how much the two clocks of this machine may differ since the listing; more means that it slept or was set.
	sameClocks = 2 * time.Second
)

// met is the last listing of a place after which everything in it was taken in, by this program's run alone: a
// home that comes back from a copy, or is opened again, lists first.
type met struct {
	at    time.Time // ours, with the clock that cannot be set
	clock time.Time // the place's
}

// early is an own delta whose PUT is under way beside a listing.
type early struct {
	key    string
	begun  time.Time
	done   chan error
	cancel context.CancelFunc
}

// sendEarly seals what was edited and sets its PUT going; nil where the listing must come first.
func (r *round) sendEarly() *early {
	now, known := r.placeTime()
	if !known || !r.mayGoEarly() {
		return nil
	}
	if waiting, err := r.Waiting(mostEarly); err != nil || waiting == 0 || waiting >= mostEarly {
		return nil
	}
	r.serverTime, r.listedAt = now, r.Now()
	if more, err := r.prepare(); err != nil || !more {
		return nil // it is tried again after the listing, which may bring what it lacks
	}
	ctx, cancel := context.WithCancel(r.ctx)
	e := &early{key: r.readyName(), begun: time.Now(), done: make(chan error, 1), cancel: cancel}
	place, data := r.here.Bucket, r.ready.data
	go func() { e.done <- place.Put(ctx, e.key, data) }()
	select {
	case err := <-e.done:
		e.done <- err
	case <-r.After(headStart):
	}
	return e
}

// placeTime reckons the place's clock from the last listing; false when that was not just now, or one of our clocks does not say so.
func (r *round) placeTime() (time.Time, bool) {
	was, now := r.here.met, r.Now()
	passed := now.Sub(was.at)
	set := now.Round(0).Sub(was.at.Round(0)) - passed
	return was.clock.Add(passed), !was.at.IsZero() && passed >= 0 && passed < lately && set.Abs() <= sameClocks
}

// mayGoEarly tells whether nothing is known that the listing could forbid or change: this laptop goes on with its own
// chain, owes nobody a statement, and misses nothing.
func (r *round) mayGoEarly() bool {
	own := r.heads[r.device]
	g := &r.gens
	calm := r.Standing() == Active && own.Number > 0 && len(r.branches(r.device)) == 0 && !r.belowFloor() && r.ready == nil
	calm = calm && len(r.unsent) == 0 && !r.notice && !r.isBehindRoster() && len(r.sought) == 0 && len(r.held) == 0
	after, _ := r.startAfter()
	calm = calm && !g.told && !g.call && !g.again && !g.forced && !r.wasSilent() && after != snapshot.Prefix
	for _, o := range g.orders {
		calm = calm && o.Done && o.Put
	}
	return calm
}

// cameOut waits for the PUT beside a listing. When that failed it has as long as a listing has, and what becomes of it the next listing shows. A
// PUT that failed is tried again in the next round, with the same bytes, unless the listing has it.
func (r *round) cameOut(e *early, listed error) error {
	if e == nil {
		return listed
	}
	defer e.cancel()
	if listed != nil {
		patience := time.AfterFunc(reach-time.Since(e.begun), e.cancel)
		defer patience.Stop()
	}
	if r.failed = <-e.done; r.failed != nil {
		return listed
	}
	if listed == nil {
		r.arrivedAt(e.key)
	}
	if err := r.sent(); err != nil {
		return err
	}
	n := notes{}
	r.waitsToBeSeen(n, r.heads[r.device].Number)
	if _, err := r.keep(nil, n); err != nil {
		return err
	}
	return listed
}

// meets notes a listing after which everything was taken in.
func (r *round) meets(server time.Time) {
	r.here.met = met{}
	if !server.IsZero() && !r.suspect {
		r.here.met = met{at: r.listedAt, clock: server}
	}
}
