package desktop

import (
	"strconv"

	"example.org/carnet/app"
	"example.org/carnet/app/post/agenda"
)

// CalendarFile writes the entry of a meeting, or all that is coming of a chapter, to a file that any calendar takes in, where the person
// chooses; empty when they changed their mind.
func (m *Meetings) CalendarFile(of string) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		w := m.d.words()
		path, err := m.d.shell.SaveFile(w.Say("meetings.calendar.file", nil) + ".ics")
		if err != nil || path == "" {
			return Written{}, err
		}
		var made agenda.Made
		if kindOf(of) == "chapter" {
			made, err = c.Agenda.Chapter(of, w.Lang(), path)
		} else {
			made, err = c.Agenda.Meeting(of, w.Lang(), path)
		}
		if err != nil {
			return Written{}, err
		}
		text := w.Count("meetings.calendar.written", made.Events, map[string]string{"file": path})
		if made.Undated > 0 {
			text += " " + w.Say("cli.calendar.undated", map[string]string{"undated": strconv.Itoa(made.Undated)})
		}
		return Written{ID: of, Text: text}, nil
	})
}
