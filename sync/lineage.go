package sync

import (
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// A revocation, and whatever takes rights away, names the ends of a laptop's chain and branches that its author knew. A delta
// counts with them that is one of those ends or comes before one. Which that are follows from the hashes alone, so all laptops
// see it alike as soon as they have the ends.

// verdict tells whether a delta comes before one of some ends, or is one.
type verdict int

const (
	unsure  verdict = iota // an end is not here yet that may come after it
	inside                 // it does
	outside                // it does not, whatever comes
)

// leave says where a branch parts from another chain.
type leave struct {
	_      struct{} `cbor:",toarray"`
	Parent string
	First  uint64 // number of the branch's first delta
}

// chainWith finds the chain or branch that a delta which was taken in stands on.
func (e *Engine) chainWith(device string, number uint64, hash signed.Short) (chain string, known bool) {
	if e.isBase(device, number, hash) || e.inChain(device, e.heads[device].Number, number, hash) {
		return device, true
	}
	for _, name := range e.branches(device) {
		if e.inChain(name, e.split[name].Head.Number, number, hash) {
			return name, true
		}
	}
	return "", false
}

// placeOf gives the chain that a delta stands on or would go on with.
func (e *Engine) placeOf(d *snapshot.Delta) string {
	if chain, known := e.chainWith(d.Device, d.Number, signed.ShortOf(d.Hash)); known {
		return chain
	}
	chain, _ := e.chainOf(d)
	return chain
}

// reaches gives up to which number an end that is here holds for a chain: 0 where that chain does not lead to it.
func (e *Engine) reaches(at string, end uint64, chain string) uint64 {
	for range mostBranches + 1 {
		if at == chain {
			return end
		}
		var from leave
		if found, err := read(e.Store, noteLeaves+at, &from); err != nil || !found {
			return 0
		}
		at, end = from.Parent, min(end, from.First-1)
	}
	return 0
}

// within judges a delta by its place: number and hash on a chain, known or not.
func (e *Engine) within(ends []roster.End, chain string, number uint64, hash signed.Short) verdict {
	found := outside
	device := authorOf(chain)
	for _, end := range ends {
		switch at, known := e.chainWith(device, end.Number, signed.ShortOf(end.Hash)); {
		case end.Number < number:
		case end.Hash == (signed.Hash{}):
			return inside // whoever named it knew no better
		case end.Number == number:
			if signed.ShortOf(end.Hash) == hash {
				return inside
			}
		case !known:
			found = unsure
		case e.reaches(at, end.Number, chain) >= number:
			return inside
		}
	}
	return found
}

// isWithin tells it of a delta. In doubt what goes on with the laptop's own chain is taken to be inside until the end is
// here, and what begins a branch is not.
func (r *round) isWithin(ends []roster.End, d *snapshot.Delta) bool {
	chain := r.placeOf(d)
	switch r.within(ends, chain, d.Number, signed.ShortOf(d.Hash)) {
	case inside:
		return true
	case outside:
		return false
	}
	return chain == d.Device
}

// isCut tells of a revoked laptop's delta that it does not count.
func (e *Engine) isCut(l *roster.Laptop, d *snapshot.Delta) bool {
	return l.Revoked && (d.Number > l.Last ||
		l.Ends != nil && e.within(l.Ends, e.placeOf(d), d.Number, signed.ShortOf(d.Hash)) == outside)
}

// cutOf gives the number up to which a chain of a revoked laptop counts.
func (e *Engine) cutOf(l *roster.Laptop, chain string) (cut uint64) {
	if l.Ends == nil {
		return l.Last
	}
	for _, end := range l.Ends {
		at, known := e.chainWith(l.Device, end.Number, signed.ShortOf(end.Hash))
		switch {
		case known:
			cut = max(cut, e.reaches(at, end.Number, chain))
		case end.Hash == (signed.Hash{}):
			cut = max(cut, end.Number)
		default:
			cut = max(cut, end.Number-1) // it may yet turn out to come after all of this
		}
	}
	return cut
}

// allKnown tells whether all ends are here.
func (e *Engine) allKnown(device string, ends []roster.End) bool {
	for _, end := range ends {
		if _, known := e.chainWith(device, end.Number, signed.ShortOf(end.Hash)); !known {
			return false
		}
	}
	return true
}
