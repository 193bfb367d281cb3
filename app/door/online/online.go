// Package online reads what video platforms say of a meeting afterwards: the attendance reports of Zoom and Teams, in every layout
// that is known. It is pure: it knows files, columns and clocks, never members, records or screens. It never guesses in silence: what it
// took the layout, the order of days and months and the zone to be stands in its answer.
package online

import (
	"errors"
	"io"
	"strings"
	"time"

	"example.org/carnet/app/people/table"
	"example.org/carnet/store/fault"
)

// The layouts, as Report.Layout names them.
const (
	ZoomParticipants = "zoom-participants"
	ZoomMeeting      = "zoom-meeting" // with a block about the meeting before the participants
	ZoomUnique       = "zoom-unique"  // one row a person, a total instead of times
	ZoomWebinar      = "zoom-webinar"
	Teams            = "teams"
	Columns          = "columns" // any other table, of which a person says what stands in which column
)

// Layouts lists them.
func Layouts() []string {
	return []string{ZoomParticipants, ZoomMeeting, ZoomUnique, ZoomWebinar, Teams, Columns}
}

// maxRows is how many rows a report may have; the largest webinars have 50,000.
const maxRows = 200_000

// Report is what a platform says of one meeting.
type Report struct {
	Layout     string
	Topic      string
	Start, End Wall // of the meeting by the report; zero when it does not say
	Days       Days
	Guessed    bool // its dates can be read both ways; Days is the reading that is closer to the meeting's
	Stays      []Stay
	Skipped    []Skipped // rows that are no stay, and why
	Table      Table     // of the participants
}

// Options say what a person decided about how a file is to be read; what is left out is found out.
type Options struct {
	Near   time.Time // when the meeting was planned for; zero when that is not known
	Layout string    // one of Layouts
	Days   *Days
	Places *Places // with Columns
}

// Table is the heading of the table that the participants stand in, with an example of each column and what was taken from which.
type Table struct {
	Headings, Examples []string
	Places             Places
}

// Places are the columns of a table, from 0; -1 for what it does not have.
type Places struct {
	Name, Email, Join, Leave, Minutes int
}

// Stay is one device of somebody, from joining to leaving, as the platform saw it.
type Stay struct {
	Row         int // in the file, from 1
	Name        string
	Original    string // the name before somebody changed it, when the report tells
	Email       string
	Join, Leave Wall
	Minutes     int // where the report has no times, or none that can be read
}

// Skipped is a row that is no stay: in the waiting room, did not come, or its times cannot be read.
type Skipped struct {
	Row  int
	Name string
	Why  string // waiting_room, did_not_attend, bad_time, left_before_joining
}

// Wall is what a clock showed, of a zone that the report does not name; it is held as if that zone were UTC.
type Wall struct{ time.Time }

// Read reads a report from a file. Faults: those of table.Open, bad_choice, and not_a_report.
func Read(path string, o Options) (Report, error) {
	t, err := table.Open(path)
	if err != nil {
		return Report{}, err
	}
	defer t.Close()
	rows, err := all(t)
	if err != nil {
		return Report{}, err
	}
	return parse(rows, o)
}

// row is one line of the file and its number, from 1.
type row struct {
	cells  []string
	number int
}

func all(t *table.Table) ([]row, error) {
	rows := []row{{cells: t.Headings, number: 1}}
	for {
		cells, number, err := t.Next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		if len(rows) == maxRows {
			return nil, fault.New("file_too_large")
		}
		rows = append(rows, row{cells: append([]string{}, cells...), number: number + 1})
	}
}

// reader reads rows in one layout; ok is false when they are in another.
type reader func(rows []row, o Options) (r Report, ok bool)

// parse finds out what the rows are, or reads them as a person said. Faults not_a_report and bad_choice.
func parse(rows []row, o Options) (Report, error) {
	readers := []reader{readTeams, readWebinar, readZoom}
	switch o.Layout {
	case "":
	case Teams:
		readers = []reader{readTeams}
	case ZoomWebinar:
		readers = []reader{readWebinar}
	case ZoomParticipants, ZoomMeeting, ZoomUnique:
		readers = []reader{readZoom}
	case Columns:
		readers = []reader{readColumns}
	default:
		return Report{}, fault.New("bad_choice", "field", "format", "value", o.Layout, "choices", strings.Join(Layouts(), ", "))
	}
	for _, read := range readers {
		if r, ok := read(rows, o); ok {
			return r, nil
		}
	}
	return Report{}, fault.New("not_a_report")
}

// at gives a cell, empty beyond the end of the row.
func (r row) at(column int) string {
	if column < 0 || column >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[column])
}

// key is a heading without what differs between editions: case, spaces, what stands in brackets.
func key(heading string) string {
	heading, _, _ = strings.Cut(strings.ToLower(heading), "(")
	return strings.Join(strings.Fields(heading), " ")
}

// columns gives the place of each heading.
func (r row) columns() map[string]int {
	places := map[string]int{}
	for i, cell := range r.cells {
		if k := key(cell); k != "" {
			if _, twice := places[k]; !twice {
				places[k] = i
			}
		}
	}
	return places
}

// first gives the place of the first of some headings that is there, -1 when none is.
func first(places map[string]int, names ...string) int {
	for _, name := range names {
		if i, ok := places[name]; ok {
			return i
		}
	}
	return -1
}
