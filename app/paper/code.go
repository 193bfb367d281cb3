package paper

import (
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
