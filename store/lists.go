package store

import (
	"errors"
	"iter"
	"maps"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/dgraph-io/badger/v4"

	"example.org/carnet/store/directory"
)

// lists keeps the in-memory directory in step with the records.
type lists struct {
	mu      sync.Mutex
	dir     *directory.Directory
	places  map[string]directory.Place
	hidden  map[string]bool // members that the view has and the directory has not: deleted, or merged into another
	pending []listChange    // while the directory is still being read
	loaded  bool
	persons persons
	aside   map[string]directory.Card // of those who were merged into another, in case they come to stand for themselves
	ready   chan struct{}
	quit    chan struct{}
	done    chan struct{}
}

// listChange is what one record's change means to the directory.
type listChange struct {
	member, place string // id; one of them is empty
	card          directory.Card
	entry         directory.Place
	gone          bool
	into          string // whom a member was merged into; the card is there all the same
}

// Directory gives lists and searches of members and communities, from memory. While it is still
// being read after Open (ready is false), FirstMembers answers from the disk.
func (s *Store) Directory() (d *directory.Directory, ready bool) {
	l := s.lists.Load()
	select {
	case <-l.ready:
		return l.dir, true
	default:
		return l.dir, false
	}
}

// WaitDirectory returns when the directory is complete.
func (s *Store) WaitDirectory() *directory.Directory {
	l := s.lists.Load()
	select {
	case <-l.ready:
	case <-l.done:
	}
	return l.dir
}

func lookPlace(txn *badger.Txn, id string, places map[string]directory.Place) error {
	if _, known := places[id]; known {
		return nil
	}
	st, err := loadState(txn, KindCommunity, id)
	if err != nil {
		return err
	}
	if st != nil && st.visible() {
		places[id] = placeOf(st)
		return nil
	}
	places[id] = directory.Place{}
	return nil
}

func cardOf(st *state) (c directory.Card) {
	c.ID = st.id
	for i := range st.fields {
		f := &st.fields[i]
		if to := cardField(&c, f.name); to != nil {
			*to = f.shownText()
		}
	}
	c.Chapters = elements(st, "chapters", nil)
	return c
}

func (f *field) shownText() string {
	v := f.shown()
	if len(v) == 0 {
		return ""
	}
	return (&wireReader{b: v}).text(maxValue)
}

func cardField(c *directory.Card, name string) *string {
	switch name {
	case "given":
		return &c.Given
	case "family":
		return &c.Family
	case "email":
		return &c.Email
	case "phone":
		return &c.Phone
	case "title":
		return &c.Title
	case "role":
		return &c.Role
	case "language":
		return &c.Language
	case "community":
		return &c.CommunityID
	case "office":
		return &c.Office
	case "term_start":
		return &c.TermStart
	case "term_end":
		return &c.TermEnd
	case "zone":
		return &c.Zone
	}
	return nil
}

func placeOf(st *state) directory.Place {
	return directory.Place{ID: st.id, Name: st.text("name"), NameFR: st.text("name_fr"), Kind: st.text("kind"),
		Province: st.text("province"), Country: st.text("country"), Zone: st.text("zone")}
}

func inPlace(c directory.Card, p directory.Place) directory.Card {
	c.Community, c.CommunityFR, c.Province, c.Kind, c.Country = p.Name, p.NameFR, p.Province, p.Kind, p.Country
	return c
}

// listed tells whether a member stands in the directory.
func listed(st *state) bool { return st.visible() && len(st.look("merged_into").shown()) == 0 }

// intoOf gives whom a member was merged into; one who is gone was merged into nobody.
func intoOf(st *state) string {
	if !st.visible() {
		return ""
	}
	return st.text("merged_into")
}

// startLists reads the directory in the background, from the view as it is now; changes from here on are kept aside until then.
func (s *Store) startLists() {
	l := &lists{dir: directory.New(), places: map[string]directory.Place{}, hidden: map[string]bool{}, aside: map[string]directory.Card{},
		ready: make(chan struct{}), quit: make(chan struct{}), done: make(chan struct{})}
	s.lists.Store(l)
	s.viewMu.RLock()
	txn := s.view.db.NewTransaction(false)
	go func() {
		defer close(l.done)
		defer s.viewMu.RUnlock()
		defer txn.Discard()
		places, err := s.readPlaces(txn)
		if err == nil {
			cards, failed := s.cards(txn, places)
			l.dir.LoadEach(s.Count(KindMember), cards, slices.Collect(maps.Values(places)))
			err = failed()
		}
		if errors.Is(err, errClosed) {
			return
		}
		if err != nil {
			s.note(Problem{Where: viewName, What: "the directory could not be read: " + err.Error()})
			return
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.places, l.loaded = places, true
		for id := range l.aside {
			if l.persons.stays(id) {
				l.settle(id)
			}
		}
		for _, c := range l.pending {
			l.take(c)
		}
		l.pending = nil
		close(l.ready)
		if !s.o.Light {
			debug.FreeOSMemory() // reading left more garbage than the directory weighs, and a laptop has other uses for it
		}
	}()
}

func (s *Store) stopLists() {
	l := s.lists.Load()
	select {
	case <-l.quit:
	default:
		close(l.quit)
	}
	<-l.done
}

// relist reads the directory anew, after all records were exchanged. The caller holds the write lock.
func (s *Store) relist() error {
	if s.lists.Load() == nil {
		return nil
	}
	s.stopLists()
	s.startLists()
	s.mu.Lock()
	s.version++
	s.mu.Unlock()
	s.arrivals.lost()
	s.watch.pokeAll()
	return nil
}

func (s *Store) readPlaces(txn *badger.Txn) (places map[string]directory.Place, err error) {
	defer asViewError(&err)
	places = map[string]directory.Place{}
	err = walk(txn, under(rowRecord, string(KindCommunity)), nil, true, func(k, v []byte) (bool, error) {
		_, id := splitRecordKey(k)
		st, err := readState(KindCommunity, id, v)
		if err == nil && st.visible() {
			places[id] = placeOf(st)
		}
		return true, err
	})
	return places, err
}

// cardsAtOnce is how many cards travel together from a reader to the directory.
const cardsAtOnce = 256

// cards reads the members in two halves at once, and hands them on as they come, so that they are
// never all in memory beside the directory. failed is to be asked after the last of them.
func (s *Store) cards(txn *badger.Txn, places map[string]directory.Place) (cards iter.Seq[directory.Card], failed func() error) {
	middle := prefixes[KindMember] + "_n"
	read := make(chan []directory.Card, 4)
	errs := make([]error, 2)
	var both sync.WaitGroup
	both.Go(func() { errs[0] = s.readHalf(txn, "", middle, places, read) })
	both.Go(func() { errs[1] = s.readHalf(txn, middle, "", places, read) })
	go func() {
		both.Wait()
		close(read)
	}()
	cards = func(yield func(directory.Card) bool) {
		for some := range read {
			for _, c := range some {
				if !yield(c) {
					return
				}
			}
		}
	}
	return cards, func() error { return firstError(errs) }
}

func firstError(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) readHalf(txn *badger.Txn, from, to string, places map[string]directory.Place, read chan<- []directory.Card) (err error) {
	defer asViewError(&err)
	l := s.lists.Load()
	some := make([]directory.Card, 0, cardsAtOnce)
	room := new(stateRoom)
	err = walk(txn, under(rowRecord, string(KindMember)), recordKey(KindMember, from), true, func(k, v []byte) (bool, error) {
		_, id := splitRecordKey(k)
		if to != "" && id >= to {
			return false, nil
		}
		select {
		case <-l.quit:
			return false, callbackError{errClosed}
		default:
		}
		st, err := room.read(KindMember, id, v)
		if err == nil && listed(st) {
			card := cardOf(st)
			some = append(some, inPlace(card, places[card.CommunityID]))
		} else if err == nil {
			l.hide(st)
		}
		if len(some) == cardsAtOnce {
			read <- some
			some = make([]directory.Card, 0, cardsAtOnce)
		}
		return true, err
	})
	read <- some
	return err
}

// hide keeps a member out of the directory who is deleted, or was merged into another.
func (l *lists) hide(st *state) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hidden[st.id] = true
	if into := intoOf(st); into != "" {
		l.persons.note(st.id, into)
		l.aside[st.id] = cardOf(st)
	}
}

// settle shows or hides a member who was merged: where two were merged into each other, one of them stays.
func (l *lists) settle(id string) {
	card, there := l.aside[id]
	if l.hidden[id] = !there || !l.persons.stays(id); l.hidden[id] {
		l.dir.RemoveMember(id)
		return
	}
	l.show(card)
}

func (l *lists) show(card directory.Card) {
	delete(l.hidden, card.ID)
	l.dir.PutMember(inPlace(card, l.places[card.CommunityID]))
}

// unheardOf tells for certain that there is no record of this id, not even a deleted one, without asking the disk.
// False says nothing.
func (s *Store) unheardOf(kind Kind, id string) bool {
	d, ready := s.Directory()
	if kind != KindMember || !ready {
		return false
	}
	if _, listed := d.Member(id); listed {
		return false
	}
	l := s.lists.Load()
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.hidden[id]
}

// updateLists brings what a batch changed into the directory.
func (s *Store) updateLists(b *batch) {
	l := s.lists.Load()
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, u := range b.dirty {
		var c listChange
		switch u.st.kind {
		case KindMember:
			c.member, c.into = u.st.id, intoOf(u.st)
			if c.gone = !u.st.visible(); !c.gone {
				c.card = cardOf(u.st)
			}
		case KindCommunity:
			c.place = u.st.id
			if c.gone = !u.st.visible(); !c.gone {
				c.entry = placeOf(u.st)
			}
		default:
			continue
		}
		if l.loaded {
			l.take(c)
		} else {
			l.pending = append(l.pending, c)
		}
	}
}

// take brings one change in; the directory lets a community's new name follow to the cards of its members.
func (l *lists) take(c listChange) {
	switch {
	case c.member != "":
		l.takeMember(c)
	case c.gone:
		delete(l.places, c.place)
		l.dir.RemovePlace(c.place)
	default:
		l.places[c.place] = c.entry
		l.dir.PutPlace(c.entry)
	}
}

// takeMember also looks at those with whom the member was merged in a circle, before or now: who of them stays may be another.
func (l *lists) takeMember(c listChange) {
	others := l.persons.circle(c.member)
	l.persons.note(c.member, c.into)
	others = append(others, l.persons.circle(c.member)...)
	delete(l.aside, c.member)
	switch {
	case c.gone:
		l.settle(c.member)
	case c.into != "":
		l.aside[c.member] = c.card
		l.settle(c.member)
	default:
		l.show(c.card)
	}
	for _, id := range others {
		if id != c.member {
			l.settle(id)
		}
	}
}
