package sync

import (
	"encoding/hex"
	"maps"
	"slices"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// What was accepted may have to be judged anew: because a revoked laptop's word that it rested on counts no more, or because its
// author had lost the right before, as one learns later. Everything that may be concerned is set aside first, with what rests on that in turn,
// and then goes before the rules like anything set aside. So nothing stays that rests only on itself, and all laptops end with the same.

// lowered notes how far a laptop's deltas were judged anew for one statement.
type lowered struct {
	_       struct{} `cbor:",toarray"`
	Reached uint64   // what was here of the laptop then
	Known   bool     // all ends that the statement names were here: nothing can change any more
}

// restedOn tells whether roles rest on what a change says of its record.
func restedOn(c *store.Change) bool {
	_, places := roster.Places(c)
	_, concerns := roster.Concerns(c)
	return places || concerns || roster.Begins(c)
}

// loseFacts notes the records of which changes go that roles may rest on.
func (r *round) loseFacts(n notes, edits []store.Edit) error {
	var list []snapshot.Reference
	if _, err := read(r.Store, noteRecount, &list); err != nil {
		return err
	}
	before := len(list)
	for i := range edits {
		for j := range edits[i].Changes {
			c := &edits[i].Changes[j]
			if ref := (snapshot.Reference{Kind: c.Kind, ID: c.Record}); restedOn(c) && !slices.Contains(list, ref) {
				list = append(list, ref)
			}
		}
	}
	if len(list) > before {
		n.set(noteRecount, list)
	}
	return nil
}

// recount is one judging anew.
type recount struct {
	*round
	records []snapshot.Reference // still to be looked at
	seen    map[snapshot.Reference]bool
	spans   map[string][]span
	objects map[string]*suspects // by key
	later   []snapshot.Reference // to be looked at again: own words that are on their way rest on them
	done    notes
}

// span is the sequences that one delta holds.
type span struct {
	first, last uint64
	chain       string
	number      uint64
}

// suspects are the motions of one delta that are to be judged anew.
type suspects struct {
	*verified
	actions []store.Edit
	motions []*motion
}

// recount judges anew what has to be.
func (r *round) recount() error {
	c := &recount{round: r, seen: map[snapshot.Reference]bool{}, spans: map[string][]span{}, objects: map[string]*suspects{}, done: notes{}}
	var lost []snapshot.Reference
	if _, err := read(r.Store, noteRecount, &lost); err != nil {
		return err
	}
	for _, ref := range lost {
		c.lose(ref)
		c.done[noteRecount] = nil
	}
	if err := c.turned(); err != nil {
		return err
	}
	for _, l := range r.State().Laptops() {
		for i := range l.Lowered {
			if err := c.lowers(l.Device, &l.Lowered[i]); err != nil {
				return err
			}
		}
	}
	if len(c.done) == 0 {
		return nil
	}
	return c.run()
}

func (c *recount) run() error {
	for len(c.records) > 0 {
		ref := c.records[0]
		c.records = c.records[1:]
		if err := c.restsOn(ref); err != nil {
			return err
		}
	}
	if len(c.later) > 0 {
		c.done.set(noteRecount, c.later)
	}
	for _, key := range slices.Sorted(maps.Keys(c.objects)) {
		if err := c.setAside(c.objects[key]); err != nil {
			return err
		}
	}
	if len(c.objects) > 0 {
		if err := c.weighAgain(); err != nil {
			return err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.objects)) {
		if s := c.objects[key]; len(c.doubts[short("", key)].Motions) > 0 && !c.isOnList(key) {
			c.refuse(c.done, key, s.data, fault.New("role_forbids", "device", s.delta.Device))
		}
	}
	_, err := c.keep(nil, c.done)
	return err
}

func (c *recount) lose(ref snapshot.Reference) {
	if !c.seen[ref] {
		c.seen[ref] = true
		c.records = append(c.records, ref)
	}
}

// turned looks for what was judged by statements that are in the chain no more, since others won against them.
func (c *recount) turned() error {
	var at signed.Hash
	found, err := read(c.Store, noteCounted, &at)
	head := c.State().Head
	if err != nil || found && at == head {
		return err
	}
	c.done.set(noteCounted, head)
	if _, still := c.roster.At(signed.ShortOf(at)); !found || still {
		return nil
	}
	for _, notes := range []string{noteLowered, noteBeyond} {
		if err := forgetLong(c.Store, c.done, notes); err != nil {
			return err
		}
	}
	for _, l := range c.State().Laptops() {
		from := uint64(1)
		if base := c.gens.base[l.Device]; len(base) > 0 {
			from += base[0].Number
		}
		for _, chain := range append(c.branches(l.Device), l.Device) {
			for number := from; number <= c.headOf(chain).Number; number++ {
				d, key, data, err := c.deltaAt(chain, number)
				if err != nil {
					return err
				}
				if d == nil {
					continue
				}
				if _, known := c.roster.At(d.RosterHead); !known {
					c.consider(key, data, d, func(*store.Edit) bool { return true })
				}
			}
		}
	}
	return nil
}

// countAgain has a delta judged anew that was sealed before this laptop learned that it has lost rights, and has gone out only now.
func (r *round) countAgain(n notes, out *ready) {
	for _, low := range r.Self().Lowered {
		name := snapshot.Name{Device: r.device, Number: out.Number, Hash: signed.ShortOf(out.Hash)}
		d, err := snapshot.Read(r.State().Network, name, out.data)
		if err == nil && d.Roster < low.Version {
			n[noteLowered+hex.EncodeToString(low.By[:])] = nil
		}
	}
}

// lowers looks for what a laptop wrote by a roster from before it lost rights, after what its admin knew of it then.
func (c *recount) lowers(device string, low *roster.Lowering) error {
	name := noteLowered + hex.EncodeToString(low.By[:])
	var at lowered
	found, err := read(c.Store, name, &at)
	if forgotten, staged := c.done[name]; staged && forgotten == nil {
		found = false
	}
	if err != nil || found && (at.Known || at.Reached == c.reached(device)) {
		return err
	}
	base, from := c.gens.base[device], uint64(0)
	if len(base) > 0 {
		from = base[0].Number // the lowest of the ends
	}
	gone := slices.ContainsFunc(base, func(p snapshot.Place) bool { return isBeyond(low.Ends, 0, p) })
	for _, chain := range append(c.branches(device), device) {
		for number := from + 1; number <= c.headOf(chain).Number; number++ {
			isGone, err := c.lowersOne(chain, number, low)
			if err != nil {
				return err
			}
			gone = gone || isGone
		}
	}
	if gone && !found {
		more, err := c.hasMore(device, low, from)
		if err != nil {
			return err
		}
		if more {
			c.done.set(noteBeyond+hex.EncodeToString(low.By[:]), true)
		}
	}
	c.done.set(name, lowered{Reached: c.reached(device), Known: c.allKnown(device, low.Ends)})
	return nil
}

// countedIn notes the statements that the author of a full snapshot knew: what is in it was judged by them.
func (r *round) countedIn(n notes, m *snapshot.Manifest) {
	for _, l := range r.State().Laptops() {
		for _, low := range l.Lowered {
			if r.knew(m, low.Version) {
				n.set(noteLowered+hex.EncodeToString(low.By[:]), lowered{Known: true})
			}
		}
	}
}

// lowersOne looks at one delta. It tells whether its bytes are gone, as when a full snapshot stands for it.
func (c *recount) lowersOne(chain string, number uint64, low *roster.Lowering) (gone bool, err error) {
	if len(c.split) == 0 && len(low.Ends) == 1 && number <= low.Ends[0].Number {
		return false, nil
	}
	d, key, data, err := c.deltaAt(chain, number)
	if d == nil || err != nil {
		return err == nil && isBeyond(low.Ends, 0, snapshot.Place{Number: number}), err
	}
	if then, known := c.roster.At(d.RosterHead); c.isWithin(low.Ends, d) || known && then.Version >= low.Version {
		return false, nil
	}
	c.consider(key, data, d, func(*store.Edit) bool { return true })
	return false, nil
}

// hasMore tells whether something is here that a laptop said after what its admin knew of it, in deltas whose bytes are gone: all of it may have been set
// aside before. Of offices that cannot be read everybody has the same sum, whatever is set aside.
func (c *recount) hasMore(device string, low *roster.Lowering, from uint64) (bool, error) {
	if len(c.branches(device)) > 0 {
		return true, nil // sequences tell no branches apart
	}
	spans, err := c.spansOf(device)
	if err != nil {
		return false, err
	}
	last := low.LastSeq()
	for _, scope := range c.scopesHere() {
		for ch, err := range c.untilStopped(c.Store.ChangesUpTo(c.Store.Frontier(), scope)) {
			if err != nil {
				return false, err
			}
			if ch.Device == device && ch.Seq > last && !slices.ContainsFunc(spans, func(s span) bool { return s.number > from && s.first <= ch.Seq && ch.Seq <= s.last }) {
				return true, nil
			}
		}
	}
	return false, nil
}

// restsOn looks for what may rest on what was known of a record.
func (c *recount) restsOn(ref snapshot.Reference) error {
	refs := []snapshot.Reference{ref}
	if ref.Kind == store.KindMember {
		consents, err := store.Linked[store.Consent](c.Store, ref.ID)
		if err != nil {
			return err
		}
		for i := range consents {
			refs = append(refs, snapshot.Reference{Kind: store.KindConsent, ID: consents[i].ID})
		}
	}
	for _, of := range refs {
		past, err := c.Store.History(of.Kind, of.ID)
		if err != nil {
			continue // nothing is left of it
		}
		for i := range past {
			if err := c.suspect(past[i].Device, past[i].Seq, of); err != nil {
				return err
			}
			if c.isOnItsWay(past[i].Device, past[i].Seq) && !slices.Contains(c.later, ref) {
				c.later = append(c.later, ref)
			}
		}
	}
	return nil
}

// isOnItsWay tells of an own change that is sealed and not known to have arrived: it goes out whatever became of what it rests on, and everybody else judges it.
func (c *recount) isOnItsWay(device string, seq uint64) bool {
	return device == c.device && c.ready != nil && seq > c.heads[device].Last && seq <= c.ready.Last
}

// suspect sets the delta of a change on the list, as far as it speaks of a record.
func (c *recount) suspect(device string, seq uint64, of snapshot.Reference) error {
	if state := c.State(); device != "" {
		if l, known := state.Laptop(device); known && l.Role == roster.Admin && l.Admitted == l.Since && len(l.Lowered) == 0 {
			return nil // it never was anything else
		}
	}
	spans, err := c.spansOf(device)
	if err != nil {
		return err
	}
	found := false
	for _, s := range spans {
		if seq < s.first || seq > s.last {
			continue
		}
		d, key, data, err := c.deltaAt(s.chain, s.number)
		if err != nil {
			return err
		}
		if found = found || d != nil; d != nil {
			c.consider(key, data, d, func(e *store.Edit) bool { return speaksOf(e, of) })
		}
	}
	c.gens.again = c.gens.again || !found && seq <= c.lastOfBase(device)
	return nil
}

// lastOfBase gives up to which sequence the full snapshot stands for a laptop's deltas that this one began from.
func (c *recount) lastOfBase(device string) (last uint64) {
	for _, p := range c.gens.base[device] {
		last = max(last, p.Last)
	}
	return last
}

func speaksOf(e *store.Edit, of snapshot.Reference) bool {
	return slices.ContainsFunc(e.Changes, func(c store.Change) bool { return c.Kind == of.Kind && c.Record == of.ID })
}

// spansOf tells which sequences the deltas of a laptop hold.
func (c *recount) spansOf(device string) ([]span, error) {
	if list, known := c.spans[device]; known {
		return list, nil
	}
	list := []span{}
	for _, chain := range append(c.branches(device), device) {
		first, err := c.firstOf(chain)
		if err != nil {
			return nil, err
		}
		for number := max(1, first); number <= c.headOf(chain).Number; number++ {
			d, _, _, err := c.deltaAt(chain, number)
			if err != nil {
				return nil, err
			}
			if d != nil && d.Last > 0 {
				list = append(list, span{first: d.First, last: d.Last, chain: chain, number: number})
			}
		}
	}
	c.spans[device] = list
	return list, nil
}

// consider puts the actions of a delta that may be concerned on the list, and what may rest on them in turn.
func (c *recount) consider(key string, data []byte, d *snapshot.Delta, concerned func(*store.Edit) bool) {
	state := c.roleAt(d)
	if l, known := state.Laptop(d.Device); known && l.Role == roster.Admin {
		return
	}
	o := c.objects[key]
	if o == nil {
		if o = c.opened(key, data, d); o == nil {
			return
		}
		c.objects[key] = o
	}
	for i := range o.actions {
		e := o.actions[i]
		if len(e.Changes) == 0 || !concerned(&e) {
			continue
		}
		for _, scope := range scopesOf(&e) {
			o.motions = append(o.motions, &motion{of: o.verified, action: roster.Action{Edit: e, Old: d.Old()}, scope: scope, state: state})
		}
		for j := range e.Changes {
			if ch := &e.Changes[j]; restedOn(ch) {
				c.lose(snapshot.Reference{Kind: ch.Kind, ID: ch.Record})
			}
		}
		o.actions[i].Changes = nil // it is on the list
	}
}

// opened reads what this laptop can of a delta.
func (c *recount) opened(key string, data []byte, d *snapshot.Delta) *suspects {
	content, err := d.Contents(c.ring.Find)
	if err != nil || dark(&content) {
		return nil
	}
	s, scopes := c.newStep(), map[string]bool{}
	for i := range content.Parts {
		if s.enter(&content.Parts[i], scopes, d) != nil || !content.Parts[i].Open {
			content.Parts[i].Edits = nil
		}
	}
	return &suspects{verified: &verified{key: key, data: data, delta: d}, actions: content.Edits()}
}

// setAside takes back what was accepted of one delta's motions, and notes that they are set aside, in one step.
func (c *recount) setAside(o *suspects) error {
	s := c.newStep()
	name := short("", o.key)
	d := s.doubts[name]
	d.Key, d.Device, d.Motions = o.key, o.delta.Device, slices.Clone(d.Motions)
	var back []store.Edit
	for _, m := range o.motions {
		if slices.Contains(d.Motions, m.mark()) {
			continue
		}
		d.Motions = append(d.Motions, m.mark())
		back = append(back, within(m.action.Edit, m.scope)...)
		s.count(m, false)
	}
	if len(back) == 0 {
		return nil
	}
	s.keepDoubt(name, d)
	return c.Store.TakeBack(back, s.notes, s.closed...)
}
