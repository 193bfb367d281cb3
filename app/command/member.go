package command

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

type memberCmd struct {
	Add    memberAdd    `cmd:"" help:"member_add"`
	List   memberList   `cmd:"" help:"member_list"`
	Show   memberShow   `cmd:"" help:"member_show"`
	Set    memberSet    `cmd:"" help:"member_set"`
	Remove memberRemove `cmd:"" help:"member_remove"`
	Merge  memberMerge  `cmd:"" help:"member_merge"`
	Move   memberMove   `cmd:"" help:"member_move"`
	Export memberExport `cmd:"" help:"member_export"`
}

// memberDoc is a member in JSON. Ids stand beside the names they mean.
type memberDoc struct {
	ID            string   `json:"id"`
	Given         string   `json:"given"`
	Family        string   `json:"family"`
	Email         string   `json:"email"`
	Phone         string   `json:"phone"`
	Role          string   `json:"role"`
	Title         string   `json:"title"`
	Community     string   `json:"community"`
	CommunityName string   `json:"community_name"`
	Province      string   `json:"province"`
	Language      string   `json:"language"`
	Chapters      []string `json:"chapters"`
	Office        string   `json:"office"`
	OfficeName    string   `json:"office_name"`
	TermStart     string   `json:"term_start"`
	TermEnd       string   `json:"term_end"`
	Zone          string   `json:"zone"`
	Notes         string   `json:"notes"`
	Merged        []string `json:"merged"`
	MergedInto    string   `json:"merged_into"`
	WalkIn        string   `json:"walk_in"`
	Changes       []string `json:"changes,omitempty"` // what a write changed, for undo
}

func (r *run) memberDoc(m store.Member) memberDoc {
	d := memberDoc{ID: m.ID, Given: m.Given, Family: m.Family, Email: m.Email, Phone: m.Phone, Role: m.Role, Title: m.Title,
		Community: m.Community, Language: m.Language, Chapters: m.Chapters, Office: m.Office, TermStart: m.TermStart, TermEnd: m.TermEnd,
		Zone: m.Zone, Notes: m.Notes, Merged: m.Merged, MergedInto: m.MergedInto, WalkIn: m.WalkIn}
	if c, err := store.Get[store.Community](r.carnet.Store, m.Community); m.Community != "" && err == nil {
		d.CommunityName, d.Province = r.inLang(c.Name, c.NameFR), c.Province
	}
	if o, err := store.Get[store.Office](r.carnet.Store, m.Office); m.Office != "" && err == nil {
		d.OfficeName = o.Name
	}
	if d.Chapters == nil {
		d.Chapters = []string{}
	}
	if d.Merged == nil {
		d.Merged = []string{}
	}
	return d
}

func (d memberDoc) name() string { return strings.TrimSpace(d.Given + " " + d.Family) }

// inLang gives the French text to French readers when there is one.
func (r *run) inLang(en, fr string) string {
	if r.words.Lang() == "fr" && fr != "" || en == "" {
		return fr
	}
	return en
}

// wrote answers a command that wrote one member.
func (r *run) wrote(key string, m store.Member, refs []store.Ref) error {
	doc := r.memberDoc(m)
	doc.Changes = changes(refs)
	return r.answer(doc, func() string { return r.words.Say(key, map[string]string{"name": doc.name(), "id": doc.ID}) })
}

type memberAdd struct {
	Given     string   `help:"member_given"`
	Family    string   `help:"member_family"`
	Email     string   `help:"member_email"`
	Phone     string   `help:"member_phone"`
	Role      string   `help:"member_role" placeholder:"elected|staff|indigenous-staff|partner"`
	Title     string   `help:"member_title"`
	Community string   `help:"member_community"`
	Language  string   `help:"member_language" placeholder:"en|fr"`
	Chapter   []string `help:"member_chapter" sep:"none"`
	TermStart string   `help:"member_term_start" placeholder:"DATE"`
	TermEnd   string   `help:"member_term_end" placeholder:"DATE"`
	Zone      string   `help:"member_zone"`
	Notes     string   `help:"member_notes"`
	Office    string   `help:"member_office"`
}

func (c *memberAdd) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, refs, err := carnet.People.AddMember(given("given", c.Given, "family", c.Family, "email", c.Email, "phone", c.Phone,
		"role", c.Role, "title", c.Title, "community", c.Community, "language", c.Language, "chapters", strings.Join(c.Chapter, ";"),
		"term_start", c.TermStart, "term_end", c.TermEnd, "zone", c.Zone, "notes", c.Notes, "office", c.Office))
	if err != nil {
		return err
	}
	return r.wrote("cli.member.added", m, refs)
}

// memberFilter is what narrows a list or an export.
type memberFilter struct {
	Query     string `short:"q" help:"member_query"`
	Chapter   string `help:"member_in_chapter"`
	Community string `help:"member_in_community"`
	Role      string `help:"member_role"`
	Province  string `help:"member_province"`
	Office    string `help:"member_of_office"`
	Language  string `help:"member_language"`
}

type memberList struct {
	memberFilter
	Limit  int `default:"50" help:"limit"`
	Offset int `help:"offset"`
}

func (c *memberList) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	if c.Limit < 1 || c.Offset < 0 {
		return misused("paging", "")
	}
	q, err := c.query(r, carnet)
	if err != nil {
		return err
	}
	q.Limit, q.Offset = c.Limit, c.Offset
	cards, total := carnet.Store.WaitDirectory().Members(q)
	items := make([]memberDoc, 0, len(cards))
	for _, card := range cards {
		m, err := store.Get[store.Member](carnet.Store, card.ID)
		if err != nil {
			return err
		}
		items = append(items, r.memberDoc(m))
	}
	headings := []string{"field.family", "field.given", "field.email", "field.role", "field.community", "field.id"}
	return answerRows(r, items, total, headings, func(d memberDoc) []string {
		return []string{d.Family, d.Given, d.Email, r.word("role.", d.Role), d.CommunityName, d.ID}
	})
}

// query turns names and beginnings of ids into what the directory asks for.
func (c *memberFilter) query(r *run, carnet *app.Carnet) (directory.Query, error) {
	if c.Role != "" && !slices.Contains(people.Roles, c.Role) {
		return directory.Query{}, fault.New("bad_member_role", "value", c.Role, "allowed", strings.Join(people.Roles, ", "))
	}
	q := directory.Query{Text: c.Query, Role: c.Role, Province: strings.ToUpper(c.Province), Language: c.Language, Lang: r.words.Lang()}
	var err error
	q.Chapter, q.Community, q.Office, err = carnet.People.Narrow(c.Chapter, c.Community, c.Office)
	return q, err
}

// word gives a value in words, and an empty value as it is.
func (r *run) word(prefix, value string) string {
	if value == "" {
		return ""
	}
	return r.words.Say(prefix+value, nil)
}

type memberShow struct {
	ID string `arg:"" help:"member_ref"`
}

func (c *memberShow) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, err := carnet.People.Find(c.ID)
	if err != nil {
		return err
	}
	doc := r.memberDoc(m)
	return r.answer(doc, func() string {
		var rows [][]string
		line := func(field, value string) {
			if value != "" {
				rows = append(rows, []string{r.words.Say("field."+field, nil), value})
			}
		}
		line("id", doc.ID)
		line("given", doc.Given)
		line("family", doc.Family)
		line("email", doc.Email)
		line("phone", doc.Phone)
		line("role", r.word("role.", doc.Role))
		line("title", doc.Title)
		line("community", strings.TrimSpace(doc.CommunityName+" "+doc.Province))
		line("language", r.word("language.", doc.Language))
		for _, id := range doc.Chapters {
			if ch, err := store.Get[store.Chapter](carnet.Store, id); err == nil {
				line("chapters", r.inLang(ch.Name, ch.NameFR))
			}
		}
		line("term_start", doc.TermStart)
		line("term_end", doc.TermEnd)
		line("zone", doc.Zone)
		line("office", doc.OfficeName)
		line("notes", doc.Notes)
		return aligned(rows)
	})
}

type memberSet struct {
	ID     string   `arg:"" help:"member_ref"`
	Fields []string `arg:"" help:"fields"`
}

func (c *memberSet) Run(r *run) error {
	fields, err := assignments(c.Fields)
	if err != nil {
		return err
	}
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, refs, err := carnet.People.SetMember(c.ID, fields)
	if err != nil {
		return err
	}
	if len(refs) == 0 {
		return r.wrote("cli.unchanged", m, refs)
	}
	return r.wrote("cli.member.set", m, refs)
}

type memberRemove struct {
	ID string `arg:"" help:"member_ref"`
}

func (c *memberRemove) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, refs, err := carnet.People.RemoveMember(c.ID)
	if err != nil {
		return err
	}
	return r.wrote("cli.member.removed", m, refs)
}

type memberMerge struct {
	Keep  string `arg:"" help:"member_keep"`
	Other string `arg:"" placeholder:"another" help:"member_other"`
}

func (c *memberMerge) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, refs, err := carnet.People.Merge(c.Keep, c.Other)
	if err != nil {
		return err
	}
	return r.wrote("cli.member.merged", m, refs)
}

type memberMove struct {
	ID     string `arg:"" help:"member_ref"`
	Office string `arg:"" help:"member_to_office"`
}

func (c *memberMove) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	m, refs, err := carnet.People.MoveMember(c.ID, c.Office)
	if err != nil {
		return err
	}
	if len(refs) == 0 {
		return r.wrote("cli.unchanged", m, refs)
	}
	return r.wrote("cli.member.moved", m, refs)
}

type memberExport struct {
	memberFilter
	Format string `help:"member_format" placeholder:"csv|xlsx|vcf"`
	Out    string `required:"" type:"path" placeholder:"FILE" help:"out"`
}

type exportDoc struct {
	File    string `json:"file"`
	Format  string `json:"format"`
	Members int    `json:"members"`
}

func (c *memberExport) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	q, err := c.query(r, carnet)
	if err != nil {
		return err
	}
	format := c.Format
	if format == "" {
		format = formatOf(c.Out)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	n, err := carnet.People.ExportFile(ctx, c.Out, format, q)
	if err != nil {
		return err
	}
	doc := exportDoc{File: c.Out, Format: format, Members: n}
	return r.answer(doc, func() string {
		return r.words.Count("cli.member.exported", n, map[string]string{"file": c.Out})
	})
}

// formatOf is the format that a file's name asks for, csv unless it says otherwise.
func formatOf(file string) string {
	switch ext := strings.ToLower(strings.TrimPrefix(filepath.Ext(file), ".")); ext {
	case "xlsx", "vcf":
		return ext
	}
	return "csv"
}
