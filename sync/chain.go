package sync

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// Of every delta that was taken in, the first letters of its hash are kept, in blocks by number:
// enough to know an object again by its name, under whatever time it appears, without fetching it.
const (
	blockSize   = 64
	shortHash   = 8
	blocksCache = 1024
)

// A laptop's deltas are one chain, unless two homes say to be that laptop: a copy of a home, or one
// that was put back from an old copy and written in. Then the chain splits. All its branches count:
// whichever is here first is the laptop's own chain, the others are told apart by the hash of their
// first delta. What is merged does not depend on which is which.

// mostBranches bounds what the holder of a laptop's key can make others keep.
const mostBranches = 64

// branchOf names the branch that begins with a delta.
func branchOf(d *snapshot.Delta) string {
	return d.Device + "~" + signed.Letters(signed.ShortOf(d.Hash))
}

// authorOf gives the laptop whose chain or branch this is.
func authorOf(chain string) string {
	device, _, _ := strings.Cut(chain, "~")
	return device
}

// branches gives the names of a laptop's branches beside its chain.
func (e *Engine) branches(device string) []string {
	var list []string
	for name := range e.split {
		if authorOf(name) == device {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

// chainOf finds the chain or branch that a delta goes on with and where that stands. A delta that
// parts from what is known begins a branch; what comes too early gives a link that shows a gap.
func (e *Engine) chainOf(d *snapshot.Delta) (chain string, link snapshot.Link) {
	main := e.heads[d.Device].link()
	if follows(d, main) {
		return d.Device, main
	}
	branches := e.branches(d.Device)
	for _, name := range branches {
		if link := e.split[name].Head.link(); follows(d, link) {
			return name, link
		}
	}
	switch {
	case e.has(d.Device, d.Number, signed.ShortOf(d.Hash)):
		return d.Device, snapshot.Link{Number: d.Number, Hash: d.Hash}
	case d.Number > 1 && !e.has(d.Device, d.Number-1, signed.ShortOf(d.Previous)):
		return d.Device, snapshot.Link{} // from a branch of which something before is missing
	case len(branches) >= mostBranches || !e.mayBranch(d):
		return d.Device, snapshot.Link{Number: max(main.Number, d.Number)} // refused as forked
	}
	return branchOf(d), snapshot.Link{Number: d.Number - 1, Hash: d.Previous}
}

func follows(d *snapshot.Delta, l snapshot.Link) bool {
	return d.Number == l.Number+1 && d.Previous == l.Hash
}

// mayBranch is false of a revoked laptop, which could else write on before its end, unless an end that is not here yet
// may be the branch's.
func (e *Engine) mayBranch(d *snapshot.Delta) bool {
	s := e.State()
	if s == nil {
		return false
	}
	l, known := s.Laptop(d.Device)
	return known && (!l.Revoked || l.Ends != nil && e.within(l.Ends, branchOf(d), d.Number, signed.ShortOf(d.Hash)) != outside)
}

// linkFor gives where the chain of one fetched object stands.
func (r *round) linkFor(c *candidate) func(string) snapshot.Link {
	d, err := snapshot.Read(r.State().Network, c.name, c.data)
	if err != nil {
		return func(device string) snapshot.Link { return r.heads[device].link() }
	}
	_, link := r.chainOf(d)
	if link == (snapshot.Link{}) && d.Number > 1 {
		r.stuck[c.key] = r.reached(d.Device)
	}
	return func(string) snapshot.Link { return link }
}

// headOf gives how far a chain or branch is here.
func (e *Engine) headOf(chain string) head {
	if chain == authorOf(chain) {
		return e.heads[chain]
	}
	return e.split[chain].Head
}

// advance moves a chain or branch on; the caller holds look.
func (e *Engine) advance(n notes, chain string, h head) {
	if chain == authorOf(chain) {
		e.heads[chain] = h
		n.set(noteHead+chain, h)
		return
	}
	b := branch{Since: e.split[chain].Since, Grew: e.Now().UnixMilli(), Head: h}
	if b.Since == 0 {
		b.Since = b.Grew
		e.Log.Warn("the chain of a laptop split", "device", authorOf(chain), "number", h.Number)
	}
	e.split[chain] = b
	n.set(noteSplit+chain, b)
}

// branch is a chain beside a laptop's own.
type branch struct {
	_     struct{} `cbor:",toarray"`
	Since int64    // when it was noticed
	Grew  int64    // when something was last added
	Head  head
}

// splitNews is how long people are told of a branch after it last grew.
const splitNews = 7 * 24 * time.Hour

// splitLaptops names the laptops of which branches grew not long ago.
func (e *Engine) splitLaptops() []string {
	list := []string{}
	for name, b := range e.split {
		if e.Now().Sub(time.UnixMilli(b.Grew)) < splitNews {
			list = append(list, authorOf(name))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// splitDevices names all laptops whose chain split.
func (e *Engine) splitDevices() []string {
	var list []string
	for name := range e.split {
		list = append(list, authorOf(name))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// tips gives the ends of all chains of the laptops whose chain split, by name and hash, with the
// sequence they reach, the statements that gave laptops other places, and the erase orders of the last weeks: two laptops know the same only when these
// are the same too. Of a record that is gone all counts, also what a role forbids, so that one who has not heard of the order yet counts less.
func (e *Engine) tips() map[string]uint64 {
	tips := map[string]uint64{}
	for name, b := range e.split {
		for _, h := range []head{b.Head, e.heads[authorOf(name)]} {
			tips[authorOf(name)+"~"+signed.Letters(signed.ShortOf(h.Hash))] = h.Number
		}
	}
	if s := e.State(); s != nil {
		for _, l := range s.Laptops() {
			for _, by := range l.Placed {
				tips[l.Device+"!"+signed.Letters(signed.ShortOf(by))] = 1
			}
		}
	}
	for _, o := range e.gens.orders {
		if o.Done && e.Now().Sub(time.UnixMilli(o.Wall)).Abs() < patience {
			tips["erase!"+signed.Letters(signed.ShortOf(o.Hash))] = 1
		}
	}
	return tips
}

func blockName(chain string, number uint64) string {
	return noteChain + chain + "/" + strconv.FormatUint(number/blockSize, 10)
}

// block gives the hashes around a number; unwritten ones are zero.
func (e *Engine) block(name string) []byte {
	if b, cached := e.blocks[name]; cached {
		return b
	}
	b, err := e.Store.Note(name)
	if err != nil || len(b) != blockSize*shortHash {
		b = make([]byte, blockSize*shortHash)
	}
	if len(e.blocks) > blocksCache {
		clear(e.blocks)
	}
	e.blocks[name] = b
	return b
}

// knows tells whether this very delta was taken in.
func (e *Engine) knows(name snapshot.Name) bool { return e.has(name.Device, name.Number, name.Hash) }

func (e *Engine) has(device string, number uint64, hash signed.Short) bool {
	if e.isBase(device, number, hash) {
		return true
	}
	if e.inChain(device, e.heads[device].Number, number, hash) {
		return true
	}
	if len(e.split) == 0 {
		return false
	}
	for _, name := range e.branches(device) {
		if e.inChain(name, e.split[name].Head.Number, number, hash) {
			return true
		}
	}
	return false
}

func (e *Engine) inChain(chain string, end, number uint64, hash signed.Short) bool {
	if number > end || number == 0 {
		return false
	}
	at := number % blockSize * shortHash
	return bytes.Equal(e.block(blockName(chain, number))[at:at+shortHash], hash[:shortHash])
}

// learn notes a delta that is taken in or sent, and that other places lack it.
func (e *Engine) learn(n notes, chain string, number uint64, hash signed.Hash) {
	name := blockName(chain, number)
	b := bytes.Clone(e.block(name))
	copy(b[number%blockSize*shortHash:], hash[:shortHash])
	e.blocks[name] = b
	n[name] = b
	e.owe(n, matterOf(authorOf(chain), number, signed.ShortOf(hash)), false)
}

// newest is the highest number of a laptop's deltas here, on whatever branch.
func (e *Engine) newest(device string) uint64 {
	number := e.heads[device].Number
	for _, name := range e.branches(device) {
		number = max(number, e.split[name].Head.Number)
	}
	return number
}

// endsOf gives the ends of a laptop's chain and branches here; of this laptop also what is on its way.
func (e *Engine) endsOf(device string) (ends []roster.End) {
	add := func(number uint64, hash signed.Hash, last uint64) {
		if number > 0 {
			ends = append(ends, roster.End{Number: number, Hash: hash, LastSeq: last})
		}
	}
	if h := e.heads[device]; device == e.device && e.ready != nil && e.ready.Number == h.Number+1 {
		add(e.ready.Number, e.ready.Hash, e.ready.Last)
	} else {
		add(h.Number, h.Hash, h.Last)
	}
	for _, name := range e.branches(device) {
		h := e.split[name].Head
		add(h.Number, h.Hash, h.Last)
	}
	return ends
}
