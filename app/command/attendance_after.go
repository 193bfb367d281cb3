package command

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/handout"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

type attendanceNotes struct {
	Meeting string `arg:"" help:"meeting_id"`
	All     bool   `help:"attendance_notes_all"`
}

// lookDoc is a note with what a person made of it.
type lookDoc struct {
	Note    string `json:"note"`
	Member  string `json:"member"`
	Name    string `json:"name"`
	Code    string `json:"code"` // those of attendance list, not_eligible, clock_off
	Text    string `json:"text"`
	At      string `json:"at"`
	Settled string `json:"settled"` // seen, right, wrong; empty while it waits
}

func (c *attendanceNotes) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, err := carnet.Meetings.Get(c.Meeting)
	if err != nil {
		return err
	}
	notes, err := carnet.Door.Notes(m.ID)
	if err != nil {
		return err
	}
	items := []lookDoc{}
	for _, n := range notes {
		if n.Settled != "" && !c.All {
			continue
		}
		items = append(items, r.lookOf(m, n))
	}
	return answerList(r, items, len(items), func(d lookDoc) string {
		return strings.TrimRight(fmt.Sprintf("%s  %-28s %s  %s", d.Note, d.Name, d.Text, d.Settled), " ")
	})
}

func (r *run) lookOf(m store.Meeting, n door.LookAt) lookDoc {
	doc := lookDoc{Note: n.ID, Member: n.Member, Code: n.Note.Code, Settled: n.Settled}
	if n.Member != "" {
		doc.Name = memberName(r.carnet, n.Member)
	}
	if !n.Note.At.IsZero() {
		doc.At = rfcTime(onClock(n.Note.At, m))
	}
	doc.Text = handout.NoteText(r.words, m, n, r.carnet.Meetings.NameOf(r.words.Lang()))
	return doc
}

type attendanceSettle struct {
	Meeting string `arg:"" help:"meeting_id"`
	Note    string `arg:"" help:"attendance_note"`
	As      string `default:"seen" placeholder:"seen|right|wrong" help:"attendance_as"`
	Reopen  bool   `help:"attendance_reopen"`
}

func (c *attendanceSettle) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, err := carnet.Meetings.Get(c.Meeting)
	if err != nil {
		return err
	}
	if c.Reopen {
		c.As = ""
	}
	id, err := r.noteID(m, c.Note)
	if err != nil {
		return err
	}
	n, err := carnet.Door.Settle(m.ID, id, c.As)
	if err != nil {
		return err
	}
	doc := r.lookOf(m, n)
	return r.answer(doc, func() string { return strings.TrimSpace(doc.Name + "  " + doc.Text + "  " + doc.Settled) })
}

// noteID finds a note by the start of its id.
func (r *run) noteID(m store.Meeting, start string) (string, error) {
	notes, err := r.carnet.Door.Notes(m.ID)
	found := ""
	for _, n := range notes {
		if !strings.HasPrefix(n.ID, start) {
			continue
		}
		if found != "" {
			return "", fault.New("ambiguous_id", "id", start)
		}
		found = n.ID
	}
	if err == nil && found == "" {
		err = fault.New("note_unknown", "note", start)
	}
	return found, err
}

type attendanceClose struct {
	Meeting string `arg:"" help:"meeting_id"`
	Rule    string `arg:"" placeholder:"end|last-scan|TIME" help:"attendance_rule"`
}

// closedDoc says by what rule stretches without a departure end.
type closedDoc struct {
	Meeting string `json:"meeting"`
	Rule    string `json:"rule"` // end, last-scan, time
	At      string `json:"at"`
}

func (c *attendanceClose) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, err := carnet.Meetings.Get(c.Meeting)
	if err != nil {
		return err
	}
	if m, err = carnet.Door.SetClosing(m.ID, c.Rule); err != nil {
		return err
	}
	s, err := carnet.Door.Summary(m.ID)
	if err != nil {
		return err
	}
	doc := closedDoc{Meeting: m.ID, Rule: s.Closed.Rule}
	if !s.Closed.At.IsZero() {
		doc.At = rfcTime(onClock(s.Closed.At, m))
	}
	return r.answer(doc, func() string { return handout.ClosedText(r.words, m, s.Closed) })
}

type attendanceClock struct {
	Meeting string        `arg:"" help:"meeting_id"`
	Station string        `arg:"" optional:"" help:"attendance_station"`
	Ahead   time.Duration `placeholder:"61m" help:"attendance_ahead"`
	Behind  time.Duration `placeholder:"61m" help:"attendance_behind"`
	Right   bool          `help:"attendance_right"`
	Show    bool          `help:"attendance_clock_show"`
	Answer  string        `placeholder:"CODE" help:"attendance_clock_answer"`
	Read    string        `placeholder:"CODE" help:"attendance_clock_read"`
}

// codeDoc is a code to read out.
type codeDoc struct {
	Code string `json:"code"`
}

// shown prints a code of this laptop's clock for the other one; false when none was asked for.
func (c *attendanceClock) shown(r *run) (bool, error) {
	if !c.Show && c.Answer == "" {
		return false, nil
	}
	doc, err := codeDoc{Code: door.ClockCode(r.now())}, error(nil)
	if c.Answer != "" {
		if doc.Code, err = door.AnswerClock(c.Answer, r.now()); err != nil {
			return true, err
		}
	}
	return true, r.answer(doc, func() string { return doc.Code })
}

// clockDoc is what is known of the clock of one door.
type clockDoc struct {
	Station string `json:"station"`
	Ahead   int    `json:"ahead"`  // seconds; negative when it is behind
	Source  string `json:"source"` // measured, entered
}

// Run sets one, or lists what is known.
func (c *attendanceClock) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, err := carnet.Meetings.Get(c.Meeting)
	if err != nil {
		return err
	}
	if done, err := c.shown(r); done || err != nil {
		return err
	}
	if c.Ahead != 0 || c.Behind != 0 || c.Right || c.Read != "" {
		ahead, source := c.Ahead-c.Behind, door.ByHand
		if c.Right {
			ahead = 0
		}
		if c.Read != "" {
			source = door.Measured
			if ahead, err = door.ClockAhead(c.Read, r.now()); err != nil {
				return err
			}
		}
		if _, err := carnet.Door.SetClock(m.ID, c.Station, ahead, source); err != nil {
			return err
		}
	}
	clocks, err := carnet.Door.Clocks(m.ID)
	if err != nil {
		return err
	}
	items := []clockDoc{}
	for _, one := range clocks {
		items = append(items, clockDoc{Station: one.Station, Ahead: one.Ahead / 1000, Source: one.Source})
	}
	return answerList(r, items, len(items), func(d clockDoc) string {
		return fmt.Sprintf("%-12s %+d s  %s", d.Station, d.Ahead, d.Source)
	})
}

type attendanceInside struct {
	Meeting string `arg:"" help:"meeting_id"`
	Format  string `placeholder:"a4|letter" help:"sheet_format"`
	Out     string `type:"path" placeholder:"FILE" help:"attendance_inside_out"`
}

// roomDoc is a room and who is in it.
type roomDoc struct {
	Meeting string       `json:"meeting"`
	Room    string       `json:"room"` // empty for the forum itself
	Title   string       `json:"title"`
	Inside  int          `json:"inside"`
	Places  int          `json:"places"` // 0 for as many as wish
	Crowd   string       `json:"crowd"`  // free, near, full, over
	People  []insiderDoc `json:"people"`
}

type insiderDoc struct {
	Member string `json:"member"`
	Name   string `json:"name"`
	Since  string `json:"since"`
}

func (c *attendanceInside) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, err := carnet.Meetings.Get(c.Meeting)
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := carnet.Handout.InsideFile(m.ID, c.Format, r.words.Lang(), c.Out); err != nil {
			return err
		}
	}
	rooms, err := carnet.Door.Rooms(m.ID)
	if err != nil {
		return err
	}
	items, total := []roomDoc{}, 0
	for _, room := range rooms {
		doc := roomDoc{Meeting: room.Meeting.ID, Room: room.Name, Title: r.meetingTitle(room.Meeting.Meeting), Inside: len(room.People), Places: room.Places, Crowd: room.Crowd, People: []insiderDoc{}}
		for _, p := range room.People {
			doc.People = append(doc.People, insiderDoc{Member: p.Member, Name: memberName(carnet, p.Member), Since: rfcTime(onClock(p.Since, m))})
		}
		total += doc.Inside
		items = append(items, doc)
	}
	return answerList(r, items, total, r.roomText)
}

func (r *run) roomText(d roomDoc) string {
	head := d.Title
	if d.Room != "" {
		head = d.Room
	}
	lines := []string{head + ": " + r.words.Count("cli.attendance.inside", d.Inside, nil)}
	if d.Places > 0 {
		lines[0] += " / " + strconv.Itoa(d.Places)
	}
	if d.Crowd != "free" {
		lines[0] += " — " + r.words.Say("door.crowd."+d.Crowd, nil)
	}
	for _, p := range d.People {
		lines = append(lines, "  "+p.Name)
	}
	return strings.Join(lines, "\n")
}

type attendanceSummary struct {
	Meeting string `arg:"" help:"meeting_id"`
	Format  string `placeholder:"csv|xlsx|pdf" help:"attendance_summary_format"`
	Out     string `type:"path" placeholder:"FILE" help:"attendance_summary_out"`
}

// summaryDoc is what a meeting's attendance comes to.
type summaryDoc struct {
	Meeting     string     `json:"meeting"`
	Invited     int        `json:"invited"`
	Registered  int        `json:"registered"`
	Absent      int        `json:"absent"` // registered, and did not come
	Came        int        `json:"came"`
	WalkIns     int        `json:"walk_ins"`
	FirstTimers int        `json:"first_timers"`
	Late        int        `json:"late"`
	LeftEarly   int        `json:"left_early"`
	Present     int        `json:"present"`
	Minutes     int        `json:"minutes"` // of all
	Median      int        `json:"median"`  // of the one in the middle
	Waiting     int        `json:"waiting"` // notes that nobody settled
	Closed      closedDoc  `json:"closed"`
	Roles       []tallyDoc `json:"roles"`
	Chapters    []tallyDoc `json:"chapters"`
	Communities []tallyDoc `json:"communities"`
	Provinces   []tallyDoc `json:"provinces"`
	Languages   []tallyDoc `json:"languages"`
	Over        []pointDoc `json:"over"`
	File        string     `json:"file"`
}

type tallyDoc struct {
	Key     string `json:"key"`
	Name    string `json:"name"`
	People  int    `json:"people"`
	Minutes int    `json:"minutes"`
}

type pointDoc struct {
	At     string `json:"at"`
	Inside int    `json:"inside"`
}

func (c *attendanceSummary) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, err := carnet.Meetings.Get(c.Meeting)
	if err != nil {
		return err
	}
	s, err := carnet.Door.Summary(m.ID)
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := carnet.Handout.SummaryFile(s, c.Format, r.words.Lang(), c.Out); err != nil {
			return err
		}
	}
	doc := r.summaryOf(m, s, c.Out)
	return r.answer(doc, func() string {
		text := handout.SummaryText(r.words, s)
		if c.Out != "" {
			text += "\n" + c.Out
		}
		return text
	})
}

func (r *run) summaryOf(m store.Meeting, s door.Summary, file string) summaryDoc {
	doc := summaryDoc{Meeting: m.ID, Invited: s.Invited, Registered: s.Registered, Absent: s.Absent, Came: s.Came, WalkIns: s.WalkIns, FirstTimers: s.FirstTimers,
		Late: s.Late, LeftEarly: s.LeftEarly, Present: s.Present, Minutes: s.Minutes, Median: s.Median, Waiting: s.Waiting,
		Closed: closedDoc{Meeting: m.ID, Rule: s.Closed.Rule}, Over: []pointDoc{}, File: file}
	if !s.Closed.At.IsZero() {
		doc.Closed.At = rfcTime(onClock(s.Closed.At, m))
	}
	names := r.carnet.Handout.Names(r.words)
	for into, from := range map[*[]tallyDoc]struct {
		of     string
		counts []door.Count
	}{&doc.Roles: {handout.Role, s.Roles}, &doc.Chapters: {handout.Chapter, s.Chapters}, &doc.Communities: {handout.Community, s.Communities},
		&doc.Provinces: {handout.Province, s.Provinces}, &doc.Languages: {handout.Language, s.Languages}} {
		*into = []tallyDoc{}
		for _, c := range from.counts {
			*into = append(*into, tallyDoc{Key: c.Key, Name: names.Of(from.of, c.Key), People: c.People, Minutes: c.Minutes})
		}
	}
	for _, p := range s.Over {
		doc.Over = append(doc.Over, pointDoc{At: rfcTime(onClock(p.At, m)), Inside: p.Inside})
	}
	return doc
}
