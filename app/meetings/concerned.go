package meetings

import (
	"cmp"
	"maps"
	"slices"

	"example.org/carnet/store"
)

// Concerned finds the zones of all whom meetings concern: the members of a meeting's chapter, those who are registered for it or
// wait to be, and those who were invited to it by mail. What is asked for many meetings of one series is asked once. One goroutine may use it.
type Concerned struct {
	m          *Meetings
	registered map[string]map[string]bool // by what people are registered for, and member: whether they come
	invited    map[string][]string        // by series
	lines      map[string][]string        // by series, it and those that it goes on from
	homes      map[string]home            // by member
	series     map[string]map[string]int  // by series, of its meetings that nothing is stored of
	towns      map[string]string          // by community, its zone
}

// home is where a member's clock is.
type home struct {
	id       string // of the member now, after merges
	zone     string
	chapters []string
}

// Concerned begins to ask whom meetings concern.
func (m *Meetings) Concerned() *Concerned {
	return &Concerned{m: m, registered: map[string]map[string]bool{}, invited: map[string][]string{}, lines: map[string][]string{}, homes: map[string]home{}, series: map[string]map[string]int{}, towns: map[string]string{}}
}

// ByZone counts the people of a meeting by the zone they live in, each once; besides are members who are about to be invited. Callers must
// not write to it.
func (c *Concerned) ByZone(p Planned, besides ...string) (map[string]int, error) {
	if p.Virtual && len(besides) == 0 {
		if people, known := c.series[p.Series+p.Chapter]; known {
			return people, nil
		}
	}
	people, err := c.count(p, besides)
	if p.Virtual && len(besides) == 0 && err == nil {
		c.series[p.Series+p.Chapter] = people
	}
	return people, err
}

// BySeries counts those of a series as a whole.
func (c *Concerned) BySeries(s store.Series, besides ...string) (map[string]int, error) {
	return c.ByZone(Planned{Meeting: store.Meeting{Series: s.ID, Chapter: s.Chapter}, Virtual: true}, besides...)
}

func (c *Concerned) count(p Planned, besides []string) (map[string]int, error) {
	people, err := c.m.PeopleByZone(p.Chapter)
	if err != nil {
		return nil, err
	}
	ids, err := c.comers(p)
	ids = append(ids, besides...)
	if err != nil || len(ids) == 0 {
		return people, err
	}
	all, seen := maps.Clone(people), map[string]bool{}
	if all == nil {
		all = map[string]int{}
	}
	for _, id := range ids {
		h := c.home(id)
		if h.zone == "" || seen[h.id] || p.Chapter != "" && slices.Contains(h.chapters, p.Chapter) {
			continue // the chapter's members are counted already
		}
		seen[h.id] = true
		all[h.zone]++
	}
	return all, nil
}

// comers are those who are registered, or wait to be, and those who were invited; but for who said no to it, or to what is nearest to it.
func (c *Concerned) comers(p Planned) (ids []string, err error) {
	comes := map[string]bool{}
	for _, layer := range c.layers(p) {
		some, err := c.registeredFor(layer)
		if err != nil {
			return nil, err
		}
		for member, yes := range some {
			if _, said := comes[member]; !said {
				comes[member] = yes
			}
		}
	}
	for member, yes := range comes {
		if yes {
			ids = append(ids, member)
		}
	}
	asked, err := c.invitedTo(p)
	for _, member := range asked {
		if _, said := comes[member]; !said {
			ids = append(ids, member)
		}
	}
	return ids, err
}

// layers are those of Layers; what only follows from a rule has none of its own.
func (c *Concerned) layers(p Planned) []string {
	if !p.Virtual {
		return c.m.Layers(p.Meeting)
	}
	line, known := c.lines[p.Series]
	if !known {
		var err error
		if line, err = c.m.Line(p.Series); err != nil {
			line = []string{p.Series}
		}
		c.lines[p.Series] = line
	}
	if p.Chapter == "" {
		return line
	}
	return append(slices.Clone(line), p.Chapter)
}

// registeredFor gives whom something was decided for, and whether they come, as far as is known.
func (c *Concerned) registeredFor(id string) (map[string]bool, error) {
	if known, ok := c.registered[id]; ok {
		return known, nil
	}
	some, err := c.m.Enrolled(id)
	if err != nil {
		return nil, err
	}
	comes := map[string]bool{}
	for _, e := range some {
		comes[e.Person] = e.Status != "declined" && e.Status != "withdrawn"
	}
	c.registered[id] = comes
	return comes, nil
}

// invitedTo asks for a whole series once, but for occurrences about which mail of their own went out.
func (c *Concerned) invitedTo(p Planned) ([]string, error) {
	if c.m.Invited == nil {
		return nil, nil
	}
	if p.Series == "" {
		return c.m.Invited(p.ID)
	}
	if !p.Virtual {
		own, err := store.Linked[store.Mailing](c.m.Store, p.ID)
		if err != nil {
			return nil, err
		}
		if len(own) > 0 {
			return c.m.Invited(p.ID)
		}
	}
	ids, known := c.invited[p.Series]
	if !known {
		var err error
		if ids, err = c.m.Invited(p.Series); err != nil {
			return nil, err
		}
		c.invited[p.Series] = ids
	}
	return ids, nil
}

// home finds a member's, also of one who was merged into another since; empty for one who is gone.
func (c *Concerned) home(id string) home {
	if h, known := c.homes[id]; known {
		return h
	}
	h := home{}
	if m, err := store.Get[store.Member](c.m.Store, c.m.Store.Person(id)); err == nil {
		h = home{id: m.ID, zone: cmp.Or(m.Zone, c.town(m.Community)), chapters: m.Chapters}
	}
	c.homes[id] = h
	return h
}

func (c *Concerned) town(id string) string {
	zone, known := c.towns[id]
	if !known {
		zone = c.m.communityZone(id)
		c.towns[id] = zone
	}
	return zone
}
