package sync

import (
	"slices"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/snapshot"
)

// A generation is written part by part: what is there already is not put again, and the manifests come last.

// writeGeneration puts all parts of all scopes that are read here whole, then the manifests, the network's last.
func (r *round) writeGeneration(p plan) error {
	state := r.State()
	scopes := []string{""}
	for _, o := range state.Offices() {
		whole, err := r.readsWhole(o.ID)
		if err != nil {
			return err
		}
		if whole {
			scopes = append(scopes, o.ID)
		}
	}
	slices.Reverse(scopes)
	var manifests []*snapshot.Manifest
	for i, scope := range scopes {
		m, err := r.writeParts(p, scope)
		if fault.Is(err, "object_exists") {
			return r.giveUp(p)
		}
		if err != nil {
			return err
		}
		manifests = append(manifests, m)
		r.tell("full", int64(i+1), int64(len(scopes)))
	}
	for _, m := range manifests {
		if err := r.putManifest(m); fault.Is(err, "object_exists") {
			return r.giveUp(p)
		} else if err != nil {
			return err
		}
	}
	r.gens.dueSince, r.gens.writing = 0, false
	n := notes{notePlan: nil}
	r.noteGens(n)
	if _, err := r.keep(nil, n); err != nil {
		return err
	}
	r.Log.Info("a full snapshot was written", "generation", p.Number)
	return r.seeAgain()
}

// giveUp leaves a generation that cannot come to stand, since something else stands in the place of one of its objects. It counts as lost, so that the
// next one has another number.
func (r *round) giveUp(p plan) error {
	r.Log.Warn("a full snapshot is left", "generation", p.Number)
	r.gens.writing = false
	if _, err := r.keep(nil, notes{notePlan: nil}); err != nil {
		return err
	}
	return r.noteLoss(p.Number)
}

// seeAgain takes what was just put into the picture of the place.
func (r *round) seeAgain() error {
	names := map[uint64][]snapshot.FullName{}
	for key := range r.sight.there {
		if name, err := snapshot.ParseFullName(key); err == nil {
			names[name.Generation] = append(names[name.Generation], name)
		}
	}
	for _, list := range names {
		slices.SortFunc(list, func(a, b snapshot.FullName) int { return strings.Compare(a.String(), b.String()) })
	}
	return r.readGenerations(names)
}

// writeParts puts the parts of one scope that are not there yet.
func (r *round) writeParts(p plan, scope string) (*snapshot.Manifest, error) {
	upTo := p.upTo()
	m := &snapshot.Manifest{Whole: snapshot.Whole{Network: r.State().Network, Generation: p.Number, Scope: scope},
		Frontier: p.Places, Roster: p.Roster, RosterHead: p.Head, Wall: p.Wall}
	sum, whole, err := r.Store.SumUpTo(upTo, scope, r.going)
	if err != nil {
		return nil, err
	}
	if !whole {
		return nil, fault.New("missing_key", "key", scope)
	}
	m.Sum = sum
	if m.Dropped, err = r.droppedIn(scope, upTo); err != nil {
		return nil, err
	}
	if m.Aside, err = r.asideIn(scope, p.Places); err != nil {
		return nil, err
	}
	if scope == "" {
		m.Tails = r.tails(p.Places)
	}
	// What is read from the store is gathered before it is sent: a slow line must not hold the store.
	var waiting []snapshot.FullPart
	for part, err := range snapshot.WriteFull(m.Whole, r.State().CurrentKey(scope), r.ring.Find, r.untilStopped(r.Store.ChangesUpTo(upTo, scope))) {
		if err == nil {
			err = stopped(r.ctx)
		}
		if err != nil {
			return nil, err
		}
		m.Parts = append(m.Parts, part.PartSum)
		if r.sight.there[part.Key] != int64(len(part.Object)) {
			waiting = append(waiting, part)
		}
	}
	for i, part := range waiting {
		if err := r.putFull(part.Key, part.Object); err != nil {
			return nil, err
		}
		r.tell("full_parts", int64(i+1), int64(len(waiting)))
	}
	return m, nil
}

// putFull puts one object under full/. Fault object_exists where something else stands in its place, which is named then.
func (r *round) putFull(key string, object []byte) error {
	stands, err := r.putAlone(key, object, "full_altered")
	if err == nil && !stands {
		err = fault.New("object_exists", "key", key)
	}
	if err != nil {
		return err
	}
	r.whole(key, object)
	r.sight.there[key] = int64(len(object))
	return nil
}

func (r *round) putManifest(m *snapshot.Manifest) error {
	key, object, err := snapshot.WriteManifest(r.Identity, r.member.Cover, m)
	if err != nil {
		return err
	}
	return r.putSigned(key, object)
}

// droppedIn lists what was taken out of one scope. The network's manifest names all of it.
func (r *round) droppedIn(scope string, upTo store.Frontier) (list []snapshot.Dropped, err error) {
	all, err := r.Store.Dropped()
	for _, d := range all {
		one, in := snapshot.Dropped{Kind: d.Kind, ID: d.ID}, scope == ""
		for _, part := range d.Parts {
			if part.Scope != scope || len(part.Dots) > 0 && !sawAll(part.Dots, upTo) {
				continue
			}
			one.Sum, in = part.Sum, true
		}
		if in {
			list = append(list, one)
		}
	}
	return list, err
}

func sawAll(dots []store.Dot, upTo store.Frontier) bool {
	return !slices.ContainsFunc(dots, func(d store.Dot) bool { return d.Seq > upTo[d.Device] })
}
