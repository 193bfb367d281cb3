package sync

import (
	"bytes"
	"encoding/hex"
	"slices"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/sync/roster"
)

// What a laptop wrote after it had lost a right, as one learns late, is judged anew. Who has let go of the bytes meanwhile, since a full snapshot
// stood for them, cannot: it begins again from a full snapshot of somebody who could, or who never had it, and keeps what
// goes with that on a list for a person.

// patience is for how long after such a statement everybody waits for such a full snapshot. Admins who can write one do so within days.
// Where nobody can, all have the same, and it stays.
const patience = 2 * week

func (r *round) isRecentLoss(low roster.Lowering) bool {
	return r.Now().Sub(time.UnixMilli(low.At)).Abs() < patience
}

// unjudgeable gives the laptops of whom more is here than counts, and cannot be judged, with the last sequence that does count.
func (r *round) unjudgeable() map[string]uint64 {
	devices := map[string]uint64{}
	names, err := r.Store.Notes(noteBeyond)
	if err != nil || len(names) == 0 {
		return devices
	}
	for _, l := range r.State().Laptops() {
		for _, low := range l.Lowered {
			if slices.Contains(names, noteBeyond+hex.EncodeToString(low.By[:])) && r.isRecentLoss(low) {
				devices[l.Device] = low.LastSeq()
			}
		}
	}
	return devices
}

// goesBack tells whether a full snapshot lacks deltas of others that were taken in here and lie nowhere any more.
func (r *round) goesBack(g *generation) bool {
	if len(r.unjudgeable()) == 0 {
		return false
	}
	at := standing{Places: g.Network.Frontier}
	for device := range r.heads {
		for number := at.number(device) + 1; number <= r.heads[device].Number; number++ {
			if _, err := r.keyOf(device, number); err != nil || len(r.copies[copyOf(device, number)]) == 0 {
				return true
			}
		}
	}
	return false
}

// mayGo lists what stands here of them that a full snapshot may not have: on their own laptop, and on admins'.
func (r *round) mayGo() (list []unsent, err error) {
	devices := r.unjudgeable()
	if last, own := devices[r.device]; !r.mayWriteRoster() {
		if devices = nil; own {
			devices = map[string]uint64{r.device: last}
		}
	}
	if len(devices) == 0 {
		return nil, nil
	}
	for _, scope := range r.scopesHere() {
		for c, err := range r.untilStopped(r.Store.ChangesUpTo(r.Store.Frontier(), scope)) {
			if err != nil {
				return nil, err
			}
			if last, concerned := devices[c.Device]; concerned && c.Seq > last {
				list = append(list, unsent{Kind: c.Kind, Record: c.Record, Field: c.Field, Value: bytes.Clone(c.Value), Wall: c.Wall})
			}
		}
	}
	return list, nil
}

// setAsideIn puts it on the list for a person, in the step in which it goes.
func (r *round) setAsideIn(n notes, gone []unsent) error {
	if len(gone) == 0 {
		return nil
	}
	list, err := r.readUnsent()
	n.unsent(append(list, gone...))
	return err
}

// takeOff takes off the list what did not go after all.
func (r *round) takeOff(gone []unsent) error {
	if len(gone) == 0 {
		return nil
	}
	list, err := r.readUnsent()
	var stays []int
	for i, u := range list {
		if err == nil && slices.ContainsFunc(gone, u.is) && r.hasSaid(u) {
			stays = append(stays, i)
		}
	}
	if err != nil || len(stays) == 0 {
		return err
	}
	return r.keepUnsent(list, stays)
}

// hasSaid tells whether a change stands in the history of its record.
func (r *round) hasSaid(u unsent) bool {
	past, err := r.Store.History(u.Kind, u.Record)
	return err == nil && slices.ContainsFunc(past, func(p store.Past) bool {
		return p.Field == u.Field && p.Wall == u.Wall && bytes.Equal(p.Value, u.Value)
	})
}

func (u unsent) is(other unsent) bool {
	return u.Kind == other.Kind && u.Record == other.Record && u.Field == other.Field && u.Wall == other.Wall && bytes.Equal(u.Value, other.Value)
}

// scopesHere lists what can be read here: what is for all, and the offices whose keys are here.
func (r *round) scopesHere() []string {
	list := []string{""}
	for _, o := range r.State().Offices() {
		if r.Holds(o.ID) {
			list = append(list, o.ID)
		}
	}
	return list
}
