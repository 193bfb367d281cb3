package online

import (
	"strings"
)

// readWebinar reads the report of a webinar: sections with a name alone on their line, of which those of hosts, panelists and
// attendees have people in them.
func readWebinar(rows []row, o Options) (r Report, ok bool) {
	if len(rows) == 0 || !strings.EqualFold(rows[0].at(0), "Attendee Report") {
		return r, false
	}
	r.Layout = ZoomWebinar
	people := sectionsOf(rows)
	var times []string
	for _, s := range people {
		times = append(times, cellsOf(s.rows, s.columns.join, s.columns.leave)...)
	}
	clock, guessed := clockFor(times, o)
	r.Days, r.Guessed = clock.days, guessed
	for i := range rows[:min(len(rows), 8)-1] {
		if places := rows[i].columns(); first(places, "topic") >= 0 {
			r.Topic = rows[i+1].at(first(places, "topic"))
			r.Start, _ = clock.read(rows[i+1].at(first(places, "actual start time", "start time")))
		}
	}
	for _, s := range people {
		r.Table = tableOf(append([]row{s.heading}, s.rows...), s.columns.places())
		r.take(s.rows, s.columns, clock)
	}
	return r, true
}

// section is one table of people.
type section struct {
	heading row
	columns zoomColumns
	rows    []row
}

func sectionsOf(rows []row) (list []section) {
	for i, row := range rows {
		c, ok := zoomColumnsOf(row)
		if !ok || c.join < 0 {
			continue
		}
		end := i + 1
		for end < len(rows) && !isTitle(rows[end]) {
			end++
		}
		list = append(list, section{heading: row, columns: c, rows: rows[i+1 : end]})
	}
	return list
}

// isTitle tells a line that names the section after it.
func isTitle(r row) bool {
	filled := 0
	for _, cell := range r.cells {
		if cell != "" {
			filled++
		}
	}
	return filled == 1 && strings.HasSuffix(strings.TrimSuffix(r.at(0), ","), "Details")
}
