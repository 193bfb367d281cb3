package directory

import "hash/maphash"

// hits says how the words of a query were found in something: for each asked word one bit that
// it is part of a word, one that it starts a word, one that it starts a name. The later imply
// the earlier.
type hits uint32

// maxAsked is how many words of a query count: three bits each must fit in hits.
const maxAsked = 10

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
	byWord  chain
	letters []byte   // all words, a zero byte after each
	starts  []uint32 // where each word starts in letters; one more for the end
	signs   []sign   // by word
	recent  recent
}

func newLexicon(size int) *lexicon {
	return &lexicon{byWord: newChain(size), starts: []uint32{0}}
}

func (l *lexicon) word(n uint32) []byte { return l.letters[l.starts[n] : l.starts[n+1]-1] }

func (l *lexicon) number(word string) uint32 {
	hash := maphash.String(seed, word)
	for slot := range l.byWord.each(hash) {
		if string(l.word(uint32(slot))) == word {
			return uint32(slot)
		}
	}
	n := uint32(len(l.signs))
	l.letters = append(append(l.letters, word...), 0)
	l.starts = append(l.starts, uint32(len(l.letters)))
	l.signs = append(l.signs, signOf([]byte(word)))
	l.byWord.add(hash, int32(n))
	return n
}

// texts holds each different text of a kind once, cut into words of a lexicon. Number 0 is the empty text.
type texts struct {
	lexicon *lexicon
	numbers map[string]uint32
	written []string
	cuts    []textCut
	words   []uint32
	plain   []uint64 // plainHash of each
}

type textCut struct {
	end   uint32 // where its words end in texts.words; they start where the one before ends
	leads uint32 // how many of them start the text
}

func newTexts(l *lexicon) *texts {
	return &texts{lexicon: l, numbers: map[string]uint32{"": 0}, written: []string{""}, cuts: []textCut{{}}, plain: []uint64{plainHash("")}}
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
	t.plain = append(t.plain, plainHash(text))
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
