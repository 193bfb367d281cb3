package command

import (
	"slices"
	"strconv"
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/door/online"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// reportColumnDoc is a column of a report, and what it was taken for.
type reportColumnDoc struct {
	Heading string `json:"heading"`
	Example string `json:"example"`
	Field   string `json:"field"` // name, email, join, leave, minutes, or nothing
}

// recognizedDoc is somebody who is known by more than their address or name.
type recognizedDoc struct {
	Row        int    `json:"row"`
	Name       string `json:"name"`
	Member     string `json:"member"` // empty for nobody
	MemberName string `json:"member_name"`
	How        string `json:"how"` // answer, alias, facts
}

// stayChangeDoc is what a report changes of one person's presence online.
type stayChangeDoc struct {
	Member string        `json:"member"`
	Name   string        `json:"name"`
	Before []intervalDoc `json:"before"`
	After  []intervalDoc `json:"after"`
}

type intervalDoc struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// options reads what a person says of the report.
func (c *importAttendance) options(carnet *app.Carnet) (o door.ReportOptions, err error) {
	o = door.ReportOptions{Zone: c.Zone, Layout: c.Layout, DryRun: c.DryRun}
	if o.Matches, err = c.matches(carnet); err != nil {
		return o, err
	}
	if c.Days != "" {
		if o.Days, err = online.ReadDays(c.Days); err != nil {
			return o, err
		}
	}
	if len(c.Map) > 0 {
		if c.Layout != "" && c.Layout != online.Columns {
			return o, misused("columns_alone", c.Layout)
		}
		o.Layout = online.Columns
		o.Places, err = c.places()
	}
	return o, err
}

// places finds the columns that were named in the heading of the file. Faults: wrong_usage, unknown_column, bad_choice and those of reading.
func (c *importAttendance) places() (*online.Places, error) {
	wanted, err := columnMap(c.Map)
	if err != nil {
		return nil, err
	}
	read, err := online.Read(c.File, online.Options{Layout: online.Columns})
	if err != nil {
		return nil, err
	}
	fields := make([]string, len(read.Table.Headings))
	for heading, field := range wanted {
		at := slices.Index(read.Table.Headings, heading)
		if at < 0 {
			return nil, fault.New("unknown_column", "column", heading, "headings", strings.Join(read.Table.Headings, ", "))
		}
		if !slices.Contains(online.Fields(), field) {
			return nil, fault.New("bad_choice", "field", heading, "value", field, "choices", strings.Join(online.Fields(), ", "))
		}
		fields[at] = field
	}
	places := online.PlacesOf(fields)
	return &places, nil
}

// fillReading says how a report was read, whom it knows by an answer, and what it changes.
func fillReading(carnet *app.Carnet, m store.Meeting, read door.Reported, doc *platformDoc) {
	doc.Columns, doc.Known, doc.Differences = []reportColumnDoc{}, []recognizedDoc{}, []stayChangeDoc{}
	for i, heading := range read.Report.Table.Headings {
		doc.Columns = append(doc.Columns, reportColumnDoc{heading, read.Report.Table.Examples[i], read.Report.Table.Places.Field(i)})
	}
	for _, one := range read.Known {
		known := recognizedDoc{Row: one.Row, Name: one.Name, Member: one.Member, How: one.How}
		if one.Member == door.Nobody {
			known.Member = ""
		}
		if known.Member != "" {
			known.MemberName = memberName(carnet, one.Member)
		}
		doc.Known = append(doc.Known, known)
	}
	stretches := func(list []attendance.Interval) []intervalDoc {
		docs := []intervalDoc{}
		for _, i := range list {
			docs = append(docs, intervalDoc{rfcTime(onClock(i.From, m)), rfcTime(onClock(i.To, m))})
		}
		return docs
	}
	for _, one := range read.Changes {
		doc.Differences = append(doc.Differences, stayChangeDoc{one.Member, memberName(carnet, one.Member), stretches(one.Before), stretches(one.After)})
	}
}

// readingText says what of it a person may want to say otherwise.
func (r *run) readingText(doc platformDoc, m store.Meeting) (lines []string) {
	if doc.Far {
		lines = append(lines, r.words.Say("cli.import.report.far", map[string]string{"first": doc.First, "start": m.Start}))
	}
	for _, k := range doc.Known {
		name := k.MemberName
		if name == "" {
			name = r.words.Say("cli.import.report.nobody", nil)
		}
		lines = append(lines, r.words.Say("cli.import.report.known."+k.How, map[string]string{"row": strconv.Itoa(k.Row), "name": k.Name, "member": name}))
	}
	return lines
}
