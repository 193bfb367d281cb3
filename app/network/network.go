// Package network is what coordinators do with their network: create it, add offices, invite and
// revoke laptops, choose the bucket, and run rounds of sync. It joins the store, the strongbox and
// sync; it never prints or shows anything and never reads record fields that it did not write.
package network

import (
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/store/strongbox"
	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
)

// Deps is what the use cases stand on.
type Deps struct {
	Home     string
	Store    *store.Store
	Box      *strongbox.Box
	Identity *signed.Identity
	Now      func() time.Time
	Log      *slog.Logger
}

// Network holds the use cases. All methods may be called from any goroutine.
type Network struct {
	Deps
	gate *gate
	loop *loop

	keyring atomic.Pointer[keyring] // of the roster as it was last asked for keys; see lan.go

	vigil vigil // at an open door; see near.go

	mu     sync.Mutex
	engine *carnetsync.Engine // nil while this home belongs to no network
	broken error              // why the engine could not be taken up
	remote Remote
	side   map[string]*gate   // ways to the places beside the main one, by address
	beside []carnetsync.Place // in use when there is more than the main place
	course course
	ears   map[int]func() // who wants to hear of changes
	lastID int
}

// New gives the use cases over an open home. A home whose exchange cannot be read still opens, so
// that its records can be seen; the methods that need the exchange say what is wrong.
func New(d Deps) *Network {
	n := &Network{Deps: d, gate: &gate{now: d.Now}, ears: map[int]func(){}, side: map[string]*gate{}}
	n.gate.enter = n.enter
	n.loop = newLoop(calm, n.turn)
	n.loop.eager, n.loop.hurry = func() bool { return n.atDoor() || n.somebodyWaits() }, n.hurried
	n.remote = n.readRemote()
	if err := n.gate.lead(n.remote.Remote); err != nil {
		n.Log.Error("the bucket could not be opened", "error", err)
	}
	belongs, err := carnetsync.Belongs(d.Store)
	if err == nil && belongs {
		n.engine, err = carnetsync.New(n.options())
	}
	if err == nil && !belongs && len(d.Store.Problems()) > 0 {
		err = fault.New("home_damaged", "path", d.Home) // its network lies under damaged/, not nowhere
	}
	if err != nil {
		n.broken = err
		n.Log.Error("the exchange could not be taken up", "error", err)
	}
	return n
}

func (n *Network) options() carnetsync.Options {
	return carnetsync.Options{
		Progress: n.comes, Store: n.Store, Identity: n.Identity, Bucket: n.gate, Places: n.places(), Now: n.Now, Log: n.Log,
		Quarantine: filepath.Join(n.Home, "quarantine"),
		Objects:    filepath.Join(n.Home, "objects"),
	}
}

const identityName = "identity"

// Identity reads this laptop's keys from the strongbox, and makes them the first time.
func Identity(box *strongbox.Box) (*signed.Identity, error) {
	sealed, err := box.Get(identityName)
	if err != nil {
		return nil, err
	}
	if sealed != nil {
		return signed.ParseIdentity(sealed)
	}
	identity, err := signed.NewIdentity()
	if err != nil {
		return nil, err
	}
	return identity, box.Put(identityName, identity.Marshal())
}

// NextIncarnation makes this laptop start over, as after a backup was restored: what it wrote since
// the backup and what it will write now are then never taken for each other.
func NextIncarnation(box *strongbox.Box) error {
	identity, err := Identity(box)
	if err != nil {
		return err
	}
	identity.Incarnation++
	return box.Put(identityName, identity.Marshal())
}

// exchange gives the engine, or says why there is none.
func (n *Network) exchange() (*carnetsync.Engine, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.engine != nil:
		return n.engine, nil
	case n.broken != nil:
		return nil, n.broken
	}
	return nil, fault.New("no_network")
}

// Exists tells whether this laptop belongs to a network.
func (n *Network) Exists() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.engine != nil || n.broken != nil
}

// unattached refuses to begin anew in a home that has a network already. Faults: network_exists, and
// why one that is there cannot be read.
func (n *Network) unattached() error {
	switch _, err := n.exchange(); {
	case err == nil:
		return fault.New("network_exists")
	case fault.Is(err, "no_network"):
		return nil
	default:
		return err
	}
}

// May tells whether this laptop may write records of the kind: nil, or the faults role_forbids and
// laptop_revoked. Every laptop judges again what it receives; this only says it early. A door
// laptop also writes down walk-ins, which are members; that is part of noting a scan.
func (n *Network) May(kind store.Kind) error {
	engine, err := n.exchange()
	if fault.Is(err, "no_network") {
		return nil
	}
	if err != nil {
		return err
	}
	if engine.Standing() == carnetsync.Revoked {
		return fault.New("laptop_revoked", "device", engine.Device())
	}
	role := engine.Self().Role
	if !allows(role, kind) {
		return fault.New("role_forbids", "role", string(role), "kind", string(kind), "device", engine.Device())
	}
	return nil
}

func allows(role roster.Role, kind store.Kind) bool {
	switch role {
	case roster.Admin:
		return true
	case roster.Coordinator:
		return kind != store.KindNetwork && kind != store.KindOffice
	case roster.Door:
		return kind == store.KindScan || kind == store.KindPrepared
	}
	return false
}

// administrator gives the engine to an admin. Faults: role_forbids, laptop_pending, laptop_revoked.
func (n *Network) administrator() (*carnetsync.Engine, error) {
	engine, err := n.exchange()
	if err != nil {
		return nil, err
	}
	if err := n.May(store.KindNetwork); err != nil {
		return nil, err
	}
	if engine.Standing() != carnetsync.Active {
		return nil, fault.New("laptop_pending")
	}
	return engine, nil
}

// MyOffice gives the id of the office that this laptop works for; empty without a network.
func (n *Network) MyOffice() string {
	engine, err := n.exchange()
	if err != nil {
		return ""
	}
	return engine.Self().Office
}

// Watch calls changed whenever the state of the exchange changes.
func (n *Network) Watch(changed func()) (stop func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lastID++
	id := n.lastID
	n.ears[id] = changed
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.ears, id)
	}
}

func (n *Network) tell() {
	n.mu.Lock()
	ears := make([]func(), 0, len(n.ears))
	for _, changed := range n.ears {
		ears = append(ears, changed)
	}
	n.mu.Unlock()
	for _, changed := range ears {
		changed()
	}
}
