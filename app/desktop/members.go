package desktop

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

const (
	shortDate  = locale.ShortDate
	endingDays = 60   // a mandate that ends within so many days is soon
	stripLen   = 24   // meetings of the strip of attendance
	fewRows    = 200  // refused rows, duplicates and the like that a window shows
	maxPage    = 5000 // rows that one call gives at most
)

func memberName(m store.Member) string { return strings.TrimSpace(m.Given + " " + m.Family) }

// directoryQuery turns the window's question into the directory's.
func (d *Desktop) directoryQuery(c *app.Carnet, q MemberQuery) directory.Query {
	ask := directory.Query{Text: q.Text, Chapter: q.Chapter, Community: q.Community, Role: q.Role, Province: q.Province, Office: q.Office,
		Language: q.Language, Lang: d.words().Lang(), Offset: max(0, q.Offset), Limit: min(max(0, q.Limit), maxPage)}
	if q.EndsWithin > 0 {
		ask.TermEndsFrom, ask.TermEndsBefore = endsWithin(c.Now(), q.EndsWithin)
	}
	return ask
}

// endsWithin gives the days from today on: from inclusive, before exclusive.
func endsWithin(now time.Time, days int) (from, before string) {
	now = now.In(zones.Here())
	return now.Format(time.DateOnly), now.AddDate(0, 0, days+1).Format(time.DateOnly)
}

func (d *Desktop) memberPage(c *app.Carnet, q MemberQuery) (MemberPage, error) {
	began := time.Now()
	people, ready := c.Store.Directory()
	if !ready {
		return d.firstMembers(c, q, began)
	}
	cards, total := people.Members(d.directoryQuery(c, q))
	page := MemberPage{Rows: make([]MemberRow, len(cards)), Offset: max(0, q.Offset), Total: total, Ready: true}
	for i := range cards {
		page.Rows[i] = d.memberRow(&cards[i], q.Text)
	}
	_, page.All = people.Members(directory.Query{Limit: 1})
	soon := directory.Query{Limit: 1}
	soon.TermEndsFrom, soon.TermEndsBefore = endsWithin(c.Now(), endingDays)
	_, page.EndingSoon = people.Members(soon)
	page.Took = d.took(time.Since(began))
	return page, nil
}

// firstMembers shows the head of the list from the disk while the search is still being read.
func (d *Desktop) firstMembers(c *app.Carnet, q MemberQuery, began time.Time) (MemberPage, error) {
	limit := q.Limit
	if limit <= 0 || limit > fewRows {
		limit = fewRows
	}
	cards, err := c.Store.FirstMembers(d.words().Lang(), limit)
	page := MemberPage{Rows: make([]MemberRow, len(cards)), Total: c.Store.Count(store.KindMember), All: c.Store.Count(store.KindMember)}
	for i := range cards {
		page.Rows[i] = d.memberRow(&cards[i], "")
	}
	page.Took = d.took(time.Since(began))
	return page, err
}

func (d *Desktop) memberRow(card *directory.Card, text string) MemberRow {
	row := MemberRow{ID: card.ID, Family: card.Family, Given: card.Given, Title: card.Title, Email: card.Email,
		Community: pick(d.words().Lang(), card.Community, card.CommunityFR), Province: card.Province, Role: card.Role, Marks: map[string][]Mark{}}
	if text == "" {
		return row
	}
	for name, value := range map[string]string{"family": row.Family, "given": row.Given, "title": row.Title, "community": row.Community, "email": row.Email} {
		if found := marks(value, text); len(found) > 0 {
			row.Marks[name] = found
		}
	}
	return row
}

func marks(text, query string) []Mark {
	found := []Mark{}
	for _, r := range directory.Marks(text, query) {
		found = append(found, Mark{From: r.Start, To: r.End})
	}
	return found
}

// took writes a duration in the language: 0.4 ms, 0,4 ms. Nothing takes no time.
func (d *Desktop) took(t time.Duration) string {
	t = max(t, 100*time.Microsecond)
	text := strconv.FormatFloat(float64(t.Microseconds())/1000, 'f', 1, 64)
	if d.words().Lang() == "fr" {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text + "\u00a0ms"
}

func (d *Desktop) memberDetail(c *app.Carnet, id string) (MemberDetail, error) {
	m, err := c.People.Find(id)
	if err != nil {
		return MemberDetail{}, err
	}
	detail := d.memberFacts(c, m)
	if detail.Conflicts, err = d.conflictsOf(c, m.ID); err != nil {
		return detail, err
	}
	if err := d.addStrip(c, &detail, m); err != nil {
		return detail, err
	}
	detail.History, err = d.history(c, store.KindMember, m.ID)
	return detail, err
}

// memberFacts is the detail without attendance and history.
func (d *Desktop) memberFacts(c *app.Carnet, m store.Member) MemberDetail {
	detail := MemberDetail{ID: m.ID, Given: m.Given, Family: m.Family, Email: m.Email, Phone: m.Phone, Role: m.Role, Title: m.Title,
		CommunityID: m.Community, Language: m.Language, TermStart: m.TermStart, TermEnd: m.TermEnd, Mandate: d.mandate(m), Zone: m.Zone,
		LocalTime: d.localTime(c, c.Meetings.ZoneOf(m)), OfficeID: m.Office, Notes: m.Notes,
		Consent: d.consentView(c, m), Chapters: []Named{}, Attendance: []Attended{}, History: []HistoryLine{}}
	if m.Community != "" {
		if place, err := store.Get[store.Community](c.Store, m.Community); err == nil {
			detail.Community, detail.Province = pick(d.words().Lang(), place.Name, place.NameFR), place.Province
		}
	}
	if m.Office != "" {
		detail.Office = d.recordName(c, store.KindOffice, m.Office)
	}
	for _, chapter := range m.Chapters {
		detail.Chapters = append(detail.Chapters, Named{ID: chapter, Name: d.recordName(c, store.KindChapter, chapter)})
	}
	d.sayAccess(c, &detail, m)
	return detail
}

// mandate writes "7 Nov 2025 – 4 Nov 2029", or the end that is known.
func (d *Desktop) mandate(m store.Member) string {
	start, errStart := time.Parse(time.DateOnly, m.TermStart)
	end, errEnd := time.Parse(time.DateOnly, m.TermEnd)
	switch {
	case errStart == nil && errEnd == nil:
		return d.day(start) + " – " + d.day(end)
	case errEnd == nil:
		return d.words().Say("members.mandate.until", map[string]string{"day": d.day(end)})
	case errStart == nil:
		return d.words().Say("members.mandate.since", map[string]string{"day": d.day(start)})
	}
	return ""
}

// localTime writes "Toronto, 9:41, −05:00"; empty for a zone that is not known.
func (d *Desktop) localTime(c *app.Carnet, zone string) string {
	if zone == "" {
		return ""
	}
	place, err := zones.Load(zone)
	if err != nil {
		return ""
	}
	now := c.Now().In(place)
	return zones.CityOf(zone, d.words().Lang()) + ", " + d.words().Clock(now) + ", " + zones.Offset(now)
}

func (d *Desktop) conflictsOf(c *app.Carnet, record string) (n int, err error) {
	all, err := c.Store.Conflicts()
	for _, conflict := range all {
		if conflict.Record == record {
			n++
		}
	}
	return n, err
}

// addStrip fills the strip of attendance and its sentence.
func (d *Desktop) addStrip(c *app.Carnet, detail *MemberDetail, m store.Member) error {
	list, err := c.Door.AttendedBy(m.ID, m.Chapters, stripLen)
	if err != nil || len(list) == 0 {
		return err
	}
	came, minutes := 0, 0
	for _, a := range list {
		if a.Came {
			came++
		}
		minutes += a.Minutes
		label := map[string]string{"title": pick(d.words().Lang(), a.Meeting.Title, a.Meeting.TitleFR),
			"day": d.words().Date(a.Meeting.Start, shortDate), "time": d.hours(a.Minutes)}
		key := "members.strip.absent"
		if a.Came {
			key = "members.strip.came"
		}
		detail.Attendance = append(detail.Attendance, Attended{Meeting: a.Meeting.ID, Label: d.words().Say(key, label), Share: a.Share})
	}
	detail.Attended = d.words().Count("members.attended", len(list), map[string]string{"came": strconv.Itoa(came), "time": d.hours(minutes)})
	return nil
}

// hours writes 55 min, or 14 h 20 min.
func (d *Desktop) hours(minutes int) string {
	if minutes < 60 {
		return fmt.Sprintf("%d\u00a0min", minutes)
	}
	return fmt.Sprintf("%s\u00a0h\u00a0%02d\u00a0min", d.words().Number(minutes/60), minutes%60)
}

func (d *Desktop) copyMembers(c *app.Carnet, ids []string) (string, error) {
	fields := []string{"family", "given", "title", "community", "province", "role", "email", "phone"}
	lines := make([]string, 0, len(ids)+1)
	head := make([]string, len(fields))
	for i, field := range fields {
		head[i] = d.fieldName(field)
	}
	lines = append(lines, strings.Join(head, "\t"))
	for _, id := range ids {
		m, err := store.Get[store.Member](c.Store, id)
		if err != nil {
			return "", err
		}
		place, _ := store.Get[store.Community](c.Store, m.Community)
		cells := []string{m.Family, m.Given, m.Title, pick(d.words().Lang(), place.Name, place.NameFR), place.Province,
			d.stringText(c, store.KindMember, "role", m.Role), m.Email, m.Phone}
		for i := range cells {
			cells[i] = strings.Join(strings.Fields(cells[i]), " ")
		}
		lines = append(lines, strings.Join(cells, "\t"))
	}
	return strings.Join(lines, "\n") + "\n", nil
}
