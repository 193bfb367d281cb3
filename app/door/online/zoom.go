package online

import (
	"regexp"
	"strconv"
	"strings"
)

// zoomColumns are where a participants' table has what we read.
type zoomColumns struct {
	name, original, email, join, leave, minutes, waiting, attended int
}

func zoomColumnsOf(heading row) (c zoomColumns, ok bool) {
	places := heading.columns()
	c = zoomColumns{
		name:     first(places, "name", "user name", "nom", "nom d’utilisateur", "nom d'utilisateur"),
		email:    first(places, "user email", "email", "e-mail", "adresse e-mail", "courriel"),
		join:     first(places, "join time", "heure d’arrivée", "heure d'arrivée", "heure d’entrée"),
		leave:    first(places, "leave time", "heure de départ", "heure de sortie"),
		minutes:  first(places, "duration", "total duration", "time in session", "durée", "durée totale"),
		waiting:  first(places, "in waiting room", "en salle d’attente", "en salle d'attente"),
		attended: first(places, "attended"),
		original: -1,
	}
	return c, c.name >= 0 && c.minutes >= 0 && (c.join >= 0) == (c.leave >= 0)
}

// readZoom reads a participants' table, with or without the block about the meeting before it.
func readZoom(rows []row, o Options) (r Report, ok bool) {
	at, c := -1, zoomColumns{}
	for i := range rows[:min(len(rows), 12)] {
		if c, ok = zoomColumnsOf(rows[i]); ok && !isMeetingBlock(rows[i]) {
			at = i
			break
		}
	}
	if at < 0 {
		return r, false
	}
	r.Layout = ZoomParticipants
	if c.join < 0 {
		r.Layout = ZoomUnique
	}
	clock, guessed := clockFor(cellsOf(rows, c.join, c.leave), o)
	if at >= 2 && isMeetingBlock(rows[0]) {
		r.aboutMeeting(rows[0], rows[1], clock)
	}
	r.Days, r.Guessed = clock.days, guessed
	r.Table = tableOf(rows[at:], c.places())
	r.take(rows[at+1:], c, clock)
	return r, true
}

func (c zoomColumns) places() Places {
	return Places{Name: c.name, Email: c.email, Join: c.join, Leave: c.leave, Minutes: c.minutes}
}

func isMeetingBlock(heading row) bool {
	places := heading.columns()
	return first(places, "topic", "sujet") >= 0 && first(places, "start time", "heure de début") >= 0
}

func (r *Report) aboutMeeting(heading, values row, clock clock) {
	places := heading.columns()
	if r.Layout == ZoomParticipants {
		r.Layout = ZoomMeeting
	}
	r.Topic = values.at(first(places, "topic", "sujet"))
	r.Start, _ = clock.read(values.at(first(places, "start time", "heure de début")))
	r.End, _ = clock.read(values.at(first(places, "end time", "heure de fin")))
}

func cellsOf(rows []row, columns ...int) (cells []string) {
	for _, row := range rows {
		for _, c := range columns {
			cells = append(cells, row.at(c))
		}
	}
	return cells
}

// take reads the rows of a table until the next section begins.
func (r *Report) take(rows []row, c zoomColumns, clock clock) {
	for _, row := range rows {
		name := row.at(c.name)
		if len(row.cells) == 1 && strings.HasSuffix(row.at(0), "Details") {
			return
		}
		if name == "" && row.at(c.email) == "" || key(name) == "name" || key(name) == "user name" {
			continue
		}
		r.takeRow(row, c, clock)
	}
}

func (r *Report) takeRow(row row, c zoomColumns, clock clock) {
	s := Stay{Row: row.number, Email: row.at(c.email)}
	s.Name, s.Original = namesIn(row.at(c.name))
	switch {
	case yes(row.at(c.waiting)):
		r.skip(row, s.Name, "waiting_room")
		return
	case c.attended >= 0 && !yes(row.at(c.attended)):
		r.skip(row, s.Name, "did_not_attend")
		return
	}
	s.Minutes, _ = strconv.Atoi(row.at(c.minutes))
	if c.join >= 0 {
		var joined, left bool
		s.Join, joined = clock.read(row.at(c.join))
		s.Leave, left = clock.read(row.at(c.leave))
		switch {
		case !joined || !left:
			r.skip(row, s.Name, "bad_time")
			return
		case s.Leave.Before(s.Join.Time):
			r.skip(row, s.Name, "left_before_joining")
			return
		}
	}
	r.Stays = append(r.Stays, s)
}

func (r *Report) skip(row row, name, why string) {
	r.Skipped = append(r.Skipped, Skipped{Row: row.number, Name: name, Why: why})
}

var renamed = regexp.MustCompile(`^(.*\S)\s*\(([^()]+)\)$`)

// namesIn parts "iPhone (Marie Tremblay)": the name shown, and the one before somebody changed it.
func namesIn(cell string) (name, original string) {
	if m := renamed.FindStringSubmatch(cell); m != nil {
		return m[1], strings.TrimSpace(m[2])
	}
	return cell, ""
}

func yes(cell string) bool {
	switch strings.ToLower(cell) {
	case "yes", "y", "oui", "true", "vrai":
		return true
	}
	return false
}
