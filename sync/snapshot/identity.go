package snapshot

import "example.org/carnet/sync/signed"

// Identity is what makes a laptop itself; see package signed, which keeps it.
type Identity = signed.Identity

// NewIdentity makes a laptop that nobody knows yet.
func NewIdentity() (*Identity, error) { return signed.NewIdentity() }

// ParseIdentity reads what Identity.Marshal wrote. Fault identity_unreadable.
func ParseIdentity(data []byte) (*Identity, error) { return signed.ParseIdentity(data) }
