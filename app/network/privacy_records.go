package network

import (
	"strings"

	"example.org/carnet/store"
)

// hangingOn gives the registrations, settled notes, requests and mail of a member, of those merged into it, and of its addresses.
func (n *Network) hangingOn(m store.Member) ([]store.RecordRef, error) {
	who := whose{ids: map[string]bool{}, addresses: map[string]bool{}}
	who.address(m.Email)
	for _, id := range n.Store.RecordsOf(m) {
		who.ids[id] = true
		if other, err := store.Get[store.Member](n.Store, id); err == nil {
			who.address(other.Email)
		}
	}
	for id := range who.ids {
		some, err := store.Linked[store.Registration](n.Store, id)
		if err != nil {
			return nil, err
		}
		for _, g := range some {
			who.add(store.KindRegistration, g.ID, g.Member, "")
		}
		settled, err := store.Linked[store.Settled](n.Store, id)
		if err != nil {
			return nil, err
		}
		for _, one := range settled {
			who.add(store.KindSettled, one.ID, one.Member, "")
		}
	}
	// What was written before anybody said who it was is found by its address alone.
	for q, err := range store.All[store.Request](n.Store) {
		if err != nil {
			return nil, err
		}
		who.add(store.KindRequest, q.ID, q.Member, q.Email)
	}
	for one, err := range store.All[store.Message](n.Store) {
		if err != nil {
			return nil, err
		}
		who.add(store.KindMessage, one.ID, one.Member, one.To)
	}
	for one, err := range store.All[store.Incoming](n.Store) {
		if err != nil {
			return nil, err
		}
		who.add(store.KindIncoming, one.ID, one.Member, one.From)
	}
	return who.refs, nil
}

// whose gathers the records of one person.
type whose struct {
	ids, addresses map[string]bool
	refs           []store.RecordRef
}

func (w *whose) address(text string) {
	if text = bare(text); text != "" {
		w.addresses[text] = true
	}
}

func (w *whose) add(kind store.Kind, id, member, address string) {
	if w.ids[member] || w.addresses[bare(address)] {
		w.refs = append(w.refs, store.RecordRef{Kind: kind, ID: id})
	}
}

// bare is the address alone, as "Élise <elise@example.org>" has it, in small letters.
func bare(text string) string {
	if from := strings.LastIndexByte(text, '<'); from >= 0 {
		text, _, _ = strings.Cut(text[from+1:], ">")
	}
	return strings.ToLower(strings.TrimSpace(text))
}
