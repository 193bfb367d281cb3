package paper

import (
	"strings"
)

// leading is the distance of lines, in sizes of letters.
const leading = 1.08

// Fitted is a text in lines of one size.
type Fitted struct {
	Lines []string
	Size  float64
}

// Height is what the lines take, from the top of the first to the foot of the last.
func (f Fitted) Height() float64 { return f.Size * Lines(len(f.Lines)) }

// Lines is what so many lines take, in sizes of letters.
func Lines(n int) float64 {
	if n == 0 {
		return 0
	}
	return 1 + leading*float64(n-1)
}

// Fit makes a text as large as a box allows, in at most so many lines, and never larger than size. Lines break at spaces and
// after hyphens and dashes. A text is never cut: it gets smaller.
func (d *Doc) Fit(text string, w Weight, width, height, size float64, lines int) Fitted {
	pieces := breakable(Printable(text))
	if len(pieces) == 0 || width <= 0 || height <= 0 {
		return Fitted{}
	}
	widths := make([]float64, len(pieces))
	for i, piece := range pieces {
		d.font(w, 1)
		widths[i] = d.pdf.GetStringWidth(piece) // with the space that it may end in
	}
	var best Fitted
	for n := 1; n <= min(lines, len(pieces)); n++ {
		rows, widest := split(pieces, widths, n)
		at := min(size, width/widest, height/(1+leading*float64(n-1)))
		if at > best.Size*1.02 { // fewer lines where it hardly matters
			best = Fitted{rows, at}
		}
	}
	return best
}

// breakable cuts a text where a line may end; a space stays at the end of its piece.
func breakable(text string) (pieces []string) {
	start := 0
	runes := []rune(strings.TrimSpace(text))
	for i, r := range runes {
		last := i == len(runes)-1
		if last || breaks(r) || strings.ContainsRune("-‐–—/", r) && i > start {
			pieces = append(pieces, string(runes[start:i+1]))
			start = i + 1
		}
	}
	return pieces
}

// split parts pieces into n lines so that the widest is as short as can be: the least width that needs no more lines.
func split(pieces []string, widths []float64, n int) (rows []string, widest float64) {
	low, high := 0.0, 0.0
	for _, w := range widths {
		low, high = max(low, w), high+w
	}
	for range 24 {
		middle := (low + high) / 2
		if len(filled(pieces, widths, middle)) <= n {
			high = middle
		} else {
			low = middle
		}
	}
	rows = filled(pieces, widths, high)
	at := 0
	for i := range rows {
		wide, text := 0.0, ""
		for len(text) < len(rows[i]) {
			text, wide = text+pieces[at], wide+widths[at]
			at++
		}
		widest = max(widest, wide)
		rows[i] = strings.TrimSpace(rows[i])
	}
	return rows, widest
}

func filled(pieces []string, widths []float64, width float64) (rows []string) {
	row, wide := "", 0.0
	for i, piece := range pieces {
		if row != "" && wide+widths[i] > width {
			rows = append(rows, row)
			row, wide = "", 0
		}
		row, wide = row+piece, wide+widths[i]
	}
	return append(rows, row)
}

// capital is how far capitals rise above the line, in sizes of letters.
const capital = 0.8

// Write puts fitted lines at the left of a box whose top is y, and gives where they end.
func (d *Doc) Write(x, y float64, f Fitted, w Weight) (foot float64) {
	for i, line := range f.Lines {
		d.Text(x, y+f.Size*(capital+leading*float64(i)), line, w, f.Size)
	}
	return y + f.Height()
}
