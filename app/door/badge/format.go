package badge

import (
	"slices"

	"example.org/carnet/app/paper"
	"example.org/carnet/store/fault"
)

// Format is how badges lie on a page, in mm.
type Format struct {
	Name       string
	Page       paper.Size
	Cell       paper.Size // of one badge
	Left, Top  float64    // of the first one
	DX, DY     float64    // from one to the next
	Cols, Rows int
	Cut        bool // plain paper: marks say where to cut
}

const inch = 25.4

// Formats are those that can be printed. The first two are for plain paper; then sheets of labels by the numbers that Avery
// gives them, which other makers print on their boxes too; then printers of single labels.
var Formats = []Format{
	{Name: "a4", Page: paper.A4, Cell: paper.Size{W: 95, H: 67}, Left: 10, Top: 14.5, DX: 95, DY: 67, Cols: 2, Rows: 4, Cut: true},
	{Name: "letter", Page: paper.Letter, Cell: paper.Size{W: 4 * inch, H: 3 * inch}, Left: 0.25 * inch, Top: inch, DX: 4 * inch, DY: 3 * inch, Cols: 2, Rows: 3, Cut: true},
	{Name: "l7163", Page: paper.A4, Cell: paper.Size{W: 99.1, H: 38.1}, Left: 4.65, Top: 15.15, DX: 101.6, DY: 38.1, Cols: 2, Rows: 7},
	{Name: "l7165", Page: paper.A4, Cell: paper.Size{W: 99.1, H: 67.7}, Left: 4.65, Top: 13.1, DX: 101.6, DY: 67.7, Cols: 2, Rows: 4},
	{Name: "5163", Page: paper.Letter, Cell: paper.Size{W: 4 * inch, H: 2 * inch}, Left: 0.15625 * inch, Top: 0.5 * inch, DX: 4.1875 * inch, DY: 2 * inch, Cols: 2, Rows: 5},
	{Name: "5392", Page: paper.Letter, Cell: paper.Size{W: 4 * inch, H: 3 * inch}, Left: 0.25 * inch, Top: inch, DX: 4 * inch, DY: 3 * inch, Cols: 2, Rows: 3},
	{Name: "5395", Page: paper.Letter, Cell: paper.Size{W: 3.375 * inch, H: 2.3333 * inch}, Left: 0.6875 * inch, Top: 0.5833 * inch, DX: 3.75 * inch, DY: 2.5 * inch, Cols: 2, Rows: 4},
	single("label-62", 100, 62),
	single("label-4x6", 4*inch, 6*inch),
}

// single is one badge a page.
func single(name string, w, h float64) Format {
	size := paper.Size{W: w, H: h}
	return Format{Name: name, Page: size, Cell: size, Cols: 1, Rows: 1}
}

// FormatNames lists the names of all formats.
func FormatNames() []string {
	names := make([]string, len(Formats))
	for i, f := range Formats {
		names[i] = f.Name
	}
	return names
}

// FormatNamed finds a format; empty means the first. Fault bad_choice.
func FormatNamed(name string) (Format, error) {
	if name == "" {
		return Formats[0], nil
	}
	at := slices.IndexFunc(Formats, func(f Format) bool { return f.Name == name })
	if at < 0 {
		return Format{}, fault.New("bad_choice", "field", "format", "value", name, "choices", choices(FormatNames()))
	}
	return Formats[at], nil
}

// PerPage is how many badges there are on a page.
func (f Format) PerPage() int { return f.Cols * f.Rows }

// corner is where the badge at a place of a page begins.
func (f Format) corner(place int) (x, y float64) {
	return f.Left + float64(place%f.Cols)*f.DX, f.Top + float64(place/f.Cols)*f.DY
}
