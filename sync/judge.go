package sync

import (
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/snapshot"
)

// step is one batch on its way into the store: what was judged good so far, and the notes that
// must be kept together with it.
type step struct {
	*round
	notes notes
	good  []verified
	made  map[string]string // records that edits of this step touch, and who touched them first
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
		s.hold(c.key, "object_missing")
		return nil
	case fault.Is(c.err, "object_too_large"):
		s.refuse(s.notes, c.key, nil, fault.New("delta_too_large"))
		return nil
	case c.err != nil:
		return c.err
	}
	if l, known := s.State().Laptop(c.name.Device); known && l.Revoked && c.name.Number > l.Last {
		s.refuse(s.notes, c.key, c.data, fault.New("delta_after_revocation", "device", l.Device))
		return nil
	}
	delta, err := snapshot.Open(c.name, c.data, snapshot.Expect{Network: s.State().Network, SignKey: s.signKey,
		Link: func(device string) snapshot.Link { return s.heads[device].link() }})
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

// accept takes a delta whose place in the chain is sure; its content may still be refused.
func (s *step) accept(c *candidate, delta *snapshot.Delta) error {
	if !s.roster.Has(delta.RosterHead) {
		if err := s.lookUp(); err != nil {
			return err
		}
		s.wantRoster(delta)
	}
	v := verified{key: c.key, data: c.data, delta: delta}
	edits, missing, err := delta.Edits(s.ring.Find)
	if err != nil {
		s.refuse(s.notes, c.key, c.data, err)
	}
	if len(missing) > 0 {
		s.Log.Info("sections of a delta are closed to this laptop", "key", c.key, "keys", missing)
		s.notes.set(short(noteSkipped, c.key), c.key)
	}
	v.edits = s.permitted(c, delta.Device, edits)
	s.follow(delta, err != nil || len(v.edits) < len(edits))
	s.release(c.key)
	s.good = append(s.good, v)
	return nil
}

// permitted leaves out edits beyond the author's role; the object is then set aside too.
func (s *step) permitted(c *candidate, device string, edits []store.Edit) []store.Edit {
	allowed := edits[:0:0]
	var why error
	for _, e := range edits {
		if err := s.State().Allows(device, e, s.maker); err != nil {
			why = err
			continue
		}
		for _, change := range e.Changes {
			if record := string(change.Kind) + " " + change.Record; s.made[record] == "" {
				s.made[record] = device
			}
		}
		allowed = append(allowed, e)
	}
	if why != nil {
		s.refuse(s.notes, c.key, c.data, why)
	}
	return allowed
}

// maker finds who made a record, before this step or in it.
func (s *step) maker(kind store.Kind, record string) (string, bool) {
	if device, known := s.origin(kind, record); known {
		return device, true
	}
	device, here := s.made[string(kind)+" "+record]
	return device, here
}

// follow moves the author's chain on, and notes what the author had seen of others.
func (s *step) follow(d *snapshot.Delta, partial bool) {
	s.look.Lock()
	defer s.look.Unlock()
	h := s.heads[d.Device]
	l := d.Link(h.link())
	h.Number, h.Hash, h.Incarnation, h.Last = l.Number, l.Hash, l.Incarnation, l.Last
	h.Wall, h.Frontier, h.Digest, h.Partial = d.Wall, d.Frontier, d.Digest, h.Partial || partial
	s.heads[d.Device] = h
	s.notes.set(noteHead+d.Device, h)
	s.learn(s.notes, d.Device, d.Number, d.Hash)
	for _, told := range d.Heads {
		if other := s.heads[told.Device]; told.Number > other.Told && s.isMember(told.Device) {
			other.Told = told.Number
			s.heads[told.Device] = other
			s.notes.set(noteHead+told.Device, other)
		}
	}
}

func (s *step) isMember(device string) bool {
	_, known := s.State().Laptop(device)
	return known
}

// commit makes the step durable. A delta that the store refuses is set aside and does not hold up the others.
func (s *step) commit() error {
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
	fresh, err := s.keep(edits, s.notes)
	if fault.Is(err, "bad_change") {
		fresh, err = s.oneByOne()
	}
	if err != nil {
		return err
	}
	for _, v := range s.good {
		s.keepObject(v.key, v.data)
	}
	s.report.Pulled.Changes += fresh
	s.report.Pulled.Snapshots += len(s.good)
	return nil
}

// oneByOne finds the deltas whose changes the store does not take.
func (s *step) oneByOne() (fresh int, err error) {
	for _, v := range s.good {
		more, err := s.keep(v.edits, nil)
		if fault.Is(err, "bad_change") {
			s.refuse(s.notes, v.key, v.data, fault.New("delta_bad_change", "device", v.delta.Device).Because(err))
			s.look.Lock()
			h := s.heads[v.delta.Device]
			h.Partial = true
			s.heads[v.delta.Device] = h
			s.notes.set(noteHead+v.delta.Device, h)
			s.look.Unlock()
			continue
		}
		if err != nil {
			return fresh, err
		}
		fresh += more
	}
	_, err = s.keep(nil, s.notes)
	return fresh, err
}

// wantRoster remembers that a statement is known to exist and was not found, so that later rounds look for it.
func (s *step) wantRoster(d *snapshot.Delta) {
	if s.roster.Has(d.RosterHead) {
		return
	}
	s.Log.Warn("a roster statement is missing", "device", d.Device, "version", d.Roster)
	s.notes.set(noteWanted, d.RosterHead)
	s.wanted = d.RosterHead
}
