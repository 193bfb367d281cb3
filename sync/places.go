package sync

import (
	"cmp"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"time"

	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// A laptop may meet the others in several places: the stick at a venue now, the bucket of the
// network tonight. Each has a cursor of its own and a record of what it still lacks of what is here.

// Place is one bucket under the name that people gave it.
type Place struct {
	Name    string
	Address string // what tells one place from another, whatever it is called
	Bucket  bucket.Bucket
}

// placeNote is where a laptop stands with one place.
type placeNote struct {
	_       struct{} `cbor:",toarray"`
	Server  int64    // seconds since 1970 by the place's clock, of the last listing; 0 when it has none
	Settled int64    // by the same clock: names before it were listed when nothing could appear there any more
	Last    string   // the newest name listed that was not ahead of the place's clock
	Contact int64    // milliseconds since 1970 by our clock, of the last listing
	Full    int64    // when everything was last listed, by our clock
	Stale   int64    // since when something is known to be missing
	Asked   bool     // the request for a seat is there
}

// place is a place in use.
type place struct {
	Place
	id        string
	at        placeNote
	kept      placeNote       // as it is on the disk
	lacks     map[string]bool // what is here and not there; true when somebody asks for it under a new time
	problem   error           // of the last visit
	met       met             // the last listing, of this run
	pages     bool            // somebody asks for statements
	pagesFrom uint64          // that go by this version
	full      uint64          // the last generation that stood there
	shown     map[string]bool // orders and own receipts that stood there
	shownMore bool            // not all of it is on the disk
}

// mostLacking bounds the record of what a place lacks; beyond it the place is listed whole instead.
const mostLacking = 5000

func placeID(address string) string {
	hash := signed.HashOf([]byte(address))
	return hex.EncodeToString(hash[:8])
}

// UsePlaces tells which places are in use from now on, the main one first. What is known of a place
// that is left is forgotten: when it comes back it is listed whole. Two names for one address are
// one place.
func (e *Engine) UsePlaces(places []Place) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.Places = places
	return e.takePlaces()
}

// takePlaces puts the places of the options in use. Only a change of them is kept.
func (e *Engine) takePlaces() error {
	wanted := e.Places
	if len(wanted) == 0 && e.Bucket != nil {
		wanted = []Place{{Address: e.led, Bucket: e.Bucket}}
	}
	var before []string
	if _, err := read(e.Store, notePlaces, &before); err != nil {
		return err
	}
	list, ids := []*place{}, []string{}
	for _, w := range wanted {
		id := placeID(w.Address)
		if slices.Contains(ids, id) {
			continue
		}
		p, err := e.knownPlace(w, id)
		if err != nil {
			return err
		}
		list, ids = append(list, p), append(ids, id)
	}
	n := notes{}
	for _, id := range before {
		if !slices.Contains(ids, id) {
			if err := e.forgetPlace(n, id); err != nil {
				return err
			}
		}
	}
	if !slices.Equal(before, ids) {
		n.set(notePlaces, ids)
		if _, err := e.keep(nil, n); err != nil {
			return err
		}
	}
	e.look.Lock()
	e.places = list
	e.look.Unlock()
	return nil
}

// knownPlace takes up what is known of a place.
func (e *Engine) knownPlace(w Place, id string) (*place, error) {
	for _, p := range e.places {
		if p.id == id {
			e.look.Lock()
			p.Place = w
			e.look.Unlock()
			return p, nil
		}
	}
	p := &place{Place: w, id: id, lacks: map[string]bool{}}
	return p, e.loadPlace(p)
}

func (e *Engine) loadPlace(p *place) error {
	p.at, p.lacks = placeNote{}, map[string]bool{}
	if _, err := read(e.Store, notePlaceAt+p.id, &p.at); err != nil {
		return err
	}
	p.kept = p.at
	if _, err := read(e.Store, noteFullAt+p.id, &p.full); err != nil {
		return err
	}
	if err := e.loadShown(p); err != nil {
		return err
	}
	return each(e.Store, noteLacks+p.id+"/", p.lacks)
}

func (e *Engine) forgetPlace(n notes, id string) error {
	n[notePlaceAt+id], n[noteFullAt+id], n[noteSegments+id], n[noteShown+id] = nil, nil, nil, nil
	return forgetLong(e.Store, n, noteLacks+id+"/")
}

// usable gives the places of this round. The bucket of a laptop with one place may be exchanged
// under it.
func (e *Engine) usable() ([]*place, error) {
	single := len(e.Places) == 0
	if single && e.Bucket == nil {
		return nil, nil
	}
	if single && len(e.places) == 1 && e.places[0].Address == e.led {
		e.places[0].Bucket = e.Bucket
		return e.places, nil
	}
	if !single && e.places != nil {
		return e.places, nil
	}
	err := e.takePlaces()
	return e.places, err
}

// LedTo tells the address of the one bucket in use from now on.
func (e *Engine) LedTo(address string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.led == address {
		return nil
	}
	n := notes{}
	n.set(noteLed, address)
	if _, err := e.keep(nil, n); err != nil {
		return err
	}
	e.led = address
	return e.takePlaces()
}

// owe records that all places but the one that is visited lack something that is here now.
func (e *Engine) owe(n notes, what string, asked bool) {
	if len(e.places) < 2 && !asked {
		return // what one place lacks is on its way there already
	}
	e.look.Lock()
	defer e.look.Unlock()
	for _, p := range e.places {
		if was, lacks := p.lacks[what]; asked || p != e.here && !lacks {
			e.oweAt(n, p, what, asked || was)
		}
	}
}

func (e *Engine) oweAt(n notes, p *place, what string, asked bool) {
	if _, lacks := p.lacks[what]; !lacks && len(p.lacks) >= mostLacking {
		p.at.Full = 0 // too many to remember: it is compared whole when it is reached
		e.notePlace(n, p)
		return
	}
	p.lacks[what] = asked
	n.set(noteLacks+p.id+"/"+what, asked)
}

// paid records that a place has something.
func (e *Engine) paid(n notes, p *place, what string) {
	e.look.Lock()
	defer e.look.Unlock()
	if _, lacked := p.lacks[what]; lacked {
		delete(p.lacks, what)
		n[noteLacks+p.id+"/"+what] = nil
	}
}

func (e *Engine) notePlace(n notes, p *place) {
	n.set(notePlaceAt+p.id, p.at)
	p.kept = p.at
}

// matter names what an object is, under whatever time: a delta without the time of its key.
func matter(key string) string {
	if strings.HasPrefix(key, roster.Prefix) {
		return key
	}
	_, rest, _ := strings.Cut(key, "-")
	return rest
}

func matterOf(device string, number uint64, hash signed.Short) string {
	return matter(snapshot.Name{Time: time.Unix(0, 0), Device: device, Number: number, Hash: hash}.String())
}

// PlaceState is how this laptop stands with one place.
type PlaceState struct {
	Name    string
	Waiting int       // objects that are here and not there
	Contact time.Time // zero when it was never reached
	Problem error     // of the last visit
}

// PlaceStates tells of every place in use, the main one first.
func (e *Engine) PlaceStates() []PlaceState {
	e.look.RLock()
	defer e.look.RUnlock()
	var list []PlaceState
	for _, p := range e.places {
		s := PlaceState{Name: p.Name, Waiting: len(p.lacks), Problem: p.problem}
		if p.at.Contact > 0 {
			s.Contact = time.UnixMilli(p.at.Contact).UTC()
		}
		list = append(list, s)
	}
	return list
}

// sortedLacks gives what a place lacks: statements first, then deltas by laptop and number.
func (p *place) sortedLacks() (statements []string, deltas []snapshot.Name) {
	for _, what := range slices.Sorted(maps.Keys(p.lacks)) {
		if strings.HasPrefix(what, roster.Prefix) {
			statements = append(statements, what)
			continue
		}
		if name, err := snapshot.ParseName(snapshot.After(time.Unix(0, 0)) + "-" + what); err == nil {
			deltas = append(deltas, name)
		}
	}
	slices.SortStableFunc(deltas, func(a, b snapshot.Name) int {
		return cmp.Or(strings.Compare(a.Device, b.Device), cmp.Compare(a.Number, b.Number))
	})
	return statements, deltas
}
