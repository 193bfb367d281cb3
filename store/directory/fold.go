package directory

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// spelled are letters that NFKD leaves whole and that people type in plain letters.
var spelled = map[rune]string{
	'œ': "oe", 'Œ': "oe", 'æ': "ae", 'Æ': "ae", 'ß': "ss", 'ẞ': "ss",
	'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l", 'đ': "d", 'Đ': "d",
}

// Fold folds case and accents (NFKD, marks removed, simple case folding; œ, æ and ß are spelled out).
// Invisible letters, as soft hyphens, are dropped; all other punctuation stays.
func Fold(text string) string {
	if alreadyFolded(text) {
		return text
	}
	folded := make([]byte, 0, len(text)+8)
	for _, r := range text {
		folded = appendFolded(folded, r)
	}
	return string(folded)
}

func alreadyFolded(text string) bool {
	for i := range len(text) {
		if c := text[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}

// appendFolded folds letter by letter: the order of marks does not matter, as all marks go.
func appendFolded(to []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return append(to, lowerASCII(byte(r)))
	}
	if r < latinEnd {
		return append(to, latin()[r-utf8.RuneSelf]...)
	}
	return appendDecomposed(to, r)
}

// latinEnd ends the letters of most names here, whose folding is looked up.
const latinEnd = 0x250

var latin = sync.OnceValue(func() *[latinEnd - utf8.RuneSelf]string {
	folded := new([latinEnd - utf8.RuneSelf]string)
	for i := range folded {
		folded[i] = string(appendDecomposed(nil, rune(i+utf8.RuneSelf)))
	}
	return folded
})

func appendDecomposed(to []byte, r rune) []byte {
	var room [32]byte
	decomposed := norm.NFKD.AppendString(room[:0], string(r))
	for len(decomposed) > 0 {
		part, size := utf8.DecodeRune(decomposed)
		decomposed = decomposed[size:]
		to = appendPlain(to, part)
	}
	return to
}

func appendPlain(to []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return append(to, lowerASCII(byte(r)))
	}
	if plain, ok := spelled[r]; ok {
		return append(to, plain...)
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return to
	}
	return utf8.AppendRune(to, unicode.ToLower(unicode.ToUpper(r)))
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// A letter's part in a word: it belongs to it, joins two pieces of a compound, or parts words.
type part uint8

const (
	parts part = iota
	joins
	belongs
)

// apostrophes join like hyphens do; several are letters to Unicode, as in Łutselkʼe.
const apostrophes = "'’‘ʼʻʹ′`´·ꞌꞋ＇"

func partOf(r rune) part {
	switch {
	case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
		return belongs
	case r == '-' || unicode.Is(unicode.Pd, r) || strings.ContainsRune(apostrophes, r):
		return joins
	case r != utf8.RuneError && unicode.In(r, unicode.L, unicode.N, unicode.Mc):
		return belongs
	}
	return parts
}

// cut gives the words of a folded text: each piece of a compound, and the compound written
// together, so that both "lorette" and "lancienne" find l'ancienne-lorette. The first leads of
// them start the text.
func cut(folded string) (words []string, leads int) {
	var pieces []string
	start := -1
	endPiece := func(at int) {
		if start >= 0 {
			pieces = append(pieces, folded[start:at])
		}
		start = -1
	}
	endCompound := func() {
		first := len(words) == 0
		if len(pieces) > 1 {
			words = append(words, strings.Join(pieces, ""))
		}
		if first && len(pieces) > 0 {
			leads = len(words) + 1
		}
		words = append(words, pieces...)
		pieces = pieces[:0]
	}
	for at, r := range folded {
		switch kind := partOf(r); {
		case kind == belongs && start < 0:
			start = at
		case kind == joins:
			endPiece(at)
		case kind == parts:
			endPiece(at)
			endCompound()
		}
	}
	endPiece(len(folded))
	endCompound()
	return words, leads
}

// asked gives the words that a query's text asks for, each once. Breaks part them as they do in what is searched.
func asked(text string) []string {
	var words []string
	word := func(r rune) bool { return partOf(r) != belongs }
	for _, w := range strings.FieldsFunc(Fold(text), word) {
		if len(words) < maxAsked && !contains(words, w) {
			words = append(words, w)
		}
	}
	return words
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}
