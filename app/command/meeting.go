package command

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

type meetingCmd struct {
	Add    meetingAdd    `cmd:"" help:"meeting_add"`
	List   meetingList   `cmd:"" help:"meeting_list"`
	Show   meetingShow   `cmd:"" help:"meeting_show"`
	Set    meetingSet    `cmd:"" help:"meeting_set"`
	Cancel meetingCancel `cmd:"" help:"meeting_cancel"`
	Times  meetingTimes  `cmd:"" help:"meeting_times"`

	Eligible meetingEligible `cmd:"" help:"meeting_eligible"`
	Sessions meetingSessions `cmd:"" help:"meeting_sessions"`
}

// meetingDoc is a meeting as scripts see it.
type meetingDoc struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	TitleFR  string   `json:"title_fr"`
	Chapter  string   `json:"chapter"`
	Start    string   `json:"start"` // local time at the zone; empty while to be set
	Zone     string   `json:"zone"`
	Minutes  int      `json:"minutes"`
	At       string   `json:"at"` // the same moment in RFC 3339
	End      string   `json:"end"`
	Mode     string   `json:"mode"`
	Place    string   `json:"place"`
	URL      string   `json:"url"`
	Audience string   `json:"audience"`
	Status   string   `json:"status"`
	Stations []string `json:"stations"`
	AllDay   bool     `json:"all_day"` // start is a day, and at the first of its midnights
	Series   string   `json:"series"`  // id of the series it is an occurrence of
	Occurs   string   `json:"occurs"`  // its start by the rule of the series
	Stored   bool     `json:"stored"`  // false of an occurrence that follows from the rule alone
	Parent   string   `json:"parent"`  // id of the forum it is a session of
	Room     string   `json:"room"`
	Places   int      `json:"places"` // how many may come; 0 means as many as wish
	Note     string   `json:"note"`   // what is known of a date to be set
	NoteFR   string   `json:"note_fr"`
	Sequence *int     `json:"sequence,omitempty"` // how often it changed in what calendars show; not in lists
}

func (r *run) meetingDoc(p meetings.Planned) meetingDoc {
	doc := meetingOf(p)
	n := r.carnet.Meetings.Sequence(p.ID)
	doc.Sequence = &n
	return doc
}

func meetingOf(p meetings.Planned) meetingDoc {
	m := p.Meeting
	return meetingDoc{
		ID: m.ID, Title: m.Title, TitleFR: m.TitleFR, Chapter: m.Chapter, Start: m.Start, Zone: m.Zone, Minutes: m.Minutes,
		At: rfcTime(p.Start), End: rfcTime(p.End), Mode: m.Mode, Place: m.Place, URL: m.URL, Audience: m.Audience,
		Status: m.Status, Stations: append([]string{}, m.Stations...), AllDay: p.AllDay, Series: m.Series, Occurs: m.Occurs,
		Stored: !p.Virtual, Parent: m.Parent, Room: m.Room, Places: m.Places, Note: m.Note, NoteFR: m.NoteFR,
	}
}

// rfcTime writes RFC 3339; a time that is not known is an empty text.
func rfcTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func (r *run) meetingTitle(m store.Meeting) string {
	if (r.words.Lang() == "fr" && m.TitleFR != "") || m.Title == "" {
		return m.TitleFR
	}
	return m.Title
}

func (r *run) meetingWhen(m store.Meeting) string {
	if p := meetings.Plan(m); p.Start.IsZero() {
		note := r.inLang(m.Note, m.NoteFR)
		return strings.Trim(p.Month()+", "+cmp.Or(note, r.words.Say("cli.meeting.to_be_set", nil)), ", ")
	}
	return strings.Replace(m.Start, "T", " ", 1) + " " + zones.CityOf(m.Zone, r.words.Lang())
}

type meetingAdd struct {
	Title    string   `help:"meeting_title"`
	TitleFR  string   `name:"title-fr" help:"meeting_title_fr"`
	Chapter  string   `help:"meeting_chapter"`
	Start    string   `help:"meeting_start"`
	Zone     string   `help:"meeting_zone"`
	Minutes  string   `help:"meeting_minutes"`
	Days     int      `help:"meeting_days"`
	Place    string   `help:"meeting_place"`
	URL      string   `name:"url" help:"meeting_url"`
	Mode     string   `help:"meeting_mode"`
	Audience string   `help:"meeting_audience"`
	Status   string   `help:"meeting_status"`
	Station  []string `help:"meeting_station"`
	Parent   string   `help:"meeting_parent"`
	Room     string   `help:"meeting_room"`
	Places   string   `help:"meeting_places"`
	Note     string   `help:"meeting_note"`
	NoteFR   string   `name:"note-fr" help:"meeting_note_fr"`
}

func (c *meetingAdd) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	fields := given("title", c.Title, "title_fr", c.TitleFR, "chapter", c.Chapter, "start", c.Start, "zone", c.Zone, "minutes", c.Minutes, "place", c.Place,
		"url", c.URL, "mode", c.Mode, "audience", c.Audience, "status", c.Status, "parent", c.Parent, "room", c.Room, "places", c.Places, "note", c.Note, "note_fr", c.NoteFR)
	if c.Days != 0 {
		fields["minutes"] = strconv.Itoa(c.Days * 24 * 60)
	}
	m, _, err := carnet.Meetings.Add(fields, c.Station)
	if err != nil {
		return err
	}
	return r.answerMeeting("cli.meeting.added", m)
}

// answerMeeting prints the meeting for scripts and one sentence about it for people.
func (r *run) answerMeeting(sentence string, m store.Meeting) error {
	p, err := r.carnet.Meetings.Planned(m.ID)
	if err != nil {
		return err
	}
	return r.answer(r.meetingDoc(p), func() string {
		return r.words.Say(sentence, map[string]string{"id": m.ID, "title": r.meetingTitle(m), "when": r.meetingWhen(m)})
	})
}

type meetingList struct {
	From    string `placeholder:"D" help:"meeting_from"`
	To      string `placeholder:"D" help:"meeting_to"`
	Chapter string `help:"meeting_of_chapter"`
	Series  string `help:"meeting_of_series"`
}

func (c *meetingList) Run(r *run) error {
	from, err := dayOf(c.From, 0)
	if err != nil {
		return err
	}
	to, err := dayOf(c.To, 1)
	if err != nil {
		return err
	}
	carnet, err := r.open()
	if err != nil {
		return err
	}
	chapter := ""
	if c.Chapter != "" {
		if chapter, err = carnet.Meetings.Chapter(c.Chapter); err != nil {
			return err
		}
	}
	series := ""
	if c.Series != "" {
		s, err := carnet.Meetings.Series(c.Series)
		if err != nil {
			return err
		}
		series = s.ID
	}
	list, err := carnet.Meetings.ListUpTo(to, func(p meetings.Planned) bool {
		return (chapter == "" || p.Chapter == chapter) && (series == "" || p.Series == series) && p.Within(from, to)
	})
	if err != nil {
		return err
	}
	return r.answerMeetings(list)
}

func (r *run) answerMeetings(list []meetings.Planned) error {
	items := make([]meetingDoc, len(list))
	byID := map[string]store.Meeting{}
	for i, p := range list {
		items[i], byID[p.ID] = meetingOf(p), p.Meeting
	}
	return answerList(r, items, len(items), func(m meetingDoc) string {
		return fmt.Sprintf("%s  %-28s %s%s", m.ID, r.meetingWhen(byID[m.ID]), r.meetingTitle(byID[m.ID]), r.statusMark(m.Status))
	})
}

func (r *run) statusMark(status string) string {
	if status == "confirmed" || status == "" {
		return ""
	}
	return " (" + r.words.Say("cli.meeting.status."+status, nil) + ")"
}

// dayOf reads a day and moves it; meetings compare with it as text, on their own clocks.
func dayOf(text string, days int) (string, error) {
	if text == "" {
		return "", nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return "", fault.New("bad_time", "value", text).Because(err)
	}
	return day.AddDate(0, 0, days).Format(time.DateOnly), nil
}

type meetingShow struct {
	ID string `arg:"" help:"meeting_id"`
}

func (c *meetingShow) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	p, err := carnet.Meetings.Planned(c.ID)
	if err != nil {
		return err
	}
	m, doc := p.Meeting, r.meetingDoc(p)
	return r.answer(doc, func() string {
		lines := []string{r.meetingTitle(m) + r.statusMark(m.Status), r.meetingWhen(m) + ", " + strconv.Itoa(m.Minutes) + " min"}
		for _, more := range []string{m.Place, m.Room, m.URL, m.Audience, strings.Join(m.Stations, ", "), m.ID} {
			if more != "" {
				lines = append(lines, more)
			}
		}
		return strings.Join(lines, "\n")
	})
}

type meetingSet struct {
	ID     string   `arg:"" help:"meeting_id"`
	Fields []string `arg:"" placeholder:"FIELD=VALUE" help:"meeting_fields"`
	Apply  string   `default:"one" placeholder:"one|following|all" help:"meeting_apply"`
}

func (c *meetingSet) Run(r *run) error {
	fields, err := assignments(c.Fields)
	if err != nil {
		return err
	}
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, _, err := carnet.Meetings.SetReaching(c.ID, meetings.Reach(c.Apply), fields, nil)
	if err != nil {
		return err
	}
	return r.answerMeeting("cli.meeting.changed", m)
}

type meetingCancel struct {
	ID    string `arg:"" help:"meeting_id"`
	Apply string `default:"one" placeholder:"one|following|all" help:"meeting_apply"`
}

type meetingSessions struct {
	ID string `arg:"" help:"meeting_id"`
}

func (c *meetingSessions) Run(r *run) error {
	carnet, forum, err := r.openMeeting(c.ID)
	if err != nil {
		return err
	}
	list, err := carnet.Meetings.Sessions(forum.ID)
	if err != nil {
		return err
	}
	return r.answerMeetings(list)
}

func (c *meetingCancel) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, _, err := carnet.Meetings.CancelReaching(c.ID, meetings.Reach(c.Apply))
	if err != nil {
		return err
	}
	return r.answerMeeting("cli.meeting.cancelled", m)
}

type meetingTimes struct {
	ID string `arg:"" help:"meeting_id"`
}

// zoneTimeDoc is a meeting's local time in one zone.
type zoneTimeDoc struct {
	Zone   string `json:"zone"`
	City   string `json:"city"`
	Local  string `json:"local"`  // 2026-12-02T13:00
	Offset string `json:"offset"` // -05:00
	Day    int    `json:"day"`    // calendar days after the day at the meeting's own zone, -1, 0 or 1
	People int    `json:"people"` // who live there, of the chapter, registered or invited
}

func (c *meetingTimes) Run(r *run) error {
	carnet, m, err := r.openMeeting(c.ID)
	if err != nil {
		return err
	}
	p := meetings.Plan(m)
	times, err := carnet.Meetings.Times(p)
	if err != nil {
		return err
	}
	items := make([]zoneTimeDoc, len(times))
	for i, z := range times {
		items[i] = zoneTimeDoc{
			Zone: z.Zone, City: zones.CityOf(z.Zone, r.words.Lang()), Local: z.At.Format(zones.Layout), Offset: z.At.Format("-07:00"),
			Day: zones.DayShift(z.At, p.Start), People: z.People,
		}
	}
	return answerList(r, items, len(items), func(z zoneTimeDoc) string {
		return fmt.Sprintf("%-24s %s  %s", z.City, strings.Replace(z.Local, "T", " ", 1), strings.Replace(z.Offset, "-", "−", 1))
	})
}
