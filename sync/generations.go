package sync

import (
	"cmp"
	"maps"
	"slices"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// What a place has of full snapshots is read here: manifests and co-signatures, and who may have written them.

// generation is what one place has of a full snapshot.
type generation struct {
	Number  uint64
	Network *snapshot.Manifest
	Offices map[string]*snapshot.Manifest
	Lacks   []string // offices without a manifest
	Sure    bool     // every scope was made again by another laptop, where there is one that could
	Beyond  bool     // it has what a revoked laptop wrote after its end, or may have what one wrote after it lost rights: nobody can take that out of sums that are closed
	Ahead   bool     // its author went by a statement of the roster that is not here, nor its keys
}

func (g *generation) complete() bool { return len(g.Lacks) == 0 && !g.Beyond && !g.Ahead }

// scopes lists its manifests, the network's first.
func (g *generation) scopes() []*snapshot.Manifest {
	list := []*snapshot.Manifest{g.Network}
	for _, office := range slices.Sorted(maps.Keys(g.Offices)) {
		list = append(list, g.Offices[office])
	}
	return list
}

func (g *generation) size() (n int64) {
	for _, m := range g.scopes() {
		n += int64(m.Size())
	}
	return n
}

// lookAtFulls lists what a place has of full snapshots, and reads the manifests of the newest.
func (r *round) lookAtFulls() error {
	if r.sight.looked {
		return nil
	}
	page, err := r.list(snapshot.FullPrefix, "")
	if err != nil {
		return err
	}
	r.sight.looked, r.sight.there = true, map[string]int64{}
	names := map[uint64][]snapshot.FullName{}
	for _, o := range page.Objects {
		name, err := snapshot.ParseFullName(o.Key)
		if err != nil {
			if !r.isRefused(o.Key) {
				if err := r.refuseNow(o.Key, nil, err); err != nil {
					return err
				}
			}
			continue
		}
		r.sight.there[o.Key] = o.Size
		names[name.Generation] = append(names[name.Generation], name)
	}
	if err := r.readGenerations(names); err != nil {
		return err
	}
	if err := r.nameStrays(); err != nil {
		return err
	}
	if err := r.bringFull(); err != nil {
		return err
	}
	return r.mendFulls()
}

// newest bounds how many generations are looked at, and mostVersions how many manifests of one scope.
const (
	newest       = 4
	mostVersions = 8
)

func (r *round) readGenerations(names map[uint64][]snapshot.FullName) error {
	r.sight.all = nil
	numbers := slices.Sorted(maps.Keys(names))
	slices.Reverse(numbers)
	for _, number := range numbers {
		found, err := r.generations(number, names[number])
		if err != nil {
			return err
		}
		if r.sight.all = append(r.sight.all, found...); len(r.sight.all) >= newest {
			break
		}
	}
	return r.stand()
}

// generations reads those of one number: one, unless two admins wrote at the same time; that with the
// lowest hash comes first.
func (r *round) generations(number uint64, names []snapshot.FullName) (list []*generation, err error) {
	manifests := map[string][]*snapshot.Manifest{}
	var cosigns []*snapshot.Cosignature
	for _, name := range names {
		switch {
		case name.Sort == snapshot.ManifestObject && len(manifests[name.Scope]) < mostVersions:
			m, err := r.manifest(name.String())
			if err != nil {
				return nil, err
			}
			if m != nil {
				manifests[name.Scope] = append(manifests[name.Scope], m)
			}
		case name.Sort == snapshot.CosignObject && len(cosigns) < 64*mostVersions:
			c, err := r.cosignature(name.String())
			if err != nil {
				return nil, err
			}
			if c != nil {
				cosigns = append(cosigns, c)
			}
		}
	}
	for _, all := range manifests {
		slices.SortFunc(all, func(a, b *snapshot.Manifest) int { return slices.Compare(a.Hash[:], b.Hash[:]) })
	}
	if err := r.dropLapsed(manifests, cosigns); err != nil {
		return nil, err
	}
	for _, m := range manifests[""] {
		if !r.roster.Stands(m.RosterHead) {
			if err := r.lookFor(m); err != nil {
				return nil, err
			}
		}
		list = append(list, r.joined(number, m, manifests, cosigns))
	}
	slices.SortStableFunc(list, func(a, b *generation) int { return cmp.Compare(len(a.Lacks), len(b.Lacks)) })
	return list, nil
}

// lookFor looks for the statement that a manifest's author went by.
func (r *round) lookFor(m *snapshot.Manifest) error {
	if err := r.lookUp(); err != nil {
		return err
	}
	n := notes{}
	if err := r.wantRoster(n, m.Author, m.Roster, m.RosterHead); err != nil || len(n) == 0 {
		return err
	}
	_, err := r.keep(nil, n)
	return err
}

// joined joins the manifests that go with the network's.
func (r *round) joined(number uint64, m *snapshot.Manifest, manifests map[string][]*snapshot.Manifest, cosigns []*snapshot.Cosignature) *generation {
	g := &generation{Number: number, Network: m, Offices: map[string]*snapshot.Manifest{}, Sure: r.confirmed(m, cosigns), Beyond: r.beyondEnd(m.Frontier) || r.beforeLowering(m), Ahead: !r.roster.Stands(m.RosterHead)}
	for _, o := range r.rosterOf(m).Offices() {
		// What another said of the same frontier counts only where the network's author said nothing itself.
		var found *snapshot.Manifest
		for _, other := range manifests[o.ID] {
			if slices.Equal(other.Frontier, m.Frontier) && (found == nil || found.Author != m.Author && other.Author == m.Author) {
				found = other
			}
		}
		if found == nil {
			g.Lacks, g.Sure = append(g.Lacks, o.ID), false
			continue
		}
		g.Offices[o.ID] = found
		g.Sure = g.Sure && r.confirmed(found, cosigns)
	}
	return g
}

// rosterOf is the roster that a manifest's author went by.
func (r *round) rosterOf(m *snapshot.Manifest) *roster.State {
	if then, known := r.roster.At(m.RosterHead); known {
		return then
	}
	return r.State()
}

// manifest reads one; nil for what was refused or is gone.
func (r *round) manifest(key string) (*snapshot.Manifest, error) {
	if m := r.gens.manifests[key]; m != nil || r.isRefused(key) {
		return m, nil
	}
	object, err := r.getCovered(key, snapshot.MaxManifest, "full_unreadable")
	if object == nil || err != nil {
		return nil, err
	}
	m, err := tryKeys(r, func(keys snapshot.SignKeys) (*snapshot.Manifest, error) {
		return snapshot.ReadManifest(key, object, r.State().Network, r.member.Cover, keys)
	})
	if fault.Is(err, "full_device_unknown") {
		if err := r.lookUp(); err != nil {
			return nil, err
		}
		m, err = tryKeys(r, func(keys snapshot.SignKeys) (*snapshot.Manifest, error) {
			return snapshot.ReadManifest(key, object, r.State().Network, r.member.Cover, keys)
		})
	}
	if err == nil && !r.mayWriteFull(m) { // what made its author an admin may be said where nobody looked yet
		if err := r.lookUp(); err != nil {
			return nil, err
		}
	}
	if err == nil && !r.mayWriteFull(m) {
		err = fault.New("full_not_admin", "device", m.Author)
	}
	if err != nil {
		return nil, r.refuseNow(key, object, err)
	}
	r.gens.manifests[key] = m
	r.keepSigned(key, object)
	return m, nil
}

// getCovered gets an object; nil when it is gone or was refused for its size.
func (r *round) getCovered(key string, limit int64, code string) ([]byte, error) {
	object, err := r.Bucket.Get(r.ctx, key, limit)
	switch {
	case fault.Is(err, "object_missing"):
		return nil, nil
	case fault.Is(err, "object_too_large"):
		return nil, r.refuseNow(key, nil, fault.New(code, "key", key))
	}
	return object, err
}

// mayWriteFull tells whether the author may write a full snapshot of its scope, now or at the time.
func (r *round) mayWriteFull(m *snapshot.Manifest) bool {
	return fullWriter(r.State(), m) || fullWriter(r.rosterOf(m), m)
}

func fullWriter(s *roster.State, m *snapshot.Manifest) bool {
	l, known := s.Laptop(m.Author)
	return known && !l.Revoked && (l.Role == roster.Admin || m.Scope != "" && l.Office == m.Scope && l.Role == roster.Coordinator)
}

// dropLapsed refuses what an author wrote who is no longer in its place, unless one who is has made it again.
func (r *round) dropLapsed(manifests map[string][]*snapshot.Manifest, cosigns []*snapshot.Cosignature) error {
	for scope, all := range manifests {
		var kept []*snapshot.Manifest
		for _, m := range all {
			if fullWriter(r.State(), m) || r.cosigned(m, cosigns) {
				kept = append(kept, m)
				continue
			}
			if err := r.refuseManifest(m, fault.New("full_author_left", "device", m.Author)); err != nil {
				return err
			}
		}
		manifests[scope] = kept
	}
	return nil
}

func manifestKey(m *snapshot.Manifest) string {
	return snapshot.FullName{Generation: m.Generation, Scope: m.Scope, Sort: snapshot.ManifestObject, Hash: signed.ShortOf(m.Hash)}.String()
}

func (r *round) refuseManifest(m *snapshot.Manifest, why error) error {
	delete(r.gens.manifests, manifestKey(m))
	r.forgetSigned(manifestKey(m))
	return r.refuseNow(manifestKey(m), nil, why)
}

// cosignature reads one; nil for what was refused or is gone.
func (r *round) cosignature(key string) (*snapshot.Cosignature, error) {
	if c := r.gens.cosigns[key]; c != nil || r.isRefused(key) {
		return c, nil
	}
	object, err := r.getCovered(key, snapshot.MaxManifest, "full_unreadable")
	if object == nil || err != nil {
		return nil, err
	}
	c, err := tryKeys(r, func(keys snapshot.SignKeys) (*snapshot.Cosignature, error) {
		return snapshot.ReadCosignature(key, object, r.State().Network, r.member.Cover, keys)
	})
	if err != nil {
		return nil, r.refuseNow(key, object, err)
	}
	r.gens.cosigns[key] = c
	r.keepSigned(key, object)
	return c, nil
}

// cosigned tells whether a laptop that is in its place and may read the scope made the same.
func (r *round) cosigned(m *snapshot.Manifest, cosigns []*snapshot.Cosignature) bool {
	return slices.ContainsFunc(cosigns, func(c *snapshot.Cosignature) bool {
		return c.Confirms(m) && r.State().Entitled(c.Device, m.Scope)
	})
}

// confirmed is cosigned, or that nobody could.
func (r *round) confirmed(m *snapshot.Manifest, cosigns []*snapshot.Cosignature) bool {
	return r.cosigned(m, cosigns) || len(r.cosigners(m)) == 0
}

// cosigners are the laptops in use, other than its author, that may read a manifest's scope.
func (r *round) cosigners(m *snapshot.Manifest) (devices []string) {
	for _, device := range r.inUse() {
		if device != m.Author && r.State().Entitled(device, m.Scope) {
			devices = append(devices, device)
		}
	}
	return devices
}
