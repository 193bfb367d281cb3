package paper

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is the white that must stand around a code, in modules.
const quiet = 4

// QR draws a code of capitals and digits in a square of this side, its quiet zone within. A quarter of it may be lost.
func (d *Doc) QR(code string, x, y, side float64) error {
	drawn, err := qr.Encode(code, qr.Q, qr.AlphaNumeric)
	if err != nil {
		return err
	}
	n := drawn.Bounds().Dx()
	module := side / float64(n+2*quiet)
	dark := func(i, j int) bool { r, _, _, _ := drawn.At(i, j).RGBA(); return r == 0 }
	for j := range n {
		for i := 0; i < n; i++ {
			run := i
			for run < n && dark(run, j) {
				run++
			}
			if run > i {
				// A hair higher, so that no white shows between rows.
				d.Area(x+float64(i+quiet)*module, y+float64(j+quiet)*module, float64(run-i)*module, module*1.02)
				i = run
			}
		}
	}
	return nil
}

// Modules gives the dark and light squares of a code of any text, row by row, for a screen; its quiet zone is within.
func Modules(text string) ([][]bool, error) {
	drawn, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		drawn, err = qr.Encode(text, qr.M, qr.Unicode)
	}
	if err != nil {
		return nil, err
	}
	n := drawn.Bounds().Dx()
	rows := make([][]bool, n+2*quiet)
	for j := range rows {
		rows[j] = make([]bool, len(rows))
		for i := range n {
			if j >= quiet && j < n+quiet {
				r, _, _, _ := drawn.At(i, j-quiet).RGBA()
				rows[j][i+quiet] = r == 0
			}
		}
	}
	return rows, nil
}

// Path draws the dark squares as one SVG path, a module a unit.
func Path(rows [][]bool) string {
	var path strings.Builder
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			run := x
			for run < len(row) && row[run] {
				run++
			}
			if run > x {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x, y, run-x, run-x)
				x = run
			}
		}
	}
	return path.String()
}
