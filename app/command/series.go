package command

import (
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

type seriesCmd struct {
	Add    seriesAdd    `cmd:"" help:"series_add"`
	List   seriesList   `cmd:"" help:"series_list"`
	Show   seriesShow   `cmd:"" help:"series_show"`
	Set    seriesSet    `cmd:"" help:"series_set"`
	Cancel seriesCancel `cmd:"" help:"series_cancel"`
	Move   seriesMove   `cmd:"" help:"series_move"`
	Skip   seriesSkip   `cmd:"" help:"series_skip"`
	Plus   seriesPlus   `cmd:"" help:"series_plus"`
}

// seriesDoc is a series as scripts see it.
type seriesDoc struct {
	ID       string       `json:"id"`
	Title    string       `json:"title"`
	TitleFR  string       `json:"title_fr"`
	Chapter  string       `json:"chapter"`
	Start    string       `json:"start"` // local time of the first at the zone
	Zone     string       `json:"zone"`
	Minutes  int          `json:"minutes"`
	Rule     string       `json:"rule"`
	Mode     string       `json:"mode"`
	Place    string       `json:"place"`
	URL      string       `json:"url"`
	Audience string       `json:"audience"`
	Status   string       `json:"status"`
	Places   int          `json:"places"`
	Stations []string     `json:"stations"`
	Follows  string       `json:"follows"`            // id of the series that it goes on from
	Next     string       `json:"next"`               // local time of the next by the rule; empty when it is over
	Sequence int          `json:"sequence"`           // how often it changed in what calendars show
	Meetings []meetingDoc `json:"meetings,omitempty"` // of show: the next, and every one that differs
	Changes  []string     `json:"changes,omitempty"`
}

func (r *run) seriesDoc(s store.Series) seriesDoc {
	next, _ := r.carnet.Meetings.Next(s)
	return seriesDoc{ID: s.ID, Title: s.Title, TitleFR: s.TitleFR, Chapter: s.Chapter, Start: s.Start, Zone: s.Zone, Minutes: s.Minutes, Rule: s.Rule,
		Mode: s.Mode, Place: s.Place, URL: s.URL, Audience: s.Audience, Status: s.Status, Places: s.Places, Stations: append([]string{}, s.Stations...),
		Follows: s.Follows, Next: next.Local, Sequence: r.carnet.Meetings.SeriesSequence(s.ID)}
}

func (r *run) wroteSeries(sentence string, s store.Series, refs []store.Ref) error {
	doc := r.seriesDoc(s)
	doc.Changes = changes(refs)
	return r.answer(doc, func() string {
		return r.words.Say(sentence, map[string]string{"id": s.ID, "title": r.inLang(s.Title, s.TitleFR), "rule": s.Rule, "when": r.seriesWhen(s)})
	})
}

func (r *run) seriesWhen(s store.Series) string {
	return strings.Replace(s.Start, "T", " ", 1) + " " + zones.CityOf(s.Zone, r.words.Lang())
}

type seriesAdd struct {
	Title    string   `help:"meeting_title"`
	TitleFR  string   `name:"title-fr" help:"meeting_title_fr"`
	Chapter  string   `help:"meeting_chapter"`
	Start    string   `help:"series_start"`
	Zone     string   `help:"meeting_zone"`
	Minutes  string   `help:"meeting_minutes"`
	Rule     string   `help:"series_rule"`
	Place    string   `help:"meeting_place"`
	URL      string   `name:"url" help:"meeting_url"`
	Mode     string   `help:"meeting_mode"`
	Audience string   `help:"meeting_audience"`
	Status   string   `help:"meeting_status"`
	Station  []string `help:"meeting_station"`
	Places   string   `help:"meeting_places"`
}

func (c *seriesAdd) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	s, refs, err := carnet.Meetings.AddSeries(given("title", c.Title, "title_fr", c.TitleFR, "chapter", c.Chapter, "start", c.Start, "zone", c.Zone,
		"minutes", c.Minutes, "rule", c.Rule, "place", c.Place, "url", c.URL, "mode", c.Mode, "audience", c.Audience, "status", c.Status, "places", c.Places), c.Station)
	if err != nil {
		return err
	}
	return r.wroteSeries("cli.series.added", s, refs)
}

type seriesList struct {
	Chapter string `help:"meeting_of_chapter"`
}

func (c *seriesList) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	chapter, err := carnet.Meetings.Chapter(c.Chapter)
	if err != nil {
		return err
	}
	all, err := carnet.Meetings.AllSeries()
	if err != nil {
		return err
	}
	items := []seriesDoc{}
	for _, s := range all {
		if chapter == "" || s.Chapter == chapter {
			items = append(items, r.seriesDoc(s))
		}
	}
	headings := []string{"field.title", "field.rule", "cli.heading.next", "field.zone", "field.id"}
	return answerRows(r, items, len(items), headings, func(d seriesDoc) []string {
		return []string{r.inLang(d.Title, d.TitleFR) + r.statusMark(d.Status), d.Rule, strings.Replace(d.Next, "T", " ", 1), d.Zone, d.ID}
	})
}

type seriesShow struct {
	ID   string `arg:"" help:"series_id"`
	From string `placeholder:"D" help:"meeting_from"`
	To   string `placeholder:"D" help:"meeting_to"`
}

// nextShown is how many of the coming meetings show gives when no days are said.
const nextShown = 12

func (c *seriesShow) Run(r *run) error {
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
	s, err := carnet.Meetings.Series(c.ID)
	if err != nil {
		return err
	}
	now, coming := carnet.Now(), 0
	list, err := carnet.Meetings.ListUpTo(to, func(p meetings.Planned) bool {
		return p.Series == s.ID && p.Within(from, to) && (c.From != "" || c.To != "" || !p.Ended(now))
	})
	if err != nil {
		return err
	}
	doc := r.seriesDoc(s)
	for _, p := range list {
		differs := !p.Virtual && (p.Meeting.Start != p.Occurs || p.Status != s.Status)
		if coming++; c.From != "" || c.To != "" || coming <= nextShown || differs {
			doc.Meetings = append(doc.Meetings, meetingOf(p))
		}
	}
	return r.answer(doc, func() string {
		lines := []string{r.inLang(s.Title, s.TitleFR) + r.statusMark(s.Status), r.seriesWhen(s) + ", " + strconv.Itoa(s.Minutes) + " min, " + s.Rule, s.ID}
		for _, m := range doc.Meetings {
			lines = append(lines, m.ID+"  "+strings.Replace(m.Start, "T", " ", 1)+r.statusMark(m.Status))
		}
		return strings.Join(lines, "\n")
	})
}

type seriesSet struct {
	ID     string   `arg:"" help:"series_id"`
	Fields []string `arg:"" placeholder:"FIELD=VALUE" help:"series_fields"`
	From   string   `placeholder:"D" help:"series_from"`
}

func (c *seriesSet) Run(r *run) error {
	fields, err := assignments(c.Fields)
	if err != nil {
		return err
	}
	carnet, err := r.open()
	if err != nil {
		return err
	}
	s, refs, err := carnet.Meetings.SetSeries(c.ID, fields, nil, c.From)
	if err != nil {
		return err
	}
	return r.wroteSeries("cli.series.changed", s, refs)
}

type seriesCancel struct {
	ID   string `arg:"" help:"series_id"`
	From string `placeholder:"D" help:"series_from"`
}

func (c *seriesCancel) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	s, refs, err := carnet.Meetings.EndSeries(c.ID, c.From)
	if err != nil {
		return err
	}
	return r.wroteSeries("cli.series.cancelled", s, refs)
}

type seriesMove struct {
	ID  string `arg:"" help:"series_id"`
	Day string `arg:"" placeholder:"DAY" help:"series_day"`
	To  string `required:"" placeholder:"LOCAL" help:"series_to"`
}

func (c *seriesMove) Run(r *run) error {
	return r.setOn(c.ID, c.Day, "cli.meeting.changed", map[string]string{"start": c.To})
}

type seriesSkip struct {
	ID  string `arg:"" help:"series_id"`
	Day string `arg:"" placeholder:"DAY" help:"series_day"`
}

func (c *seriesSkip) Run(r *run) error {
	return r.setOn(c.ID, c.Day, "cli.meeting.cancelled", map[string]string{"status": "cancelled"})
}

// setOn changes the one meeting of a series whose day by the rule, or of its own, is this one.
func (r *run) setOn(id, day, sentence string, fields map[string]string) error {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return fault.New("bad_date", "value", day).Because(err)
	}
	carnet, err := r.open()
	if err != nil {
		return err
	}
	s, err := carnet.Meetings.Series(id)
	if err != nil {
		return err
	}
	list, err := carnet.Meetings.ListUpTo(day, func(p meetings.Planned) bool {
		return p.Series == s.ID && (strings.HasPrefix(p.Occurs, day) || strings.HasPrefix(p.Meeting.Start, day))
	})
	if err != nil {
		return err
	}
	if len(list) != 1 {
		return fault.New("no_meeting_on", "title", r.inLang(s.Title, s.TitleFR), "day", day)
	}
	m, _, err := carnet.Meetings.Set(list[0].ID, fields, nil)
	if err != nil {
		return err
	}
	return r.answerMeeting(sentence, m)
}

type seriesPlus struct {
	ID      string `arg:"" help:"series_id"`
	Start   string `required:"" placeholder:"LOCAL" help:"series_to"`
	Minutes string `help:"meeting_minutes"`
}

func (c *seriesPlus) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, _, err := carnet.Meetings.AddOccurrence(c.ID, given("start", c.Start, "minutes", c.Minutes))
	if err != nil {
		return err
	}
	return r.answerMeeting("cli.meeting.added", m)
}
