package command

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

type attendancePaper struct {
	Meeting string   `arg:"" help:"meeting_id"`
	Row     []string `arg:"" optional:"" help:"attendance_row"`
	Station string   `placeholder:"S" help:"attendance_station"`
	Day     string   `placeholder:"DATE" help:"attendance_day"`
	File    string   `type:"path" placeholder:"FILE" help:"attendance_rows"`
}

// enteredDoc answers one row of paper.
type enteredDoc struct {
	Row    string   `json:"row"`
	Member string   `json:"member"`
	Name   string   `json:"name"`
	In     string   `json:"in"`
	Out    string   `json:"out"`
	Scans  []string `json:"scans"`
	Again  bool     `json:"again"`   // all of it was noted before
	WalkIn bool     `json:"walk_in"` // written down now
	Reason string   `json:"reason"`  // why it was refused
	Code   string   `json:"code"`    // of the refusal
}

const mostRows = 20_000

func (c *attendancePaper) Run(r *run) error {
	carnet, m, err := r.openMeeting(c.Meeting)
	if err != nil {
		return err
	}
	rows, err := c.rows(r)
	if err != nil {
		return err
	}
	list, err := carnet.Door.Reenter(door.Sheet{Meeting: m.ID, Station: c.Station, Day: c.Day}, rows)
	if err != nil {
		return err
	}
	items := []enteredDoc{}
	for _, e := range list {
		doc := r.enteredOf(m, e)
		if e.Member != "" {
			doc.Name = memberName(carnet, e.Member)
		}
		if e.Err != nil {
			r.attention()
		}
		items = append(items, doc)
	}
	return answerList(r, items, len(items), r.enteredLine)
}

// rows are one that was typed as arguments, else the lines of a file or of what is typed, which end with its end.
func (c *attendancePaper) rows(r *run) (rows []string, err error) {
	if len(c.Row) > 0 {
		return []string{strings.Join(c.Row, " ")}, nil
	}
	from := r.world.In
	if c.File != "" {
		file, err := os.Open(c.File)
		if err != nil {
			return nil, fault.New("file_unreadable", "file", c.File).Because(err)
		}
		defer func() { _ = file.Close() }()
		from = file
	}
	if from == nil {
		return nil, nil
	}
	lines := bufio.NewScanner(io.LimitReader(from, 8<<20))
	for lines.Scan() {
		if len(rows) == mostRows {
			return nil, fault.New("file_too_large", "file", c.File)
		}
		rows = append(rows, lines.Text())
	}
	if lines.Err() != nil {
		return nil, fault.New("file_unreadable", "file", c.File).Because(lines.Err())
	}
	return rows, nil
}

func (r *run) enteredOf(m store.Meeting, e door.Entered) enteredDoc {
	doc := enteredDoc{Row: e.Text, Member: e.Member, Name: e.Row.Name, In: e.Row.In, Out: e.Row.Out, Scans: []string{}, WalkIn: e.WalkIn, Again: len(e.Scans) > 0}
	for _, noted := range e.Scans {
		doc.Scans = append(doc.Scans, noted.Scan.ID)
		doc.Again = doc.Again && noted.Again
		at := rfcTime(onClock(time.UnixMilli(noted.Scan.Fact.At), m))
		if noted.Scan.Fact.Kind == "in" {
			doc.In = at
		} else {
			doc.Out = at
		}
	}
	if e.Err != nil {
		sentence := r.words.Error(e.Err)
		doc.Reason, doc.Code = sentence.Text, sentence.Code
	}
	return doc
}

func (r *run) enteredLine(doc enteredDoc) string {
	if doc.Code != "" {
		return fmt.Sprintf("✗ %s: %s [%s]", doc.Row, doc.Reason, doc.Code)
	}
	sign := "✓"
	if doc.Again {
		sign = "="
	}
	return fmt.Sprintf("%s %s  %s", sign, doc.Row, doc.Name)
}
