package sync

import (
	"slices"

	"example.org/carnet/store"
)

// A member may be moved by somebody who cannot read the details, or somebody may write them while it moves. They
// stay with the old office then, until a laptop that has the keys of both brings them: an admin's, as a change like any other.

// mostBrought bounds how many members one round brings the details of; the rest comes with the next.
const mostBrought = 500

// moves tells whether edits move a member from one office to another.
func moves(edits []store.Edit) bool {
	return slices.ContainsFunc(edits, func(e store.Edit) bool {
		return slices.ContainsFunc(e.Changes, func(c store.Change) bool {
			return c.Kind == store.KindMember && c.Field == "office" && len(c.Replaces) > 0
		})
	})
}

// bringDetails brings them. Of the admins in use the first one does it in the round in which it learns of a move, the others look
// once a day: twice the same is no conflict, but would be said twice.
func (r *round) bringDetails() error {
	due := r.compare || r.moved && r.turn() == 0
	if !due || !r.mayWriteRoster() || len(r.held)+len(r.sought) > 0 {
		return nil
	}
	r.moved = false
	members, err := r.Store.Astray()
	if err != nil {
		return err
	}
	for _, id := range members[:min(len(members), mostBrought)] {
		if m, err := store.Get[store.Member](r.Store, id); err != nil || m.Office == "" {
			continue // without an office they would be for all to read: that is for a person to say
		}
		// What stands in the way of one, as a key that is not here, does not hold up the others.
		if _, err := r.Store.Edit(func(tx *store.Tx) error { _, err := tx.MoveDetails(id); return err }); err != nil {
			r.Log.Info("details stay with the office before", "member", id, "error", err)
		}
	}
	return nil
}
