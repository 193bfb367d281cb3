package handout

import (
	"cmp"

	"example.org/carnet/app/door/badge"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/paper"
	"example.org/carnet/store"
)

// BadgeOrder says which badges to print, and how.
type BadgeOrder struct {
	Meeting string   // whole id
	Members []string // whole ids; none for all who are expected
	Format  string   // of badge.Formats; empty for the first
	Sort    string   // ByName, ByCommunity or ByChapter
	Skip    int      // places of the first page that are used already
	Lang    string   // of the document; each badge is in its person's language
}

// Badges is what was printed.
type Badges struct {
	People, Pages int
	Format        string
	Lacking       []string // names with letters that no bundled font has; a box stands for each
}

// Badges makes the pages. The same order gives the same codes, so a reprint opens the same door. Faults: unknown_id, bad_choice,
// badge_no_key, nobody_expected.
func (h *Handout) Badges(o BadgeOrder) (pdf []byte, b Badges, err error) {
	m, format, list, err := h.badgesFor(o)
	if err != nil {
		return nil, b, err
	}
	people := make([]badge.Person, len(list))
	for i, g := range list {
		if people[i], err = h.badgeOf(m, g, o.Lang); err != nil {
			return nil, b, err
		}
		if paper.Lacks(g.Name + g.Community) {
			b.Lacking = append(b.Lacking, g.Name)
		}
	}
	o.Skip = max(0, o.Skip) % format.PerPage()
	b.People, b.Format, b.Pages = len(people), format.Name, (len(people)+o.Skip+format.PerPage()-1)/format.PerPage()
	pdf, err = badge.Sheet{Format: format, Title: titleOf(m, locale.For(o.Lang)), Lang: o.Lang, Now: h.Now(), Skip: o.Skip}.Print(people)
	return pdf, b, err
}

// BadgeFile writes them to a file. Besides those of Badges: faults of files.
func (h *Handout) BadgeFile(o BadgeOrder, path string) (Badges, error) {
	pdf, b, err := h.Badges(o)
	if err != nil {
		return b, err
	}
	return b, write(path, pdf)
}

// BadgeList gives the people of an order as they would be printed, and how they would lie. Nothing is made yet.
func (h *Handout) BadgeList(o BadgeOrder) (list []Guest, f badge.Format, err error) {
	_, f, list, err = h.badgesFor(o)
	return list, f, err
}

func (h *Handout) badgesFor(o BadgeOrder) (m store.Meeting, f badge.Format, list []Guest, err error) {
	if m, err = h.Meetings.Get(o.Meeting); err != nil {
		return m, f, nil, err
	}
	if f, err = badge.FormatNamed(o.Format); err != nil {
		return m, f, nil, err
	}
	list, err = h.chosen(m, o.Members, o.Sort, o.Lang)
	return m, f, list, err
}

// chosen gives the guests named, or all who are expected, in order. Fault nobody_expected.
func (h *Handout) chosen(m store.Meeting, members []string, order, lang string) ([]Guest, error) {
	if len(members) == 0 {
		expected, err := h.Door.Expected(m)
		if err != nil {
			return nil, err
		}
		members = expected
	}
	list, err := h.guests(members, lang)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, nobody(m, lang)
	}
	return list, h.sorted(list, order, locale.For(lang).Lang())
}

// badgeOf puts a person into words of their own language.
func (h *Handout) badgeOf(m store.Meeting, g Guest, lang string) (badge.Person, error) {
	w := locale.For(cmp.Or(g.Language, lang))
	p := badge.Person{Given: g.Given, Family: g.Family, Community: g.Community}
	if key := "role." + g.Role; w.Has(key) {
		p.Role = w.Say(key, nil)
	}
	if key := "badge.speaks." + g.Language; w.Has(key) {
		p.Speaks = w.Say(key, nil)
	}
	var err error
	p.Code, err = h.Door.BadgeCode(m, g.ID)
	return p, err
}
