package meetings

import (
	"slices"
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
	return store.Whole(bare, s), err
}

// find gives a meeting as it is stored, or of an occurrence that is not what Hold would store.
func (m *Meetings) find(id string) (bare store.Meeting, stored bool, err error) {
	whole, unknown := m.Store.Resolve(store.KindMeeting, id)
	if unknown != nil && !fault.Is(unknown, "unknown_id") {
		return bare, false, unknown
	}
	if unknown == nil && whole == id {
		bare, err = m.stored(id)
		return bare, true, err
	}
	found, err := m.occurrences(id)
	switch {
	case err != nil:
		return bare, false, err
	case len(found) == 0 && unknown != nil:
		return bare, false, unknown
	case len(found) == 0:
		bare, err = m.stored(whole)
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

// stored gives a record; an occurrence where it stands now, which the next write to it keeps.
func (m *Meetings) stored(id string) (store.Meeting, error) {
	bare, err := store.Get[store.Meeting](m.Store, id)
	if err != nil || bare.Series == "" {
		return bare, err
	}
	return m.seated(bare)
}

// seated is quick for one that stands where its series takes place, as nearly all do.
func (m *Meetings) seated(bare store.Meeting) (store.Meeting, error) {
	own, err := store.Get[store.Series](m.Store, bare.Series)
	if fault.Is(err, "unknown_id") {
		return bare, nil
	}
	falls := func(o Occasion) bool { return o.Local == bare.Occurs }
	if err != nil || bare.Start == bare.Occurs || slices.ContainsFunc(m.Occasions(own, m.horizon("")), falls) {
		return bare, err
	}
	series, err := m.seriesByID()
	if err != nil {
		return bare, err
	}
	return m.seats(series, m.horizon("")).seat(bare), nil
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
	stored, err := m.standing(bare.Series, bare.Occurs)
	if err != nil || len(stored) == 0 {
		return bare, false, err
	}
	one, err := m.seated(stored[0])
	return one, true, err
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
