package directory

import (
	"cmp"
	"strings"
)

// gazetteer is the table of communities: few enough to be simple.
type gazetteer struct {
	words   *lexicon
	names   *texts
	nameKey keys
	list    []Place
	name    [][languages]uint32 // by slot: numbers in names
	order   order
	byID    map[string]int32
}

func newGazetteer(size int) *gazetteer {
	words := newLexicon(size)
	return &gazetteer{words: words, names: newTexts(words), byID: make(map[string]int32, size)}
}

func (g *gazetteer) put(p Place) {
	g.remove(p.ID)
	slot, fresh := g.order.add()
	if fresh {
		g.list = append(g.list, Place{})
		g.name = append(g.name, [languages]uint32{})
	}
	g.list[slot] = p
	g.name[slot] = [languages]uint32{g.names.number(p.Name), g.names.number(p.NameFR)}
	g.byID[p.ID] = slot
}

func (g *gazetteer) remove(id string) {
	if slot, ok := g.byID[id]; ok {
		g.order.drop(slot)
		delete(g.byID, id)
	}
}

func (g *gazetteer) settle() {
	if g.order.settled() {
		return
	}
	g.nameKey.extend(g.names.written)
	g.order.settle(g)
}

// sortName is the name in the language, or the only one there is.
func (g *gazetteer) sortName(lang int, slot int32) uint32 {
	return cmp.Or(g.name[slot][lang], g.name[slot][english], g.name[slot][french])
}

func (g *gazetteer) compare(lang int, a, b int32) int {
	byName := compareKeys(g.nameKey[lang], g.sortName(lang, a), g.sortName(lang, b))
	return cmp.Or(byName, strings.Compare(g.list[a].ID, g.list[b].ID))
}

func (g *gazetteer) rank(lang int) func(slot int32) uint64 {
	rank := ranks(g.nameKey[lang])
	return func(slot int32) uint64 { return uint64(rank[g.sortName(lang, slot)]) }
}

func (g *gazetteer) find(q Query, s *scratch) (page []Place, total int) {
	words := asked(q.Text)
	var slots []int32
	switch {
	case len(words) == 0 && q.Kind == "" && q.Province == "":
		slots, total = g.order.page(q, nil, [rankNone]int{})
	case g.match(words, s):
		slots, total = g.order.page(q, s.rank, g.rankAll(q, hits(1)<<len(words)-1, s))
	}
	page = make([]Place, len(slots))
	for i, slot := range slots {
		page[i] = g.list[slot]
	}
	return page, total
}

func (g *gazetteer) match(words []string, s *scratch) bool {
	s.words = cleared(s.words, len(g.words.signs))
	s.names = cleared(s.names, len(g.names.cuts))
	if !g.words.match(words, s.words) {
		return false
	}
	g.names.match(s.words, s.names)
	return true
}

func (g *gazetteer) rankAll(q Query, want hits, s *scratch) (counts [rankNone]int) {
	s.rank = cleared(s.rank, len(g.list))
	for slot, p := range g.list {
		s.rank[slot] = rankNone
		if !g.order.alive[slot] || q.Kind != "" && p.Kind != q.Kind || q.Province != "" && p.Province != q.Province {
			continue
		}
		found := s.names[g.name[slot][english]] | s.names[g.name[slot][french]]
		if rank := found.rank(want); rank < rankNone {
			s.rank[slot] = rank
			counts[rank]++
		}
	}
	return counts
}
