package command

import (
	"strconv"

	"example.org/carnet/app/post/agenda"
)

type calendarCmd struct {
	Export calendarExport `cmd:"" help:"calendar_export"`
}

type calendarExport struct {
	Meeting string `placeholder:"M" xor:"of" required:"" help:"calendar_meeting"`
	Chapter string `placeholder:"C" xor:"of" required:"" help:"calendar_chapter"`
	Out     string `required:"" placeholder:"FILE" help:"calendar_out"`
}

// calendarDoc answers the export of a calendar.
type calendarDoc struct {
	File    string `json:"file"`
	Events  int    `json:"events"`
	Undated int    `json:"undated"` // meetings without a date yet, which are not in it
}

func (c *calendarExport) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	lang := r.words.Lang()
	var made agenda.Made
	if c.Meeting != "" {
		made, err = carnet.Agenda.Meeting(c.Meeting, lang, c.Out)
	} else if id, unknown := carnet.Meetings.Chapter(c.Chapter); unknown != nil {
		err = unknown
	} else {
		made, err = carnet.Agenda.Chapter(id, lang, c.Out)
	}
	if err != nil {
		return err
	}
	doc := calendarDoc{File: c.Out, Events: made.Events, Undated: made.Undated}
	return r.answer(doc, func() string {
		facts := map[string]string{"n": strconv.Itoa(doc.Events), "file": doc.File, "undated": strconv.Itoa(doc.Undated)}
		text := r.words.Say("cli.calendar.exported", facts)
		if doc.Undated > 0 {
			text += " " + r.words.Say("cli.calendar.undated", facts)
		}
		return text
	})
}
