package sync

import (
	"maps"
	"slices"
	"strings"
	"time"

	"example.org/carnet/sync/bucket"
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
	for _, o := range page.Objects {
		if r.knowsOrder(o.Key) || r.isRefused(o.Key) && !r.isLapsed(o.Key) {
			continue
		}
		if err := r.takeOrder(o.Key); err != nil {
			return err
		}
	}
	if err := r.askForOrders(page.Objects); err != nil {
		return err
	}
	if err := r.lapse(); err != nil {
		return err
	}
	if err := r.sendOrders(page.Objects); err != nil {
		return err
	}
	return r.lookAtReceipts()
}

// askForOrders has the others look when an order lies here spoilt that this laptop lacks.
func (r *round) askForOrders(listed []bucket.Object) error {
	lacking := slices.ContainsFunc(listed, func(o bucket.Object) bool { return r.isSpoiltNow(o.Key) && !r.knowsOrder(o.Key) })
	if !lacking || r.gens.call {
		return nil
	}
	r.gens.call = true
	return r.keepGens()
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
	r.sight.news = true
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

// mostCompared bounds how many orders one visit compares byte for byte when somebody called: the newest of which something may be left.
const mostCompared = 4

// sendOrders puts orders that a place lacks, and receipts for those that were carried out here.
func (r *round) sendOrders(listed []bucket.Object) error {
	lying := map[signed.Short][]bucket.Object{}
	for _, o := range listed {
		if name, err := snapshot.ParseEraseName(o.Key); err == nil {
			lying[name.Hash] = append(lying[name.Hash], o)
		}
	}
	left := 0
	if r.gens.told {
		left = mostCompared
	}
	for _, key := range slices.Backward(slices.Sorted(maps.Keys(r.gens.orders))) {
		o := r.gens.orders[key]
		closely := left > 0 && !o.Swept
		if closely {
			left--
		}
		if err := r.bringOrder(key, lying[signed.ShortOf(o.Hash)], closely); err != nil {
			return err
		}
		if err := r.signReceipt(key); err != nil {
			return err
		}
	}
	return r.keepShown()
}

// bringOrder puts an order that does not lie at the place whole, under whatever time. Closely means to read what lies there.
func (r *round) bringOrder(key string, lying []bucket.Object, closely bool) error {
	object, err := readLong(r.Store, noteOrderBytes+key+"/")
	if err != nil || len(object) == 0 {
		return err
	}
	for _, o := range lying {
		whole := o.Size == int64(len(object))
		if whole && closely {
			if whole, err = r.isSame(o.Key, object, "erasure_unreadable"); err != nil {
				return err
			}
		}
		if whole {
			r.shown(key)
			return nil
		}
	}
	if len(lying) == 0 && (r.wasShown(key) || r.gens.orders[key].Put && r.known && len(r.places) < 2) {
		r.place.lose(key)
	}
	stands, err := r.putAlone(key, object, "erasure_unreadable")
	if name, errName := snapshot.ParseEraseName(key); err == nil && errName == nil && !stands { // under another time it is the same
		name.Time = time.Unix(r.now().Unix()-r.now().Unix()%sameMoment, 0)
		stands, err = r.putAlone(name.String(), object, "erasure_unreadable")
	}
	if stands {
		r.shown(key)
	}
	return err
}

// signReceipt says that an order was carried out here, once.
func (r *round) signReceipt(key string) error {
	o := r.gens.orders[key]
	if o.Put || !o.Done {
		return nil
	}
	now := r.Now().UnixMilli()
	receipt, object, err := r.receiptFor(o, now)
	if err != nil {
		return err
	}
	if stands, err := r.putAlone(receipt, object, "erasure_unreadable"); err != nil || !stands {
		return err // the next look signs it at another time
	}
	r.shown(ownReceipt(o))
	o.Put = true
	o.Receipts = append(o.Receipts, signer{Device: r.device, Wall: now})
	r.gens.orders[key] = o
	n := notes{}
	n.set(noteOrder+key, o)
	_, err = r.keep(nil, n)
	return err
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
