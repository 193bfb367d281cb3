package sync

import (
	"slices"

	"example.org/carnet/store"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// Two homes of one laptop, of which one was copied from the other, may both send what neither had sent then. Whoever reads it sees that it is the same. Who cannot
// knows only sums: of one laptop's sections on different branches that have the same sum, which nobody can bring about with other changes, one counts. So that
// the sums are the same, what was not sent when a home was opened is sealed apart from what is written afterwards: a copy is made of a home that is not
// open, and so both seal the same.

// mostAlike is how many deltas after a chain split are compared: what was not sent at the time goes out in the first ones.
const mostAlike = 64

// isApart tells whether a piece must go out in another delta than those before it.
func (e *Engine) isApart(last, first uint64, some bool) bool {
	return some && last <= e.begun && first > e.begun
}

// section is one with a sum, on its way into the store.
type section struct {
	device string
	of     signed.Hash
	sum    [32]byte
	read   bool
}

// like is a section elsewhere that has the same sum.
type like struct {
	found, read bool
	last        uint64 // sequence that its delta reaches
}

// besides gives the deltas on a laptop's chains that may say what this one does: those near where the chains part.
func (r *round) besides(d *snapshot.Delta) (list []*snapshot.Delta, err error) {
	chains := append(r.branches(d.Device), d.Device)
	var from []uint64
	for _, chain := range chains[:len(chains)-1] {
		first, err := r.firstOf(chain)
		if err != nil {
			return nil, err
		}
		from = append(from, first)
	}
	if chain, link := r.chainOf(d); chain == branchOf(d) && link.Number+1 == d.Number {
		from = append(from, d.Number)
	}
	seen := map[signed.Hash]bool{d.Hash: true}
	for _, first := range from {
		if d.Number < first || d.Number >= first+mostAlike {
			continue
		}
		for _, chain := range chains {
			for number := first; number < first+mostAlike && number <= r.headOf(chain).Number; number++ {
				other, _, _, err := r.deltaAt(chain, number)
				if err != nil {
					return nil, err
				}
				if other != nil && !seen[other.Hash] && other.First <= d.Last && d.First <= other.Last && other.Last > 0 {
					list = append(list, other)
				}
				if other != nil {
					seen[other.Hash] = true
				}
			}
		}
	}
	return list, nil
}

// alike looks for the like of a section among what was taken in, and among what is on its way in this step.
func (s *step) alike(d *snapshot.Delta, sum [32]byte) (found like) {
	if d.Last == 0 {
		return found
	}
	for _, x := range s.sections {
		if x.device == d.Device && x.sum == sum && x.of != d.Hash {
			found = like{found: true, read: found.read || x.read, last: d.Last}
		}
	}
	others, err := s.besides(d)
	if err != nil {
		s.Log.Error("what two homes of a laptop both sent could not be compared", "device", d.Device, "error", err)
		return found
	}
	for _, other := range others {
		staged := slices.ContainsFunc(s.sections, func(x section) bool { return x.of == other.Hash })
		at := s.partWith(other, sum)
		if staged || at < 0 {
			continue
		}
		shut, err := s.isShut(other, uint64(at))
		if err != nil {
			s.Log.Error("the note of closed sections could not be read", "device", d.Device, "error", err)
		}
		found = like{found: true, read: found.read || !shut, last: other.Last}
	}
	return found
}

// partWith gives the section of a delta that has a sum; -1 when none has.
func (r *round) partWith(d *snapshot.Delta, sum [32]byte) int {
	content, err := d.Contents(r.ring.Find)
	if err != nil {
		return -1
	}
	return slices.IndexFunc(content.Parts, func(p snapshot.Part) bool { return p.Summed && p.Sum == sum })
}

func (s *step) isShut(d *snapshot.Delta, part uint64) (bool, error) {
	chain, known := s.chainWith(d.Device, d.Number, signed.ShortOf(d.Hash))
	list, err := s.shutList(shutName(chain, d.Number))
	at := slices.IndexFunc(list, func(p shutPart) bool { return p.Number == d.Number })
	return known && at >= 0 && slices.Contains(list[at].Parts, part), err
}

// sum counts a section that has come and is closed, unless its like counts already; of one that is read it takes the like out when that
// was counted until now.
func (s *step) sum(d *snapshot.Delta, p *snapshot.Part) {
	if !p.Summed {
		return
	}
	other := s.alike(d, p.Sum)
	switch {
	case !p.Open && !other.found:
		s.closed = append(s.closed, store.Closed{Device: d.Device, Last: d.Last, Sum: p.Sum})
	case p.Open && other.found && !other.read:
		s.closed = append(s.closed, store.Closed{Device: d.Device, Last: other.last, Sum: p.Sum, Open: true})
	}
	s.sections = append(s.sections, section{device: d.Device, of: d.Hash, sum: p.Sum, read: p.Open})
}

// unsum takes a section out of the sums that has opened, unless its like was read before.
func (s *step) unsum(d *snapshot.Delta, p *snapshot.Part) {
	if other := s.alike(d, p.Sum); !other.read {
		s.closed = append(s.closed, store.Closed{Device: d.Device, Last: d.Last, Sum: p.Sum, Open: true})
	}
}

// staying is what of a laptop's deltas beside one that is taken back stays.
type staying struct {
	deltas []*snapshot.Delta
	others []*snapshot.Delta // that go too
	said   map[store.Dot][]store.Change
}

// staying looks for it, while all is still known here.
func (c *cutting) staying(d *snapshot.Delta) staying {
	s := staying{said: map[store.Dot][]store.Change{}}
	list, err := c.besides(d)
	if err != nil {
		c.Log.Error("what two homes of a laptop both sent could not be compared", "device", d.Device, "error", err)
	}
	for _, other := range list {
		chain, known := c.chainWith(other.Device, other.Number, signed.ShortOf(other.Hash))
		if !known || other.Number > c.cuts[chain] {
			s.others = append(s.others, other)
			continue
		}
		s.deltas = append(s.deltas, other)
		for _, e := range c.readable(other) {
			for _, change := range e.Changes {
				s.said[change.Dot] = append(s.said[change.Dot], change)
			}
		}
	}
	return s
}

// without leaves out of edits what stays, since another delta says it too.
func (s *staying) without(edits []store.Edit) (list []store.Edit) {
	for _, e := range edits {
		e.Changes = slices.DeleteFunc(slices.Clone(e.Changes), func(c store.Change) bool {
			return slices.ContainsFunc(s.said[c.Dot], func(other store.Change) bool { return isSame(&c, &other) })
		})
		if len(e.Changes) > 0 {
			list = append(list, e)
		}
	}
	return list
}

// likeAmong looks for a section with this sum in deltas.
func likeAmong(s *step, list []*snapshot.Delta, sum [32]byte) (found like) {
	for _, other := range list {
		if at := s.partWith(other, sum); at >= 0 {
			shut, err := s.isShut(other, uint64(at))
			found = like{found: true, read: found.read || !shut && err == nil, last: other.Last}
		}
	}
	return found
}

// isCounted tells whether the sum of a closed section that is taken back goes with it.
func (c *cutting) isCounted(s *step, stays staying, d *snapshot.Delta, p *snapshot.Part) bool {
	if !p.Summed {
		return true
	}
	stay, goes := likeAmong(s, stays.deltas, p.Sum), likeAmong(s, stays.others, p.Sum)
	counted := !stay.found && !goes.read && !c.sums[p.Sum]
	c.sums[p.Sum] = true
	return counted
}

// shutsAgain counts by its sum again what stays and cannot be read, when what said the same and was read goes.
func (c *cutting) shutsAgain(s *step, stays staying, p *snapshot.Part) {
	if !p.Summed || c.sums[p.Sum] {
		return
	}
	if stay := likeAmong(s, stays.deltas, p.Sum); stay.found && !stay.read {
		c.sums[p.Sum] = true
		c.closed = append(c.closed, store.Closed{Device: c.laptop.Device, Last: stay.last, Sum: p.Sum})
	}
}
