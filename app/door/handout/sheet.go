package handout

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.org/carnet/app/door"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/paper"
	"example.org/carnet/store/fault"
)

// SheetOrder says which rosters to print for when everything else is down.
type SheetOrder struct {
	Meeting string // whole id
	Station string // one door; empty for all that the meeting has
	Format  string // a4 or letter
	Sort    string // ByName or ByCommunity
	Lang    string
}

// Sheets is what was printed.
type Sheets struct {
	People, Pages, Doors int
	Lacking              []string
}

// The measures of a sheet, in mm.
const (
	sheetEdge  = 12.0
	rowHeight  = 11.0
	boxSide    = 6.0
	walkInRows = 12 // at least, for each door
)

// Sheet makes a roster for each door: one row a person, with its code, boxes for in and out and room for their times, and empty rows for who is
// not on the list. Faults: unknown_id, bad_choice, nobody_expected.
func (h *Handout) Sheet(o SheetOrder) (pdf []byte, s Sheets, err error) {
	m, err := h.Meetings.Get(o.Meeting)
	if err != nil {
		return nil, s, err
	}
	size, err := pageOf(o.Format)
	if err != nil {
		return nil, s, err
	}
	list, err := h.chosen(m, nil, o.Sort, o.Lang)
	if err != nil {
		return nil, s, err
	}
	doors := m.Stations
	switch {
	case o.Station != "":
		doors = []string{o.Station}
	case len(doors) == 0:
		doors = []string{""}
	}
	ids := make([]string, len(list))
	for i, g := range list {
		ids[i] = g.ID
		if paper.Lacks(g.Name + g.Community) {
			s.Lacking = append(s.Lacking, g.Name)
		}
	}
	words := locale.For(o.Lang)
	p := &sheetPages{words: words, size: size, plan: meetings.Plan(m), codes: door.RowCodes(m.ID, ids), doc: paper.New(titleOf(m, words), words.Lang(), h.Now())}
	for _, name := range doors {
		p.door(name, list)
	}
	s.People, s.Doors, s.Pages = len(list), len(doors), p.pages
	pdf, err = p.doc.Bytes()
	return pdf, s, err
}

// SheetFile writes it to a file. Besides those of Sheet: faults of files.
func (h *Handout) SheetFile(o SheetOrder, path string) (Sheets, error) {
	pdf, s, err := h.Sheet(o)
	if err != nil {
		return s, err
	}
	return s, write(path, pdf)
}

func pageOf(format string) (paper.Size, error) {
	switch format {
	case "", "a4":
		return paper.A4, nil
	case "letter":
		return paper.Letter, nil
	}
	return paper.Size{}, fault.New("bad_choice", "field", "format", "value", format, "choices", "a4, letter")
}

type sheetPages struct {
	words *locale.Words
	size  paper.Size
	plan  meetings.Planned
	codes map[string]string
	doc   *paper.Doc
	pages int

	station      string
	number, last int // of this page among those of its door
	y            float64
}

// door prints the roster of one door.
func (p *sheetPages) door(station string, list []Guest) {
	perPage := int((p.size.H - sheetEdge - p.top() - 8) / rowHeight)
	rows := len(list) + walkInRows
	p.station, p.number, p.last = station, 0, (rows+perPage-1)/perPage
	total := p.last * perPage // what is left of the last page is for walk-ins too
	for i := range total {
		if i%perPage == 0 {
			p.page()
		}
		if i < len(list) {
			p.row(list[i])
		} else {
			p.empty(i - len(list) + 1)
		}
		p.y += rowHeight
	}
}

func (p *sheetPages) top() float64 { return sheetEdge + 23 }

// page begins a page: what it is, how to use it, and the heads of the columns.
func (p *sheetPages) page() {
	p.pages++
	p.number++
	d, w, right := p.doc, p.words, p.size.W-sheetEdge
	d.Page(p.size)
	d.Grey(0)
	title := titleOf(p.plan.Meeting, w)
	if p.station != "" {
		title = w.Say("sheet.door", map[string]string{"door": p.station}) + " · " + title
	}
	d.Write(sheetEdge, sheetEdge, d.Fit(title, paper.Bold, right-sheetEdge-30, 8, 6, 1), paper.Bold)
	d.Right(right, sheetEdge+5, w.Say("sheet.page", map[string]string{"n": strconv.Itoa(p.number), "of": strconv.Itoa(p.last)}), paper.Regular, 3.6)
	day := ""
	if !p.plan.Start.IsZero() {
		day = begun(w.Date(p.plan.Start, locale.FullDate)) + ". "
	}
	d.Write(sheetEdge, sheetEdge+9, d.Fit(day+w.Say("sheet.how", nil), paper.Regular, right-sheetEdge, 8, 3.4, 2), paper.Regular)
	c := p.columns()
	for key, x := range map[string]float64{"sheet.code": sheetEdge, "sheet.name": c.name, "sheet.in": c.in, "sheet.out": c.out} {
		d.Text(x, p.top()-1.5, w.Say(key, nil), paper.Bold, 3.2)
	}
	d.Line(sheetEdge, p.top(), right, p.top(), 0.4)
	p.y = p.top()
}

// columns are where they begin.
type columns struct{ name, in, out float64 }

func (p *sheetPages) columns() columns {
	right := p.size.W - sheetEdge
	return columns{name: sheetEdge + 24, in: right - 58, out: right - 28}
}

func (p *sheetPages) row(g Guest) {
	d, c := p.doc, p.columns()
	d.Grey(0)
	d.Text(sheetEdge, p.y+7.2, p.codes[g.ID], paper.Bold, 4.6)
	width := c.in - c.name - 4
	name := joined(g.Family, g.Given)
	d.Write(c.name, p.y+1, d.Fit(name, paper.Bold, width, 5.4, 5, 1), paper.Bold)
	role := ""
	if key := "role.short." + g.Role; p.words.Has(key) {
		role = p.words.Say(key, nil)
	}
	d.Write(c.name, p.y+6.6, d.Fit(strings.Join(nonempty(g.Community, role), " · "), paper.Regular, width, 3.4, 3.2, 1), paper.Regular)
	p.boxes()
}

// empty is a row for who is not on the list.
func (p *sheetPages) empty(n int) {
	d, c := p.doc, p.columns()
	d.Grey(110)
	d.Text(sheetEdge, p.y+7.2, "+ "+strconv.Itoa(n), paper.Regular, 3.6)
	d.Text(c.name, p.y+9.6, p.words.Say("sheet.walk_in", nil), paper.Regular, 2.2)
	d.Grey(0)
	p.boxes()
}

// boxes are those to tick, with a line for the time beside each, and the line below the row.
func (p *sheetPages) boxes() {
	d, c := p.doc, p.columns()
	for _, x := range []float64{c.in, c.out} {
		d.Box(x, p.y+2.4, boxSide, boxSide, 0.4)
		d.Line(x+boxSide+2, p.y+8.4, x+26, p.y+8.4, 0.2)
	}
	d.Grey(190)
	d.Line(sheetEdge, p.y+rowHeight, p.size.W-sheetEdge, p.y+rowHeight, 0.15)
	d.Grey(0)
}

// begun is a text as a sentence begins.
func begun(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// joined is a name as lists have it.
func joined(family, given string) string { return strings.Join(nonempty(family, given), ", ") }

func nonempty(texts ...string) (some []string) {
	for _, text := range texts {
		if text != "" {
			some = append(some, text)
		}
	}
	return some
}
