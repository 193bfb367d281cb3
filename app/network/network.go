// Package network is what coordinators do with their network: create it, add offices, invite and
// revoke laptops, choose the bucket, and run rounds of sync. It joins the store, the strongbox and
// sync; it never prints or shows anything and never reads record fields that it did not write.
package network

import (
	"context"
	"log/slog"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/strongbox"
	"example.org/carnet/sync/snapshot"
)

// Deps is what the use cases stand on.
type Deps struct {
	Home     string
	Store    *store.Store
	Box      *strongbox.Box
	Identity *snapshot.Identity
	Now      func() time.Time
	Log      *slog.Logger
}

// Network holds the use cases.
type Network struct{ Deps }

// New gives the use cases over an open home.
func New(d Deps) *Network { return &Network{d} }

// Identity reads this laptop's keys from the strongbox, and makes them the first time.
func Identity(box *strongbox.Box) (*snapshot.Identity, error) { panic("skeleton") }

// May tells whether this laptop's role lets it write records of the kind: nil, or the fault role_forbids.
func (n *Network) May(kind store.Kind) error { panic("skeleton") }

// MyOffice gives the id of the office that this laptop works for; empty without a network.
func (n *Network) MyOffice() string { panic("skeleton") }

// Stop ends rounds under way.
func (n *Network) Stop() { panic("skeleton") }

// Exists tells whether this laptop belongs to a network.
func (n *Network) Exists() bool { panic("skeleton") }

// NeedsPerson counts what waits for a person here: refused objects and the like.
func (n *Network) NeedsPerson() int { panic("skeleton") }

// Start runs rounds by itself, for the window: soon after a change, and on a timer.
func (n *Network) Start(ctx context.Context) { panic("skeleton") }

// Watch calls changed whenever the state of the exchange changes.
func (n *Network) Watch(changed func()) (stop func()) { panic("skeleton") }
