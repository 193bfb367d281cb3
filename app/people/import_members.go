package people

import (
	"context"
	"strings"

	"example.org/carnet/app/people/table"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

// ImportMembers reads a list of members. Rows of people who are there, by id or by address and name, fill and
// correct them; rows that may be somebody are shown and not created. Faults of table.Open and of columns, and
// import_stopped for a long list that was cancelled on its way: what was read stays.
func (p *People) ImportMembers(ctx context.Context, path string, o ImportOptions) (*Report, error) {
	if err := p.May(store.KindMember); err != nil {
		return nil, err
	}
	office := p.Office()
	if o.Office != "" {
		id, err := p.officeID(o.Office)
		if err != nil {
			return nil, err
		}
		office = id
	}
	columns := func(headings []string) ([]Column, error) { return columnsOf(headings, o.Columns) }
	return p.carry(ctx, path, o, columns, func(columns []Column, rows int) (list, error) {
		return p.newMemberList(columns, office, o.DryRun, rows)
	})
}

// memberList understands rows of members, and remembers those of this list.
type memberList struct {
	p        *People
	columns  []Column
	office   string
	dry      bool
	places   *gazetteer
	chapters chapterNames
	there    *directory.Directory
	offices  map[string]string
	merged   map[string]string // ids of the kept by the folded addresses of those merged into them
	byEmail  map[string]*earlier
	byName   map[string][]*earlier
	byID     map[string]*earlier
	cell     map[string]string // the present row by field
}

func (p *People) newMemberList(columns []Column, office string, dry bool, rows int) (*memberList, error) {
	places, err := p.gazetteer()
	if err != nil {
		return nil, err
	}
	chapters, err := p.chapterNames()
	if err != nil {
		return nil, err
	}
	merged, err := p.mergedAddresses()
	return &memberList{merged: merged, p: p, columns: columns, office: office, dry: dry, places: places, chapters: chapters, there: p.Store.WaitDirectory(),
		byEmail: make(map[string]*earlier, rows), byName: make(map[string][]*earlier, rows), byID: make(map[string]*earlier, rows),
		offices: map[string]string{}, cell: map[string]string{}}, err
}

func (l *memberList) row(cells []string, number int, r *Report) (store.Record, error) {
	l.gather(cells)
	if len(r.Sample) < sampleRows {
		sample := map[string]string{}
		for field, value := range l.cell {
			sample[field] = value
		}
		r.Sample = append(r.Sample, sample)
	}
	name := strings.TrimSpace(l.cell["given"] + " " + l.cell["family"])
	m, err := l.read()
	if err != nil {
		r.Refused = append(r.Refused, Refusal{Row: number, Name: name, Reason: err})
		return nil, nil
	}
	return l.place(m, number, name, r)
}

// gather puts a row's cells under their fields. Of several columns of one field, addresses and chapters are
// all taken, of the others the first that is filled.
func (l *memberList) gather(cells []string) {
	clear(l.cell)
	for i, c := range l.columns {
		if c.Field == "" || i >= len(cells) || cells[i] == "" {
			continue
		}
		value := table.Rearm(cells[i])
		if c.Field != "notes" && c.Field != "email" && c.Field != "chapters" {
			value = onOneLine(value)
		}
		switch before := l.cell[c.Field]; {
		case before == "":
			l.cell[c.Field] = value
		case c.Field == "email" || c.Field == "chapters":
			l.cell[c.Field] = before + "; " + value
		}
	}
	if full := l.cell["full_name"]; full != "" && l.cell["given"] == "" && l.cell["family"] == "" {
		l.cell["given"], l.cell["family"] = splitName(full)
	}
	delete(l.cell, "full_name")
}

// onOneLine takes out the line breaks that people put into narrow cells.
func onOneLine(value string) string {
	if strings.ContainsAny(value, "\n\r\t\v\f\u00a0") {
		return strings.Join(strings.Fields(value), " ")
	}
	return value
}

// read understands a row, or says why not.
func (l *memberList) read() (*store.Member, error) {
	m := &store.Member{ID: l.cell["id"]}
	var err error
	for _, field := range []string{"given", "family", "phone", "title", "notes"} {
		if *memberText(m, field), err = tidy(field, l.cell[field]); err != nil {
			return nil, err
		}
	}
	if m.Given == "" && m.Family == "" {
		return nil, fault.New("name_missing")
	}
	var others []string
	if m.Email, others, err = readEmails(l.cell["email"]); err != nil {
		return nil, err
	}
	m.Notes = addLines(m.Notes, others)
	if err := l.readWords(m); err != nil {
		return nil, err
	}
	if m.TermStart != "" && m.TermEnd != "" && m.TermEnd < m.TermStart {
		return nil, fault.New("term_backwards", "start", m.TermStart, "end", m.TermEnd)
	}
	return m, l.readPlaces(m)
}

func (l *memberList) readWords(m *store.Member) (err error) {
	if m.Role, err = readRole(l.cell["role"]); err != nil {
		return err
	}
	if m.Role == "" {
		m.Role = roleOfTitle(m.Title)
	}
	if m.Language, err = readLanguage(l.cell["language"]); err != nil {
		return err
	}
	if m.TermStart, err = readDate(l.cell["term_start"]); err != nil {
		return err
	}
	if m.TermEnd, err = readDate(l.cell["term_end"]); err != nil {
		return err
	}
	m.Zone, err = checkZone(l.cell["zone"])
	return err
}

func (l *memberList) readPlaces(m *store.Member) (err error) {
	if name := l.cell["community"]; name != "" {
		if l.places.byID[name] != nil {
			m.Community = name
		} else if m.Community, err = l.places.find(name, l.cell["province"]); err != nil {
			return err
		}
	}
	for _, name := range splitNames(l.cell["chapters"]) {
		id, err := l.p.byID(store.KindChapter, name)
		if err == nil && id == "" {
			id, err = l.chapters.find(name)
		}
		if err != nil {
			return err
		}
		m.Chapters = union(m.Chapters, []string{id})
	}
	m.Office, err = l.officeID(l.cell["office"])
	return err
}

// officeID remembers what it found: a list names few offices, on every row.
func (l *memberList) officeID(name string) (string, error) {
	if id, known := l.offices[name]; known {
		return id, nil
	}
	id, err := l.p.officeID(name)
	if err == nil {
		l.offices[name] = id
	}
	return id, err
}
