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

// sentUpTo gives the sequence of the last own change that is known to be out. What is sealed and on its way goes out in any case, and is counted then.
func (e *Engine) sentUpTo() uint64 {
	last := e.heads[e.device].Last
	for _, branch := range e.branches(e.device) { // what another home of this laptop sent is out as well
		last = max(last, e.split[branch].Head.Last)
	}
	return last
}

// countTaken counts what an own delta that is out says of records that were taken out since it was sealed, like everybody who gets it: nothing else
// here tells of that any more, whatever this laptop began from meanwhile. Done twice it does no more.
func (r *round) countTaken(out *ready) error {
	if out.Changes == 0 {
		return nil
	}
	d, err := snapshot.Read(r.State().Network, snapshot.Name{Device: r.device, Number: out.Number, Hash: signed.ShortOf(out.Hash)}, out.data)
	if err != nil {
		return err
	}
	var gone []store.Edit
	for _, e := range r.readable(d) {
		e.Changes = slices.DeleteFunc(slices.Clone(e.Changes), func(c store.Change) bool { return !r.Store.IsDropped(c.Kind, c.Record) })
		gone = append(gone, e)
	}
	_, err = r.Store.Apply(gone, nil)
	return err
}

// forgetBytes lets go of the bytes of deltas in quarantine that may tell of what was erased, and of a full snapshot on its way. The list of what was refused
// stays. What is set aside for its author's role is judged once more before: what it says of an erased record counts now, like everywhere.
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
		f := e.refused[name]
		if !strings.HasPrefix(f.Key, snapshot.Prefix) && !strings.HasPrefix(f.Key, snapshot.SegmentPrefix) || e.isHarmless(f.Key) {
			continue
		}
		if err := os.Remove(filepath.Join(e.Quarantine, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault.New("home_unreadable", "path", e.Quarantine).Because(err)
		}
	}
	return nil
}

// goneIn lists the records that were taken out of which edits say something: their delta is not kept here.
func (e *Engine) goneIn(edits []store.Edit) (gone []snapshot.Reference) {
	for i := range edits {
		for _, c := range edits[i].Changes {
			ref := snapshot.Reference{Kind: c.Kind, ID: c.Record}
			if e.Store.IsDropped(c.Kind, c.Record) && !slices.Contains(gone, ref) {
				gone = append(gone, ref)
			}
		}
	}
	return gone
}
