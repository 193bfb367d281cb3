package sync

import (
	"cmp"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// From so many deltas or bytes ahead on, a laptop that has nothing yet begins from a full snapshot.
const (
	farDeltas = 200
	farBytes  = 2 << 20
)

// beginning comes before anything of a listing is taken in: it looks what is to be erased, and lets a
// laptop that has nothing yet begin from a full snapshot.
func (r *round) beginning(objects []bucket.Object) error {
	if asked := r.around.Swap(false); asked || r.compare || r.gens.told {
		if err := r.lookAround(); err != nil {
			return err
		}
	}
	first, again := r.isNew() && r.isFar(objects), r.wasSilent() && r.isPassed()
	if !first && !again {
		return nil
	}
	_, err := r.begin(anyOf)
	return err
}

// lookAround lists erase orders and full snapshots.
func (r *round) lookAround() error {
	r.sight.called = r.sight.called || r.gens.told
	if err := r.lookAtOrders(); err != nil {
		return err
	}
	if err := r.lookAtFulls(); err != nil {
		return err
	}
	r.gens.told = false
	return nil
}

// afterwards comes when a listing was taken in: what was told of meanwhile is looked at, and a laptop that
// lacks what only a full snapshot still has begins from it.
func (r *round) afterwards() error {
	if r.gens.told || (r.compare || r.lacksBeginnings()) && !r.sight.looked {
		if err := r.lookAround(); err != nil {
			return err
		}
	}
	if !r.isBehind() && !r.opensMore() && !r.lacksEnd() {
		return nil
	}
	if err := r.lookAtFulls(); err != nil {
		return err
	}
	fits := r.brings
	if r.opensMore() || r.lacksEnd() {
		fits = anyOf
	}
	begun, err := r.begin(fits)
	if err != nil || !begun {
		return err
	}
	if err := r.takeAll(); err != nil {
		return err
	}
	return r.reopen() // what was set aside in one batch may rest on what came in a later one
}

// lacksBeginnings tells whether everything was listed in vain for deltas of a laptop of which nothing is here: they may lie in a full snapshot.
func (r *round) lacksBeginnings() bool {
	return r.full && slices.ContainsFunc(r.gaps(), func(w want) bool { return r.heads[w.Device].Number == 0 })
}

// isNew tells that nothing of any other laptop was taken in yet.
func (r *round) isNew() bool {
	for device, h := range r.heads {
		if device != r.device && h.Number > 0 {
			return false
		}
	}
	return len(r.gens.origin.Places) == 0
}

func (r *round) isFar(objects []bucket.Object) bool {
	count, size := 0, int64(0)
	for _, o := range objects {
		if _, err := snapshot.ParseName(o.Key); err == nil {
			count, size = count+1, size+o.Size
		}
	}
	far := farDeltas
	if r.gens.far > 0 {
		far = r.gens.far
	}
	if r.full && count == 0 && r.sight.looked && len(r.sight.all) > 0 {
		return true // there is nothing else to begin from
	}
	return count > far || size > farBytes
}

// isPassed tells whether a full snapshot has what is not here.
func (r *round) isPassed() bool {
	return slices.ContainsFunc(r.sight.all, func(g *generation) bool { return g.complete() && r.brings(g) })
}

// brings tells whether a full snapshot has what is not here. Who begins again from one that has not would begin so in every round, and never come to
// ask others for what it lacks.
func (r *round) brings(g *generation) bool {
	return slices.ContainsFunc(g.Network.Frontier, func(p snapshot.Place) bool { return !r.has(p.Device, p.Number, signed.ShortOf(p.Hash)) })
}

func anyOf(*generation) bool { return true }

// isBehind tells whether deltas that are missing here are there no more, since a full snapshot stands for them.
func (r *round) isBehind() bool {
	if !r.full || !r.sight.looked || len(r.sight.all) == 0 {
		return false
	}
	there, ends := map[want]bool{}, map[string]bool{}
	for _, o := range r.sight.logs {
		if name, err := snapshot.ParseName(o.Key); err == nil {
			there[want{Device: name.Device, Number: name.Number}], ends[matter(o.Key)] = true, true
		}
	}
	for _, g := range r.sight.all {
		if !g.complete() {
			continue
		}
		for _, p := range g.Network.Frontier {
			if r.has(p.Device, p.Number, signed.ShortOf(p.Hash)) {
				continue
			}
			next := r.heads[p.Device].Number + 1
			if !ends[matterOf(p.Device, p.Number, signed.ShortOf(p.Hash))] || next <= p.Number && !there[want{Device: p.Device, Number: next}] {
				return true
			}
		}
	}
	return false
}

// lacksEnd tells whether the generation that others confirmed last names the end of a branch that this laptop takes for known by its number alone,
// as what a copied home sends that went on from long ago. What ends a chain leads to no other end, so it is not what this laptop began from.
func (r *round) lacksEnd() bool {
	if !r.sight.looked {
		return false
	}
	at := slices.IndexFunc(r.sight.all, func(g *generation) bool { return g.Sure && g.complete() && r.partsThere(g) && !r.reachesBack(g) })
	return at >= 0 && slices.ContainsFunc(r.sight.all[at].Network.Frontier, func(p snapshot.Place) bool {
		began := slices.ContainsFunc(r.gens.base[p.Device], func(b snapshot.Place) bool { return b.Number == p.Number && b.Hash == p.Hash })
		return r.isOld(p.Device, p.Number) && !began && !r.isByHash(p.Device, p.Number, signed.ShortOf(p.Hash))
	})
}

// isByHash tells whether a delta is known on a chain by its hash.
func (e *Engine) isByHash(device string, number uint64, hash signed.Short) bool {
	return slices.ContainsFunc(append(e.branches(device), device), func(chain string) bool {
		return e.inChain(chain, e.headOf(chain).Number, number, hash)
	})
}

// opensMore tells whether the state began without an office that can be read by now, or with what counts no more.
func (r *round) opensMore() bool {
	return r.gens.again || r.lacksBack() || r.beganBeyond() || slices.ContainsFunc(r.gens.origin.Shut, r.Holds)
}

// begin starts from the newest full snapshot that is good, one that others confirmed before one that only its author
// vouches for. What turns out bad is named, and the one before is taken; false when there is none that fits.
func (r *round) begin(fits func(*generation) bool) (bool, error) {
	if err := r.lookAtFulls(); err != nil {
		return false, err
	}
	for _, sure := range []bool{true, false} {
		for _, g := range slices.Clone(r.sight.all) {
			if g.Sure != sure || !g.complete() || !r.partsThere(g) || r.reachesBack(g) || r.goesBack(g) || !fits(g) {
				continue
			}
			bad, err := r.beginFrom(g)
			if err != nil {
				return false, err
			}
			if !bad {
				return true, nil
			}
		}
	}
	r.gens.again = false
	return false, nil
}

// reachesBack tells whether a generation is from before the state that is here.
func (r *round) reachesBack(g *generation) bool {
	at, was := standing{Places: g.Network.Frontier}, standing{Places: r.gens.origin.Places}
	return slices.ContainsFunc(r.gens.origin.Places, func(p snapshot.Place) bool {
		fewer := at.number(p.Device) < p.Number || len(at.ends(p.Device)) < len(was.ends(p.Device))
		return fewer && !r.beyondEnd([]snapshot.Place{p})
	})
}

// beginFrom puts a full snapshot in place of the records. It tells whether something in it was bad, and then nothing has changed.
func (r *round) beginFrom(g *generation) (bad bool, err error) {
	if err := r.arrivedIn(g); err != nil {
		return false, err
	}
	if r.wasSilent() || r.reuses(g) {
		if err := r.setAsideUnsent(); err != nil {
			return false, err
		}
	}
	with := store.Beginning{UpTo: g.Network.UpTo()}
	var blame blame
	var held []*snapshot.Manifest
	o := origin{Places: g.Network.Frontier, Floor: r.heads[r.device].Number}
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
	here, err := r.bring(held, &blame)
	if err != nil {
		return r.blamed(blame.of(err), err)
	}
	for _, m := range held {
		with.Changes = append(with.Changes, r.changesOf(m, here, &blame))
	}
	with.Prove = func(sums map[string]store.Sum) error { return r.prove(g, sums, &blame) }
	with.Dropped = r.droppedOf(g)
	n, err := r.anew(g, o)
	if err == nil {
		err = r.takeAside(n, held)
	}
	gone, failed := r.mayGo()
	if err = cmp.Or(err, failed); err == nil {
		err = r.setAsideIn(n, gone)
	}
	if err != nil {
		return false, err
	}
	with.Notes = n
	if err := r.Store.Bootstrap(with); err != nil {
		return r.blamed(blame.of(err), err)
	}
	r.gens.origin = o
	r.reload()
	clear(r.stuck)
	r.Log.Info("began from a full snapshot", "generation", g.Number)
	if err := r.forgetArriving(); err != nil {
		return false, err
	}
	if err := r.bringDoubted(); err != nil {
		return false, err
	}
	if err := r.takeOff(gone); err != nil {
		return false, err
	}
	return false, r.eraseAgain()
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

// blamed names what was wrong in a full snapshot. What only the way there did is no reason to refuse it.
func (r *round) blamed(m *snapshot.Manifest, err error) (bad bool, _ error) {
	code := fault.CodeOf(err)
	if m == nil || !strings.HasPrefix(code, "full_") && code != "bad_change" && code != "object_missing" && code != "object_too_large" {
		return false, err
	}
	r.Log.Warn("a full snapshot is bad", "generation", m.Generation, "scope", m.Scope, "error", err)
	return true, r.refuseManifest(m, err)
}

// blame says in which manifest's parts something was wrong. Several scopes are read at once.
type blame struct {
	mu     sync.Mutex
	wrongs []wrong
}

type wrong struct {
	m   *snapshot.Manifest
	err error
}

func (b *blame) note(m *snapshot.Manifest, err error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrongs = append(b.wrongs, wrong{m, err})
	return err
}

// of gives the manifest of what failed in the end; nil when that was something else.
func (b *blame) of(err error) *snapshot.Manifest {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range b.wrongs {
		if errors.Is(err, w.err) {
			return w.m
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
			return r.Bucket.Get(r.ctx, key, snapshot.MaxPart) // the disk lost it meanwhile
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

// anew gives the notes of a laptop that begins from a full snapshot: every chain stands where it stood there.
func (r *round) anew(g *generation, o origin) (notes, error) {
	n := notes{}
	for _, prefix := range []string{noteHead, noteChain, noteSplit, noteShut, noteSkipped, noteDoubted, noteLeaves, noteLowered, noteBeyond, noteAside} {
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
	return n, nil
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
