package sync

import (
	"context"
	"slices"
	"sync"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/signed"
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
	got  bool // it was fetched, or that failed
}

// list asks for a listing. An absent network is given up on soon.
func (r *round) list(prefix, after string) (bucket.Page, error) {
	ctx, cancel := context.WithTimeout(r.ctx, reach)
	defer cancel()
	return r.Bucket.List(ctx, prefix, after)
}

// listNews is list without the newest object that is known, where that saves bytes, and tells whether it is there.
func (r *round) listNews(after, known string) (page bucket.Page, there bool, err error) {
	able, ok := r.here.Bucket.(bucket.News)
	if !ok || known == "" {
		page, err = r.list(snapshot.Prefix, after)
		return page, lists(page, known), err
	}
	ctx, cancel := context.WithTimeout(r.ctx, reach)
	defer cancel()
	return able.ListNews(ctx, snapshot.Prefix, after, known)
}

// pull takes in what is new at a place: one listing, one fetch for each new object. Only when
// something turns out to be missing is everything listed.
func (r *round) pull() error {
	out := r.sendEarly()
	page, err := r.listLog()
	if err := r.cameOut(out, err); err != nil {
		return err
	}
	if err := r.beginning(page.Objects); err != nil {
		return err
	}
	before := r.gaps()
	if err := r.take(page.Objects); err != nil {
		return err
	}
	// What was told of early in a batch may have come later in it.
	if err := r.found(); err != nil {
		return err
	}
	if missing := r.gaps(); len(missing) > 0 && !r.full &&
		(!slices.Equal(missing, before) || r.since(r.here.at.Full) >= lookAgain) {
		if err := r.takeAll(); err != nil {
			return err
		}
	}
	if err := r.reopen(); err != nil {
		return err
	}
	if err := r.afterwards(); err != nil {
		return err
	}
	if err := r.found(); err != nil {
		return err
	}
	if err := r.foundPages(); err != nil {
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
	r.tellMissing()
	return r.arrived(page.ServerTime)
}

// tellMissing puts what is missing now into the report; another place may still have it.
func (r *round) tellMissing() { r.report.Missing = append([]string{}, r.missing()...) }

// since is how long ago something was by our own clock. One that went back says that it is long ago.
func (r *round) since(milli int64) time.Duration {
	if past := r.Now().Sub(time.UnixMilli(milli)); past >= 0 {
		return past
	}
	return daily
}

// listLog lists what may be new, or everything: the first time, once a day, when the place has no
// clock, when its clock went back, and when something that was there is there no more.
func (r *round) listLog() (bucket.Page, error) {
	after, known := r.startAfter()
	page, err := r.listFrom(after, known)
	if err != nil || r.full {
		return page, err
	}
	back := r.here.at.Server - page.ServerTime.Unix()
	expected := r.here.at.Last
	if page.ServerTime.IsZero() || back > backStep || expected > after && !r.still && !lists(page, expected) {
		r.compare = true
		return r.listFrom(snapshot.Prefix, "")
	}
	return page, nil
}

// backStep is by how many seconds the clocks of one service's machines may differ.
const backStep = 60

// startAfter decides where the listing begins, and whether what is here is to be compared. known is the newest name where nothing but
// what comes after it is to be learned.
func (r *round) startAfter() (after, known string) {
	at := &r.here.at
	r.compare = at.Full == 0 || r.since(at.Full) >= daily || r.isMending() && r.since(at.Full) >= lookAgain
	if r.compare || at.Server == 0 {
		return snapshot.Prefix, ""
	}
	// An object may appear late, under a name older than others that were seen. So what is not settled
	// is listed again once, when it has had time to appear; until then the newest name that was seen
	// begins the listing, and shows that the place still has what it had.
	now := at.Server + int64(r.since(at.Contact)/time.Second)
	last, err := snapshot.ParseName(at.Last)
	if err != nil || len(r.sought) > 0 || len(r.held) > 0 {
		return snapshot.After(time.Unix(at.Settled, 0)), ""
	}
	late := int64(overlap / time.Second)
	if named := last.Time.Unix(); named > at.Settled && (now-named >= late || now-at.Settled >= 2*late) {
		return snapshot.After(time.Unix(at.Settled, 0)), ""
	}
	if at.Server < last.Time.Unix()+moment {
		return snapshot.After(last.Time.Add(-moment * time.Second)), ""
	}
	return last.Before(), at.Last // the name itself would say more than is asked, and a service says it back twice
}

// moment is for how many seconds after the newest name others may still be putting objects under the same second or a little
// before it: a round names what it sends by the time of its listing. Until a listing has come after that, it begins so much earlier.
const moment = 60

func (r *round) listFrom(after, known string) (bucket.Page, error) {
	r.full, r.wide = after == snapshot.Prefix, after <= snapshot.After(time.Unix(r.here.at.Settled, 0))
	r.last, r.there = "", map[string]string{}
	page, still, err := r.listNews(after, known)
	r.sight.listed(page, r.full && err == nil)
	r.listedAt = r.Now()
	if r.serverTime = page.ServerTime; r.serverTime.IsZero() {
		r.serverTime = r.Now()
	}
	if r.still = still; still && known != "" {
		r.saw(known)
	}
	if err == nil && r.full && (r.ownHeadGone(page) || r.known && r.here.at.Last != "" && !lists(page, r.here.at.Last)) {
		r.suspect, r.compare = true, true
	}
	return page, err
}

func lists(page bucket.Page, key string) bool {
	return slices.ContainsFunc(page.Objects, func(o bucket.Object) bool { return o.Key == key })
}

// ownHeadGone tells whether a place that is listed whole lacks our newest delta though it had it.
func (r *round) ownHeadGone(page bucket.Page) bool {
	h := r.heads[r.device]
	own := matterOf(r.device, h.Number, signed.ShortOf(h.Hash))
	if _, lacks := r.here.lacks[own]; lacks || h.Number == 0 || !r.known {
		return false
	}
	return !slices.ContainsFunc(page.Objects, func(o bucket.Object) bool { return matter(o.Key) == own })
}

// saw notes an object of a listing.
func (r *round) saw(key string) {
	r.there[matter(key)] = max(key, r.there[matter(key)])
	if name, err := snapshot.ParseName(key); err == nil && key > r.last && !name.Time.After(r.serverTime.Add(time.Minute)) {
		r.last = key
	}
}

func (r *round) takeAll() error {
	page, err := r.listFrom(snapshot.Prefix, "")
	if err != nil {
		return err
	}
	return r.take(page.Objects)
}

// arrived moves the place's cursor after a pull that took in everything. A place without a clock is
// listed whole each time: the laptops' own clocks are no common measure.
func (r *round) arrived(server time.Time) error {
	r.look.Lock()
	p := r.here
	was := p.at
	p.at.Contact = r.Now().UnixMilli()
	p.at.Server, p.at.Last = 0, max(p.at.Last, r.last)
	if r.full {
		p.at.Full, p.at.Last = p.at.Contact, r.last
	}
	if !server.IsZero() {
		p.at.Server = server.Unix()
		if r.full || r.wide {
			p.at.Settled = p.at.Server - int64(overlap/time.Second)
		}
	}
	r.meets(server)
	r.cursor.Contact = p.at.Contact
	stale := r.cursor.Stale
	switch {
	case len(r.report.Missing) == 0 && len(r.held) == 0:
		stale = 0
	case stale == 0:
		stale = r.cursor.Contact
	}
	staleChanged := stale != r.cursor.Stale
	r.cursor.Stale = stale
	r.look.Unlock()
	n := notes{}
	// A cursor that is a little old costs nothing but a few names listed again.
	if was.Contact == 0 || p.at.Full != was.Full && (r.compare || was.Server > 0) || p.at.Contact-p.kept.Contact >= 60_000 || p.at.Server < p.kept.Server || p.at.Last != p.kept.Last {
		r.notePlace(n, p)
	}
	if staleChanged || r.cursor.Contact-r.keptContact >= 60_000 || r.cursor.Contact < r.keptContact {
		n.set(noteCursor, r.cursor)
		r.keptContact = r.cursor.Contact
	}
	r.watches(n)
	if len(n) == 0 {
		return nil
	}
	_, err := r.keep(nil, n)
	return err
}

// deviceOf gives the laptop that a delta's key names.
func deviceOf(key string) string {
	name, err := snapshot.ParseName(key)
	if err != nil {
		return ""
	}
	return name.Device
}

// take fetches, verifies and merges what is new among these objects and those that wait, as long as what came in lets something follow
// that was passed over.
func (r *round) take(objects []bucket.Object) error {
	for before := -1; before < r.report.Pulled.Snapshots && (before < 0 || r.mayFollow()); {
		before = r.report.Pulled.Snapshots
		if err := r.takeOnce(objects); err != nil {
			return err
		}
	}
	return nil
}

// mayFollow tells whether an object waits that was read when less of its laptop was here.
func (r *round) mayFollow() bool {
	for key := range r.held {
		name, err := snapshot.ParseName(key)
		if at, read := r.stuck[key]; err == nil && read && at != r.reached(name.Device) {
			return true
		}
	}
	return false
}

func (r *round) takeOnce(objects []bucket.Object) error {
	fresh, err := r.sift(objects)
	if err == nil && r.readyArrived {
		err = r.settle() // what follows it was written by this laptop too, before its home came back from a copy
		r.readyArrived = false
	}
	if err != nil || len(fresh) == 0 {
		return err
	}
	if err := r.shareFirst(fresh); err != nil {
		return err
	}
	fresh = slices.DeleteFunc(fresh, func(c candidate) bool { return r.knows(c.name) || r.isHeldOwn(c) })
	if slices.ContainsFunc(fresh, r.isStranger) {
		if err := r.lookUp(); err != nil {
			return err
		}
	}
	if fresh, err = r.bundled(fresh); err != nil {
		return err
	}
	plan := r.plan(fresh)
	done, total := int64(0), sizeOf(plan)
	for batch := range batches(plan) {
		if err := stopped(r.ctx); err != nil {
			return err
		}
		r.fetch(batch)
		if err := r.merge(batch); err != nil {
			return err
		}
		done += sizeOf(batch)
		r.tell("receive", done, total)
	}
	return nil
}

func sizeOf(list []candidate) (bytes int64) {
	for i := range list {
		bytes += list[i].size
	}
	return bytes
}

// waits tells whether a candidate beyond a gap could become good later.
func (r *round) waits(c candidate) bool {
	return r.mayBeSought(c.name.Device, c.name.Number)
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
		if batch[i].err = stopped(r.ctx); batch[i].err != nil {
			<-slots
			continue
		}
		wait.Go(func() {
			defer func() { <-slots }()
			batch[i].get(r)
		})
	}
	wait.Wait()
}

// get fetches one object; bytes that are not what the name says are fetched once more, since they may
// have been damaged on the way only.
func (c *candidate) get(r *round) {
	if c.got {
		return
	}
	c.got = true
	if c.data = r.nearby(c); c.fits(c.data) {
		return
	}
	for tries := 0; c.err == nil && tries < 2 && (c.data == nil || signed.ShortOf(signed.HashOf(c.data)) != c.name.Hash); tries++ {
		c.data, c.err = r.Bucket.Get(r.ctx, c.key, snapshot.MaxObject)
	}
}

// merge judges a batch in order and takes in what is good, in one durable step.
func (r *round) merge(batch []candidate) error {
	if err := r.rosterFirst(batch); err != nil {
		return err
	}
	s := r.newStep()
	var stopped error
	for i := range batch {
		// What one object's failure does not concern is still taken in.
		if err := s.judge(&batch[i]); err != nil && stopped == nil {
			stopped = err
		}
		if stopped != nil && !ofPlace(stopped) {
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
		if err != nil || r.roster.Stands(delta.RosterHead) {
			continue
		}
		if _, known := r.State().Laptop(delta.Device); known { // perhaps under a new key that it tells of
			return r.lookUp()
		}
	}
	return nil
}

func changes(edits []store.Edit) int {
	count := 0
	for _, e := range edits {
		count += len(e.Changes)
	}
	return count
}
