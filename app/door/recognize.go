package door

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"example.org/carnet/app/door/online"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

const (
	mostCandidates = 5   // shown for somebody who is not known
	mostSearched   = 300 // people for whom candidates are looked for; beyond that the file is another meeting's
)

// recognize says whose stays these are: by what a person decided, by address, by a learned name, by name, and last by what is noted at this very
// meeting already. learned are members with the names that were decided on now, so that nobody is asked twice.
func (d *Door) recognize(r *Reported, decided map[int]string, known []saidOnce, plan meetings.Planned) (people map[string][]online.Stay, learned []store.Member, err error) {
	people = map[string][]online.Stay{}
	list := d.Store.WaitDirectory()
	aliases := d.aliases()
	names := map[string][]string{}
	var strangers [][]online.Stay
	for _, g := range groupStays(r.Report.Stays) {
		member, how, err := d.whoIs(list, g, decided, aliases)
		if err != nil {
			return nil, nil, err
		}
		switch member {
		case "":
			strangers = append(strangers, g)
			continue
		case AskAgain:
			r.Unmatched = append(r.Unmatched, Unmatched{Row: g[0].Row, Name: shownName(g[0]), Email: g[0].Email})
			continue
		case Nobody:
			r.Known = append(r.Known, Recognized{Row: g[0].Row, Name: shownName(g[0]), How: how})
			continue
		}
		if how == ByAnswer {
			names[member] = append(names[member], shownName(g[0]))
		}
		r.known(people, g, member, how)
	}
	if err := r.noted(people, strangers, known, plan); err != nil {
		return nil, nil, err
	}
	for i := range r.Unmatched[:min(len(r.Unmatched), mostSearched)] {
		r.Unmatched[i].Candidates = candidates(list, r.Unmatched[i].Name)
	}
	learned, r.Unlearned, err = d.learn(names)
	return people, learned, err
}

func (r *Reported) known(people map[string][]online.Stay, group []online.Stay, member, how string) {
	r.Matched += len(group)
	people[member] = append(people[member], group...)
	if how != "" {
		r.Known = append(r.Known, Recognized{Row: group[0].Row, Name: shownName(group[0]), Member: member, How: how})
	}
}

// noted recognizes strangers of the report by the presence that is noted of somebody at exactly their times: they are those of the same file,
// named when it was taken in. Where two have the same times nobody is taken for the other.
func (r *Reported) noted(people map[string][]online.Stay, strangers [][]online.Stay, known []saidOnce, plan meetings.Planned) error {
	byTimes := map[string][]string{}
	for member, stretches := range standing(known) {
		if people[member] == nil {
			byTimes[signature(stretches)] = append(byTimes[signature(stretches)], member)
		}
	}
	times, same := make([]string, len(strangers)), map[string]int{}
	for i, g := range strangers {
		if len(byTimes) == 0 {
			break
		}
		stretches, err := r.stretches(g, plan)
		if err != nil {
			return err
		}
		times[i] = signature(stretches)
		same[times[i]]++
	}
	for i, g := range strangers {
		if members := byTimes[times[i]]; len(members) == 1 && same[times[i]] == 1 {
			r.known(people, g, members[0], ByFacts)
			continue
		}
		r.Unmatched = append(r.Unmatched, Unmatched{Row: g[0].Row, Name: shownName(g[0]), Email: g[0].Email})
	}
	return nil
}

// groupStays puts together what is plainly one person's: one address, or one name without an address.
func groupStays(stays []online.Stay) (groups [][]online.Stay) {
	place := map[string]int{}
	for _, s := range stays {
		key := strings.ToLower(s.Email)
		if key == "" {
			key = "name " + directory.Fold(shownName(s))
		}
		at, known := place[key]
		if !known {
			at = len(groups)
			place[key] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], s)
	}
	return groups
}

// shownName is how the platform showed somebody.
func shownName(s online.Stay) string {
	if s.Original != "" {
		return s.Name + " (" + s.Original + ")"
	}
	return s.Name
}

// whoIs gives the member of a group, or Nobody or AskAgain, and how that is known; empty for a stranger. Fault unknown_id.
func (d *Door) whoIs(list *directory.Directory, group []online.Stay, decided map[int]string, aliases map[string]string) (member, how string, err error) {
	for _, s := range group {
		id := decided[s.Row]
		if id == Nobody || id == AskAgain {
			return id, ByAnswer, nil
		}
		if id == "" {
			continue
		}
		if _, err := store.Get[store.Member](d.Store, id); err != nil {
			return "", "", fault.New("unknown_id", "kind", string(store.KindMember), "id", id)
		}
		return d.Person(id), ByAnswer, nil
	}
	for _, s := range group {
		if ids := list.ByEmail(s.Email); len(ids) == 1 {
			return d.Person(ids[0]), "", nil
		}
	}
	for _, s := range group {
		if member := aliases[directory.Fold(shownName(s))]; member != "" {
			return d.Person(member), ByAlias, nil
		}
	}
	for _, s := range group {
		for _, name := range []string{s.Original, s.Name} {
			if ids := named(list, name); len(ids) == 1 {
				return d.Person(ids[0]), "", nil
			}
		}
	}
	return "", "", nil
}

// named gives the members of exactly this name, in either order: "Marie Tremblay", "Tremblay, Marie".
func named(list *directory.Directory, name string) (ids []string) {
	words := strings.Fields(strings.ReplaceAll(name, ",", " "))
	if len(words) < 2 || len(words) > 8 {
		return nil
	}
	for i := 1; i < len(words); i++ {
		a, b := strings.Join(words[:i], " "), strings.Join(words[i:], " ")
		ids = append(ids, list.ByName(a, b, "")...)
		ids = append(ids, list.ByName(b, a, "")...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// candidates are members who have words of the name, those with all of them first.
func candidates(list *directory.Directory, name string) (ids []string) {
	words := strings.FieldsFunc(name, notLetter)
	asked := []string{strings.Join(words, " ")}
	for _, word := range words {
		if len([]rune(word)) > 2 {
			asked = append(asked, word)
		}
	}
	for _, text := range asked {
		if len(ids) >= mostCandidates || text == "" {
			break
		}
		cards, _ := list.Members(directory.Query{Text: text, Limit: mostCandidates})
		for _, card := range cards {
			if !slices.Contains(ids, card.ID) {
				ids = append(ids, card.ID)
			}
		}
	}
	return ids[:min(len(ids), mostCandidates)]
}

// aliases gives members by the names that were learned, those that mean several people left out.
func (d *Door) aliases() map[string]string {
	known := map[string]string{}
	for m, err := range store.All[store.Member](d.Store) {
		if err != nil {
			return known
		}
		for _, alias := range m.Aliases {
			name := directory.Fold(alias)
			if other, twice := known[name]; twice && other != m.ID {
				known[name] = ""
				continue
			}
			known[name] = m.ID
		}
	}
	return known
}

// maxAlias is how long a name may be to be learned, in bytes: it is the name of an element in a set.
const maxAlias = 200

// learn gives the members to whom names are added, and how many names it may not write, for the members are another office's.
func (d *Door) learn(names map[string][]string) (learned []store.Member, not int, err error) {
	for _, id := range slices.Sorted(maps.Keys(names)) {
		m, err := store.Get[store.Member](d.Store, id)
		if err != nil {
			return nil, 0, err
		}
		if m.Office != d.Office() || d.May(store.KindMember) != nil {
			not += len(names[id])
			continue
		}
		before := len(m.Aliases)
		for _, name := range names[id] {
			if name != "" && len(name) <= maxAlias && !slices.Contains(m.Aliases, name) {
				m.Aliases = append(m.Aliases, name)
			}
		}
		if len(m.Aliases) > before {
			learned = append(learned, m)
		}
	}
	return learned, not, nil
}

// Alias is a name that platforms show of a member, as a person once said.
type Alias struct{ Name, Member string }

// Aliases lists the names that were learned, by name.
func (d *Door) Aliases() (list []Alias, err error) {
	for m, err := range store.All[store.Member](d.Store) {
		if err != nil {
			return nil, err
		}
		for _, name := range m.Aliases {
			list = append(list, Alias{Name: name, Member: m.ID})
		}
	}
	slices.SortFunc(list, func(a, b Alias) int {
		return cmp.Or(cmp.Compare(directory.Fold(a.Name), directory.Fold(b.Name)), cmp.Compare(a.Member, b.Member))
	})
	return list, nil
}

// Forget drops a name that was learned; what was taken in by it stays as it is. Faults: unknown_id, role_forbids.
func (d *Door) Forget(a Alias) ([]store.Ref, error) {
	if err := d.May(store.KindMember); err != nil {
		return nil, err
	}
	m, err := store.Get[store.Member](d.Store, a.Member)
	if err != nil {
		return nil, err
	}
	m.Aliases = slices.DeleteFunc(slices.Clone(m.Aliases), func(name string) bool { return name == a.Name })
	return d.Store.Edit(func(tx *store.Tx) error {
		_, err := tx.Put(m)
		return err
	})
}
