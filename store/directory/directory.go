// Package directory is the in-memory copy of what coordinators search: one card a member, one
// line a community, with case and accents folded, in the collation of both languages.
// It may know of letters and order; it never reads a disk and never knows of changes or merges.
package directory

import (
	"iter"
	"slices"
	"sync"
)

// Card is one row of the member list.
type Card struct {
	ID, Given, Family, Email, Phone, Title, Role, Language string
	CommunityID, Community, CommunityFR, Province          string
	Kind, Country                                          string // of the community
	Office, TermStart, TermEnd                             string
	Zone                                                   string // the member's own IANA zone; empty means the community's
	Chapters                                               []string
}

// Place is one row of the community list.
type Place struct {
	ID, Name, NameFR, Kind, Province, Country, Zone string
}

// Query asks for rows. Zero fields ask for nothing.
type Query struct {
	Text                                                       string // letters of name, e-mail or community; accents and case do not count
	Chapter, Community, Role, Province, Office, Language, Kind string
	TermEndsFrom, TermEndsBefore                               string // YYYY-MM-DD, from inclusive, before exclusive
	Lang                                                       string // en or fr: the order of names
	Offset, Limit                                              int    // Limit 0 means 50
}

// pageSize is the length of a page when a query names none.
const pageSize = 50

// Directory answers lists and searches. All methods may be called from any goroutine.
type Directory struct {
	mu      sync.RWMutex
	members *roll
	places  *gazetteer
	scratch sync.Pool
}

// New gives an empty directory.
func New() *Directory {
	d := &Directory{members: newRoll(0), places: newGazetteer(0)}
	d.scratch.New = func() any { return new(scratch) }
	return d
}

// PutMember adds or replaces a card. The names of its community hold for all cards of that community.
func (d *Directory) PutMember(c Card) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.members.put(c)
}

// RemoveMember forgets a card; an unknown id is no error.
func (d *Directory) RemoveMember(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.members.remove(id)
}

// PutPlace adds or replaces a community, and renames it on its members' cards.
func (d *Directory) PutPlace(p Place) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.places.put(p)
	d.members.rename(p)
}

// RemovePlace forgets a community; the cards of its members keep its id and lose its names.
func (d *Directory) RemovePlace(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.places.remove(id)
	d.members.rename(Place{ID: id})
}

// Load replaces everything at once, for the start; much faster than one by one.
func (d *Directory) Load(cards []Card, places []Place) {
	d.LoadEach(len(cards), slices.Values(cards), places)
}

// LoadEach is Load for cards that are read one after another, and need never be in memory all at
// once. About is how many are expected.
func (d *Directory) LoadEach(about int, cards iter.Seq[Card], places []Place) {
	members, towns := newRoll(about), newGazetteer(len(places))
	for _, p := range places {
		towns.put(p)
	}
	for c := range cards {
		members.put(c)
	}
	towns.settle()
	members.settle()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.members, d.places = members, towns
}

// Members lists by family name, then given name, in the language's collation, or, with a text, those that match
// all of its words: start of family or given name first, then start of another word, then part of a word.
func (d *Directory) Members(q Query) (page []Card, total int) {
	defer d.readSettled().RUnlock()
	s := d.scratch.Get().(*scratch)
	defer d.scratch.Put(s)
	return d.members.find(q, s)
}

// Places lists communities by name in the language, with the same rules.
func (d *Directory) Places(q Query) (page []Place, total int) {
	defer d.readSettled().RUnlock()
	s := d.scratch.Get().(*scratch)
	defer d.scratch.Put(s)
	return d.places.find(q, s)
}

// Member gives one card by its id.
func (d *Directory) Member(id string) (Card, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	slot, ok := d.members.slotOf(id)
	if !ok {
		return Card{}, false
	}
	return d.members.card(slot), true
}

// ByEmail gives the ids of the members with this address, case folded.
func (d *Directory) ByEmail(email string) []string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.members.byEmail(email)
}

// ByName gives the ids of the members with this folded name and community, which is an id or a
// name in either language; an empty community matches any.
func (d *Directory) ByName(given, family, community string) []string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.members.byName(given, family, community)
}

// readSettled takes the lock for reading once both lists are in order. What was put since the
// last reading is sorted in here, so that a bulk of puts pays for one sorting only.
func (d *Directory) readSettled() *sync.RWMutex {
	for {
		d.mu.RLock()
		if d.members.order.settled() && d.places.order.settled() {
			return &d.mu
		}
		d.mu.RUnlock()
		d.mu.Lock()
		d.members.settle()
		d.places.settle()
		d.mu.Unlock()
	}
}
