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

// round is one run of Engine.Round.
type round struct {
	*Engine
	ctx        context.Context
	report     Report
	serverTime time.Time // learned from the listing; ours when the bucket has no clock
	full       bool      // the listing was of everything
	sawRoster  bool      // statements were looked up

	copies    map[string]string // keys of deltas whose bytes are here or in the bucket; see reopen.go
	listedAll bool

	readyArrived bool // our delta under way was in the listing: its PUT had succeeded
}

// Round pulls, verifies and merges what others wrote, lets in laptops that ask for it, and
// publishes what was written here. Whatever happens, what was done before it stays done, and the
// next round goes on from there. Faults: no_remote, laptop_revoked, invitation_expired,
// invitation_used, invitation_unknown and those of the bucket and the store.
func (e *Engine) Round(ctx context.Context) (Report, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	begin := time.Now()
	r := &round{Engine: e, ctx: ctx, report: Report{Missing: []string{}, Diverged: []string{}, Admitted: []string{}}}
	if e.Bucket == nil {
		return r.finish(begin, bucket.Cost{}, fault.New("no_remote"))
	}
	before := e.Bucket.Cost()
	err := r.run()
	return r.finish(begin, e.Bucket.Cost().Since(before), err)
}

func (r *round) run() error {
	if r.Standing() != Active {
		if err := r.join(); err != nil || r.Standing() == Pending {
			return err
		}
	}
	if err := r.banned(); err != nil {
		return err
	}
	if err := r.find(); err != nil {
		return err
	}
	if err := r.carry(); err != nil {
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
	if err := r.publish(); err != nil {
		return err
	}
	return r.compare()
}

func (r *round) banned() error {
	if r.Standing() == Revoked {
		return fault.New("laptop_revoked", "device", r.device)
	}
	return nil
}

// finish fills in what the report says in any case.
func (r *round) finish(begin time.Time, cost bucket.Cost, err error) (Report, error) {
	if err != nil && !strings.HasPrefix(fault.CodeOf(err), "bucket_") {
		r.reload()
	}
	r.report.spent(cost)
	r.report.Standing = r.Standing()
	r.report.Quarantined, r.report.Held = r.Quarantined(), r.waitingObjects()
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
// the first sign of a missing object otherwise.
func (r *round) staleSince(err error) string {
	r.look.RLock()
	defer r.look.RUnlock()
	at := r.cursor.Stale
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

// compare raises the alarm when a laptop with our frontier has another digest. It says nothing
// while parts are closed to us.
func (r *round) compare() error {
	skipped, err := r.Store.Notes(noteSkipped)
	if err != nil || len(skipped) > 0 || r.heads[r.device].Partial {
		return err
	}
	fingerprint, digest := r.frontier()
	for _, device := range slices.Sorted(maps.Keys(r.heads)) {
		h := r.heads[device]
		if device != r.device && !h.Partial && !r.doubtful(device) && len(h.Digest) > 0 && bytes.Equal(h.Frontier, fingerprint) && !bytes.Equal(h.Digest, digest) {
			r.report.Diverged = append(r.report.Diverged, device)
			r.Log.Error("states diverged", "device", device)
		}
	}
	return nil
}

// keep makes notes durable, and edits with them.
func (e *Engine) keep(edits []store.Edit, n notes) (fresh int, err error) {
	return e.Store.Apply(edits, n)
}

// mayWriteRoster tells whether this laptop is an admin in good standing.
func (e *Engine) mayWriteRoster() bool {
	return e.Standing() == Active && e.Self().Role == roster.Admin
}
