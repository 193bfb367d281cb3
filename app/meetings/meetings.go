// Package meetings is what coordinators do with meetings: plan, move, cancel, and read their local time in
// every zone. Zone data is embedded here and is the only source of local times in Carnet; the machine's
// own is never asked. It never prints or sends anything.
package meetings

import (
	"time"

	"example.org/carnet/store"
)

// Deps is what the use cases stand on.
type Deps struct {
	Store *store.Store
	Now   func() time.Time
	// May tells whether this laptop's role lets it write records of the kind: nil, or the fault role_forbids.
	May func(kind store.Kind) error
}

// Meetings holds the use cases.
type Meetings struct{ Deps }

// New gives the use cases over an open store.
func New(d Deps) *Meetings { return &Meetings{d} }

// ComingCount gives the number of meetings that have not ended.
func (m *Meetings) ComingCount() int { panic("skeleton") }
