package post

import (
	"slices"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/app/post/calendar"
	"example.org/carnet/store"
)

// Somebody who said no to single dates of a series before its invitation went out is invited to the others: the entry for calendars leaves
// those dates out, and so does the mail.

// awayFrom is who is not expected at which times of a series.
type awayFrom struct {
	of   map[string][]string // by member
	left []string            // times that are still to come
}

// awayFrom asks it for a sort that puts a series into calendars.
func (p *Post) awayFrom(sort, of string) (a awayFrom, err error) {
	if kindOf(of) != store.KindSeries || method(sort) != calendar.Request {
		return a, nil
	}
	if a.of, err = p.Meetings.Away(of); err != nil || len(a.of) == 0 {
		return a, err
	}
	coming, err := p.Meetings.OfSeries(of)
	now := p.Now()
	for _, m := range coming {
		if !m.Ended(now) && m.Status != "cancelled" {
			a.left = append(a.left, m.Occurs)
		}
	}
	return a, err
}

// from tells whether nothing is left.
func (a awayFrom) from(away []string) bool {
	return len(away) > 0 && !slices.ContainsFunc(a.left, func(at string) bool { return !slices.Contains(away, at) })
}

// leftOut gives whether a message about a series left a meeting of it out.
func (p *Post) leftOut(meeting string) func(store.Mailing, brief) bool {
	m, err := p.Meetings.Get(meeting)
	if err != nil || m.Series == "" {
		return func(store.Mailing, brief) bool { return false }
	}
	return func(mailing store.Mailing, one brief) bool {
		return kindOf(mailing.For) == store.KindSeries && slices.ContainsFunc(one.away, func(at string) bool {
			return mailing.For == m.Series && at == m.Occurs || store.OccurrenceID(mailing.For, at) == m.ID
		})
	}
}

// without leaves times out of a series' events.
func without(away []string) func(calendar.Event, []calendar.Event) (calendar.Event, []calendar.Event) {
	return func(series calendar.Event, more []calendar.Event) (calendar.Event, []calendar.Event) {
		for _, at := range away {
			if added := slices.Index(series.Besides, at); added >= 0 {
				series.Besides = slices.Delete(series.Besides, added, added+1)
			} else if !slices.Contains(series.Without, at) {
				series.Without = append(series.Without, at)
			}
		}
		slices.Sort(series.Without)
		return series, slices.DeleteFunc(more, func(e calendar.Event) bool { return slices.Contains(away, e.Occurs) })
	}
}

func (c Coming) isOne(of []string) bool { return c.Occurs != "" && slices.Contains(of, c.Occurs) }

// startFor is the first date for somebody who is not expected at some.
func (o Occasion) startFor(away []string) time.Time {
	at := slices.IndexFunc(o.Coming, func(c Coming) bool { return !c.isOne(away) && !c.At.IsZero() })
	if len(away) == 0 || at < 0 {
		return o.Start
	}
	return o.Coming[at].At
}

// timesAt says another moment on the clocks of the occasion's zones.
func (o Occasion) timesAt(start time.Time) []ZoneTime {
	list := make([]ZoneTime, 0, len(o.Times))
	for _, z := range o.Times {
		if loc, err := zones.Load(z.Zone); err == nil {
			list = append(list, ZoneTime{Zone: z.Zone, At: start.In(loc)})
		}
	}
	return list
}
