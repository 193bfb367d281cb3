package snapshot

import (
	"cmp"
	"slices"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// opening is the content of the network's section: what the author says of its whole state, and the
// edits that the whole network reads.
type opening struct {
	_       struct{} `cbor:",toarray"`
	Witness witness
	Columns []byte
}

type witness struct {
	_        struct{} `cbor:",toarray"`
	Frontier []byte
	Digest   []byte
	Sums     [][]byte // of each section after the network's
}

func witnessOf(w Witness, sections []Section) witness {
	said := witness{Frontier: w.Frontier, Digest: w.Digest}
	for _, s := range sections[1:] {
		said.Sums = append(said.Sums, s.Sum[:])
	}
	return said
}

// Part is one section as its reader finds it.
type Part struct {
	Key    string
	Open   bool // its key is here
	Edits  []store.Edit
	Err    error    // it was opened, and what is inside cannot be believed: fault delta_bad_section or delta_foreign_edit
	Sum    [32]byte // as the author says, where Summed
	Summed bool     // the sum is known: not of the network's section, which says the others' sums
}

// Content is what a delta says to one reader.
type Content struct {
	Parts     []Part
	Witness   Witness
	Witnessed bool // the network's key is here, so witness and sums are known
}

// Edits gives the edits of all open parts, those of one action as one.
func (c *Content) Edits() []store.Edit {
	var all []store.Edit
	for _, p := range c.Parts {
		all = append(all, p.Edits...)
	}
	return Rejoin(all)
}

// Closed lists the ids of keys that are not here.
func (c *Content) Closed() (keys []string) {
	for _, p := range c.Parts {
		if !p.Open {
			keys = append(keys, p.Key)
		}
	}
	return keys
}

// Rejoin puts together what one action of a laptop changed for several scopes: no two actions of a
// laptop share wall and logical clock, and a change once said is not said again in it.
func Rejoin(edits []store.Edit) []store.Edit {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b store.Edit) int { return cmp.Compare(a.First, b.First) })
	var whole []store.Edit
	for _, e := range edits {
		if last := len(whole) - 1; last >= 0 && whole[last].Wall == e.Wall && whole[last].Logical == e.Logical && whole[last].Device == e.Device && lastOf(&whole[last]) < e.First {
			whole[last].Changes = append(slices.Clip(whole[last].Changes), e.Changes...)
			continue
		}
		whole = append(whole, e)
	}
	return whole
}

func lastOf(e *store.Edit) uint64 { return e.Changes[len(e.Changes)-1].Seq }

// Contents opens the sections whose keys the reader holds. An edit is as its author made it: its
// device is the delta's own. What is wrong in the network's section is wrong for every reader, and a
// fault: delta_bad_section, delta_foreign_edit. What is wrong in another is that part's own Err: only
// some can see it, and all must judge the rest alike.
func (d *Delta) Contents(keys Keys) (Content, error) {
	c := Content{Parts: make([]Part, len(d.sections))}
	if d.version == 1 {
		c.Witness, c.Witnessed = d.first, true
	}
	for i := range d.sections {
		p := &c.Parts[i]
		p.Key = d.keyOf(i)
		key, ok := keys(p.Key)
		if !ok {
			continue
		}
		p.Open = true
		if p.Err = d.openPart(i, key, &c); p.Err != nil {
			p.Edits = nil
		}
		if p.Err != nil && (i == 0 || d.version == 1) {
			return Content{}, p.Err
		}
	}
	return c, nil
}

func (d *Delta) openPart(at int, key [32]byte, c *Content) error {
	bad := func(err error) error { return fault.New("delta_bad_section", "device", d.Device).Because(err) }
	box, err := openBox(key, d.bound, d.sections[at].Box)
	if err != nil {
		return bad(err)
	}
	plain, err := decompress(box)
	if err != nil {
		return bad(err)
	}
	if d.version > 1 && at == 0 {
		if plain, err = c.begin(plain); err != nil {
			return bad(err)
		}
	}
	p := &c.Parts[at]
	if p.Edits, err = decodeEdits(&d.Header, d.version, plain); err != nil {
		return bad(err)
	}
	next := d.First
	for _, e := range p.Edits {
		if e.First < next || e.First+uint64(len(e.Changes))-1 > d.Last {
			return fault.New("delta_foreign_edit", "device", d.Device)
		}
		next = e.First + uint64(len(e.Changes))
	}
	return nil
}

// begin takes the witness off the network's section and gives the rest.
func (c *Content) begin(plain []byte) (columns []byte, err error) {
	var o opening
	if err := signed.Decode(plain, &o); err != nil {
		return nil, err
	}
	c.Witness, c.Witnessed = Witness{Frontier: o.Witness.Frontier, Digest: o.Witness.Digest}, true
	if err := c.Witness.sound(); err != nil {
		return nil, err
	}
	if len(o.Witness.Sums) != len(c.Parts)-1 {
		return nil, errColumns
	}
	for i, sum := range o.Witness.Sums {
		if len(sum) != len(c.Parts[i+1].Sum) {
			return nil, errColumns
		}
		c.Parts[i+1].Sum, c.Parts[i+1].Summed = [32]byte(sum), true
	}
	return o.Columns, nil
}
