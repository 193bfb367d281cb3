package sync

import (
	"slices"

	"example.org/carnet/store"
	"example.org/carnet/sync/snapshot"
)

// tombAge is how long a deletion rests before it is forgotten, though all have seen it: a person may want it back.
const tombAge = 30 * daily

// What each laptop has told of the others' chains. Only admins keep it: they decide what nobody needs any more.

type sawEntry struct {
	_      struct{} `cbor:",toarray"`
	Device string
	Number uint64
}

func (e *Engine) loadSaw() error {
	lists := map[string][]sawEntry{}
	if err := each(e.Store, noteSaw, lists); err != nil {
		return err
	}
	for device, list := range lists {
		e.gens.saw[device] = map[string]uint64{}
		for _, s := range list {
			e.gens.saw[device][s.Device] = s.Number
		}
	}
	return nil
}

// sees notes what a laptop told that it has seen.
func (e *Engine) sees(n notes, d *snapshot.Delta) {
	if slices.Contains(d.Wants, want{Device: d.Device, Number: d.Number}) {
		e.gens.told = true
	}
	if len(d.Heads) == 0 || !e.mayWriteRoster() {
		return
	}
	seen := e.gens.saw[d.Device]
	if seen == nil {
		seen = map[string]uint64{}
		e.gens.saw[d.Device] = seen
	}
	for _, h := range d.Heads {
		seen[h.Device] = max(seen[h.Device], h.Number)
	}
	var list []sawEntry
	for device, number := range seen {
		list = append(list, sawEntry{Device: device, Number: number})
	}
	slices.SortFunc(list, func(a, b sawEntry) int {
		if a.Device < b.Device {
			return -1
		}
		return 1
	})
	n.set(noteSaw+d.Device, list)
}

// allSaw tells whether every laptop in use has told that it has seen all up to these places; one that was just admitted has not.
func (r *round) allSaw(places []snapshot.Place) bool {
	for _, device := range slices.Concat(r.inUse(), r.newcomers()) {
		if device == r.device {
			continue
		}
		for _, p := range places {
			if p.Device != device && r.gens.saw[device][p.Device] < p.Number {
				return false
			}
		}
	}
	return true
}

// dropDead takes out records that were deleted long ago, before a generation is written: those that the generation before
// held as deleted, when every laptop in use has seen all of that.
func (r *round) dropDead(p plan) error {
	if len(r.gens.good) == 0 || !r.allSaw(r.gens.good[0].Places) {
		return nil
	}
	before := snapshot.Manifest{Frontier: r.gens.good[0].Places}
	refs, err := r.Store.Deleted(before.UpTo())
	if err != nil {
		return err
	}
	var old []store.RecordRef
	for _, ref := range refs {
		if r.restedLong(ref, p.Wall) {
			old = append(old, ref)
		}
	}
	if len(old) == 0 {
		return nil
	}
	return r.letGo(old)
}

// letGo takes out records that nobody needs. What was set aside of them is judged again while its bytes are here.
func (r *round) letGo(refs []store.RecordRef) error {
	if err := r.Store.Drop(refs, nil); err != nil {
		return err
	}
	return r.weighAgain()
}

func (r *round) restedLong(ref store.RecordRef, wall int64) bool {
	past, err := r.Store.History(ref.Kind, ref.ID)
	return err == nil && !slices.ContainsFunc(past, func(p store.Past) bool { return wall-p.Wall < tombAge.Milliseconds() })
}

// adoptDropped takes out what a manifest left out, where it is deleted here as well; false where something is not.
func (r *round) adoptDropped(m *snapshot.Manifest) (bool, error) {
	var missing []store.RecordRef
	for _, d := range m.Dropped {
		if !r.Store.IsDropped(d.Kind, d.ID) {
			missing = append(missing, store.RecordRef{Kind: d.Kind, ID: d.ID})
		}
	}
	if len(missing) == 0 {
		return true, nil
	}
	dead, err := r.Store.Deleted(m.UpTo())
	if err != nil {
		return false, err
	}
	for _, ref := range missing {
		if !slices.Contains(dead, ref) {
			return false, nil
		}
	}
	return true, r.letGo(missing)
}

// adoptStanding takes out what a generation that others confirmed left out, so that all laptops leave out the same.
func (r *round) adoptStanding() error {
	if len(r.gens.good) == 0 {
		return nil
	}
	for _, g := range r.sight.all {
		if g.Network.Hash != r.gens.good[0].Hash {
			continue
		}
		var missing []store.RecordRef
		for _, d := range g.Network.Dropped {
			if !r.Store.IsDropped(d.Kind, d.ID) {
				missing = append(missing, store.RecordRef{Kind: d.Kind, ID: d.ID})
			}
		}
		if len(missing) > 0 {
			return r.takeOut(missing)
		}
	}
	return nil
}
