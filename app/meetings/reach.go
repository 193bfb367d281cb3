package meetings

import (
	"slices"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Reach is how far a change of one meeting of a series goes.
type Reach string

// One changes the meeting alone; Following it and all after it; All every one. What took place stays as it was:
// when a change of time reaches into the past, it begins with the next meeting.
const (
	One       Reach = "one"
	Following Reach = "following"
	All       Reach = "all"
)

// SetReaching is Set for a meeting of a series, with how far the change goes. Of a meeting of no series, all
// reaches are one. Faults bad_choice, series_over, rule_unclear.
func (m *Meetings) SetReaching(id string, reach Reach, fields map[string]string, stations []string) (store.Meeting, []store.Ref, error) {
	if !slices.Contains([]Reach{One, Following, All}, reach) {
		return store.Meeting{}, nil, fault.New("bad_choice", "field", "reach", "value", string(reach), "choices", "one, following, all")
	}
	bare, _, err := m.find(id)
	if err != nil || reach == One || bare.Series == "" {
		if err != nil {
			return bare, nil, err
		}
		return m.Set(bare.ID, fields, stations)
	}
	c, err := m.turning(bare.Series, fields, stations)
	if err != nil {
		return bare, nil, err
	}
	c.at = slices.IndexFunc(c.old, func(o Occasion) bool { return o.Local >= bare.Occurs })
	if c.at < 0 {
		return bare, nil, fault.New("series_over")
	}
	c.from, c.to = wallOf(bare.Occurs), wallOf(bare.Occurs)
	if fields["start"] != "" {
		c.to = wallOf(c.next.Start)
	}
	if reach == All {
		c.at = m.wholeOrComing(c)
	}
	next, refs, err := m.turn(c)
	if err != nil {
		return bare, nil, err
	}
	meeting, err := m.afterTurn(bare, next)
	return meeting, refs, err
}

// CancelReaching is Cancel for a meeting of a series, with how far it goes.
func (m *Meetings) CancelReaching(id string, reach Reach) (store.Meeting, []store.Ref, error) {
	bare, _, err := m.find(id)
	if err != nil {
		return bare, nil, err
	}
	if bare.Series == "" || reach != Following && reach != All {
		return m.SetReaching(bare.ID, reach, map[string]string{"status": "cancelled"}, nil)
	}
	from := ""
	if reach == Following {
		from = bare.Occurs[:len(time.DateOnly)]
	}
	s, refs, err := m.EndSeries(bare.Series, from)
	if err != nil {
		return bare, nil, err
	}
	meeting := store.Whole(bare, s)
	meeting.Status = "cancelled"
	return meeting, refs, nil
}

// afterTurn finds what became of a meeting.
func (m *Meetings) afterTurn(bare store.Meeting, next store.Series) (store.Meeting, error) {
	if stored, err := m.stored(bare.ID); err == nil {
		return m.whole(stored)
	}
	list := m.Occasions(next, m.horizon(""))
	for _, o := range list {
		if o.Local[:len(time.DateOnly)] >= bare.Occurs[:len(time.DateOnly)] {
			return m.Get(o.ID)
		}
	}
	if len(list) > 0 {
		return m.Get(list[0].ID)
	}
	return store.Whole(bare, next), nil
}

// SetSeries writes the fields named into a series: into all of it, or from a day on. What took place stays as it
// was, so that a change of rule, start, zone or length begins with the next meeting at the earliest, and goes on as a
// new series, which it gives.
func (m *Meetings) SetSeries(id string, fields map[string]string, stations []string, from string) (store.Series, []store.Ref, error) {
	s, err := m.Series(id)
	if err != nil {
		return s, nil, err
	}
	c, err := m.turning(s.ID, fields, stations)
	if err != nil {
		return s, nil, err
	}
	if from == "" {
		c.at = m.wholeOrComing(c)
	} else if c.at, err = firstOn(c.old, from); err != nil {
		return s, nil, err
	}
	if fields["start"] != "" {
		c.from, c.to = wallOf(s.Start), wallOf(c.next.Start)
		if at, _, err := zones.Instant(c.next.Start, c.next.Zone); err == nil && at.After(m.Now()) && c.at < len(c.old) {
			c.from = wallOf(c.old[c.at].Local) // a start to come is meant as it stands
		}
	}
	return m.turn(c)
}

func firstOn(all []Occasion, day string) (int, error) {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return 0, fault.New("bad_date", "value", day).Because(err)
	}
	at := slices.IndexFunc(all, func(o Occasion) bool { return o.Local >= day })
	if at < 0 {
		return len(all), nil
	}
	return at, nil
}

// EndSeries cancels a series from a day on, or from now. One that has not begun is cancelled; of another what took
// place stays, and what is stored of the rest is cancelled.
func (m *Meetings) EndSeries(id, from string) (store.Series, []store.Ref, error) {
	s, err := m.Series(id)
	if err != nil {
		return s, nil, err
	}
	all := m.Occasions(s, m.horizon(from))
	at := m.coming(all)
	if from != "" {
		if at, err = firstOn(all, from); err != nil {
			return s, nil, err
		}
	}
	if at == len(all) {
		return s, nil, fault.New("series_over")
	}
	if s.Rule, err = endedBefore(s, all, at); err != nil {
		return s, nil, err
	}
	if at == 0 {
		s.Status = "cancelled"
	}
	stored, err := store.Linked[store.Meeting](m.Store, s.ID)
	if err != nil {
		return s, nil, err
	}
	refs, err := m.editSeries(func(tx *store.Tx) error {
		for _, one := range stored {
			if p := Plan(store.Whole(one, s)); !p.Start.IsZero() && p.Start.Before(all[at].Start) {
				continue
			}
			one.Status = "cancelled"
			if _, err := tx.Put(one); err != nil {
				return err
			}
		}
		_, err := tx.Put(s)
		return err
	})
	return s, refs, err
}

// coming is the place of the first that has not begun.
func (m *Meetings) coming(all []Occasion) int {
	now := m.Now()
	at := slices.IndexFunc(all, func(o Occasion) bool { return o.Start.After(now) })
	if at < 0 {
		return len(all)
	}
	return at
}
