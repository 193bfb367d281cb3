package sync

import (
	"fmt"
	"slices"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

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
	if m.Author == r.device || !fullWriter(r.State(), m) || !r.State().Entitled(r.device, m.Scope) || r.signedBefore(m) || !r.drawn(m) {
		return nil
	}
	if slices.Equal(r.gens.origin.Places, m.Frontier) {
		return nil // what this laptop has is what it took from there
	}
	if whole, err := r.readsWhole(m.Scope); err != nil || !whole {
		return err
	}
	able, err := r.reproducible(m)
	if err != nil || !able {
		return err
	}
	upTo := m.UpTo()
	parts, err := snapshot.SumFull(r.untilStopped(r.Store.ChangesUpTo(upTo, m.Scope)))
	if err != nil {
		return err
	}
	sum, _, err := r.Store.SumUpTo(upTo, m.Scope, r.going)
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
		err = r.putSigned(key, object)
	}
	if fault.Is(err, "object_exists") {
		return nil // it is signed again at another time
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
		if c.Confirms(m) && r.State().Entitled(c.Device, m.Scope) {
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
	if err != nil || len(skipped) > 0 || r.unjudged() {
		return false, err
	}
	if able, err := r.separable(m.Frontier); err != nil || !able {
		return false, err
	}
	if aside, err := r.asideIn(m.Scope, m.Frontier); err != nil || !m.First && !slices.Equal(aside, m.Aside) {
		return false, err
	}
	if adopted, err := r.adoptDropped(m); err != nil || !adopted {
		return false, err
	}
	here, err := r.droppedIn(m.Scope, m.UpTo())
	return slices.Equal(here, m.Dropped), err
}

// addOffices writes what the generation's author could not: the manifests of offices that it could not read whole.
func (r *round) addOffices(g *generation) error {
	for _, office := range g.Lacks {
		if err := r.addOffice(g, office); err != nil {
			return err
		}
	}
	return nil
}

func (r *round) addOffice(g *generation, office string) error {
	turn := slices.Index(r.writersOf(office), r.device)
	if turn < 0 || r.now().Sub(time.UnixMilli(g.Network.Wall)) < time.Duration(turn)*daily {
		return nil
	}
	if whole, err := r.readsWhole(office); err != nil || !whole {
		return err
	}
	if able, err := r.reproducible(g.Network); err != nil || !able {
		return err
	}
	m, err := r.writeParts(plan{Number: g.Number, Places: g.Network.Frontier, Roster: g.Network.Roster, Head: g.Network.RosterHead, Wall: g.Network.Wall}, office)
	if err == nil {
		err = r.putManifest(m)
	}
	if fault.Is(err, "object_exists") {
		return nil // what stands in its place is named; another may add it
	}
	if err != nil {
		return err
	}
	return r.seeAgain()
}

// writersOf lists the laptops in use that may write an office's part: its own, then admins of others who have its key. They come one a day.
func (r *round) writersOf(office string) []string {
	var own, others []string
	for _, device := range r.inUse() {
		switch l, _ := r.State().Laptop(device); {
		case l.Role != roster.Admin && l.Role != roster.Coordinator || !r.State().Entitled(device, office):
		case l.Office == office:
			own = append(own, device)
		default:
			others = append(others, device)
		}
	}
	return append(own, others...)
}
