package directory

import (
	"slices"
	"strings"
	"sync"
)

// scratch is room that a search needs and the next one can use again.
type scratch struct {
	words, names, domains, towns []hits
	rank                         []uint8
}

func cleared[T any](room []T, size int) []T {
	if cap(room) < size {
		return make([]T, size, size+size/4)
	}
	room = room[:size]
	clear(room)
	return room
}

// passing are the values that a query's filters let through, by number; nil lets all through.
type passing struct {
	role, tongue, office, term, chapters, town []bool
}

func (r *roll) passing(q Query) (p passing, all bool) {
	p = passing{role: only(r.roles, q.Role), tongue: only(r.tongues, q.Language), office: only(r.offices, q.Office)}
	if q.TermEndsFrom != "" || q.TermEndsBefore != "" {
		p.term = r.terms.allow(func(day string) bool {
			return day != "" && day >= q.TermEndsFrom && (q.TermEndsBefore == "" || day < q.TermEndsBefore)
		})
	}
	if q.Chapter != "" {
		p.chapters = r.chapters.allow(func(set string) bool { return slices.Contains(strings.Split(set, separator), q.Chapter) })
	}
	if q.Community != "" || q.Province != "" {
		p.town = make([]bool, len(r.towns.list))
		for n, t := range r.towns.list {
			p.town[n] = (q.Community == "" || t.id == q.Community) && (q.Province == "" || t.province == q.Province)
		}
	}
	all = p.role == nil && p.tongue == nil && p.office == nil && p.term == nil && p.chapters == nil && p.town == nil
	return p, all
}

func only(p *pool, value string) []bool {
	if value == "" {
		return nil
	}
	return p.allow(func(v string) bool { return v == value })
}

func (p *passing) lets(w *row, f *searched) bool {
	return (p.role == nil || p.role[w.role]) &&
		(p.tongue == nil || p.tongue[w.tongue]) &&
		(p.office == nil || p.office[w.office]) &&
		(p.term == nil || p.term[w.terms]) &&
		(p.chapters == nil || p.chapters[w.chapters]) &&
		(p.town == nil || p.town[f.town])
}

// find answers a query. The order must be settled.
func (r *roll) find(q Query, s *scratch) (page []Card, total int) {
	words := asked(q.Text)
	filter, all := r.passing(q)
	var slots []int32
	switch {
	case len(words) == 0 && all:
		slots, total = r.order.page(q, nil, [rankNone]int{})
	case r.matchTexts(words, s):
		counts := r.rankAll(hits(1)<<len(words)-1, &filter, all, s)
		slots, total = r.order.page(q, s.rank, counts)
	}
	page = make([]Card, len(slots))
	for i, slot := range slots {
		page[i] = r.card(slot)
	}
	return page, total
}

// matchTexts finds the words in everything that members share.
func (r *roll) matchTexts(words []string, s *scratch) bool {
	s.words = cleared(s.words, len(r.words.signs))
	if !r.words.match(words, s.words) {
		return false
	}
	s.names = cleared(s.names, len(r.names.cuts))
	s.domains = cleared(s.domains, len(r.domains.cuts))
	r.names.match(s.words, s.names)
	r.domains.match(s.words, s.domains)
	r.matchTowns(s)
	return true
}

func (r *roll) matchTowns(s *scratch) {
	named := make([]hits, len(r.towns.names.cuts))
	r.towns.names.match(s.words, named)
	s.towns = cleared(s.towns, len(r.towns.list))
	for n, t := range r.towns.list {
		s.towns[n] = named[t.words] | named[t.wordsFR]
	}
}

// rankAll ranks every slot and counts each rank.
func (r *roll) rankAll(want hits, filter *passing, all bool, s *scratch) (counts [rankNone]int) {
	s.rank = cleared(s.rank, len(r.rows))
	var mu sync.Mutex
	inHalves(len(r.searched), worthHalving, func(from, to int) {
		some := r.rankSome(want, filter, all, s, from, to)
		mu.Lock()
		defer mu.Unlock()
		for i := range counts {
			counts[i] += some[i]
		}
	})
	return counts
}

func (r *roll) rankSome(want hits, filter *passing, all bool, s *scratch, from, to int) (tally [rankNone + 1]int) {
	for slot := from; slot < to; slot++ {
		rank := uint8(rankNone)
		if r.order.alive[slot] && (all || filter.lets(&r.rows[slot], &r.searched[slot])) {
			rank = r.hitsOf(&r.searched[slot], s).rank(want)
		}
		s.rank[slot] = rank
		tally[rank]++
	}
	return tally
}

func (r *roll) hitsOf(w *searched, s *scratch) hits {
	found := (s.domains[w.domain]|s.towns[w.town])&^leadBits | s.names[w.family] | s.names[w.given]
	for _, word := range r.local[w.localAt : w.localAt+w.localLen] {
		found |= s.words[word]
	}
	return found
}

func (r *roll) byEmail(email string) (ids []string) {
	wanted := foldMail(email)
	if wanted == "" {
		return nil
	}
	for slot := range r.mails.each(mailHash(email)) {
		if foldMail(r.card(slot).Email) == wanted {
			ids = append(ids, r.id(slot))
		}
	}
	slices.Sort(ids)
	return ids
}

func (r *roll) byName(given, family, community string) (ids []string) {
	given, family = foldName(given), foldName(family)
	folded := Fold(community)
	for slot := range r.people.each(nameHash(plainHash(given), plainHash(family))) {
		if c := r.card(slot); foldName(c.Given) != given || foldName(c.Family) != family {
			continue
		}
		if community == "" || r.towns.list[r.searched[slot].town].named(community, folded) {
			ids = append(ids, r.id(slot))
		}
	}
	slices.Sort(ids)
	return ids
}
