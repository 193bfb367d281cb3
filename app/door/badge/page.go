package badge

import (
	"strings"
	"time"

	"example.org/carnet/app/paper"
)

// Person is what stands on one badge, in words of the person's language.
type Person struct {
	Given, Family string
	Community     string
	Role          string
	Speaks        string // the languages that they speak, each in itself
	Code          string // of Seal; empty prints none
}

// Name is how the person is called.
func (p Person) Name() string { return strings.TrimSpace(p.Given + " " + p.Family) }

// Sheet is an order to print.
type Sheet struct {
	Format Format
	Title  string // of the meeting, on each badge and of the document
	Lang   string
	Now    time.Time
	Skip   int // places of the first page that are used already
}

// Print writes the badges in the order given.
func (s Sheet) Print(people []Person) ([]byte, error) {
	doc := paper.New(s.Title, s.Lang, s.Now)
	per := s.Format.PerPage()
	place := max(0, s.Skip) % per
	for i := range people {
		if i == 0 || place == per {
			doc.Page(s.Format.Page)
			if s.Format.Cut {
				s.cutMarks(doc)
			}
			place %= per
		}
		x, y := s.Format.corner(place)
		if err := s.one(doc, people[i], x, y); err != nil {
			return nil, err
		}
		place++
	}
	if len(people) == 0 {
		doc.Page(s.Format.Page)
	}
	return doc.Bytes()
}

// area is where on a badge something goes.
type area struct{ x, y, w, h float64 }

// layout is where the parts of a badge go. The name takes the most.
type layout struct {
	title, name, foot, code area
	lines                   int // that a name may take
}

// lay parts a badge: a wide one has the code at the foot on the right, or all along its right where it is low; a tall one
// has it below.
func lay(x, y float64, cell paper.Size) layout {
	pad := min(max(min(cell.W, cell.H)*0.06, 2.5), 7)
	x, y, w, h := x+pad, y+pad, cell.W-2*pad, cell.H-2*pad
	title := min(max(h*0.06, 2.4), 4.5)
	l := layout{title: area{x, y, w, title}, lines: 3}
	top, rest := y+title*1.8, h-title*1.8 // accents of capitals rise above their line
	switch {
	case cell.H > cell.W:
		side := min(w*0.5, rest*0.34)
		l.code = area{x + (w-side)/2, y + h - side, side, side}
		l.name = area{x, top, w, rest * 0.38}
		l.foot = area{x, top + rest*0.4, w, rest*0.6 - side - pad}
	case h < 42: // low: there is no room below the name for a code that is read at once
		side := min(rest, w*0.3)
		l.code = area{x + w - side, top + (rest-side)/2, side, side}
		l.name = area{x, top, w - side - pad, rest * 0.58}
		l.foot = area{x, top + rest*0.62, w - side - pad, rest * 0.38}
	default:
		side := min(rest*0.48, w*0.34)
		l.code = area{x + w - side, y + h - side, side, side}
		l.name = area{x, top, w, rest - side - pad/2}
		l.foot = area{x, y + h - side, w - side - pad, side}
	}
	return l
}

const (
	largestName = 24.0 // mm of letters; larger ones no longer help anybody
	mostFoot    = 6.2
)

func (s Sheet) one(doc *paper.Doc, p Person, x, y float64) error {
	l := lay(x, y, s.Format.Cell)
	doc.Grey(90)
	doc.Write(l.title.x, l.title.y, doc.Fit(s.Title, paper.Regular, l.title.w, l.title.h, l.title.h, 1), paper.Regular)
	doc.Grey(0)
	name := doc.Fit(p.Name(), paper.Bold, l.name.w, l.name.h, largestName, l.lines)
	doc.Write(l.name.x, l.name.y+(l.name.h-name.Height())/2, name, paper.Bold)
	s.foot(doc, p, l.foot)
	if p.Code == "" {
		return nil
	}
	return doc.QR(p.Code, l.code.x, l.code.y, l.code.w)
}

// foot writes community, role and languages from the foot of the area up, as large as fits.
func (s Sheet) foot(doc *paper.Doc, p Person, a area) {
	share := 0.62
	if p.Role+p.Speaks == "" {
		share = 1
	}
	community := doc.Fit(p.Community, paper.Bold, a.w, a.h*share, mostFoot, 2)
	below := roleAndSpeaks(doc, p, a.w, a.h*0.36, min(mostFoot*0.75, max(community.Size, 3)))
	y := a.y + a.h - below.Height() - 0.4
	doc.Write(a.x, y, below, paper.Regular)
	doc.Write(a.x, y-community.Height()-0.8, community, paper.Bold)
}

// roleAndSpeaks stand on one line, or on one each where that lets both be larger: a line never ends within one of them to begin the other.
func roleAndSpeaks(doc *paper.Doc, p Person, w, h, size float64) paper.Fitted {
	parts := filled(p.Role, p.Speaks)
	one := doc.Fit(strings.Join(parts, " · "), paper.Regular, w, h, size, 1)
	if len(parts) < 2 || one.Size > size*0.9 {
		if len(parts) < 2 {
			one = doc.Fit(strings.Join(parts, ""), paper.Regular, w, h, size, 2)
		}
		return one
	}
	two := paper.Fitted{Size: size}
	for _, part := range parts {
		line := doc.Fit(part, paper.Regular, w, h/paper.Lines(len(parts)), size, 1)
		two.Size, two.Lines = min(two.Size, line.Size), append(two.Lines, line.Lines...)
	}
	if two.Size > one.Size*1.05 {
		return two
	}
	return one
}

func filled(texts ...string) (some []string) {
	for _, text := range texts {
		if text != "" {
			some = append(some, text)
		}
	}
	return some
}

// cutMarks draws short lines at the edges of the page, in line with the edges of the badges.
func (s Sheet) cutMarks(doc *paper.Doc) {
	const long, off = 5.0, 1.5
	f := s.Format
	right, foot := f.Left+float64(f.Cols-1)*f.DX+f.Cell.W, f.Top+float64(f.Rows-1)*f.DY+f.Cell.H
	doc.Grey(150)
	for col := range f.Cols + 1 {
		x := f.Left + float64(col)*f.DX
		doc.Line(x, f.Top-off, x, f.Top-off-long, 0.2)
		doc.Line(x, foot+off, x, foot+off+long, 0.2)
	}
	for row := range f.Rows + 1 {
		y := f.Top + float64(row)*f.DY
		doc.Line(f.Left-off, y, f.Left-off-long, y, 0.2)
		doc.Line(right+off, y, right+off+long, y, 0.2)
	}
}

func choices(names []string) string { return strings.Join(names, ", ") }
