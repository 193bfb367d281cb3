package roster

import (
	"bytes"
	"crypto/ed25519"
	"slices"
	"strconv"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// rekeyKind is the proof of a new key: signed by it, over whose it becomes.
const rekeyKind = "carnet-rekey-1"

type rekeyProof struct {
	_         struct{} `cbor:",toarray"`
	Network   string
	Device    string
	SignKey   []byte
	Recipient string
}

// next gives the state after one more statement, or says why it is refused. Faults:
// roster_other_network, roster_out_of_order, roster_not_admin, roster_forged, roster_invalid,
// last_admin, and those of an admission.
func (s *State) next(l *link) (*State, error) {
	version := strconv.FormatUint(l.Version, 10)
	switch {
	case l.Network != s.Network:
		return nil, fault.New("roster_other_network", "version", version)
	case l.Version != s.Version+1 || l.Previous != s.Head:
		return nil, fault.New("roster_out_of_order", "version", version)
	}
	key, err := s.speaker(l)
	if err != nil {
		return nil, err
	}
	if err := l.message.Verify(key); err != nil {
		return nil, fault.New("roster_forged", "version", version, "device", l.Author).Because(err)
	}
	n := *s
	n.Version, n.Head = l.Version, l.message.Hash
	if err := n.take(l); err != nil {
		return nil, err
	}
	return &n, nil
}

// speaker finds the key of whoever may say this, and notes its seniority.
func (s *State) speaker(l *link) (ed25519.PublicKey, error) {
	if s.isRecovery(l.Author) && l.Said.recovers() {
		l.byRecovery = true
		return s.recovery.SignKey, nil
	}
	author, known := s.laptops.get(l.Author)
	if !known || author.Revoked || author.Role != Admin && !l.Said.own() {
		return nil, fault.New("roster_not_admin", "version", strconv.FormatUint(l.Version, 10), "device", l.Author)
	}
	l.senior = author.Since
	return author.SignKey, nil
}

func (s *State) take(l *link) error {
	switch said := l.Said; {
	case said.Office != nil:
		return s.open(said.Office)
	case said.Admit != nil:
		return s.admit(said.Admit, l.Author, l.Wall)
	case said.Revoke != nil:
		return s.revoke(said.Revoke, l.tellsSequence())
	case said.Invite != nil:
		return s.invite(*said.Invite, l.Author)
	case said.Void != nil:
		return s.void(said.Void.Invitation)
	case said.Rotate != nil:
		return s.grant(*said.Rotate)
	case said.Policy != nil:
		return s.police(said.Policy)
	case said.Promote != nil:
		before, _ := s.laptops.get(said.Promote.Device)
		l.demotes = before.Role == Admin && said.Promote.Role != Admin
		return s.promote(said.Promote, l.Author, l.Wall)
	case said.Rekey != nil:
		return s.rekey(said.Rekey, l.Author)
	case said.Recovery != nil:
		return s.recover(said.Recovery)
	case said.Grant != nil:
		return s.handOver(said.Grant, l.Author)
	}
	return invalid("founded twice")
}

func invalid(why string) error { return fault.New("roster_invalid", "why", why) }

func (s *State) open(o *opening) error {
	if s.offices.has(o.Office.ID) || !o.Office.sound() {
		return invalid("office")
	}
	s.offices = s.offices.set(o.Office.ID, o.Office)
	return s.grant(o.Keys)
}

func (s *State) admit(a *admission, author string, wall int64) error {
	card := a.Laptop
	if !card.sound() || !s.offices.has(card.Office) || s.taken(card.Device) || s.laptops.size >= maxLaptops {
		return invalid("laptop")
	}
	if a.Invitation != "" {
		if err := s.sit(a.Invitation, card, wall); err != nil {
			return err
		}
	}
	s.enter(card, wall)
	s.inherit(card.Device, author)
	l, _ := s.laptops.get(card.Device)
	return s.settle(l, a.Keys)
}

// enter adds a laptop as it was admitted.
func (s *State) enter(card Card, wall int64) {
	l := Laptop{Card: card, Admitted: s.Version, AdmittedAt: wall, Keys: []HeldKey{{From: 1, SignKey: card.SignKey}}}
	if card.Role == Admin {
		l.Since = s.Version
	}
	s.put(l)
}

// put replaces a laptop, and counts the admins.
func (s *State) put(l Laptop) {
	if before, known := s.laptops.get(l.Device); known && before.Role == Admin && !before.Revoked {
		s.admins--
	}
	if l.Role == Admin && !l.Revoked {
		s.admins++
	}
	s.laptops = s.laptops.set(l.Device, l)
}

// taken tells whether a name is a laptop's, a recovery's, or would be that of a later key of theirs.
func (s *State) taken(device string) bool {
	return s.laptops.has(device) || s.isRecovery(device) || s.former.has(device)
}

// sit uses up an invitation. Faults: invitation_unknown, invitation_used, invitation_expired, invitation_altered.
func (s *State) sit(id string, card Card, wall int64) error {
	seat, known := s.seats.get(id)
	if err := seat.refuses(known, wall); err != nil {
		return err
	}
	if seat.Office != card.Office || seat.Role != card.Role || seat.Coordinator != card.Coordinator {
		return fault.New("invitation_altered")
	}
	seat.Device = card.Device
	s.seats = s.seats.set(id, seat)
	return nil
}

// refuses says why a seat cannot be taken at this time.
func (s Seat) refuses(known bool, wall int64) error {
	switch {
	case !known || s.Void:
		return fault.New("invitation_unknown")
	case s.Device != "":
		return fault.New("invitation_used", "device", s.Device)
	case !s.Open(wall):
		return fault.New("invitation_expired", "expired", s.Until().Format("2006-01-02"))
	}
	return nil
}

func (s *State) revoke(r *revocation, told bool) error {
	laptop, known := s.laptops.get(r.Device)
	if !known || laptop.Revoked {
		return invalid("laptop")
	}
	laptop.Revoked, laptop.Last, laptop.LastTold, laptop.Ends = true, r.Last, told, r.Ends
	if told {
		laptop.LastSeq = r.LastSeq
	}
	s.put(laptop)
	if s.admins == 0 {
		return fault.New("last_admin")
	}
	return s.grant(r.Keys)
}

func (s *State) invite(i Invitation, author string) error {
	if s.seats.has(i.ID) || !s.offices.has(i.Office) || !i.sound() {
		return invalid("invitation")
	}
	s.seats = s.seats.set(i.ID, Seat{Invitation: i, By: author})
	return nil
}

func (s *State) void(id string) error {
	seat, known := s.seats.get(id)
	if !known || seat.Void || seat.Device != "" {
		return invalid("invitation")
	}
	seat.Void = true
	s.seats = s.seats.set(id, seat)
	return nil
}

func (s *State) police(p *policing) error {
	if p.Policy == s.policy {
		return invalid("policy")
	}
	opens := p.Policy.AdminsRead && !s.policy.AdminsRead
	s.policy = p.Policy
	for _, l := range s.laptops.list() {
		if l.Role == Admin && !l.Revoked {
			if l.Lacks = nil; opens {
				l.Lacks = s.officesBut(l.Office)
			}
			s.put(l)
		}
	}
	return s.grant(p.Keys)
}

// officesBut lists all offices but one.
func (s *State) officesBut(own string) (ids []string) {
	for _, o := range s.offices.list() {
		if o.ID != own {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// inherit notes that a new admin lacks the keys that whoever made it one lacks.
func (s *State) inherit(device, author string) {
	l, _ := s.laptops.get(device)
	by, known := s.laptops.get(author)
	if l.Role != Admin || !known {
		return
	}
	l.Lacks = slices.DeleteFunc(slices.Clone(by.Lacks), func(office string) bool { return office == l.Office })
	s.put(l)
}

// promote changes a laptop's role or office. Its age as an admin counts from now when it becomes one.
func (s *State) promote(p *promotion, author string, wall int64) error {
	l, known := s.laptops.get(p.Device)
	if !known || l.Revoked || !IsRole(string(p.Role)) || !s.offices.has(p.Office) || l.Role == p.Role && l.Office == p.Office {
		return invalid("laptop")
	}
	if p.Role != Admin {
		l.Since = 0
	} else if l.Role != Admin {
		l.Since = s.Version
	}
	moved, rises := l.Office != p.Office, p.Role == Admin && l.Role != Admin
	before := l
	l.Role, l.Office = p.Role, p.Office
	l.Placed = append(slices.Clip(l.Placed), s.Head)
	if p.Ends != nil && lowers(&before, &l) {
		l.Lowered = append(slices.Clip(l.Lowered), Lowering{Version: s.Version, By: s.Head, At: wall, Ends: p.Ends})
	}
	if l.Role != Admin {
		l.Lacks = nil
	}
	s.put(l)
	if rises {
		s.inherit(l.Device, author)
		l, _ = s.laptops.get(l.Device)
	}
	switch {
	case s.admins == 0:
		return fault.New("last_admin")
	case moved:
		return s.settle(l, p.Keys)
	}
	return s.grant(p.Keys)
}

// settle takes the keys of a laptop that comes to an office. When the office gets a new one for it,
// whoever let it in did not hold the old ones.
func (s *State) settle(l Laptop, g grants) error {
	l.Wanting = s.FirstKey(l.Office) != "" && slices.ContainsFunc(g.New, func(k newID) bool { return k.Scope == l.Office })
	s.put(l)
	return s.grant(g)
}

func (s *State) rekey(r *rekeying, author string) error {
	l, _ := s.laptops.get(r.Device)
	if r.Device != author || !keysSound(r.SignKey, r.Recipient) || s.taken(signed.DeviceOf(r.SignKey)) ||
		r.Last+1 < l.Keys[len(l.Keys)-1].From || r.Last+1 == 0 {
		return invalid("laptop")
	}
	proof, err := signed.Parse(rekeyKind, r.Proof, maxProof)
	want := signed.Encode(rekeyProof{Network: s.Network, Device: r.Device, SignKey: r.SignKey, Recipient: r.Recipient})
	if err != nil || !bytes.Equal(proof.Payload, want) || proof.Verify(r.SignKey) != nil {
		return invalid("proof")
	}
	l.SignKey, l.Recipient = r.SignKey, r.Recipient
	s.former = s.former.set(signed.DeviceOf(r.SignKey), true)
	l.Keys = append(slices.Clip(l.Keys), HeldKey{From: r.Last + 1, SignKey: r.SignKey})
	return s.volunteer(l, r.Keys)
}

const maxProof = 1 << 10

func (s *State) handOver(h *handingOver, author string) error {
	to, known := s.laptops.get(h.Device)
	if (!known || to.Revoked) && !s.isRecovery(h.Device) || len(h.Keys.Boxes) != 1 || h.Keys.Boxes[0].Device != h.Device {
		return invalid("laptop")
	}
	l, _ := s.laptops.get(author)
	if known && h.Device != author {
		to.Wanting = to.Wanting && to.Office != l.Office
		to.Lacks = slices.DeleteFunc(slices.Clone(to.Lacks), func(office string) bool { return office == l.Office })
		s.put(to)
	}
	return s.volunteer(l, h.Keys)
}

// volunteer takes what a laptop of any role may say. It brings no new keys into use, and one that
// is no admin cannot make the chain grow for ever.
func (s *State) volunteer(l Laptop, g grants) error {
	if l.Role != Admin {
		l.said++
	}
	if len(g.New) > 0 || l.said > maxOwn {
		return invalid("keys")
	}
	s.put(l)
	return s.grant(g)
}

func (s *State) recover(r *recovering) error {
	if !r.Card.sound() || s.taken(r.Card.Device()) {
		return invalid("recovery")
	}
	if before, there := s.Recovery(); there {
		s.former = s.former.set(before.Device(), true)
	}
	s.recovery = r.Card
	return s.grant(r.Keys)
}

// grant notes which keys are new; what is in the boxes only their owners learn.
func (s *State) grant(g grants) error {
	if len(g.New) > maxKeys || len(g.Boxes) > maxLaptops+1 {
		return invalid("keys")
	}
	for _, k := range g.New {
		if k.Scope != "" && !s.offices.has(k.Scope) || len(k.ID) != keyIDLength {
			return invalid("keys")
		}
		keys, _ := s.scopes.get(k.Scope)
		if keys.first == "" {
			keys.first = k.ID
		}
		keys.current = k.ID
		s.scopes = s.scopes.set(k.Scope, keys)
	}
	for _, b := range g.Boxes {
		if !s.laptops.has(b.Device) && !s.isRecovery(b.Device) {
			return invalid("keys")
		}
	}
	return nil
}
