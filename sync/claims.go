package sync

import (
	"context"
	"maps"
	"slices"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/snapshot"
)

// Some things must be done once, by one laptop, as sending a mail. Whoever is about to do one puts a claim and then lists the
// claims of it: only who is alone may go on. Of two at once at most one sees itself alone, since what a laptop put is there before
// it looks; no condition of the bucket is needed. What nobody else can know of yet needs no answer: its claim is owed, and goes
// out before the change by which others learn of it.

// States of a claim.
const (
	claimAsked = iota + 1 // it is or may be in the bucket; who else is there is not known yet
	claimOwed             // ours, for nobody knows of the task; not in the bucket yet
	claimWon
	claimLost
)

// claim is what became of one here.
type claim struct {
	_           struct{} `cbor:",toarray"`
	State       uint64
	Incarnation uint64
	Key         string
	Object      []byte
	Others      []string // laptops that reached for it too
	Places      []string // where it stands
}

// Claim asks for the sole right to do what name stands for. first is the own change by which others learn of it: as long as that
// is not on its way the bucket need not be asked; 0 when they may know. It is given once and for all, or not: others then names who
// reached for it too, this laptop itself when it did so before it was restored from a backup. Faults: laptop_pending,
// laptop_revoked, no_remote, claim_unreadable, and those of the bucket, upon which it is still open.
func (e *Engine) Claim(ctx context.Context, name string, first uint64) (won bool, others []string, err error) {
	if err := e.mayClaim(); err != nil {
		return false, nil, err
	}
	e.claiming.Lock()
	defer e.claiming.Unlock()
	c, known := e.claims[name]
	now := e.Store.Incarnation()
	switch {
	case known && c.Incarnation != now:
		return false, []string{e.device}, nil
	case known && c.State != claimAsked:
		return c.State != claimLost, slices.Clone(c.Others), nil
	case !known && first > e.sealed && first>>incarnationBit != now:
		return false, []string{e.device}, nil // what was done with it before the restoring, nobody knows
	}
	if !known {
		if c, err = e.writeClaim(name, now); err != nil {
			return false, nil, err
		}
		if first > e.sealed {
			c.State = claimOwed
		}
		if err := e.keepClaim(name, c); err != nil || c.State == claimOwed {
			return err == nil, nil, err
		}
	}
	return e.reach(ctx, name, c)
}

func (e *Engine) mayClaim() error {
	switch e.Standing() {
	case Pending:
		return fault.New("laptop_pending")
	case Revoked:
		return fault.New("laptop_revoked", "device", e.device)
	}
	return nil
}

func (e *Engine) writeClaim(name string, incarnation uint64) (claim, error) {
	signer := e.prover.Load()
	key, object, err := snapshot.WriteClaim(signer, e.member.Cover,
		&snapshot.Claim{Network: e.State().Network, Task: name, Incarnation: incarnation, Wall: e.Now().UnixMilli()})
	return claim{State: claimAsked, Incarnation: incarnation, Key: key, Object: object}, err
}

// keepClaim makes it durable. The caller holds claiming.
func (e *Engine) keepClaim(name string, c claim) error {
	n := notes{}
	n.set(noteClaim+name, c)
	if _, err := e.keep(nil, n); err != nil {
		return err
	}
	e.claims[name] = c
	return nil
}

// reach puts the claim into every place and looks who else is there. The main place must answer; another that does not is told
// when it is visited.
func (e *Engine) reach(ctx context.Context, name string, c claim) (won bool, others []string, err error) {
	places := e.placesToAsk()
	if len(places) == 0 {
		return false, nil, fault.New("no_remote")
	}
	for i, p := range places {
		there, err := e.reachAt(ctx, p.Bucket, name, c)
		if err != nil && i == 0 {
			return false, nil, err
		}
		if err == nil {
			c.Places = append(c.Places, p.Address)
			others = append(others, there...)
		}
	}
	slices.Sort(others)
	c.Others, c.State = slices.Compact(others), claimWon
	if len(c.Others) > 0 {
		c.State = claimLost
	}
	if err := e.keepClaim(name, c); err != nil {
		return false, nil, err
	}
	return c.State == claimWon, slices.Clone(c.Others), nil
}

// placesToAsk gives the places in use, the main one first.
func (e *Engine) placesToAsk() []Place {
	e.look.RLock()
	defer e.look.RUnlock()
	if len(e.Places) == 0 {
		if e.Bucket == nil {
			return nil
		}
		return []Place{{Address: e.led, Bucket: e.Bucket}}
	}
	list := make([]Place, len(e.places))
	for i, p := range e.places {
		list[i] = p.Place
	}
	return list
}

func (e *Engine) reachAt(ctx context.Context, b bucket.Bucket, name string, c claim) (others []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, reach)
	defer cancel()
	if err := b.Put(ctx, c.Key, c.Object); err != nil && !fault.Is(err, "object_exists") {
		return nil, err
	}
	page, err := b.List(ctx, snapshot.ClaimsOf(name), "")
	if err != nil {
		return nil, err
	}
	ours := false
	for _, o := range page.Objects {
		if o.Key == c.Key {
			ours = true
			continue
		}
		if rival, err := e.rival(ctx, b, o.Key); err != nil {
			return nil, err
		} else if rival != "" {
			others = append(others, rival)
		}
	}
	if !ours { // a bucket that does not show what it has just taken may hide others' too
		return nil, fault.New("bucket_refused", "key", c.Key)
	}
	return others, nil
}

// rival gives the laptop behind another claim; empty when it is nobody's. One that cannot be read counts, since it may have been
// good before somebody spoilt it; one that another laptop signed does not.
func (e *Engine) rival(ctx context.Context, b bucket.Bucket, key string) (string, error) {
	name, err := snapshot.ParseClaimName(key)
	if err != nil {
		return "", nil
	}
	if _, known := e.State().Laptop(name.Device); !known {
		return name.Device, nil // its admission may not be here yet
	}
	object, err := b.Get(ctx, key, snapshot.MaxClaim)
	if fault.Is(err, "object_missing") || fault.Is(err, "object_too_large") {
		return name.Device, nil
	}
	if err != nil {
		return "", err
	}
	if err := e.verifyClaim(key, object); isNobodys(err) {
		e.Log.Warn("a claim was not counted", "key", key, "error", err)
		return "", nil
	}
	return name.Device, nil
}

// isNobodys tells whether a claim could not be believed because it is nobody's word here.
func isNobodys(err error) bool {
	return fault.Is(err, "claim_forged") || fault.Is(err, "claim_other_network")
}

// verifyClaim judges one object by itself.
func (e *Engine) verifyClaim(key string, data []byte) error {
	_, err := e.readClaim(key, data)
	return err
}

func (e *Engine) readClaim(key string, data []byte) (*snapshot.Claim, error) {
	return tryKeys(&round{Engine: e}, func(keys snapshot.SignKeys) (*snapshot.Claim, error) {
		return snapshot.ReadClaim(key, data, e.State().Network, e.member.Cover, keys)
	})
}

// bringClaims puts own claims where they are not yet. Nothing by which others learn of a task may be sealed before; the caller
// holds claiming until it is.
func (r *round) bringClaims() error {
	address := r.here.Address
	for _, name := range slices.Sorted(maps.Keys(r.claims)) {
		c := r.claims[name]
		if c.State != claimOwed && c.State != claimWon || slices.Contains(c.Places, address) || c.Incarnation != r.Store.Incarnation() {
			continue
		}
		if err := r.Bucket.Put(r.ctx, c.Key, c.Object); err != nil && !fault.Is(err, "object_exists") {
			return err
		}
		c.State, c.Places = claimWon, append(slices.Clone(c.Places), address)
		if err := r.keepClaim(name, c); err != nil {
			return err
		}
	}
	return nil
}

// compareClaims puts own claims back that a place had and has lost: who looks there next would see itself alone.
func (r *round) compareClaims() error {
	r.claiming.Lock()
	defer r.claiming.Unlock()
	address := r.here.Address
	var mine []string
	for _, name := range slices.Sorted(maps.Keys(r.claims)) {
		if c := r.claims[name]; c.State == claimWon && slices.Contains(c.Places, address) && c.Incarnation == r.Store.Incarnation() {
			mine = append(mine, name)
		}
	}
	if len(mine) == 0 {
		return nil
	}
	page, err := r.list(snapshot.ClaimPrefix, "")
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, o := range page.Objects {
		there[o.Key] = true
	}
	for _, name := range mine {
		c := r.claims[name]
		if there[c.Key] {
			continue
		}
		c.Places = slices.DeleteFunc(slices.Clone(c.Places), func(p string) bool { return p == address })
		if err := r.keepClaim(name, c); err != nil {
			return err
		}
		r.place.lose(c.Key)
	}
	return r.bringClaims()
}

func (r *round) bringOwed() error {
	r.claiming.Lock()
	defer r.claiming.Unlock()
	return r.bringClaims()
}

// loadClaims takes up what is known of own claims, and how far others may know of what was written here.
func (e *Engine) loadClaims() error {
	e.claiming.Lock()
	defer e.claiming.Unlock()
	e.claims = map[string]claim{}
	if _, err := read(e.Store, noteSealed, &e.sealed); err != nil {
		return err
	}
	e.sealed = max(e.sealed, e.sentUpTo()) // a home of before there were claims has no note of it
	if e.ready != nil {
		e.sealed = max(e.sealed, e.ready.Last)
	}
	return each(e.Store, noteClaim, e.claims)
}
