package desktop

import (
	"slices"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

const (
	gridColumns = 3 // sets of local times that a grid shows
	datesShown  = 8
	earlyHour   = 8
	lateHour    = 18
)

// AddSeries makes meetings that repeat by fields["rule"]; it answers with the id of the first that is to come.
func (m *Meetings) AddSeries(f MeetingFields) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		s, refs, err := c.Meetings.AddSeries(f.Fields, f.Stations)
		return m.d.seriesWritten(c, "series.said.added", s, refs, err)
	})
}

// SetReaching writes a meeting of a series: one, following, all.
func (m *Meetings) SetReaching(id string, reach string, f MeetingFields) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		changed, refs, err := c.Meetings.SetReaching(id, meetings.Reach(reach), f.Fields, f.Stations)
		key := "meetings.said.changed"
		if reach != string(meetings.One) {
			key = "series.said.changed." + reach
		}
		return m.d.meetingWritten(key, changed, refs, err)
	})
}

// EndSeries cancels the meetings of a series from one on, or all that are to come.
func (m *Meetings) EndSeries(id string, reach string) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		one, err := c.Meetings.Get(id)
		if err != nil {
			return Written{}, err
		}
		from := ""
		if reach == string(meetings.Following) {
			from, _, _ = strings.Cut(one.Occurs, "T")
		}
		s, refs, err := c.Meetings.EndSeries(one.Series, from)
		if err != nil {
			return Written{}, err
		}
		m.d.remember(refs)
		w := m.d.words()
		return Written{ID: id, Text: w.Say("series.said.ended", map[string]string{"title": pick(w.Lang(), s.Title, s.TitleFR)})}, nil
	})
}

// AddOccurrence adds a meeting to the series of another, at a time by no rule.
func (m *Meetings) AddOccurrence(id string, start string) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		one, err := c.Meetings.Get(id)
		if err != nil {
			return Written{}, err
		}
		made, refs, err := c.Meetings.AddOccurrence(one.Series, map[string]string{"start": start})
		return m.d.meetingWritten("meetings.said.added", made, refs, err)
	})
}

// PreviewSeries works out a series that is still being filled in.
func (m *Meetings) PreviewSeries(f MeetingFields) (SeriesPreview, error) {
	return ask(m.d, func(c *app.Carnet) (SeriesPreview, error) { return m.d.previewSeries(c, f.Fields) })
}

func (d *Desktop) seriesWritten(c *app.Carnet, key string, s store.Series, refs []store.Ref, err error) (Written, error) {
	if err != nil {
		return Written{}, err
	}
	d.remember(refs)
	w := d.words()
	written := Written{ID: s.ID, Text: w.Say(key, map[string]string{"title": pick(w.Lang(), s.Title, s.TitleFR), "rule": d.ruleText(s)})}
	if next, coming := c.Meetings.Next(s); coming {
		written.ID = next.ID
	}
	return written, nil
}

func (d *Desktop) previewSeries(c *app.Carnet, fields map[string]string) (SeriesPreview, error) {
	zone, err := zones.Find(fields["zone"])
	if err != nil {
		return SeriesPreview{}, err
	}
	if _, _, err := zones.Instant(fields["start"], zone); err != nil {
		return SeriesPreview{}, err
	}
	s := store.Series{ID: "preview", Start: fields["start"], Zone: zone, Rule: fields["rule"]}
	if _, err := meetings.CalendarRule(s); err != nil {
		return SeriesPreview{}, err
	}
	people, err := c.Meetings.PeopleByZone(fields["chapter"])
	if err != nil {
		return SeriesPreview{}, err
	}
	first, _ := time.Parse(zones.Layout, s.Start)
	all := c.Meetings.Occasions(s, first.AddDate(2, 0, 0))
	p := SeriesPreview{Rule: s.Rule, RuleText: d.ruleText(s), Columns: []string{}, Rows: []ZoneRow{}, Dates: []PlannedDate{}, Count: len(all)}
	p.Text = d.words().Count("series.said.count", len(all), nil)
	d.fillGrid(&p, all, zone, people)
	kept := d.kept(c, fields["chapter"])
	for _, o := range all[:min(len(all), datesShown)] {
		p.Dates = append(p.Dates, PlannedDate{Day: o.Local[:len(time.DateOnly)], Text: d.words().Date(o.Start, locale.WeekdayDate), Note: kept(o.Start)})
	}
	return p, nil
}

// fillGrid has a column for each set of local times, for the zones do not all turn their clocks, nor on one day.
func (d *Desktop) fillGrid(p *SeriesPreview, all []meetings.Occasion, zone string, people map[string]int) {
	last := ""
	for _, o := range all {
		times := meetings.TimesAt(o.Start, zone, people)
		slices.SortStableFunc(times, func(a, b meetings.ZoneTime) int { return strings.Compare(a.Zone, b.Zone) })
		clocks := ""
		for _, z := range times {
			clocks += z.Zone + z.At.Format("15:04 ")
		}
		if clocks == last {
			continue
		}
		last = clocks
		if len(p.Columns) == gridColumns {
			return
		}
		p.Columns = append(p.Columns, d.words().Date(o.Start, shortDate))
		d.fillColumn(p, meetings.TimesAt(o.Start, zone, people), o.Start)
	}
}

func (d *Desktop) fillColumn(p *SeriesPreview, times []meetings.ZoneTime, anchor time.Time) {
	for _, z := range times {
		at := slices.IndexFunc(p.Rows, func(r ZoneRow) bool { return r.Zone == z.Zone })
		if at < 0 {
			at = len(p.Rows)
			p.Rows = append(p.Rows, ZoneRow{Zone: z.Zone, City: zones.CityOf(z.Zone, d.words().Lang()), People: z.People})
		}
		p.Rows[at].Cells = append(p.Rows[at].Cells, d.localClock(z.At, anchor))
		p.Rows[at].Odd = p.Rows[at].Odd || z.At.Hour() < earlyHour || z.At.Hour() >= lateHour
	}
}

// fillSeries tells what a meeting is part of, and what is part of it.
func (d *Desktop) fillSeries(c *app.Carnet, detail *MeetingDetail, p meetings.Planned) error {
	lang := d.words().Lang()
	detail.Sessions = []MeetingRow{}
	own := p.Audience
	if p.Series != "" {
		s, err := c.Meetings.Series(p.Series)
		if err == nil {
			detail.Rule, detail.RuleText = s.Rule, d.ruleText(s)
		}
	}
	if p.Parent != "" {
		if forum, err := c.Meetings.Get(p.Parent); err == nil {
			detail.Forum = pick(lang, forum.Title, forum.TitleFR)
		}
	}
	detail.AudienceText = d.audienceText(c, own)
	if own == "" && p.Chapter != "" {
		if chapter, err := store.Get[store.Chapter](c.Store, p.Chapter); err == nil && chapter.Audience != "" {
			detail.AudienceText = d.words().Say("audience.of_chapter", map[string]string{"rule": d.audienceText(c, chapter.Audience)})
		}
	}
	sessions, err := c.Meetings.Sessions(p.ID)
	if err != nil {
		return err
	}
	detail.Sessions = append(detail.Sessions, d.meetingRows(c, sessions)...)
	return nil
}
