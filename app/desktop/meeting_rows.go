package desktop

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/door/handout"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

// countingTime is how long a list may wait for attendance to be counted; the rest follows with an event.
const countingTime = 60 * time.Millisecond

// rowMaker holds what rows of one list share.
type rowMaker struct {
	d        *Desktop
	c        *app.Carnet
	now      time.Time
	chapters map[string]store.Chapter
	members  map[string]int // of a chapter
	figures  map[string]door.Figure
	whom     *meetings.Concerned
}

func (d *Desktop) meetingRows(c *app.Carnet, list []meetings.Planned) []MeetingRow {
	r := rowMaker{d: d, c: c, now: c.Now(), chapters: map[string]store.Chapter{}, members: map[string]int{}, whom: c.Meetings.Concerned()}
	var past []meetings.Planned
	for _, p := range list {
		if r.begun(p) {
			past = append(past, p)
		}
	}
	r.figures = c.Door.Figures(past, countingTime, d.emitChanged(c))
	rows := make([]MeetingRow, len(list))
	for i, p := range list {
		rows[i] = r.row(p)
	}
	return rows
}

func (r *rowMaker) begun(p meetings.Planned) bool { return !p.Start.IsZero() && p.Start.Before(r.now) }

func (r *rowMaker) row(p meetings.Planned) MeetingRow {
	w := r.d.words()
	lang := w.Lang()
	chapter := r.chapter(p.Chapter)
	row := MeetingRow{
		ID: p.ID, Title: pick(lang, p.Title, p.TitleFR), Start: p.Meeting.Start, City: zones.CityOf(p.Zone, lang),
		Chapter: pick(lang, chapter.Name, chapter.NameFR), ChapterID: p.Chapter, Mode: p.Mode, Place: p.Place, Status: p.Status,
		DayText: r.d.unsetText(p), Past: p.Ended(r.now), People: r.people(p),
		Series: p.Series, Moved: p.Series != "" && p.Meeting.Start != p.Occurs, Parent: p.Parent, Room: p.Room, AllDay: p.AllDay, Month: p.Month(),
	}
	if p.Start.IsZero() {
		return row
	}
	if p.AllDay {
		row.Day, row.DayText = p.Meeting.Start, r.d.shortDay(p.Start, r.now)
		if last := p.End.Add(-time.Minute); p.Days() > 1 {
			row.LastDay, row.DayText = last.Format(time.DateOnly), r.d.span(p.Start, last, r.now)
		}
		return row
	}
	row.Day, _, _ = strings.Cut(p.Meeting.Start, "T")
	row.DayText, row.TimeText, row.EndText = r.d.shortDay(p.Start, r.now), w.Clock(p.Start), w.Clock(p.End)
	if p.Mode != "on-site" { // who goes there reads the clock there
		row.Times = r.times(p)
	}
	return row
}

// shortDay leaves out the year where nobody would mistake it.
func (d *Desktop) shortDay(t, now time.Time) string {
	text := d.words().Date(t, shortDate)
	if away := t.Sub(now).Abs(); away > 300*24*time.Hour {
		text += " " + strconv.Itoa(t.Year())
	}
	return text
}

func (r *rowMaker) chapter(id string) store.Chapter {
	if id == "" {
		return store.Chapter{}
	}
	chapter, known := r.chapters[id]
	if !known {
		chapter, _ = store.Get[store.Chapter](r.c.Store, id) // a deleted one has no name
		r.chapters[id] = chapter
	}
	return chapter
}

// people says who came, or of a coming meeting who is expected.
func (r *rowMaker) people(p meetings.Planned) string {
	w := r.d.words()
	if r.begun(p) {
		figure, counted := r.figures[p.ID]
		if !counted || figure.Came == 0 {
			return "—"
		}
		return w.Count("meetings.said.came", figure.Came, nil)
	}
	if n := r.expected(p.Chapter); n > 0 {
		return w.Count("meetings.said.members", n, nil)
	}
	return "—"
}

func (r *rowMaker) expected(chapter string) int {
	if chapter == "" {
		return 0
	}
	n, known := r.members[chapter]
	if !known {
		n = r.d.chapterSize(r.c, chapter)
		r.members[chapter] = n
	}
	return n
}

// timesInRow is how many cities a row names.
const timesInRow = 3

// times names the anchor's city and those where most of those whom the meeting concerns have another time;
// nothing when all of them share the anchor's.
func (r *rowMaker) times(p meetings.Planned) string {
	if _, ready := r.c.Store.Directory(); !ready {
		r.d.askAgain(r.c) // a list does not wait for it
		return ""
	}
	people, err := r.whom.ByZone(p)
	if err != nil {
		return ""
	}
	clocks := clocksOf(meetings.TimesAt(p.Start, p.Zone, people), p.Zone)
	if len(clocks) < 2 {
		return ""
	}
	var texts []string
	for _, z := range clocks[:min(len(clocks), timesInRow)] {
		texts = append(texts, zones.CityOf(z.Zone, r.d.words().Lang())+"\u00a0"+r.d.localClock(z.At, p.Start))
	}
	return strings.Join(texts, " · ")
}

// clocksOf gives one zone for each offset that somebody lives by, the anchor's first, then where most live. The
// anchor lends its name to its offset, else the main zone where most live, else the zone where most live.
func clocksOf(times []meetings.ZoneTime, anchor string) []meetings.ZoneTime {
	times = slices.DeleteFunc(slices.Clone(times), func(z meetings.ZoneTime) bool { return z.People == 0 && z.Zone != anchor })
	first := func(is func(meetings.ZoneTime) bool, a, b meetings.ZoneTime) int {
		switch {
		case is(a) == is(b):
			return 0
		case is(a):
			return -1
		}
		return 1
	}
	isAnchor := func(z meetings.ZoneTime) bool { return z.Zone == anchor }
	isMain := func(z meetings.ZoneTime) bool { return slices.Contains(zones.Main(), z.Zone) }
	slices.SortStableFunc(times, func(a, b meetings.ZoneTime) int {
		return cmp.Or(first(isAnchor, a, b), first(isMain, a, b), cmp.Compare(b.People, a.People))
	})
	var clocks []meetings.ZoneTime
	for _, z := range times {
		at := slices.IndexFunc(clocks, func(c meetings.ZoneTime) bool { return zones.Offset(c.At) == zones.Offset(z.At) })
		if at < 0 {
			clocks = append(clocks, z)
		} else {
			clocks[at].People += z.People
		}
	}
	slices.SortStableFunc(clocks, func(a, b meetings.ZoneTime) int {
		return cmp.Or(first(isAnchor, a, b), cmp.Compare(b.People, a.People))
	})
	return clocks
}

func (d *Desktop) meetingWhen(p meetings.Planned) string {
	w := d.words()
	switch {
	case p.Start.IsZero():
		return d.unsetText(p)
	case p.AllDay:
		return w.Date(p.Start, shortDate)
	}
	return w.Date(p.Start, shortDate) + ", " + w.Clock(p.Start)
}

// unsetText is what is known of a date to be set.
func (d *Desktop) unsetText(p meetings.Planned) string {
	month, err := time.Parse("2006-01", p.Month())
	if err != nil {
		return d.words().Say("meetings.unset", nil)
	}
	return d.words().Say("meetings.month.name."+month.Format("01"), map[string]string{"year": strconv.Itoa(month.Year())})
}

// span writes the days from one to another: "9 – 11 Dec".
func (d *Desktop) span(first, last, now time.Time) string {
	if first.Month() == last.Month() && first.Day() > 1 {
		return strconv.Itoa(first.Day()) + "\u00a0–\u00a0" + d.shortDay(last, now)
	}
	return d.words().Date(first, shortDate) + " – " + d.shortDay(last, now)
}

func (d *Desktop) meetingDetail(c *app.Carnet, id string) (MeetingDetail, error) {
	p, err := c.Meetings.Planned(id)
	if err != nil {
		return MeetingDetail{}, err
	}
	m := p.Meeting
	detail := MeetingDetail{
		Row: d.meetingRows(c, []meetings.Planned{p})[0], TitleEN: m.Title, TitleFR: m.TitleFR, Zone: m.Zone, Minutes: m.Minutes,
		URL: m.URL, Audience: m.Audience, Places: m.Places, Note: m.Note, NoteFR: m.NoteFR, History: []HistoryLine{}, Stations: append([]string{}, m.Stations...), Times: []ZoneTime{}, Present: []PresentRow{}, NotMeant: []NotMeant{},
	}
	if !p.Start.IsZero() && !p.AllDay { // whole days are those of the place
		times, err := c.Meetings.Times(p)
		if err != nil {
			return detail, err
		}
		detail.Times = d.zoneTimes(times, p.Start)
	}
	a, err := c.Door.Attendance(m.ID)
	if err != nil {
		return detail, err
	}
	d.fillPresent(c, &detail, p, a)
	if err := d.fillNotMeant(c, &detail, m); err != nil {
		return detail, err
	}
	if err := d.fillSeries(c, &detail, p); err != nil {
		return detail, err
	}
	if !p.Virtual {
		if detail.History, err = d.history(c, store.KindMeeting, m.ID); err != nil {
			return detail, err
		}
	}
	if detail.Registered, err = d.registered(c, m.ID); err != nil {
		return detail, err
	}
	return detail, nil
}

func (d *Desktop) fillPresent(c *app.Carnet, detail *MeetingDetail, p meetings.Planned, a attendance.Attendance) {
	walkIns, minutes := 0, 0
	over := p.Ended(c.Now())
	for _, one := range a.People {
		member, err := store.Get[store.Member](c.Store, one.Member)
		row := d.presentRow(one, p)
		row.Name = one.Member
		if err == nil {
			row.Name, row.Role = memberName(member), member.Role
			row.Community = d.communityOf(c, member)
			if member.WalkIn == p.ID {
				walkIns++
			}
		}
		row.Present = one.Present && !over
		minutes += one.Minutes
		detail.Present = append(detail.Present, row)
	}
	slices.SortStableFunc(detail.Present, func(a, b PresentRow) int { return cmp.Compare(directory.Fold(a.Name), directory.Fold(b.Name)) })
	if n := len(a.People); n > 0 {
		detail.Summary = d.summary(n, walkIns, minutes/n)
	}
}

// fillNotMeant judges those who were there by the meeting's rule; none is turned out by it.
func (d *Desktop) fillNotMeant(c *app.Carnet, detail *MeetingDetail, m store.Meeting) error {
	if len(detail.Present) == 0 {
		return nil
	}
	ids, names := []string{}, map[string]string{}
	for i := range detail.Present {
		row := &detail.Present[i]
		ids = append(ids, row.Member)
		names[row.Member] = row.Name
	}
	not, err := c.Requests.PresentNotEligible(m, ids)
	for _, one := range not {
		_, why := d.verdict(c, one.Verdict)
		detail.NotMeant = append(detail.NotMeant, NotMeant{Member: one.Member, Name: names[one.Member], Reason: why})
	}
	return err
}

func (d *Desktop) summary(came, walkIns, average int) string {
	w := d.words()
	parts := []string{w.Count("meetings.said.came", came, nil)}
	if walkIns > 0 {
		parts = append(parts, w.Count("meetings.said.walk_ins", walkIns, nil))
	}
	parts = append(parts, w.Say("meetings.said.average", map[string]string{"minutes": w.Number(average)}))
	return strings.Join(parts, ", ")
}

// presentRow writes times on the meeting's clock.
func (d *Desktop) presentRow(one attendance.Presence, p meetings.Planned) PresentRow {
	w := d.words()
	row := PresentRow{Member: one.Member, Minutes: one.Minutes, Notes: []string{}}
	if !one.FirstIn.IsZero() {
		row.FirstIn = w.Clock(onClock(one.FirstIn, p.Zone))
	}
	if !one.LastOut.IsZero() {
		row.LastOut = w.Clock(onClock(one.LastOut, p.Zone))
	}
	for _, note := range one.Notes {
		row.Notes = append(row.Notes, handout.NoteText(w, p.Meeting, door.LookAt{Note: note}, nil))
	}
	return row
}

// onClock shows a moment on the clock of a zone.
func onClock(t time.Time, zone string) time.Time {
	loc, err := zones.Load(zone)
	if err != nil {
		loc = zones.Here()
	}
	return t.In(loc)
}

func (d *Desktop) communityOf(c *app.Carnet, m store.Member) string {
	if m.Community == "" {
		return ""
	}
	return d.recordName(c, store.KindCommunity, m.Community)
}
