package sync

import (
	"context"
	"crypto/ed25519"
	"slices"
	"sync"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/snapshot"
)

const (
	inFlight   = 16       // objects fetched at once
	batchBytes = 32 << 20 // what one batch may hold in memory
	batchCount = 64
	// lookAgain is how long a missing object is left before everything is listed again for it.
	lookAgain = 15 * time.Minute
)

// candidate is an object of the listing that is not known here yet.
type candidate struct {
	key  string
	name snapshot.Name
	size int64
	data []byte
	err  error
}

// list asks for a listing. An absent network is given up on soon.
func (r *round) list(prefix, after string) (bucket.Page, error) {
	ctx, cancel := context.WithTimeout(r.ctx, reach)
	defer cancel()
	return r.Bucket.List(ctx, prefix, after)
}

// pull takes in what is new in the bucket: one listing, one fetch for each new object. Only when
// something turns out to be missing is everything listed.
func (r *round) pull() error {
	page, err := r.listLog()
	if err != nil {
		return err
	}
	before, own := r.missing(), r.heads[r.device].Number
	if err := r.take(page.Objects); err != nil {
		return err
	}
	if missing := r.missing(); len(missing) > 0 && !r.full &&
		(!slices.Equal(missing, before) || r.Now().Sub(time.UnixMilli(r.cursor.Full)) >= lookAgain) {
		if err := r.takeAll(); err != nil {
			return err
		}
	}
	if r.heads[r.device].Number > own {
		// The bucket knew more of this laptop than its own disk: the home came back from a copy. What
		// it writes from now on is numbered apart from what it may have written before.
		if _, err := r.Store.StartIncarnation(); err != nil {
			return err
		}
	}
	if err := r.reopen(); err != nil {
		return err
	}
	if r.heldChanged {
		n := notes{}
		r.noteHeld(n)
		if _, err := r.keep(nil, n); err != nil {
			return err
		}
		r.heldChanged = false
	}
	r.report.Missing = append(r.report.Missing, r.missing()...)
	return r.arrived(page.ServerTime)
}

// listLog lists from a while before the last listing, or everything when the bucket has no clock
// or its clock went back.
func (r *round) listLog() (bucket.Page, error) {
	after := snapshot.Prefix
	if r.cursor.Server > 0 {
		after = snapshot.After(time.Unix(r.cursor.Server, 0).Add(-overlap))
	}
	r.full = after == snapshot.Prefix
	page, err := r.list(snapshot.Prefix, after)
	if err == nil && !r.full && page.ServerTime.Unix() < r.cursor.Server-int64(overlap/time.Second) {
		r.full = true
		page, err = r.list(snapshot.Prefix, snapshot.Prefix)
	}
	if r.serverTime = page.ServerTime; r.serverTime.IsZero() {
		r.serverTime = r.Now()
	}
	return page, err
}

func (r *round) takeAll() error {
	r.full = true
	page, err := r.list(snapshot.Prefix, snapshot.Prefix)
	if err != nil {
		return err
	}
	return r.take(page.Objects)
}

// arrived moves the cursor after a pull that took in everything. A bucket without a clock is
// listed whole each time: the laptops' own clocks are no common measure.
func (r *round) arrived(server time.Time) error {
	r.look.Lock()
	old := r.cursor
	c := cursor{Contact: r.Now().UnixMilli(), Full: old.Full}
	if r.full {
		c.Full = c.Contact
	}
	if !server.IsZero() {
		c.Server = server.Unix()
	}
	if len(r.report.Missing) > 0 || len(r.held) > 0 {
		if c.Stale = old.Stale; c.Stale == 0 {
			c.Stale = c.Contact
		}
	}
	r.cursor = c
	r.look.Unlock()
	// A cursor that is a little old costs nothing but a few names listed again.
	recent := old.Contact > 0 && c.Contact-old.Contact < 60_000 && c.Server-r.keptCursor < 60 && c.Server >= r.keptCursor
	if recent && c.Stale == old.Stale && (!r.full || c.Stale == 0) {
		return nil
	}
	n := notes{}
	n.set(noteCursor, c)
	_, err := r.keep(nil, n)
	if err == nil {
		r.keptCursor = c.Server
	}
	return err
}

// missing names laptops of which others have seen more than is here.
func (r *round) missing() []string {
	var list []string
	for device, h := range r.heads {
		if h.Told > h.Number {
			list = append(list, device)
		}
	}
	for key := range r.held {
		list = append(list, deviceOf(key))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// deviceOf gives the laptop that a delta's key names.
func deviceOf(key string) string {
	name, err := snapshot.ParseName(key)
	if err != nil {
		return ""
	}
	return name.Device
}

// take fetches, verifies and merges what is new among these objects and those that wait.
func (r *round) take(objects []bucket.Object) error {
	fresh, err := r.sift(objects)
	if err != nil || len(fresh) == 0 {
		return err
	}
	if slices.ContainsFunc(fresh, r.isStranger) {
		if err := r.lookUp(); err != nil {
			return err
		}
	}
	for batch := range batches(r.plan(fresh)) {
		r.fetch(batch)
		if err := r.merge(batch); err != nil {
			return err
		}
	}
	return nil
}

// waits tells whether a candidate beyond a gap could become good later.
func (r *round) waits(c candidate) bool {
	l, known := r.State().Laptop(c.name.Device)
	return known && (!l.Revoked || c.name.Number <= l.Last)
}

func (r *round) isStranger(c candidate) bool {
	_, known := r.State().Laptop(c.name.Device)
	return !known
}

// batches cuts a plan into parts that fit in memory.
func batches(plan []candidate) func(yield func([]candidate) bool) {
	return func(yield func([]candidate) bool) {
		for len(plan) > 0 {
			size, n := int64(0), 0
			for n < len(plan) && n < batchCount && (n == 0 || size+plan[n].size <= batchBytes) {
				size += plan[n].size
				n++
			}
			if !yield(plan[:n]) {
				return
			}
			plan = plan[n:]
		}
	}
}

// fetch gets a batch, several objects at once.
func (r *round) fetch(batch []candidate) {
	var wait sync.WaitGroup
	slots := make(chan struct{}, inFlight)
	for i := range batch {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			batch[i].data, batch[i].err = r.Bucket.Get(r.ctx, batch[i].key, snapshot.MaxObject)
		})
	}
	wait.Wait()
}

// merge judges a batch in order and takes in what is good, in one durable step.
func (r *round) merge(batch []candidate) error {
	if err := r.rosterFirst(batch); err != nil {
		return err
	}
	s := r.newStep()
	var stopped error
	for i := range batch {
		if stopped = s.judge(&batch[i]); stopped != nil {
			break
		}
	}
	if err := s.commit(); err != nil {
		return err
	}
	return stopped
}

// rosterFirst looks up the roster when one of a batch went by a newer one, so that all of the batch
// is judged by it: a laptop may have been revoked.
func (r *round) rosterFirst(batch []candidate) error {
	for _, c := range batch {
		delta, err := snapshot.Read(r.State().Network, c.name, c.data)
		if err != nil || r.roster.Has(delta.RosterHead) {
			continue
		}
		if key, known := r.signKey(delta.Device); known && delta.SignedWith(key) {
			return r.lookUp()
		}
	}
	return nil
}

// signKey finds the key of a laptop that is or was of the network.
func (r *round) signKey(device string) (ed25519.PublicKey, bool) {
	l, known := r.State().Laptop(device)
	return l.SignKey, known
}

func changes(edits []store.Edit) int {
	count := 0
	for _, e := range edits {
		count += len(e.Changes)
	}
	return count
}
