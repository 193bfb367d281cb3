package sync

import (
	"maps"
	"slices"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// An order whose author is no admin any more may have been carried out by some before they knew, and what is erased nobody can
// give back. So it counts for all if an admin in place has carried it out too and signed so, and else for nobody: who did carry it out begins
// again from a full snapshot of those who did not. A revoked admin thus erases nothing on his own.

// counts tells whether an order is to be carried out.
func (r *round) counts(o *order) (bool, error) {
	if r.mayOrder(o.Author) || o.Done && r.mayOrder(r.device) || slices.ContainsFunc(o.Receipts, func(s signer) bool { return r.mayOrder(s.Device) }) {
		return true, nil
	}
	page, err := r.list(snapshot.ReceiptPrefix, "")
	if err != nil {
		return false, err
	}
	for _, object := range page.Objects {
		name, err := snapshot.ParseReceiptName(object.Key)
		if err != nil || name.Order != signed.ShortOf(o.Hash) || !r.mayOrder(name.Device) || r.isRefused(object.Key) {
			continue
		}
		if vouched, err := r.readReceipt(object.Key, o); vouched || err != nil {
			return vouched, err
		}
	}
	return false, nil
}

func (r *round) mayOrder(device string) bool {
	l, known := r.State().Laptop(device)
	return known && !l.Revoked && l.Role == roster.Admin
}

// isLapsed tells of an order that was set aside for its author's place alone. Somebody may have vouched for it since.
func (e *Engine) isLapsed(key string) bool {
	e.look.RLock()
	defer e.look.RUnlock()
	return e.refused[short("", key)].Reason == "erasure_not_admin"
}

// lapsed sets an order aside that does not count.
func (r *round) lapsed(key string, object []byte, o *order) error {
	if r.isLapsed(key) {
		return nil
	}
	return r.refuseNow(key, object, fault.New("erasure_not_admin", "device", o.Author))
}

// lapse lets go of orders that were carried out here and count no more.
func (r *round) lapse() error {
	for _, key := range slices.Sorted(maps.Keys(r.gens.orders)) {
		o := r.gens.orders[key]
		counts, err := r.counts(&o)
		if err == nil && !counts {
			err = r.giveBack(key, &o)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// giveBack forgets an order, and notes that its records are to come back.
func (r *round) giveBack(key string, o *order) error {
	object, err := readLong(r.Store, noteOrderBytes+key+"/")
	if err != nil {
		return err
	}
	n := notes{noteOrder + key: nil}
	if err := forgetLong(r.Store, n, noteOrderBytes+key+"/"); err != nil {
		return err
	}
	back := append(slices.Clone(r.gens.back), o.Records...)
	n.set(noteBack, back)
	r.refuse(n, key, object, fault.New("erasure_not_admin", "device", o.Author))
	if _, err := r.keep(nil, n); err != nil {
		return err
	}
	delete(r.gens.orders, key)
	r.gens.back = back
	r.Log.Warn("an erase order counts no more", "order", key, "device", o.Author)
	return nil
}

// lacksBack tells whether a record is still out that is to come back.
func (r *round) lacksBack() bool {
	return slices.ContainsFunc(r.gens.back, func(ref snapshot.Reference) bool {
		return r.Store.IsDropped(ref.Kind, ref.ID) && !r.isOrdered(ref)
	})
}

// isOrdered tells whether an order that counts names a record.
func (r *round) isOrdered(ref snapshot.Reference) bool {
	for _, o := range r.gens.orders {
		if slices.Contains(o.Records, ref) {
			return true
		}
	}
	return false
}
