package people

import (
	"cmp"
	"slices"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

func byName(a, b string) int {
	return cmp.Or(cmp.Compare(directory.Fold(a), directory.Fold(b)), cmp.Compare(a, b))
}

// Pair is two members that may be one person.
type Pair struct {
	A, B directory.Card
	Why  string // email, name
}

// Duplicates lists members with the same address, and members with the same name in the same community.
// A group of several gives each of them beside its first.
func (p *People) Duplicates() []Pair {
	cards, _ := p.Store.WaitDirectory().Members(directory.Query{Limit: everyone})
	slices.SortFunc(cards, func(a, b directory.Card) int { return cmp.Compare(a.ID, b.ID) })
	var pairs []Pair
	told := map[[2]string]bool{}
	first := make(map[string]int, 2*len(cards))
	for i := range cards {
		for _, k := range sameness(&cards[i]) {
			at, seen := first[k]
			if !seen {
				first[k] = i
				continue
			}
			if ids := [2]string{cards[at].ID, cards[i].ID}; !told[ids] {
				told[ids] = true
				why, _, _ := strings.Cut(k, "\x00")
				pairs = append(pairs, Pair{A: cards[at], B: cards[i], Why: why})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b Pair) int { return byName(a.A.Family, b.A.Family) })
	return pairs
}

// everyone asks for all members in one page.
const everyone = 1 << 30

// sameness gives what two cards of one person have in common.
func sameness(c *directory.Card) []string {
	keys := make([]string, 0, 2)
	if c.Email != "" {
		keys = append(keys, "email\x00"+directory.Fold(c.Email))
	}
	if c.CommunityID != "" {
		keys = append(keys, "name\x00"+nameKey(c.Given, c.Family)+"\x00"+c.CommunityID)
	}
	return keys
}

func nameKey(given, family string) string { return folded(given) + "\x00" + folded(family) }

// Merge says that two members are one person: empty fields of keep are filled from other, chapters united,
// and other points to keep from now on, so that its scans and its history follow. Fault same_member.
func (p *People) Merge(keepRef, otherRef string) (store.Member, []store.Ref, error) {
	keep, err := p.Find(keepRef)
	if err != nil {
		return keep, nil, err
	}
	other, err := p.Find(otherRef)
	if err != nil {
		return keep, nil, err
	}
	if keep.ID == other.ID {
		return keep, nil, fault.New("same_member", "id", keep.ID)
	}
	if err := p.May(store.KindMember); err != nil {
		return keep, nil, err
	}
	united := unite(keep, other)
	other.MergedInto = keep.ID
	refs, err := p.Store.Edit(func(tx *store.Tx) error {
		if _, err := tx.Put(united); err != nil {
			return err
		}
		_, err := tx.Put(other)
		return err
	})
	return united, refs, err
}

func unite(keep, other store.Member) store.Member {
	for _, name := range MemberFields {
		if name == "chapters" {
			continue
		}
		if to := memberText(&keep, name); *to == "" {
			*to = *memberText(&other, name)
		}
	}
	if other.Notes != "" && !strings.Contains(keep.Notes, other.Notes) {
		keep.Notes += "\n" + other.Notes
	}
	if other.Email != "" && !foldedSame(keep.Email, other.Email) {
		keep.Notes = strings.TrimSpace(keep.Notes + "\n" + other.Email)
	}
	keep.Chapters = union(keep.Chapters, other.Chapters)
	keep.Merged = union(union(keep.Merged, other.Merged), []string{other.ID})
	return keep
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}
