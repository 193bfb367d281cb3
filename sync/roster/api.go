package roster

import (
	"crypto/ed25519"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Policy is what the network's laptops agree on.
type Policy struct {
	_          struct{} `cbor:",toarray"`
	ShareCard  bool     // other offices see a member's shared card
	AdminsRead bool     // admins hold the keys of every office
}

// Policy tells the policy in force; until somebody says otherwise, cards are shared and admins read all.
func (s *State) Policy() Policy { return Policy{ShareCard: true, AdminsRead: true} }

// Recovery gives the card of the recovery in force; false when the network has none.
func (s *State) Recovery() (RecoveryCard, bool) { return RecoveryCard{}, false }

// Entitled tells whether a laptop, or the recovery, may hold the keys of a scope.
func (s *State) Entitled(device, scope string) bool {
	return s.laptops[device].entitled(scope)
}

// SignKey is the key that signs a laptop's delta of this number.
func (s *State) SignKey(device string, number uint64) (ed25519.PublicKey, bool) {
	l, known := s.laptops[device]
	return l.SignKey, known
}

// FirstKey is the id of the first key that a scope ever had.
func (s *State) FirstKey(scope string) string { return s.current[scope] }

// At gives the state after a statement of the chain; false when it is not in the chain.
func (r *Roster) At(head signed.Short) (*State, bool) {
	for _, l := range r.chain {
		if signed.ShortOf(l.message.Hash) == head {
			return l.state, true
		}
	}
	return nil, false
}

// Promote gives a laptop another role or office. Faults: unknown_laptop, last_admin, unknown_office.
func (r *Roster) Promote(id *signed.Identity, device string, role Role, office string, at time.Time) ([]byte, error) {
	return nil, fault.New("roster_newer")
}

// SetPolicy changes the policy; when admins lose their reading of offices, those get new keys.
func (r *Roster) SetPolicy(id *signed.Identity, p Policy, at time.Time) ([]byte, error) {
	return nil, fault.New("roster_newer")
}

// SetRecovery sets the recovery's card, or replaces it.
func (r *Roster) SetRecovery(id *signed.Identity, fresh Recovery, at time.Time) ([]byte, error) {
	return nil, fault.New("roster_newer")
}

// Rekey gives this laptop the new keys of fresh, which is id.Rekeyed(); last is the number of its
// last delta under the old key.
func (r *Roster) Rekey(id, fresh *signed.Identity, last uint64, at time.Time) ([]byte, error) {
	return nil, fault.New("roster_newer")
}

// Grant hands on the keys that this laptop holds to another that is entitled to them and may lack
// them, as where admins do not read.
func (r *Roster) Grant(id *signed.Identity, device string, at time.Time) ([]byte, error) {
	return nil, fault.New("roster_newer")
}
