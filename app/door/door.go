// Package door is what happens at a meeting's doors: scans, walk-ins, undoing, and the attendance that follows
// from them. Facts are only added, never edited. It never prints or shows anything.
package door

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
	// Office gives the id of the office that this laptop works for, which owns what it creates.
	Office func() string
}

// Door holds the use cases.
type Door struct{ Deps }

// New gives the use cases over an open store.
func New(d Deps) *Door { return &Door{d} }
