package sync

import (
	"slices"

	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// When a laptop begins from a full snapshot, and from which; begin.go puts it in place.

// From so many deltas or bytes ahead on, a laptop that has nothing yet begins from a full snapshot.
const (
	farDeltas = 200
	farBytes  = 2 << 20
)

// beginning comes before anything of a listing is taken in: it looks what is to be erased, and lets a
// laptop that has nothing yet begin from a full snapshot.
func (r *round) beginning(objects []bucket.Object) error {
	if asked := r.around.Swap(false); asked || r.compare || r.gens.told {
		if err := r.lookAround(); err != nil {
			return err
		}
	}
	first, again := r.isNew() && r.isFar(objects), r.wasSilent() && r.isPassed()
	if !first && !again {
		return nil
	}
	_, err := r.begin(anyOf)
	return err
}

// lookAround lists erase orders and full snapshots.
func (r *round) lookAround() error {
	r.sight.called = r.sight.called || r.gens.told
	if err := r.lookAtOrders(); err != nil {
		return err
	}
	if err := r.lookAtFulls(); err != nil {
		return err
	}
	if err := r.lookClosely(); err != nil {
		return err
	}
	r.gens.told = false
	return nil
}

// afterwards comes when a listing was taken in: what was told of meanwhile is looked at, and a laptop that
// lacks what only a full snapshot still has begins from it.
func (r *round) afterwards() error {
	if r.gens.told || (r.compare || r.lacksBeginnings()) && !r.sight.looked {
		if err := r.lookAround(); err != nil {
			return err
		}
	}
	if !r.isBehind() && !r.opensMore() && !r.lacksEnd() {
		return nil
	}
	if err := r.lookAtFulls(); err != nil {
		return err
	}
	fits := r.brings
	if r.opensMore() || r.lacksEnd() {
		fits = anyOf
	}
	begun, err := r.begin(fits)
	if err != nil || !begun {
		return err
	}
	if err := r.takeAll(); err != nil {
		return err
	}
	return r.reopen() // what was set aside in one batch may rest on what came in a later one
}

// lacksBeginnings tells whether everything was listed in vain for deltas of a laptop of which nothing is here: they may lie in a full snapshot.
func (r *round) lacksBeginnings() bool {
	return r.full && slices.ContainsFunc(r.gaps(), func(w want) bool { return r.heads[w.Device].Number == 0 })
}

// isNew tells that nothing of any other laptop was taken in yet.
func (r *round) isNew() bool {
	for device, h := range r.heads {
		if device != r.device && h.Number > 0 {
			return false
		}
	}
	return len(r.gens.origin.Places) == 0
}

func (r *round) isFar(objects []bucket.Object) bool {
	count, size := 0, int64(0)
	for _, o := range objects {
		if _, err := snapshot.ParseName(o.Key); err == nil {
			count, size = count+1, size+o.Size
		}
	}
	far := farDeltas
	if r.gens.far > 0 {
		far = r.gens.far
	}
	if r.full && count == 0 && r.sight.looked && len(r.sight.all) > 0 {
		return true // there is nothing else to begin from
	}
	return count > far || size > farBytes
}

// isPassed tells whether a full snapshot has what is not here.
func (r *round) isPassed() bool {
	return slices.ContainsFunc(r.sight.all, func(g *generation) bool { return g.complete() && r.brings(g) })
}

// brings tells whether a full snapshot has what is not here. Who begins again from one that has not would begin so in every round, and never come to
// ask others for what it lacks.
func (r *round) brings(g *generation) bool {
	return slices.ContainsFunc(g.Network.Frontier, func(p snapshot.Place) bool { return !r.has(p.Device, p.Number, signed.ShortOf(p.Hash)) })
}

func anyOf(*generation) bool { return true }

// isBehind tells whether deltas that are missing here are there no more, since a full snapshot stands for them.
func (r *round) isBehind() bool {
	if !r.full || !r.sight.looked || len(r.sight.all) == 0 {
		return false
	}
	there, ends := map[want]bool{}, map[string]bool{}
	for _, o := range r.sight.logs {
		if name, err := snapshot.ParseName(o.Key); err == nil {
			there[want{Device: name.Device, Number: name.Number}], ends[matter(o.Key)] = true, true
		}
	}
	for _, g := range r.sight.all {
		if !g.complete() {
			continue
		}
		for _, p := range g.Network.Frontier {
			if r.has(p.Device, p.Number, signed.ShortOf(p.Hash)) {
				continue
			}
			next := r.heads[p.Device].Number + 1
			if !ends[matterOf(p.Device, p.Number, signed.ShortOf(p.Hash))] || next <= p.Number && !there[want{Device: p.Device, Number: next}] {
				return true
			}
		}
	}
	return false
}

// lacksEnd tells whether the generation that others confirmed last names the end of a branch that this laptop takes for known by its number alone,
// as what a copied home sends that went on from long ago. What ends a chain leads to no other end, so it is not what this laptop began from.
func (r *round) lacksEnd() bool {
	if !r.sight.looked {
		return false
	}
	at := slices.IndexFunc(r.sight.all, func(g *generation) bool { return g.Sure && g.complete() && r.partsThere(g) && !r.reachesBack(g) })
	return at >= 0 && slices.ContainsFunc(r.sight.all[at].Network.Frontier, func(p snapshot.Place) bool {
		began := slices.ContainsFunc(r.gens.base[p.Device], func(b snapshot.Place) bool { return b.Number == p.Number && b.Hash == p.Hash })
		return r.isOld(p.Device, p.Number) && !began && !r.isByHash(p.Device, p.Number, signed.ShortOf(p.Hash))
	})
}

// isByHash tells whether a delta is known on a chain by its hash.
func (e *Engine) isByHash(device string, number uint64, hash signed.Short) bool {
	return slices.ContainsFunc(append(e.branches(device), device), func(chain string) bool {
		return e.inChain(chain, e.headOf(chain).Number, number, hash)
	})
}

// opensMore tells whether the state began without an office that can be read by now, or with what counts no more.
func (r *round) opensMore() bool {
	return r.gens.again || r.lacksBack() || r.beganBeyond() || slices.ContainsFunc(r.gens.origin.Shut, r.Holds)
}

// begin starts from the newest full snapshot that is good, one that others confirmed before one that only its author
// vouches for. What turns out bad is named, and the one before is taken; false when there is none that fits.
func (r *round) begin(fits func(*generation) bool) (bool, error) {
	if err := r.lookAtFulls(); err != nil {
		return false, err
	}
	for _, sure := range []bool{true, false} {
		for _, g := range slices.Clone(r.sight.all) {
			if g.Sure != sure || !g.complete() || !r.partsThere(g) || r.reachesBack(g) || r.goesBack(g) || !fits(g) {
				continue
			}
			bad, err := r.beginFrom(g)
			if err != nil {
				return false, err
			}
			if !bad {
				return true, nil
			}
		}
	}
	r.gens.again = false
	return false, nil
}

// reachesBack tells whether a generation is from before the state that is here.
func (r *round) reachesBack(g *generation) bool {
	at, was := standing{Places: g.Network.Frontier}, standing{Places: r.gens.origin.Places}
	return slices.ContainsFunc(r.gens.origin.Places, func(p snapshot.Place) bool {
		fewer := at.number(p.Device) < p.Number || len(at.ends(p.Device)) < len(was.ends(p.Device))
		return fewer && !r.beyondEnd([]snapshot.Place{p})
	})
}
