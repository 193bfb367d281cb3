package paper

import (
	"strings"
	"testing"
	"time"
)

func TestTextThatFitsIsNeverWiderThanItsBox(t *testing.T) {
	d := New("", "en", time.Time{})
	d.Page(A4)
	for _, text := range []string{"Zoë Nguyễn", "Sainte-Marguerite-du-Lac-Masson", "ᐃᓄᒃᑎᑐᑦ", "A", "a b c d e f g", "Saint-Lin–Laurentides", strings.Repeat("W", 200)} {
		for _, lines := range []int{1, 2, 3} {
			f := d.Fit(text, Bold, 50, 20, 15, lines)
			if len(f.Lines) > lines || f.Size > 15 || f.Height() > 20.01 || f.Size <= 0 {
				t.Errorf("%q: %+v", text, f)
			}
			for _, line := range f.Lines {
				if w := d.Width(line, Bold, f.Size); w > 50.01 {
					t.Errorf("%q is %.1f wide", line, w)
				}
			}
			if whole := strings.Join(f.Lines, ""); strings.ReplaceAll(whole, " ", "") != strings.ReplaceAll(text, " ", "") {
				t.Errorf("%q became %q", text, f.Lines)
			}
		}
	}
	if f := d.Fit(" ", Bold, 50, 20, 15, 2); len(f.Lines) != 0 || f.Height() != 0 {
		t.Errorf("%+v", f)
	}
}

func TestMoreLinesMakeLongNamesLarger(t *testing.T) {
	d := New("", "fr", time.Time{})
	d.Page(A4)
	one, two := d.Fit("Marie-Antoinette Lachapelle", Bold, 80, 40, 30, 1), d.Fit("Marie-Antoinette Lachapelle", Bold, 80, 40, 30, 2)
	if len(two.Lines) != 2 || two.Size < one.Size*1.3 || two.Lines[0] != "Marie-Antoinette" {
		t.Errorf("%+v %+v", one, two)
	}
}

func TestWhatCannotBePrintedIsReplacedAndTold(t *testing.T) {
	rows := map[string]string{
		"Élise": "Élise", "E\u0301lise": "Élise", "ᓄᓇᕗᑦ": "ᓄᓇᕗᑦ", "a\tb\n c": "a b c", "Zalgo\u0335\u0336": "Zalgo",
		"\u202eevil": "evil", "": "",
	}
	for text, want := range rows {
		if got := Printable(text); got != want {
			t.Errorf("%q: %q; want %q", text, got, want)
		}
	}
	if Lacks("Élise ᓄᓇᕗᑦ Nguyễn") || !Lacks("山田") || len([]rune(Printable("山田"))) != 2 {
		t.Error("letters that are lacking are not told")
	}
}
