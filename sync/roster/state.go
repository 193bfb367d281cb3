package roster

import (
	"crypto/ed25519"

	"example.org/carnet/sync/signed"
)

// Laptop is one installation and where it stands.
type Laptop struct {
	Card
	Revoked    bool
	Last       uint64 // of a revoked laptop: number of its last delta that counts
	LastSeq    uint64 // and sequence of the last change in it; 0 when nothing counts
	LastTold   bool   // the revocation tells that sequence; one of the first version does not
	Ends       []End  // of a revoked laptop: all that count, with their hashes; nil where the revocation is of a version that tells none
	Lowered    []Lowering
	Placed     []signed.Hash // the statements that gave it another role or office
	Admitted   uint64        // version of the roster that admitted it
	AdmittedAt int64         // milliseconds since 1970 UTC by the clock of who admitted it
	Since      uint64        // version of the roster that made it an admin; of others 0
	Keys       []HeldKey     // every signing key that it ever had, the first one first
	Wanting    bool          // it came to its office by an admin who does not read it: another of the office is to Grant it the old keys
	Lacks      []string      // of an admin: offices whose old keys it may not hold though admins read; their laptops are to Grant it those
	said       int           // statements of its own, while it was no admin
}

// HeldKey is a signing key, and the number of the first delta that it signs.
type HeldKey struct {
	From    uint64
	SignKey ed25519.PublicKey
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

// State is what the chain says up to one version. It never changes; a later version is another
// State, which shares all but what was said with this one.
type State struct {
	Network  string // id
	Name     string
	Founding signed.Hash
	Version  uint64
	Head     signed.Hash

	offices  table[Office]
	laptops  table[Laptop]
	seats    table[Seat]
	scopes   table[scope]
	former   table[bool]  // names that keys after a first one would have; nobody else may come by them
	recovery RecoveryCard // without a key while the network has none
	policy   Policy
	admins   int // that are not revoked
}

// scope is what there is to know of a scope's keys without holding one.
type scope struct{ first, current string }

// Laptop finds a laptop by name, revoked ones too.
func (s *State) Laptop(device string) (Laptop, bool) { return s.laptops.get(device) }

// Laptops lists all laptops in the order of their names. The recovery is none.
func (s *State) Laptops() []Laptop { return s.laptops.list() }

// Office finds an office by id.
func (s *State) Office(id string) (Office, bool) { return s.offices.get(id) }

// Offices lists the offices in the order of their ids.
func (s *State) Offices() []Office { return s.offices.list() }

// Seat finds an invitation by id.
func (s *State) Seat(id string) (Seat, bool) { return s.seats.get(id) }

// Seats lists the invitations in the order of their ids.
func (s *State) Seats() []Seat { return s.seats.list() }

// CurrentKey is the id of the key in use for a scope: an office's id, or "" for the whole network. It
// is empty for an office that was opened while admins do not read, and has no laptop yet.
func (s *State) CurrentKey(of string) string { k, _ := s.scopes.get(of); return k.current }

// FirstKey is the id of the first key that a scope ever had.
func (s *State) FirstKey(of string) string { k, _ := s.scopes.get(of); return k.first }

// Policy tells the policy in force; until somebody says otherwise, cards are shared and admins read all.
func (s *State) Policy() Policy { return s.policy }

// Recovery gives the card of the recovery in force; false when the network has none.
func (s *State) Recovery() (RecoveryCard, bool) { return s.recovery, len(s.recovery.SignKey) > 0 }

// SignKey is the key that signs a laptop's delta of this number, whatever the laptop's key is today.
func (s *State) SignKey(device string, number uint64) (ed25519.PublicKey, bool) {
	l, known := s.laptops.get(device)
	if !known {
		return nil, false
	}
	key := l.Keys[0].SignKey
	for _, k := range l.Keys[1:] {
		if number >= k.From {
			key = k.SignKey
		}
	}
	return key, true
}

// Entitled tells whether a laptop, or the recovery, may hold the keys of a scope.
func (s *State) Entitled(device, of string) bool {
	if s.isRecovery(device) {
		return true
	}
	l, known := s.laptops.get(device)
	return known && !l.Revoked && (of == "" || l.Office == of || l.Role == Admin && s.policy.AdminsRead)
}

func (s *State) isRecovery(device string) bool {
	card, there := s.Recovery()
	return there && card.Device() == device
}

// Takeable says why an invitation cannot be accepted at this time. Faults: invitation_unknown,
// invitation_used, invitation_expired.
func (s *State) Takeable(id string, wall int64) error {
	seat, known := s.seats.get(id)
	return seat.refuses(known, wall)
}
