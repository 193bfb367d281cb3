package people

import (
	"slices"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

// earlier is a row of this list that was read before.
type earlier struct {
	row                  int
	id, email, community string
}

// place decides what becomes of a row that was understood.
func (l *memberList) place(m *store.Member, number int, name string, r *Report) (store.Record, error) {
	duplicate := func(id string, row int, why string) (store.Record, error) {
		if row > 0 && l.dry {
			id = ""
		}
		r.Duplicates = append(r.Duplicates, Duplicate{Row: number, Name: name, Member: id, WithRow: row, Why: why})
		return nil, nil
	}
	if e, why := l.inList(m); e != nil {
		return duplicate(e.id, e.row, why)
	}
	known, id, why, err := l.known(m)
	if err != nil {
		return nil, err
	}
	if known == nil && id != "" {
		return duplicate(id, 0, why)
	}
	if known == nil {
		m.ID = store.NewID(store.KindMember)
		if m.Office == "" {
			m.Office = l.office
		}
		l.remember(m, number)
		r.Created++
		return *m, nil
	}
	better := l.improved(*known, m)
	if why == "name" && !sameMember(*known, better) {
		return duplicate(id, 0, why)
	}
	l.remember(&better, number)
	if sameMember(*known, better) {
		r.Unchanged++
		return nil, nil
	}
	r.Updated++
	return better, nil
}

// remember notes a row for those that come after it.
func (l *memberList) remember(m *store.Member, row int) {
	e := &earlier{row: row, id: m.ID, email: m.Email, community: m.Community}
	l.byID[e.id] = e
	if m.Email != "" {
		l.byEmail[directory.Fold(m.Email)] = e
	}
	key := wholeName(m)
	l.byName[key] = append(l.byName[key], e)
}

// wholeName is the name folded, however it was parted.
func wholeName(m *store.Member) string { return folded(m.Given + " " + m.Family) }

// inList finds the earlier row of this list that this one repeats.
func (l *memberList) inList(m *store.Member) (*earlier, string) {
	if e := l.byID[m.ID]; e != nil {
		return e, "id"
	}
	if m.ID != "" {
		if _, known := l.there.Member(m.ID); known {
			return nil, "" // it says itself who it is
		}
	}
	if m.Email != "" {
		if e := l.byEmail[directory.Fold(m.Email)]; e != nil {
			return e, "email"
		}
	}
	for _, e := range l.byName[wholeName(m)] {
		if maybeSame(m, e.email, e.community) {
			return e, "name"
		}
	}
	return nil, ""
}

// maybeSame compares two people of one name: in one community, or with so little known that they could be.
func maybeSame(m *store.Member, email, community string) bool {
	if m.Community == community && community != "" {
		return true
	}
	return (m.Community == "" || community == "") && (m.Email == "" || email == "")
}

// known finds who this row is among the members there. A member that is nil with an id is somebody it may be.
func (l *memberList) known(m *store.Member) (known *store.Member, id, why string, err error) {
	get := func(id, why string) (*store.Member, string, string, error) {
		found, err := store.Get[store.Member](l.p.Store, id)
		return &found, id, why, err
	}
	if m.ID != "" {
		if _, ok := l.there.Member(m.ID); ok {
			return get(m.ID, "id")
		}
	}
	if m.Email != "" {
		ids := l.there.ByEmail(m.Email)
		for _, id := range ids {
			if c, ok := l.there.Member(id); ok && wholeName(m) == folded(c.Given+" "+c.Family) {
				return get(id, "email")
			}
		}
		if len(ids) > 0 {
			return nil, ids[0], "email", nil
		}
	}
	if id := l.merged[directory.Fold(m.Email)]; m.Email != "" && id != "" {
		return nil, id, "email", nil
	}
	for _, id := range l.there.ByName(m.Given, m.Family, "") {
		if c, ok := l.there.Member(id); ok && maybeSame(m, c.Email, c.CommunityID) {
			return get(id, "name")
		}
	}
	return nil, "", "", nil
}

// improved is the known member with what the row fills or corrects. What the row leaves empty stays.
func (l *memberList) improved(known store.Member, m *store.Member) store.Member {
	better := known
	for _, field := range MemberFields {
		if field == "chapters" || field == "notes" {
			continue
		}
		if value := *memberText(m, field); value != "" && !keepsBetter(&known, m, field) {
			*memberText(&better, field) = value
		}
	}
	if m.Role != "" && l.cell["role"] == "" && known.Role != "" {
		better.Role = known.Role // a title's hint does not overrule
	}
	better.Notes = addLines(known.Notes, strings.Split(m.Notes, "\n"))
	better.Chapters = union(known.Chapters, m.Chapters)
	return better
}

// keepsBetter: a name or an address that differs in accents, case or where it was parted is not corrected,
// unless the list has the accents that are missing here.
func keepsBetter(known, m *store.Member, field string) bool {
	switch field {
	case "given", "family":
		return wholeName(known) == wholeName(m) && accents(known.Given+known.Family) >= accents(m.Given+m.Family)
	case "email":
		return foldedSame(known.Email, m.Email)
	}
	return false
}

func accents(s string) (n int) {
	for _, r := range s {
		if r > 0x7F {
			n++
		}
	}
	return n
}

// addLines appends the lines that a text does not have yet.
func addLines(text string, lines []string) string {
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" && !strings.Contains(text, line) {
			text = strings.TrimPrefix(text+"\n"+line, "\n")
		}
	}
	return text
}

func sameMember(a, b store.Member) bool {
	for _, field := range MemberFields {
		if field != "chapters" && *memberText(&a, field) != *memberText(&b, field) {
			return false
		}
	}
	return slices.Equal(a.Chapters, b.Chapters)
}

// mergedAddresses finds the addresses that only a merged record has, so that an old list does not bring
// such a person back. Without merged records nothing is walked.
func (p *People) mergedAddresses() (map[string]string, error) {
	merged := map[string]string{}
	if _, listed := p.Store.WaitDirectory().Members(directory.Query{Limit: 1}); listed == p.Store.Count(store.KindMember) {
		return merged, nil
	}
	for m, err := range store.All[store.Member](p.Store) {
		if err != nil {
			return nil, err
		}
		if person := p.Store.Person(m.ID); person != m.ID && m.Email != "" {
			merged[directory.Fold(m.Email)] = person
		}
	}
	return merged, nil
}
