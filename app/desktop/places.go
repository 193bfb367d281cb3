package desktop

import (
	"slices"
	"sync"

	"example.org/carnet/app"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

// headcount keeps how many members each community has, until a record changes.
type headcount struct {
	mu      sync.Mutex
	version uint64
	of      map[string]int
}

func (h *headcount) counts(c *app.Carnet) map[string]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if version := c.Store.Version(); h.of == nil || h.version != version {
		h.version, h.of = version, map[string]int{}
		cards, _ := c.Store.WaitDirectory().Members(directory.Query{Limit: 1 << 30})
		for i := range cards {
			h.of[cards[i].CommunityID]++
		}
	}
	return h.of
}

func (d *Desktop) communityPage(c *app.Carnet, q MemberQuery) CommunityPage {
	people := c.Store.WaitDirectory()
	places, total := people.Places(directory.Query{Text: q.Text, Province: q.Province, Lang: d.words().Lang(), Offset: max(0, q.Offset), Limit: min(max(0, q.Limit), maxPage)})
	_, all := people.Places(directory.Query{Limit: 1})
	page := CommunityPage{Rows: make([]CommunityRow, len(places)), Offset: max(0, q.Offset), Total: total, All: all}
	counts := d.heads.counts(c)
	for i, place := range places {
		row := CommunityRow{ID: place.ID, Name: pick(d.words().Lang(), place.Name, place.NameFR), Kind: d.kindText(place.Kind), Province: place.Province,
			Members: counts[place.ID], Marks: []Mark{}}
		if other := pick(otherLang(d.words().Lang()), place.Name, place.NameFR); other != row.Name {
			row.Other = other
		}
		if q.Text != "" {
			row.Marks = marks(row.Name, q.Text)
		}
		page.Rows[i] = row
	}
	return page
}

func otherLang(lang string) string {
	if lang == "fr" {
		return "en"
	}
	return "fr"
}

// kindText is a census type in words, or its letters when a later list has one that is not known.
func (d *Desktop) kindText(kind string) string {
	if key := "community.kind." + kind; d.words().Has(key) {
		return d.words().Say(key, nil)
	}
	return kind
}

func (d *Desktop) communityDetail(c *app.Carnet, id string) (CommunityDetail, error) {
	place, err := store.Get[store.Community](c.Store, id)
	if err != nil {
		return CommunityDetail{}, err
	}
	zone := place.Zone
	if zone == "" {
		zone = zones.OfTown(place.External, place.Province, place.Name, place.NameFR)
	}
	detail := CommunityDetail{ID: place.ID, Name: place.Name, NameFR: place.NameFR, Kind: place.Kind, KindText: d.kindText(place.Kind), Organization: place.Organization,
		Province: place.Province, Country: place.Country, Zone: place.Zone, LocalTime: d.localTime(c, zone), External: place.External, Members: []MemberRow{}}
	cards, _ := c.Store.WaitDirectory().Members(directory.Query{Community: id, Lang: d.words().Lang(), Limit: fewRows})
	for i := range cards {
		detail.Members = append(detail.Members, d.memberRow(&cards[i], ""))
	}
	detail.History, err = d.history(c, store.KindCommunity, id)
	return detail, err
}

func (d *Desktop) chapterRows(c *app.Carnet) ([]ChapterRow, error) {
	chapters, err := c.People.Chapters(d.words().Lang())
	if err != nil {
		return nil, err
	}
	coming, err := c.Meetings.Coming()
	if err != nil {
		return nil, err
	}
	next := map[string]string{}
	for _, meeting := range coming {
		if next[meeting.Chapter] == "" && !meeting.Start.IsZero() && meeting.Status != "cancelled" {
			next[meeting.Chapter] = d.words().Date(meeting.Start, shortDate) + ", " + d.words().Clock(meeting.Start)
		}
	}
	rows := make([]ChapterRow, len(chapters))
	for i, chapter := range chapters {
		rows[i] = ChapterRow{ID: chapter.ID, Name: pick(d.words().Lang(), chapter.Name, chapter.NameFR), Kind: chapter.Kind, Members: d.chapterSize(c, chapter.ID),
			Zone: chapter.Zone, Audience: chapter.Audience, Next: next[chapter.ID]}
		if chapter.Zone != "" {
			rows[i].City = zones.CityOf(chapter.Zone, d.words().Lang())
		}
	}
	return rows, nil
}

func (d *Desktop) chapterSize(c *app.Carnet, id string) int {
	_, n := c.Store.WaitDirectory().Members(directory.Query{Chapter: id, Limit: 1})
	return n
}

func (d *Desktop) chapterDetail(c *app.Carnet, id string) (ChapterDetail, error) {
	chapter, err := store.Get[store.Chapter](c.Store, id)
	if err != nil {
		return ChapterDetail{}, err
	}
	detail := ChapterDetail{ID: chapter.ID, Name: pick(d.words().Lang(), chapter.Name, chapter.NameFR), NameEN: chapter.Name, NameFR: chapter.NameFR,
		Kind: chapter.Kind, Audience: chapter.Audience, Zone: chapter.Zone, Members: d.chapterSize(c, id), Coming: []MeetingRow{}}
	detail.AudienceText = d.audienceText(c, chapter.Audience)
	if detail.Coming, err = d.comingOf(c, id); err != nil {
		return detail, err
	}
	if detail.Registered, err = d.registered(c, id); err != nil {
		return detail, err
	}
	detail.History, err = d.history(c, store.KindChapter, id)
	return detail, err
}

// comingOf lists the meetings of a chapter that have not ended.
func (d *Desktop) comingOf(c *app.Carnet, chapter string) ([]MeetingRow, error) {
	coming, err := c.Meetings.Coming()
	if err != nil {
		return []MeetingRow{}, err
	}
	coming = slices.DeleteFunc(coming, func(p meetings.Planned) bool { return p.Chapter != chapter })
	return d.meetingRows(c, coming), nil
}
