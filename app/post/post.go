// Package post is how a network writes to its members: what is said, to whom, and what became of every message. It queues mail
// in the store, composes it, and hands it to a server by the laptop that queued it. It may know records, templates, consent and
// the mail protocol (app/post/smtp); it never knows buckets or screens, and never sends a message twice by itself.
package post

import (
	"context"
	"sync"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
	"example.org/carnet/store/strongbox"
)

// Claims is how laptops agree which of them does what must be done once. See sync/claims.go.
type Claims interface {
	// Claim asks for the sole right to do what name stands for. first is the own change by which others learn that there is
	// something to be done; 0 when they may know already.
	Claim(ctx context.Context, name string, first uint64) (won bool, others []string, err error)
	// Say asks for the sole right to say what task stands for to the people in whom. taken tells of whom others reached for too, with
	// which mailings; an empty text for one that cannot be known. See sync/sayings.go.
	Say(ctx context.Context, task, of, part string, whom []string, first uint64) (taken map[string][]string, err error)
}

// Deps is what the use cases stand on.
type Deps struct {
	Store    *store.Store
	Box      *strongbox.Box
	People   *people.People
	Meetings *meetings.Meetings
	Now      func() time.Time
	// May tells whether this laptop's role lets it write records of the kind: nil, or the fault role_forbids.
	May func(kind store.Kind) error
	// Office gives the id of the office that this laptop works for, Device its own name.
	Office func() string
	Device func() string
	// Network gives the network's id and name, OfficeName the name of an office.
	Network    func() (id, name string)
	OfficeName func(id string) string
	Claims     Claims
	// Registered gives the members who are to come to a meeting, a series or a programme; nil takes those approved for it.
	Registered func(of string) ([]string, error)
	// Eligible gives the members who may come to a meeting or series; nil takes its chapter's, by the audience.
	Eligible func(of string) ([]string, error)
	// Occasion gives what there is to say of a meeting, a series or a chapter; nil reads the records.
	Occasion func(of string) (Occasion, error)
}

// Post holds the use cases. All methods may be called from any goroutine.
type Post struct {
	Deps

	sending sync.Mutex // one sender at a time
	archive archive
	step    func(string)
}

// New gives the use cases over an open store.
func New(d Deps) *Post {
	p := &Post{Deps: d, step: func(string) {}}
	if p.Registered == nil {
		p.Registered = p.approved
	}
	if p.Eligible == nil {
		p.Eligible = p.ofChapter
	}
	if p.Occasion == nil {
		p.Occasion = p.occasion
	}
	return p
}
