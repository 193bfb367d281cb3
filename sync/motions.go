package sync

import (
	"maps"
	"slices"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/snapshot"
)

// What a laptop wrote beyond its role is set aside whole, and judged again whenever more is known: a
// coordinator's change of a member may come before the one that gives the member to its office. More
// knowledge only ever allows more, so all laptops end with the same changes, whatever the order.

// motion is what one action wants to change for one scope, before the rules.
type motion struct {
	of     *verified
	action roster.Action // whole, as far as it is read here
	scope  string
	state  *roster.State // what the author's role is judged by
	kept   bool          // it was set aside in an earlier step
}

// doubt notes the motions of one object that were set aside.
type doubt struct {
	_       struct{} `cbor:",toarray"`
	Key     string
	Device  string
	Motions []doubted
}

type doubted struct {
	_     struct{} `cbor:",toarray"`
	First uint64   // sequence of the first change
	Scope string
}

// roleAt is the roster that an author's role is judged by: the one that it went by itself, unless it lost rights since, by a statement
// that does not count this delta among those of before. One whose statement lost or is not here gives way to what held before the first statement that
// does, or to what holds now. So what a laptop may write follows from where its deltas stand, and not from which roster its program names.
func (r *round) roleAt(d *snapshot.Delta) *roster.State {
	state, known := r.roster.At(d.RosterHead)
	l, _ := r.State().Laptop(d.Device)
	if known {
		_, known = state.Laptop(d.Device)
	}
	if !known {
		state = nil
	}
	for _, low := range l.Lowered {
		switch isBefore := state != nil && state.Version >= low.Version || r.isWithin(low.Ends, d); {
		case !isBefore:
			state, _ = r.roster.AtVersion(low.Version)
		case state == nil:
			state, _ = r.roster.AtVersion(low.Version - 1)
		}
	}
	if state == nil {
		return r.State()
	}
	return state
}

// propose puts the actions of a delta before the rules.
func (s *step) propose(v *verified, actions []store.Edit) {
	for _, e := range actions {
		for _, scope := range scopesOf(&e) {
			s.proposeOne(v, e, scope)
		}
	}
}

func (s *step) proposeOne(v *verified, e store.Edit, scope string) {
	m := &motion{of: v, action: roster.Action{Edit: e, Old: v.delta.Old()}, scope: scope, state: s.roleAt(v.delta)}
	if !s.pass(m) {
		s.open = append(s.open, m)
	}
}

// pass takes a motion in when the rules allow it.
func (s *step) pass(m *motion) bool {
	if s.allows(m) != nil {
		return false
	}
	for _, piece := range within(m.action.Edit, m.scope) {
		for i := range piece.Changes {
			s.facts.add(&piece.Changes[i])
		}
		m.of.edits = append(m.of.edits, piece)
	}
	return true
}

// allows puts a motion before the rules. What it says of a record that was taken out passes: what rules
// rest on is gone with the record, and all laptops alike only count it.
func (s *step) allows(m *motion) error {
	a := m.action
	taken := func(c store.Change) bool { return s.Store.IsDropped(c.Kind, c.Record) }
	if slices.ContainsFunc(a.Changes, taken) {
		a.Changes = slices.DeleteFunc(slices.Clone(a.Changes), taken)
	}
	return m.state.Allows(a.Device, a, m.scope, s.facts)
}

// decide goes over what is open until nothing more passes, and sets the rest aside.
func (s *step) decide() {
	for passed := true; passed; {
		passed = false
		var rest []*motion
		for _, m := range s.open {
			if !s.pass(m) {
				rest = append(rest, m)
				continue
			}
			passed = true
			if m.kept {
				s.believe(m)
			}
		}
		s.open = rest
	}
	for _, m := range s.open {
		if !m.kept {
			s.doubtMotion(m)
		}
	}
	s.open = nil
}

func (m *motion) mark() doubted {
	at := slices.IndexFunc(m.action.Changes, func(c store.Change) bool { return c.Scope == m.scope })
	return doubted{First: m.action.Changes[at].Seq, Scope: m.scope}
}

// count adds the sum of an office's motion to the digest or takes it out again: others, who cannot read
// it, have it in theirs.
func (s *step) count(m *motion, open bool) {
	first := m.mark().First
	if open {
		s.takeUp(m.of.delta, m.scope, first)
	}
	if m.scope == "" {
		if !open {
			s.putAside(m.of.delta, m.scope, first, store.Sum{})
		}
		return
	}
	if sum, ok := s.Store.SumOf(within(m.action.Edit, m.scope)); ok {
		s.closed = append(s.closed, store.Closed{Device: m.action.Device, Last: m.of.delta.Last, Sum: sum, Open: open})
		if !open {
			s.putAside(m.of.delta, m.scope, first, sum)
		}
	}
}

// doubtMotion sets a motion aside.
func (s *step) doubtMotion(m *motion) {
	why := s.allows(m)
	name := short("", m.of.key)
	d := s.doubts[name]
	d.Key, d.Device = m.of.key, m.action.Device
	if slices.Contains(d.Motions, m.mark()) {
		return
	}
	d.Motions = append(slices.Clone(d.Motions), m.mark())
	s.keepDoubt(name, d)
	s.count(m, false)
	if why == nil {
		why = fault.New("role_forbids")
	}
	s.refuse(s.notes, m.of.key, m.of.data, why)
}

// believe takes a motion off the note of what was set aside, and the object off the list when nothing
// else speaks against it.
func (s *step) believe(m *motion) {
	name := short("", m.of.key)
	d := s.doubts[name]
	mark := m.mark()
	d.Motions = slices.DeleteFunc(slices.Clone(d.Motions), func(x doubted) bool { return x == mark })
	s.keepDoubt(name, d)
	s.count(m, true)
	if len(d.Motions) == 0 {
		s.forgive(s.notes, name, "role_forbids")
	}
}

func (s *step) keepDoubt(name string, d doubt) {
	s.look.Lock()
	defer s.look.Unlock()
	if len(d.Motions) == 0 {
		delete(s.doubts, name)
		s.notes[noteDoubted+name] = nil
		return
	}
	s.doubts[name] = d
	s.notes.set(noteDoubted+name, d)
}

// doubtful tells whether something that all laptops would read of this one is set aside, so that its
// digest does not compare with ours.
func (e *Engine) doubtful(device string) bool {
	for _, d := range e.doubts {
		if d.Device == device && slices.ContainsFunc(d.Motions, func(m doubted) bool { return m.Scope == "" }) {
			return true
		}
	}
	return false
}

// judgeAgain judges once more what was set aside, when the records or the roster have changed since.
func (r *round) judgeAgain() error {
	if !r.unjudged() {
		return nil
	}
	if err := r.weighAgain(); err != nil {
		return err
	}
	r.judged, r.rosterChanged = r.Store.Digest(), false
	return nil
}

// unjudged tells whether something is set aside that what was learnt since may allow: until it is judged this laptop's state
// may lack what others with the same deltas have.
func (r *round) unjudged() bool {
	return len(r.doubts) > 0 && (r.judged != r.Store.Digest() || r.rosterChanged)
}

// weighAgain puts everything that is set aside before the rules, as far as its bytes are to be had.
func (r *round) weighAgain() error {
	s := r.newStep()
	for _, name := range slices.Sorted(maps.Keys(r.doubts)) {
		if err := s.recall(r.doubts[name]); err != nil {
			return err
		}
	}
	return s.commitAgain()
}

// recall brings the motions of an object that were set aside back before the rules.
func (s *step) recall(d doubt) error {
	delta, data, err := s.reread(d.Key)
	if delta == nil || err != nil {
		return err
	}
	content, err := delta.Contents(s.ring.Find)
	if err != nil {
		return nil
	}
	v := &verified{key: d.Key, data: data, delta: delta}
	for i := range content.Parts {
		if s.enter(&content.Parts[i], map[string]bool{}, delta) != nil || !content.Parts[i].Open {
			content.Parts[i].Edits = nil
		}
	}
	s.good = append(s.good, v)
	for _, e := range content.Edits() {
		for _, scope := range scopesOf(&e) {
			m := &motion{of: v, action: roster.Action{Edit: e, Old: delta.Old()}, scope: scope, state: s.roleAt(delta), kept: true}
			if slices.Contains(d.Motions, m.mark()) {
				s.open = append(s.open, m)
			}
		}
	}
	return nil
}

// commitAgain keeps what has passed; an object that was counted before is not counted again.
func (s *step) commitAgain() error {
	s.decide()
	s.good = slices.DeleteFunc(s.good, func(v *verified) bool { return len(v.edits) == 0 })
	if len(s.good) == 0 {
		return nil
	}
	before := s.report.Pulled.Snapshots
	err := s.commit()
	s.report.Pulled.Snapshots = before
	return err
}
