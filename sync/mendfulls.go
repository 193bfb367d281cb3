package sync

import (
	"slices"
	"time"

	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// A place may lose a full snapshot, or parts of it. Whoever looks, once a day at least, compares what must be there with what is: manifests and
// co-signatures lie in this home as they came and are put back, parts are made again from the records. What nobody can make again is replaced:
// another generation is due at once.

// loss is a full snapshot that this laptop relied on, or could not begin from, and that does not stand any more.
type loss struct {
	_      struct{} `cbor:",toarray"`
	Number uint64   // of its generation; one of the same number or later ends it
	Since  int64    // when it was noticed, by our clock; milliseconds since 1970
}

// togetherMend is how many laptops put parts back at once; as many more do when it took long.
const togetherMend = 3

// mendFulls names what the place has lost of the newest generation, puts back what it can, and notes what is still lost.
func (r *round) mendFulls() error {
	if r.Standing() != Active {
		return nil
	}
	r.forgetCosigns()
	if err := r.putSignedBack(); err != nil {
		return err
	}
	if g := r.broken(); g != nil {
		if err := r.noteLoss(g.Number); err != nil {
			return err
		}
		if err := r.takeAwaySpoilt(g); err != nil {
			return err
		}
		if err := r.mendParts(g); err != nil {
			return err
		}
	}
	if err := r.mendBefore(); err != nil {
		return err
	}
	return r.settleLoss()
}

// mendBefore puts back what the generation before the newest has lost, if this laptop can: nobody needs it as long as the newest stands.
func (r *round) mendBefore() error {
	line, _ := r.sweepLine()
	for _, g := range r.sight.all {
		if len(r.sight.good) > 0 && g.Number < r.sight.good[0].Number && g.Number >= line.fulls && g.Number <= r.here.full && g.usable() && !r.partsThere(g) {
			return r.mendParts(g)
		}
	}
	return nil
}

// forgetCosigns lets go of co-signatures that the place has no more, so that they are not counted.
func (r *round) forgetCosigns() {
	for key := range r.gens.cosigns {
		if _, there := r.sight.there[key]; !there && len(r.places) < 2 {
			delete(r.gens.cosigns, key)
		}
	}
}

// putSignedBack puts back manifests and co-signatures of the newest generation that stood.
func (r *round) putSignedBack() error {
	whole := uint64(0)
	for _, g := range r.sight.all {
		if g.usable() && r.partsThere(g) {
			whole = max(whole, g.Number)
		}
	}
	changed := false
	for _, name := range r.keptSigned() {
		key := name.String()
		if _, there := r.sight.there[key]; there || name.Generation < whole || name.Generation > r.here.full || r.isRefused(key) {
			continue
		}
		object, err := durable.Read(r.signedFile(key), snapshot.MaxManifest)
		if err != nil || !r.isIntact(key, object) {
			continue
		}
		r.place.lose(key)
		if err := r.putFull(key, object); err != nil {
			if fault.Is(err, "object_exists") {
				continue // something else stands in its place
			}
			return err
		}
		r.place.Carried++
		changed = true
	}
	if !changed {
		return nil
	}
	return r.seeAgain()
}

func (g *generation) usable() bool { return !g.Beyond && !g.Ahead }

// broken is the newest generation, when it does not stand since parts of it are gone. Where others' programs copy a folder, its
// manifests may come before its parts: it is given time.
func (r *round) broken() *generation {
	if len(r.sight.all) == 0 {
		return nil
	}
	g := r.sight.all[0]
	young := r.now().Sub(time.UnixMilli(g.Network.Wall)).Abs() < overlap && g.Number > r.here.full
	if !g.usable() || young || r.partsThere(g) {
		return nil
	}
	return g
}

// noteLoss tells the others at once, unless they told us.
func (r *round) noteLoss(number uint64) error {
	if r.gens.lost.Number >= number {
		return nil
	}
	r.gens.lost = loss{Number: number, Since: r.Now().UnixMilli()}
	r.gens.call = r.gens.call || !r.gens.told
	return r.keepLoss()
}

func (r *round) keepLoss() error {
	n := notes{}
	n.set(noteLost, r.gens.lost)
	r.noteGens(n)
	_, err := r.keep(nil, n)
	return err
}

// mendParts makes the parts of a generation again that are gone, where what is here gives the very same.
func (r *round) mendParts(g *generation) error {
	turn := time.Duration(r.mendTurn()/togetherMend) * lookAgain
	mine := r.Now().UnixMilli()-r.gens.lost.Since >= turn.Milliseconds()
	needed := g == r.sight.all[0]
	for _, m := range g.scopes() {
		var gone, back []string
		for number := range m.Parts {
			if _, there := r.sight.there[m.PartKey(number)]; !there {
				gone = append(gone, m.PartKey(number))
			}
		}
		if len(gone) > 0 && mine && r.Holds(m.Scope) && r.State().Entitled(r.device, m.Scope) {
			var err error
			if back, err = r.makeAgain(m, gone); err != nil {
				return err
			}
		}
		for _, key := range gone {
			if needed || slices.Contains(back, key) {
				r.place.lose(key)
			}
		}
	}
	return r.seeAgain()
}

// mendTurn is this laptop's place among those in use that could mend: admins first.
func (r *round) mendTurn() int {
	before, admin := 0, r.mayWriteRoster()
	for _, device := range r.inUse() {
		l, _ := r.State().Laptop(device)
		if other := l.Role == roster.Admin; other && !admin || other == admin && device < r.device {
			before++
		}
	}
	return before
}

// makeAgain puts back those parts that come out the very same, and gives their names.
func (r *round) makeAgain(m *snapshot.Manifest, gone []string) (back []string, err error) {
	if able, err := r.reproducible(m); err != nil || !able {
		return nil, err
	}
	var again []snapshot.FullPart
	key := r.rosterOf(m).CurrentKey(m.Scope)
	for part, err := range snapshot.WriteFull(m.Whole, key, r.ring.Find, r.untilStopped(r.Store.ChangesUpTo(m.UpTo(), m.Scope))) {
		if err != nil {
			return nil, err
		}
		if part.Number >= len(m.Parts) || part.Hash != m.Parts[part.Number].Hash {
			r.Log.Warn("a full snapshot cannot be made again", "generation", m.Generation, "scope", m.Scope, "part", part.Number)
			return nil, nil
		}
		if slices.Contains(gone, part.Key) { // another version of zstd gives it another name
			again = append(again, part)
		}
	}
	for i, part := range again {
		if err := r.putFull(part.Key, part.Object); fault.Is(err, "object_exists") {
			continue // what stands in its place is named; another generation is due
		} else if err != nil {
			return back, err
		}
		back = append(back, part.Key)
		r.place.Carried++
		r.tell("full_parts", int64(i+1), int64(len(again)))
	}
	return back, nil
}

// settleLoss compares what stands here with what stood, and lets go of what does no more.
func (r *round) settleLoss() error {
	g := &r.gens
	number := g.lost.Number
	if len(g.good) > 0 {
		number = max(number, g.good[0].Number)
	}
	if len(r.sight.good) > 0 && r.sight.good[0].Number >= number {
		return r.standsHere(r.sight.good[0].Number)
	}
	if number == 0 {
		return nil // nothing ever stood
	}
	if err := r.noteLoss(number); err != nil {
		return err
	}
	if len(r.places) > 1 || len(g.good) == 0 || len(r.sight.good) > 0 && g.good[0].Hash == r.sight.good[0].Hash {
		return nil
	}
	r.Log.Warn("a full snapshot that was relied on is lost", "place", r.here.Name, "generation", number)
	g.good = r.sight.good
	return r.keepGens()
}

// standsHere notes up to which generation the place is whole.
func (r *round) standsHere(number uint64) error {
	r.dropSigned(number)
	if r.gens.lost.Number == 0 && r.here.full == number {
		return nil
	}
	n := notes{noteLost: nil}
	n.set(noteFullAt+r.here.id, number)
	if _, err := r.keep(nil, n); err != nil {
		return err
	}
	r.gens.lost, r.here.full = loss{}, number
	return nil
}

// hasWhatTheyHad tells whether what generations stood for is all here: who only comes, or was away, replaces none.
func (r *round) hasWhatTheyHad() bool { return len(r.gaps()) == 0 && !r.lacksWhatTheyHad() }

// lacksWhatTheyHad tells whether what is here leaves out something that a generation stands for. Others would rely on one that was written here, and remove the
// one before.
func (r *round) lacksWhatTheyHad() bool {
	lacks := func(places []snapshot.Place) bool {
		return slices.ContainsFunc(places, func(p snapshot.Place) bool { return !r.has(p.Device, p.Number, signed.ShortOf(p.Hash)) })
	}
	return slices.ContainsFunc(r.sight.all, func(g *generation) bool { return g.usable() && lacks(g.Network.Frontier) }) ||
		slices.ContainsFunc(r.gens.good, func(s standing) bool { return lacks(s.Places) })
}

// replaced tells whether a generation lies there that may come to stand in place of what was lost: it lacks at most offices of which nobody wrote anything yet.
func (r *round) replaced() bool {
	return slices.ContainsFunc(r.sight.all, func(g *generation) bool {
		spoilt := func(office string) bool { return r.refusesManifest(g.Number, office) }
		return g.Number >= r.gens.lost.Number && g.usable() && r.partsThere(g) && !slices.ContainsFunc(g.Lacks, spoilt)
	})
}

// refusesManifest tells whether a manifest of one scope lies there that was refused.
func (r *round) refusesManifest(number uint64, scope string) bool {
	for key := range r.sight.there {
		name, err := snapshot.ParseFullName(key)
		if err == nil && name.Generation == number && name.Scope == scope && name.Sort == snapshot.ManifestObject && r.isOnList(key) {
			return true
		}
	}
	return false
}

// isMending tells whether places are looked at more often, for a day, since a full snapshot was lost.
func (e *Engine) isMending() bool {
	since := e.Now().UnixMilli() - e.gens.lost.Since
	return e.gens.lost.Number > 0 && since >= 0 && since < daily.Milliseconds()
}
