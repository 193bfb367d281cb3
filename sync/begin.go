package sync

import (
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/snapshot"
)

// beginFrom puts a full snapshot in place of the records. It tells whether something in it was bad, or cannot be read yet, and then nothing has changed.
func (r *round) beginFrom(g *generation) (bad bool, err error) {
	if err := r.arrivedIn(g); err != nil {
		return false, err
	}
	if r.wasSilent() || r.reuses(g) {
		if err := r.setAsideUnsent(); err != nil {
			return false, err
		}
	}
	with, o := store.Beginning{UpTo: g.Network.UpTo()}, origin{Places: g.Network.Frontier, Floor: r.heads[r.device].Number}
	var blame blame
	held := r.shutOut(g, &with, &o)
	here, err := r.bring(held, &blame)
	if err != nil {
		return r.blamed(blame.of(err), err)
	}
	for _, m := range held {
		with.Changes = append(with.Changes, r.changesOf(m, here, &blame))
	}
	with.Prove = func(sums map[string]store.Sum) error { return r.prove(g, sums, &blame) }
	with.Dropped = r.droppedOf(g)
	gone, err := r.mayGo()
	if err == nil {
		with.Notes, err = r.anew(g, o, held, gone)
	}
	if err != nil {
		return false, err
	}
	if err := r.Store.Bootstrap(with); err != nil {
		return r.blamed(blame.of(err), err)
	}
	r.gens.origin = o
	r.Log.Info("began from a full snapshot", "generation", g.Number)
	return false, r.begun(gone)
}

// shutOut counts what a full snapshot has and this laptop cannot read by its sums, and gives the manifests of what it can.
func (r *round) shutOut(g *generation, with *store.Beginning, o *origin) (held []*snapshot.Manifest) {
	for _, m := range g.scopes() {
		for _, a := range m.Aside {
			with.Closed = with.Closed.Add(store.Sum(a.Sum))
		}
		if !r.Holds(m.Scope) {
			with.Closed = with.Closed.Add(store.Sum(m.Sum))
			o.Shut = append(o.Shut, m.Scope)
			continue
		}
		held = append(held, m)
	}
	return held
}

// begun takes up what is here once a full snapshot stands in place of what was; gone is what may have gone with that.
func (r *round) begun(gone []unsent) error {
	r.reload()
	clear(r.stuck)
	if err := r.forgetArriving(); err != nil {
		return err
	}
	if err := r.bringDoubted(); err != nil {
		return err
	}
	if err := r.takeOff(gone); err != nil {
		return err
	}
	return r.eraseAgain()
}

// arrivedIn takes note that the delta which was on its way did arrive, its answer lost, when a generation has it.
func (r *round) arrivedIn(g *generation) error {
	if r.ready == nil {
		return nil
	}
	for _, p := range g.Network.Frontier {
		if p.Device == r.device && p.Number == r.ready.Number && p.Hash == r.ready.Hash {
			return r.sent()
		}
	}
	return nil
}

// reuses tells whether this home came back from an old copy, so that what it has not sent bears numbers that are taken.
func (r *round) reuses(g *generation) bool {
	upTo := g.Network.UpTo()[r.device]
	for edit, err := range r.Store.Unpublished(r.heads[r.device].Last) {
		return err == nil && edit.First <= upTo
	}
	return false
}

// blamed names what was wrong in a full snapshot. What only the way there did is no reason to refuse it, nor that it was sealed with a key that
// is still to come: whoever finishes a generation, or adds an office to it, may go by a newer statement than its manifests name.
func (r *round) blamed(at *wrong, err error) (bad bool, _ error) {
	code := fault.CodeOf(err)
	if code == "missing_key" {
		r.Log.Info("a full snapshot cannot be read yet", "error", err)
		return true, nil
	}
	if at == nil || !strings.HasPrefix(code, "full_") && code != "bad_change" && code != "object_missing" && code != "object_too_large" {
		return false, err
	}
	r.Log.Warn("a full snapshot is bad", "generation", at.m.Generation, "scope", at.m.Scope, "error", err)
	if at.part != "" {
		return true, r.refuseNow(at.part, at.object, at.err)
	}
	return true, r.refuseManifest(at.m, err)
}

// blame says in which part, or whose parts, something was wrong. Several scopes are read at once.
type blame struct {
	mu     sync.Mutex
	wrongs []wrong
}

// wrong is what was wrong: a part that is not the one that its manifest speaks of, or else what the manifest says.
type wrong struct {
	m      *snapshot.Manifest
	part   string // its key
	object []byte // what lies there
	err    error
}

func (b *blame) note(m *snapshot.Manifest, err error) error { return b.add(wrong{m: m, err: err}) }

func (b *blame) add(w wrong) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrongs = append(b.wrongs, w)
	return w.err
}

// of gives what failed in the end; nil when that was something else.
func (b *blame) of(err error) *wrong {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range b.wrongs {
		if errors.Is(err, w.err) {
			return &w
		}
	}
	return nil
}

// changesOf gives the changes of one scope; what goes wrong in it is noted as its manifest's.
func (r *round) changesOf(m *snapshot.Manifest, here *arriving, blame *blame) iter.Seq2[store.Change, error] {
	return func(yield func(store.Change, error) bool) {
		number := -1 // they are asked for in order
		get := func(key string) ([]byte, error) {
			number++
			if err := stopped(r.ctx); err != nil {
				return nil, err
			}
			if data := here.wholeOf(m, number); data != nil {
				return data, nil
			}
			return r.getPart(part{m, number}, blame) // the disk lost it meanwhile
		}
		for c, err := range r.untilStopped(snapshot.ReadFull(m, r.ring.Find, get)) {
			if err != nil {
				yield(c, blame.note(m, err))
				return
			}
			c.Scope = m.Scope
			if !yield(c, nil) {
				return
			}
		}
	}
}

// prove holds the sum of every scope that was read, with what was taken out of it, against its manifest's.
func (r *round) prove(g *generation, sums map[string]store.Sum, blame *blame) error {
	for _, m := range g.scopes() {
		total := sums[m.Scope]
		for _, d := range m.Dropped {
			total = total.Add(store.Sum(d.Sum))
		}
		if r.Holds(m.Scope) && total != store.Sum(m.Sum) {
			return blame.note(m, fault.New("full_altered", "part", "sum"))
		}
	}
	return nil
}

// progress counts what has come of a full snapshot.
type progress struct {
	engine *Engine
	mu     sync.Mutex
	done   int64
	total  int64
}

func (p *progress) add(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += int64(n)
	p.engine.tell("begin", p.done, p.total)
}

// droppedOf gives what a generation left out, as the store keeps it.
func (r *round) droppedOf(g *generation) []store.Dropped {
	all := map[store.RecordRef]*store.Dropped{}
	for _, m := range g.scopes() {
		for _, d := range m.Dropped {
			ref := store.RecordRef{Kind: d.Kind, ID: d.ID}
			if all[ref] == nil {
				all[ref] = &store.Dropped{RecordRef: ref}
			}
			if r.Holds(m.Scope) && d.Sum != (store.Sum{}) {
				all[ref].Parts = append(all[ref].Parts, store.DroppedPart{Scope: m.Scope, Sum: d.Sum})
			}
		}
	}
	var list []store.Dropped
	for _, ref := range slices.SortedFunc(maps.Keys(all), func(a, b store.RecordRef) int {
		return strings.Compare(string(a.Kind)+"\x00"+a.ID, string(b.Kind)+"\x00"+b.ID)
	}) {
		list = append(list, *all[ref])
	}
	return list
}

// anew gives the notes of a laptop that begins from a full snapshot: every chain stands where it stood there. What was set aside there, and what may go
// here, is among them.
func (r *round) anew(g *generation, o origin, held []*snapshot.Manifest, gone []unsent) (notes, error) {
	n := notes{}
	for _, prefix := range []string{noteHead, noteChain, noteSplit, noteShut, noteSkipped, noteDoubted, noteSilenced, noteLeaves, noteLowered, noteBeyond, noteAside} {
		if err := forgetLong(r.Store, n, prefix); err != nil {
			return nil, err
		}
	}
	n[noteSought], n[noteHeld] = nil, nil
	r.reconsider(n)
	takeChains(n, g.Network)
	n.set(noteOrigin, o)
	n[noteRecount], n[noteBack] = nil, nil
	r.countedIn(n, g.Network)
	if err := r.takeAside(n, held); err != nil {
		return nil, err
	}
	return n, r.setAsideIn(n, gone)
}

// reconsider takes deltas off the list whose place in the chain was sure and of which something was refused. Of those that
// the full snapshot has nothing is to be judged any more; the others are fetched and judged as if they came for the first time.
func (r *round) reconsider(n notes) {
	for name, f := range r.refused {
		if at, err := snapshot.ParseName(f.Key); err == nil && r.knows(at) {
			n[noteRefused+name] = nil
		}
	}
}

// belowFloor tells whether own deltas that came after the full snapshot are not all here again: until they
// are, a new one would split the chain.
func (e *Engine) belowFloor() bool { return e.heads[e.device].Number < e.gens.origin.Floor }

// nearby gives the bytes of a delta that came in a segment, or that this laptop keeps.
func (r *round) nearby(c *candidate) []byte {
	if data := r.sight.near[matter(c.key)]; data != nil {
		return data
	}
	if len(r.gens.origin.Places) == 0 || r.Objects == "" {
		return nil
	}
	return r.bytesHere(c.key)
}
