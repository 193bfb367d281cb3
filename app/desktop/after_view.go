package desktop

import (
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/door/handout"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
)

func (d *Desktop) afterView(c *app.Carnet, meeting string) (AfterView, error) {
	s, err := c.Door.Summary(meeting)
	if err != nil {
		return AfterView{}, err
	}
	notes, err := c.Door.Notes(s.Meeting.ID)
	if err != nil {
		return AfterView{}, err
	}
	w, p := d.words(), s.Meeting
	v := AfterView{ID: p.ID, Title: pick(w.Lang(), p.Title, p.TitleFR), When: d.dayAndTime(p), Ended: p.Ended(c.Now()), Closed: d.closedText(s),
		Rule: s.Closed.Rule, Figures: []FigureView{}, Groups: []TallyGroup{}, Over: []OverPoint{}, Notes: []NoteRow{}, Waiting: s.Waiting, Online: p.Mode != "on-site"}
	if at := s.Closed.At; !at.IsZero() {
		v.RuleAt, v.Until = onClock(at, p.Zone).Format("2006-01-02T15:04"), w.Clock(onClock(at, p.Zone))
	}
	if s.Came > 0 {
		v.Came = d.summary(s.Came, s.WalkIns, s.Minutes/s.Came)
	}
	for _, f := range handout.Figures(w, s) {
		if f.Key != "waiting" { // the notes themselves stand beside it
			v.Figures = append(v.Figures, FigureView(f))
		}
	}
	names := c.Handout.Names(w)
	for _, g := range handout.Groups(s) {
		group := TallyGroup{Kind: g.Kind, Title: w.Say("summary.by."+g.Kind, nil), Rows: []TallyRow{}}
		for _, one := range g.Counts {
			group.Rows = append(group.Rows, TallyRow{names.Of(g.Kind, one.Key), one.People, one.Minutes})
		}
		v.Groups = append(v.Groups, group)
	}
	for _, point := range s.Over {
		at := w.Clock(onClock(point.At, p.Zone))
		v.Over = append(v.Over, OverPoint{At: at, Label: w.Count("after.over", point.Inside, map[string]string{"at": at}), Inside: point.Inside})
	}
	cards := d.noted(c, s)
	for _, note := range notes {
		v.Notes = append(v.Notes, d.noteRow(c, s, note, cards))
	}
	return v, nil
}

// noted gives those who were there by id, with name and place from memory: there may be thousands.
func (d *Desktop) noted(c *app.Carnet, s door.Summary) map[string]AfterRow {
	lang, list := d.words().Lang(), make(map[string]AfterRow, len(s.People))
	for _, p := range s.People {
		row := AfterRow{Member: p.Member, Name: strings.TrimSpace(p.Card.Given + " " + p.Card.Family), Role: p.Card.Role,
			Community: pick(lang, p.Card.Community, p.Card.CommunityFR)}
		if row.Name == "" {
			row.Name = d.recordName(c, store.KindMember, p.Member)
		}
		list[p.Member] = row
	}
	return list
}

func (d *Desktop) noteRow(c *app.Carnet, s door.Summary, note door.LookAt, cards map[string]AfterRow) NoteRow {
	w := d.words()
	card, known := cards[note.Member]
	if !known && note.Member != "" {
		card.Name = d.recordName(c, store.KindMember, note.Member)
	}
	row := NoteRow{ID: note.ID, Member: note.Member, Name: card.Name, Community: card.Community, Code: note.Note.Code, Settled: note.Settled,
		Kind: w.Say("door.note.kind."+note.Note.Code, nil), Text: handout.NoteText(w, s.Meeting.Meeting, note, c.Meetings.NameOf(w.Lang()))}
	if note.Member == "" {
		row.Name = w.Say("after.note.door", map[string]string{"door": note.Note.Facts["door"]})
	}
	if !note.Note.At.IsZero() {
		row.At = w.Clock(onClock(note.Note.At, s.Meeting.Zone))
	}
	return row
}

func (d *Desktop) afterPeople(c *app.Carnet, meeting string) ([]AfterRow, error) {
	s, err := c.Door.Summary(meeting)
	if err != nil {
		return nil, err
	}
	cards, over := d.noted(c, s), s.Meeting.Ended(c.Now())
	rows := make([]AfterRow, 0, len(s.People))
	for i := range s.People {
		p := &s.People[i]
		row := cards[p.Member]
		row.Minutes, row.Present, row.Notes, row.Marks = p.Minutes, p.Present && !over, len(p.Notes), marksOf(p, s)
		row.Stays, row.Sources = d.stays(p.Intervals, s.Meeting, over), handout.Sources(d.words(), p.Sources)
		rows = append(rows, row)
	}
	return rows, nil
}

// marksOf are what is said beside a name. Whoever has no place is marked only where places were given.
func marksOf(p *door.Came, s door.Summary) []string {
	marks := []string{}
	for _, one := range []struct {
		is   bool
		name string
	}{{p.WalkIn, "walk_in"}, {p.FirstTime, "first_time"}, {p.Late, "late"}, {p.LeftEarly, "left_early"}, {s.Registered > 0 && !p.Registered && !p.WalkIn, "unregistered"}} {
		if one.is {
			marks = append(marks, one.name)
		}
	}
	return marks
}

// stays writes stretches on the meeting's clock; one that nobody closed ends in an ellipsis while it may still grow.
func (d *Desktop) stays(all []attendance.Interval, p meetings.Planned, over bool) string {
	var parts []string
	for _, each := range all {
		to := d.words().Clock(onClock(each.To, p.Zone))
		if each.Open && !over {
			to = "…"
		}
		parts = append(parts, d.words().Clock(onClock(each.From, p.Zone))+" – "+to)
	}
	return strings.Join(parts, ", ")
}

func (d *Desktop) closedText(s door.Summary) string {
	return handout.ClosedText(d.words(), s.Meeting.Meeting, s.Closed)
}

// dayAndTime writes when a meeting is, with its year.
func (d *Desktop) dayAndTime(p meetings.Planned) string {
	if p.Start.IsZero() || p.AllDay {
		return d.meetingWhen(p)
	}
	return d.words().Date(p.Start, locale.FullDate) + ", " + d.words().Clock(p.Start)
}

// What Today says of notes: of the last meetings that ended not long ago.
const (
	notesWithin = 45 * 24 * time.Hour
	notesOf     = 8 // meetings
)

// noteCount is how many notes wait after one meeting.
type noteCount struct {
	Meeting meetings.Planned
	Waiting int
}

// noteCard tells of notes that wait after a meeting.
func (d *Desktop) noteCard(c *app.Carnet, now time.Time) (WaitingCard, bool, error) {
	if _, ready := c.Store.Directory(); !ready {
		return WaitingCard{}, false, nil
	}
	list := d.todayKept.notes.get(c.Store.Version(), questionsTime, func() []noteCount { return d.notesWaiting(c, now) }, d.emitChanged(c))
	n, titles := 0, []string{}
	for _, one := range list {
		n += one.Waiting
		titles = append(titles, pick(d.words().Lang(), one.Meeting.Title, one.Meeting.TitleFR))
	}
	if n == 0 {
		return WaitingCard{}, false, nil
	}
	return d.card("notes", n, andMore(titles[:min(len(titles), namesShown)], len(titles)), "notes", "ink", "meetings?after="+list[0].Meeting.ID), true, nil
}

// notesWaiting counts them, the last meeting first. What cannot be read is left out; the meeting itself names it.
func (d *Desktop) notesWaiting(c *app.Carnet, now time.Time) (found []noteCount) {
	list, err := c.Meetings.List(func(p meetings.Planned) bool {
		return !p.Virtual && p.Ended(now) && now.Sub(p.End) < notesWithin && p.Status != "cancelled"
	})
	if err != nil {
		return nil
	}
	for i := len(list) - 1; i >= max(0, len(list)-notesOf); i-- {
		notes, err := c.Door.Notes(list[i].ID)
		one := noteCount{Meeting: list[i]}
		for _, note := range notes {
			if err == nil && note.Settled == "" {
				one.Waiting++
			}
		}
		if one.Waiting > 0 {
			found = append(found, one)
		}
	}
	return found
}
