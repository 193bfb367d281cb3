package sync

import (
	"cmp"
	"slices"
	"strconv"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

// Proposal is one change of an object that was set aside, for a person to take in or not.
type Proposal struct {
	Which  int // its place in the object, from 0
	Change store.Change
	To     any  // the value that it wants; nil when it clears the field
	Now    any  // the newest value of that field here; nil for none
	Known  bool // the change was taken in already, with others of its object
}

// Review lists the changes of an object that was set aside, as far as the keys of this laptop open it.
// Faults: unknown_object, not_admitted, nothing_to_review where the object is no delta of a laptop of
// this network or its bytes are gone.
func (e *Engine) Review(key string) ([]Proposal, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	changes, err := e.reviewed(key)
	if err != nil {
		return nil, err
	}
	list := make([]Proposal, len(changes))
	for i, c := range changes {
		list[i] = Proposal{Which: i, Change: c}
		if len(c.Value) > 0 && signed.Decode(c.Value, &list[i].To) != nil {
			list[i].To = nil
		}
		past, err := e.Store.History(c.Kind, c.Record)
		if err != nil {
			continue // nobody has written that record here
		}
		if at := slices.IndexFunc(past, func(p store.Past) bool { return p.Field == c.Field }); at >= 0 {
			list[i].Now = past[at].To
		}
		list[i].Known = slices.ContainsFunc(past, func(p store.Past) bool { return p.Field == c.Field && p.Dot == c.Dot })
	}
	return list, nil
}

// reviewed reads the changes of an object on the list, in order.
func (e *Engine) reviewed(key string) ([]store.Change, error) {
	if e.roster == nil {
		return nil, fault.New("not_admitted")
	}
	if f, known := e.refused[short("", key)]; !known || f.Dismissed {
		return nil, fault.New("unknown_object", "key", key)
	}
	none := fault.New("nothing_to_review", "key", key)
	name, err := snapshot.ParseName(key)
	if err != nil {
		return nil, none.Because(err)
	}
	delta, err := snapshot.Read(e.member.Network, name, e.bytesHere(key))
	if err != nil {
		return nil, none.Because(err)
	}
	sign, known := e.State().SignKey(name.Device, name.Number)
	if !known || !delta.SignedWith(sign) {
		return nil, none
	}
	content, err := delta.Contents(e.ring.Find)
	if err != nil {
		return nil, none.Because(err)
	}
	var changes []store.Change
	for i := range content.Parts {
		for _, edit := range content.Parts[i].Edits {
			for _, c := range edit.Changes {
				c.Scope = e.ring[content.Parts[i].Key].Scope
				changes = append(changes, c)
			}
		}
	}
	slices.SortStableFunc(changes, func(a, b store.Change) int { return cmp.Compare(a.Seq, b.Seq) })
	return changes, nil
}

// AcceptChanges takes some changes of an object that was set aside in, and dismisses the rest with it.
// They become this laptop's own edit, written anew, so that all come to have them in the ordinary way.
// It gives how many changed something. Faults: those of Review, role_forbids for others than admins,
// unknown_change, and those of the store.
func (e *Engine) AcceptChanges(key string, which []int) (count int, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.Standing() != Active || e.Self().Role != roster.Admin {
		return 0, fault.New("role_forbids", "role", string(e.Self().Role), "kind", string(store.KindNetwork), "device", e.device)
	}
	changes, err := e.reviewed(key)
	if err != nil {
		return 0, err
	}
	for _, at := range which {
		if at < 0 || at >= len(changes) {
			return 0, fault.New("unknown_change", "change", strconv.Itoa(at))
		}
	}
	_, err = e.Store.Edit(func(tx *store.Tx) error {
		for at, c := range changes {
			if !slices.Contains(which, at) {
				continue
			}
			changed, err := tx.Adopt(c.Kind, c.Record, c.Field, c.Value)
			if err != nil {
				return err
			}
			if changed {
				count++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return count, e.dismiss(key)
}
