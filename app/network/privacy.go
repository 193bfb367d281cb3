package network

import (
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
)

// Receipt is one laptop's part in an erasure.
type Receipt struct {
	Device, Coordinator, OfficeName string
	At                              string // RFC 3339; empty while it has not signed
}

// Erasure is a privacy request and how far it has come.
type Erasure struct {
	Reason   string
	By       string // device of the admin who asked
	At       string // RFC 3339
	Records  []store.RecordRef
	Receipts []Receipt // in the order of the laptops' names
	Waiting  int
}

// Erase takes a member and what hangs on it out of every laptop and, in the end, of the bucket: consents, registrations, requests
// and mail. What other offices have sealed for themselves this laptop cannot name. The reason is a code; records is how many go.
// Faults: role_forbids, laptop_pending, erasure_invalid.
func (n *Network) Erase(m store.Member, consents []store.Consent, reason string) (records int, err error) {
	engine, err := n.administrator()
	if err != nil {
		return 0, err
	}
	var refs []store.RecordRef
	for _, id := range n.Store.RecordsOf(m) {
		refs = append(refs, store.RecordRef{Kind: store.KindMember, ID: id})
	}
	for _, c := range consents {
		refs = append(refs, store.RecordRef{Kind: store.KindConsent, ID: c.ID})
	}
	hanging, err := n.hangingOn(m)
	if err != nil {
		return 0, err
	}
	refs = append(refs, hanging...)
	if err := engine.Erase(refs, reason); err != nil {
		return 0, err
	}
	n.changed()
	return len(refs), nil
}

// Erasures tells of every erasure of a record. Fault unknown_id where there was none.
func (n *Network) Erasures(id string) ([]Erasure, error) {
	list, err := n.erasures(store.RecordRef{Kind: store.KindMember, ID: id})
	if err == nil && len(list) == 0 {
		err = fault.New("unknown_id", "kind", string(store.KindMember), "id", id)
	}
	return list, err
}

// AllErasures tells of every erasure, the oldest first. It waits for a round that is under way.
func (n *Network) AllErasures() ([]Erasure, error) { return n.erasures(store.RecordRef{}) }

func (n *Network) erasures(of store.RecordRef) ([]Erasure, error) {
	engine, err := n.exchange()
	if err != nil || engine.State() == nil {
		return nil, err
	}
	list := []Erasure{}
	for _, one := range engine.Receipts(of) {
		list = append(list, erasureOf(engine, one))
	}
	return list, nil
}

// MayErase tells whether this laptop may ask for an erasure: nil, or the faults role_forbids, laptop_pending and
// laptop_revoked.
func (n *Network) MayErase() error {
	_, err := n.administrator()
	return err
}

func erasureOf(engine *carnetsync.Engine, one carnetsync.Erasure) Erasure {
	const layout = "2006-01-02T15:04:05Z"
	e := Erasure{Reason: one.Reason, By: one.By, At: one.At.Format(layout), Records: one.Records, Waiting: len(one.Waiting), Receipts: []Receipt{}}
	for _, l := range engine.State().Laptops() {
		at, signed := one.Done[l.Device]
		if !signed && l.Revoked {
			continue
		}
		r := Receipt{Device: l.Device, Coordinator: l.Coordinator}
		if o, known := engine.State().Office(l.Office); known {
			r.OfficeName = o.Name
		}
		if signed {
			r.At = at.Format(layout)
		}
		e.Receipts = append(e.Receipts, r)
	}
	return e
}

// Compact asks for a full snapshot at the next exchange. Faults: role_forbids, laptop_pending.
func (n *Network) Compact() error {
	engine, err := n.administrator()
	if err != nil {
		return err
	}
	return engine.Compact()
}
