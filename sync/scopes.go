package sync

import (
	"crypto/hkdf"
	"crypto/sha256"
	"maps"
	"slices"

	"example.org/carnet/store"
	"example.org/carnet/sync/roster"
)

// blind gives the store the blinding key of every scope that this laptop reads. It follows from the
// first key that the scope ever had, so all who read the scope have the same for ever.
func (e *Engine) blind() {
	s := e.State()
	blinded := map[string]bool{"": true}
	for _, scope := range scopesIn(e.ring) {
		first, known := e.ring[s.FirstKey(scope)]
		if scope == "" || !known || first.Scope != scope {
			continue
		}
		key, err := hkdf.Key(sha256.New, first.Secret[:], nil, "carnet blind 1", 32)
		if err == nil {
			err = e.Store.SetScopeKey(scope, [32]byte(key))
		}
		if err != nil {
			e.Log.Error("a scope's blinding key could not be kept", "scope", scope, "error", err)
			continue
		}
		blinded[scope] = true
	}
	e.blinded = blinded
}

// scopesIn lists the scopes of a ring's keys, in order.
func scopesIn(ring roster.Ring) []string {
	seen := map[string]bool{}
	for _, k := range ring {
		seen[k.Scope] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// Holds tells whether this laptop can seal for a scope: "" or an office's id.
func (e *Engine) Holds(scope string) bool {
	s := e.State()
	if s == nil {
		return false
	}
	_, held := e.ring.Find(s.CurrentKey(scope))
	return held && e.blinded[scope]
}

// scopesOf lists the scopes of an edit's changes in order, the network's first when it is there.
func scopesOf(e *store.Edit) []string {
	seen := map[string]bool{}
	for i := range e.Changes {
		seen[e.Changes[i].Scope] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// within gives what an edit changes for one scope, as pieces whose sequences have no holes.
func within(e store.Edit, scope string) []store.Edit {
	var list []store.Edit
	for i := range e.Changes {
		c := e.Changes[i]
		if c.Scope != scope {
			continue
		}
		if last := len(list) - 1; last >= 0 && list[last].First+uint64(len(list[last].Changes)) == c.Seq {
			list[last].Changes = append(list[last].Changes, c)
			continue
		}
		piece := e
		piece.First, piece.Changes = c.Seq, []store.Change{c}
		list = append(list, piece)
	}
	return list
}

// sealable tells whether this laptop holds what it takes to seal an edit for all whom it is for.
func (e *Engine) sealable(edit *store.Edit) bool {
	return !slices.ContainsFunc(scopesOf(edit), func(scope string) bool { return !e.Holds(scope) })
}
