package sync

import (
	"context"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/snapshot"
)

// Laptops that have not heard of each other may be about to say the same to the same people. A saying is a claim that names them: put,
// then listed beside those of the others, as every claim. What is said, unlike a mailing of one's own, others may know of at any time:
// the bucket must be asked, but where the network has none.

// Say asks for the sole right to say something to some people. task stands for what is said, of for what it is said with here, as a
// mailing, part for the piece of it whose people whom are; first is the own change by which others learn of it. taken gives, of those
// whom others reached for too, with what they did; an empty text for one that cannot be read, which counts for all. It is asked once
// and kept: whoever was not named then counts as taken. Faults as Claim.
func (e *Engine) Say(ctx context.Context, task, of, part string, whom []string, first uint64) (taken map[string][]string, err error) {
	if err := e.mayClaim(); err != nil {
		return nil, err
	}
	e.claiming.Lock()
	defer e.claiming.Unlock()
	note := task + "/" + part
	c, known := e.claims[note]
	if now := e.Store.Incarnation(); !known || c.Incarnation != now {
		if c, err = e.writeSaying(task, of, whom, now); err != nil {
			return nil, err
		}
		if err := e.keepClaim(note, c); err != nil {
			return nil, err
		}
	}
	if c.State == claimAsked {
		if c, err = e.saySo(ctx, task, note, c, first); err != nil {
			return nil, err
		}
	}
	own, err := e.readClaim(c.Key, c.Object)
	if err != nil {
		return nil, err
	}
	return takenOf(task, whom, c.Others, own.Marks()), nil
}

func (e *Engine) writeSaying(task, of string, whom []string, incarnation uint64) (claim, error) {
	marks := make([]string, len(whom))
	for i, one := range whom {
		marks[i] = snapshot.MarkOf(task, one)
	}
	key, object, err := snapshot.WriteClaim(e.prover.Load(), e.member.Cover, &snapshot.Claim{Network: e.State().Network, Task: task,
		Incarnation: incarnation, Wall: e.Now().UnixMilli(), Of: of, Whom: snapshot.WhomOf(marks)})
	return claim{State: claimAsked, Incarnation: incarnation, Key: key, Object: object}, err
}

// saySo puts a saying into every place and reads the others'. It is won whoever else is there: it stays for those whom nobody else
// named. The main place must answer.
func (e *Engine) saySo(ctx context.Context, task, note string, c claim, first uint64) (claim, error) {
	there, told, err := e.sayEverywhere(ctx, task, c)
	switch {
	case fault.Is(err, "no_remote") && first > e.sealed:
		c.State = claimOwed // nobody can have been heard of; it goes out before what tells of it
		return c, e.keepClaim(note, c)
	case err != nil:
		return c, err
	}
	slices.Sort(there)
	c.Others, c.Places, c.State = slices.Compact(there), told, claimWon
	return c, e.keepClaim(note, c)
}

func (e *Engine) sayEverywhere(ctx context.Context, task string, c claim) (others, told []string, err error) {
	places := e.placesToAsk()
	if len(places) == 0 {
		return nil, nil, fault.New("no_remote")
	}
	for i, p := range places {
		there, err := e.sayAt(ctx, p.Bucket, task, c)
		if err != nil && i == 0 {
			return nil, nil, err
		}
		if err == nil {
			told = append(told, p.Address)
			others = append(others, there...)
		}
	}
	return others, told, nil
}

// sayAt gives what others said there, each as mark and what they say it with; one without a mark counts for all.
func (e *Engine) sayAt(ctx context.Context, b bucket.Bucket, task string, c claim) (others []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, reach)
	defer cancel()
	if err := b.Put(ctx, c.Key, c.Object); err != nil && !fault.Is(err, "object_exists") {
		return nil, err
	}
	page, err := b.List(ctx, snapshot.ClaimsOf(task), "")
	if err != nil {
		return nil, err
	}
	own := e.ownClaims()
	if !slices.ContainsFunc(page.Objects, func(o bucket.Object) bool { return o.Key == c.Key }) {
		return nil, fault.New("bucket_refused", "key", c.Key)
	}
	for _, o := range page.Objects {
		if own[o.Key] {
			continue
		}
		there, err := e.saidBy(ctx, b, o.Key)
		if err != nil {
			return nil, err
		}
		others = append(others, there...)
	}
	return others, nil
}

// ownClaims gives the keys of what this laptop claimed since it was last restored.
func (e *Engine) ownClaims() map[string]bool {
	own := map[string]bool{}
	for c := range maps.Values(e.claims) {
		if c.Incarnation == e.Store.Incarnation() {
			own[c.Key] = true
		}
	}
	return own
}

// saidBy reads one saying of another laptop, or of this one before it was restored.
func (e *Engine) saidBy(ctx context.Context, b bucket.Bucket, key string) (others []string, err error) {
	if _, wrong := snapshot.ParseClaimName(key); wrong != nil {
		return nil, nil // nobody's
	}
	object, err := b.Get(ctx, key, snapshot.MaxClaim)
	if fault.Is(err, "object_missing") || fault.Is(err, "object_too_large") {
		return []string{""}, nil
	}
	if err != nil {
		return nil, err
	}
	rival, err := e.readClaim(key, object)
	switch {
	case isNobodys(err):
		e.Log.Warn("a claim was not counted", "key", key, "error", err)
		return nil, nil
	case err != nil:
		return []string{""}, nil
	}
	for _, mark := range rival.Marks() {
		others = append(others, hex.EncodeToString([]byte(mark))+rival.Of)
	}
	return others, nil
}

// takenOf gives with what others reached for each of some people.
func takenOf(task string, whom, others, named []string) map[string][]string {
	taken := map[string][]string{}
	for _, one := range whom {
		raw := snapshot.MarkOf(task, one)
		if !slices.Contains(named, raw) {
			taken[one] = []string{""}
			continue
		}
		mark := hex.EncodeToString([]byte(raw))
		for _, other := range others {
			if of, found := strings.CutPrefix(other, mark); found || other == "" {
				taken[one] = append(taken[one], of)
			}
		}
	}
	return taken
}
