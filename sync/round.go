package sync

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

const (
	// overlap is how far before the last listing the next one begins: an object may appear late
	// under a name with an older time. What comes later still shows as a gap.
	overlap = 15 * time.Minute
	// reach is how long the bucket may take to give its first answer.
	reach = 4500 * time.Millisecond
)

// round is one run of Engine.Round. What stands below the report is of the place that is visited.
type round struct {
	*Engine
	ctx    context.Context
	report Report

	Bucket     bucket.Bucket              // of the place, in the engine's stead
	sight      sight                      // of full snapshots
	known      bool                       // the place was compared before
	wide       bool                       // the listing began where all was settled
	serverTime time.Time                  // learned from the listing; ours when the place has no clock
	listedAt   time.Time                  // when that was by our clock, for measuring
	alike      map[store.Dot]store.Change // what other homes of this laptop sent that came just now
	failed     error                      // why a PUT beside the listing failed
	full       bool                       // the listing was of everything
	still      bool                       // the newest object that was known is still there
	compare    bool                       // what is here is to be compared with what is there
	suspect    bool                       // the place has lost something that it had
	sawRoster  bool                       // statements were looked up
	sawWith    time.Time                  // listedAt at that time
	last       string                     // the newest name listed that is not ahead of the place's clock
	there      map[string]string          // with compare: keys by what they are
	repeats    map[string][]string        // pages of the roster that lie under more than one name

	copies    map[string][]string // keys of deltas whose bytes are here or in the bucket; see reopen.go
	listedAll bool

	readyArrived bool // our delta under way was in the listing: its PUT had succeeded
	late         bool // what we sent may have come after others looked for it
	place        PlaceReport
}

// Round visits every place: it pulls, verifies and merges what others wrote, lets in laptops that
// ask for it, publishes what was written here, and carries from one place to the others what they
// lack. A place that cannot be reached does not hold up the others; only when none can does the
// round fail. Whatever happens, what was done before it stays done, and the next round goes on from
// there. Faults: no_remote, laptop_revoked, invitation_expired, invitation_used, invitation_unknown
// and those of the bucket and the store.
func (e *Engine) Round(ctx context.Context) (Report, error) { return e.roundAt(ctx, nil) }

// RoundAt is a round at the places of these names alone, as those in the same room, which must not wait for one that is
// far away. What the others lack stays noted until a round visits them. Fault besides those of Round: no_remote when none
// of the names is a place in use.
func (e *Engine) RoundAt(ctx context.Context, names ...string) (Report, error) {
	return e.roundAt(ctx, func(p *place) bool { return slices.Contains(names, p.Name) })
}

func (e *Engine) roundAt(ctx context.Context, let func(*place) bool) (Report, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	begin := time.Now()
	r := &round{Engine: e, ctx: ctx, report: Report{Missing: []string{}, Diverged: []string{}, Admitted: []string{}, Split: []string{}, Silent: []string{}, Places: []PlaceReport{}}}
	e.refusedNow = nil
	places, err := e.usable()
	if let != nil {
		places = slices.DeleteFunc(slices.Clone(places), func(p *place) bool { return !let(p) })
	}
	if err == nil && len(places) == 0 {
		err = fault.New("no_remote")
	}
	if err != nil {
		return r.finish(begin, err)
	}
	return r.finish(begin, r.visitAll(places))
}

// visitAll goes to every place, then once more to those that lack what was found at a later one.
func (r *round) visitAll(places []*place) (err error) {
	reached := 0
	for _, p := range places {
		problem := r.visit(p, r.run)
		r.report.Places = append(r.report.Places, r.place)
		if problem == nil {
			reached++
			continue
		}
		if err == nil {
			err = problem
		}
		if !ofPlace(problem) || r.ctx.Err() != nil {
			return problem
		}
	}
	for i, p := range places {
		if len(places) > 1 && p.problem == nil && len(p.lacks) > 0 && r.Standing() == Active {
			before := r.report.Places[i]
			problem := r.visit(p, r.carryLate)
			r.report.Places[i] = before.with(r.place)
			if problem != nil && !ofPlace(problem) {
				return problem
			}
		}
	}
	for i, p := range places {
		r.report.Places[i].Waiting = len(p.lacks)
	}
	if reached == 0 {
		return err
	}
	r.findSplit()
	if r.Standing() != Active {
		return nil
	}
	return r.diverged()
}

// ofPlace tells whether a failure is one place's own, so that others may still be visited.
func ofPlace(err error) bool {
	code := fault.CodeOf(err)
	return strings.HasPrefix(code, "bucket_") || strings.HasPrefix(code, "object_") || strings.HasPrefix(code, "lan_") ||
		code == "clock_refused" || code == "bad_remote" || code == "bad_key" || code == "timeout"
}

// visit does something at one place and says what it took.
func (r *round) visit(p *place, do func() error) error {
	r.enter(p)
	before := p.Bucket.Cost()
	err := do()
	if errMended := r.keepMended(err); err == nil {
		err = errMended
	}
	r.look.Lock()
	p.problem = err
	r.look.Unlock()
	r.place.spent(p.Bucket.Cost().Since(before))
	r.place.State, r.place.Waiting = PlaceReached, len(p.lacks)
	if err != nil {
		r.place.State, r.place.Code = PlaceFailed, fault.CodeOf(err)
		if !strings.HasPrefix(fault.CodeOf(err), "bucket_") {
			r.reload()
		}
		r.Log.Warn("visit ended early", "place", p.Name, "error", err)
	}
	r.report.spentMore(&r.place)
	r.here = nil
	return err
}

// enter turns to one place.
func (r *round) enter(p *place) {
	r.here, r.kept = p, nil
	r.Bucket = &visitor{Bucket: p.Bucket, round: r}
	r.serverTime, r.listedAt, r.full, r.wide, r.compare, r.suspect, r.sawRoster = time.Time{}, time.Time{}, false, false, false, false, false
	r.wide, r.known, r.last, r.there, r.readyArrived, r.late = false, p.at.Full > 0, "", nil, false, false
	r.failed, r.repeats = nil, nil
	r.asked = p.at.Asked
	r.place, r.sight = PlaceReport{Name: p.Name, Gone: []string{}}, sight{}
}

func (r *round) run() error {
	if r.Standing() != Active {
		err := r.join()
		if errAsked := r.keepAsked(); err == nil {
			err = errAsked
		}
		if err != nil || r.Standing() == Pending {
			return err
		}
	}
	if err := r.banned(); err != nil {
		return err
	}
	if err := r.mend(); err != nil {
		return err
	}
	if err := r.find(); err != nil {
		return err
	}
	if err := r.obey(); err != nil {
		return err
	}
	if err := r.pull(); err != nil {
		return err
	}
	if r.Standing() == Pending {
		return nil // another admin's chain won, and ours is about to admit this laptop again
	}
	if err := r.banned(); err != nil {
		return err
	}
	if err := r.seats(); err != nil {
		return err
	}
	if err := r.speak(); err != nil {
		return err
	}
	if err := r.keepFulls(); err != nil {
		return err
	}
	if err := r.carry(); err != nil {
		return err
	}
	return r.carrySafeguard()
}

// keepAsked notes that the request for a seat is at this place, and that the place answered.
func (r *round) keepAsked() error {
	r.look.Lock()
	r.cursor.Contact = r.Now().UnixMilli()
	r.here.at.Contact = r.cursor.Contact
	changed := r.here.at.Asked != r.asked
	r.here.at.Asked = r.asked
	r.look.Unlock()
	if !changed {
		return nil
	}
	n := notes{noteAsked: nil}
	r.notePlace(n, r.here)
	_, err := r.keep(nil, n)
	return err
}

// speak publishes, and says something even without edits when a day has passed, when something is
// to be asked for, and when what was sent came so late that others may not look for it any more.
func (r *round) speak() error {
	if err := r.speakOfOrders(); err != nil {
		return err
	}
	if err := r.bringOwed(); err != nil {
		return err
	}
	asks := r.mustAsk()
	if asks || r.mustSpeak() || r.gens.call {
		r.notice = true
	}
	number := r.heads[r.device].Number
	if err := r.publish(); err != nil {
		return err
	}
	if r.late {
		r.late, r.notice = false, true
		if err := r.publish(); err != nil {
			return err
		}
	}
	if r.heads[r.device].Number == number {
		return nil
	}
	n := notes{}
	r.waitsToBeSeen(n, r.heads[r.device].Number)
	if _, err := r.keep(nil, n); err != nil {
		return err
	}
	if err := r.hasCalled(); err != nil {
		return err
	}
	return r.hasAsked()
}

func (r *round) banned() error {
	if r.Standing() == Revoked {
		return fault.New("laptop_revoked", "device", r.device)
	}
	return nil
}

// finish fills in what the report says in any case.
func (r *round) finish(begin time.Time, err error) (Report, error) {
	r.report.Standing = r.Standing()
	r.report.Quarantined, r.report.Held, r.report.Pages = r.named(), r.waitingObjects(), r.missingPages()
	if s := r.State(); s != nil {
		r.report.RosterVersion = s.Version
	}
	if conflicts, errConflicts := r.Store.Conflicts(); errConflicts == nil {
		r.report.Conflicts = len(conflicts)
	} else if err == nil {
		err = errConflicts
	}
	r.report.StaleSince = r.staleSince(err)
	r.report.Millis = time.Since(begin).Milliseconds()
	if err != nil {
		r.Log.Warn("round ended early", "error", err)
	}
	return r.report, err
}

// staleSince is since when we may not know everything: the last contact when this round failed,
// otherwise the first sign that something is missing or hidden.
func (r *round) staleSince(err error) string {
	r.look.Lock()
	defer r.look.Unlock()
	hidden, silent := r.hiddenSince()
	r.report.Silent = append(r.report.Silent, silent...)
	at := r.cursor.Stale
	for _, sign := range []int64{hidden, r.unseenSince(), r.behindSince()} {
		if sign != 0 && (at == 0 || sign < at) {
			at = sign
		}
	}
	if err != nil && at == 0 {
		at = r.cursor.Contact
	}
	if at == 0 {
		return ""
	}
	return time.UnixMilli(at).UTC().Format(time.RFC3339)
}

func (e *Engine) waitingObjects() []Refused {
	e.look.RLock()
	defer e.look.RUnlock()
	list := []Refused{}
	for _, key := range slices.Sorted(maps.Keys(e.held)) {
		list = append(list, Refused{Key: key, Reason: e.held[key].Reason})
	}
	return list
}

// frontier gives the fingerprint of this laptop's frontier and its digest there, both of one moment.
func (e *Engine) frontier() (fingerprint, digest []byte) {
	for {
		before := e.Store.Frontier()
		digest := e.Store.Digest()
		if maps.Equal(before, e.Store.Frontier()) {
			maps.Copy(before, e.tips())
			return fingerprintOf(before), digestBytes(digest)
		}
	}
}

func fingerprintOf(f store.Frontier) []byte {
	var b []byte
	for _, device := range slices.Sorted(maps.Keys(f)) {
		if f[device] > 0 {
			b = binary.BigEndian.AppendUint64(append(append(b, device...), 0), f[device])
		}
	}
	hash := signed.HashOf(b)
	return hash[:snapshot.CompareBytes]
}

func digestBytes(digest string) []byte {
	if raw, err := hex.DecodeString(digest); err == nil && len(raw) >= snapshot.CompareBytes {
		return raw[:snapshot.CompareBytes]
	}
	hash := signed.HashOf([]byte(digest))
	return hash[:snapshot.CompareBytes]
}

// inTheDark tells whether a delta is here of which not even the network's section could be read yet:
// our frontier has then passed over changes that our digest lacks. So it has while something is to be judged again.
func (r *round) inTheDark() (bool, error) {
	if r.unjudged() || r.beganBeyond() {
		return true, nil
	}
	skipped, err := r.Store.Notes(noteSkipped)
	r.look.RLock()
	defer r.look.RUnlock()
	for _, note := range skipped {
		if !r.isDarkForGood(strings.TrimPrefix(note, noteSkipped)) {
			return true, err
		}
	}
	return false, err
}

// diverged raises the alarm when a laptop with our frontier has another digest. It says nothing
// while parts are closed to us, or while we keep back what others cannot have: its number may lie below those that another
// home of this laptop sent.
func (r *round) diverged() error {
	fingerprint, digest := r.frontier()
	if dark, err := r.inTheDark(); err != nil || dark || r.heads[r.device].Partial || len(r.passedOver) > 0 {
		return err
	}
	for _, device := range slices.Sorted(maps.Keys(r.heads)) {
		h := r.heads[device]
		if device != r.device && !h.Partial && !r.doubtful(device) && len(h.Digest) > 0 && bytes.Equal(h.Frontier, fingerprint) && !bytes.Equal(h.Digest, digest) {
			r.report.Diverged = append(r.report.Diverged, device)
			r.Log.Error("states diverged", "device", device)
		}
	}
	return nil
}

// findSplit names the laptops whose chain split.
func (r *round) findSplit() { r.report.Split = append(r.report.Split, r.splitLaptops()...) }

// keep makes notes durable, and edits with them.
func (e *Engine) keep(edits []store.Edit, n notes) (fresh int, err error) {
	return e.Store.Apply(edits, n)
}

// mayWriteRoster tells whether this laptop is an admin in good standing.
func (e *Engine) mayWriteRoster() bool {
	return e.Standing() == Active && e.Self().Role == roster.Admin
}
