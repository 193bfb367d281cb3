package sync

import (
	"cmp"
	"maps"
	"slices"

	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// A full snapshot names every end of a laptop's chain that split. Whoever begins from it takes the longest for the laptop's own chain and the
// others for branches of it, and learns the hashes of the last deltas of each: what comes later under the same numbers is then seen to be another.

// placesHere gives the ends of all chains as they stand here.
func (r *round) placesHere() (list []snapshot.Place) {
	add := func(device string, h head) {
		if h.Number > 0 {
			list = append(list, snapshot.Place{Device: device, Incarnation: h.Incarnation, Number: h.Number, Hash: h.Hash, Last: h.Last, Wall: h.Wall})
		}
	}
	for _, device := range slices.Sorted(maps.Keys(r.heads)) {
		add(device, r.heads[device])
	}
	for branch, b := range r.split {
		add(authorOf(branch), b.Head)
	}
	slices.SortFunc(list, snapshot.ComparePlaces)
	return list
}

// allTails bounds how many hashes one manifest tells.
const allTails = 1 << 17

// tails gives the start of the hashes of the last deltas before and at each place, as far back as they are here.
func (r *round) tails(places []snapshot.Place) [][]byte {
	most := uint64(min(snapshot.MaxTail, allTails/max(1, len(places))))
	list := make([][]byte, 0, len(places))
	for _, p := range places {
		list = append(list, r.tail(p, most))
	}
	return list
}

func (r *round) tail(p snapshot.Place, most uint64) []byte {
	for _, chain := range append([]string{p.Device}, r.branches(p.Device)...) {
		if !r.inChain(chain, r.headOf(chain).Number, p.Number, signed.ShortOf(p.Hash)) {
			continue
		}
		first := p.Number
		for p.Number-first+1 < most && first > 1 && r.hashAt(chain, first-1) != [shortHash]byte{} {
			first--
		}
		var tail []byte
		for number := first; number <= p.Number; number++ {
			hash := r.hashAt(chain, number)
			tail = append(tail, hash[:]...)
		}
		return tail
	}
	return []byte{}
}

// hashAt gives what is noted of the hash of a chain's delta; zeros for nothing.
func (e *Engine) hashAt(chain string, number uint64) [shortHash]byte {
	return [shortHash]byte(e.block(blockName(chain, number))[number%blockSize*shortHash:][:shortHash])
}

// takeChains notes where every chain stands, and the hashes before that, for a laptop that begins. The end of which most is told is that of the
// laptop's own chain.
func takeChains(n notes, m *snapshot.Manifest) {
	at := standing{Places: m.Frontier}
	tails := map[signed.Hash][]byte{}
	for i, p := range m.Frontier {
		if tails[p.Hash] = p.Hash[:shortHash]; len(m.Tails) > 0 && len(m.Tails[i]) > 0 {
			tails[p.Hash] = m.Tails[i]
		}
	}
	for i, p := range m.Frontier {
		if i > 0 && m.Frontier[i-1].Device == p.Device {
			continue
		}
		ends := at.ends(p.Device)
		own := slices.MaxFunc(ends, func(a, b snapshot.Place) int {
			return cmp.Or(cmp.Compare(len(tails[a.Hash]), len(tails[b.Hash])), snapshot.ComparePlaces(a, b))
		})
		for _, p := range ends {
			h := head{Number: p.Number, Hash: p.Hash, Incarnation: p.Incarnation, Last: p.Last, Wall: p.Wall}
			chain := p.Device
			if p.Hash == own.Hash {
				n.set(noteHead+chain, h)
			} else {
				chain = beginsAt(p)
				n.set(noteSplit+chain, branch{Since: p.Wall, Grew: p.Wall, Head: h})
				n.set(noteLeaves+chain, leave{Parent: p.Device, First: p.Number - uint64(len(tails[p.Hash])/shortHash) + 1})
			}
			takeTail(n, chain, p.Number, tails[p.Hash])
		}
	}
}

// beginsAt names the branch that a full snapshot ends: its first delta may be long gone.
func beginsAt(p snapshot.Place) string {
	return p.Device + "~" + signed.Letters(signed.ShortOf(p.Hash))
}

// takeTail notes the hashes of a chain's deltas up to a number.
func takeTail(n notes, chain string, last uint64, tail []byte) {
	for back := uint64(len(tail) / shortHash); back > 0; back-- {
		number := last - back + 1
		name := blockName(chain, number)
		if n[name] == nil {
			n[name] = make([]byte, blockSize*shortHash)
		}
		copy(n[name][number%blockSize*shortHash:][:shortHash], tail[len(tail)-int(back)*shortHash:])
	}
}
