package directory

import (
	"bytes"
	"hash/maphash"
	"iter"
	"math/bits"
	"strings"
)

// separator joins the elements of a set in a pool; it is no letter of any id.
const separator = "\x1f"

// pool holds each different value of a column once. Number 0 is the empty value.
type pool struct {
	numbers map[string]uint32
	values  []string
}

func newPool() *pool { return &pool{numbers: map[string]uint32{"": 0}, values: []string{""}} }

func (p *pool) number(value string) uint32 {
	if n, ok := p.numbers[value]; ok {
		return n
	}
	value = strings.Clone(value)
	n := uint32(len(p.values))
	p.numbers[value] = n
	p.values = append(p.values, value)
	return n
}

// allow tells for each value whether it passes.
func (p *pool) allow(passes func(value string) bool) []bool {
	allowed := make([]bool, len(p.values))
	for n, v := range p.values {
		allowed[n] = passes(v)
	}
	return allowed
}

// towns holds the communities that cards name. Number 0 is for cards that name none.
type towns struct {
	names   *texts
	numbers map[string]uint32
	list    []town
}

type town struct {
	id, name, nameFR, province, kind, country string
	words, wordsFR                            uint32 // numbers of the names in towns.names
}

func newTowns(l *lexicon) *towns {
	return &towns{names: newTexts(l), numbers: map[string]uint32{}, list: []town{{}}}
}

// number finds a card's community by its id, or by its names where it has none.
func (t *towns) number(c Card) uint32 {
	key := c.CommunityID
	if key == "" {
		if c.Community == "" && c.CommunityFR == "" && c.Province == "" {
			return 0
		}
		key = strings.Join([]string{"", c.Community, c.CommunityFR, c.Province}, separator)
	}
	n, ok := t.numbers[key]
	if !ok {
		n = uint32(len(t.list))
		t.numbers[strings.Clone(key)] = n
		t.list = append(t.list, town{id: strings.Clone(c.CommunityID)})
	}
	if c.Community != "" || c.CommunityFR != "" || c.Province != "" {
		t.list[n].call(t.names, Place{Name: c.Community, NameFR: c.CommunityFR, Province: c.Province, Kind: c.Kind, Country: c.Country})
	}
	return n
}

func (t *towns) rename(p Place) {
	if n, ok := t.numbers[p.ID]; ok && p.ID != "" {
		t.list[n].call(t.names, p)
	}
}

func (w *town) call(names *texts, p Place) {
	if w.kind != p.Kind || w.country != p.Country {
		w.kind, w.country = strings.Clone(p.Kind), strings.Clone(p.Country)
	}
	if w.name == p.Name && w.nameFR == p.NameFR && w.province == p.Province {
		return
	}
	w.words, w.wordsFR = names.number(p.Name), names.number(p.NameFR)
	w.name, w.nameFR, w.province = names.written[w.words], names.written[w.wordsFR], strings.Clone(p.Province)
}

// named tells whether community is this one's id or folded name.
func (w *town) named(community, folded string) bool {
	return w.id == community || Fold(w.name) == folded || Fold(w.nameFR) == folded
}

func compareKeys(made [][]byte, a, b uint32) int {
	if a == b {
		return 0
	}
	return bytes.Compare(made[a], made[b])
}

// chain finds slots by a hash; slots are small numbers, each in it at most once. It takes a tenth of
// the room of a map. Whoever asks must check what it gives.
type chain struct {
	heads []int32  // by the low bits of the hash: slot + 1
	next  []int32  // by slot: the next slot of the same bits + 1
	hash  []uint32 // by slot
	count int
}

func newChain(size int) chain {
	return chain{heads: make([]int32, 1<<bits.Len(uint(max(size, 8)-1)))}
}

func (c *chain) head(hash uint32) *int32 { return &c.heads[int(hash)&(len(c.heads)-1)] }

func (c *chain) add(hash uint64, slot int32) {
	for int(slot) >= len(c.next) {
		c.next = append(c.next, 0)
		c.hash = append(c.hash, 0)
	}
	if c.count++; c.count > len(c.heads) {
		c.grow()
	}
	c.hash[slot] = uint32(hash)
	head := c.head(uint32(hash))
	c.next[slot], *head = *head, slot+1
}

func (c *chain) grow() {
	old := *c
	c.heads = make([]int32, 2*len(old.heads))
	c.next = make([]int32, len(old.next), cap(old.next))
	for _, at := range old.heads {
		for ; at != 0; at = old.next[at-1] {
			head := c.head(c.hash[at-1])
			c.next[at-1], *head = *head, at
		}
	}
}

func (c *chain) remove(hash uint64, slot int32) {
	for at := c.head(uint32(hash)); *at != 0; at = &c.next[*at-1] {
		if *at == slot+1 {
			*at, c.next[slot] = c.next[slot], 0
			c.count--
			return
		}
	}
}

// each walks the slots of a hash.
func (c *chain) each(hash uint64) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		for at := *c.head(uint32(hash)); at != 0; at = c.next[at-1] {
			if c.hash[at-1] == uint32(hash) && !yield(at-1) {
				return
			}
		}
	}
}

var seed = maphash.MakeSeed()

func mailHash(email string) uint64 { return maphash.String(seed, foldMail(email)) }

func foldMail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// plainHash is the same for names of the same letters.
func plainHash(name string) uint64 { return maphash.String(seed, foldName(name)) }

func nameHash(given, family uint64) uint64 { return given*31 + family }

// foldName is a name as ByName compares it: only its letters count.
func foldName(name string) string { return strings.Join(asked(name), " ") }
