package sync

import (
	"maps"
	"slices"
	"strings"

	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// Erase orders as they lie in places: they are looked for there, carried out, and put back where a place lacks them.

// LookAround has the next round look for erase orders, receipts and full snapshots, which it else does once a day.
// It does not wait for a round that is under way.
func (e *Engine) LookAround() { e.around.Store(true) }

// lookAtOrders brings in erase orders, carries them out, and signs that it did.
func (r *round) lookAtOrders() error {
	page, err := r.list(snapshot.ErasePrefix, "")
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, o := range page.Objects {
		there[o.Key] = true
		if r.knowsOrder(o.Key) || r.isRefused(o.Key) && !r.isLapsed(o.Key) {
			continue
		}
		if err := r.takeOrder(o.Key); err != nil {
			return err
		}
	}
	if err := r.lapse(); err != nil {
		return err
	}
	if err := r.sendOrders(there); err != nil {
		return err
	}
	return r.lookAtReceipts()
}

// knowsOrder tells whether an order is here, under whatever time.
func (r *round) knowsOrder(key string) bool {
	name, err := snapshot.ParseEraseName(key)
	for of, o := range r.gens.orders {
		if of == key || err == nil && signed.ShortOf(o.Hash) == name.Hash {
			return true
		}
	}
	return false
}

func (r *round) takeOrder(key string) error {
	object, err := r.getCovered(key, snapshot.MaxErasure, "erasure_unreadable")
	if object == nil || err != nil {
		return err
	}
	if err := r.lookUp(); err != nil { // nobody can undo what an author orders who was shut out meanwhile
		return err
	}
	read, err := tryKeys(r, func(keys snapshot.SignKeys) (*snapshot.EraseOrder, error) {
		return snapshot.ReadEraseOrder(key, object, r.State().Network, r.member.Cover, keys)
	})
	if err != nil {
		return r.refuseNow(key, object, err)
	}
	o := orderOf(read)
	if counts, err := r.counts(&o); err != nil {
		return err
	} else if !counts {
		return r.lapsed(key, object, &o)
	}
	n := notes{}
	r.forgive(n, short("", key), "erasure_not_admin")
	n.long(noteOrderBytes+key+"/", object)
	if err := r.carryOut(n, key, o); err != nil {
		return err
	}
	r.gens.forced = false
	return nil
}

// speakOfOrders is sendOrders where a place was not looked at: an own order is new.
func (r *round) speakOfOrders() error {
	for _, o := range r.gens.orders {
		if !o.Put {
			return r.lookAtOrders()
		}
	}
	return nil
}

// sendOrders puts orders that a place lacks, and receipts for those that were carried out here.
func (r *round) sendOrders(there map[string]bool) error {
	for _, key := range slices.Sorted(maps.Keys(r.gens.orders)) {
		o := r.gens.orders[key]
		if !there[key] {
			object, err := readLong(r.Store, noteOrderBytes+key+"/")
			if err != nil {
				return err
			}
			if o.Put && r.known && len(r.places) < 2 {
				r.place.lose(key)
			}
			if len(object) > 0 {
				if err := r.Bucket.Put(r.ctx, key, object); err != nil {
					return err
				}
			}
		}
		if o.Put || !o.Done {
			continue
		}
		now := r.Now().UnixMilli()
		receipt, object, err := r.receiptFor(o, now)
		if err == nil {
			err = r.Bucket.Put(r.ctx, receipt, object)
		}
		if err != nil {
			return err
		}
		o.Put = true
		o.Receipts = append(o.Receipts, signer{Device: r.device, Wall: now})
		r.gens.orders[key] = o
		n := notes{}
		n.set(noteOrder+key, o)
		if _, err := r.keep(nil, n); err != nil {
			return err
		}
	}
	return nil
}

// calls tells the others that there is something to be looked at.
func (e *Engine) calls(number uint64, wants []want) []want {
	if !e.gens.call {
		return wants
	}
	e.gens.called = number
	wants = append(slices.Clone(wants[:min(len(wants), snapshot.MostWants-1)]), want{Device: e.device, Number: number})
	slices.SortFunc(wants, func(a, b want) int {
		if a.Device != b.Device {
			return strings.Compare(a.Device, b.Device)
		}
		return int(a.Number) - int(b.Number)
	})
	return wants
}

// hasCalled notes that they were told.
func (r *round) hasCalled() error {
	if !r.gens.call || r.gens.called == 0 || r.heads[r.device].Number < r.gens.called {
		return nil
	}
	r.gens.call, r.gens.called = false, 0
	return r.keepGens()
}
