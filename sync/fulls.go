package sync

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"maps"
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

// Full snapshots stand for all deltas up to a frontier. A generation is one of every scope, all at the
// same frontier. Admins write them, others who make the same from their own state say so, and what lies
// before the generation before is then no longer needed in the bucket.

// generation is what one place has of a full snapshot.
type generation struct {
	Number  uint64
	Network *snapshot.Manifest
	Offices map[string]*snapshot.Manifest
	Lacks   []string // offices without a manifest
	Sure    bool     // every scope was made again by another laptop, where there is one that could
}

func (g *generation) complete() bool { return len(g.Lacks) == 0 }

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

// standing is a generation that may be relied on: complete, and made again by others.
type standing struct {
	_      struct{} `cbor:",toarray"`
	Number uint64
	Hash   signed.Hash // of the network's manifest
	Since  int64       // when it was first seen so, by our clock
	Clean  bool        // it left out records that the one before it had: nothing older may stay
	Places []snapshot.Place
}

func (s *standing) number(device string) uint64 {
	at, found := slices.BinarySearchFunc(s.Places, device, func(p snapshot.Place, d string) int { return strings.Compare(p.Device, d) })
	if !found {
		return 0
	}
	return s.Places[at].Number
}

// origin is the full snapshot that this laptop's state began from. What lies at or before it is known
// without its bytes.
type origin struct {
	_      struct{} `cbor:",toarray"`
	Places []snapshot.Place
	Shut   []string // offices that could not be read then
	Floor  uint64   // number that our own chain had reached
}

// gens is what an engine keeps of full snapshots and erasures.
type gens struct {
	base      map[string]snapshot.Place
	origin    origin
	good      []standing // the newest first, two at most
	manifests map[string]*snapshot.Manifest
	cosigns   map[string]*snapshot.Cosignature
	told      bool   // somebody said that there is something to see
	call      bool   // we must say so
	called    uint64 // number of the delta that says it
	forced    bool   // a generation is asked for
	writing   bool   // one was begun and is not finished
	again     bool   // this laptop must begin from a full snapshot
	dueSince  int64
	segmented uint64           // number of the last own delta that lies in a segment
	orders    map[string]order // erase orders by key
	saw       map[string]map[string]uint64
	far       int // deltas ahead from which on a new laptop begins from a full snapshot
}

// gensNote is what of it is durable in one note.
type gensNote struct {
	_         struct{} `cbor:",toarray"`
	Good      []standing
	Forced    bool
	Call      bool
	DueSince  int64
	Segmented uint64
}

// sight is what a visit has seen of full snapshots.
type sight struct {
	looked bool
	there  map[string]int64  // size of each object under full/ by key
	logs   []bucket.Object   // all of log/, when it was listed whole
	all    []*generation     // the newest first
	near   map[string][]byte // bytes of deltas that came in segments, by what they are
}

func newGens() gens {
	return gens{base: map[string]snapshot.Place{}, manifests: map[string]*snapshot.Manifest{}, cosigns: map[string]*snapshot.Cosignature{},
		orders: map[string]order{}, saw: map[string]map[string]uint64{}}
}

func (e *Engine) loadGens() error {
	g := &e.gens
	was := *g
	*g = newGens()
	g.far, g.told, g.saw = was.far, was.told, was.saw
	var kept gensNote
	if _, err := read(e.Store, noteGens, &kept); err != nil {
		return err
	}
	var begun plan
	found, err := read(e.Store, notePlan, &begun)
	if err != nil {
		return err
	}
	g.writing = found
	g.good, g.forced, g.call, g.dueSince, g.segmented = kept.Good, kept.Forced, kept.Call, kept.DueSince, kept.Segmented
	if _, err := read(e.Store, noteOrigin, &g.origin); err != nil {
		return err
	}
	for _, p := range g.origin.Places {
		g.base[p.Device] = p
	}
	if len(g.saw) == 0 {
		if err := e.loadSaw(); err != nil {
			return err
		}
	}
	return each(e.Store, noteOrder, g.orders)
}

func (e *Engine) noteGens(n notes) {
	g := &e.gens
	n.set(noteGens, gensNote{Good: g.good, Forced: g.forced, Call: g.call, DueSince: g.dueSince, Segmented: g.segmented})
}

func (e *Engine) keepGens() error {
	n := notes{}
	e.noteGens(n)
	_, err := e.keep(nil, n)
	return err
}

// isBase tells whether a delta lies within the full snapshot that this laptop began from.
func (e *Engine) isBase(device string, number uint64, hash signed.Short) bool {
	p, known := e.gens.base[device]
	return known && (number < p.Number || number == p.Number && signed.ShortOf(p.Hash) == hash)
}

// covered tells whether a full snapshot that may be relied on stands for a delta.
func (e *Engine) covered(device string, number uint64) bool {
	return len(e.gens.good) > 0 && number <= e.gens.good[0].number(device)
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
	return r.bringFull()
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
		list = append(list, r.joined(number, m, manifests, cosigns))
	}
	slices.SortStableFunc(list, func(a, b *generation) int { return cmp.Compare(len(a.Lacks), len(b.Lacks)) })
	return list, nil
}

// joined joins the manifests that go with the network's.
func (r *round) joined(number uint64, m *snapshot.Manifest, manifests map[string][]*snapshot.Manifest, cosigns []*snapshot.Cosignature) *generation {
	g := &generation{Number: number, Network: m, Offices: map[string]*snapshot.Manifest{}, Sure: r.confirmed(m, cosigns)}
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
	if err == nil && !r.mayWriteFull(m) {
		err = fault.New("full_not_admin", "device", m.Author)
	}
	if err != nil {
		return nil, r.refuseNow(key, object, err)
	}
	r.gens.manifests[key] = m
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

// tryKeys reads what a laptop signed with whichever of its keys: such an object does not tell how far
// its author's chain was.
func tryKeys[T any](r *round, try func(snapshot.SignKeys) (T, error)) (v T, err error) {
	most := 1
	for _, l := range r.State().Laptops() {
		most = max(most, len(l.Keys))
	}
	for back := range most {
		v, err = try(func(device string) (ed25519.PublicKey, bool) {
			l, known := r.State().Laptop(device)
			if !known {
				return nil, false
			}
			return l.Keys[max(0, len(l.Keys)-1-back)].SignKey, true
		})
		if code := fault.CodeOf(err); code != "full_forged" && code != "erasure_forged" && code != "claim_forged" {
			break
		}
	}
	return v, err
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

// stand notes which generations may be relied on. One that is gone from a place is not.
func (r *round) stand() error {
	var good []standing
	before := r.gens.good
	if err := r.nameParts(); err != nil {
		return err
	}
	for _, g := range r.sight.all {
		if !g.complete() || !g.Sure || len(good) > 1 || len(good) > 0 && good[0].Number == g.Number || !r.partsThere(g) {
			continue
		}
		s := standing{Number: g.Number, Hash: g.Network.Hash, Since: r.Now().UnixMilli(), Places: g.Network.Frontier, Clean: r.isClean(g)}
		if at := slices.IndexFunc(before, func(x standing) bool { return x.Hash == s.Hash }); at >= 0 {
			s.Since = before[at].Since
		}
		good = append(good, s)
	}
	if len(r.places) > 1 && (len(good) == 0 || len(before) > 0 && good[0].Number < before[0].Number) {
		return nil // this place lacks what another has, and is brought it
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

// tell reports how far something long has come.
func (e *Engine) tell(stage string, done, total int64) {
	if e.Progress != nil {
		e.Progress(stage, done, total)
	}
}

func stopped(ctx context.Context) error {
	if ctx.Err() != nil {
		return fault.New("timeout").Because(ctx.Err())
	}
	return nil
}

// isOld tells whether a number lies within what this laptop began from.
func (e *Engine) isOld(device string, number uint64) bool {
	return number <= e.gens.base[device].Number
}

// isOfFulls tells whether an object is one that this room's files speak of.
func isOfFulls(key string) bool {
	return slices.ContainsFunc([]string{snapshot.FullPrefix, snapshot.SegmentPrefix, snapshot.ErasePrefix, snapshot.ReceiptPrefix},
		func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

// verifyFull judges one object by itself, as far as it can be: a part is what its name says, and the rest is signed.
func (e *Engine) verifyFull(key string, data []byte) (err error) {
	r := &round{Engine: e}
	s := e.State()
	if s == nil {
		return nil
	}
	switch {
	case strings.HasPrefix(key, snapshot.SegmentPrefix):
		_, err = snapshot.ReadSegment(key, data)
	case strings.HasPrefix(key, snapshot.ErasePrefix):
		_, err = tryKeys(r, func(keys snapshot.SignKeys) (*snapshot.EraseOrder, error) {
			return snapshot.ReadEraseOrder(key, data, s.Network, e.member.Cover, keys)
		})
	case strings.HasPrefix(key, snapshot.ReceiptPrefix):
		_, err = tryKeys(r, func(keys snapshot.SignKeys) (*snapshot.Receipt, error) {
			return snapshot.ReadReceipt(key, data, s.Network, e.member.Cover, keys)
		})
	default:
		err = e.verifyUnderFull(r, key, data)
	}
	return err
}

func (e *Engine) verifyUnderFull(r *round, key string, data []byte) error {
	name, err := snapshot.ParseFullName(key)
	if err != nil {
		return err
	}
	network := e.State().Network
	switch name.Sort {
	case snapshot.ManifestObject:
		m, err := tryKeys(r, func(keys snapshot.SignKeys) (*snapshot.Manifest, error) {
			return snapshot.ReadManifest(key, data, network, e.member.Cover, keys)
		})
		if err == nil && !r.mayWriteFull(m) {
			err = fault.New("full_not_admin", "device", m.Author)
		}
		return err
	case snapshot.CosignObject:
		_, err = tryKeys(r, func(keys snapshot.SignKeys) (*snapshot.Cosignature, error) {
			return snapshot.ReadCosignature(key, data, network, e.member.Cover, keys)
		})
		return err
	}
	if signed.ShortOf(signed.HashOf(data)) != name.Hash {
		return fault.New("full_altered", "part", key)
	}
	return nil
}
