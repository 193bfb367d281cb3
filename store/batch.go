package store

import (
	"github.com/dgraph-io/badger/v4"
)

type recordID struct {
	kind Kind
	id   string
}

// batch is work on the records of one or several edits before it is in the view: the states they touch,
// as they will be, and the meta that goes with them.
type batch struct {
	device string
	txn    *badger.Txn

	unheardOf func(Kind, string) bool // spares look-ups in a bulk load; nil for none

	under  *batch // the batch being committed while this one is filled; nil for none
	units  map[recordID]*unit
	dirty  []*unit // in the order of their first change
	meta   meta
	now    int64 // milliseconds
	fresh  int   // changes that were new
	hash   []byte
	values arena

	consents map[string]bool     // those among the units
	shut     map[closedAt]*sum   // what this batch adds to rows of closed sections; nil for none
	out      map[recordID]*taken // records that were taken out and are counted anew in this batch; nil for none

	rekeyed sum // what the digest of the changes that are here already gains by a scope's key that came late
}

// unit is one record of a batch.
type unit struct {
	st     *state
	stored bool     // the view has a row of it
	before derived  // what followed from it before this batch
	past   []Change // superseded in this batch
	old    []Change // superseded in the batch below, which is not in the view yet
	sum    sum      // of the new changes
	fresh  int

	unkeyed map[string]uint64 // how many of them have a scope whose key is not here; nil for none
	dirty   bool
	wipe    bool // taken out: all its rows go
	find    pastOf
}

// far is how far ahead of our clock a foreign stamp may be and still be adopted.
const far = 24 * 60 * 60 * 1000 // milliseconds

// unit gives the record to read or change.
func (b *batch) unit(kind Kind, id string) (*unit, error) {
	at := recordID{kind, id}
	if u := b.units[at]; u != nil {
		return u, nil
	}
	u, err := b.load(kind, id)
	if err == nil {
		b.units[at] = u
	}
	if kind == KindConsent && err == nil {
		if b.consents == nil {
			b.consents = map[string]bool{}
		}
		b.consents[id] = true
	}
	return u, err
}

func (b *batch) load(kind Kind, id string) (u *unit, err error) {
	defer asViewError(&err)
	if b.under != nil {
		if below := b.under.units[recordID{kind, id}]; below != nil {
			return below.above(), nil
		}
	}
	if b.unheardOf != nil && b.unheardOf(kind, id) {
		return &unit{st: &state{kind: kind, id: id}}, nil
	}
	row, err := get(b.txn, recordKey(kind, id))
	if err != nil {
		return nil, err
	}
	if row == nil {
		return &unit{st: &state{kind: kind, id: id}}, nil
	}
	st, err := readState(kind, id, row)
	return &unit{st: st, stored: true}, err
}

// above gives a unit that goes on from this one, in the next batch.
func (u *unit) above() *unit {
	return &unit{st: u.st.clone(), stored: u.stored || u.dirty, old: append(u.old[:len(u.old):len(u.old)], u.past...)}
}

// clone copies what merge changes.
func (st *state) clone() *state {
	c := &state{kind: st.kind, id: st.id, fields: make([]field, len(st.fields))}
	for i, f := range st.fields {
		c.fields[i] = field{name: f.name, live: append([]Change(nil), f.live...), orphans: append([]Dot(nil), f.orphans...)}
	}
	return c
}

// merge takes one change in.
func (b *batch) merge(c Change, own bool) error {
	if b.isOut(c) {
		return b.late(&c, own)
	}
	u, err := b.unit(c.Kind, c.Record)
	if err != nil {
		return err
	}
	if err := b.mergeInto(u, []Change{c}); err != nil {
		return err
	}
	b.advance(&c, own)
	return nil
}

// mergeInto takes a change into its record; clock and frontier are the caller's.
func (b *batch) mergeInto(u *unit, one []Change) error {
	if !u.dirty {
		u.before = u.st.derive()
	}
	fresh, gone, err := u.st.merge(one, b.pastOf(u))
	if err != nil || !fresh {
		return err
	}
	if !u.dirty {
		u.dirty = true
		b.dirty = append(b.dirty, u)
	}
	u.past = append(u.past, gone...)
	b.count(u, &one[0])
	return nil
}

// count takes a new change into the sum of its record.
func (b *batch) count(u *unit, c *Change) {
	leaf, keyed := b.meta.keys.leaf(c, b.hash[:0])
	u.sum.add(leaf)
	u.fresh++
	b.fresh++
	if !keyed {
		u.unkey(c.Scope, 1)
	}
}

func (u *unit) unkey(scope string, more int) {
	if u.unkeyed == nil {
		u.unkeyed = map[string]uint64{}
	}
	u.unkeyed[scope] += uint64(more)
}

// advance keeps the clock, the frontier and this laptop's own numbering.
func (b *batch) advance(c *Change, own bool) {
	m := &b.meta
	if c.Seq > m.frontier[c.Device] {
		m.frontier[c.Device] = c.Seq
	}
	if (c.Wall > m.wall || c.Wall == m.wall && c.Logical > m.logical) && (own || c.Wall <= b.now+far) {
		m.wall, m.logical = c.Wall, c.Logical
	}
	if c.Device != b.device || c.Seq < m.next {
		return
	}
	m.next = c.Seq + 1
	if !own { // somebody has later changes of this laptop: it was restored, and starts anew
		m.next = nextIncarnation(c.Seq)
	}
}

// nextIncarnation gives the first sequence of the incarnation after the one that seq belongs to.
func nextIncarnation(seq uint64) uint64 { return (seq>>40+1)<<40 | 1 }

// pastOf looks for superseded changes in this batch and in the view. What is beyond the frontier was
// never seen, which spares most look-ups.
func (b *batch) pastOf(u *unit) pastOf {
	if u.find != nil {
		return u.find
	}
	u.find = func(name string, d Dot) (found []Change, err error) {
		for _, list := range [][]Change{u.past, u.old} {
			for i := range list {
				if list[i].Dot == d && list[i].Field == name {
					found = append(found, list[i])
				}
			}
		}
		if !u.stored || d.Seq > b.meta.frontier[d.Device] {
			return found, nil
		}
		err = walk(b.txn, pastPrefix(u.st.kind, u.st.id, name, d), nil, true, func(_, v []byte) (bool, error) {
			c, err := readChange(append([]byte(nil), v...))
			found = append(found, c)
			return true, err
		})
		return found, err
	}
	return u.find
}
