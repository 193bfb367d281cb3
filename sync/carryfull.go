package sync

import (
	"cmp"
	"slices"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/snapshot"
)

// bringFull puts the newest generation that may be relied on where it is lacking: its deltas may be there no more, and
// nobody could begin at that place. Manifests come last.
func (r *round) bringFull() error {
	if len(r.places) < 2 || len(r.gens.good) == 0 {
		return nil
	}
	number := r.gens.good[0].Number
	if len(r.sight.all) > 0 && r.sight.all[0].Number >= number && r.partsThere(r.sight.all[0]) {
		return nil
	}
	for _, p := range r.places {
		if p == r.here {
			continue
		}
		brought, err := r.bringFrom(p, number)
		if err != nil {
			return err
		}
		if brought {
			return r.seeAgain()
		}
	}
	return nil
}

// bringFrom copies a generation from another place. That it cannot be reached is no failure of this one.
func (r *round) bringFrom(p *place, number uint64) (bool, error) {
	page, err := p.Bucket.List(r.ctx, snapshot.FullPrefix, "")
	if err != nil {
		return false, nil
	}
	var names []snapshot.FullName
	for _, o := range page.Objects {
		if name, err := snapshot.ParseFullName(o.Key); err == nil && name.Generation == number && !r.isRefused(o.Key) {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b snapshot.FullName) int {
		return cmp.Or(cmp.Compare(rank(a.Sort), rank(b.Sort)), cmp.Compare(a.String(), b.String()))
	})
	for i, name := range names {
		key := name.String()
		if _, there := r.sight.there[key]; there {
			continue
		}
		object, err := p.Bucket.Get(r.ctx, key, snapshot.MaxManifest)
		if fault.Is(err, "object_missing") {
			continue
		}
		if err != nil {
			return false, nil
		}
		if err := r.putFull(key, object); fault.Is(err, "object_exists") {
			continue
		} else if err != nil {
			return false, err
		}
		r.tell("carry", int64(i+1), int64(len(names)))
	}
	return len(names) > 0, nil
}

func rank(sort snapshot.FullSort) int {
	if sort == snapshot.ManifestObject {
		return 1
	}
	return 0
}
