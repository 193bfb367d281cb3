package sync

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

const (
	// week is after how long a generation is written when there is anything new at all.
	week = 7 * daily
	// leastFull is how many bytes of deltas are not worth a generation before a week has passed.
	leastFull = 1 << 20
)

// plan is the generation that this laptop is writing: where it stopped, it goes on with the same.
type plan struct {
	_      struct{} `cbor:",toarray"`
	Number uint64
	Places []snapshot.Place
	Roster uint64
	Head   signed.Short
	Wall   int64
}

// keepFulls is the part of a round that is about full snapshots: it makes again what others wrote, writes
// what is due, and lets go of what is no longer needed.
func (r *round) keepFulls() error {
	if r.Standing() != Active {
		return nil
	}
	if err := r.segments(); err != nil {
		return err
	}
	if (r.gens.forced || r.gens.writing) && r.mayWriteRoster() && !r.sight.looked {
		if err := r.lookAtFulls(); err != nil {
			return err
		}
	}
	if !r.sight.looked {
		return nil
	}
	for _, step := range []func() error{r.adoptStanding, r.confirm, r.writeDue, r.sweep} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// Compact asks for a full snapshot at the next round, though none be due. Faults: not_admitted, roster_not_admin.
func (e *Engine) Compact() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.roster == nil {
		return fault.New("not_admitted")
	}
	if !e.mayWriteRoster() {
		return fault.New("roster_not_admin")
	}
	e.gens.forced = true
	return e.keepGens()
}

// writeDue writes a generation when it is time.
func (r *round) writeDue() error {
	due, err := r.fullDue()
	if err != nil || !due {
		return err
	}
	if why := r.cannotWrite(); why != "" {
		r.Log.Info("no full snapshot is written", "why", why)
		return nil
	}
	p, err := r.planned()
	if err != nil {
		return err
	}
	if err := r.dropDead(p); err != nil {
		return err
	}
	return r.writeGeneration(p)
}

// cannotWrite says why what is here is no good beginning for others.
func (r *round) cannotWrite() string {
	skipped, err := r.Store.Notes(noteSkipped)
	switch {
	case len(r.split) > 0:
		return "a chain split"
	case err != nil || len(skipped) > 0:
		return "some deltas are closed"
	case len(r.heads) == 0:
		return "nothing is here"
	}
	return ""
}

// fullDue tells whether it is this laptop's turn to write a generation: there is much beyond the last one,
// or anything after a week, or it was asked for. Admins come one a day, in the order of their names.
func (r *round) fullDue() (bool, error) {
	if !r.mayWriteRoster() {
		return false, nil
	}
	if r.gens.forced {
		return true, nil
	}
	if goesOn, err := r.goesOn(); err != nil || goesOn {
		return goesOn, err
	}
	if r.sight.logs == nil {
		return false, nil
	}
	var last []snapshot.Place
	size, wall := int64(0), int64(0)
	if len(r.sight.all) > 0 {
		g := r.sight.all[0]
		last, size, wall = g.Network.Frontier, g.size(), g.Network.Wall
	}
	beyond, since := r.beyond(last)
	if wall > 0 {
		since = time.UnixMilli(wall)
	}
	due := len(r.sight.all) > 0 && r.sight.all[0].Beyond || beyond > max(leastFull, size/4) || beyond > 0 && r.now().Sub(since) >= week
	if due != (r.gens.dueSince != 0) {
		if r.gens.dueSince = 0; due {
			r.gens.dueSince = r.Now().UnixMilli()
		}
		if err := r.keepGens(); err != nil {
			return false, err
		}
	}
	return due && r.Now().UnixMilli()-r.gens.dueSince >= int64(r.turn())*daily.Milliseconds(), nil
}

// goesOn tells whether a generation that was begun here is still to be finished.
func (r *round) goesOn() (bool, error) {
	if !r.gens.writing {
		return false, nil
	}
	var p plan
	if _, err := read(r.Store, notePlan, &p); err != nil {
		return false, err
	}
	if len(r.sight.all) == 0 || p.Number > r.sight.all[0].Number {
		return true, nil
	}
	r.gens.writing = false
	_, err := r.keep(nil, notes{notePlan: nil})
	return false, err
}

// turn is this laptop's place among the admins in use.
func (r *round) turn() int {
	before := 0
	for _, device := range r.inUse() {
		if l, _ := r.State().Laptop(device); l.Role == roster.Admin && device < r.device {
			before++
		}
	}
	return before
}

// planned takes up the generation that was being written, or begins one at what is here.
func (r *round) planned() (p plan, err error) {
	last := uint64(0)
	if len(r.sight.all) > 0 {
		last = r.sight.all[0].Number
	}
	found, err := read(r.Store, notePlan, &p)
	if err != nil || found && p.Number > last && !r.gens.forced {
		return p, err
	}
	state := r.State()
	p = plan{Number: last + 1, Roster: state.Version, Head: signed.ShortOf(state.Head), Wall: r.now().UnixMilli()}
	for _, device := range slices.Sorted(maps.Keys(r.heads)) {
		if h := r.heads[device]; h.Number > 0 {
			p.Places = append(p.Places, snapshot.Place{Device: device, Incarnation: h.Incarnation, Number: h.Number, Hash: h.Hash, Last: h.Last, Wall: h.Wall})
		}
	}
	r.gens.forced, r.gens.writing = false, true
	n := notes{}
	n.set(notePlan, p)
	r.noteGens(n)
	_, err = r.keep(nil, n)
	return p, err
}

func (p *plan) upTo() store.Frontier {
	m := snapshot.Manifest{Frontier: p.Places}
	return m.UpTo()
}

// writeGeneration puts all parts of all scopes that are read here, then the manifests, the network's last.
func (r *round) writeGeneration(p plan) error {
	state := r.State()
	scopes := []string{""}
	for _, o := range state.Offices() {
		if r.Holds(o.ID) {
			scopes = append(scopes, o.ID)
		}
	}
	slices.Reverse(scopes)
	var manifests []*snapshot.Manifest
	for i, scope := range scopes {
		m, err := r.writeParts(p, scope)
		if err != nil {
			return err
		}
		manifests = append(manifests, m)
		r.tell("full", int64(i+1), int64(len(scopes)))
	}
	for _, m := range manifests {
		if err := r.putManifest(m); err != nil {
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
	sum, whole, err := r.Store.SumUpTo(upTo, scope)
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
	// What is read from the store is gathered before it is sent: a slow line must not hold the store.
	var waiting []snapshot.FullPart
	for part, err := range snapshot.WriteFull(m.Whole, r.State().CurrentKey(scope), r.ring.Find, r.Store.ChangesUpTo(upTo, scope)) {
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

// putFull puts one object under full/.
func (r *round) putFull(key string, object []byte) error {
	if err := r.Bucket.Put(r.ctx, key, object); err != nil {
		return err
	}
	r.sight.there[key] = int64(len(object))
	return nil
}

func (r *round) putManifest(m *snapshot.Manifest) error {
	key, object, err := snapshot.WriteManifest(r.Identity, r.member.Cover, m)
	if err != nil {
		return err
	}
	return r.putFull(key, object)
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

// Those who make a full snapshot again are chosen by lot, three at first and three more every day that nobody did, so that not
// every laptop spends its time on it.
const togetherConfirm = 3

// confirm makes the newest generations again from what is here, and signs those that come out the same.
func (r *round) confirm() error {
	for _, g := range r.sight.all[:min(2, len(r.sight.all))] {
		if g.Beyond {
			continue
		}
		for _, m := range g.scopes() {
			if err := r.confirmOne(m); err != nil {
				return err
			}
		}
		if err := r.addOffices(g); err != nil {
			return err
		}
	}
	return nil
}

func (r *round) confirmOne(m *snapshot.Manifest) error {
	if m.Author == r.device || !r.Holds(m.Scope) || !fullWriter(r.State(), m) || !r.State().Entitled(r.device, m.Scope) || r.signedBefore(m) || !r.drawn(m) {
		return nil
	}
	if slices.Equal(r.gens.origin.Places, m.Frontier) {
		return nil // what this laptop has is what it took from there
	}
	able, err := r.reproducible(m)
	if err != nil || !able {
		return err
	}
	upTo := m.UpTo()
	parts, err := snapshot.SumFull(r.Store.ChangesUpTo(upTo, m.Scope))
	if err != nil {
		return err
	}
	sum, _, err := r.Store.SumUpTo(upTo, m.Scope)
	if err != nil {
		return err
	}
	if snapshot.RootOf(parts) != m.Root || sum != store.Sum(m.Sum) {
		r.Log.Error("a full snapshot differs from what is here", "generation", m.Generation, "scope", m.Scope)
		if err := r.refuseManifest(m, fault.New("full_differs", "scope", m.Scope)); err != nil {
			return err
		}
		return r.seeAgain()
	}
	key, object, err := snapshot.WriteCosignature(r.Identity, r.member.Cover, m, r.now().UnixMilli())
	if err == nil {
		err = r.putFull(key, object)
	}
	if err != nil {
		return err
	}
	return r.seeAgain()
}

func (r *round) signedBefore(m *snapshot.Manifest) bool {
	for key := range r.sight.there {
		name, err := snapshot.ParseFullName(key)
		if err == nil && name.Sort == snapshot.CosignObject && name.Device == r.device && name.Generation == m.Generation && name.Scope == m.Scope {
			if c := r.gens.cosigns[key]; c != nil && c.Confirms(m) {
				return true
			}
		}
	}
	return false
}

// drawn tells whether the lot has fallen on this laptop.
func (r *round) drawn(m *snapshot.Manifest) bool {
	lot := func(device string) signed.Hash {
		return signed.HashOf(fmt.Appendf(nil, "carnet lot %s %d %s", device, m.Generation, m.Scope))
	}
	own, before := lot(r.device), 0
	for _, device := range r.cosigners(m) {
		if other := lot(device); device != r.device && slices.Compare(other[:], own[:]) < 0 {
			before++
		}
	}
	days := max(0, int(r.now().Sub(time.UnixMilli(m.Wall))/daily))
	if before >= togetherConfirm*(1+days) {
		return false
	}
	// Once three have signed, it is enough.
	done := 0
	for _, c := range r.gens.cosigns {
		if c.Confirms(m) {
			done++
		}
	}
	return done < togetherConfirm
}

// reproducible tells whether what is here is at or beyond a manifest's frontier, and the same records were taken out.
func (r *round) reproducible(m *snapshot.Manifest) (bool, error) {
	for _, p := range m.Frontier {
		if !r.has(p.Device, p.Number, signed.ShortOf(p.Hash)) {
			return false, nil
		}
	}
	skipped, err := r.Store.Notes(noteSkipped)
	if err != nil || len(skipped) > 0 || len(r.split) > 0 {
		return false, err
	}
	if adopted, err := r.adoptDropped(m); err != nil || !adopted {
		return false, err
	}
	here, err := r.droppedIn(m.Scope, m.UpTo())
	return slices.Equal(here, m.Dropped), err
}

// addOffices writes what the generation's author could not: the manifests of offices whose keys it has not.
func (r *round) addOffices(g *generation) error {
	own := r.Self()
	if !slices.Contains(g.Lacks, own.Office) || !r.Holds(own.Office) || own.Role != roster.Admin && own.Role != roster.Coordinator {
		return nil
	}
	if g.Network.Author == r.device || r.now().Sub(time.UnixMilli(g.Network.Wall)) < time.Duration(r.turnIn(own.Office))*daily {
		return nil
	}
	if able, err := r.reproducible(g.Network); err != nil || !able {
		return err
	}
	m, err := r.writeParts(plan{Number: g.Number, Places: g.Network.Frontier, Roster: g.Network.Roster, Head: g.Network.RosterHead, Wall: g.Network.Wall}, own.Office)
	if err != nil {
		return err
	}
	if err := r.putManifest(m); err != nil {
		return err
	}
	return r.seeAgain()
}

// turnIn is this laptop's place among those in use of an office that may write.
func (r *round) turnIn(office string) int {
	before := 0
	for _, device := range r.inUse() {
		l, _ := r.State().Laptop(device)
		if l.Office == office && (l.Role == roster.Admin || l.Role == roster.Coordinator) && device < r.device {
			before++
		}
	}
	return before
}
