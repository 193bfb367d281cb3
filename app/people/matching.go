package people

import (
	"cmp"
	"slices"

	"example.org/carnet/store/directory"
)

// Wanted is a person as somebody wrote them down.
type Wanted struct{ Given, Family, Email, Town string }

// Match is who and where that may be.
type Match struct {
	Member     string // id of the one whom it is; empty when a person must say
	Why        string // email, name
	Candidates []Candidate
	Community  string            // id of the one community that the town is
	Towns      []directory.Place // what it may be else, the likeliest first
}

// Candidate is somebody whom it may be.
type Candidate struct {
	Card directory.Card
	Why  string // email: the same address under another name; name: the same name elsewhere; near: much alike
}

const (
	mostCandidates = 5
	mostSimilar    = 200 // members that are compared letter by letter
)

// Matcher finds members and communities for many at a time.
type Matcher struct {
	places *gazetteer
	list   *directory.Directory
	near   map[string][]directory.Place // towns that were asked for
}

// Matcher reads the communities once.
func (p *People) Matcher() (*Matcher, error) {
	places, err := p.gazetteer()
	return &Matcher{places: places, list: p.Store.WaitDirectory(), near: map[string][]directory.Place{}}, err
}

// Match finds the member by address and name, then by name and community; then whoever it may be.
func (m *Matcher) Match(w Wanted) Match {
	var found Match
	found.Community, found.Towns = m.town(w.Town)
	name := folded(w.Given + " " + w.Family)
	for _, id := range m.list.ByEmail(w.Email) {
		card, _ := m.list.Member(id)
		switch same := name == "" || name == cardName(card); {
		case same && found.Member == "":
			found.Member, found.Why = id, "email"
		default:
			found.add(card, "email")
		}
	}
	if found.Member == "" && name != "" {
		m.byName(w, name, &found)
	}
	if found.Member == "" && name != "" {
		m.alike(w, name, &found)
	}
	return found
}

func cardName(c directory.Card) string { return folded(c.Given + " " + c.Family) }

func (f *Match) add(card directory.Card, why string) {
	there := func(c Candidate) bool { return c.Card.ID == card.ID }
	if card.ID != f.Member && len(f.Candidates) < mostCandidates && !slices.ContainsFunc(f.Candidates, there) {
		f.Candidates = append(f.Candidates, Candidate{card, why})
	}
}

// byName takes the one person of that name in that community; of the same name elsewhere, a person decides.
func (m *Matcher) byName(w Wanted, name string, found *Match) {
	var here, elsewhere []directory.Card
	for _, id := range slices.Concat(m.list.ByName(w.Given, w.Family, ""), m.list.ByName(w.Family, w.Given, "")) {
		card, _ := m.list.Member(id)
		if found.Community != "" && card.CommunityID == found.Community && cardName(card) == name {
			here = append(here, card)
		} else {
			elsewhere = append(elsewhere, card)
		}
	}
	if len(here) == 1 && len(found.Candidates) == 0 {
		found.Member, found.Why = here[0].ID, "name"
		return
	}
	for _, card := range slices.Concat(here, elsewhere) {
		found.add(card, "name")
	}
}

// alike compares letter by letter those who live in the same community, and those whose name begins alike.
func (m *Matcher) alike(w Wanted, name string, found *Match) {
	var some []directory.Card
	look := func(q directory.Query) {
		q.Limit = mostSimilar
		cards, _ := m.list.Members(q)
		some = append(some, cards...)
	}
	if found.Community != "" {
		look(directory.Query{Community: found.Community})
	}
	look(directory.Query{Text: beginning(w.Family)})
	look(directory.Query{Text: w.Given})
	type scored struct {
		card  directory.Card
		score int
	}
	var near []scored
	for _, card := range some {
		away := distance(name, cardName(card), 4)
		if card.CommunityID == "" || card.CommunityID != found.Community {
			away++
		}
		if away <= 2 || away == 3 && card.CommunityID == found.Community && len(name) > 12 {
			near = append(near, scored{card, away})
		}
	}
	slices.SortStableFunc(near, func(a, b scored) int { return cmp.Compare(a.score, b.score) })
	for _, one := range near {
		found.add(one.card, "near")
	}
}

func beginning(name string) string {
	letters := []rune(folded(name))
	return string(letters[:min(len(letters), 3)])
}

// town gives the community that a name means, or those that it may mean.
func (m *Matcher) town(name string) (string, []directory.Place) {
	if name == "" {
		return "", nil
	}
	if m.places.byID[name] != nil {
		return name, nil
	}
	id, err := m.places.find(name, "")
	if err == nil {
		return id, nil
	}
	near, known := m.near[name]
	if !known {
		near = m.townsNear(name)
		m.near[name] = near
	}
	return "", near
}

func (m *Matcher) townsNear(name string) []directory.Place {
	short, province := namedProvince(name)
	wanted := append([]string{folded(short)}, withoutStyle(folded(short))...)
	away := map[string]int{}
	for key, places := range m.places.byName {
		best := 3
		for _, one := range wanted {
			if d := distance(one, key, 3); d < best && d*4 <= len(one) {
				best = d
			}
		}
		for _, c := range places {
			if before, there := away[c.ID]; best < 3 && (province == "" || c.Province == province) && (!there || best < before) {
				away[c.ID] = best
			}
		}
	}
	ids := make([]string, 0, len(away))
	for id := range away {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(away[a], away[b]), cmp.Compare(m.places.byID[a].Name, m.places.byID[b].Name), cmp.Compare(a, b))
	})
	var near []directory.Place
	for _, id := range ids[:min(len(ids), mostCandidates)] {
		c := m.places.byID[id]
		near = append(near, directory.Place{ID: id, Name: c.Name, NameFR: c.NameFR, Kind: c.Kind, Province: c.Province, Country: c.Country, Zone: c.Zone})
	}
	return near
}

// distance counts the letters that one must change, add, drop or swap with its neighbour; most where there are more.
func distance(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) >= most || len(y) > 200 {
		return most
	}
	rows := [3][]int{make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(x); i++ {
		before, last, row := rows[0], rows[1], rows[2]
		row[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			change := last[j-1]
			if x[i-1] != y[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least >= most {
			return most
		}
		rows[0], rows[1], rows[2] = last, row, before
	}
	return min(rows[1][len(y)], most)
}

// Exact is Match without candidates, for many.
func (m *Matcher) Exact(w Wanted) Match {
	found := Match{}
	if id, err := m.places.find(w.Town, ""); w.Town != "" && err == nil {
		found.Community = id
	}
	name := folded(w.Given + " " + w.Family)
	ids := m.list.ByEmail(w.Email)
	for _, id := range ids {
		if card, _ := m.list.Member(id); name == "" || name == cardName(card) {
			found.Member, found.Why = id, "email"
			return found
		}
	}
	if len(ids) > 0 { // the same address under another name: somebody must look
		return found
	}
	if name != "" && found.Community != "" {
		m.byName(w, name, &found)
		found.Candidates = nil
	}
	return found
}
