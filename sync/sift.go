package sync

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// sift leaves out what is known. Objects whose names say nothing are refused at once.
func (r *round) sift(objects []bucket.Object) ([]candidate, error) {
	var fresh []candidate
	listed := map[string]bool{}
	for _, o := range objects {
		listed[o.Key] = true
		r.saw(o.Key)
		if r.isBarred(o) {
			continue
		}
		name, err := snapshot.ParseName(o.Key)
		if err != nil {
			if err := r.refuseStrange(o.Key, err); err != nil {
				return nil, err
			}
			continue
		}
		if r.ready != nil && name.Hash == signed.ShortOf(r.ready.Hash) {
			r.readyArrived = true
		} else if !r.knows(name) && !r.hopeless(o.Key, name) {
			fresh = append(fresh, candidate{key: o.Key, name: name, size: o.Size})
		}
	}
	fresh = append(append(fresh, r.waiting(listed)...), r.dueDeltas(listed)...)
	return r.withKept(fresh)
}

// withKept adds the deltas of which this laptop keeps the bytes, and which it does not know any more since it began from a full
// snapshot: its own ones first of all, which perhaps nobody else ever saw.
func (r *round) withKept(fresh []candidate) ([]candidate, error) {
	if !r.full || len(r.gens.origin.Places) == 0 {
		return fresh, nil
	}
	files, err := r.keptFiles()
	if err != nil {
		return nil, err
	}
	waiting := map[string]bool{}
	for i := range fresh {
		waiting[matter(fresh[i].key)] = true
	}
	for _, what := range slices.Sorted(maps.Keys(files)) {
		key := snapshot.Prefix + files[what]
		name, err := snapshot.ParseName(key)
		if err == nil && !waiting[what] && !r.knows(name) && !r.isOnList(key) && !r.hopeless(key, name) {
			fresh = append(fresh, candidate{key: key, name: name})
		}
	}
	return fresh, nil
}

// refuseStrange sets aside an object that has no business under log/.
func (r *round) refuseStrange(key string, why error) error {
	data, err := r.Bucket.Get(r.ctx, key, snapshot.MaxObject)
	switch fault.CodeOf(err) {
	case "object_missing":
		return nil
	case "object_too_large", "bad_key":
		data = nil
	default:
		if err != nil {
			return err
		}
	}
	return r.refuseNow(key, data, why)
}

// waiting gives the objects held earlier that this listing no longer reaches.
func (r *round) waiting(listed map[string]bool) []candidate {
	var list []candidate
	for key, why := range maps.Clone(r.held) {
		name, err := snapshot.ParseName(key)
		switch {
		case err != nil, r.knows(name), why.Reason == "object_missing" && r.full && !listed[key] && r.isHere(why):
			r.release(key) // it came under another name, or is gone: the chain will tell what is missing
		case !listed[key] && why.Reason != "object_missing" && r.isHere(why) && !r.hopeless(key, name):
			list = append(list, candidate{key: key, name: name})
		}
	}
	return list
}

// plan orders the candidates by laptop and number, and holds back those that cannot be taken in
// yet because one before them is not there.
func (r *round) plan(fresh []candidate) []candidate {
	slices.SortFunc(fresh, func(a, b candidate) int {
		return cmp.Or(strings.Compare(a.name.Device, b.name.Device), cmp.Compare(a.name.Number, b.name.Number), strings.Compare(a.key, b.key))
	})
	var plan []candidate
	device, next := "", uint64(0)
	for _, c := range fresh {
		if c.name.Device != device {
			device, next = c.name.Device, r.newest(c.name.Device)+1
		}
		if c.name.Number > next && r.waits(c) {
			if !r.isOnList(c.key) { // a spoilt one waits there
				r.hold(c.key, "delta_gap")
			}
			continue
		}
		if c.name.Number == next {
			next++
		}
		plan = append(plan, c)
	}
	return plan
}

// hold lets an object wait; the next batch or the end of the pull keeps it.
func (r *round) hold(key, reason string) {
	r.look.Lock()
	defer r.look.Unlock()
	if h, waits := r.held[key]; !waits || h.Reason != reason {
		r.held[key] = holding{Reason: reason, Since: r.Now().UnixMilli(), Place: r.here.id}
		r.heldChanged = true
	}
}

// isHere tells whether a waiting object was listed at the place that is visited.
func (r *round) isHere(h holding) bool {
	elsewhere := slices.ContainsFunc(r.places, func(p *place) bool { return p.id == h.Place && p != r.here })
	return !elsewhere
}

// hopeless tells of an object that was read, lies beyond a gap, and cannot be taken in yet since
// nothing of its laptop came in between. One that a revocation cut off meanwhile is to be judged.
func (r *round) hopeless(key string, name snapshot.Name) bool {
	at, read := r.stuck[key]
	return read && at == r.reached(name.Device) && r.mayBeSought(name.Device, name.Number)
}

// reached grows with whatever is taken in of a laptop.
func (e *Engine) reached(device string) uint64 {
	sum := e.heads[device].Number
	for _, name := range e.branches(device) {
		sum += e.split[name].Head.Number
	}
	return sum
}

func (r *round) release(key string) {
	r.look.Lock()
	defer r.look.Unlock()
	if _, waits := r.held[key]; waits {
		delete(r.held, key)
		delete(r.stuck, key)
		r.heldChanged = true
	}
}
