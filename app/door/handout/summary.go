package handout

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"example.org/carnet/app/door"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/people/table"
	"example.org/carnet/store/fault"
)

// Group is one way to count people.
type Group struct {
	Kind   string
	Counts []door.Count
}

// Groups are the ways in which a summary counts them, in order.
func Groups(s door.Summary) []Group {
	return []Group{{Role, s.Roles}, {Chapter, s.Chapters}, {Community, s.Communities}, {Province, s.Provinces}, {Language, s.Languages}}
}

// SummaryFile writes a summary: csv has a line a person, xlsx that and the figures, pdf the figures and a picture. Faults: bad_format and
// those of files.
func (h *Handout) SummaryFile(s door.Summary, format, lang, path string) error {
	raw, err := h.SummaryBytes(s, format, lang)
	if err != nil {
		return err
	}
	return write(path, raw)
}

// SummaryBytes makes the same in memory; an empty format is csv.
func (h *Handout) SummaryBytes(s door.Summary, format, lang string) ([]byte, error) {
	w := locale.For(lang)
	switch format {
	case "", "csv":
		return h.summaryCSV(s, w)
	case "xlsx":
		return h.summaryBook(s, w)
	case "pdf":
		return h.summaryPDF(s, w)
	}
	return nil, fault.New("bad_format", "value", format)
}

var summaryColumns = []string{"family", "given", "community", "province", "role", "language", "chapters", "first_in", "last_out", "minutes", "registered", "walk_in",
	"first_time", "late", "left_early", "sources", "notes"}

func columnNames(w *locale.Words) []string {
	names := make([]string, len(summaryColumns))
	for i, column := range summaryColumns {
		names[i] = w.Say("summary.column."+column, nil)
	}
	return names
}

// personRow is one line of the list.
func (h *Handout) personRow(s door.Summary, c door.Came, w *locale.Words, names Names) []string {
	var chapters, notes []string
	for _, id := range c.Card.Chapters {
		chapters = append(chapters, names.Of(Chapter, id))
	}
	for _, n := range c.Notes {
		notes = append(notes, NoteText(w, s.Meeting.Meeting, door.LookAt{Member: c.Member, Note: n}, names.nameOf))
	}
	return []string{c.Card.Family, c.Card.Given, either(w.Lang(), c.Card.Community, c.Card.CommunityFR), c.Card.Province, named(names, Role, c.Card.Role),
		named(names, Language, c.Card.Language), strings.Join(chapters, "; "), h.clock(s, c.FirstIn), h.clock(s, c.LastOut), strconv.Itoa(c.Minutes),
		yes(w, c.Registered), yes(w, c.WalkIn), yes(w, c.FirstTime), yes(w, c.Late), yes(w, c.LeftEarly), Sources(w, c.Sources), strings.Join(notes, " ")}
}

func named(n Names, kind, key string) string {
	if key == "" {
		return ""
	}
	return n.Of(kind, key)
}

func yes(w *locale.Words, is bool) string {
	if is {
		return w.Say("summary.yes", nil)
	}
	return ""
}

// clock writes a moment as spreadsheets read it, on the meeting's clock.
func (h *Handout) clock(s door.Summary, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return onClock(t, s.Meeting.Meeting).Format("2006-01-02 15:04")
}

func (h *Handout) summaryCSV(s door.Summary, w *locale.Words) ([]byte, error) {
	var out bytes.Buffer
	to, err := table.NewWriter(&out, "csv", columnNames(w))
	if err != nil {
		return nil, err
	}
	names := h.Names(w)
	for _, c := range s.People {
		if err := to.Row(h.personRow(s, c, w, names)); err != nil {
			return nil, err
		}
	}
	if err := to.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// book is a workbook being filled: texts stay texts, so nothing in it is run as a formula.
type book struct {
	file *excelize.File
	row  map[string]int
	err  error
}

func (b *book) add(sheet string, cells ...any) {
	if b.err != nil {
		return
	}
	if b.row[sheet] == 0 {
		if _, b.err = b.file.NewSheet(sheet); b.err != nil {
			return
		}
	}
	b.row[sheet]++
	cell, err := excelize.CoordinatesToCellName(1, b.row[sheet])
	if err != nil {
		b.err = err
		return
	}
	b.err = b.file.SetSheetRow(sheet, cell, &cells)
}

func (h *Handout) summaryBook(s door.Summary, w *locale.Words) ([]byte, error) {
	b := &book{file: excelize.NewFile(), row: map[string]int{}}
	defer func() { _ = b.file.Close() }()
	names, sheet := h.Names(w), func(key string) string { return w.Say("summary.sheet."+key, nil) }
	b.add(sheet("figures"), heading(w, s.Meeting))
	for _, f := range Figures(w, s) {
		b.add(sheet("figures"), f.Label, f.Value)
	}
	b.add(sheet("figures"), ClosedText(w, s.Meeting.Meeting, s.Closed))
	for _, g := range Groups(s) {
		b.add(sheet("figures"))
		b.add(sheet("figures"), w.Say("summary.by."+g.Kind, nil), w.Say("summary.people", nil), w.Say("summary.minutes", nil))
		for _, c := range g.Counts {
			b.add(sheet("figures"), names.Of(g.Kind, c.Key), c.People, c.Minutes)
		}
	}
	b.add(sheet("people"), anys(columnNames(w))...)
	for _, c := range s.People {
		row := anys(h.personRow(s, c, w, names))
		row[9] = c.Minutes
		b.add(sheet("people"), row...)
	}
	b.add(sheet("over"), w.Say("summary.time", nil), w.Say("summary.inside", nil))
	for _, p := range s.Over {
		b.add(sheet("over"), h.clock(s, p.At), p.Inside)
	}
	if b.err == nil {
		b.err = b.file.DeleteSheet("Sheet1")
	}
	if b.err != nil {
		return nil, b.err
	}
	out, err := b.file.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func anys(texts []string) []any {
	list := make([]any, len(texts))
	for i, text := range texts {
		list[i] = text
	}
	return list
}
