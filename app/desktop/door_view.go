package desktop

import (
	"slices"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/door/handout"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

const (
	hitsShown = 8
	lastShown = 10
)

// doorAt is one door of one meeting while one call is answered.
type doorAt struct {
	d       *Desktop
	c       *app.Carnet
	meeting meetings.Planned
	station string
	tally   *door.Tally

	practice *door.Rehearsal // nil at a door that counts
}

func (d *Desktop) at(c *app.Carnet, meeting, station string) (*doorAt, error) {
	m, err := c.Meetings.Get(meeting)
	if err != nil {
		return nil, err
	}
	tally, err := c.Door.Tally(m.ID)
	if err != nil {
		return nil, err
	}
	a := &doorAt{d: d, c: c, meeting: meetings.Plan(m), station: strings.TrimSpace(station), tally: tally}
	if a.practice = d.rehearsals.find(m.ID, a.station); a.practice != nil {
		a.tally = a.practice.Tally()
	}
	return a, nil
}

// person gives a member, be it one who was written down at a rehearsal.
func (a *doorAt) person(id string) (store.Member, error) {
	if a.practice != nil {
		return a.practice.Member(id)
	}
	return store.Get[store.Member](a.c.Store, id)
}

func (a *doorAt) clock(t time.Time) string { return a.d.words().Clock(onClock(t, a.meeting.Zone)) }

func (a *doorAt) last() []DoorLine {
	lines := []DoorLine{}
	for _, fact := range a.tally.Last("", lastShown) {
		line := DoorLine{Scan: fact.ID, Name: a.name(fact.Fact.Member), Kind: fact.Fact.Kind, Undone: fact.Undone}
		line.Text = dotted(handout.Station(a.d.words(), fact.Fact.Station), a.clock(time.UnixMilli(fact.Fact.At)))
		lines = append(lines, line)
	}
	return lines
}

func (a *doorAt) name(member string) string {
	m, err := a.person(member)
	if err != nil {
		return member
	}
	return memberName(m)
}

// hits lists members of the chapter first, then all others.
func (a *doorAt) hits(text string) []DoorHit {
	hits := []DoorHit{}
	if text == "" {
		return hits
	}
	list, _ := a.c.Store.Directory()
	lang := a.d.words().Lang()
	var cards []directory.Card
	if id, err := a.c.Door.ReadCode(a.meeting.Meeting, text); err == nil {
		if whole, err := a.c.Store.Resolve(store.KindMember, id); err == nil {
			if card, ok := list.Member(whole); ok {
				cards = append(cards, card)
			}
		}
	}
	if a.meeting.Chapter != "" {
		found, _ := list.Members(directory.Query{Text: text, Chapter: a.meeting.Chapter, Lang: lang, Limit: hitsShown})
		cards = append(cards, found...)
	}
	found, _ := list.Members(directory.Query{Text: text, Lang: lang, Limit: 2 * hitsShown})
	cards = append(cards, found...)
	seen := map[string]bool{}
	for _, card := range cards {
		if len(hits) < hitsShown && !seen[card.ID] {
			seen[card.ID] = true
			hits = append(hits, a.hit(card, text))
		}
	}
	return hits
}

func (a *doorAt) hit(card directory.Card, text string) DoorHit {
	name := strings.TrimSpace(card.Given + " " + card.Family)
	community := pick(a.d.words().Lang(), card.Community, card.CommunityFR)
	return DoorHit{
		Member: card.ID, Name: name, Marks: marks(name, text), Detail: commaed(card.Title, community), Role: card.Role,
		Inside: a.tally.IsInside(card.ID),
	}
}

func commaed(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), ", ")
}
