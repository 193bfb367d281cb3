package roster

import (
	"maps"
	"slices"
	"strconv"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Laptop is one installation and where it stands.
type Laptop struct {
	Card
	Revoked  bool
	Last     uint64 // of a revoked laptop: number of its last delta that counts
	LastSeq  uint64 // and sequence of the last change in it; 0 when the revocation is of the first version
	Admitted uint64 // version of the roster that admitted it
}

// Seat is an invitation and what became of it.
type Seat struct {
	Invitation
	By     string // device of the admin who invited
	Device string // who took the seat; empty while it is open
	Void   bool
}

// Open tells whether the seat may still be taken at this time.
func (s Seat) Open(wallMillis int64) bool {
	return !s.Void && s.Device == "" && wallMillis <= s.Expires
}

// State is what the chain says up to one version. It never changes; a later version is another State.
type State struct {
	Network  string // id
	Name     string
	Founding signed.Hash
	Version  uint64
	Head     signed.Hash

	offices map[string]Office
	laptops map[string]Laptop
	seats   map[string]Seat
	current map[string]string // scope -> id of the key in use
}

// Laptop finds a laptop by name, revoked ones too.
func (s *State) Laptop(device string) (Laptop, bool) { l, ok := s.laptops[device]; return l, ok }

// Laptops lists all laptops in the order of their names.
func (s *State) Laptops() []Laptop { return sorted(s.laptops) }

// Office finds an office by id.
func (s *State) Office(id string) (Office, bool) { o, ok := s.offices[id]; return o, ok }

// Offices lists the offices in the order of their ids.
func (s *State) Offices() []Office { return sorted(s.offices) }

// Seat finds an invitation by id.
func (s *State) Seat(id string) (Seat, bool) { i, ok := s.seats[id]; return i, ok }

// Seats lists the invitations in the order of their ids.
func (s *State) Seats() []Seat { return sorted(s.seats) }

// CurrentKey is the id of the key in use for a scope: an office's id, or "" for the whole network.
func (s *State) CurrentKey(scope string) string { return s.current[scope] }

func sorted[T any](m map[string]T) []T {
	list := make([]T, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, m[key])
	}
	return list
}

// entitled tells whether a laptop may hold the keys of a scope.
func (l Laptop) entitled(scope string) bool {
	return !l.Revoked && (scope == "" || l.Office == scope || l.Role == Admin)
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
	author, known := s.laptops[l.Author]
	if !known || author.Revoked || author.Role != Admin {
		return nil, fault.New("roster_not_admin", "version", version, "device", l.Author)
	}
	if err := l.message.Verify(author.SignKey); err != nil {
		return nil, fault.New("roster_forged", "version", version, "device", l.Author).Because(err)
	}
	n := &State{Network: s.Network, Name: s.Name, Founding: s.Founding, Version: l.Version, Head: l.message.Hash,
		offices: maps.Clone(s.offices), laptops: maps.Clone(s.laptops), seats: maps.Clone(s.seats), current: maps.Clone(s.current)}
	if err := n.take(l); err != nil {
		return nil, err
	}
	return n, nil
}

func (s *State) take(l *link) error {
	switch said := l.Said; {
	case said.Office != nil:
		return s.open(said.Office)
	case said.Admit != nil:
		return s.admit(said.Admit, l.Wall)
	case said.Revoke != nil:
		return s.revoke(said.Revoke)
	case said.Invite != nil:
		return s.invite(*said.Invite, l.Author)
	case said.Void != nil:
		return s.void(said.Void.Invitation)
	case said.Rotate != nil:
		return s.grant(*said.Rotate)
	}
	return invalid("founded twice")
}

func invalid(why string) error { return fault.New("roster_invalid", "why", why) }

func (s *State) open(o *opening) error {
	if _, exists := s.offices[o.Office.ID]; exists || !o.Office.sound() {
		return invalid("office")
	}
	s.offices[o.Office.ID] = o.Office
	return s.grant(o.Keys)
}

func (s *State) admit(a *admission, wall int64) error {
	card := a.Laptop
	_, officeExists := s.offices[card.Office]
	_, laptopExists := s.laptops[card.Device]
	if !card.sound() || !officeExists || laptopExists || len(s.laptops) >= maxLaptops {
		return invalid("laptop")
	}
	if a.Invitation != "" {
		if err := s.sit(a.Invitation, card, wall); err != nil {
			return err
		}
	}
	s.laptops[card.Device] = Laptop{Card: card, Admitted: s.Version}
	return s.grant(a.Keys)
}

// sit uses up an invitation. Faults: invitation_unknown, invitation_used, invitation_expired, invitation_altered.
func (s *State) sit(id string, card Card, wall int64) error {
	seat, known := s.seats[id]
	if err := seat.refuses(known, wall); err != nil {
		return err
	}
	if seat.Office != card.Office || seat.Role != card.Role || seat.Coordinator != card.Coordinator {
		return fault.New("invitation_altered")
	}
	seat.Device = card.Device
	s.seats[id] = seat
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

// Takeable says why an invitation cannot be accepted at this time. Faults: invitation_unknown,
// invitation_used, invitation_expired.
func (s *State) Takeable(id string, wall int64) error {
	seat, known := s.seats[id]
	return seat.refuses(known, wall)
}

func (s *State) revoke(r *revocation) error {
	laptop, known := s.laptops[r.Device]
	if !known || laptop.Revoked {
		return invalid("laptop")
	}
	laptop.Revoked, laptop.Last = true, r.Last
	s.laptops[r.Device] = laptop
	if s.admins() == 0 {
		return fault.New("last_admin")
	}
	return s.grant(r.Keys)
}

func (s *State) admins() int {
	count := 0
	for _, l := range s.laptops {
		if l.Role == Admin && !l.Revoked {
			count++
		}
	}
	return count
}

func (s *State) invite(i Invitation, author string) error {
	_, officeExists := s.offices[i.Office]
	if _, exists := s.seats[i.ID]; exists || !officeExists || !i.sound() {
		return invalid("invitation")
	}
	s.seats[i.ID] = Seat{Invitation: i, By: author}
	return nil
}

func (s *State) void(id string) error {
	seat, known := s.seats[id]
	if !known || seat.Void || seat.Device != "" {
		return invalid("invitation")
	}
	seat.Void = true
	s.seats[id] = seat
	return nil
}

// grant notes which keys are new; what is in the boxes only their owners learn.
func (s *State) grant(g grants) error {
	if len(g.New) > maxKeys || len(g.Boxes) > maxLaptops {
		return invalid("keys")
	}
	for _, k := range g.New {
		if _, exists := s.offices[k.Scope]; k.Scope != "" && !exists || len(k.ID) != keyIDLength {
			return invalid("keys")
		}
		s.current[k.Scope] = k.ID
	}
	for _, b := range g.Boxes {
		if _, known := s.laptops[b.Device]; !known {
			return invalid("keys")
		}
	}
	return nil
}
