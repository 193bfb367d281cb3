package directory

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Range is a piece of a text in UTF-16 code units, as a window counts letters; End is exclusive.
type Range struct{ Start, End int }

// Marks gives the ranges of a text where letters of the query occur, in order and apart from each
// other. It finds what Members and Places find, with the text's own hyphens and accents.
func Marks(text, query string) []Range {
	words := asked(query)
	if len(words) == 0 {
		return nil
	}
	var found []Range
	for _, c := range compounds(text) {
		for _, w := range words {
			found = c.mark(w, found)
		}
	}
	return united(found)
}

// compound is a run of joined words, folded and written together, with the range that each of
// its bytes came from.
type compound struct {
	letters []byte
	from    []Range
}

func compounds(text string) []compound {
	var all []compound
	var open compound
	at := 0
	for _, r := range text {
		width := max(utf16.RuneLen(r), 1)
		folded := string(appendFolded(nil, r))
		if folded == "" && len(open.from) > 0 && unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
			open.stretch(at, at+width)
		}
		for _, f := range folded {
			switch partOf(f) {
			case belongs:
				open.add(f, Range{at, at + width})
			case parts:
				all, open = append(all, open), compound{}
			}
		}
		at += width
	}
	return append(all, open)
}

func (c *compound) add(r rune, from Range) {
	for _, b := range []byte(string(r)) {
		c.letters = append(c.letters, b)
		c.from = append(c.from, from)
	}
}

// stretch lets a mark belong to the letter right before it.
func (c *compound) stretch(at, end int) {
	for i := len(c.from) - 1; i >= 0 && c.from[i].End == at; i-- {
		c.from[i].End = end
	}
}

func (c *compound) mark(word string, found []Range) []Range {
	letters := string(c.letters)
	for at := 0; ; {
		i := strings.Index(letters[at:], word)
		if i < 0 {
			return found
		}
		first, last := at+i, at+i+len(word)-1
		found = append(found, Range{c.from[first].Start, c.from[last].End})
		at = last + 1
	}
}

// united joins ranges that touch or overlap.
func united(found []Range) []Range {
	slices.SortFunc(found, func(a, b Range) int { return cmp.Or(a.Start-b.Start, a.End-b.End) })
	var out []Range
	for _, r := range found {
		if n := len(out); n > 0 && r.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, r.End)
			continue
		}
		out = append(out, r)
	}
	return out
}
