package directory

import (
	"bytes"
	"hash/maphash"
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
	id, name, nameFR, province string
	words, wordsFR             uint32 // numbers of the names in towns.names
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
	t.list[n].call(t.names, c.Community, c.CommunityFR, c.Province)
	return n
}

func (t *towns) rename(p Place) {
	if n, ok := t.numbers[p.ID]; ok && p.ID != "" {
		t.list[n].call(t.names, p.Name, p.NameFR, p.Province)
	}
}

func (w *town) call(names *texts, name, nameFR, province string) {
	known := w.name == name && w.nameFR == nameFR && w.province == province
	if known || name == "" && nameFR == "" && province == "" {
		return
	}
	w.words, w.wordsFR = names.number(name), names.number(nameFR)
	w.name, w.nameFR, w.province = names.written[w.words], names.written[w.wordsFR], strings.Clone(province)
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

// chain finds slots by a hash. Whoever asks must check what it gives.
type chain struct {
	heads map[uint64]int32 // slot + 1
	next  []int32          // by slot: the next slot of the same hash + 1
}

func newChain(size int) chain { return chain{heads: make(map[uint64]int32, size)} }

func (c *chain) add(hash uint64, slot int32) {
	for int(slot) >= len(c.next) {
		c.next = append(c.next, 0)
	}
	c.next[slot] = c.heads[hash]
	c.heads[hash] = slot + 1
}

func (c *chain) remove(hash uint64, slot int32) {
	at := c.heads[hash]
	if at == slot+1 {
		if c.heads[hash] = c.next[slot]; c.next[slot] == 0 {
			delete(c.heads, hash)
		}
		return
	}
	for at != 0 {
		after := c.next[at-1]
		if after == slot+1 {
			c.next[at-1] = c.next[slot]
			return
		}
		at = after
	}
}

// each calls visit for the slots of a hash.
func (c *chain) each(hash uint64, visit func(slot int32)) {
	for at := c.heads[hash]; at != 0; at = c.next[at-1] {
		visit(at - 1)
	}
}

var seed = maphash.MakeSeed()

func mailHash(email string) uint64 { return maphash.String(seed, foldMail(email)) }

func foldMail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func nameHash(given, family string) uint64 {
	return maphash.String(seed, foldName(given, family))
}

// foldName is one name as ByName compares it: only its letters count.
func foldName(given, family string) string {
	return strings.Join(asked(given), " ") + separator + strings.Join(asked(family), " ")
}
