package directory

import (
	"iter"
	"slices"
	"strings"
)

// Profile is what a rule of who may attend asks of a member. Its texts and lists are the directory's own: they must not
// be written to.
type Profile struct {
	ID, Role, Office, TermStart, TermEnd string
	Community, Kind, Province, Country   string
	Chapters                             []string
}

// Profiles walks all members in no order that means anything, much quicker than their cards. The directory waits with
// changes until the walk has ended.
func (d *Directory) Profiles() iter.Seq[*Profile] {
	return func(yield func(*Profile) bool) {
		d.mu.RLock()
		defer d.mu.RUnlock()
		r := d.members
		chapters := make([][]string, len(r.chapters.values))
		for n, set := range r.chapters.values {
			if set != "" {
				chapters[n] = strings.Split(set, separator)
			}
		}
		p := &Profile{}
		for slot, alive := range r.order.alive {
			if !alive {
				continue
			}
			r.profile(int32(slot), p, chapters)
			if !yield(p) {
				return
			}
		}
	}
}

// Offices gives the offices that members have or had, each once.
func (d *Directory) Offices() []string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return slices.Clone(d.members.offices.values)
}

func (r *roll) profile(slot int32, p *Profile, chapters [][]string) {
	w, t := &r.rows[slot], &r.towns.list[r.searched[slot].town]
	*p = Profile{
		ID: r.id(slot), Role: r.roles.values[w.role], Office: r.offices.values[w.office],
		TermStart: r.begins.values[w.begins], TermEnd: r.terms.values[w.terms],
		Community: t.id, Kind: t.kind, Province: t.province, Country: t.country, Chapters: chapters[w.chapters],
	}
}

// Profile is that of one card.
func (c Card) Profile() Profile {
	return Profile{ID: c.ID, Role: c.Role, Office: c.Office, TermStart: c.TermStart, TermEnd: c.TermEnd, Community: c.CommunityID, Kind: c.Kind,
		Province: c.Province, Country: c.Country, Chapters: c.Chapters}
}
