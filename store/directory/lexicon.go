package directory

import "bytes"

// hits says how the words of a query were found in something: for each asked word one bit that
// it is part of a word, one that it starts a word, one that it starts a name. The later imply
// the earlier.
type hits uint64

// maxAsked is how many words of a query count: three bits each must fit in hits.
const maxAsked = 20

const (
	partBits  hits = 1<<maxAsked - 1
	startBits      = partBits << maxAsked
	leadBits       = startBits << maxAsked
)

// The order of what is found; rankNone is for what is not.
const (
	rankLead = iota
	rankStart
	rankPart
	rankNone
)

// rank judges by the asked word that was found worst. Want has the part bits of all asked words.
func (h hits) rank(want hits) uint8 {
	switch {
	case h>>(2*maxAsked)&want == want:
		return rankLead
	case h>>maxAsked&want == want:
		return rankStart
	case h&want == want:
		return rankPart
	}
	return rankNone
}

// lexicon holds every word once. Names, addresses and communities repeat the same words, so a
// keystroke reads far fewer letters than all members have.
type lexicon struct {
	numbers map[string]uint32
	letters []byte   // all words, a zero byte after each
	starts  []uint32 // where each word starts in letters; one more for the end
}

func newLexicon(size int) *lexicon {
	return &lexicon{numbers: make(map[string]uint32, size), starts: []uint32{0}}
}

func (l *lexicon) number(word string) uint32 {
	if n, ok := l.numbers[word]; ok {
		return n
	}
	n := uint32(len(l.starts) - 1)
	l.letters = append(append(l.letters, word...), 0)
	l.starts = append(l.starts, uint32(len(l.letters)))
	l.numbers[string([]byte(word))] = n
	return n
}

// match notes in found, by word number, which asked words each word has. It reports false when
// an asked word is in no word at all.
func (l *lexicon) match(words []string, found []hits) bool {
	for i, w := range words {
		if !l.matchOne([]byte(w), 1<<i, found) {
			return false
		}
	}
	return true
}

func (l *lexicon) matchOne(asked []byte, bit hits, found []hits) (any bool) {
	word := 0
	for from := 0; ; any = true {
		i := bytes.Index(l.letters[from:], asked)
		if i < 0 {
			return any
		}
		at := uint32(from + i)
		for l.starts[word+1] <= at {
			word++
		}
		found[word] |= bit
		if at == l.starts[word] {
			found[word] |= bit << maxAsked
		}
		from = int(l.starts[word+1])
	}
}

// texts holds each different text of a kind once, cut into words of a lexicon. Number 0 is the empty text.
type texts struct {
	lexicon *lexicon
	numbers map[string]uint32
	written []string
	cuts    []textCut
	words   []uint32
}

type textCut struct {
	end   uint32 // where its words end in texts.words; they start where the one before ends
	leads uint32 // how many of them start the text
}

func newTexts(l *lexicon) *texts {
	return &texts{lexicon: l, numbers: map[string]uint32{"": 0}, written: []string{""}, cuts: []textCut{{}}}
}

func (t *texts) number(text string) uint32 {
	if n, ok := t.numbers[text]; ok {
		return n
	}
	text = string([]byte(text))
	words, leads := cut(Fold(text))
	for _, w := range words {
		t.words = append(t.words, t.lexicon.number(w))
	}
	n := uint32(len(t.cuts))
	t.numbers[text] = n
	t.written = append(t.written, text)
	t.cuts = append(t.cuts, textCut{end: uint32(len(t.words)), leads: uint32(leads)})
	return n
}

// match sums up, by text number, the hits of its words.
func (t *texts) match(words, found []hits) {
	from := uint32(0)
	for n, c := range t.cuts {
		var sum hits
		for i := from; i < c.end; i++ {
			h := words[t.words[i]]
			if i-from < c.leads {
				h |= h & startBits << maxAsked
			}
			sum |= h
		}
		found[n], from = sum, c.end
	}
}

// wordsOf gives the word numbers of one text.
func (t *texts) wordsOf(n uint32) []uint32 {
	if n == 0 {
		return nil
	}
	return t.words[t.cuts[n-1].end:t.cuts[n].end]
}
