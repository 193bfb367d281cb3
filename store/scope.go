package store

// SetScopeKey makes the leaves of a scope's changes with this key, which is its blinding key and opens nothing. It is kept in
// the store; to say it again changes nothing.
func (s *Store) SetScopeKey(scope string, key [32]byte) error { return nil }

// SumOf gives the sum of these edits' changes; false when the key of one of their scopes is not here.
func (s *Store) SumOf(edits []Edit) (Sum, bool) { return Sum{}, false }

// SetShareCard says whether the network shares the cards of members: names, role, community, chapters. If it does not, only which
// office a member belongs to, and that a member was deleted, is for all. It holds for what is written from now on.
func (s *Store) SetShareCard(share bool) error { return nil }

// SharesCard tells what SetShareCard said last; true when it never did.
func (s *Store) SharesCard() bool { return true }

// IsPrivate tells whether changes of this field are for one office alone.
func IsPrivate(kind Kind, field string, shareCard bool) bool { return false }
