package network

import (
	"context"
	"errors"
	"slices"
	"time"

	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
)

// How the exchange stands, in the order in which they are looked for.
const (
	StateNone    = "none"    // no bucket is chosen
	StatePending = "pending" // this laptop waits to be admitted
	StateSyncing = "syncing" // a round is under way, and has been long enough to tell
	StateStopped = "stopped" // a person stopped the rounds
	StatePerson  = "person"  // something does not heal by itself
	StateOffline = "offline" // the last round did not reach the bucket
	StateWaiting = "waiting" // there are changes to send
	StateAllSent = "all-sent"
)

// State is how the exchange stands now.
type State struct {
	Name         string
	Waiting      int                     // changes that are not in the bucket yet; at most MostWaiting is counted
	OfflineSince time.Time               // zero unless offline
	LastRound    time.Time               // when the bucket last answered; zero when it never did
	StaleSince   string                  // RFC 3339: since when something is known to be missing; else empty
	Pages        int                     // statements of the roster that are missing, for which what is written here waits
	Laptops      int                     // that are not revoked, this one included
	Refused      int                     // objects set aside
	Diverged     int                     // laptops that hold another state where theirs should be ours
	Split        []string                // laptops of which two homes write
	Places       []carnetsync.PlaceState // where changes are exchanged, the main place first
	Problem      error                   // of the last round, when it failed
	Beginning    Beginning               // while a full copy of the network comes in
	Stopped      bool                    // by a person, until a person goes on
}

// Beginning is how far a full copy of the network has come.
type Beginning struct {
	Done, Total int64 // bytes
	Had         int64 // of them, what was here when it began
	Since       time.Time
}

// Left guesses how long the rest takes, from what came until now; 0 while nothing can be said.
func (b Beginning) Left(now time.Time) time.Duration {
	passed, came := now.Sub(b.Since), b.Done-b.Had
	if came <= 0 || b.Done >= b.Total || passed < time.Second {
		return 0
	}
	return time.Duration(float64(passed) * float64(b.Total-b.Done) / float64(came))
}

// toldEvery is how often the window hears of a beginning: more would flicker.
const toldEvery = 250 * time.Millisecond

// comes hears how far something long has come, and listens when it is a full copy of the network.
func (n *Network) comes(stage string, done, total int64) {
	if stage != "begin" {
		return
	}
	n.mu.Lock()
	c, now := &n.course, time.Now()
	if c.beginning.Since.IsZero() || done < c.beginning.Done {
		c.beginning = Beginning{Since: now, Had: done}
	}
	c.beginning.Done, c.beginning.Total = done, total
	tell := now.Sub(c.toldAt) >= toldEvery
	if tell {
		c.toldAt = now
	}
	n.mu.Unlock()
	if tell {
		n.tell()
	}
}

// MostWaiting bounds the counting of changes to send.
const MostWaiting = 100_000

// notice is how long a round may last before the window says so: less would flicker.
const notice = 500 * time.Millisecond

// Round is one round that is over.
type Round struct {
	At     time.Time
	Report Report
	Err    error
	Began  bool // it took in a full copy of the network
}

// keptRounds are kept in memory: they tell of this run of the window, and what still matters of them is elsewhere too.
const keptRounds = 50

// course is what was noticed over the rounds of this run.
type course struct {
	began    time.Time // of the round under way; zero when none is
	last     Round
	offline  time.Time // since when no round succeeded
	rounds   []Round   // that moved something or failed anew, newest first
	counted  uint64    // version of the store that waiting is of
	waiting  int
	known    bool // waiting was counted
	awaiting *time.Timer

	beginning Beginning // of the round under way
	toldAt    time.Time // when the window last heard of it
}

func (n *Network) begin(at time.Time) {
	n.mu.Lock()
	n.course.began = at
	n.course.awaiting = time.AfterFunc(notice, n.tell)
	n.mu.Unlock()
}

func (n *Network) end(report Report, err error) {
	often := n.atDoor()
	n.mu.Lock()
	c := &n.course
	c.awaiting.Stop()
	before := c.last
	round := Round{At: n.Now(), Report: report, Err: err, Began: err == nil && c.beginning.Total > 0}
	switch {
	case err == nil:
		c.offline = time.Time{}
	case c.offline.IsZero():
		c.offline = round.At
	}
	if round.worthKeeping(c.last) && !errors.Is(err, context.Canceled) {
		c.rounds = slices.Insert(c.rounds, 0, round)
		c.rounds = c.rounds[:min(len(c.rounds), keptRounds)]
	}
	long := time.Since(c.began) >= notice // the window was told that it runs
	c.began, c.last, c.known, c.beginning = time.Time{}, round, false, Beginning{}
	n.mu.Unlock()
	// At a door the window would else draw itself anew each second.
	if !often || long || err != nil || round.worthKeeping(before) {
		n.tell()
	}
}

// worthKeeping leaves out rounds in which nothing happened and failures that were told before.
func (r Round) worthKeeping(before Round) bool {
	if r.Err != nil {
		return fault.CodeOf(r.Err) != fault.CodeOf(before.Err) || before.Err == nil
	}
	return r.Began || before.Err != nil || r.Report.Pushed.Changes > 0 || r.Report.Pulled.Changes > 0 || len(r.Report.Admitted) > 0 || r.differs(before)
}

// differs tells whether a place, or what waits for a person, is not as the round before left it.
func (r Round) differs(before Round) bool {
	state := func(r Round) (s [6]int) {
		for _, p := range r.Report.Places {
			if p.State == carnetsync.PlaceFailed {
				s[0]++
			}
			s[1] += p.Lost + p.Carried
		}
		s[2], s[3], s[4] = len(r.Report.Quarantined), len(r.Report.Diverged)+len(r.Report.Split), len(r.Report.Warnings)
		s[5] = len(r.Report.Pages)
		return s
	}
	return state(r) != state(before)
}

// LastRounds gives the rounds of this run in which something happened, newest first.
func (n *Network) LastRounds() []Round {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.course.rounds)
}

// Waiting counts changes that are not in the bucket yet. It counts again only when the store or
// the exchange changed, so that the rail may ask often.
func (n *Network) Waiting() int {
	engine, err := n.exchange()
	if err != nil {
		return 0
	}
	version := n.Store.Version()
	n.mu.Lock()
	c := &n.course
	if c.known && c.counted == version {
		defer n.mu.Unlock()
		return c.waiting
	}
	n.mu.Unlock()
	count, err := engine.Waiting(MostWaiting)
	if err != nil {
		n.Log.Error("changes to send could not be counted", "error", err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	c.counted, c.waiting, c.known = version, count, true
	return count
}

// NeedsPerson counts what waits for a person here: refused objects, laptops whose state differs.
func (n *Network) NeedsPerson() int {
	s := n.State()
	return s.Refused + s.Diverged
}

// State tells how the exchange stands. It is quick.
func (n *Network) State() State {
	engine, err := n.exchange()
	if err != nil {
		return State{Name: StateNone}
	}
	s := State{Waiting: n.Waiting(), LastRound: engine.LastContact(), Refused: len(engine.Quarantined())}
	if about, err := n.About(); err == nil {
		s.Laptops = about.Laptops
	}
	s.Places = engine.PlaceStates()
	for i := range s.Places {
		if s.Places[i].Name == "" {
			s.Places[i].Name = MainRemote
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	c := n.course
	s.Stopped = n.loop.isHeld()
	s.Split, s.Beginning = c.last.Report.Split, c.beginning
	s.Problem, s.OfflineSince = c.last.Err, c.offline
	s.StaleSince, s.Diverged, s.Pages = c.last.Report.StaleSince, len(c.last.Report.Diverged), len(c.last.Report.Pages)
	s.Name = nameOf(s, engine.Standing(), n.remote.Kind != "" || slices.ContainsFunc(s.Places, func(p carnetsync.PlaceState) bool { return p.Name != MainRemote }), !c.began.IsZero() && time.Since(c.began) >= notice)
	if s.Name != StateOffline {
		s.OfflineSince = time.Time{}
	}
	return s
}

func nameOf(s State, standing carnetsync.Standing, chosen, syncing bool) string {
	switch {
	case !chosen:
		return StateNone
	case syncing:
		return StateSyncing
	case s.Refused+s.Diverged+len(s.Split) > 0, standing == carnetsync.Revoked, s.Problem != nil && !Heals(s.Problem):
		return StatePerson
	case standing == carnetsync.Pending:
		return StatePending
	case s.Stopped:
		return StateStopped
	case s.Problem != nil:
		return StateOffline
	case s.Waiting > 0:
		return StateWaiting
	}
	return StateAllSent
}

// Heals tells whether a failure goes away by itself, as when a network or a stick comes back.
func Heals(err error) bool {
	switch fault.CodeOf(err) {
	case "bucket_unreachable", "bucket_busy", "cancelled", "timeout", "bucket_missing":
		return true
	}
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
