package door

import (
	"slices"
	"time"

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
	members = append(members, tally.Came()...)
	for i, id := range members {
		members[i] = d.Person(id)
	}
	slices.Sort(members)
	return slices.Compact(members), nil
}

// registering is how many are registered for a meeting, as it was counted last.
type registering struct {
	records, people int
	at              time.Time
}

// countAgain is how long that count is believed while no registration is added.
const countAgain = 20 * time.Second

// Registered counts those who had registered for a meeting itself or its forum before they came. A door asks at each scan, so it is counted again only
// now and then.
func (d *Door) Registered(m store.Meeting) int {
	records := d.Store.Count(store.KindRegistration)
	if records == 0 {
		return 0
	}
	d.mu.Lock()
	known, counted := d.enrolled[m.ID]
	d.mu.Unlock()
	if counted && known.records == records && time.Since(known.at) < countAgain {
		return known.people
	}
	people := map[string]bool{}
	for _, of := range []string{m.ID, m.Parent} {
		if of == "" {
			continue
		}
		some, err := store.Linked[store.Registration](d.Store, of)
		if err != nil {
			return 0
		}
		for _, g := range some {
			if g.For == of && g.Status == "approved" && g.Source != AtDoor {
				people[d.Person(g.Member)] = true
			}
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.enrolled[m.ID] = registering{records: records, people: len(people), at: time.Now()}
	return len(people)
}
