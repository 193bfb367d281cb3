// Package people is what coordinators do with members, communities and chapters: keep, import,
// search, find duplicates, merge, settle conflicts. It may know the store and file formats of lists; it
// never prints, shows or sends anything.
package people

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
	// Reads tells whether this laptop reads what is written for an office alone; nil when it reads all.
	Reads func(office string) bool
	// Author says who works on a laptop, by the roster; nil, or empty texts, when that is not known.
	Author func(device string) Author
}

// Author is the person at a laptop when a change was made there.
type Author struct{ Coordinator, Office string }

// People holds the use cases.
type People struct{ Deps }

// New gives the use cases over an open store.
func New(d Deps) *People { return &People{d} }

func (p *People) reads(office string) bool { return office == "" || p.Reads == nil || p.Reads(office) }

func (p *People) author(device string) Author {
	if p.Author == nil {
		return Author{}
	}
	return p.Author(device)
}
