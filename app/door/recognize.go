package door

import (
	"maps"
	"slices"
	"strings"

	"example.org/carnet/app/door/online"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

const (
	mostCandidates = 5   // shown for somebody who is not known
	mostSearched   = 300 // people for whom candidates are looked for; beyond that the file is another meeting's
)

// recognize says whose stays these are: by what a person decided, by address, by a learned name, then by name. learned are members with
// the names that were decided on now, so that nobody is asked twice.
func (d *Door) recognize(r *Reported, decided map[int]string) (people map[string][]online.Stay, learned []store.Member, err error) {
	groups := groupStays(r.Report.Stays)
	people = map[string][]online.Stay{}
	list := d.Store.WaitDirectory()
	aliases := d.aliases()
	names := map[string][]string{}
	for _, g := range groups {
		member, byHand, err := d.whoIs(g, decided)
		if err != nil {
			return nil, nil, err
		}
		if member == "" {
			member = d.recognizeOne(list, g, aliases)
		}
		if member == "" {
			r.Unmatched = append(r.Unmatched, Unmatched{Row: g[0].Row, Name: shownName(g[0]), Email: g[0].Email})
			continue
		}
		if byHand {
			names[member] = append(names[member], shownName(g[0]))
		}
		r.Matched += len(g)
		people[member] = append(people[member], g...)
	}
	for i := range r.Unmatched[:min(len(r.Unmatched), mostSearched)] {
		r.Unmatched[i].Candidates = candidates(list, r.Unmatched[i].Name)
	}
	learned, err = d.learn(names)
	return people, learned, err
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

// whoIs gives what a person decided about any of these rows. Fault unknown_id.
func (d *Door) whoIs(group []online.Stay, decided map[int]string) (member string, byHand bool, err error) {
	for _, s := range group {
		if id := decided[s.Row]; id != "" {
			if _, err := store.Get[store.Member](d.Store, id); err != nil {
				return "", false, fault.New("unknown_id", "kind", string(store.KindMember), "id", id)
			}
			return d.Person(id), true, nil
		}
	}
	return "", false, nil
}

func (d *Door) recognizeOne(list *directory.Directory, group []online.Stay, aliases map[string]string) string {
	for _, s := range group {
		if ids := list.ByEmail(s.Email); len(ids) == 1 {
			return d.Person(ids[0])
		}
	}
	for _, s := range group {
		if member := aliases[directory.Fold(shownName(s))]; member != "" {
			return d.Person(member)
		}
	}
	for _, s := range group {
		for _, name := range []string{s.Original, s.Name} {
			if ids := named(list, name); len(ids) == 1 {
				return d.Person(ids[0])
			}
		}
	}
	return ""
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
			if _, twice := known[name]; twice {
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

// learn gives the members to whom names are added. What this laptop may not write it does not learn.
func (d *Door) learn(names map[string][]string) (learned []store.Member, err error) {
	for _, id := range slices.Sorted(maps.Keys(names)) {
		m, err := store.Get[store.Member](d.Store, id)
		if err != nil {
			return nil, err
		}
		if m.Office != d.Office() || d.May(store.KindMember) != nil {
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
	return learned, nil
}
