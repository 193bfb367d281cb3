package roster

import (
	"slices"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Founder is what begins a network.
type Founder struct {
	Name        string // of the network
	Office      Office
	Coordinator string
}

// Found begins a network with its first office, and this laptop as its first admin.
func Found(id *signed.Identity, f Founder, at time.Time) (*Roster, Recovery, error) {
	first := Laptop{Card: Card{Device: id.Device(), SignKey: id.SignKey(), Recipient: id.Recipient(),
		Office: f.Office.ID, Role: Admin, Coordinator: f.Coordinator}}
	keys := []Key{newKey(""), newKey(f.Office.ID)}
	granted, err := give(keys, keys, []Laptop{first})
	if err != nil {
		return nil, Recovery{}, err
	}
	r, err := begin(id.Sign(Kind, signed.Encode(statement{Version: 1, Author: id.Device(), Wall: at.UnixMilli(),
		Said: saying{Found: &founding{Name: f.Name, Office: f.Office, Laptop: first.Card, Keys: granted}}})))
	return r, NewRecovery(), err
}

// say signs one more thing on top of the chain and appends it, so that what others would refuse
// is refused here first. It gives the statement's bytes.
func (r *Roster) say(id *signed.Identity, said saying, at time.Time) ([]byte, error) {
	s := r.State()
	data := id.Sign(Kind, signed.Encode(statement{Network: s.Network, Version: s.Version + 1, Previous: s.Head,
		Author: id.Device(), Wall: at.UnixMilli(), Said: said}))
	if len(data) > MaxStatement {
		return nil, fault.New("roster_full")
	}
	return data, r.Append(data)
}

// AddOffice opens an office and gives its key to the admins.
func (r *Roster) AddOffice(id *signed.Identity, o Office, at time.Time) ([]byte, error) {
	key := newKey(o.ID)
	granted, err := give([]Key{key}, []Key{key}, r.State().Laptops())
	if err != nil {
		return nil, err
	}
	return r.say(id, saying{Office: &opening{Office: o, Keys: granted}}, at)
}

// Invite opens a seat.
func (r *Roster) Invite(id *signed.Identity, i Invitation, at time.Time) ([]byte, error) {
	return r.say(id, saying{Invite: &i}, at)
}

// Withdraw closes a seat that nobody took. Fault invitation_unknown or invitation_used.
func (r *Roster) Withdraw(id *signed.Identity, invitation string, at time.Time) ([]byte, error) {
	if seat, known := r.State().Seat(invitation); !known || seat.Void {
		return nil, fault.New("invitation_unknown")
	} else if seat.Device != "" {
		return nil, fault.New("invitation_used", "device", seat.Device)
	}
	return r.say(id, saying{Void: &voiding{Invitation: invitation}}, at)
}

// Admit lets a laptop in, on an invitation or (empty) by hand, with every key that its office may hold.
func (r *Roster) Admit(id *signed.Identity, card Card, invitation string, at time.Time) ([]byte, error) {
	if !card.sound() {
		return nil, invalid("laptop")
	}
	granted, err := give(r.KeysFor(id).all(), nil, []Laptop{{Card: card}})
	if err != nil {
		return nil, err
	}
	return r.say(id, saying{Admit: &admission{Laptop: card, Invitation: invitation, Keys: granted}}, at)
}

// Revoke shuts a laptop out after its delta number last, whose last change has the sequence lastSeq, and gives all others new keys. Faults:
// unknown_laptop, last_admin.
func (r *Roster) Revoke(id *signed.Identity, device string, last, lastSeq uint64, at time.Time) ([]byte, error) {
	if l, known := r.State().Laptop(device); !known || l.Revoked {
		return nil, fault.New("unknown_laptop", "device", device)
	}
	granted, err := r.renew(device)
	if err != nil {
		return nil, err
	}
	return r.say(id, saying{Revoke: &revocation{Device: device, Last: last, Keys: granted}}, at)
}

// Rotate gives new keys for these scopes, or for all when none is named, to all who may hold them.
func (r *Roster) Rotate(id *signed.Identity, at time.Time, scopes ...string) ([]byte, error) {
	granted, err := r.renew("")
	if err != nil {
		return nil, err
	}
	return r.say(id, saying{Rotate: &granted}, at)
}

// renew makes a new key for every scope and gives them to all laptops but one.
func (r *Roster) renew(but string) (grants, error) {
	s := r.State()
	keys := []Key{newKey("")}
	for _, o := range s.Offices() {
		keys = append(keys, newKey(o.ID))
	}
	to := slices.DeleteFunc(s.Laptops(), func(l Laptop) bool { return l.Device == but })
	return give(keys, keys, to)
}

// Lost lists the statements of this laptop that another admin's won against.
func (r *Roster) Lost(device string) []signed.Hash {
	var lost []signed.Hash
	for h, l := range r.side {
		if l.Author == device && l.Version <= r.State().Version {
			lost = append(lost, h)
		}
	}
	slices.SortFunc(lost, func(a, b signed.Hash) int { return int(r.side[a].Version) - int(r.side[b].Version) })
	return lost
}

// Reissue says a lost statement once more on top of the present chain. Keys are wrapped anew, for
// the laptops of today. What has become pointless or forbidden is refused like any statement.
func (r *Roster) Reissue(id *signed.Identity, lost signed.Hash, at time.Time) ([]byte, error) {
	l, known := r.side[lost]
	if !known {
		return nil, fault.New("roster_missing")
	}
	switch said := l.Said; {
	case said.Office != nil:
		return r.AddOffice(id, said.Office.Office, at)
	case said.Admit != nil:
		return r.Admit(id, said.Admit.Laptop, said.Admit.Invitation, at)
	case said.Revoke != nil:
		return r.Revoke(id, said.Revoke.Device, said.Revoke.Last, 0, at)
	case said.Rotate != nil:
		return r.Rotate(id, at)
	}
	return r.say(id, l.Said, at)
}
