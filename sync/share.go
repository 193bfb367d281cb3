package sync

import (
	"bytes"
	"slices"

	"example.org/carnet/store"
	"example.org/carnet/sync/snapshot"
)

// shareFirst sends what was written here before anything else of this laptop is taken in, when both
// used the same numbers for different changes: another home says to be this laptop, or this home
// came back from an old copy. Sent from its own place in the chain, each keeps its own.
func (r *round) shareFirst(fresh []candidate) error {
	if r.Standing() != Active {
		return nil
	}
	foreign := func(c candidate) bool { return c.name.Device != r.device }
	own := slices.DeleteFunc(slices.Clone(fresh), foreign)
	if len(own) == 0 {
		return nil
	}
	ours, err := r.firstUnsent()
	if err != nil || ours == 0 {
		return err
	}
	for i := range fresh {
		if !foreign(fresh[i]) {
			fresh[i].get(r) // what comes now is what is taken in later: one that did not come now does not come then
		}
	}
	own = slices.DeleteFunc(slices.Clone(fresh), foreign)
	// They may be sealed for keys that are still to be learned of: what cannot be read would be taken for different.
	if err := r.rosterFirst(own); err != nil || r.Standing() != Active {
		return err
	}
	there, last := r.sentThere(own, ours)
	if differs, err := r.differs(there, last); err != nil || !differs {
		return err
	}
	if err := r.wantForOwn(own); err != nil {
		return err
	}
	if r.isBehindRoster() {
		r.holdOwn(own)
		return nil
	}
	r.alike = there
	defer func() { r.alike = nil }()
	if r.isLongPast() {
		if begun, err := r.begin(anyOf); err != nil || begun {
			return err
		}
	}
	return r.publish()
}

// sentThere gives what own deltas say that have come from another home, and the highest sequence in them, as far as they reach what was not
// sent here.
func (r *round) sentThere(own []candidate, ours uint64) (there map[store.Dot]store.Change, last uint64) {
	there = map[store.Dot]store.Change{}
	for i := range own {
		d, err := snapshot.Read(r.State().Network, own[i].name, own[i].data)
		if own[i].err != nil || err != nil || d.Last < ours {
			continue
		}
		last = max(last, d.Last)
		for _, e := range r.readable(d) {
			for _, change := range e.Changes {
				there[change.Dot] = change
			}
		}
	}
	return there, last
}

// firstUnsent is the sequence of the oldest own change that is in no bucket; 0 when there is none.
func (r *round) firstUnsent() (uint64, error) {
	for e, err := range r.Store.Unpublished(r.heads[r.device].Last) {
		return e.First, err
	}
	return 0, nil
}

// readable gives what of a delta can be read here, with the scopes that it is for.
func (r *round) readable(d *snapshot.Delta) (edits []store.Edit) {
	content, err := d.Contents(r.ring.Find)
	if err != nil {
		return nil
	}
	s, scopes := r.newStep(), map[string]bool{}
	for i := range content.Parts {
		if p := &content.Parts[i]; s.enter(p, scopes, d) == nil && p.Open {
			edits = append(edits, p.Edits...)
		}
	}
	return edits
}

// differs tells whether something that was not sent has a number, up to the last, under which the own deltas that have come say something else.
// What they say alike went out from another home of this laptop, which had not sent it either when it was copied: sent twice, those who
// cannot read it would count it twice.
func (r *round) differs(there map[store.Dot]store.Change, last uint64) (bool, error) {
	for e, err := range r.Store.Unpublished(r.heads[r.device].Last) {
		if err != nil {
			return false, err
		}
		for _, c := range e.Changes {
			if c.Seq > last {
				return false, nil
			}
			if other, used := there[c.Dot]; !used || !isSame(&c, &other) {
				return true, nil
			}
		}
	}
	return false, nil
}

// notAlike leaves out of an own edit what another home of this laptop sent just so.
func (r *round) notAlike(e store.Edit) store.Edit {
	if len(r.alike) == 0 {
		return e
	}
	e.Changes = slices.DeleteFunc(slices.Clone(e.Changes), func(c store.Change) bool {
		other, there := r.alike[c.Dot]
		return there && isSame(&c, &other)
	})
	return e
}

func isSame(a, b *store.Change) bool {
	return a.Kind == b.Kind && a.Record == b.Record && a.Field == b.Field && a.Scope == b.Scope && bytes.Equal(a.Value, b.Value) && a.Stamp == b.Stamp &&
		slices.Equal(a.Replaces, b.Replaces) && slices.Equal(a.Seen, b.Seen)
}

// isLongPast tells whether our next delta would lie so far back in a full snapshot that who began from it takes it for known.
func (r *round) isLongPast() bool {
	return len(r.gens.good) > 0 && r.heads[r.device].Number+1+snapshot.MaxTail/2 <= r.gens.good[0].number(r.device)
}
