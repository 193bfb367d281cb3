// Package paper makes what is printed: PDF pages in Carnet's own typeface, with accents and Canadian Aboriginal
// syllabics, codes that machines read, and text that is made to fit. It knows sizes and letters; it never knows records,
// use cases or files.
package paper

import (
	"bytes"
	_ "embed"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

//go:embed fonts/radio-canada-regular.ttf
var regular []byte

//go:embed fonts/radio-canada-bold.ttf
var bold []byte

const family = "Radio Canada"

// Weight is how strong letters are.
type Weight string

// The weights that are bundled.
const (
	Regular Weight = ""
	Bold    Weight = "B"
)

// Size is of a page, in mm.
type Size struct{ W, H float64 }

// The sizes of office paper.
var (
	A4     = Size{210, 297}
	Letter = Size{215.9, 279.4}
)

// Landscape turns a page.
func (s Size) Landscape() Size { return Size{max(s.W, s.H), min(s.W, s.H)} }

// Doc is a document being written. Places are in mm from the left and the top, sizes of letters too.
type Doc struct {
	pdf *fpdf.Fpdf
}

// New begins a document; title and language are what readers and screen readers are told.
func New(title, lang string, now time.Time) *Doc {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetCellMargin(0)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(now.UTC())
	pdf.SetModificationDate(now.UTC())
	pdf.SetTitle(Printable(title), true)
	pdf.SetProducer("Carnet", true)
	pdf.SetLang(lang)
	pdf.AddUTF8FontFromBytes(family, string(Regular), bytes.Clone(regular))
	pdf.AddUTF8FontFromBytes(family, string(Bold), bytes.Clone(bold))
	return &Doc{pdf: pdf}
}

// Page begins a page.
func (d *Doc) Page(s Size) {
	orientation := "P"
	if s.W > s.H {
		orientation = "L"
	}
	// The library swaps the sides of what it is told is turned.
	d.pdf.AddPageFormat(orientation, fpdf.SizeType{Wd: min(s.W, s.H), Ht: max(s.W, s.H)})
}

// Bytes ends the document.
func (d *Doc) Bytes() ([]byte, error) {
	var out bytes.Buffer
	err := d.pdf.Output(&out)
	return out.Bytes(), err
}

const pointsPerMM = 72 / 25.4

// font chooses weight and size, which is in mm.
func (d *Doc) font(w Weight, size float64) { d.pdf.SetFont(family, string(w), size*pointsPerMM) }

// Width is how long a text is.
func (d *Doc) Width(text string, w Weight, size float64) float64 {
	d.font(w, size)
	return d.pdf.GetStringWidth(Printable(text))
}

// Text writes one line that begins at x and stands on y.
func (d *Doc) Text(x, y float64, text string, w Weight, size float64) {
	d.font(w, size)
	d.pdf.Text(x, y, Printable(text))
}

// Right writes one line that ends at x.
func (d *Doc) Right(x, y float64, text string, w Weight, size float64) {
	d.Text(x-d.Width(text, w, size), y, text, w, size)
}

// Grey chooses how dark letters, lines and areas are from here on: 0 is black, 255 white.
func (d *Doc) Grey(level int) {
	d.pdf.SetTextColor(level, level, level)
	d.pdf.SetDrawColor(level, level, level)
	d.pdf.SetFillColor(level, level, level)
}

// Line draws a line of a thickness.
func (d *Doc) Line(x1, y1, x2, y2, thick float64) {
	d.pdf.SetLineWidth(thick)
	d.pdf.Line(x1, y1, x2, y2)
}

// Box draws an empty rectangle.
func (d *Doc) Box(x, y, w, h, thick float64) {
	d.pdf.SetLineWidth(thick)
	d.pdf.Rect(x, y, w, h, "D")
}

// Area fills a rectangle.
func (d *Doc) Area(x, y, w, h float64) { d.pdf.Rect(x, y, w, h, "F") }
