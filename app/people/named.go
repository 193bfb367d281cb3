package people

import (
	"slices"
	"strconv"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

func count(n int) string { return strconv.Itoa(n) }

// communityID takes an id, the beginning of one, or a name. Faults unknown_community, ambiguous_community.
func (p *People) communityID(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	if id, err := p.byID(store.KindCommunity, value); id != "" || err != nil {
		return id, err
	}
	g, err := p.gazetteer()
	if err != nil {
		return "", err
	}
	return g.find(value, "")
}

// byID resolves what looks like an id; anything else is a name, for which id and error are empty.
func (p *People) byID(kind store.Kind, value string) (string, error) {
	if !looksLikeID(kind, value) {
		return "", nil
	}
	id, err := p.Store.Resolve(kind, value)
	if fault.Is(err, "unknown_id") || fault.Is(err, "ambiguous_id") {
		return "", fault.New(fault.CodeOf(err), "id", value).Because(err)
	}
	return id, err
}

// looksLikeID: ids are a prefix of three letters, an underscore and letters without a blank.
func looksLikeID(kind store.Kind, value string) bool {
	prefix, rest, ok := strings.Cut(value, "_")
	return ok && prefix == store.DerivedID(kind, "")[:3] && rest != "" && !strings.ContainsAny(rest, " \t")
}

// chapterIDs takes ids, beginnings of them, or names in either language. Faults unknown_chapter, ambiguous_chapter.
func (p *People) chapterIDs(values []string) ([]string, error) {
	if len(values) == 0 {
		return nil, nil
	}
	byName, err := p.chapterNames()
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(values))
	for _, value := range values {
		id, err := p.byID(store.KindChapter, value)
		if err == nil && id == "" {
			id, err = byName.find(value)
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// chapterNames are ids by folded name.
type chapterNames map[string][]string

func (p *People) chapterNames() (chapterNames, error) {
	names := chapterNames{}
	for c, err := range store.All[store.Chapter](p.Store) {
		if err != nil {
			return nil, err
		}
		names.add(c.Name, c.ID)
		names.add(c.NameFR, c.ID)
	}
	return names, nil
}

func (n chapterNames) add(name, id string) {
	if key := folded(name); key != "" && !slices.Contains(n[key], id) {
		n[key] = append(n[key], id)
	}
}

func (n chapterNames) find(name string) (string, error) {
	switch ids := n[folded(name)]; len(ids) {
	case 0:
		return "", fault.New("unknown_chapter", "value", shortened(name))
	case 1:
		return ids[0], nil
	}
	return "", fault.New("ambiguous_chapter", "value", shortened(name))
}

// officeID takes an id, the beginning of one, or a name. Fault unknown_office.
func (p *People) officeID(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	if id, err := p.byID(store.KindOffice, value); id != "" || err != nil {
		return id, err
	}
	found := ""
	for o, err := range store.All[store.Office](p.Store) {
		if err != nil {
			return "", err
		}
		if folded(o.Name) == folded(value) {
			if found != "" {
				return "", fault.New("ambiguous_id", "id", value, "n", "2")
			}
			found = o.ID
		}
	}
	if found == "" {
		return "", fault.New("unknown_office", "office", shortened(value))
	}
	return found, nil
}

// folded is a name without case, accents and punctuation, its words parted by one blank.
func folded(name string) string {
	name = directory.Fold(name)
	clean := true
	for i := range len(name) {
		c := name[i]
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == ' ' && i > 0 && name[i-1] != ' ' {
			continue
		}
		clean = false
		break
	}
	if clean {
		return strings.TrimRight(name, " ")
	}
	return strings.Join(strings.FieldsFunc(name, isPunctuation), " ")
}

func isPunctuation(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		return false
	}
	return r <= ' ' || r == 0xA0 || strings.ContainsRune(".,;:!?'’‘`´-–—_/()[]\"«»&ʼ", r)
}
