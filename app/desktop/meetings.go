package desktop

import (
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

// Today gives the first screen.
func (m *Meetings) Today() (Today, error) { return ask(m.d, m.d.today) }

// Meetings lists them by start.
func (m *Meetings) Meetings(q MeetingQuery) ([]MeetingRow, error) {
	return ask(m.d, func(c *app.Carnet) ([]MeetingRow, error) {
		text := directory.Fold(q.Text)
		list, err := c.Meetings.List(func(p meetings.Planned) bool {
			day := p.Meeting.Start
			return (q.Chapter == "" || p.Chapter == q.Chapter) && (q.From == "" || day == "" || day >= q.From) &&
				(q.To == "" || day != "" && day < q.To) && strings.Contains(directory.Fold(p.Title+" "+p.TitleFR+" "+p.Place), text)
		})
		if err != nil {
			return nil, err
		}
		return m.d.meetingRows(c, list), nil
	})
}

// Meeting gives the pane beside the list.
func (m *Meetings) Meeting(id string) (MeetingDetail, error) {
	return ask(m.d, func(c *app.Carnet) (MeetingDetail, error) { return m.d.meetingDetail(c, id) })
}

// AddMeeting and SetMeeting write a meeting.
func (m *Meetings) AddMeeting(f MeetingFields) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		made, refs, err := c.Meetings.Add(f.Fields, f.Stations)
		return m.d.meetingWritten("meetings.said.added", made, refs, err)
	})
}

func (m *Meetings) SetMeeting(id string, f MeetingFields) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		changed, refs, err := c.Meetings.Set(id, f.Fields, f.Stations)
		return m.d.meetingWritten("meetings.said.changed", changed, refs, err)
	})
}

// CancelMeeting marks it cancelled; it stays in the list.
func (m *Meetings) CancelMeeting(id string) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		gone, refs, err := c.Meetings.Cancel(id)
		return m.d.meetingWritten("meetings.said.cancelled", gone, refs, err)
	})
}

func (d *Desktop) meetingWritten(sentence string, m store.Meeting, refs []store.Ref, err error) (Written, error) {
	if err != nil {
		return Written{}, err
	}
	d.remember(refs)
	w := d.words()
	return Written{ID: m.ID, Text: w.Say(sentence, map[string]string{"title": pick(w.Lang(), m.Title, m.TitleFR), "when": d.meetingWhen(meetings.Plan(m))})}, nil
}

// PreviewTimes gives the local times of a form that is still being filled in.
func (m *Meetings) PreviewTimes(start string, zone string, minutes int) ([]ZoneTime, error) {
	return ask(m.d, func(*app.Carnet) ([]ZoneTime, error) {
		name, err := zones.Find(zone)
		if err != nil {
			return nil, err
		}
		at, _, err := zones.Instant(start, name)
		if err != nil {
			return nil, err
		}
		return m.d.zoneTimes(meetings.TimesAt(at, name, nil), at), nil
	})
}

// Zones lists the zones of Canada first, then the rest, with city and present offset.
func (m *Meetings) Zones() ([]ZoneTime, error) {
	return ask(m.d, func(c *app.Carnet) ([]ZoneTime, error) {
		lang, now := m.d.words().Lang(), c.Now()
		var list []ZoneTime
		add := func(zone, city string) {
			if loc, err := zones.Load(zone); err == nil {
				at := now.In(loc)
				list = append(list, ZoneTime{Zone: zone, City: city, Local: m.d.words().Clock(at), Offset: zones.Offset(at)})
			}
		}
		canadian := map[string]bool{}
		for _, city := range zones.Canada() {
			canadian[city.Zone] = true
			add(city.Zone, zones.CityOf(city.Zone, lang))
		}
		for _, name := range zones.Names() {
			if !canadian[name] {
				add(name, zones.CityOf(name, lang))
			}
		}
		return list, nil
	})
}

// zoneTimes writes moments on the clocks of zones, with the day where it is another than at the anchor.
func (d *Desktop) zoneTimes(times []meetings.ZoneTime, anchor time.Time) []ZoneTime {
	w := d.words()
	list := make([]ZoneTime, len(times))
	for i, z := range times {
		list[i] = ZoneTime{Zone: z.Zone, City: zones.CityOf(z.Zone, w.Lang()), Local: d.localClock(z.At, anchor), Offset: zones.Offset(z.At), People: z.People}
	}
	return list
}

func (d *Desktop) localClock(at, anchor time.Time) string {
	w := d.words()
	if zones.DayShift(at, anchor) == 0 {
		return w.Clock(at)
	}
	weekday := w.Say("meetings.weekday.short."+strconv.Itoa(int(at.Weekday())), nil)
	return w.Say("meetings.said.other_day", map[string]string{"weekday": weekday, "day": at.Format("2"), "clock": w.Clock(at)})
}
