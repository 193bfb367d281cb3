package meetings

import (
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
	seats, seated := m.seats(series, to), map[string][]store.Meeting{}
	taken := map[string]bool{}
	for meeting, err := range store.All[store.Meeting](m.Store) {
		if err != nil {
			return nil, err
		}
		taken[meeting.ID] = true
		if meeting.Series == "" {
			list = append(list, Plan(meeting))
			continue
		}
		now := seats.seat(meeting)
		seated[now.Series+now.Occurs] = append(seated[now.Series+now.Occurs], meeting)
	}
	for seat, some := range seated {
		taken[seat] = true
		now := seats.seat(some[0])
		now = seats.seat(inLine(some, now.Series, now.Occurs)[0])
		list = append(list, Plan(store.Whole(now, series[now.Series])))
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
	meeting := store.Whole(store.Meeting{ID: o.ID, Series: s.ID, Occurs: o.Local}, s)
	return Planned{Meeting: meeting, Start: o.Start, End: o.Start.Add(time.Duration(meeting.Minutes) * time.Minute), Virtual: true}
}
