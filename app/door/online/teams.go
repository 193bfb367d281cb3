package online

import (
	"strings"
)

// readTeams reads Microsoft's report. Its headings are in the language of whoever took it out, so sections are known by their number
// and columns by their place.
func readTeams(rows []row, o Options) (r Report, ok bool) {
	if len(rows) == 0 || !numbersSection(rows[0], "1") {
		return r, false
	}
	r.Layout = Teams
	summary, stays := between(rows, "1", "2"), between(rows, "3", "4")
	const headings = 1   // lines of them
	if len(stays) == 0 { // an older report, without the single stays
		stays = between(rows, "2", "3")
	}
	if len(stays) < headings {
		return r, true
	}
	clock, guessed := clockFor(append(cellsOf(stays[headings:], teamsPlaces.Join, teamsPlaces.Leave), cellsOf(summary, 1)...), o)
	r.Days, r.Guessed = clock.days, guessed
	r.Table = tableOf(stays, teamsPlaces)
	r.about(summary, clock)
	for _, row := range stays[headings:] {
		r.takeTeams(row, clock)
	}
	return r, true
}

// teamsPlaces are the same in every language.
var teamsPlaces = Places{Name: 0, Join: 1, Leave: 2, Minutes: 3, Email: 4}

// numbersSection tells whether a line begins the section of this number, as "3. In-Meeting activities".
func numbersSection(r row, number string) bool {
	rest, found := strings.CutPrefix(r.at(0), number+".")
	return found && strings.HasPrefix(rest, " ") && r.at(1) == ""
}

func between(rows []row, from, to string) (lines []row) {
	inside := false
	for _, r := range rows {
		switch {
		case numbersSection(r, from):
			inside = true
		case numbersSection(r, to):
			return lines
		case inside:
			lines = append(lines, r)
		}
	}
	return lines
}

// about reads the summary: the first value is the title, and of the times the earlier one is the start.
func (r *Report) about(summary []row, clock clock) {
	for i, row := range summary {
		if i == 0 {
			r.Topic = row.at(1)
		}
		t, ok := clock.read(row.at(1))
		switch {
		case !ok:
		case r.Start.IsZero():
			r.Start = t
		case r.End.IsZero():
			r.End = t
		}
	}
}

func (r *Report) takeTeams(row row, clock clock) {
	s := Stay{Row: row.number, Name: row.at(teamsPlaces.Name), Email: row.at(teamsPlaces.Email)}
	if s.Name == "" && s.Email == "" {
		return
	}
	var joined, left bool
	s.Join, joined = clock.read(row.at(teamsPlaces.Join))
	s.Leave, left = clock.read(row.at(teamsPlaces.Leave))
	switch {
	case !joined || !left:
		r.skip(row, s.Name, "bad_time")
	case s.Leave.Before(s.Join.Time):
		r.skip(row, s.Name, "left_before_joining")
	default:
		r.Stays = append(r.Stays, s)
	}
}
