package sync

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// An erase order is an admin's word that records go, from every laptop and in the end from the bucket. A delta
// that names itself among what its author lacks says that there is one to be looked for; besides, every laptop looks
// once a day, and before it says anything of its own after it was away.

// order is an erase order and what became of it here. It keeps names of records, never what they said.
type order struct {
	_        struct{} `cbor:",toarray"`
	Hash     signed.Hash
	Author   string
	Wall     int64
	Reason   string
	Records  []snapshot.Reference
	Done     bool     // carried out here
	Put      bool     // our receipt is in the bucket
	Swept    bool     // nothing is left of it where this laptop can see to it
	Receipts []signer // of others, as far as they were looked up
}

// signer is a laptop that has carried out an order.
type signer struct {
	_      struct{} `cbor:",toarray"`
	Device string
	Wall   int64
}

// Erase asks every laptop to take records out for good, and takes them out here. The reason is a code, such as
// "request". Faults: not_admitted, roster_not_admin, erasure_invalid, and those of the store.
func (e *Engine) Erase(refs []store.RecordRef, reason string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.roster == nil {
		return fault.New("not_admitted")
	}
	if !e.mayWriteRoster() {
		return fault.New("roster_not_admin")
	}
	o := &snapshot.EraseOrder{Network: e.State().Network, Wall: e.Now().UnixMilli(), Reason: reason}
	for _, ref := range refs {
		o.Records = append(o.Records, snapshot.Reference{Kind: ref.Kind, ID: ref.ID})
	}
	key, object, err := snapshot.WriteEraseOrder(e.Identity, e.member.Cover, o, e.Now())
	if err != nil {
		return err
	}
	e.gens.forced, e.gens.call = true, true
	n := notes{}
	e.noteGens(n)
	n.long(noteOrderBytes+key+"/", object)
	return (&round{Engine: e, ctx: context.Background()}).carryOut(n, key, orderOf(o))
}

func orderOf(o *snapshot.EraseOrder) order {
	return order{Hash: o.Hash, Author: o.Author, Wall: o.Wall, Reason: o.Reason, Records: o.Records}
}

// carryOut takes an order's records out, with what else in this home speaks of them.
func (r *round) carryOut(n notes, key string, o order) error {
	o.Done = true
	n.set(noteOrder+key, o)
	n.set(noteForget, true)
	if err := r.forgetUnsent(n, o.Records); err != nil {
		return err
	}
	refs := make([]store.RecordRef, 0, len(o.Records))
	for _, ref := range o.Records {
		refs = append(refs, store.RecordRef{Kind: ref.Kind, ID: ref.ID})
	}
	if err := r.Store.Erase(refs, r.sentUpTo(), n); err != nil {
		return err
	}
	r.gens.orders[key] = o
	r.Log.Info("records were erased", "order", key, "count", len(refs))
	return r.forgetBytes()
}

// takeOut erases records that others have taken out. What was set aside of them is judged again while its bytes are here.
func (r *round) takeOut(refs []store.RecordRef) error {
	if err := r.Store.Erase(refs, r.sentUpTo(), nil); err != nil {
		return err
	}
	return r.weighAgain()
}

// eraseAgain takes out once more what a full snapshot from before an order brought back.
func (r *round) eraseAgain() error {
	var back []store.RecordRef
	for _, key := range slices.Sorted(maps.Keys(r.gens.orders)) {
		for _, ref := range r.gens.orders[key].Records {
			if !r.Store.IsDropped(ref.Kind, ref.ID) {
				back = append(back, store.RecordRef{Kind: ref.Kind, ID: ref.ID})
			}
		}
	}
	if len(back) == 0 {
		return nil
	}
	return r.takeOut(back)
}

// sentUpTo gives the sequence of the last own change that went out, or is sealed and on its way: that
// delta may be in the bucket already, its answer lost, and is sent in any case. Should it speak of what
// is erased, others count that and let it go.
func (e *Engine) sentUpTo() uint64 {
	last := e.heads[e.device].Last
	for _, branch := range e.branches(e.device) { // what another home of this laptop sent is out as well
		last = max(last, e.split[branch].Head.Last)
	}
	if e.ready != nil {
		last = max(last, e.ready.Last)
	}
	return last
}

// forgetBytes lets go of the bytes of deltas in quarantine and of a full snapshot on its way, since records were erased. The list of what was refused stays. What
// is set aside for its author's role is judged once more before: what it says of an erased record counts now, like everywhere.
// Where a laptop stopped before this, its next round does it.
func (r *round) forgetBytes() error {
	due, err := r.Store.Note(noteForget)
	if err != nil || len(due) == 0 {
		return err
	}
	if err := r.weighAgain(); err != nil {
		return err
	}
	if err := r.forgetArriving(); err != nil {
		return err
	}
	if err := r.emptyQuarantine(); err != nil {
		return err
	}
	_, err = r.keep(nil, notes{noteForget: nil})
	return err
}

func (e *Engine) emptyQuarantine() error {
	if e.Quarantine == "" {
		return nil
	}
	e.look.RLock()
	names := slices.Sorted(maps.Keys(e.refused))
	e.look.RUnlock()
	for _, name := range names {
		if f := e.refused[name]; !strings.HasPrefix(f.Key, snapshot.Prefix) && !strings.HasPrefix(f.Key, snapshot.SegmentPrefix) {
			continue
		}
		if err := os.Remove(filepath.Join(e.Quarantine, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault.New("home_unreadable", "path", e.Quarantine).Because(err)
		}
	}
	return nil
}

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

// speaksOfErased tells whether edits say something of a record that was taken out: their delta is not kept here.
func (e *Engine) speaksOfErased(edits []store.Edit) bool {
	for i := range edits {
		for j := range edits[i].Changes {
			if e.Store.IsDropped(edits[i].Changes[j].Kind, edits[i].Changes[j].Record) {
				return true
			}
		}
	}
	return false
}
