package paper

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed fonts/letters.txt
var letterRanges string

// printed are the letters that the bundled fonts have.
var printed = readLetters(letterRanges)

func readLetters(text string) *unicode.RangeTable {
	table := &unicode.RangeTable{}
	for line := range strings.Lines(text) {
		var first, last uint16
		if _, err := fmt.Sscanf(line, "%x %x", &first, &last); err != nil {
			panic("letters of the fonts: " + err.Error()) // built in; a test reads it
		}
		table.R16 = append(table.R16, unicode.Range16{Lo: first, Hi: last, Stride: 1})
	}
	return table
}

// noGlyph stands for a letter that no bundled font has, so that a person sees that one is missing.
const noGlyph = '□'

// Printable gives a text in letters that can be printed: composed, on one line; of a letter with marks that the fonts lack, the
// letter; for all others a box.
func Printable(text string) string {
	if plain(text) {
		return text
	}
	var out strings.Builder
	for _, r := range norm.NFC.String(strings.Join(strings.FieldsFunc(text, breaks), " ")) {
		out.WriteString(printable(r))
	}
	return out.String()
}

const noBreak = '\u00a0'

// breaks tells the spaces at which a line may end.
func breaks(r rune) bool { return unicode.IsSpace(r) && r != noBreak }

func plain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

func printable(r rune) string {
	switch {
	case unicode.Is(printed, r):
		return string(r)
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r), unicode.IsControl(r):
		return ""
	case r == noBreak:
		return string(noBreak)
	case unicode.IsSpace(r):
		return " "
	}
	base := []rune(norm.NFKD.String(string(r)))[0]
	if unicode.Is(printed, base) {
		return string(base)
	}
	return string(boxOr())
}

// boxOr is the box, or a question mark in fonts without one.
func boxOr() rune {
	if unicode.Is(printed, noGlyph) {
		return noGlyph
	}
	return '?'
}

// Lacks tells whether a text has letters for which a box stands.
func Lacks(text string) bool {
	for _, r := range norm.NFC.String(text) {
		if p := printable(r); p == string(boxOr()) && r != boxOr() {
			return true
		}
	}
	return false
}
