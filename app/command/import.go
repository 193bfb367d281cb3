package command

import (
	"context"
	"os"
	"os/signal"
	"strconv"
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/people"
)

type importCmd struct {
	Communities importCommunities `cmd:"" help:"import_communities"`
	Members     importMembers     `cmd:"" help:"import_members"`
	Attendance  importAttendance  `cmd:"" help:"import_attendance"`
	Requests    importRequests    `cmd:"" help:"import_requests"`
}

// importDoc is what an import did, or would do.
type importDoc struct {
	Rows       int            `json:"rows"`
	Created    int            `json:"created"`
	Updated    int            `json:"updated"`
	Unchanged  int            `json:"unchanged"`
	Refused    []refusedDoc   `json:"refused"`
	Duplicates []duplicateRow `json:"duplicates"`
	DryRun     bool           `json:"dry_run"`
	Format     string         `json:"format"`
	Columns    []columnDoc    `json:"columns"`
}

type refusedDoc struct {
	Row    int    `json:"row"`
	Name   string `json:"name"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

type duplicateRow struct {
	Row     int    `json:"row"`
	Name    string `json:"name"`
	Member  string `json:"member"`
	Why     string `json:"why"` // email, name, id
	WithRow int    `json:"with_row,omitempty"`
}

type columnDoc struct {
	Heading string `json:"heading"`
	Field   string `json:"field"` // empty: left out
}

type importCommunities struct {
	File   string `arg:"" type:"path" help:"import_file"`
	DryRun bool   `help:"import_dry_run"`
}

func (c *importCommunities) Run(r *run) error {
	return r.importList((*people.People).ImportCommunities, c.File, people.ImportOptions{DryRun: c.DryRun})
}

type importMembers struct {
	File   string   `arg:"" type:"path" help:"import_file"`
	Office string   `help:"import_office"`
	Map    []string `sep:"none" placeholder:"COLUMN=FIELD" help:"import_map"`
	DryRun bool     `help:"import_dry_run"`
}

func (c *importMembers) Run(r *run) error {
	columns, err := columnMap(c.Map)
	if err != nil {
		return err
	}
	return r.importList((*people.People).ImportMembers, c.File, people.ImportOptions{Office: c.Office, Columns: columns, DryRun: c.DryRun})
}

// columnMap reads what a person says of columns, as "Column=field".
func columnMap(words []string) (map[string]string, error) {
	columns := map[string]string{}
	for _, word := range words {
		at := strings.LastIndex(word, "=") // a heading may hold the sign itself
		if at < 1 {
			return nil, misused("columns", word)
		}
		columns[word[:at]] = word[at+1:]
	}
	return columns, nil
}

type importer func(*people.People, context.Context, string, people.ImportOptions) (*people.Report, error)

func (r *run) importList(read importer, file string, o people.ImportOptions) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	report, err := read(carnet.People, ctx, file, o)
	if err != nil {
		return err
	}
	if len(report.Refused)+len(report.Duplicates) > 0 {
		r.attention()
	}
	doc := r.importDoc(report, o.DryRun)
	return r.answer(doc, func() string { return r.importText(carnet, doc) })
}

func (r *run) importDoc(report *people.Report, dry bool) importDoc {
	doc := importDoc{Rows: report.Rows, Created: report.Created, Updated: report.Updated, Unchanged: report.Unchanged, DryRun: dry,
		Format: report.Format, Refused: []refusedDoc{}, Duplicates: []duplicateRow{}, Columns: []columnDoc{}}
	for _, f := range report.Refused {
		said := r.words.Error(f.Reason)
		doc.Refused = append(doc.Refused, refusedDoc{Row: f.Row, Name: f.Name, Code: said.Code, Reason: said.Text})
	}
	for _, d := range report.Duplicates {
		doc.Duplicates = append(doc.Duplicates, duplicateRow{Row: d.Row, Name: d.Name, Member: d.Member, Why: d.Why, WithRow: d.WithRow})
	}
	for _, c := range report.Columns {
		doc.Columns = append(doc.Columns, columnDoc{Heading: c.Heading, Field: c.Field})
	}
	return doc
}

// importText says the same to people: a line of counts, what was left out, then the rows that wait for them.
func (r *run) importText(_ *app.Carnet, doc importDoc) string {
	key := "cli.import.done"
	if doc.DryRun {
		key = "cli.import.dry"
	}
	lines := []string{r.words.Say(key, map[string]string{"rows": r.words.Number(doc.Rows), "created": r.words.Number(doc.Created),
		"updated": r.words.Number(doc.Updated), "unchanged": r.words.Number(doc.Unchanged),
		"refused": r.words.Number(len(doc.Refused)), "duplicates": r.words.Number(len(doc.Duplicates))})}
	var left []string
	for _, c := range doc.Columns {
		if c.Field == "" && c.Heading != "" {
			left = append(left, c.Heading)
		}
	}
	if len(left) > 0 {
		lines = append(lines, r.words.Say("cli.import.left", map[string]string{"columns": strings.Join(left, ", ")}))
	}
	for _, f := range doc.Refused {
		lines = append(lines, r.words.Say("cli.import.refused", map[string]string{"row": strconv.Itoa(f.Row), "name": f.Name, "reason": f.Reason}))
	}
	for _, d := range doc.Duplicates {
		lines = append(lines, r.words.Say("cli.import.duplicate."+d.Why, map[string]string{"row": strconv.Itoa(d.Row), "name": d.Name,
			"member": r.whom(d)}))
	}
	return strings.Join(lines, "\n")
}

func (r *run) whom(d duplicateRow) string {
	if d.WithRow > 0 {
		return r.words.Say("cli.import.row", map[string]string{"row": strconv.Itoa(d.WithRow)})
	}
	return d.Member
}
