// Package sync is how changes travel between laptops: one round of pull, verify, merge and publish.
// It joins the store, the envelope (sync/snapshot), the roster (sync/roster) and the bucket
// (sync/bucket), which know nothing of each other. It never knows what a field means, and never
// shows anything. It shares its name with the standard library's package: importers alias it.
package sync

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/invitation"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
)

// Options are what an engine stands on.
type Options struct {
	Store      *store.Store
	Identity   *signed.Identity
	Bucket     bucket.Bucket                        // the one place; nil for a laptop that has none yet, and Round then faults with no_remote
	Places     []Place                              // instead of Bucket: several, the main one first; see UsePlaces
	Now        func() time.Time                     // nil means time.Now
	After      func(time.Duration) <-chan time.Time // nil means time.After
	AtOnce     int                                  // how many parts of a full snapshot may come at once; 0 means as many as the line bears
	Log        *slog.Logger                         // nil means silence
	Quarantine string                               // folder for the bytes of refused objects
	Objects    string                               // folder for copies of the deltas that were sent or taken in; see carry.go
	Unruled    bool                                 // publish what the store holds without asking the roster; only the simulation's rogues do

	// Progress is told how far something long has come, in bytes or steps; nil means nobody asks. It is called from several goroutines.
	Progress func(stage string, done, total int64)
}

// Engine is this laptop's part in the exchange. All methods may be called from any goroutine;
// rounds and roster writes wait for each other.
type Engine struct {
	Options
	device string
	prover atomic.Pointer[signed.Identity] // see Prover
	seals  atomic.Pointer[map[string]bool] // scopes that can be sealed for
	shared atomic.Pointer[[][32]byte]      // see Shared
	prints sync.Map                        // fingerprints, which cost something to make
	state  atomic.Pointer[roster.State]    // nil while this laptop waits to be admitted and knows no roster

	member membership // never changes

	claiming sync.Mutex       // guards what follows; taken after mu
	claims   map[string]claim // own, by task; see claims.go
	sealed   uint64           // sequence of the last own change that others may know

	mu     sync.Mutex     // one round or one roster write at a time
	asked  bool           // the request for a seat is in the bucket
	roster *roster.Roster // nil until the founding statement is here
	ring   roster.Ring
	unsent []signed.Hash // own statements that are not in the bucket yet
	notice bool          // others must be told of a newer roster

	around atomic.Bool // the next round looks for what it else looks for once a day; see LookAround

	look      sync.RWMutex // guards what follows, for readers while a round runs
	heads     map[string]head
	witnessed map[string]uint64 // number of each laptop's delta that our own deltas told of
	held      map[string]holding
	refused   map[string]refusal
	overruled map[string]overruled // statements of the roster that did not take effect, by hash
	damaged   map[string][]damage  // what of it may come whole another time; see damage.go
	blocks    map[string][]byte    // cache of notes, of rounds alone; see chain.go
	split     map[string]branch    // chains beside a laptop's own
	sought    map[string]sought    // deltas that others saw and that are not here
	words     map[string]word      // when each laptop was last heard of
	seesUs    map[string]uint64    // number of our last delta that each laptop told of
	cursor    cursor
	doubts    map[string]doubt // what was set aside for its author's role; see motions.go
	places    []*place         // in use

	// Of rounds alone.
	blinded       map[string]bool   // scopes whose sums this laptop can make
	judged        string            // digest of the store when doubts were last judged
	rosterChanged bool              // since then
	moved         bool              // a member was moved since details were last brought
	led           string            // address of the one place
	here          *place            // that is visited
	kept          map[string]string // names of the kept objects' files by what they are
	passedOver    []passed          // own edits that never go out; see passed.go
	stuck         map[string]uint64 // objects beyond a gap, and how far their laptop was here when they were last read
	answered      map[want]time.Time
	asking        asking
	watching      watch
	gens          gens // full snapshots and erasures; see fulls.go
	acked         acknowledged
	sentAt        sentFirst
	keptContact   int64
	heldChanged   bool
	mended        notes     // refusals that this visit forgets
	refusedNow    []Refused // by this round
	pages         []page    // statements that must exist and are not here; see pages.go
	ready         *ready    // own delta that is on its way
	begun         uint64    // sequence of the last own change when this home was opened; see twice.go
}

// New takes up the exchange of a home that founded or joined a network. Faults: no_network,
// roster_missing and those of reading a roster.
func New(o Options) (*Engine, error) {
	e := bare(o)
	if err := e.loadMember(); err != nil {
		return nil, err
	}
	if err := e.load(); err != nil {
		return nil, err
	}
	n := notes{}
	if e.pardon(n); len(n) > 0 {
		if _, err := e.keep(nil, n); err != nil {
			return nil, err
		}
	}
	e.begun = e.Store.Frontier()[e.device]
	err := e.takePlaces()
	e.fromBefore()
	return e, err
}

// bare is an engine that knows nothing yet.
func bare(o Options) *Engine {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = time.After
	}
	if o.AtOnce == 0 {
		o.AtOnce = inFlight
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{Options: o, device: o.Identity.Device(), ring: roster.Ring{}, heads: map[string]head{},
		witnessed: map[string]uint64{}, held: map[string]holding{}, refused: map[string]refusal{}, overruled: map[string]overruled{}, damaged: map[string][]damage{}, mended: notes{}, blocks: map[string][]byte{}, doubts: map[string]doubt{},
		split: map[string]branch{}, sought: map[string]sought{}, words: map[string]word{}, seesUs: map[string]uint64{}, stuck: map[string]uint64{}, answered: map[want]time.Time{}, gens: newGens(), claims: map[string]claim{}}
	e.prover.Store(o.Identity)
	return e
}

// Belongs tells whether the home of this store founded or joined a network.
func Belongs(s *store.Store) (bool, error) {
	data, err := s.Note(noteMember)
	return len(data) > 0, err
}

// Join keeps an invitation and this laptop's request; the next round sends it. Faults:
// network_exists, invitation_expired.
func Join(o Options, i invitation.Invitation, s invitation.Secret) (*Engine, error) {
	if err := unattached(o.Store); err != nil {
		return nil, err
	}
	e := bare(o)
	if err := i.Check(e.Now()); err != nil {
		return nil, err
	}
	key, object := invitation.Ask(o.Identity, i, s)
	e.member = membership{Founding: i.Founding, Cover: i.Cover, Network: i.Network, Name: i.NetworkName,
		Seat: i.ID, Office: i.Office, OfficeName: i.OfficeName, Role: i.Role, Coordinator: i.Coordinator,
		Expires: i.Expires, RequestKey: key, Request: object}
	n := notes{}
	n.set(noteMember, e.member)
	if _, err := o.Store.Apply(nil, n); err != nil {
		return nil, err
	}
	return e, nil
}

func unattached(s *store.Store) error {
	belongs, err := Belongs(s)
	if err == nil && belongs {
		err = fault.New("network_exists")
	}
	return err
}

// refresh puts in place what follows from a changed roster.
func (e *Engine) refresh() {
	e.ring = e.roster.KeysFor(e.Identity)
	e.state.Store(e.roster.State())
	e.rosterChanged = true
	e.blind()
	e.takeSeals()
	e.takeShared()
	e.followPolicy()
	e.takeProver()
}

// Device is this laptop's name.
func (e *Engine) Device() string { return e.device }

// Network is the network's id.
func (e *Engine) Network() string { return e.member.Network }

// State is the roster as this laptop knows it; nil while it waits for its first look at it.
func (e *Engine) State() *roster.State { return e.state.Load() }

// Standing is this laptop's place in the network.
type Standing string

// Standings of a laptop.
const (
	Pending Standing = "pending" // asked to be admitted, not admitted yet
	Active  Standing = "active"
	Revoked Standing = "revoked"
)

// Standing tells this laptop's place.
func (e *Engine) Standing() Standing {
	s := e.State()
	if s == nil {
		return Pending
	}
	l, known := s.Laptop(e.device)
	switch {
	case !known:
		return Pending
	case l.Revoked:
		return Revoked
	}
	return Active
}

// Self is this laptop as the roster has it or, while pending, as its invitation promised.
func (e *Engine) Self() roster.Laptop {
	if s := e.State(); s != nil {
		if l, known := s.Laptop(e.device); known {
			return l
		}
	}
	m := &e.member
	return roster.Laptop{Card: roster.Card{Device: e.device, SignKey: e.Identity.SignKey(), Recipient: e.Identity.Recipient(),
		Office: m.Office, Role: roster.Role(m.Role), Coordinator: m.Coordinator}}
}

// Name is the network's name.
func (e *Engine) Name() string {
	if s := e.State(); s != nil {
		return s.Name
	}
	return e.member.Name
}

// Seen is what this laptop knows of another's chain.
type Seen struct {
	Number uint64    // of its last delta here
	Last   uint64    // sequence of its last change here
	At     time.Time // when it wrote that delta, by its own clock
}

// Seen gives what is here of every laptop, this one included.
func (e *Engine) Seen() map[string]Seen {
	e.look.RLock()
	defer e.look.RUnlock()
	seen := make(map[string]Seen, len(e.heads))
	for device, h := range e.heads {
		if h.Number > 0 {
			seen[device] = Seen{Number: h.Number, Last: h.Last, At: time.UnixMilli(h.Wall).UTC()}
		}
	}
	return seen
}

// LastContact is when a round last reached the bucket; zero when none ever did.
func (e *Engine) LastContact() time.Time {
	e.look.RLock()
	defer e.look.RUnlock()
	if e.cursor.Contact == 0 {
		return time.Time{}
	}
	return time.UnixMilli(e.cursor.Contact).UTC()
}

// Waiting counts own changes that are not in the bucket yet, up to most.
func (e *Engine) Waiting(most int) (int, error) {
	e.look.RLock()
	after, single := e.heads[e.device].Last, len(e.branches(e.device)) == 0
	e.look.RUnlock()
	// Own changes are numbered without gaps, so within one incarnation nothing needs to be read.
	if last := e.Store.Frontier()[e.device]; single && last>>incarnationBit == after>>incarnationBit && last >= after {
		return int(min(last-after, uint64(most))), nil
	}
	count := 0
	for edit, err := range e.Store.Unpublished(after) {
		if err != nil {
			return count, err
		}
		if count += len(edit.Changes); count >= most {
			return most, nil
		}
	}
	return count, nil
}

// Allows tells whether this laptop's role lets it make an edit, as others judge it: an edit that is here already does not allow itself.
// Faults: role_forbids.
func (e *Engine) Allows(edit store.Edit) error {
	e.look.RLock()
	kept := e.passedOver
	e.look.RUnlock()
	return e.allows(edit, kept)
}

func (e *Engine) allows(edit store.Edit, kept []passed) error {
	s := e.State()
	if s == nil {
		return nil // what it may do is not known yet; its readers will judge
	}
	if _, known := s.Laptop(e.device); !known {
		return nil
	}
	known := e.newFacts(kept)
	known.from = edit.First
	for _, scope := range scopesOf(&edit) {
		if err := s.Allows(e.device, roster.Action{Edit: edit}, scope, known); err != nil {
			return err
		}
	}
	return nil
}
