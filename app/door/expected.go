package door

import (
	"slices"

	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

// mostExpected is how many people a printed roster or a pile of badges is made for at most.
const mostExpected = 20_000

// Expected gives the members who are expected at a meeting, merged ones as one: those who are registered; where nobody is,
// the members of its chapter. Who was noted at its doors is among them, registered or not.
func (d *Door) Expected(m store.Meeting) (members []string, err error) {
	if d.Coming != nil {
		if members, err = d.Coming(m); err != nil {
			return nil, err
		}
	}
	if len(members) == 0 && m.Chapter != "" {
		cards, _ := d.Store.WaitDirectory().Members(directory.Query{Chapter: m.Chapter, Limit: mostExpected})
		for _, card := range cards {
			members = append(members, card.ID)
		}
	}
	tally, err := d.Tally(m.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range tally.Attendance().People {
		members = append(members, p.Member)
	}
	for i, id := range members {
		members[i] = d.Person(id)
	}
	slices.Sort(members)
	return slices.Compact(members), nil
}
