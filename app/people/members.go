package people

import (
	"slices"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// MemberFields are the names of what a person may write on a member, in the order of exports.
var MemberFields = []string{"given", "family", "email", "phone", "role", "title", "community", "language", "chapters",
	"term_start", "term_end", "zone", "notes", "office"}

// Find gives the member that a reference means: an id, the beginning of one, or an e-mail address. Who was merged
// into another is that other. Faults: unknown_id, ambiguous_id.
func (p *People) Find(ref string) (store.Member, error) {
	id, err := p.memberID(ref)
	if err != nil {
		return store.Member{}, err
	}
	return store.Get[store.Member](p.Store, p.Store.Person(id))
}

func (p *People) memberID(ref string) (string, error) {
	if !strings.Contains(ref, "@") {
		return p.Store.Resolve(store.KindMember, ref)
	}
	ids := p.Store.WaitDirectory().ByEmail(ref)
	switch len(ids) {
	case 0:
		return "", fault.New("unknown_id", "id", ref)
	case 1:
		return ids[0], nil
	}
	return "", fault.New("ambiguous_id", "id", ref, "n", count(len(ids)))
}

// Narrow turns what a person writes of a chapter, a community and an office into ids; what is empty stays empty.
func (p *People) Narrow(chapter, community, office string) (chapterID, communityID, officeID string, err error) {
	if chapter != "" {
		ids, err := p.chapterIDs([]string{chapter})
		if err != nil {
			return "", "", "", err
		}
		chapterID = ids[0]
	}
	if communityID, err = p.communityID(community); err == nil {
		officeID, err = p.officeID(office)
	}
	return chapterID, communityID, officeID, err
}

// AddMember makes a member of these fields. It owns what its office creates. Fault name_missing, and those of SetMember.
func (p *People) AddMember(fields map[string]string) (store.Member, []store.Ref, error) {
	m := store.Member{ID: store.NewID(store.KindMember), Office: p.Office()}
	if err := p.writeMember(&m, fields); err != nil {
		return m, nil, err
	}
	if m.Given == "" && m.Family == "" {
		return m, nil, fault.New("name_missing")
	}
	refs, err := p.put(m)
	return m, refs, err
}

// SetMember writes the fields named and leaves the others. Faults: unknown_id, bad_field, bad_email, bad_date, bad_member_role,
// bad_language, bad_zone, unknown_community, unknown_chapter and their ambiguous_ kin, term_backwards.
func (p *People) SetMember(ref string, fields map[string]string) (store.Member, []store.Ref, error) {
	m, err := p.Find(ref)
	if err != nil {
		return m, nil, err
	}
	if err := p.writeMember(&m, fields); err != nil {
		return m, nil, err
	}
	if m.Given == "" && m.Family == "" {
		return m, nil, fault.New("name_missing")
	}
	refs, err := p.put(m)
	return m, refs, err
}

// MoveMember gives a member, and all details that its office has, to another office. Faults: unknown_id,
// ambiguous_id, unknown_office; details_elsewhere when this laptop cannot read the details.
func (p *People) MoveMember(ref, office string) (store.Member, []store.Ref, error) {
	m, err := p.Find(ref)
	if err != nil {
		return m, nil, err
	}
	to, err := p.officeID(strings.TrimSpace(office))
	if err == nil && to == "" {
		err = fault.New("unknown_office", "office", office)
	}
	if err == nil && !p.reads(m.Office) {
		err = fault.New("details_elsewhere", "id", m.ID, "office", m.Office)
	}
	if err == nil {
		err = p.May(store.KindMember)
	}
	if err != nil {
		return m, nil, err
	}
	m.Office = to
	refs, err := p.Store.Edit(func(tx *store.Tx) error {
		if _, err := tx.Put(m); err != nil || !p.reads(to) {
			return err // who reads both offices brings the details
		}
		_, err := tx.MoveDetails(m.ID) // with what stayed behind in an earlier move
		return err
	})
	return m, refs, err
}

// RemoveMember deletes a member; the history stays and undo brings it back.
func (p *People) RemoveMember(ref string) (store.Member, []store.Ref, error) {
	m, err := p.Find(ref)
	if err == nil {
		err = p.May(store.KindMember)
	}
	if err != nil {
		return m, nil, err
	}
	refs, err := p.Store.Edit(func(tx *store.Tx) error { return tx.Delete(store.KindMember, m.ID) })
	return m, refs, err
}

// put writes one record as one edit.
func (p *People) put(r store.Record) ([]store.Ref, error) {
	if err := p.May(r.RecordKind()); err != nil {
		return nil, err
	}
	return p.Store.Edit(func(tx *store.Tx) error {
		_, err := tx.Put(r)
		return err
	})
}

// writeMember reads texts into a member's fields, in a fixed order so that the same input fails the same way.
func (p *People) writeMember(m *store.Member, fields map[string]string) error {
	for name := range fields {
		if !slices.Contains(MemberFields, name) {
			return fault.New("bad_field", "field", name)
		}
	}
	for _, name := range MemberFields {
		value, ok := fields[name]
		if !ok {
			continue
		}
		if err := p.writeField(m, name, value); err != nil {
			return err
		}
	}
	if m.TermStart != "" && m.TermEnd != "" && m.TermEnd < m.TermStart {
		return fault.New("term_backwards", "start", m.TermStart, "end", m.TermEnd)
	}
	return nil
}

func (p *People) writeField(m *store.Member, name, value string) error {
	value, err := tidy(name, value)
	if err != nil {
		return err
	}
	switch name {
	case "chapters":
		m.Chapters, err = p.chapterIDs(splitNames(value))
		return err
	case "community":
		value, err = p.communityID(value)
	case "office":
		value, err = p.officeID(value)
	case "email":
		value, err = checkEmail(value)
	case "role":
		value, err = oneOf("bad_member_role", value, Roles)
	case "language":
		value, err = oneOf("bad_language", value, Languages)
	case "term_start", "term_end":
		value, err = checkDate(value)
	case "zone":
		value, err = checkZone(value)
	}
	if err == nil {
		*memberText(m, name) = value
	}
	return err
}

// memberText is the place of a text field.
func memberText(m *store.Member, name string) *string {
	switch name {
	case "given":
		return &m.Given
	case "family":
		return &m.Family
	case "email":
		return &m.Email
	case "phone":
		return &m.Phone
	case "role":
		return &m.Role
	case "title":
		return &m.Title
	case "community":
		return &m.Community
	case "language":
		return &m.Language
	case "office":
		return &m.Office
	case "term_start":
		return &m.TermStart
	case "term_end":
		return &m.TermEnd
	case "zone":
		return &m.Zone
	}
	return &m.Notes
}

// MemberTexts gives every text of a member's record by the name of its field.
func MemberTexts(m *store.Member) map[string]string {
	texts := map[string]string{}
	for _, field := range []string{"given", "family", "email", "phone", "role", "title", "community", "language", "office", "term_start",
		"term_end", "zone", "notes"} {
		texts[field] = *memberText(m, field)
	}
	return texts
}

// splitNames parts "Ontario; Northern" at semicolons, bars and line breaks.
func splitNames(value string) (names []string) {
	for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ';' || r == '|' || r == '\n' }) {
		if part = strings.TrimSpace(part); part != "" {
			names = append(names, part)
		}
	}
	return names
}
