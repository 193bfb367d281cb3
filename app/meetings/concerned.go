package meetings

import (
	"maps"
	"slices"

	"example.org/carnet/store"
)

// concerned finds the zones of all whom meetings concern: the members of a meeting's chapter, those who are registered for it or
// wait to be, and those who were invited to it by mail. What is asked for many meetings of one series is asked once. One goroutine may use it.
type concerned struct {
	m          *Meetings
	registered map[string][]string // by what people are registered for
	invited    map[string][]string // by series
	lines      map[string][]string // by series, it and those that it goes on from
	homes      map[string]home     // by member
}

// home is where a member's clock is.
type home struct {
	id       string // of the member now, after merges
	zone     string
	chapters []string
}

func (m *Meetings) concerned() *concerned {
	return &concerned{m: m, registered: map[string][]string{}, invited: map[string][]string{}, lines: map[string][]string{}, homes: map[string]home{}}
}

// byZone counts the people of a meeting by the zone they live in, each once.
func (c *concerned) byZone(p Planned) (map[string]int, error) {
	people, err := c.m.PeopleByZone(p.Chapter)
	if err != nil {
		return nil, err
	}
	ids, err := c.comers(p)
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

func (c *concerned) comers(p Planned) (ids []string, err error) {
	for _, layer := range c.layers(p) {
		some, err := c.registeredFor(layer)
		if err != nil {
			return nil, err
		}
		ids = append(ids, some...)
	}
	asked, err := c.invitedTo(p)
	return append(ids, asked...), err
}

// layers are those of Layers; what only follows from a rule has none of its own.
func (c *concerned) layers(p Planned) []string {
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

func (c *concerned) registeredFor(id string) ([]string, error) {
	if ids, known := c.registered[id]; known {
		return ids, nil
	}
	some, err := store.Linked[store.Registration](c.m.Store, id)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, g := range some {
		if g.For == id && g.Status != "declined" && g.Status != "withdrawn" {
			ids = append(ids, g.Member)
		}
	}
	c.registered[id] = ids
	return ids, nil
}

// invitedTo asks for a whole series once, but for occurrences about which mail of their own went out.
func (c *concerned) invitedTo(p Planned) ([]string, error) {
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
func (c *concerned) home(id string) home {
	if h, known := c.homes[id]; known {
		return h
	}
	h := home{}
	for at, hops := id, 0; at != "" && hops < 8; hops++ {
		m, err := store.Get[store.Member](c.m.Store, at)
		if err != nil {
			break
		}
		if m.MergedInto == "" {
			h = home{id: at, zone: c.m.ZoneOf(m), chapters: m.Chapters}
		}
		at = m.MergedInto
	}
	c.homes[id] = h
	return h
}
