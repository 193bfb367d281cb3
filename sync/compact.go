package sync

import (
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

const (
	// week is after how long a generation is written when there is anything new at all.
	week = 7 * daily
	// leastFull is how many bytes of deltas are not worth a generation before a week has passed.
	leastFull = 1 << 20
)

// plan is the generation that this laptop is writing: where it stopped, it goes on with the same.
type plan struct {
	_      struct{} `cbor:",toarray"`
	Number uint64
	Places []snapshot.Place
	Roster uint64
	Head   signed.Short
	Wall   int64
}

// keepFulls is the part of a round that is about full snapshots: it makes again what others wrote, writes
// what is due, and lets go of what is no longer needed.
func (r *round) keepFulls() error {
	if r.Standing() != Active {
		return nil
	}
	if err := r.segments(); err != nil {
		return err
	}
	if (r.gens.forced || r.gens.writing) && r.mayWriteRoster() && !r.sight.looked {
		if err := r.lookAtFulls(); err != nil {
			return err
		}
	}
	if !r.sight.looked {
		return nil
	}
	for _, step := range []func() error{r.adoptStanding, r.confirm, r.writeDue, r.sweep} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// Compact asks for a full snapshot at the next round, though none be due. Faults: not_admitted, roster_not_admin.
func (e *Engine) Compact() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.roster == nil {
		return fault.New("not_admitted")
	}
	if !e.mayWriteRoster() {
		return fault.New("roster_not_admin")
	}
	e.gens.forced = true
	return e.keepGens()
}

// writeDue writes a generation when it is time.
func (r *round) writeDue() error {
	due, err := r.fullDue()
	if err != nil || !due {
		return err
	}
	if why := r.cannotWrite(); why != "" {
		r.Log.Info("no full snapshot is written", "why", why)
		return nil
	}
	p, err := r.planned()
	if err != nil {
		return err
	}
	if able, err := r.separable(p.Places); err != nil || !able {
		return err // own edits of a laptop whose chain split are still to be sent
	}
	if err := r.dropDead(p); err != nil {
		return err
	}
	return r.writeGeneration(p)
}

// cannotWrite says why what is here is no good beginning for others.
func (r *round) cannotWrite() string {
	skipped, err := r.Store.Notes(noteSkipped)
	switch {
	case err != nil || len(skipped) > 0:
		return "some deltas are closed"
	case r.isBehindRoster():
		return "a statement of the roster is missing"
	case len(r.unjudgeable()) > 0:
		return "more is here than counts"
	case r.lacksWhatTheyHad():
		return "what a full snapshot stands for is not here"
	case len(r.heads) == 0:
		return "nothing is here"
	}
	return ""
}

// fullDue tells whether it is this laptop's turn to write a generation: there is much beyond the last one,
// or anything after a week, or it was asked for. Admins come one a day, in the order of their names.
func (r *round) fullDue() (bool, error) {
	if !r.mayWriteRoster() {
		return false, nil
	}
	if r.gens.forced {
		return true, nil
	}
	if goesOn, err := r.goesOn(); err != nil || goesOn {
		return goesOn, err
	}
	if r.gens.lost.Number > 0 && !r.replaced() && r.hasWhatTheyHad() {
		return r.Now().UnixMilli()-r.gens.lost.Since >= int64(r.turn())*lookAgain.Milliseconds(), nil
	}
	if r.sight.logs == nil {
		return false, nil
	}
	var last []snapshot.Place
	size, wall := int64(0), int64(0)
	if len(r.sight.all) > 0 {
		g := r.sight.all[0]
		last, size, wall = g.Network.Frontier, g.size(), g.Network.Wall
	}
	beyond, since := r.beyond(last)
	if wall > 0 {
		since = time.UnixMilli(wall)
	}
	due := len(r.sight.all) > 0 && r.sight.all[0].Beyond || beyond > max(leastFull, size/4) || beyond > 0 && r.now().Sub(since) >= week
	if due != (r.gens.dueSince != 0) {
		if r.gens.dueSince = 0; due {
			r.gens.dueSince = r.Now().UnixMilli()
		}
		if err := r.keepGens(); err != nil {
			return false, err
		}
	}
	return due && r.Now().UnixMilli()-r.gens.dueSince >= int64(r.turn())*daily.Milliseconds(), nil
}

// goesOn tells whether a generation that was begun here is still to be finished.
func (r *round) goesOn() (bool, error) {
	if !r.gens.writing {
		return false, nil
	}
	var p plan
	if _, err := read(r.Store, notePlan, &p); err != nil {
		return false, err
	}
	if len(r.sight.all) == 0 || p.Number > r.sight.all[0].Number {
		return true, nil
	}
	r.gens.writing = false
	_, err := r.keep(nil, notes{notePlan: nil})
	return false, err
}

// turn is this laptop's place among the admins in use.
func (r *round) turn() int {
	before := 0
	for _, device := range r.inUse() {
		if l, _ := r.State().Laptop(device); l.Role == roster.Admin && device < r.device {
			before++
		}
	}
	return before
}

// planned takes up the generation that was being written, or begins one at what is here.
func (r *round) planned() (p plan, err error) {
	last := max(r.gens.lost.Number, r.gens.floor.Number)
	if len(r.gens.good) > 0 {
		last = max(last, r.gens.good[0].Number)
	}
	if len(r.sight.all) > 0 {
		last = max(last, r.sight.all[0].Number)
	}
	found, err := read(r.Store, notePlan, &p)
	if err != nil {
		return p, err
	}
	if found && p.Number > last && !r.gens.forced {
		if able, err := r.separable(p.Places); able || err != nil {
			return p, err
		}
	}
	state := r.State()
	p = plan{Number: last + 1, Roster: state.Version, Head: signed.ShortOf(state.Head), Wall: r.now().UnixMilli(), Places: r.placesHere()}
	r.gens.forced, r.gens.writing = false, true
	n := notes{}
	n.set(notePlan, p)
	r.noteGens(n)
	_, err = r.keep(nil, n)
	return p, err
}

func (p *plan) upTo() store.Frontier {
	m := snapshot.Manifest{Frontier: p.Places}
	return m.UpTo()
}
