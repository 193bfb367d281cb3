package directory

import (
	"bytes"
	"math/bits"
	"strings"
	"sync"
)

// match notes in found, by word number, which asked words each word has. It reports false when
// an asked word is in no word at all.
func (l *lexicon) match(words []string, found []hits) bool {
	for i, w := range words {
		m := l.matched(w)
		if !m.any {
			return false
		}
		m.note(1<<i, found)
	}
	return true
}

// matched says which words have an asked word in them: a bit a word.
type matched struct {
	asked       string
	size        int // how many words the lexicon had
	part, start []uint64
	any         bool
}

// recent remembers what was matched last: who types a letter asks for most of it again.
type recent struct {
	mu   sync.Mutex
	last [8]*matched
	next int
}

// matched finds an asked word, reading only the words that had a piece of it if that was asked lately.
func (l *lexicon) matched(asked string) *matched {
	before := l.recent.nearest(asked)
	if before != nil && before.asked == asked && before.size == len(l.signs) {
		return before
	}
	blocks := (len(l.signs) + 63) / 64
	m := &matched{asked: asked, size: len(l.signs), part: make([]uint64, blocks), start: make([]uint64, blocks)}
	inHalves(blocks, worthHalving/64, func(from, to int) {
		for block := from; block < to; block++ {
			l.matchBlock(m, block, before.candidates(block))
		}
	})
	for _, some := range m.part {
		m.any = m.any || some != 0
	}
	l.recent.remember(m)
	return m
}

// matchBlock reads those of 64 words that are candidates.
func (l *lexicon) matchBlock(m *matched, block int, candidates uint64) {
	need, asked := signOf([]byte(m.asked)), []byte(m.asked)
	exact := len(asked) == 1 && need != 0
	for ; candidates != 0; candidates &= candidates - 1 {
		bit := bits.TrailingZeros64(candidates)
		n := block*64 + bit
		if n >= m.size {
			return
		}
		if l.signs[n]&need != need {
			continue
		}
		word := l.word(uint32(n))
		switch {
		case bytes.HasPrefix(word, asked):
			m.start[block] |= 1 << bit
			m.part[block] |= 1 << bit
		case exact || bytes.Contains(word, asked):
			m.part[block] |= 1 << bit
		}
	}
}

// candidates are the words of a block that a longer asked word can be in.
func (m *matched) candidates(block int) uint64 {
	if m == nil || (block+1)*64 > m.size {
		return ^uint64(0)
	}
	return m.part[block]
}

func (m *matched) note(bit hits, found []hits) {
	for block, part := range m.part {
		for start := m.start[block]; part != 0; part &= part - 1 {
			i := bits.TrailingZeros64(part)
			found[block*64+i] |= bit | bit<<maxAsked*hits(start>>i&1)
		}
	}
}

// nearest gives what was matched for the longest piece of an asked word.
func (r *recent) nearest(asked string) (best *matched) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.last {
		if m != nil && strings.Contains(asked, m.asked) && (best == nil || len(m.asked) > len(best.asked) || m.asked == best.asked && m.size > best.size) {
			best = m
		}
	}
	return best
}

func (r *recent) remember(m *matched) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last[r.next] = m
	r.next = (r.next + 1) % len(r.last)
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

// inHalves does the work on both halves of a range at once when it is at least worth.
func inHalves(n, worth int, work func(from, to int)) {
	if n < worth {
		work(0, n)
		return
	}
	var other sync.WaitGroup
	other.Go(func() { work(0, n/2) })
	work(n/2, n)
	other.Wait()
}
