package people

import (
	"slices"

	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// CommunityFields are what a person may write on a community.
var CommunityFields = []string{"name", "name_fr", "kind", "organization", "province", "country", "zone"}

// Community gives the community that an id, its beginning or a name means.
func (p *People) Community(ref string) (store.Community, error) {
	id, err := p.communityID(ref)
	if err != nil {
		return store.Community{}, err
	}
	return store.Get[store.Community](p.Store, id)
}

// AddCommunity makes a community of these fields. Fault name_needed and those of SetCommunity.
func (p *People) AddCommunity(fields map[string]string) (store.Community, []store.Ref, error) {
	c := store.Community{ID: store.NewID(store.KindCommunity), Country: "CA"}
	refs, err := p.writeCommunity(&c, fields)
	return c, refs, err
}

// SetCommunity writes the fields named. Faults: unknown_community, bad_field, bad_province, bad_zone.
func (p *People) SetCommunity(ref string, fields map[string]string) (store.Community, []store.Ref, error) {
	c, err := p.Community(ref)
	if err != nil {
		return c, nil, err
	}
	refs, err := p.writeCommunity(&c, fields)
	return c, refs, err
}

func (p *People) writeCommunity(c *store.Community, fields map[string]string) ([]store.Ref, error) {
	places := map[string]*string{"name": &c.Name, "name_fr": &c.NameFR, "kind": &c.Kind, "organization": &c.Organization,
		"province": &c.Province, "country": &c.Country, "zone": &c.Zone}
	if err := p.writeTexts(places, CommunityFields, fields); err != nil {
		return nil, err
	}
	if c.Name == "" && c.NameFR == "" {
		return nil, fault.New("name_needed")
	}
	return p.put(*c)
}

// writeTexts reads texts into places by name, in the order given.
func (p *People) writeTexts(places map[string]*string, order []string, fields map[string]string) error {
	for name := range fields {
		if places[name] == nil {
			return fault.New("bad_field", "field", name)
		}
	}
	for _, name := range order {
		value, ok := fields[name]
		if !ok {
			continue
		}
		value, err := tidy(name, value)
		if err == nil {
			value, err = p.checkText(name, value)
		}
		if err != nil {
			return err
		}
		*places[name] = value
	}
	return nil
}

func (p *People) checkText(name, value string) (string, error) {
	switch {
	case name == "zone":
		return checkZone(value)
	case name == "province" && value != "":
		if code := provinceCode(value); code != "" {
			return code, nil
		}
		return "", fault.New("bad_province", "value", shortened(value))
	}
	return value, nil
}

// ChapterFields are what a person may write on a chapter.
var ChapterFields = []string{"name", "name_fr", "kind", "audience", "zone"}

// Chapter gives the chapter that an id, its beginning or a name means. Faults unknown_chapter, ambiguous_chapter.
func (p *People) Chapter(ref string) (store.Chapter, error) {
	ids, err := p.chapterIDs([]string{ref})
	if err != nil {
		return store.Chapter{}, err
	}
	return store.Get[store.Chapter](p.Store, ids[0])
}

// Chapters lists them all by name.
func (p *People) Chapters(lang string) ([]store.Chapter, error) {
	var all []store.Chapter
	for c, err := range store.All[store.Chapter](p.Store) {
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b store.Chapter) int {
		return byName(inLang(lang, a.Name, a.NameFR), inLang(lang, b.Name, b.NameFR))
	})
	return all, nil
}

// AddChapter makes a chapter. Faults: name_needed, name_taken and those of SetChapter.
func (p *People) AddChapter(fields map[string]string) (store.Chapter, []store.Ref, error) {
	c := store.Chapter{ID: store.NewID(store.KindChapter), Kind: "regional"}
	refs, err := p.writeChapter(&c, fields)
	return c, refs, err
}

// SetChapter writes the fields named. Faults: unknown_chapter, bad_field, bad_kind, bad_zone.
func (p *People) SetChapter(ref string, fields map[string]string) (store.Chapter, []store.Ref, error) {
	c, err := p.Chapter(ref)
	if err != nil {
		return c, nil, err
	}
	refs, err := p.writeChapter(&c, fields)
	return c, refs, err
}

func (p *People) writeChapter(c *store.Chapter, fields map[string]string) ([]store.Ref, error) {
	places := map[string]*string{"name": &c.Name, "name_fr": &c.NameFR, "kind": &c.Kind, "audience": &c.Audience, "zone": &c.Zone}
	if err := p.writeTexts(places, ChapterFields, fields); err != nil {
		return nil, err
	}
	if c.Name == "" && c.NameFR == "" {
		return nil, fault.New("name_needed")
	}
	if _, err := oneOf("bad_kind", c.Kind, ChapterKinds); err != nil {
		return nil, err
	}
	if _, given := fields["audience"]; given { // one that an older program wrote does not stop other edits
		var err error
		if c.Audience, err = meetings.Audience(c.Audience); err != nil {
			return nil, err
		}
	}
	names, err := p.chapterNames()
	if err != nil {
		return nil, err
	}
	for _, name := range []string{c.Name, c.NameFR} {
		if taken := names[folded(name)]; len(taken) > 0 && !slices.Contains(taken, c.ID) {
			return nil, fault.New("name_taken", "value", name)
		}
	}
	return p.put(*c)
}

// inLang gives the French text to French readers when there is one.
func inLang(lang, en, fr string) string {
	if lang == "fr" && fr != "" || en == "" {
		return fr
	}
	return en
}
