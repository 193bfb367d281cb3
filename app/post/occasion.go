package post

import (
	"cmp"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/app/post/calendar"
	"example.org/carnet/store"
)

const (
	digestDays  = 92 // how far a digest looks ahead
	digestMost  = 20 // dates in it
	digestLeast = 3  // dates that stand in it though they are farther away
	seriesMost  = 6  // dates that an invitation to a series lists
)

// occasion reads the records of a meeting, a series or a chapter.
func (p *Post) occasion(of string) (Occasion, error) {
	switch kindOf(of) {
	case store.KindMeeting:
		return p.ofMeeting(of)
	case store.KindSeries:
		return p.ofSeries(of)
	case store.KindChapter:
		return p.comingIn(of)
	}
	return Occasion{}, nil
}

// facts are what a mailing about something would freeze now, but for the sender.
func (p *Post) facts(of string) (f Facts, err error) {
	f.Laws = zones.Version()
	f.Occasion, err = p.Occasion(of)
	return f, err
}

func (p *Post) ofMeeting(of string) (o Occasion, err error) {
	m, err := p.Meetings.Get(of)
	if err != nil {
		return o, err
	}
	o.Meeting, o.Start = &m, meetings.Plan(m).Start
	if m.Series != "" {
		if s, err := store.Get[store.Series](p.Store, m.Series); err == nil {
			o.Series = &s
		}
	}
	o.Sequence = p.Meetings.Sequence(m.ID)
	p.named(&o, m.Chapter)
	return o, p.clocks(&o)
}

// ofSeries means a series whole: its next dates, and what stands beside its rule with the number that each has of its own.
func (p *Post) ofSeries(of string) (o Occasion, err error) {
	s, err := store.Get[store.Series](p.Store, of)
	if err != nil {
		return o, err
	}
	o.Series, o.Sequence = &s, p.Meetings.SeriesSequence(of)
	if at, _, err := zones.Instant(s.Start, s.Zone); err == nil {
		o.Start = at
	}
	seats, err := p.Meetings.Seats(of)
	if err != nil {
		return o, err
	}
	for _, m := range meetings.Bare(seats) {
		first, more := calendar.WithOccurrences(s, []store.Meeting{m}, calendar.Frame{})
		if len(more)+len(first.Without)+len(first.Besides) == 0 {
			continue // held because people are registered for it, and as the rule says
		}
		o.Others = append(o.Others, m)
		if len(more) > 0 {
			if o.Numbers == nil {
				o.Numbers = map[string]int{}
			}
			o.Numbers[m.ID] = p.Meetings.Sequence(m.ID)
		}
	}
	now := p.Now()
	coming, err := p.Meetings.List(func(m meetings.Planned) bool { return m.Series == of && !m.Ended(now) && m.Status != "cancelled" })
	if err != nil {
		return o, err
	}
	for i, m := range coming[:min(len(coming), seriesMost)] {
		if i == 0 && !m.Start.IsZero() {
			o.Start = m.Start
		}
		line := comingOf(m)
		line.Occurs = m.Occurs
		if line.Title == s.Title && line.TitleFR == s.TitleFR {
			line.Title, line.TitleFR = "", ""
		}
		line.Place, line.URL = besides(line.Place, s.Place), besides(line.URL, s.URL)
		o.Coming = append(o.Coming, line)
	}
	p.named(&o, s.Chapter)
	return o, p.clocks(&o)
}

// besides is what is said where it is not what is said for all.
func besides(own, all string) string {
	if own == all {
		return ""
	}
	return own
}

// comingIn lists what a chapter has before it. Sessions stand in their forum's own programme.
func (p *Post) comingIn(chapter string) (o Occasion, err error) {
	now := p.Now()
	coming, err := p.Meetings.List(func(m meetings.Planned) bool {
		return m.Chapter == chapter && m.Parent == "" && !m.Ended(now) && m.Status != "cancelled"
	})
	if err != nil {
		return o, err
	}
	until := now.AddDate(0, 0, digestDays)
	for _, m := range coming {
		if len(o.Coming) >= digestLeast && m.Start.After(until) || len(o.Coming) >= digestMost {
			continue // but what has no date yet comes last and may still have its place
		}
		o.Coming = append(o.Coming, comingOf(m))
	}
	p.named(&o, chapter)
	return o, nil
}

func comingOf(m meetings.Planned) Coming {
	return Coming{Title: cmp.Or(m.Title, m.TitleFR), TitleFR: cmp.Or(m.TitleFR, m.Title), At: m.Start, Month: m.Month(), Zone: m.Zone, AllDay: m.AllDay, URL: m.URL,
		Place: join(m.Place, m.Room), NoteEN: m.Note, NoteFR: m.NoteFR}
}

// named fills in the chapter's name.
func (p *Post) named(o *Occasion, chapter string) {
	if c, err := store.Get[store.Chapter](p.Store, chapter); chapter != "" && err == nil {
		o.Chapter, o.ChapterF = cmp.Or(c.Name, c.NameFR), cmp.Or(c.NameFR, c.Name)
	}
}

// clocks fills in the start on the clocks of all whom the meeting or series concerns, and of those who are written to.
func (p *Post) clocks(o *Occasion, written ...string) (err error) {
	var people map[string]int
	switch {
	case o.Start.IsZero() || o.AllDay():
		return nil
	case o.Meeting != nil:
		people, err = p.Meetings.Concerned().ByZone(meetings.Plan(*o.Meeting), written...)
	case o.Series != nil:
		people, err = p.Meetings.Concerned().BySeries(*o.Series, written...)
	}
	if err != nil {
		return err
	}
	o.Times = nil
	for _, z := range meetings.TimesAt(o.Start, o.zone(), people) {
		o.Times = append(o.Times, ZoneTime{Zone: z.Zone, At: z.At})
	}
	return nil
}

// on is a date on the clock of a zone; on its own where that is not known.
func (c Coming) on(zone string) (time.Time, string) {
	if loc, err := zones.Load(zone); zone != "" && err == nil {
		return c.At.In(loc), zone
	}
	return c.At, c.Zone
}
