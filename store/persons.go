package store

import (
	"slices"
	"sync"
)

// persons knows who stands for whom: which members were merged into another, so that a question about each of a hundred thousand costs no read. It
// has a lock of its own, since it is asked while the directory is walked.
type persons struct {
	mu   sync.RWMutex
	into map[string]string   // from who was merged to whom they were merged into
	from map[string][]string // and back
}

// note says that a member was merged into another, or into nobody.
func (p *persons) note(member, into string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.into[member]
	if before == into {
		return
	}
	if before != "" {
		delete(p.into, member)
		if p.from[before] = slices.DeleteFunc(p.from[before], func(id string) bool { return id == member }); len(p.from[before]) == 0 {
			delete(p.from, before)
		}
	}
	if into == "" {
		return
	}
	if p.into == nil {
		p.into, p.from = map[string]string{}, map[string][]string{}
	}
	p.into[member], p.from[into] = into, append(p.from[into], member)
}

func (p *persons) next(member string) string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.into[member]
}

func (p *persons) before(member string) []string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return slices.Clone(p.from[member])
}

// circle gives the members who were merged into each other, if this is one of them.
func (p *persons) circle(member string) (all []string) {
	for at := member; ; {
		if at = p.next(at); at == "" || slices.Contains(all, at) {
			return nil
		}
		if all = append(all, at); at == member {
			return all
		}
	}
}

// stays tells whether a member stands for others although it was merged into one of them.
func (p *persons) stays(member string) bool {
	all := p.circle(member)
	return len(all) > 0 && slices.Min(all) == member
}

// kin tells whom a member was merged into, and who was merged into them: from memory, or from the disk as long as the directory is being read.
func (s *Store) kin() (into func(string) string, from func(string) []string) {
	if _, ready := s.Directory(); !ready {
		return s.mergedInto, s.mergedFrom
	}
	known := &s.lists.Load().persons
	return known.next, known.before
}

// Person gives the member who stands for one that was merged into another, and for that one's like, else the same id. Where two laptops merged two
// members into each other, one of the two stands for both, the same everywhere.
func (s *Store) Person(member string) string {
	into, _ := s.kin()
	return lastOf(member, into)
}

// Records gives all ids under which records of a person may stand, by any of them: of the member who stands for the others first.
func (s *Store) Records(member string) []string {
	into, from := s.kin()
	ids := []string{lastOf(member, into)}
	for at := 0; at < len(ids); at++ {
		for _, id := range from(ids[at]) {
			if !slices.Contains(ids, id) && lastOf(id, into) == ids[0] {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// RecordsOf are those of Records, and those that were said to be this person and stand for another by now: what is asked of them, or to be erased, is
// looked for under all.
func (s *Store) RecordsOf(m Member) []string {
	ids := s.Records(m.ID)
	for _, id := range m.Merged {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// lastOf goes from one to the next; of a circle, its first by their ids is the last.
func lastOf(member string, into func(string) string) string {
	var seen []string
	for at := member; ; {
		next := into(at)
		if next == "" {
			return at
		}
		seen = append(seen, at)
		if from := slices.Index(seen, next); from >= 0 {
			return slices.Min(seen[from:])
		}
		at = next
	}
}

func (s *Store) mergedInto(member string) string {
	m, err := Get[Member](s, member)
	if err != nil {
		return ""
	}
	return m.MergedInto
}

func (s *Store) mergedFrom(member string) []string {
	m, err := Get[Member](s, member)
	if err != nil {
		return nil
	}
	return m.Merged
}
