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

// Found begins a network with its first office, this laptop as its first admin, and a recovery,
// whose words are to be written on paper now: nobody can show them again.
func Found(id *signed.Identity, f Founder, at time.Time) (*Roster, Recovery, error) {
	recovery := NewRecovery()
	card, err := recovery.card()
	if err != nil {
		return nil, Recovery{}, err
	}
	said := &founding{Name: f.Name, Office: f.Office, Recovery: card, Laptop: Card{Device: id.Device(), SignKey: id.SignKey(),
		Recipient: id.Recipient(), Office: f.Office.ID, Role: Admin, Coordinator: f.Coordinator}}
	s, err := said.state(signed.Hash{})
	if err != nil {
		return nil, Recovery{}, err
	}
	if said.Keys, err = s.give([]Key{newKey(""), newKey(f.Office.ID)}, nil); err != nil {
		return nil, Recovery{}, err
	}
	r, err := begin(id.Sign(Kind, signed.Encode(statement{Version: 1, Author: id.Device(), Wall: at.UnixMilli(), Said: saying{Found: said}})))
	return r, recovery, err
}

// say signs one more thing on top of the chain and appends it, so that what others would refuse
// is refused here first. It gives the statement's bytes.
func (r *Roster) say(id *signed.Identity, said saying, at time.Time) ([]byte, error) {
	s, author := r.State(), id
	if l, known := s.Laptop(id.Device()); known {
		if holding, has := id.Holding(l.SignKey); has {
			author = holding
		}
	}
	statement := statement{Network: s.Network, Version: s.Version + 1, Previous: s.Head, Author: id.Device(), Wall: at.UnixMilli(), Said: said}
	data := author.Sign(statement.encode())
	if len(data) > MaxStatement {
		return nil, fault.New("roster_full")
	}
	if err := r.Append(data); err != nil {
		return nil, err
	}
	if l := r.known[signed.HashOf(data)]; !l.inChain {
		// Somebody revoked this laptop in a branch that lost: what it says elsewhere counts no more.
		r.forget(l)
		return nil, fault.New("roster_not_admin", "device", id.Device())
	}
	return data, nil
}

// AddOffice opens an office and gives its key to those who may hold it.
func (r *Roster) AddOffice(id *signed.Identity, o Office, at time.Time) ([]byte, error) {
	return r.addOffice(id, o, newKey(o.ID), at)
}

func (r *Roster) addOffice(id *signed.Identity, o Office, key Key, at time.Time) ([]byte, error) {
	granted, err := r.State().give([]Key{key}, nil)
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

// Admit lets a laptop in, on an invitation or (empty) by hand, with every key that it may hold and
// that whoever admits it holds. Where that is not its office's key, the office gets a new one.
func (r *Roster) Admit(id *signed.Identity, card Card, invitation string, at time.Time) ([]byte, error) {
	if !card.sound() {
		return nil, invalid("laptop")
	}
	after := *r.State()
	after.enter(card, at.UnixMilli())
	granted, err := r.welcome(id, &after, card.Device, card.Office)
	if err != nil {
		return nil, err
	}
	return r.say(id, saying{Admit: &admission{Laptop: card, Invitation: invitation, Keys: granted}}, at)
}

// welcome gives a newcomer what it may hold, once the state is after; anew are scopes that need a
// new key in any case.
func (r *Roster) welcome(id *signed.Identity, after *State, newcomer, office string, anew ...string) (grants, error) {
	ring := r.KeysFor(id)
	if _, held := ring.Find(after.CurrentKey(office)); !held && !slices.Contains(anew, office) {
		anew = append(anew, office)
	}
	return after.give(newKeys(anew), ring.all(), newcomer)
}

func newKeys(scopes []string) []Key {
	keys := make([]Key, 0, len(scopes))
	for _, scope := range scopes {
		keys = append(keys, newKey(scope))
	}
	return keys
}

// Promote gives a laptop another role or office, with the keys that go with it. What it may no
// longer read gets new keys. Where it may write less, that holds for all but its deltas up to ends.
// Faults: unknown_laptop, unknown_office, last_admin.
func (r *Roster) Promote(id *signed.Identity, device string, role Role, office string, at time.Time, ends ...End) ([]byte, error) {
	return r.promote(id, promotion{Device: device, Role: role, Office: office, Ends: ordered(ends)}, at)
}

func (r *Roster) promote(id *signed.Identity, said promotion, at time.Time) ([]byte, error) {
	device, role, office := said.Device, said.Role, said.Office
	s := r.State()
	l, known := s.Laptop(device)
	if !known || l.Revoked {
		return nil, fault.New("unknown_laptop", "device", device)
	}
	if !s.offices.has(office) {
		return nil, fault.New("unknown_office", "office", office)
	}
	after := *s
	l.Role, l.Office = role, office
	after.put(l)
	var err error
	if said.Keys, err = r.welcome(id, &after, device, office, s.lostTo(device, &after)...); err != nil {
		return nil, err
	}
	return r.say(id, saying{Promote: &said}, at)
}

// lostTo lists the scopes that a laptop may read now and no more in a state to come.
func (s *State) lostTo(device string, after *State) []string {
	var lost []string
	for _, of := range s.scopeIDs() {
		if s.Entitled(device, of) && !after.Entitled(device, of) {
			lost = append(lost, of)
		}
	}
	return lost
}

// scopeIDs lists all scopes: the network and each office.
func (s *State) scopeIDs() []string {
	ids := []string{""}
	for o := range s.offices.all() {
		ids = append(ids, o.ID)
	}
	return ids
}

// Revoke shuts a laptop out after these ends of its chain, none where nothing of it counts, and gives all
// others new keys for what it could read. Faults: unknown_laptop, last_admin.
func (r *Roster) Revoke(id *signed.Identity, device string, at time.Time, ends ...End) ([]byte, error) {
	last := lastOf(ends)
	return r.revoke(id, revocation{Device: device, Last: last.Number, LastSeq: last.LastSeq, Ends: ordered(ends)}, at)
}

func (r *Roster) revoke(id *signed.Identity, said revocation, at time.Time) ([]byte, error) {
	s := r.State()
	l, known := s.Laptop(said.Device)
	if !known || l.Revoked {
		return nil, fault.New("unknown_laptop", "device", said.Device)
	}
	after := *s
	l.Revoked = true
	after.put(l)
	var err error
	if said.Keys, err = after.give(newKeys(s.lostTo(said.Device, &after)), nil); err != nil {
		return nil, err
	}
	return r.say(id, saying{Revoke: &said}, at)
}

// Rotate gives new keys for these scopes, or for all when none is named, to all who may hold them.
func (r *Roster) Rotate(id *signed.Identity, at time.Time, scopes ...string) ([]byte, error) {
	if len(scopes) == 0 {
		scopes = r.State().scopeIDs()
	}
	return r.rotate(id, at, scopes)
}

func (r *Roster) rotate(id *signed.Identity, at time.Time, scopes []string) ([]byte, error) {
	granted, err := r.State().give(newKeys(scopes), nil)
	if err != nil {
		return nil, err
	}
	return r.say(id, saying{Rotate: &granted}, at)
}

// SetPolicy changes the policy. When it changes who may read the offices, each gets a new key: the
// old ones do not serve what is written from then on. Fault roster_invalid when nothing changes.
func (r *Roster) SetPolicy(id *signed.Identity, p Policy, at time.Time) ([]byte, error) {
	s := r.State()
	after := *s
	after.policy = p
	var fresh []Key
	if p.AdminsRead != s.policy.AdminsRead {
		fresh = newKeys(s.scopeIDs()[1:])
	}
	granted, err := after.give(fresh, nil)
	if err != nil {
		return nil, err
	}
	return r.say(id, saying{Policy: &policing{Policy: p, Keys: granted}}, at)
}

// SetRecovery sets the recovery of a network that has none, or puts another in its place. Said with
// the recovery that is replaced, it also shuts that one out, wherever else it spoke. Said by an
// admin it does not: it is for a paper that was lost, not for one that was stolen.
func (r *Roster) SetRecovery(id *signed.Identity, fresh Recovery, at time.Time) ([]byte, error) {
	card, err := fresh.card()
	if err != nil {
		return nil, err
	}
	return r.setRecovery(id, card, at)
}

func (r *Roster) setRecovery(id *signed.Identity, card RecoveryCard, at time.Time) ([]byte, error) {
	after := *r.State()
	after.recovery = card
	granted, err := after.give(nil, r.KeysFor(id).all(), card.Device())
	if err != nil {
		return nil, err
	}
	return r.say(id, saying{Recovery: &recovering{Card: card, Keys: granted}}, at)
}

// Rekey gives this laptop the keys of fresh, which is id.Rekeyed(); last is the number of its last
// delta under the old key. The laptop signs later deltas with fresh from then on, also while this
// statement waits to be said again.
func (r *Roster) Rekey(id, fresh *signed.Identity, last uint64, at time.Time) ([]byte, error) {
	said := rekeying{Device: id.Device(), Last: last, SignKey: fresh.SignKey(), Recipient: fresh.Recipient()}
	said.Proof = fresh.Sign(rekeyKind, signed.Encode(rekeyProof{Network: r.State().Network, Device: said.Device,
		SignKey: said.SignKey, Recipient: said.Recipient}))
	return r.rekey(id, said, at)
}

func (r *Roster) rekey(id *signed.Identity, said rekeying, at time.Time) ([]byte, error) {
	after := *r.State()
	l, known := after.Laptop(said.Device)
	if !known || l.Revoked {
		return nil, fault.New("unknown_laptop", "device", said.Device)
	}
	l.Recipient = said.Recipient
	after.put(l)
	var err error
	if said.Keys, err = after.give(nil, r.KeysFor(id).all(), said.Device); err != nil {
		return nil, err
	}
	return r.say(id, saying{Rekey: &said}, at)
}

// Grant hands on the keys that this laptop holds to another, or to the recovery, that may hold them
// and may lack them, as where admins do not read. Faults: unknown_laptop, roster_invalid.
func (r *Roster) Grant(id *signed.Identity, device string, at time.Time) ([]byte, error) {
	s := r.State()
	if l, known := s.Laptop(device); (!known || l.Revoked) && !s.isRecovery(device) {
		return nil, fault.New("unknown_laptop", "device", device)
	}
	granted, err := s.give(nil, r.KeysFor(id).all(), device)
	if err != nil {
		return nil, err
	}
	return r.say(id, saying{Grant: &handingOver{Device: device, Keys: granted}}, at)
}
