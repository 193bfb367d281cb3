// Package handout makes what is printed for a forum day: badges, the roster for a black-out, the list of who is inside, and
// the summary afterwards. It chooses people and words, and writes files; the pages themselves are made by badge and paper. It
// writes no records.
package handout

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"example.org/carnet/app/door"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
)

// Deps is what handouts are made from.
type Deps struct {
	Store    *store.Store
	Door     *door.Door
	Meetings *meetings.Meetings
	Now      func() time.Time
}

// Handout makes them.
type Handout struct{ Deps }

// New gives it over an open store.
func New(d Deps) *Handout { return &Handout{d} }

// Guest is one person with the names that are printed.
type Guest struct {
	store.Member
	Name      string
	Community string // in the person's language, or else the one asked for
	Chapters  []string
}

// guests reads members; those that are gone are left out.
func (h *Handout) guests(ids []string, lang string) (list []Guest, err error) {
	places := map[string]store.Community{}
	for _, id := range ids {
		m, err := store.Get[store.Member](h.Store, id)
		if fault.Is(err, "unknown_id") {
			continue
		}
		if err != nil {
			return nil, err
		}
		place, known := places[m.Community]
		if !known && m.Community != "" {
			if place, err = store.Get[store.Community](h.Store, m.Community); err != nil && !fault.Is(err, "unknown_id") {
				return nil, err
			}
			places[m.Community] = place
		}
		g := Guest{Member: m, Name: strings.TrimSpace(m.Given + " " + m.Family), Community: either(cmp.Or(m.Language, lang), place.Name, place.NameFR)}
		if m.Community == "" && m.WalkIn != "" {
			g.Community = m.Notes // as it was written at the door
		}
		list = append(list, g)
	}
	return list, nil
}

func either(lang, en, fr string) string {
	if lang == "fr" {
		return cmp.Or(fr, en)
	}
	return cmp.Or(en, fr)
}

// The orders of lists.
const (
	ByName      = "name"
	ByCommunity = "community"
	ByChapter   = "chapter" // by the first of a member's chapters, as the language orders them
)

var orders = []string{ByName, ByCommunity, ByChapter}

// sorted puts guests in the order of a language: by family and given name, within communities or chapters if asked.
func (h *Handout) sorted(list []Guest, order, lang string) error {
	if order != "" && !slices.Contains(orders, order) {
		return fault.New("bad_choice", "field", "sort", "value", order, "choices", strings.Join(orders, ", "))
	}
	c := collate.New(language.MustParse(lang + "-CA"))
	chapters := map[string]string{} // the first one of each guest
	if order == ByChapter {
		nameOf := h.Meetings.NameOf(lang)
		for _, g := range list {
			for _, id := range g.Member.Chapters {
				if name, known := chapters[g.ID]; !known || c.CompareString(nameOf(id), name) < 0 {
					chapters[g.ID] = nameOf(id)
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Guest) int {
		place := 0
		switch order {
		case ByCommunity:
			place = c.CompareString(a.Community, b.Community)
		case ByChapter:
			place = c.CompareString(chapters[a.ID], chapters[b.ID])
		}
		return cmp.Or(place, c.CompareString(a.Family, b.Family), c.CompareString(a.Given, b.Given), cmp.Compare(a.ID, b.ID))
	})
	return nil
}

func titleOf(m store.Meeting, w *locale.Words) string { return either(w.Lang(), m.Title, m.TitleFR) }

// write puts a file where a person asked for it, whole or not at all.
func write(path string, raw []byte) error {
	if err := durable.Write(path, raw); err != nil {
		if durable.Refused(err) {
			return durable.Fault(path, err)
		}
		return fault.New("file_unwritable", "file", path).Because(err)
	}
	return nil
}

func nobody(m store.Meeting, lang string) error {
	return fault.New("nobody_expected", "title", titleOf(m, locale.For(lang)))
}
