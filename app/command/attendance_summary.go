package command

import (
	"example.org/carnet/app/door"
	"example.org/carnet/app/door/handout"
	"example.org/carnet/store"
)

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
	carnet, m, err := r.openMeeting(c.Meeting)
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
		Closed: closedOf(m, s), Over: []pointDoc{}, File: file}
	tallies := func(of string, counts []door.Count) []tallyDoc {
		list, names := []tallyDoc{}, r.carnet.Handout.Names(r.words)
		for _, c := range counts {
			list = append(list, tallyDoc{Key: c.Key, Name: names.Of(of, c.Key), People: c.People, Minutes: c.Minutes})
		}
		return list
	}
	doc.Roles, doc.Chapters = tallies(handout.Role, s.Roles), tallies(handout.Chapter, s.Chapters)
	doc.Communities, doc.Provinces = tallies(handout.Community, s.Communities), tallies(handout.Province, s.Provinces)
	doc.Languages = tallies(handout.Language, s.Languages)
	for _, p := range s.Over {
		doc.Over = append(doc.Over, pointDoc{At: rfcTime(onClock(p.At, m)), Inside: p.Inside})
	}
	return doc
}
