package table

import (
	"bufio"
	"encoding/csv"
	"io"
	"strings"

	"github.com/emersion/go-vcard"
	"github.com/xuri/excelize/v2"

	"example.org/carnet/store/fault"
)

// Writer writes a list: headings first, then rows of the same width, then Close.
type Writer interface {
	Row(cells []string) error
	Close() error
}

// NewWriter gives a writer of csv (UTF-8 with a byte order mark, for spreadsheets), xlsx or vcf. A vcf has
// columns by the names of its reader. Fault bad_format.
func NewWriter(to io.Writer, format string, headings []string) (Writer, error) {
	switch format {
	case "csv":
		return newCSVWriter(to, headings)
	case "xlsx":
		return newBookWriter(to, headings)
	case "vcf":
		return &cardWriter{to: bufio.NewWriter(to), headings: headings}, nil
	}
	return nil, fault.New("bad_format", "value", format)
}

type csvWriter struct {
	to   *csv.Writer
	room []string
}

func newCSVWriter(to io.Writer, headings []string) (*csvWriter, error) {
	if _, err := io.WriteString(to, "\uFEFF"); err != nil {
		return nil, err
	}
	w := &csvWriter{to: csv.NewWriter(to)}
	w.to.UseCRLF = true
	return w, w.Row(headings)
}

func (w *csvWriter) Row(cells []string) error {
	w.room = w.room[:0]
	for _, cell := range cells {
		w.room = append(w.room, Disarm(cell))
	}
	return w.to.Write(w.room)
}

func (w *csvWriter) Close() error { w.to.Flush(); return w.to.Error() }

// Disarm puts an apostrophe before a text that a spreadsheet would run as a formula; Rearm takes it off.
func Disarm(cell string) string {
	if cell == "" || !strings.ContainsRune("=@+-\t\r", rune(cell[0])) {
		return cell
	}
	if strings.Trim(cell[1:], "0123456789 ()-./+") == "" && (cell[0] == '+' || cell[0] == '-') {
		return cell // a phone number
	}
	return "'" + cell
}

// Rearm gives a text as it was before Disarm.
func Rearm(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune("=@+-\t\r", rune(cell[1])) {
		return cell[1:]
	}
	return cell
}

type bookWriter struct {
	to    io.Writer
	book  *excelize.File
	sheet *excelize.StreamWriter
	row   int
}

func newBookWriter(to io.Writer, headings []string) (*bookWriter, error) {
	book := excelize.NewFile()
	sheet, err := book.NewStreamWriter(book.GetSheetName(0))
	if err != nil {
		return nil, err
	}
	if err := sheet.SetColWidth(1, max(1, len(headings)), 20); err != nil {
		return nil, err
	}
	w := &bookWriter{to: to, book: book, sheet: sheet}
	return w, w.Row(headings)
}

func (w *bookWriter) Row(cells []string) error {
	w.row++
	values := make([]any, len(cells))
	for i, cell := range cells {
		values[i] = cell
	}
	at, err := excelize.CoordinatesToCellName(1, w.row)
	if err != nil {
		return err
	}
	return w.sheet.SetRow(at, values)
}

func (w *bookWriter) Close() error {
	defer func() { _ = w.book.Close() }()
	if err := w.sheet.Flush(); err != nil {
		return err
	}
	return w.book.Write(w.to)
}

type cardWriter struct {
	to       *bufio.Writer
	headings []string
}

func (w *cardWriter) Row(cells []string) error {
	card := vcard.Card{}
	card.SetValue(vcard.FieldVersion, "4.0")
	name := &vcard.Name{}
	for i, cell := range cells {
		switch w.headings[i] {
		case "given":
			name.GivenName = cell
		case "family":
			name.FamilyName = cell
		case "id":
			card.SetValue("UID", "urn:carnet:"+cell)
		default:
			w.put(card, w.headings[i], cell)
		}
	}
	card.SetName(name)
	card.SetValue(vcard.FieldFormattedName, strings.TrimSpace(name.GivenName+" "+name.FamilyName))
	return vcard.NewEncoder(w.to).Encode(card)
}

func (w *cardWriter) put(card vcard.Card, heading, cell string) {
	for _, c := range cardColumns {
		if c.heading == heading && c.property != "" && cell != "" {
			card.SetValue(c.property, cell)
		}
	}
}

func (w *cardWriter) Close() error { return w.to.Flush() }
