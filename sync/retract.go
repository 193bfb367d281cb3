package sync

import (
	"slices"
	"strconv"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// A revocation names the last delta of a laptop that counts. Who had taken in more before it knew takes
// that back, so that all laptops end with the same; the objects are set aside, for an admin to look at.

// retract takes back what revoked laptops wrote after their end.
func (r *round) retract() error {
	for _, l := range r.State().Laptops() {
		if !l.Revoked || l.Device == r.device {
			continue
		}
		cuts, beyond := r.cutsOf(&l)
		if !beyond {
			continue
		}
		told, err := r.tellsSequence(l)
		if err == nil && told {
			err = r.retractOne(&l, cuts)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// cutsOf gives up to which number a laptop's chain and branches count, and whether any goes on.
func (r *round) cutsOf(l *roster.Laptop) (cuts map[string]uint64, beyond bool) {
	cuts = map[string]uint64{}
	for _, chain := range append(r.branches(l.Device), l.Device) {
		cuts[chain] = r.cutOf(l, chain)
		beyond = beyond || r.headOf(chain).Number > cuts[chain]
	}
	return cuts, beyond
}

// tellsSequence is false for a revocation of the first version, which names a delta and no sequence: a
// laptop that had written changes by then cannot be brought to that point.
func (r *round) tellsSequence(l roster.Laptop) (bool, error) {
	if l.LastTold {
		return true, nil
	}
	for number := uint64(1); number <= l.Last; number++ {
		key, err := r.keyOf(l.Device, number)
		if err != nil {
			return false, err
		}
		delta, _, err := r.reread(key)
		if err != nil || delta == nil || delta.Last > 0 {
			return false, err
		}
	}
	return true, nil
}

// cutting is what is to be taken back of one revoked laptop.
type cutting struct {
	*round
	laptop *roster.Laptop
	cuts   map[string]uint64
	heads  map[string]head // where each chain ends then
	after  uint64          // the highest sequence that counts
	notes  notes
	edits  []store.Edit   // what goes, as far as its bytes are to be had
	closed []store.Closed // sums of what is closed there, up to after
	gone   map[string]bool
	sums   map[[32]byte]bool // of sections that were taken out, of which others with the same sum may go too
}

func (r *round) retractOne(l *roster.Laptop, cuts map[string]uint64) error {
	c := &cutting{round: r, laptop: l, cuts: cuts, heads: map[string]head{}, notes: notes{}, gone: map[string]bool{}, sums: map[[32]byte]bool{}}
	if err := c.findHeads(); err != nil { // while what follows them is still known here
		return err
	}
	for chain := range cuts {
		if err := c.beyond(chain); err != nil {
			return err
		}
	}
	if len(c.heads) > 1 { // sequences of branches are the same: each change is taken back by itself
		if err := r.Store.TakeBack(c.edits, nil); err != nil {
			return err
		}
	}
	if err := r.loseFacts(c.notes, c.edits); err != nil {
		return err
	}
	if err := c.forget(); err != nil {
		return err
	}
	r.Log.Warn("what a revoked laptop wrote after its end is taken back", "device", l.Device, "last", l.Last)
	return r.Store.Retract(l.Device, c.after, c.notes, c.closed, c.edits...)
}

// findHeads finds where each chain ends once it is cut.
func (c *cutting) findHeads() error {
	for chain, cut := range c.cuts {
		h := c.headOf(chain)
		first, err := c.firstOf(chain)
		if err != nil {
			return err
		}
		if cut < first {
			c.heads[chain] = head{}
			continue
		}
		if h.Number > cut {
			hash, last, err := c.endOf(chain, cut)
			if err != nil {
				return err
			}
			h = head{Number: cut, Hash: hash, Last: last, Wall: h.Wall, Partial: h.Partial}
		}
		h.Told = min(h.Told, cut)
		c.heads[chain] = h
		c.after = max(c.after, h.Last)
	}
	return nil
}

// endOf gives hash and last sequence of a chain's last delta that counts, by what the revocation says, by its bytes or by what
// follows it; no hash when none is to be had. That matters only should another admin's later end come to hold.
func (c *cutting) endOf(chain string, cut uint64) (hash signed.Hash, last uint64, err error) {
	for _, end := range c.laptop.Ends {
		if at, known := c.chainWith(c.laptop.Device, end.Number, signed.ShortOf(end.Hash)); known && at == chain && end.Number == cut {
			return end.Hash, end.LastSeq, nil
		}
	}
	last = c.laptop.LastSeq
	for _, base := range c.gens.base[c.laptop.Device] {
		if base.Number == cut && (len(c.gens.base[c.laptop.Device]) == 1 || c.inChain(chain, c.headOf(chain).Number, cut, signed.ShortOf(base.Hash))) {
			return base.Hash, last, nil
		}
	}
	for number := cut; cut > 0 && number <= cut+1; number++ {
		delta, _, _, err := c.deltaAt(chain, number)
		switch {
		case err != nil:
			return signed.Hash{}, 0, err
		case delta != nil && number == cut:
			if c.laptop.Ends != nil {
				last, err = c.lastAt(chain, cut)
			}
			return delta.Hash, last, err
		case delta != nil:
			return delta.Previous, last, nil
		}
	}
	return signed.Hash{}, last, nil
}

// lastAt gives the sequence of the last change in a delta of a chain or before it.
func (c *cutting) lastAt(chain string, number uint64) (uint64, error) {
	for ; number > 0; number-- {
		delta, _, _, err := c.deltaAt(chain, number)
		if err != nil || delta != nil && delta.Last > 0 {
			return lastOf(delta), err
		}
	}
	return 0, nil
}

func lastOf(d *snapshot.Delta) uint64 {
	if d == nil {
		return 0
	}
	return d.Last
}

// deltaAt reads the delta with a number on a chain or what that parts from; nil when its bytes are nowhere.
func (r *round) deltaAt(chain string, number uint64) (d *snapshot.Delta, key string, data []byte, err error) {
	if _, err := r.keyOf(authorOf(chain), number); err != nil { // fills copies
		return nil, "", nil, err
	}
	for _, key := range r.copies[copyOf(authorOf(chain), number)] {
		name, err := snapshot.ParseName(key)
		if err != nil {
			continue
		}
		if at, known := r.chainWith(name.Device, number, name.Hash); !known || at != chain && r.reaches(chain, number, at) < number {
			continue
		}
		if d, data, err = r.reread(key); d != nil || err != nil {
			return d, r.asNoted(key), data, err
		}
	}
	return nil, "", nil, nil
}

// asNoted gives the key under which a delta was set aside, if it was: it may lie in the bucket under several times.
func (e *Engine) asNoted(key string) string {
	if _, noted := e.doubts[short("", key)]; noted {
		return key
	}
	for _, d := range e.doubts {
		if matter(d.Key) == matter(key) {
			return d.Key
		}
	}
	return key
}

// beyond gathers what a chain says after its cut, and sets the objects aside. Of records that were erased nothing else tells what was
// counted.
func (c *cutting) beyond(chain string) error {
	first, err := c.firstOf(chain)
	if err != nil {
		return err
	}
	for number := max(first, c.cuts[chain]+1); number <= c.headOf(chain).Number; number++ {
		delta, key, data, err := c.deltaAt(chain, number)
		if err != nil {
			return err
		}
		if delta == nil {
			continue
		}
		c.take(key, delta)
		c.gone[short("", key)] = true
		c.refuse(c.notes, key, data, fault.New("delta_after_revocation", "device", c.laptop.Device))
	}
	return nil
}

// firstOf gives the number of a branch's first delta; of a laptop's own chain 0.
func (r *round) firstOf(chain string) (uint64, error) {
	var from leave
	_, err := read(r.Store, noteLeaves+chain, &from)
	return from.First, err
}

// take gathers what one delta says: changes that were taken in, and the sums of what is closed or was set aside where they are not gone
// with the sequences.
func (c *cutting) take(key string, d *snapshot.Delta) {
	content, err := d.Contents(c.ring.Find)
	if err != nil {
		return
	}
	s, scopes, stays := c.newStep(), map[string]bool{}, c.staying(d)
	for i := range content.Parts {
		p := &content.Parts[i]
		if s.enter(p, scopes, d) == nil && p.Open {
			c.edits = append(c.edits, stays.without(p.Edits)...)
			c.shutsAgain(s, stays, p)
			continue
		}
		p.Edits = nil
		if c.isCounted(s, stays, d, p) {
			c.opens(d, p.Sum)
		}
	}
	aside := c.doubts[short("", key)].Motions
	for _, e := range content.Edits() {
		for _, scope := range scopesOf(&e) {
			m := &motion{action: roster.Action{Edit: e}, scope: scope}
			if sum, ok := c.Store.SumOf(within(e, scope)); ok && scope != "" && slices.Contains(aside, m.mark()) {
				c.opens(d, sum)
			}
		}
	}
}

// opens takes a sum out that was counted for a delta, unless that goes with the sequences.
func (c *cutting) opens(d *snapshot.Delta, sum store.Sum) {
	if d.Last <= c.after {
		c.closed = append(c.closed, store.Closed{Device: d.Device, Last: d.Last, Sum: sum, Open: true})
	}
}

// forget lets go of what is noted about those objects: sections that are closed, motions set aside,
// and their places in the chain.
func (c *cutting) forget() error {
	c.look.Lock()
	for name := range c.gone {
		delete(c.doubts, name)
		c.notes[noteDoubted+name] = nil
	}
	for chain, h := range c.heads {
		switch {
		case chain == c.laptop.Device:
			c.Engine.heads[chain] = h
			c.notes.set(noteHead+chain, h)
		case h.Number == 0:
			delete(c.split, chain)
			c.notes[noteSplit+chain], c.notes[noteLeaves+chain] = nil, nil
		default:
			b := c.split[chain]
			b.Head = h
			c.split[chain] = b
			c.notes.set(noteSplit+chain, b)
		}
	}
	c.look.Unlock()
	if err := c.forgetShut(); err != nil {
		return err
	}
	return c.forgetBlocks()
}

func (c *cutting) forgetBlocks() error {
	names, err := c.Store.Notes(noteChain + c.laptop.Device)
	for _, name := range names {
		chain, block, _ := strings.Cut(strings.TrimPrefix(name, noteChain), "/")
		first, errBlock := strconv.ParseUint(block, 10, 64)
		cut, cutting := c.cuts[chain]
		if !cutting || errBlock != nil {
			continue
		}
		b := slices.Clone(c.block(name))
		for number := max(cut+1, first*blockSize); number < (first+1)*blockSize; number++ {
			clear(b[number%blockSize*shortHash:][:shortHash])
		}
		c.blocks[name], c.notes[name] = b, b
	}
	return err
}

func (c *cutting) forgetShut() error {
	last := uint64(0)
	for _, h := range c.heads {
		last = max(last, h.Number)
	}
	names, err := c.Store.Notes(noteShut + c.laptop.Device)
	for _, name := range names {
		chain, _, _ := strings.Cut(strings.TrimPrefix(name, noteShut), "/")
		var list []shutPart
		if _, err := read(c.Store, name, &list); err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(p shutPart) bool { return p.Number > c.cuts[chain] })
		if c.notes[name] = nil; len(list) > 0 {
			c.notes[name] = signed.Encode(list)
		}
	}
	if err != nil {
		return err
	}
	return c.forgetAside(c.laptop.Device, last, c.notes)
}
