package meetings

import (
	"slices"

	"example.org/carnet/store"
)

// Away tells, for those who are registered for a series or programme, at which of the series' times they are not expected: they declined that
// one, withdrew from it, or wait for a place in it. Times are by the rule, as occurrences are named.
func (m *Meetings) Away(series string) (map[string][]string, error) {
	s, err := store.Get[store.Series](m.Store, series)
	if err != nil {
		return nil, err
	}
	seats, err := m.Seats(series)
	if err != nil {
		return nil, err
	}
	ids, occurs := map[string][]string{}, []string{}
	for _, one := range seats {
		ids[one.Occurs] = append([]string{one.ID}, one.Twins...)
		occurs = append(occurs, one.Occurs)
	}
	for _, o := range m.Occasions(s, m.horizon("")) {
		if ids[o.Local] == nil { // a laptop that may not hold it may have noted it all the same
			ids[o.Local] = []string{o.ID}
			occurs = append(occurs, o.Local)
		}
	}
	slices.Sort(occurs)
	away := map[string][]string{}
	for _, at := range occurs {
		standing, err := m.standingIn(ids[at])
		if err != nil {
			return nil, err
		}
		for member, status := range standing {
			if slices.Contains([]string{"declined", "withdrawn", "waitlisted"}, status) {
				away[member] = append(away[member], at)
			}
		}
	}
	return away, nil
}

// standingIn gives how members stand with one meeting that may have several ids; the first says most.
func (m *Meetings) standingIn(ids []string) (map[string]string, error) {
	standing := map[string]string{}
	for _, id := range ids {
		some, err := m.Enrolled(id)
		if err != nil {
			return nil, err
		}
		for _, e := range some {
			if standing[e.Person] == "" {
				standing[e.Person] = e.Status
			}
		}
	}
	return standing, nil
}
