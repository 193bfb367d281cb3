package sync

import (
	"slices"

	"example.org/carnet/store"
)

// Own edits that every reader would refuse, as after this laptop was given another role, stay here. They are counted, and
// nothing rests on them: neither what comes after them nor what others write.

// passed is where an own edit that was passed over lies among the sequences.
type passed struct {
	_           struct{} `cbor:",toarray"`
	First, Last uint64
}

// mostPassed bounds the note; beyond it the count stands still.
const mostPassed = 10_000

// keepsBack says why an own edit cannot go out, after those that were kept back; empty when it can.
func (r *round) keepsBack(e *store.Edit, kept []passed) string {
	switch {
	case !r.Unruled && r.allows(*e, kept) != nil:
		return "role_forbids"
	case !r.sealable(e):
		return "missing_key"
	}
	return ""
}

func (e *Engine) loadKept() error {
	e.passedOver = nil
	_, err := read(e.Store, noteKept, &e.passedOver)
	return err
}

// keepBack notes own edits that were passed over, if there are more of them now.
func (r *round) keepBack(list []passed) error {
	if len(r.passedOver) == len(list) || len(r.passedOver) >= mostPassed {
		return nil
	}
	n := notes{}
	n.set(noteKept, list)
	_, err := r.keep(nil, n)
	if err == nil {
		r.look.Lock()
		r.passedOver = slices.Clip(list)
		r.look.Unlock()
	}
	return err
}
