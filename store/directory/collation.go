package directory

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// The languages in whose collation names stand.
const (
	english = iota
	french
	languages
)

func languageOf(lang string) int {
	if lang == "fr" {
		return french
	}
	return english
}

// collators are costly to make and serve one goroutine at a time.
var collators = [languages]sync.Pool{
	english: {New: func() any { return collate.New(language.MustParse("en-CA")) }},
	french:  {New: func() any { return collate.New(language.MustParse("fr-CA")) }},
}

// recentKeys remembers keys of names, which come again and again in a long import.
type recentKeys struct {
	mu   sync.Mutex
	keys map[string][]byte
}

const mostRecentKeys = 10_000

var recentCollation [languages]recentKeys

func (r *recentKeys) key(lang int, text string) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	key, known := r.keys[text]
	if known {
		return key
	}
	if r.keys == nil || len(r.keys) >= mostRecentKeys {
		r.keys = map[string][]byte{}
	}
	key = collationKey(lang, text)
	r.keys[strings.Clone(text)] = key
	return key
}

func collationKey(lang int, text string) []byte {
	c := collators[lang].Get().(*collate.Collator)
	defer collators[lang].Put(c)
	var room collate.Buffer
	return bytes.Clone(c.KeyFromString(&room, text))
}

// SortKey gives bytes that order names as Members does, for an index on disk. Lang is en or fr.
// It ends in a mark of its own, so that an id may follow.
func SortKey(lang, family, given string) []byte {
	first, second := sortNames(family, given)
	l := languageOf(lang)
	a, b := recentCollation[l].key(l, first), recentCollation[l].key(l, second)
	return appendEnded(appendEnded(make([]byte, 0, 2*(len(a)+len(b))), a), b)
}

// appendEnded ends a key so that a shorter one comes before all that start with it.
func appendEnded(to, key []byte) []byte {
	for _, b := range key {
		if to = append(to, b); b == 0 {
			to = append(to, 0xff)
		}
	}
	return append(to, 0, 0)
}

// sortNames lets a person with a single name stand among the family names.
func sortNames(family, given string) (first, second string) {
	if family == "" {
		return given, ""
	}
	return family, given
}

// keys holds the collation keys of texts, by text number.
type keys [languages][][]byte

// extend makes the missing keys, on two goroutines, one a language.
func (k *keys) extend(written []string) {
	var both sync.WaitGroup
	for lang := range k {
		both.Go(func() { k[lang] = extendOne(lang, k[lang], written) })
	}
	both.Wait()
	for n := range k[english] {
		if bytes.Equal(k[english][n], k[french][n]) {
			k[french][n] = k[english][n]
		}
	}
}

func extendOne(lang int, made [][]byte, written []string) [][]byte {
	if len(made) == len(written) {
		return made
	}
	c := collators[lang].Get().(*collate.Collator)
	defer collators[lang].Put(c)
	var room collate.Buffer
	for _, text := range written[len(made):] {
		made = append(made, bytes.Clone(c.KeyFromString(&room, text)))
		room.Reset()
	}
	return made
}

// ranks gives each key its place among all, equal keys the same.
func ranks(made [][]byte) []uint32 {
	byKey := make([]uint32, len(made))
	for n := range byKey {
		byKey[n] = uint32(n)
	}
	slices.SortFunc(byKey, func(a, b uint32) int { return bytes.Compare(made[a], made[b]) })
	rank := make([]uint32, len(made))
	for i, n := range byKey {
		rank[n] = uint32(i)
		if i > 0 && bytes.Equal(made[n], made[byKey[i-1]]) {
			rank[n] = rank[byKey[i-1]]
		}
	}
	return rank
}
