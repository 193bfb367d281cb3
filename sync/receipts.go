package sync

import (
	"maps"
	"slices"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// Who has carried out an order signs a receipt; admins gather them.

// lookAtReceipts gathers what others signed, on admins' laptops, until all have: also those that were not heard of yet.
func (r *round) lookAtReceipts() error {
	open := map[signed.Short]string{}
	for key, o := range r.gens.orders {
		if len(r.unsignedOf(o)) > 0 {
			open[signed.ShortOf(o.Hash)] = key
		}
	}
	if len(open) == 0 || !r.mayWriteRoster() {
		return nil
	}
	page, err := r.list(snapshot.ReceiptPrefix, "")
	if err != nil {
		return err
	}
	for _, object := range page.Objects {
		name, err := snapshot.ParseReceiptName(object.Key)
		key, wanted := open[name.Order]
		if err == nil && !r.isOfOrder(name) {
			if err := r.nameReceipt(object.Key); err != nil {
				return err
			}
			continue
		}
		if err != nil || !wanted || r.isRefused(object.Key) || r.gens.orders[key].signedBy(name.Device) {
			continue
		}
		if err := r.takeReceipt(object.Key, key); err != nil {
			return err
		}
	}
	return nil
}

// isOfOrder tells whether a receipt's name speaks of an order that is here.
func (r *round) isOfOrder(name snapshot.ReceiptName) bool {
	for _, o := range r.gens.orders {
		if signed.ShortOf(o.Hash) == name.Order {
			return true
		}
	}
	return false
}

// nameReceipt sets aside a receipt of an order that is not here, when it is another's under this name; read once in a run of the program.
func (r *round) nameReceipt(key string) error {
	if r.isRefused(key) || r.gens.strange[key] {
		return nil
	}
	r.gens.strange[key] = true
	object, err := r.getCovered(key, snapshot.MaxErasure, "erasure_unreadable")
	if object == nil || err != nil {
		return err
	}
	if _, err = tryKeys(r, func(keys snapshot.SignKeys) (*snapshot.Receipt, error) {
		return snapshot.ReadReceipt(key, object, r.State().Network, r.member.Cover, keys)
	}); err != nil {
		return r.refuseNow(key, object, err)
	}
	return nil
}

// unsignedOf lists the laptops that have not signed an order, those that are silent for long among them.
func (e *Engine) unsignedOf(o order) (devices []string) {
	for _, l := range e.State().Laptops() {
		if !l.Revoked && !o.signedBy(l.Device) {
			devices = append(devices, l.Device)
		}
	}
	return devices
}

func (o order) signedBy(device string) bool {
	return slices.ContainsFunc(o.Receipts, func(s signer) bool { return s.Device == device })
}

func (r *round) takeReceipt(key, orderKey string) error {
	o := r.gens.orders[orderKey]
	if known, err := r.readReceipt(key, &o); err != nil || !known {
		return err
	}
	r.gens.orders[orderKey] = o
	n := notes{}
	n.set(noteOrder+orderKey, o)
	_, err := r.keep(nil, n)
	return err
}

// readReceipt reads and believes a receipt, and adds it to its order; false when it is refused or gone.
func (r *round) readReceipt(key string, o *order) (bool, error) {
	object, err := r.getCovered(key, snapshot.MaxErasure, "erasure_unreadable")
	if object == nil || err != nil {
		return false, err
	}
	receipt, err := tryKeys(r, func(keys snapshot.SignKeys) (*snapshot.Receipt, error) {
		return snapshot.ReadReceipt(key, object, r.State().Network, r.member.Cover, keys)
	})
	if err == nil && !receipt.Covers(&snapshot.EraseOrder{Hash: o.Hash, Network: r.State().Network, Records: o.Records}) {
		err = fault.New("erasure_unreadable", "key", key)
	}
	if err != nil {
		return false, r.refuseNow(key, object, err)
	}
	o.Receipts = append(slices.Clone(o.Receipts), signer{Device: receipt.Device, Wall: receipt.Wall})
	return true, nil
}

// Erasure is an erase order and who has carried it out.
type Erasure struct {
	Records []store.RecordRef
	Reason  string
	By      string    // the admin's laptop
	At      time.Time // by that laptop's clock
	Done    map[string]time.Time
	Waiting []string // laptops that have not signed, those that are silent for long among them
}

// Receipts tells of every erasure of a record, or of all where the id is empty, the oldest first.
func (e *Engine) Receipts(of store.RecordRef) []Erasure {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := []Erasure{}
	for _, key := range slices.Sorted(maps.Keys(e.gens.orders)) {
		o := e.gens.orders[key]
		if of.ID != "" && !slices.Contains(o.Records, snapshot.Reference{Kind: of.Kind, ID: of.ID}) {
			continue
		}
		one := Erasure{Reason: o.Reason, By: o.Author, At: time.UnixMilli(o.Wall).UTC(), Done: map[string]time.Time{}, Waiting: []string{}}
		for _, ref := range o.Records {
			one.Records = append(one.Records, store.RecordRef{Kind: ref.Kind, ID: ref.ID})
		}
		for _, s := range o.Receipts {
			one.Done[s.Device] = time.UnixMilli(s.Wall).UTC()
		}
		one.Waiting = append(one.Waiting, e.unsignedOf(o)...)
		list = append(list, one)
	}
	return list
}
