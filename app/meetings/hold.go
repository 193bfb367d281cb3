package meetings

import (
	"strconv"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Get gives a meeting by its id or the start of it, an occurrence of a series too; what an occurrence does not say
// of itself is filled from its series. Faults unknown_id, ambiguous_id.
func (m *Meetings) Get(id string) (store.Meeting, error) {
	bare, _, err := m.find(id)
	if err != nil {
		return bare, err
	}
	return m.whole(bare)
}

// Planned is Get with the instants.
func (m *Meetings) Planned(id string) (Planned, error) {
	bare, stored, err := m.find(id)
	if err != nil {
		return Planned{}, err
	}
	meeting, err := m.whole(bare)
	p := Plan(meeting)
	p.Virtual = !stored
	return p, err
}

func (m *Meetings) whole(bare store.Meeting) (store.Meeting, error) {
	if bare.Series == "" {
		return bare, nil
	}
	s, err := store.Get[store.Series](m.Store, bare.Series)
	if fault.Is(err, "unknown_id") { // not come yet, or deleted
		s, err = store.Series{}, nil
	}
	return Whole(bare, s), err
}

// find gives a meeting as it is stored, or of an occurrence that is not what Hold would store.
func (m *Meetings) find(id string) (bare store.Meeting, stored bool, err error) {
	whole, unknown := m.Store.Resolve(store.KindMeeting, id)
	if unknown != nil && !fault.Is(unknown, "unknown_id") {
		return bare, false, unknown
	}
	if unknown == nil && whole == id {
		bare, err = store.Get[store.Meeting](m.Store, id)
		return bare, true, err
	}
	found, err := m.occurrences(id)
	switch {
	case err != nil:
		return bare, false, err
	case len(found) == 0 && unknown != nil:
		return bare, false, unknown
	case len(found) == 0:
		bare, err = store.Get[store.Meeting](m.Store, whole)
		return bare, true, err
	case len(found) == 1 && unknown != nil:
		return m.standIn(found[0])
	}
	n := len(found)
	if unknown == nil {
		n++
	}
	return bare, false, fault.New("ambiguous_id", "kind", string(store.KindMeeting), "id", id, "n", strconv.Itoa(n))
}

// occurrences gives those not stored whose id starts with prefix.
func (m *Meetings) occurrences(prefix string) (found []store.Meeting, err error) {
	if prefix == "" {
		return nil, nil
	}
	series, err := m.seriesByID()
	if err != nil {
		return nil, err
	}
	for _, s := range series {
		for _, o := range m.Occasions(s, m.horizon("")) {
			if !strings.HasPrefix(o.ID, prefix) {
				continue
			}
			if _, err := store.Get[store.Meeting](m.Store, o.ID); err != nil {
				found = append(found, store.Meeting{ID: o.ID, Series: s.ID, Occurs: o.Local})
			}
		}
	}
	return found, nil
}

// standIn gives the stored meeting that stands for an occurrence under another id, which it had before its series
// was changed.
func (m *Meetings) standIn(bare store.Meeting) (store.Meeting, bool, error) {
	stored, err := store.Linked[store.Meeting](m.Store, bare.Series)
	for _, one := range stored {
		if one.Occurs == bare.Occurs {
			return one, true, nil
		}
	}
	return bare, false, err
}

// Hold stores an occurrence before something hangs on it, as a registration or a scan, so that it stays when its
// series is changed; it gives any meeting whole. A laptop that may not write meetings, as at a door, stores nothing:
// the occurrence's id is the same everywhere, and those who may will hold it.
func (m *Meetings) Hold(id string) (store.Meeting, error) {
	bare, stored, err := m.find(id)
	if err != nil {
		return bare, err
	}
	if !stored && m.May(store.KindMeeting) == nil {
		if _, err := m.Store.Edit(func(tx *store.Tx) error { return m.HoldIn(tx, bare.ID) }); err != nil {
			return bare, err
		}
	}
	return m.whole(bare)
}

// HoldIn is Hold within an edit of the caller's, by the whole id.
func (m *Meetings) HoldIn(tx *store.Tx, id string) error {
	bare, stored, err := m.find(id)
	if err != nil || stored || m.May(store.KindMeeting) != nil {
		return err
	}
	_, err = tx.Put(bare)
	return err
}
