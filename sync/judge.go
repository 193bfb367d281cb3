package sync

import (
	"crypto/ed25519"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// step is one batch on its way into the store: what was judged good so far, and the notes that
// must be kept together with it.
type step struct {
	*round
	notes    notes
	good     []*verified
	facts    *facts
	sections []section      // with sums, of what came in this step
	open     []*motion      // not allowed so far; what comes later in the step may change that
	closed   []store.Closed // sums of what cannot be read, or may not be taken in, here
}

func (r *round) newStep() *step {
	return &step{round: r, notes: notes{}, facts: r.newFacts(r.passedOver)}
}

// verified is a delta that may be taken in.
type verified struct {
	key   string
	data  []byte
	delta *snapshot.Delta
	edits []store.Edit
}

// judge takes one fetched object into the step, holds it or refuses it. It gives an error only
// when the round cannot go on.
func (s *step) judge(c *candidate) error {
	switch {
	case fault.Is(c.err, "object_missing"):
		s.forgiveSpoilt(c.key)
		s.hold(c.key, "object_missing")
		return nil
	case fault.Is(c.err, "object_too_large"):
		s.refuse(s.notes, c.key, nil, fault.New("delta_too_large"))
		s.isAsLarge(c)
		return nil
	case c.err != nil:
		return c.err
	}
	if l, known := s.State().Laptop(c.name.Device); known && l.Revoked && s.cuts(&l, c) {
		s.refuse(s.notes, c.key, c.data, fault.New("delta_after_revocation", "device", l.Device))
		return nil
	}
	delta, err := snapshot.Open(c.name, c.data, s.expect(c.name.Number, s.linkFor(c)))
	switch {
	case fault.Is(err, "delta_gap"):
		s.hold(c.key, "delta_gap")
		return nil
	case fault.Is(err, "delta_replayed") && delta != nil && s.knows(c.name):
		s.release(c.key) // the same object under another time
		return nil
	case err != nil:
		s.refuse(s.notes, c.key, c.data, err)
		return nil
	}
	return s.accept(c, delta)
}

// cuts tells whether a revocation cuts a fetched object off.
func (r *round) cuts(l *roster.Laptop, c *candidate) bool {
	if c.name.Number > l.Last {
		return true
	}
	d, err := snapshot.Read(r.State().Network, c.name, c.data)
	return err == nil && r.isCut(l, d)
}

// expect is what a delta of this number must agree with, and the chain that it goes on with.
func (r *round) expect(number uint64, link func(string) snapshot.Link) snapshot.Expect {
	return snapshot.Expect{Network: r.State().Network,
		SignKey: func(device string) (ed25519.PublicKey, bool) { return r.State().SignKey(device, number) },
		Link:    link}
}

// accept takes a delta whose place in the chain is sure; its content may still be refused.
func (s *step) accept(c *candidate, delta *snapshot.Delta) error {
	if !s.roster.Stands(delta.RosterHead) {
		if err := s.lookUp(); err != nil {
			return err
		}
		if err := s.wantRoster(s.notes, delta.Device, delta.Roster, delta.RosterHead); err != nil {
			return err
		}
	}
	v := &verified{key: c.key, data: c.data, delta: delta}
	s.good = append(s.good, v)
	content, err := delta.Contents(s.ring.Find)
	switch {
	case err != nil:
		s.refuse(s.notes, c.key, c.data, err)
	case dark(&content):
		s.Log.Info("a delta is closed to this laptop", "key", c.key, "keys", content.Closed())
		s.notes.set(short(noteSkipped, c.key), c.key)
	default:
		s.weigh(v, &content)
	}
	s.follow(delta, content.Witness, err != nil)
	s.release(c.key)
	return nil
}

// dark tells whether even the network's section is closed, so that the whole waits for its key.
func dark(c *snapshot.Content) bool { return len(c.Parts) > 0 && !c.Parts[0].Open }

// weigh judges what a delta says, part by part. Of a part that this laptop cannot read, or that is not
// what its author says, the sum is counted as its author says it, as whoever cannot read it does.
func (s *step) weigh(v *verified, content *snapshot.Content) {
	d := v.delta
	if d.Last > 0 {
		s.closed = append(s.closed, store.Closed{Device: d.Device, Last: d.Last})
	}
	var shut []uint64
	scopes := map[string]bool{}
	for i := range content.Parts {
		p := &content.Parts[i]
		err := s.enter(p, scopes, d)
		switch {
		case p.Open && err == nil:
			s.sum(d, p)
			continue
		case !p.Open:
			shut = append(shut, uint64(i))
			s.sum(d, p)
		default:
			s.refuse(s.notes, v.key, v.data, err)
			s.putAside(d, s.ring[p.Key].Scope, 0, p.Sum)
			s.closed = append(s.closed, store.Closed{Device: d.Device, Last: d.Last, Sum: p.Sum})
		}
		p.Edits = nil
	}
	if len(shut) > 0 {
		s.shut(s.placeOf(d), d.Number, shut)
	}
	s.propose(v, content.Edits())
}

// enter checks an open part against its key and its sum. Faults: delta_bad_section, delta_bad_sum and
// what was wrong in reading it.
func (s *step) enter(p *snapshot.Part, scopes map[string]bool, d *snapshot.Delta) error {
	if !p.Open || p.Err != nil {
		return p.Err
	}
	scope := s.ring[p.Key].Scope
	if scopes[scope] || !p.Summed && scope != "" {
		return fault.New("delta_bad_section", "device", d.Device)
	}
	scopes[scope] = true
	if !p.Summed {
		return nil
	}
	for i := range p.Edits {
		for j := range p.Edits[i].Changes {
			p.Edits[i].Changes[j].Scope = scope
		}
	}
	sum, ok := s.Store.SumOf(p.Edits)
	if !ok {
		p.Open = false // the key is here, the scope's first one is not: it waits
		return nil
	}
	if sum != store.Sum(p.Sum) {
		return fault.New("delta_bad_sum", "device", d.Device)
	}
	return nil
}

// follow moves the author's chain on, and notes what the author had seen of others.
func (s *step) follow(d *snapshot.Delta, w snapshot.Witness, partial bool) {
	s.look.Lock()
	chain, link := s.chainOf(d)
	h := s.headOf(chain)
	l := d.Link(link)
	h.Number, h.Hash, h.Incarnation, h.Last = l.Number, l.Hash, l.Incarnation, l.Last
	h.Wall, h.Frontier, h.Digest, h.Partial = d.Wall, w.Frontier, w.Digest, h.Partial || partial
	if chain == branchOf(d) {
		parent, _ := s.chainWith(d.Device, d.Number-1, signed.ShortOf(d.Previous))
		s.notes.set(noteLeaves+chain, leave{Parent: parent, First: d.Number})
	}
	s.advance(s.notes, chain, h)
	s.look.Unlock()
	s.learn(s.notes, chain, d.Number, d.Hash)
	s.hear(s.notes, d)
}

// commit makes the step durable. A delta that the store refuses is set aside and does not hold up the others.
func (s *step) commit() error {
	s.decide()
	if s.heldChanged {
		s.noteHeld(s.notes)
		s.heldChanged = false
	}
	if len(s.notes) == 0 && len(s.good) == 0 {
		return nil
	}
	var edits []store.Edit
	for _, v := range s.good {
		edits = append(edits, v.edits...)
	}
	s.moved = s.moved || moves(edits)
	fresh, err := s.Store.Apply(edits, s.notes, s.closed...)
	if fault.Is(err, "bad_change") {
		fresh, err = s.oneByOne()
	}
	if err != nil {
		return err
	}
	for _, v := range s.good {
		if len(s.goneIn(v.edits)) > 0 {
			continue
		}
		s.keepCopy(v.key, v.data)
	}
	s.report.Pulled.Changes += fresh
	s.report.Pulled.Snapshots += len(s.good)
	return nil
}

// oneByOne finds the edits that the store does not take. What only an office reads is counted all the
// same, as others count it who cannot see what is wrong.
func (s *step) oneByOne() (fresh int, err error) {
	for _, v := range s.good {
		for _, edit := range v.edits {
			more, err := s.Store.Apply([]store.Edit{edit}, nil)
			fresh += more
			if fault.Is(err, "bad_change") {
				s.setAside(v, edit, err)
				continue
			}
			if err != nil {
				return fresh, err
			}
		}
	}
	_, err = s.Store.Apply(nil, s.notes, s.closed...)
	return fresh, err
}

func (s *step) setAside(v *verified, edit store.Edit, why error) {
	d := v.delta
	s.refuse(s.notes, v.key, v.data, fault.New("delta_bad_change", "device", d.Device).Because(why))
	if scope := edit.Changes[0].Scope; scope != "" {
		if sum, ok := s.Store.SumOf([]store.Edit{edit}); ok {
			s.closed = append(s.closed, store.Closed{Device: d.Device, Last: d.Last, Sum: sum})
			s.putAside(d, scope, edit.First, sum)
			return
		}
	}
	s.look.Lock()
	defer s.look.Unlock()
	h := s.heads[d.Device]
	h.Partial = true
	s.heads[d.Device] = h
	s.notes.set(noteHead+d.Device, h)
}
