package roster

import (
	"slices"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Lost lists the statements of this laptop that others won against and that it may say again, in the order of their versions. Who was
// revoked since, is no admin any more, or was none for a while, says nothing again.
func (r *Roster) Lost(device string) []signed.Hash {
	return r.beside(func(l *link) bool { return l.Author == device && r.mayRepeat(l) })
}

// patience is how long the others wait for a laptop that may say again what lost, by its own clock, until they tell people.
const patience = 24 * time.Hour

// Silenced lists the statements that others won against and that nobody may say again, or nobody did so far: those of this laptop, and those by which anybody
// else revoked a laptop or demoted an admin.
func (r *Roster) Silenced(device string, now time.Time) []signed.Hash {
	return r.beside(func(l *link) bool {
		if l.Author == device {
			return !r.mayRepeat(l)
		}
		target, _ := l.strikes()
		return target != "" && !l.byRecovery && (!r.mayRepeat(l) || now.Sub(time.UnixMilli(l.Wall)).Abs() > patience)
	})
}

// beside lists statements that are valid in themselves and not in the chain.
func (r *Roster) beside(which func(*link) bool) []signed.Hash {
	var list []signed.Hash
	if !r.forked {
		return list
	}
	for _, l := range r.upward() {
		if l.state != nil && !l.inChain && which(l) {
			list = append(list, l.message.Hash)
		}
	}
	return list
}

// mayRepeat tells whether a lost statement's author is still in its place, and was all the time: what it said before it lost that place
// must not come to hold when it is given back.
func (r *Roster) mayRepeat(l *link) bool {
	author, known := r.State().Laptop(l.Author)
	if !known || author.Revoked {
		return false
	}
	if l.Said.own() {
		return true
	}
	if author.Role != Admin {
		return false
	}
	for _, later := range r.chain[r.forkOf(l):] {
		if later.demotes && later.Said.Promote.Device == l.Author {
			return false
		}
	}
	return true
}

// forkOf gives the version of the last statement of the chain that comes before one beside it.
func (r *Roster) forkOf(l *link) uint64 {
	for !l.inChain {
		l = r.known[l.Previous]
	}
	return l.Version
}

// Holds tells whether what a lost statement wanted is so anyway, or has become pointless.
func (r *Roster) Holds(lost signed.Hash) bool {
	l, known := r.known[lost]
	if !known || l.state == nil || l.inChain {
		return true
	}
	s := r.State()
	switch said := l.Said; {
	case said.Office != nil:
		return s.offices.has(said.Office.Office.ID)
	case said.Admit != nil:
		return s.laptops.has(said.Admit.Laptop.Device)
	case said.Revoke != nil:
		of, known := s.Laptop(said.Revoke.Device)
		return !known || of.Revoked
	case said.Invite != nil:
		return s.seats.has(said.Invite.ID)
	case said.Void != nil:
		seat, known := s.Seat(said.Void.Invitation)
		return !known || seat.Void
	case said.Rotate != nil:
		return len(r.unrotated(l)) == 0
	case said.Policy != nil:
		return r.policyAfter(l) == s.policy
	case said.Promote != nil:
		of, known := s.Laptop(said.Promote.Device)
		return !known || of.Revoked || of.Role == said.Promote.Role && of.Office == said.Promote.Office
	case said.Recovery != nil:
		return s.isRecovery(said.Recovery.Card.Device())
	}
	return false
}

// isOverridden tells whether somebody said otherwise of the same in the chain: that was said knowingly, or at the same moment and won, and is not
// to be undone by saying this again.
func (r *Roster) isOverridden(l *link) bool {
	before, now := r.known[l.Previous].state, r.State()
	switch said := l.Said; {
	case said.Promote != nil:
		was, known := before.Laptop(said.Promote.Device)
		is, still := now.Laptop(said.Promote.Device)
		return known && still && (was.Role != is.Role || was.Office != is.Office)
	case said.Recovery != nil:
		card, there := before.Recovery()
		return there && !now.isRecovery(card.Device())
	}
	return false
}

// unrotated lists the scopes to which a lost statement gave new keys and that have none in the chain since the two parted.
func (r *Roster) unrotated(l *link) []string {
	parted, before, ids := r.chain[r.forkOf(l)-1].state, r.known[l.Previous].state, []string{}
	for _, of := range l.Said.Rotate.scopes() {
		key := parted.CurrentKey(of)
		if key == "" { // it was opened beside the chain, and again with that key
			key = before.CurrentKey(of)
		}
		if now := r.State().CurrentKey(of); now != "" && now == key {
			ids = append(ids, of)
		}
	}
	return ids
}

// policyAfter gives the policy of today with what a lost statement changed in the one that it knew.
func (r *Roster) policyAfter(l *link) Policy {
	before, said, p := r.known[l.Previous].state.policy, l.Said.Policy.Policy, r.State().policy
	if said.ShareCard != before.ShareCard {
		p.ShareCard = said.ShareCard
	}
	if said.AdminsRead != before.AdminsRead {
		p.AdminsRead = said.AdminsRead
	}
	return p
}

// Reissue says a lost statement once more on top of the present chain. Keys are wrapped anew, for
// the laptops of today; an office keeps the key that it was opened with. What has become pointless
// or forbidden is refused like any statement; fault roster_overruled where somebody said otherwise of the same.
func (r *Roster) Reissue(id *signed.Identity, lost signed.Hash, at time.Time) ([]byte, error) {
	l, known := r.known[lost]
	if !known || l.inChain {
		return nil, fault.New("roster_missing")
	}
	if r.isOverridden(l) {
		return nil, fault.New("roster_overruled")
	}
	switch said := l.Said; {
	case said.Office != nil:
		return r.addOffice(id, said.Office.Office, r.keyOf(id, said.Office.Office.ID, said.Office.Keys), at)
	case said.Admit != nil:
		return r.Admit(id, said.Admit.Laptop, said.Admit.Invitation, at)
	case said.Revoke != nil:
		again := *said.Revoke
		if !l.tellsSequence() {
			again.LastSeq = untoldSeq
		}
		return r.revoke(id, again, at)
	case said.Rotate != nil:
		return r.rotate(id, at, r.unrotated(l))
	case said.Policy != nil:
		return r.SetPolicy(id, r.policyAfter(l), at)
	case said.Promote != nil:
		return r.promote(id, *said.Promote, at)
	case said.Rekey != nil:
		return r.rekey(id, *said.Rekey, at)
	case said.Recovery != nil:
		return r.setRecovery(id, said.Recovery.Card, at)
	case said.Grant != nil:
		return r.Grant(id, said.Grant.Device, at)
	}
	return r.say(id, l.Said, at)
}

// LostKeys lists the statements that others won against and that brought new keys.
func (r *Roster) LostKeys() []signed.Hash {
	return r.beside(func(l *link) bool { return len(l.Said.grants().New) > 0 })
}

// LeftOut lists the laptops that may hold now what a lost statement brought keys for, and could not when it was said. Something may have been sealed with
// those keys meanwhile, and whoever let these laptops in did not know of them.
func (r *Roster) LeftOut(lost signed.Hash) (devices []string) {
	l, known := r.known[lost]
	if !known || l.inChain || l.state == nil {
		return nil
	}
	now := r.State()
	for _, laptop := range now.Laptops() {
		if slices.ContainsFunc(l.Said.grants().scopes(), func(of string) bool { return now.Entitled(laptop.Device, of) && !l.state.Entitled(laptop.Device, of) }) {
			devices = append(devices, laptop.Device)
		}
	}
	return devices
}

// keyOf finds the key that an office was opened with; a new one where it cannot be opened.
func (r *Roster) keyOf(id *signed.Identity, office string, g grants) Key {
	if len(g.New) > 0 {
		if secret, held := r.KeysFor(id).Find(g.New[0].ID); held {
			return Key{ID: g.New[0].ID, Scope: office, Secret: secret}
		}
	}
	return newKey(office)
}

// scopes lists those that have new keys here and are still there.
func (g grants) scopes() []string {
	ids := []string{}
	for _, k := range g.New {
		ids = append(ids, k.Scope)
	}
	return ids
}

// Wish is what a statement wanted.
type Wish struct {
	What    string // one of the words below
	Author  string // its laptop
	Of      string // the laptop that it speaks of, where it speaks of one
	Version uint64
	ByName  string // whose laptops these were then
	OfName  string
}

// What a statement may want.
const (
	WishRevoke  = "revoke"
	WishPlace   = "place" // a role or an office
	WishAdmit   = "admit"
	WishVoid    = "void" // withdraw an invitation by which a laptop came
	WishRecover = "recovery"
	WishOther   = "other"
)

// Wish tells what a statement wanted; false when it is not here.
func (r *Roster) Wish(of signed.Hash) (Wish, bool) {
	l, known := r.known[of]
	if !known || l.state == nil {
		return Wish{}, false
	}
	w := Wish{What: WishOther, Author: l.Author, Version: l.Version}
	switch said := l.Said; {
	case said.Revoke != nil:
		w.What, w.Of = WishRevoke, said.Revoke.Device
	case said.Promote != nil:
		w.What, w.Of = WishPlace, said.Promote.Device
	case said.Admit != nil:
		w.What, w.Of = WishAdmit, said.Admit.Laptop.Device
	case said.Void != nil:
		if seat, _ := r.State().Seat(said.Void.Invitation); seat.Device != "" {
			w.What, w.Of = WishVoid, seat.Device
		}
	case said.Recovery != nil:
		w.What = WishRecover
	}
	for device, name := range map[string]*string{w.Author: &w.ByName, w.Of: &w.OfName} {
		for _, s := range []*State{l.state, r.State()} {
			if of, known := s.Laptop(device); known && *name == "" {
				*name = of.Coordinator
			}
		}
	}
	return w, true
}
