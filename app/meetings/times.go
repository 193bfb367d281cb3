package meetings

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

// ZoneTime is a moment on the clock of one zone.
type ZoneTime struct {
	Zone   string
	At     time.Time // in that zone
	People int       // there, of those whom the meeting concerns
}

// Times gives a meeting's local times in the anchor zone, the six main zones of Canada and the zones where
// members of its chapter are and those who are registered or were invited, from west to east; none for whole days. Fault bad_time when the meeting has no date yet.
func (m *Meetings) Times(p Planned) ([]ZoneTime, error) {
	if p.AllDay {
		return nil, nil
	}
	if _, _, err := zones.Instant(p.Meeting.Start, p.Zone); err != nil {
		return nil, err
	}
	people, err := m.Concerned().ByZone(p)
	if err != nil {
		return nil, err
	}
	return TimesAt(p.Start, p.Zone, people), nil
}

// TimesAt is Times for any moment; people counts members by zone.
func TimesAt(start time.Time, anchor string, people map[string]int) []ZoneTime {
	names := zoneNames(anchor, people)
	list, at := make([]ZoneTime, 0, len(names)), make(map[string]int, len(names))
	for _, name := range names {
		first := zones.First(name)
		i, there := at[first]
		if !there {
			loc, err := zones.Load(name)
			if err != nil {
				continue
			}
			i, at[first] = len(list), len(list)
			list = append(list, ZoneTime{Zone: name, At: start.In(loc)})
		}
		list[i].People += people[name]
		if name == anchor {
			list[i].Zone = name
		}
	}
	offsets := make(map[string]int, len(list))
	for _, z := range list {
		_, offsets[z.Zone] = z.At.Zone()
	}
	slices.SortStableFunc(list, func(a, b ZoneTime) int {
		if x, y := offsets[a.Zone], offsets[b.Zone]; x != y {
			return cmp.Compare(x, y)
		}
		return cmp.Or(cmp.Compare(rank(a.Zone), rank(b.Zone)), cmp.Compare(a.Zone, b.Zone))
	})
	return list
}

// zoneNames lists each name once, the main zones first: of two names of one zone theirs is shown.
func zoneNames(anchor string, people map[string]int) []string {
	names := zones.Main()
	main := names[:len(names):len(names)]
	for _, name := range slices.Sorted(maps.Keys(people)) {
		if !slices.Contains(main, name) {
			names = append(names, name)
		}
	}
	if _, there := people[anchor]; !there && !slices.Contains(main, anchor) {
		names = append(names, anchor)
	}
	return names
}

var mainZones = zones.Main()

// rank puts the main zones before others of the same offset.
func rank(zone string) int {
	i := slices.Index(mainZones, zone)
	if i < 0 {
		return len(mainZones)
	}
	return i
}

const allCards = 1 << 30 // a page that holds every member

// headcount is a chapter's members by zone.
type headcount struct {
	byZone  map[string]int
	version uint64 // of the store
	at      time.Time
	took    time.Duration
}

// good tells whether a count still holds: nothing changed since, or counting takes so long that it
// may only be done now and then, for people rarely move between zones.
func (h headcount) good(version uint64) bool {
	return h.version == version || time.Since(h.at) < 200*h.took
}

// PeopleByZone counts a chapter's members by the zone they live in; a meeting of no chapter has none. The
// answer is kept for a while, for lists ask for each meeting; callers must not write to it.
func (m *Meetings) PeopleByZone(chapter string) (map[string]int, error) {
	if chapter == "" {
		return nil, nil
	}
	version := m.Store.Version()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.peopleOf == nil {
		m.peopleOf = map[string]headcount{}
	}
	count, known := m.peopleOf[chapter]
	if !known || !count.good(version) {
		began := time.Now()
		count = headcount{byZone: m.countByZone(chapter), version: version, at: began}
		count.took = time.Since(began)
		m.peopleOf[chapter] = count
	}
	return count.byZone, nil
}

func (m *Meetings) countByZone(chapter string) map[string]int {
	people := map[string]int{}
	cards, _ := m.Store.WaitDirectory().Members(directory.Query{Chapter: chapter, Limit: allCards})
	towns := map[string]string{}
	for _, card := range cards {
		zone := card.Zone
		if zone == "" {
			known := false
			if zone, known = towns[card.CommunityID]; !known {
				zone = m.communityZone(card.CommunityID)
				towns[card.CommunityID] = zone
			}
		}
		if zone != "" {
			people[zone]++
		}
	}
	return people
}

// communityZone is a community's own zone, else the one that is kept there, which may not be its province's main zone.
func (m *Meetings) communityZone(id string) string {
	if id == "" {
		return ""
	}
	c, err := store.Get[store.Community](m.Store, id)
	if err != nil {
		return ""
	}
	return cmp.Or(c.Zone, zones.OfTown(c.External, c.Province, c.Name, c.NameFR))
}

// ZoneOf gives the zone in which a member lives: the member's own, the community's, or the one that is
// kept there; empty when none is known.
func (m *Meetings) ZoneOf(member store.Member) string {
	return cmp.Or(member.Zone, m.communityZone(member.Community))
}
