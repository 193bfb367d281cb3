package meetings

import (
	"strings"
	"time"

	"example.org/carnet/app/meetings/rule"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

// Occasion is one time at which a series takes place by its rule.
type Occasion struct {
	ID    string    // of the meeting that stands for it
	Local string    // on the clock of the series, as "2026-12-02T13:00"
	Start time.Time // at the zone of the series
}

// maxOccasions bounds what one series may have; one a day for 13 years.
const maxOccasions = 5000

// expansions keeps what series were worked out to; nothing in it can be out of date, for the key is all it rests on.
type expansions map[expansionKey][]Occasion

type expansionKey struct{ id, start, zone, rule, to, data string }

const maxExpansions = 2000

// Occasions gives the times of a series by its rule, up to a moment, from its start on; callers must not write to it.
func (m *Meetings) Occasions(s store.Series, to time.Time) []Occasion {
	key := expansionKey{s.ID, s.Start, s.Zone, s.Rule, to.UTC().Format(time.RFC3339), zones.Version()}
	m.mu.Lock()
	defer m.mu.Unlock()
	known, ok := m.expanded[key]
	if ok {
		return known
	}
	if m.expanded == nil || len(m.expanded) >= maxExpansions {
		m.expanded = expansions{}
	}
	m.expanded[key] = expand(s, to)
	return m.expanded[key]
}

// expand gives nothing for a series that cannot be read: what is stored of it is shown all the same.
func expand(s store.Series, to time.Time) []Occasion {
	loc, err := zones.Load(s.Zone)
	if err != nil {
		return nil
	}
	start, err := time.Parse(zones.Layout, s.Start)
	if err != nil {
		return nil
	}
	r, err := ruleOf(s)
	if err != nil {
		return nil
	}
	times := r.Times(start, start, onWall(to, loc), maxOccasions)
	list := make([]Occasion, 0, len(times))
	for _, wall := range times {
		local := wall.Format(zones.Layout)
		if at, _, err := zones.Instant(local, s.Zone); err == nil {
			list = append(list, Occasion{ID: store.OccurrenceID(s.ID, local), Local: local, Start: at})
		}
	}
	return list
}

// ruleOf reads the rule of a series. Fault bad_rule.
func ruleOf(s store.Series) (rule.Rule, error) {
	return rule.Parse(s.Rule, func(at time.Time) time.Time {
		loc, err := zones.Load(s.Zone)
		if err != nil {
			return at
		}
		return onWall(at, loc)
	})
}

// onWall is what a clock shows at a moment, as rules want it.
func onWall(at time.Time, loc *time.Location) time.Time {
	t := at.In(loc)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// horizon is up to when series without an end are worked out: two years from now, or a day that was asked for. It
// moves once a month, so that what was worked out serves for long.
func (m *Meetings) horizon(day string) time.Time {
	now := m.Now().UTC()
	to := time.Date(now.Year()+2, now.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	const farthest = 30 // years; who asks for more is mistaken
	if asked, err := time.Parse(time.DateOnly, day); err == nil && asked.After(to) && asked.Year() < now.Year()+farthest {
		return asked.AddDate(0, 0, 2)
	}
	return to
}

// all gives everything stored, whole, and the occurrences of series that nothing is stored of.
func (m *Meetings) all(to time.Time) ([]Planned, error) {
	series, err := m.seriesByID()
	if err != nil {
		return nil, err
	}
	var list []Planned
	taken := map[string]bool{}
	for meeting, err := range store.All[store.Meeting](m.Store) {
		if err != nil {
			return nil, err
		}
		taken[meeting.ID] = true
		if meeting.Series != "" {
			taken[meeting.Series+meeting.Occurs] = true
			meeting = Whole(meeting, series[meeting.Series])
		}
		list = append(list, Plan(meeting))
	}
	for _, s := range series {
		for _, o := range m.Occasions(s, to) {
			if !taken[o.ID] && !taken[s.ID+o.Local] {
				list = append(list, planOccasion(s, o))
			}
		}
	}
	return list, nil
}

func (m *Meetings) seriesByID() (map[string]store.Series, error) {
	series := map[string]store.Series{}
	for s, err := range store.All[store.Series](m.Store) {
		if err != nil {
			return nil, err
		}
		series[s.ID] = s
	}
	return series, nil
}

func planOccasion(s store.Series, o Occasion) Planned {
	meeting := Whole(store.Meeting{ID: o.ID, Series: s.ID, Occurs: o.Local}, s)
	return Planned{Meeting: meeting, Start: o.Start, End: o.Start.Add(time.Duration(meeting.Minutes) * time.Minute), Virtual: true}
}

// Whole fills what an occurrence does not say with what its series says.
func Whole(m store.Meeting, s store.Series) store.Meeting {
	if m.Start == "" {
		m.Start, m.Zone = m.Occurs, s.Zone
	}
	m.Title, m.TitleFR = either(m.Title, s.Title), either(m.TitleFR, s.TitleFR)
	m.Chapter, m.Zone = either(m.Chapter, s.Chapter), either(m.Zone, s.Zone)
	m.Mode, m.Place, m.URL = either(m.Mode, s.Mode), either(m.Place, s.Place), either(m.URL, s.URL)
	m.Audience, m.Status = either(m.Audience, s.Audience), either(m.Status, s.Status)
	if s.Status == "cancelled" {
		m.Status = s.Status
	}
	m.Minutes, m.Places = either(m.Minutes, s.Minutes), either(m.Places, s.Places)
	if len(m.Stations) == 0 {
		m.Stations = s.Stations
	}
	return m
}

func either[T comparable](own, other T) T {
	var none T
	if own == none {
		return other
	}
	return own
}

// own is the other way round: of a whole occurrence, what its series does not say.
func own(m store.Meeting, s store.Series, added bool) store.Meeting {
	said := Whole(store.Meeting{ID: m.ID, Series: m.Series, Occurs: m.Occurs}, s)
	if m.Start == "" || m.Start == said.Start && m.Zone == said.Zone && !added {
		m.Start, m.Zone = "", ""
	}
	for _, pair := range [][2]*string{
		{&m.Title, &said.Title}, {&m.TitleFR, &said.TitleFR}, {&m.Chapter, &said.Chapter}, {&m.Mode, &said.Mode},
		{&m.Place, &said.Place}, {&m.URL, &said.URL}, {&m.Audience, &said.Audience}, {&m.Status, &said.Status},
	} {
		if *pair[0] == *pair[1] {
			*pair[0] = ""
		}
	}
	if m.Minutes == said.Minutes {
		m.Minutes = 0
	}
	if m.Places == said.Places {
		m.Places = 0
	}
	if strings.Join(m.Stations, "\n") == strings.Join(said.Stations, "\n") {
		m.Stations = nil
	}
	return m
}
