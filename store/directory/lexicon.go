package directory

import (
	"bytes"
	"hash/maphash"
	"sync"
	"sync/atomic"
)

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

// match notes in found, by word number, which asked words each word has. It reports false when
// an asked word is in no word at all.
func (l *lexicon) match(words []string, found []hits) bool {
	for i, w := range words {
		var any atomic.Bool
		inHalves(len(l.signs), func(from, to int) {
			if l.matchOne([]byte(w), 1<<i, found, from, to) {
				any.Store(true)
			}
		})
		if !any.Load() {
			return false
		}
	}
	return true
}

func (l *lexicon) matchOne(asked []byte, bit hits, found []hits, from, to int) (any bool) {
	need := signOf(asked)
	for n := from; n < to; n++ {
		if l.signs[n]&need != need {
			continue
		}
		switch bytes.Index(l.word(uint32(n)), asked) {
		case -1:
		case 0:
			found[n] |= bit | bit<<maxAsked
			any = true
		default:
			found[n] |= bit
			any = true
		}
	}
	return any
}

// sign tells most words apart from a query without reading them: one bit for each letter and
// digit that a word has, and a hashed one for each pair.
type sign uint64

// pairBits are what the 36 letters and digits leave.
const pairBits = 64 - 36

func signOf(word []byte) (s sign) {
	for i, c := range word {
		switch {
		case 'a' <= c && c <= 'z':
			s |= 1 << (c - 'a')
		case '0' <= c && c <= '9':
			s |= 1 << (26 + c - '0')
		}
		if i > 0 {
			s |= 1 << (36 + (uint(word[i-1])*31+uint(c)*7)%pairBits)
		}
	}
	return s
}

// worthHalving is from how many rows on a second goroutine pays.
const worthHalving = 20_000

// inHalves does the work on both halves of a range at once when it is large.
func inHalves(n int, work func(from, to int)) {
	if n < worthHalving {
		work(0, n)
		return
	}
	var other sync.WaitGroup
	other.Go(func() { work(0, n/2) })
	work(n/2, n)
	other.Wait()
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
