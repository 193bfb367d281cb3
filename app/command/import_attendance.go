package command

import (
	"strconv"
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
)

type importAttendance struct {
	File    string   `arg:"" type:"path" help:"import_report"`
	Meeting string   `required:"" help:"meeting_id"`
	Zone    string   `help:"import_zone"`
	Layout  string   `placeholder:"L" help:"import_layout"`
	Days    string   `placeholder:"month|day|year" help:"import_days"`
	Map     []string `sep:"none" placeholder:"COLUMN=FIELD" help:"import_report_map"`
	Match   []string `sep:"none" placeholder:"ROW=MEMBER" help:"import_match"`
	DryRun  bool     `help:"import_dry_run"`
}

// platformDoc is what a platform's report brought, or would bring.
type platformDoc struct {
	Rows      int            `json:"rows"`
	Matched   int            `json:"matched"`
	Sessions  int            `json:"sessions"`
	Unchanged int            `json:"unchanged"`
	Added     int            `json:"added"`
	Removed   int            `json:"removed"`
	Unmatched []unmatchedDoc `json:"unmatched"`
	Skipped   []skippedDoc   `json:"skipped"`
	Layout    string         `json:"layout"`
	Topic     string         `json:"topic"`
	Zone      string         `json:"zone"`    // by whose clock the report was written
	Days      string         `json:"days"`    // what its dates begin with: month, day, year
	Guessed   bool           `json:"guessed"` // its days and months could be read both ways
	First     string         `json:"first"`   // when it says that the meeting began
	Far       bool           `json:"far"`     // that is so far from the meeting's start that it may be another's
	DryRun    bool           `json:"dry_run"`

	Columns     []reportColumnDoc `json:"columns"`
	Known       []recognizedDoc   `json:"known"`
	Differences []stayChangeDoc   `json:"differences"`
}

type unmatchedDoc struct {
	Row        int            `json:"row"`
	Name       string         `json:"name"`
	Email      string         `json:"email"`
	Candidates []candidateDoc `json:"candidates"`
}

type candidateDoc struct {
	Member string `json:"member"`
	Name   string `json:"name"`
}

type skippedDoc struct {
	Row  int    `json:"row"`
	Name string `json:"name"`
	Why  string `json:"why"` // waiting_room, did_not_attend, bad_time, left_before_joining
}

func (c *importAttendance) Run(r *run) error {
	carnet, m, err := r.openMeeting(c.Meeting)
	if err != nil {
		return err
	}
	o, err := c.options(carnet)
	if err != nil {
		return err
	}
	read, err := carnet.Door.Report(m.ID, c.File, o)
	if err != nil {
		return err
	}
	if len(read.Unmatched) > 0 {
		r.attention()
	}
	doc := platformOf(carnet, m, read, c.DryRun)
	return r.answer(doc, func() string { return r.platformText(doc, m) })
}

// matches reads ROW=MEMBER, where a member may be an address or the start of an id, nobody, or ? for somebody to be asked about all the same.
func (c *importAttendance) matches(carnet *app.Carnet) (map[int]string, error) {
	rows := map[int]string{}
	for _, word := range c.Match {
		number, who, ok := strings.Cut(word, "=")
		row, err := strconv.Atoi(number)
		if !ok || err != nil {
			return nil, misused("match", word)
		}
		if who == door.Nobody || who == door.AskAgain {
			rows[row] = who
			continue
		}
		member, err := carnet.People.Find(who)
		if err != nil {
			return nil, err
		}
		rows[row] = member.ID
	}
	return rows, nil
}

func platformOf(carnet *app.Carnet, m store.Meeting, read door.Reported, dry bool) platformDoc {
	doc := platformDoc{Rows: read.Rows, Matched: read.Matched, Sessions: read.Sessions, Unchanged: read.Unchanged, Added: read.Added,
		Removed: read.Removed, Unmatched: []unmatchedDoc{}, Skipped: []skippedDoc{}, Layout: read.Report.Layout, Topic: read.Report.Topic,
		Zone: read.Zone, Days: read.Report.Days.String(), Guessed: read.Report.Guessed, Far: read.Far(meetings.Plan(m)), DryRun: dry}
	if first := read.First(); !first.IsZero() {
		doc.First = rfcTime(first)
	}
	fillReading(carnet, m, read, &doc)
	for _, u := range read.Unmatched {
		one := unmatchedDoc{Row: u.Row, Name: u.Name, Email: u.Email, Candidates: []candidateDoc{}}
		for _, id := range u.Candidates {
			one.Candidates = append(one.Candidates, candidateDoc{Member: id, Name: memberName(carnet, id)})
		}
		doc.Unmatched = append(doc.Unmatched, one)
	}
	for _, s := range read.Report.Skipped {
		doc.Skipped = append(doc.Skipped, skippedDoc(s))
	}
	return doc
}

// platformText says it to people: counts, how the file was understood, then whom it asks about.
func (r *run) platformText(doc platformDoc, m store.Meeting) string {
	key := "cli.import.report.done"
	if doc.DryRun {
		key = "cli.import.report.dry"
	}
	lines := []string{r.words.Say(key, map[string]string{"rows": r.words.Number(doc.Rows), "sessions": r.words.Number(doc.Sessions),
		"added": r.words.Number(doc.Added), "unchanged": r.words.Number(doc.Unchanged), "removed": r.words.Number(doc.Removed)})}
	lines = append(lines, r.words.Say("cli.import.report.clock", map[string]string{"zone": doc.Zone}))
	if doc.Guessed {
		lines = append(lines, r.words.Say("cli.import.report.guessed", map[string]string{"days": doc.Days}))
	}
	lines = append(lines, r.readingText(doc, m)...)
	for _, s := range doc.Skipped {
		lines = append(lines, r.words.Say("cli.import.report.skipped."+s.Why, map[string]string{"row": strconv.Itoa(s.Row), "name": s.Name}))
	}
	for _, u := range doc.Unmatched {
		var names []string
		for _, c := range u.Candidates {
			names = append(names, c.Name+" ("+c.Member+")")
		}
		key := "cli.import.report.unmatched"
		if len(names) == 0 {
			key = "cli.import.report.unknown"
		}
		lines = append(lines, r.words.Say(key, map[string]string{"row": strconv.Itoa(u.Row), "name": u.Name, "candidates": strings.Join(names, ", ")}))
	}
	return strings.Join(lines, "\n")
}
