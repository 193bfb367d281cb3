package sync

import (
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

// Which generation may be relied on, and what lies at or before it.

// standing is a generation that may be relied on: complete, and made again by others.
type standing struct {
	_      struct{} `cbor:",toarray"`
	Number uint64
	Hash   signed.Hash // of the network's manifest
	Since  int64       // when it was first seen so, by our clock
	Clean  bool        // it left out records that the one before it had: nothing older may stay
	Places []snapshot.Place
}

// number is the highest of a laptop's deltas inside.
func (s *standing) number(device string) uint64 {
	ends := s.ends(device)
	if len(ends) == 0 {
		return 0
	}
	return ends[len(ends)-1].Number
}

// ends gives the ends of a laptop's chains, by number.
func (s *standing) ends(device string) []snapshot.Place {
	first, _ := slices.BinarySearchFunc(s.Places, device, func(p snapshot.Place, d string) int { return strings.Compare(p.Device, d) })
	last := first
	for last < len(s.Places) && s.Places[last].Device == device {
		last++
	}
	return s.Places[first:last]
}

// covered tells whether a full snapshot that may be relied on stands for a delta.
func (e *Engine) covered(device string, number uint64) bool {
	return len(e.gens.good) > 0 && number <= e.gens.good[0].number(device)
}

// liesIn tells whether a full snapshot stands for a delta, one that may be relied on or one that lies there: who lacks it may begin from either.
func (r *round) liesIn(device string, number uint64) bool {
	return r.covered(device, number) || slices.ContainsFunc(r.sight.all, func(g *generation) bool {
		at := standing{Places: g.Network.Frontier}
		return g.complete() && r.partsThere(g) && number <= at.number(device)
	})
}

// beyondEnd tells whether places reach beyond the end that the roster names of a revoked laptop.
func (e *Engine) beyondEnd(places []snapshot.Place) bool {
	s := e.State()
	return s != nil && slices.ContainsFunc(places, func(p snapshot.Place) bool {
		l, known := s.Laptop(p.Device)
		return known && l.Revoked && isBeyond(l.Ends, l.Last, p)
	})
}

// beganBeyond tells whether something is here that counts no more and cannot be judged: closed sums of what a revoked laptop
// wrote after its end, or what somebody wrote after losing the right, in deltas that never came here or were let go of. Until this laptop has
// begun again, from a full snapshot whose author knew, its state is not to be compared.
func (r *round) beganBeyond() bool {
	return r.beyondEnd(r.gens.origin.Places) || len(r.unjudgeable()) > 0
}

// beforeLowering tells whether a manifest's author, who did not know that a laptop had lost rights, took more in of it than counts
// by those.
func (r *round) beforeLowering(m *snapshot.Manifest) bool {
	s := r.State()
	return slices.ContainsFunc(m.Frontier, func(p snapshot.Place) bool {
		l, _ := s.Laptop(p.Device)
		return slices.ContainsFunc(l.Lowered, func(low roster.Lowering) bool {
			return r.isRecentLoss(low) && !r.knew(m, low.Version) && isBeyond(low.Ends, 0, p)
		})
	})
}

// knew tells whether a manifest's author went by a statement of the chain, this one or a later.
func (r *round) knew(m *snapshot.Manifest, version uint64) bool {
	then, known := r.roster.At(m.RosterHead)
	return known && then.Version >= version
}

// isBeyond tells whether a place is neither an end nor before one, as far as numbers tell.
func isBeyond(ends []roster.End, last uint64, p snapshot.Place) bool {
	if ends == nil {
		return p.Number > last
	}
	return !slices.ContainsFunc(ends, func(end roster.End) bool {
		return p.Number < end.Number || p.Number == end.Number && (end.Hash == p.Hash || end.Hash == signed.Hash{})
	})
}

// stand notes which generations may be relied on. One that is gone from a place is not.
func (r *round) stand() error {
	var good []standing
	before := r.gens.good
	r.sight.good = nil
	if err := r.nameParts(); err != nil {
		return err
	}
	for _, g := range r.sight.all {
		// One that was relied on stays so, though somebody came meanwhile who could have confirmed it too.
		at := slices.IndexFunc(before, func(x standing) bool { return x.Hash == g.Network.Hash })
		if !g.complete() || !g.Sure && at < 0 || len(good) > 1 || len(good) > 0 && good[0].Number == g.Number || !r.partsThere(g) {
			continue
		}
		s := standing{Number: g.Number, Hash: g.Network.Hash, Since: r.Now().UnixMilli(), Places: g.Network.Frontier, Clean: r.isClean(g)}
		if at >= 0 {
			s.Since = before[at].Since
		}
		good = append(good, s)
	}
	r.sight.good = good
	if len(before) > 0 && (len(good) == 0 || good[0].Number < before[0].Number) {
		return nil // it is lost, or at another place
	}
	if slices.EqualFunc(good, before, func(a, b standing) bool { return a.Hash == b.Hash && a.Clean == b.Clean }) {
		return nil
	}
	r.gens.good = good
	return r.keepGens()
}

// isClean tells whether a generation leaves out what an erase order asked for, so that nothing older may stay.
func (r *round) isClean(g *generation) bool {
	for _, o := range r.gens.orders {
		if o.Done && o.Wall <= g.Network.Wall && !o.Swept && r.leavesOut(g, o.Records) {
			return true
		}
	}
	return false
}

func (r *round) leavesOut(g *generation, refs []snapshot.Reference) bool {
	out := map[store.RecordRef]bool{}
	for _, m := range g.scopes() {
		for _, d := range m.Dropped {
			out[store.RecordRef{Kind: d.Kind, ID: d.ID}] = true
		}
	}
	return !slices.ContainsFunc(refs, func(ref snapshot.Reference) bool { return !out[store.RecordRef{Kind: ref.Kind, ID: ref.ID}] })
}

// partsThere tells whether the place lists every part, as large as its manifest says.
func (r *round) partsThere(g *generation) bool {
	for _, m := range g.scopes() {
		for number, p := range m.Parts {
			if size, there := r.sight.there[m.PartKey(number)]; !there || size != int64(p.Size) || r.isRefused(m.PartKey(number)) {
				return false
			}
		}
	}
	return true
}

// nameParts sets parts aside that are not as large as their manifest says.
func (r *round) nameParts() error {
	for _, g := range r.sight.all {
		for _, m := range g.scopes() {
			for number, p := range m.Parts {
				key := m.PartKey(number)
				if size, there := r.sight.there[key]; !there || size == int64(p.Size) || r.isRefused(key) {
					continue
				}
				if err := r.refuseNow(key, nil, fault.New("full_altered", "part", key)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// listed keeps a listing of everything, for what it tells of sizes.
func (v *sight) listed(page bucket.Page, whole bool) {
	if whole {
		v.logs = page.Objects
	}
}

// beyond counts the bytes of the deltas of a place that a frontier has not seen, and tells since when the oldest lies there.
func (r *round) beyond(places []snapshot.Place) (size int64, since time.Time) {
	at := standing{Places: places}
	for _, o := range r.sight.logs {
		name, err := snapshot.ParseName(o.Key)
		if err != nil || name.Number <= at.number(name.Device) || !r.knows(name) {
			continue
		}
		size += o.Size
		if since.IsZero() || name.Time.Before(since) {
			since = name.Time
		}
	}
	return size, since
}

// holds tells whether a full snapshot has a delta that was taken in here. Where a chain split, what lies at or below an end has to be on its way.
func (e *Engine) holds(s *standing, name snapshot.Name) bool {
	ends := s.ends(name.Device)
	if len(ends) == 0 || name.Number > ends[len(ends)-1].Number || !e.knows(name) {
		return false
	}
	branches := e.branches(name.Device)
	if len(ends) == 1 && len(branches) == 0 || e.isBase(name.Device, name.Number, name.Hash) && !e.isTold(name.Device, name.Number) {
		return true
	}
	return slices.ContainsFunc(ends, func(end snapshot.Place) bool { return name.Number <= end.Number && e.leadsTo(name, end, branches) })
}

// leadsTo tells whether a delta lies on the chain or branch that has an end, or before it on the chain that the branch parts from.
func (e *Engine) leadsTo(name snapshot.Name, end snapshot.Place, branches []string) bool {
	on := func(chain string, number uint64, hash signed.Short) bool {
		return e.inChain(chain, e.headOf(chain).Number, number, hash)
	}
	for _, chain := range append([]string{name.Device}, branches...) {
		if !on(chain, end.Number, signed.ShortOf(end.Hash)) {
			continue
		}
		var from leave
		if _, err := read(e.Store, noteLeaves+chain, &from); err != nil {
			e.Log.Error("where a branch parts from its chain could not be read", "branch", chain, "error", err)
		}
		if on(chain, name.Number, name.Hash) || name.Number < from.First && on(from.Parent, name.Number, name.Hash) {
			return true
		}
	}
	return false
}

// stands tells whether nobody needs a delta any more: a full snapshot has it, and nothing of it is to be judged again. Where records were
// erased nothing older may stay that may tell of them.
func (r *round) stands(s *standing, name snapshot.Name) bool {
	return r.holds(s, name) && !r.isNeeded(s, name)
}

// separable tells whether what is here can be cut back to these places: where a laptop's chain split, all its chains are among them, and what one
// of them has beyond comes after everything inside. Sequences tell no chains apart. What records counted that were taken out is not told apart
// either, so nothing of it may come after these places.
func (r *round) separable(places []snapshot.Place) (bool, error) {
	at := standing{Places: places}
	upTo := (&plan{Places: places}).upTo()
	if beyond, err := r.countsBeyond(upTo); err != nil || beyond {
		return false, err
	}
	for _, device := range r.splitDevices() {
		for _, chain := range append([]string{device}, r.branches(device)...) {
			h := r.headOf(chain)
			end := slices.IndexFunc(at.ends(device), func(p snapshot.Place) bool {
				return p.Number == h.Number && p.Hash == h.Hash || (p.Last == upTo[device] || p.Last == h.Last) && r.inChain(chain, h.Number, p.Number, signed.ShortOf(p.Hash))
			})
			if end < 0 {
				return false, nil
			}
		}
	}
	if len(r.branches(r.device)) == 0 {
		return true, nil
	}
	for e, err := range r.Store.Unpublished(0) {
		return e.First > upTo[r.device], err
	}
	return true, nil
}

// countsBeyond tells whether a record that was taken out counts changes that a frontier has not seen: they came, or were sent, after it.
func (r *round) countsBeyond(upTo store.Frontier) (bool, error) {
	all, err := r.Store.Dropped()
	for _, d := range all {
		for _, part := range d.Parts {
			if !sawAll(part.Dots, upTo) {
				return true, err
			}
		}
	}
	return false, err
}
