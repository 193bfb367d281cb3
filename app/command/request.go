package command

import (
	"io"
	"strconv"
	"strings"

	"example.org/carnet/app/meetings/requests"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

type requestCmd struct {
	List    requestList    `cmd:"" help:"request_list"`
	Show    requestShow    `cmd:"" help:"request_show"`
	Add     requestAdd     `cmd:"" help:"request_add"`
	Match   requestMatch   `cmd:"" help:"request_match"`
	Set     requestSet     `cmd:"" help:"request_set"`
	Decide  requestDecide  `cmd:"" help:"request_decide"`
	Dismiss requestDismiss `cmd:"" help:"request_dismiss"`
	Reopen  requestReopen  `cmd:"" help:"request_reopen"`
}

// requestDoc is one request with who it may be and what the rule says.
type requestDoc struct {
	ID            string      `json:"id"`
	For           string      `json:"for"`
	Title         string      `json:"title"`
	Status        string      `json:"status"` // open, done, dismissed
	At            string      `json:"at"`
	Source        string      `json:"source"`
	Given         string      `json:"given"`
	Family        string      `json:"family"`
	Email         string      `json:"email"`
	Phone         string      `json:"phone"`
	Role          string      `json:"role"`
	JobTitle      string      `json:"job_title"`
	Town          string      `json:"town"` // as it was written
	Language      string      `json:"language"`
	Text          string      `json:"text"`
	Member        string      `json:"member"`
	Community     string      `json:"community"`
	CommunityName string      `json:"community_name"`
	Verdict       string      `json:"verdict"`
	Reason        string      `json:"reason"`
	Registration  string      `json:"registration"` // id; empty when there is none
	Decision      string      `json:"decision"`     // its status
	Again         []string    `json:"again"`        // other open requests of the same person
	Candidates    []likelyDoc `json:"candidates"`   // by request show
	Communities   []townDoc   `json:"communities"`  // what the town may be, by request show
	Changes       []string    `json:"changes,omitempty"`
}

type likelyDoc struct {
	someone
	Why string `json:"why"` // email, name, near
}

type townDoc struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Province string `json:"province"`
}

func (r *run) requestDoc(s requests.Standing) requestDoc {
	q := s.Request
	d := requestDoc{ID: q.ID, For: q.For, Title: r.targetTitle(q.For), Status: q.Status, At: q.At, Source: q.Source, Given: q.Given, Family: q.Family,
		Email: q.Email, Phone: q.Phone, Role: q.Role, JobTitle: q.Title, Town: q.Town, Language: q.Language, Text: q.Text, Member: q.Member,
		Community: q.Community, Registration: s.Registration.ID, Decision: s.Registration.Status, Again: append([]string{}, s.Again...),
		Candidates: []likelyDoc{}, Communities: []townDoc{}}
	d.Verdict, d.Reason, _ = r.verdictOf(s.Verdict)
	if c, err := store.Get[store.Community](r.carnet.Store, q.Community); q.Community != "" && err == nil {
		d.CommunityName = r.inLang(c.Name, c.NameFR)
	}
	for _, c := range s.Match.Candidates {
		d.Candidates = append(d.Candidates, likelyDoc{r.someone(c.Card), c.Why})
	}
	for _, p := range s.Match.Towns {
		d.Communities = append(d.Communities, townDoc{ID: p.ID, Name: r.inLang(p.Name, p.NameFR), Province: p.Province})
	}
	return d
}

func (d requestDoc) name() string {
	if name := strings.TrimSpace(d.Given + " " + d.Family); name != "" {
		return name
	}
	return d.Email
}

type requestList struct {
	For    string `placeholder:"ID" help:"request_for"`
	Status string `placeholder:"open|done|dismissed" help:"request_status"`
}

func (c *requestList) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	all, err := carnet.Requests.Requests(requests.RequestFilter{For: c.For, Status: c.Status})
	if err != nil {
		return err
	}
	items := make([]requestDoc, len(all))
	for i, s := range all {
		items[i] = r.requestDoc(s)
	}
	headings := []string{"field.name", "field.community", "cli.heading.for", "cli.heading.verdict", "cli.heading.reason", "field.status", "field.id"}
	return answerRows(r, items, len(items), headings, func(d requestDoc) []string {
		town := d.CommunityName
		if town == "" {
			town = d.Town
		}
		return []string{d.name(), town, d.Title, r.words.Say("verdict.is."+d.Verdict, nil), d.Reason, r.word("request.status.", d.Status), d.ID}
	})
}

type requestShow struct {
	ID string `arg:"" help:"request_id"`
}

func (c *requestShow) Run(r *run) error {
	if _, err := r.open(); err != nil {
		return err
	}
	return r.showRequest(c.ID, nil)
}

// showRequest answers with a request as it is now.
func (r *run) showRequest(id string, refs []store.Ref) error {
	s, err := r.carnet.Requests.Request(id)
	if err != nil {
		return err
	}
	d := r.requestDoc(s)
	d.Changes = changes(refs)
	return r.answer(d, func() string { return r.requestPage(d) })
}

func (r *run) requestPage(d requestDoc) string {
	say := r.words.Say
	member := d.Member
	if m, err := r.carnet.People.Find(d.Member); d.Member != "" && err == nil {
		member = r.memberDoc(m).name() + "  " + m.ID
	}
	rows := [][]string{{say("field.id", nil), d.ID}, {say("cli.heading.for", nil), d.Title}, {say("field.name", nil), d.name()},
		{say("field.email", nil), d.Email}, {say("field.community", nil), d.Town}, {say("field.role", nil), r.word("role.", d.Role)},
		{say("field.member", nil), member}, {say("cli.heading.verdict", nil), say("verdict.is."+d.Verdict, nil)}, {"", d.Reason},
		{say("field.status", nil), r.word("request.status.", d.Status)}}
	for _, c := range d.Candidates {
		rows = append(rows, []string{say("match."+c.Why, nil), c.name() + "  " + c.Community + "  " + c.ID})
	}
	for _, p := range d.Communities {
		rows = append(rows, []string{say("match.community", nil), p.Name + " (" + p.Province + ")  " + p.ID})
	}
	return aligned(rows)
}

type requestAdd struct {
	For       string `required:"" placeholder:"ID" help:"request_for"`
	Given     string `help:"member_given"`
	Family    string `help:"member_family"`
	Email     string `help:"member_email"`
	Phone     string `help:"member_phone"`
	Role      string `help:"member_role"`
	Title     string `help:"member_title"`
	Community string `help:"member_community"`
	Language  string `help:"member_language" placeholder:"en|fr"`
	Text      string `help:"request_text"`
	Source    string `help:"request_source"`
}

func (c *requestAdd) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	q, refs, err := carnet.Requests.Add(c.For, given("given", c.Given, "family", c.Family, "email", c.Email, "phone", c.Phone, "role", c.Role,
		"title", c.Title, "community", c.Community, "language", c.Language, "text", c.Text), c.Source)
	if err != nil {
		return err
	}
	return r.showRequest(q.ID, refs)
}

type requestMatch struct {
	ID     string `arg:"" help:"request_id"`
	Member string `arg:"" optional:"" help:"request_member"`
}

func (c *requestMatch) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	q, refs, err := carnet.Requests.Match(c.ID, c.Member)
	if err != nil {
		return err
	}
	return r.showRequest(q.ID, refs)
}

type requestSet struct {
	ID     string   `arg:"" help:"request_id"`
	Fields []string `arg:"" help:"fields"`
}

func (c *requestSet) Run(r *run) error {
	fields, err := assignments(c.Fields)
	if err != nil {
		return err
	}
	carnet, err := r.open()
	if err != nil {
		return err
	}
	q, refs, err := carnet.Requests.Set(c.ID, fields)
	if err != nil {
		return err
	}
	return r.showRequest(q.ID, refs)
}

type requestDecide struct {
	ID     []string `arg:"" help:"request_ids"`
	Status string   `required:"" placeholder:"approved|declined|asked|waitlisted" help:"registration_status"`
	Reason string   `help:"registration_reason"`
	Over   bool     `help:"registration_over"`
}

func (c *requestDecide) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	o, err := carnet.Requests.Decide(c.ID, requests.Decision{Status: c.Status, Reason: c.Reason, Over: c.Over})
	if err != nil {
		return err
	}
	return r.decided(o)
}

type requestDismiss struct {
	ID []string `arg:"" help:"request_ids"`
}

func (c *requestDismiss) Run(r *run) error {
	return r.putAway(c.ID, "dismissed", (*requests.Requests).Dismiss)
}

type requestReopen struct {
	ID []string `arg:"" help:"request_ids"`
}

func (c *requestReopen) Run(r *run) error {
	return r.putAway(c.ID, "open", (*requests.Requests).Reopen)
}

func (r *run) putAway(ids []string, status string, put func(*requests.Requests, []string) ([]store.Ref, error)) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	refs, err := put(carnet.Requests, ids)
	if err != nil {
		return err
	}
	doc := struct {
		Status  string   `json:"status"`
		Changes []string `json:"changes"`
	}{status, changes(refs)}
	return r.answer(doc, func() string {
		return r.words.Say("cli.request.put", map[string]string{"n": r.words.Number(len(ids)), "status": r.word("request.status.", status)})
	})
}

type importRequests struct {
	File    string   `arg:"" help:"import_requests_file"`
	Meeting string   `placeholder:"M" xor:"for" help:"import_requests_meeting"`
	For     string   `placeholder:"ID" xor:"for" help:"request_for"`
	Map     []string `sep:"none" placeholder:"COLUMN=FIELD" help:"import_map"`
	Source  string   `help:"request_source"`
	DryRun  bool     `help:"import_dry_run"`
}

// intakeDoc is what a list of requests brought, or would bring.
type intakeDoc struct {
	Rows      int          `json:"rows"`
	Created   int          `json:"created"`
	Unchanged int          `json:"unchanged"`
	Matched   int          `json:"matched"` // of those created, how many are members
	Refused   []refusedDoc `json:"refused"`
	DryRun    bool         `json:"dry_run"`
	Format    string       `json:"format"`
	Columns   []columnDoc  `json:"columns"` // none where the list has no headings
	Requests  []string     `json:"requests"`
	Changes   []string     `json:"changes"`
}

func (c *importRequests) Run(r *run) error {
	target := c.Meeting + c.For
	if target == "" {
		return misused("missing_flags", "--meeting, --for")
	}
	columns, err := columnMap(c.Map)
	if err != nil {
		return err
	}
	carnet, err := r.open()
	if err != nil {
		return err
	}
	o := requests.IntakeOptions{Columns: columns, Source: c.Source, DryRun: c.DryRun}
	in, err := c.take(r, carnet.Requests, target, o)
	if err != nil {
		return err
	}
	doc := intakeDoc{Rows: in.Rows, Created: in.Created, Unchanged: in.Unchanged, Matched: in.Matched, Refused: []refusedDoc{}, DryRun: c.DryRun, Format: in.Format,
		Columns: []columnDoc{}, Requests: append([]string{}, in.Requests...), Changes: changes(in.Refs)}
	for _, f := range in.Refused {
		said := r.words.Error(f.Reason)
		doc.Refused = append(doc.Refused, refusedDoc{Row: f.Row, Name: f.Name, Code: said.Code, Reason: said.Text})
	}
	for _, column := range in.Columns {
		doc.Columns = append(doc.Columns, columnDoc{Heading: column.Heading, Field: column.Field})
	}
	if len(doc.Refused) > 0 {
		r.attention()
	}
	return r.answer(doc, func() string { return r.intakeText(doc) })
}

// take reads the file or, for "-", what is pasted into the command.
func (c *importRequests) take(r *run, into *requests.Requests, target string, o requests.IntakeOptions) (*requests.Intake, error) {
	if c.File != "-" {
		return into.ImportFile(c.File, target, o)
	}
	text, err := io.ReadAll(io.LimitReader(r.world.In, people.MaxPasted+1))
	if err != nil {
		return nil, fault.New("file_unreadable", "file", "-").Because(err)
	}
	return into.ImportText(string(text), target, o)
}

func (r *run) intakeText(doc intakeDoc) string {
	key := "cli.import.requests.done"
	if doc.DryRun {
		key = "cli.import.requests.dry"
	}
	lines := []string{r.words.Say(key, map[string]string{"rows": r.words.Number(doc.Rows), "created": r.words.Number(doc.Created),
		"matched": r.words.Number(doc.Matched), "unchanged": r.words.Number(doc.Unchanged), "refused": r.words.Number(len(doc.Refused))})}
	for _, f := range doc.Refused {
		lines = append(lines, r.words.Say("cli.import.refused", map[string]string{"row": strconv.Itoa(f.Row), "name": f.Name, "reason": f.Reason}))
	}
	return strings.Join(lines, "\n")
}
