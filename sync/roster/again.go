package roster

import (
	"slices"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Lost lists the statements of this laptop that others won against, in the order of their versions.
// What a laptop said that was revoked since, or is no admin any more, is not to be said again.
func (r *Roster) Lost(device string) []signed.Hash {
	l, known := r.State().Laptop(device)
	if !known || l.Revoked {
		return nil
	}
	var lost []signed.Hash
	for _, at := range r.upward() {
		if at.Author == device && at.state != nil && !at.inChain && (l.Role == Admin || at.Said.own()) {
			lost = append(lost, at.message.Hash)
		}
	}
	return lost
}

// Reissue says a lost statement once more on top of the present chain. Keys are wrapped anew, for
// the laptops of today; an office keeps the key that it was opened with. What has become pointless
// or forbidden is refused like any statement.
func (r *Roster) Reissue(id *signed.Identity, lost signed.Hash, at time.Time) ([]byte, error) {
	l, known := r.known[lost]
	if !known || l.inChain {
		return nil, fault.New("roster_missing")
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
		return r.Rotate(id, at, said.Rotate.scopes()...)
	case said.Policy != nil:
		return r.SetPolicy(id, said.Policy.Policy, at)
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
