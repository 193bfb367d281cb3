package sync

import (
	"maps"
	"slices"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// nameStrays sets aside parts of a full snapshot that stand under a name which no manifest gives them, though one names the same bytes: parts are not
// signed, and are looked for by the names in manifests alone. What no manifest speaks of at all may be of a generation that is being written.
func (r *round) nameStrays() error {
	named, known := map[string]bool{}, map[signed.Short]bool{}
	for _, m := range r.gens.manifests {
		for i := range m.Parts {
			named[m.PartKey(i)], known[m.Parts[i].Object] = true, true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(r.sight.there)) {
		name, err := snapshot.ParseFullName(key)
		if err != nil || name.Sort != snapshot.PartObject || named[key] || !known[name.Hash] || r.isRefused(key) {
			continue
		}
		if err := r.refuseNow(key, nil, fault.New("full_misnamed", "key", key)); err != nil {
			return err
		}
	}
	return nil
}
