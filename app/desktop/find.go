package desktop

import (
	"slices"
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store/directory"
)

// Hits of each sort that the palette shows.
const (
	memberHits    = 8
	communityHits = 5
	otherHits     = 5
)

// find searches members, communities, chapters and meetings, in this order.
func (d *Desktop) find(c *app.Carnet, text string) ([]Hit, error) {
	hits := []Hit{}
	if text = strings.TrimSpace(text); text == "" {
		return hits, nil
	}
	people, ready := c.Store.Directory()
	if ready {
		hits = append(d.findMembers(people, text), d.findPlaces(people, text)...)
	}
	chapters, err := d.findChapters(c, text)
	if err != nil {
		return hits, err
	}
	coming, err := d.findMeetings(c, text)
	return slices.Concat(hits, chapters, coming), err
}

func (d *Desktop) findMembers(people *directory.Directory, text string) (hits []Hit) {
	cards, _ := people.Members(directory.Query{Text: text, Lang: d.words().Lang(), Limit: memberHits})
	for _, card := range cards {
		title := strings.TrimSpace(card.Given + " " + card.Family)
		detail := dotted(card.Title, pick(d.words().Lang(), card.Community, card.CommunityFR), card.Email)
		hits = append(hits, Hit{Kind: "member", ID: card.ID, Title: title, Detail: detail, Marks: marks(title, text)})
	}
	return hits
}

func (d *Desktop) findPlaces(people *directory.Directory, text string) (hits []Hit) {
	places, _ := people.Places(directory.Query{Text: text, Lang: d.words().Lang(), Limit: communityHits})
	for _, place := range places {
		title := pick(d.words().Lang(), place.Name, place.NameFR)
		hits = append(hits, Hit{Kind: "community", ID: place.ID, Title: title, Detail: dotted(d.kindText(place.Kind), place.Province), Marks: marks(title, text)})
	}
	return hits
}

func (d *Desktop) findChapters(c *app.Carnet, text string) (hits []Hit, err error) {
	chapters, err := c.People.Chapters(d.words().Lang())
	for _, chapter := range chapters {
		title := pick(d.words().Lang(), chapter.Name, chapter.NameFR)
		if len(hits) < otherHits && has(text, chapter.Name, chapter.NameFR) {
			hits = append(hits, Hit{Kind: "chapter", ID: chapter.ID, Title: title, Detail: d.words().Say("chapter.kind."+chapter.Kind, nil), Marks: marks(title, text)})
		}
	}
	return hits, err
}

// findMeetings takes the coming ones first, then the latest past.
func (d *Desktop) findMeetings(c *app.Carnet, text string) (hits []Hit, err error) {
	list, err := c.Meetings.List(func(p meetings.Planned) bool { return has(text, p.Title, p.TitleFR, p.Place) })
	now := c.Now()
	slices.SortStableFunc(list, func(a, b meetings.Planned) int {
		switch pastA, pastB := a.Ended(now), b.Ended(now); {
		case pastA && pastB:
			return b.Start.Compare(a.Start)
		case pastA:
			return 1
		case pastB:
			return -1
		}
		return a.Start.Compare(b.Start)
	})
	for _, p := range list[:min(len(list), otherHits)] {
		title, day := pick(d.words().Lang(), p.Title, p.TitleFR), ""
		if !p.Start.IsZero() {
			day = d.day(p.Start)
		}
		hits = append(hits, Hit{Kind: "meeting", ID: p.ID, Title: title, Detail: dotted(day, p.Place), Marks: marks(title, text)})
	}
	return hits, err
}

// has tells whether every word of the text stands in one of the names.
func has(text string, names ...string) bool {
	all := directory.Fold(strings.Join(names, " "))
	for word := range strings.FieldsSeq(directory.Fold(text)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

func dotted(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " · ")
}
