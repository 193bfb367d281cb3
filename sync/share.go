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
	ours := uint64(0)
	for i := range fresh {
		c := &fresh[i]
		if c.name.Device != r.device {
			continue
		}
		if ours == 0 {
			var err error
			if ours, err = r.firstUnsent(); err != nil || ours == 0 {
				return err
			}
		}
		c.get(r)
		d, err := snapshot.Read(r.State().Network, c.name, c.data)
		if c.err != nil || err != nil || d.Last < ours {
			continue
		}
		if differs, err := r.differs(d); err != nil || !differs {
			if err != nil {
				return err
			}
			continue
		}
		if r.isLongPast() {
			if begun, err := r.begin(); err != nil || begun {
				return err
			}
		}
		return r.publish()
	}
	return nil
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

// differs tells whether an own delta has other changes under numbers that were used here. The same ones went out from another home
// of this laptop, which had not sent them either when it was copied: sent twice, those who cannot read them would count them twice.
func (r *round) differs(d *snapshot.Delta) (bool, error) {
	there := map[uint64]store.Change{}
	for _, e := range r.readable(d) {
		for _, c := range e.Changes {
			there[c.Seq] = c
		}
	}
	for e, err := range r.Store.Unpublished(r.heads[r.device].Last) {
		if err != nil {
			return false, err
		}
		for _, c := range e.Changes {
			if c.Seq > d.Last {
				return false, nil
			}
			if other, used := there[c.Seq]; c.Seq >= d.First && (!used || !isSame(&c, &other)) {
				return true, nil
			}
		}
	}
	return false, nil
}

func isSame(a, b *store.Change) bool {
	return a.Kind == b.Kind && a.Record == b.Record && a.Field == b.Field && a.Scope == b.Scope && bytes.Equal(a.Value, b.Value) && a.Stamp == b.Stamp &&
		slices.Equal(a.Replaces, b.Replaces) && slices.Equal(a.Seen, b.Seen)
}

// isLongPast tells whether our next delta would lie so far back in a full snapshot that who began from it takes it for known.
func (r *round) isLongPast() bool {
	return len(r.gens.good) > 0 && r.heads[r.device].Number+1+snapshot.MaxTail/2 <= r.gens.good[0].number(r.device)
}
