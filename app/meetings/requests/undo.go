package requests

import (
	"slices"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Undo takes back the last thing that was done to a registration or a request, with what the same act did to the
// request, the member and the consent beside it. Faults unknown_id, ambiguous_id.
func (r *Requests) Undo(id string) ([]store.Ref, error) {
	if err := r.May(store.KindRegistration); err != nil {
		return nil, err
	}
	beside, err := r.beside(id)
	if err != nil {
		return nil, err
	}
	var refs []store.Ref
	var act store.Stamp
	for i, of := range beside {
		past, err := r.Store.History(of.kind, of.id)
		if fault.Is(err, "unknown_id") && i > 0 {
			continue
		}
		if err != nil {
			return nil, err
		}
		if i == 0 {
			act = past[0].Stamp
		}
		for _, h := range past {
			if h.Device == act.Device && h.Wall == act.Wall && h.Logical == act.Logical && !h.Moved {
				refs = append(refs, store.Ref{Kind: of.kind, Record: of.id, Change: h.Dot})
			}
		}
	}
	slices.SortFunc(refs, func(a, b store.Ref) int { return int(int64(a.Change.Seq) - int64(b.Change.Seq)) })
	return r.Store.Undo(refs)
}

// UndoAll takes back what one decision did to many.
func (r *Requests) UndoAll(refs []store.Ref) ([]store.Ref, error) {
	if err := r.May(store.KindRegistration); err != nil {
		return nil, err
	}
	return r.Store.Undo(refs)
}

type record struct {
	kind store.Kind
	id   string
}

// beside gives the records that one act on a registration or request may have written, itself first.
func (r *Requests) beside(id string) ([]record, error) {
	if strings.HasPrefix(id, "req_") {
		q, err := r.ownRequest(id)
		if err != nil {
			return nil, err
		}
		all := []record{{store.KindRequest, q.ID}}
		if q.Member != "" {
			all = append(all, r.personal(q.For, q.Member)...)
		}
		return all, nil
	}
	g, err := r.Registration(id)
	if err != nil {
		return nil, err
	}
	all := []record{{store.KindRegistration, g.ID}}
	if g.Request != "" {
		all = append(all, record{store.KindRequest, g.Request})
	}
	for _, one := range r.personal(g.For, g.Member) {
		if one != all[0] {
			all = append(all, one)
		}
	}
	return all, nil
}

// personal gives what a decision writes of a person, whichever of their members it was made for: the registrations, the member and the consent.
func (r *Requests) personal(target, member string) (all []record) {
	person := r.Store.Person(member)
	for _, id := range r.Store.Records(member) {
		all = append(all, record{store.KindRegistration, store.RegistrationID(target, id)})
	}
	all = append(all, record{store.KindMember, person})
	return append(all, r.consents(target, person)...)
}

func (r *Requests) consents(target, member string) (all []record) {
	some, _ := store.Linked[store.Consent](r.Store, member) // what cannot be read is not undone
	for _, c := range some {
		if c.ID == consentID(target, member, c.Date) {
			all = append(all, record{store.KindConsent, c.ID})
		}
	}
	return all
}
