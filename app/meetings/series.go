package meetings

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/carnet/app/meetings/rule"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// SeriesFields are the names that AddSeries and SetSeries know.
func SeriesFields() []string {
	return []string{"title", "title_fr", "chapter", "start", "zone", "minutes", "rule", "mode", "place", "url", "audience", "status", "stations", "places"}
}

// AddSeries makes meetings that repeat by fields["rule"]. A start on which the rule does not fall moves to the
// first time after it.
func (m *Meetings) AddSeries(fields map[string]string, stations []string) (store.Series, []store.Ref, error) {
	s := store.Series{ID: store.NewID(store.KindSeries), Status: "confirmed", Minutes: hour}
	if err := m.fillSeries(&s, fields, stations); err != nil {
		return s, nil, err
	}
	if err := settleSeries(&s, fields["rule"]); err != nil {
		return s, nil, err
	}
	refs, err := m.editSeries(func(tx *store.Tx) error {
		_, err := tx.Put(s)
		return err
	})
	return s, refs, err
}

// Series gives one by its id, the start of it, or its title in either language. Faults unknown_id, ambiguous_id.
func (m *Meetings) Series(id string) (store.Series, error) {
	whole, err := m.Store.Resolve(store.KindSeries, id)
	if err != nil {
		return store.Series{}, err
	}
	return store.Get[store.Series](m.Store, whole)
}

// AllSeries lists them by title, those that ended or are cancelled last.
func (m *Meetings) AllSeries() ([]store.Series, error) {
	byID, err := m.seriesByID()
	if err != nil {
		return nil, err
	}
	var list []store.Series
	over := map[string]bool{}
	for id, s := range byID {
		list = append(list, s)
		_, coming := m.Next(s)
		over[id] = !coming || s.Status == "cancelled"
	}
	slices.SortFunc(list, func(a, b store.Series) int {
		if over[a.ID] != over[b.ID] {
			return map[bool]int{true: 1, false: -1}[over[a.ID]]
		}
		return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.Start, b.Start), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// Next gives the first time by the rule that has not begun; false when there is none within two years.
func (m *Meetings) Next(s store.Series) (Occasion, bool) {
	now := m.Now()
	for _, o := range m.Occasions(s, m.horizon("")) {
		if o.Start.After(now) {
			return o, true
		}
	}
	return Occasion{}, false
}

// OfSeries gives its meetings: those by the rule, the moved, the cancelled and the added, by start.
func (m *Meetings) OfSeries(id string) ([]Planned, error) {
	return m.List(func(p Planned) bool { return p.Series == id })
}

// Line gives the ids of a series and of those that it goes on from, itself first: a registration for any of them is
// one for it.
func (m *Meetings) Line(id string) ([]string, error) {
	line := []string{id}
	for {
		s, err := store.Get[store.Series](m.Store, line[len(line)-1])
		if fault.Is(err, "unknown_id") {
			return line, nil
		}
		if err != nil || s.Follows == "" || slices.Contains(line, s.Follows) {
			return line, err
		}
		line = append(line, s.Follows)
	}
}

// AddOccurrence adds a meeting to a series on a time at which its rule does not fall.
func (m *Meetings) AddOccurrence(id string, fields map[string]string) (store.Meeting, []store.Ref, error) {
	s, err := m.Series(id)
	if err != nil {
		return store.Meeting{}, nil, err
	}
	meeting := carrier(s)
	if err := m.fill(&meeting, fields, nil); err != nil {
		return meeting, nil, err
	}
	if _, _, err := zones.Instant(meeting.Start, meeting.Zone); err != nil || fields["start"] == "" {
		return meeting, nil, fault.New("bad_time", "value", fields["start"]).Because(err)
	}
	meeting.Series, meeting.Occurs = s.ID, meeting.Start
	meeting.ID = store.OccurrenceID(s.ID, meeting.Occurs)
	if there, err := m.OfSeries(s.ID); err != nil || slices.ContainsFunc(there, func(p Planned) bool { return p.Occurs == meeting.Occurs }) {
		return meeting, nil, cmp.Or(err, error(fault.New("occurs_already", "start", meeting.Start)))
	}
	meeting = store.Own(meeting, s, true)
	refs, err := m.put(meeting)
	return store.Whole(meeting, s), refs, err
}

// carrier holds what a series says in a meeting's fields.
func carrier(s store.Series) store.Meeting {
	return store.Meeting{Title: s.Title, TitleFR: s.TitleFR, Chapter: s.Chapter, Start: s.Start, Zone: s.Zone, Minutes: s.Minutes, Mode: s.Mode,
		Place: s.Place, URL: s.URL, Audience: s.Audience, Status: s.Status, Places: s.Places, Stations: s.Stations}
}

// fillSeries writes all fields but the rule into a series after checking each.
func (m *Meetings) fillSeries(s *store.Series, fields map[string]string, stations []string) error {
	others := map[string]string{}
	for name, value := range fields {
		if !slices.Contains(SeriesFields(), name) {
			return badField(name, value)
		}
		if name != "rule" {
			others[name] = value
		}
	}
	c := carrier(*s)
	if err := m.fill(&c, others, stations); err != nil {
		return err
	}
	if c.Title == "" && c.TitleFR == "" {
		return badField("title", "")
	}
	s.Title, s.TitleFR, s.Chapter, s.Start, s.Zone, s.Minutes, s.Mode = c.Title, c.TitleFR, c.Chapter, c.Start, c.Zone, c.Minutes, c.Mode
	s.Place, s.URL, s.Audience, s.Status, s.Places, s.Stations = c.Place, c.URL, c.Audience, c.Status, c.Places, c.Stations
	return nil
}

// settleSeries reads the rule, and moves the start to the first time on which it falls.
func settleSeries(s *store.Series, text string) error {
	start, err := time.Parse(zones.Layout, s.Start)
	if err != nil {
		return fault.New("bad_time", "value", s.Start).Because(err)
	}
	s.Rule = text
	r, err := ruleOf(*s)
	if err != nil {
		return err
	}
	first, falls := r.First(start)
	if !falls {
		return fault.New("rule_never", "value", text)
	}
	s.Rule, s.Start = r.String(), first.Format(zones.Layout)
	return nil
}

func (m *Meetings) editSeries(write func(*store.Tx) error) ([]store.Ref, error) {
	for _, kind := range []store.Kind{store.KindSeries, store.KindMeeting} {
		if err := m.May(kind); err != nil {
			return nil, err
		}
	}
	return m.Store.Edit(write)
}

// wallOf reads a local time as rules want it.
func wallOf(local string) time.Time {
	at, _ := time.Parse(zones.Layout, local)
	return at
}

// endedBefore gives the rule of a series that ends before one of its occasions.
func endedBefore(s store.Series, all []Occasion, i int) (string, error) {
	r, err := ruleOf(s)
	if err != nil || i == 0 {
		return s.Rule, err
	}
	return r.EndedAt(wallOf(all[i-1].Local)).String(), nil
}

// CalendarRule writes the rule of a series as calendars want it: with its end in UTC.
func CalendarRule(s store.Series) (string, error) {
	r, err := ruleOf(s)
	if err != nil {
		return "", err
	}
	return r.Calendar(func(wall time.Time) time.Time {
		at, _, err := zones.Instant(wall.Format(zones.Layout), s.Zone)
		if err != nil {
			return wall
		}
		return at.Add(time.Duration(wall.Second()) * time.Second)
	}), nil
}

// sameRule tells whether a text says what the series' rule says already.
func sameRule(s store.Series, text string) bool {
	a, err := ruleOf(s)
	if err != nil {
		return false
	}
	b, err := rule.Parse(text, nil)
	return err == nil && strings.EqualFold(a.String(), b.String())
}
