package sync

import (
	"maps"
	"slices"

	"example.org/carnet/sync/signed"
)

// Erase orders and own receipts have no folder that is compared whole. What stood at a place is kept in mind for each place by itself, so that what one
// has lost is told from what it never had.

// ownReceipt stands for this laptop's receipt for an order, whatever it is called.
func ownReceipt(o order) string { return "receipt of " + signed.Letters(signed.ShortOf(o.Hash)) }

func (r *round) wasShown(what string) bool { return r.here.shown[what] }

func (r *round) shown(what string) {
	if !r.here.shown[what] {
		r.here.shown[what], r.here.shownMore = true, true
	}
}

// keepShown makes durable what was seen at the place.
func (r *round) keepShown() error {
	if !r.here.shownMore {
		return nil
	}
	n := notes{}
	n.set(noteShown+r.here.id, slices.Sorted(maps.Keys(r.here.shown)))
	if _, err := r.keep(nil, n); err != nil {
		return err
	}
	r.here.shownMore = false
	return nil
}

// loadShown reads it.
func (e *Engine) loadShown(p *place) error {
	var list []string
	_, err := read(e.Store, noteShown+p.id, &list)
	p.shown, p.shownMore = map[string]bool{}, false
	for _, what := range list {
		p.shown[what] = true
	}
	return err
}
