package sync

import (
	"crypto"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"maps"
	"slices"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
)

// Promote gives a laptop another role or office, with the keys that go with it. Faults: not_admitted,
// roster_not_admin, unknown_laptop, unknown_office, last_admin, roster_behind, roster_invalid when nothing changes.
func (e *Engine) Promote(device string, role roster.Role, office string) error {
	return e.write(func(r *roster.Roster) ([]byte, error) {
		if err := e.mayGive(); err != nil {
			return nil, err
		}
		return r.Promote(e.Identity, device, role, office, e.Now(), e.endsOf(device)...)
	})
}

// Rotate gives all who may hold them new keys for these scopes (offices, or "" for what all read), or for
// all. Faults: not_admitted, roster_not_admin.
func (e *Engine) Rotate(scopes ...string) error {
	return e.write(func(r *roster.Roster) ([]byte, error) { return r.Rotate(e.Identity, e.Now(), scopes...) })
}

// SetPolicy changes what the laptops agree on. Faults: not_admitted, roster_not_admin, roster_behind, roster_invalid when
// nothing changes.
func (e *Engine) SetPolicy(p roster.Policy) error {
	return e.write(func(r *roster.Roster) ([]byte, error) {
		if err := e.mayGive(); err != nil {
			return nil, err
		}
		return r.SetPolicy(e.Identity, p, e.Now())
	})
}

// followPolicy has the store write for whom the policy says.
func (e *Engine) followPolicy() {
	if err := e.Store.SetShareCard(e.State().Policy().ShareCard); err != nil {
		e.Log.Error("the network's policy could not be kept", "error", err)
	}
}

// handOn gives the keys of this laptop's office to those that came there without the old ones, as where
// admins do not read, and to admins that may read them since. Who was quicker, or a statement that cannot be said, stops nothing.
func (r *round) handOn() {
	self := r.Self()
	if r.Standing() != Active || self.Wanting || !r.blinded[self.Office] || r.isBehindRoster() {
		return
	}
	for _, l := range r.State().Laptops() {
		wants := l.Wanting && l.Office == self.Office || slices.Contains(l.Lacks, self.Office)
		if l.Revoked || !wants || l.Device == r.device {
			continue
		}
		r.give(l.Device)
	}
}

// give hands the keys that are held here to one laptop, as far as it may hold them.
func (r *round) give(device string) {
	if err := r.say(func(ro *roster.Roster) ([]byte, error) { return ro.Grant(r.Identity, device, r.Now()) }); err != nil {
		r.Log.Warn("keys were not handed on", "device", device, "error", err)
	}
}

const noteRekeyed = "sync/rekeyed"

// takeSeals notes for which scopes this laptop can seal, for readers while a round runs.
func (e *Engine) takeSeals() {
	held := map[string]bool{"": e.Holds("")}
	for _, o := range e.State().Offices() {
		held[o.ID] = e.Holds(o.ID)
	}
	e.seals.Store(&held)
}

// takeShared derives what Shared gives, the key in use first, then those before it in an order that all laptops share.
func (e *Engine) takeShared() {
	current := e.State().CurrentKey("")
	ids := slices.SortedFunc(maps.Keys(e.ring), func(a, b string) int {
		if (a == current) != (b == current) {
			return map[bool]int{true: -1, false: 1}[a == current]
		}
		return strings.Compare(a, b)
	})
	var keys [][32]byte
	for _, id := range ids {
		k := e.ring[id]
		key, err := hkdf.Key(sha256.New, k.Secret[:], nil, "carnet shared 1", 32)
		if k.Scope == "" && err == nil {
			keys = append(keys, [32]byte(key))
		}
	}
	e.shared.Store(&keys)
}

// Shared gives secrets that all laptops of the network have in common, and nobody else: the one to use first, then those that were used
// before a change of keys. They follow from the network's keys and open nothing that these seal. None while this laptop waits for its seat.
func (e *Engine) Shared() [][32]byte {
	keys := e.shared.Load()
	if keys == nil {
		return nil
	}
	return *keys
}

// Reads tells whether this laptop reads what is written for a scope now: "" or an office's id.
func (e *Engine) Reads(scope string) bool {
	held := e.seals.Load()
	return held != nil && (*held)[scope]
}

// Seals tells whether an edit of this laptop can go out to all whom it is for, or will be able to: one that waits
// for its seat, or for its office's keys, writes all the same.
func (e *Engine) Seals(edit *store.Edit) bool {
	if e.Standing() != Active || e.Self().Wanting {
		return true
	}
	return !slices.ContainsFunc(scopesOf(edit), func(scope string) bool { return !e.Reads(scope) })
}

// rekeyed notes from which delta on this laptop signs with its new key, also while the statement that
// says so waits to be said again.
type rekeyed struct {
	_       struct{} `cbor:",toarray"`
	From    uint64
	SignKey []byte
	Said    signed.Hash // the statement
}

// MayRekey tells whether this laptop may change its keys now. Faults: not_admitted, laptop_revoked,
// rekey_waits while an earlier change is not in the roster yet.
func (e *Engine) MayRekey() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch e.Standing() {
	case Pending:
		return fault.New("not_admitted")
	case Revoked:
		return fault.New("laptop_revoked", "device", e.device)
	}
	if !e.Identity.SignKey().Equal(ed25519.PublicKey(e.Self().SignKey)) {
		return fault.New("rekey_waits")
	}
	return nil
}

// Rekey gives this laptop the keys of fresh, which is Identity.Rekeyed() and must be on the disk already:
// whenever this ends early, the next round goes on with it.
func (e *Engine) Rekey(fresh *signed.Identity) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.Identity = fresh
	return e.finishRekey()
}

// finishRekey says that this laptop has other keys than the roster knows, unless it was said.
func (e *Engine) finishRekey() error {
	if e.Standing() != Active {
		return nil
	}
	var said rekeyed
	if _, err := read(e.Store, noteRekeyed, &said); err != nil {
		return err
	}
	key := e.Self().SignKey
	if _, held := e.Identity.Holding(key); !held || e.Identity.SignKey().Equal(ed25519.PublicKey(key)) ||
		e.Identity.SignKey().Equal(ed25519.PublicKey(said.SignKey)) {
		return nil
	}
	last := e.newest(e.device)
	if e.ready != nil {
		last = max(last, e.ready.Number) // it is signed already
	}
	n := notes{}
	return e.sayWith(n, func(r *roster.Roster) ([]byte, error) {
		data, err := r.Rekey(e.Identity, e.Identity, last, e.Now())
		n.set(noteRekeyed, rekeyed{From: last + 1, SignKey: e.Identity.SignKey(), Said: signed.HashOf(data)})
		return data, err
	})
}

// signer gives this laptop as the one that signs its delta of this number. Fault laptop_key_replaced for a
// copy of its home from before it changed its keys.
func (e *Engine) signer(number uint64) (*signed.Identity, error) {
	var said rekeyed
	if _, err := read(e.Store, noteRekeyed, &said); err != nil {
		return nil, err
	}
	key, known := e.State().SignKey(e.device, number)
	if said.From > 0 && number >= said.From {
		key = said.SignKey
	}
	id, held := e.Identity.Holding(key)
	if !known || !held {
		return nil, fault.New("laptop_key_replaced", "device", e.device)
	}
	return id, nil
}

// Prover is the key that this laptop shows to a lender: the one before until word of the new is sent.
func (e *Engine) Prover() crypto.Signer { return e.prover.Load().Signer() }

// takeProver decides which that is.
func (e *Engine) takeProver() {
	id := e.Identity
	var said rekeyed
	if _, err := read(e.Store, noteRekeyed, &said); err != nil {
		e.Log.Error("when this laptop changed its keys could not be read", "error", err)
	}
	if l, known := e.State().Laptop(e.device); known {
		key := ed25519.PublicKey(l.SignKey)
		if slices.Contains(e.unsent, said.Said) && len(l.Keys) > 1 {
			key = l.Keys[len(l.Keys)-2].SignKey
		}
		if then, held := id.Holding(key); held {
			id = then
		}
	}
	e.prover.Store(id)
}
