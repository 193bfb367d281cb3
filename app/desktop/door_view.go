package desktop

import (
	"slices"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/network"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
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
	return &doorAt{d: d, c: c, meeting: meetings.Plan(m), station: strings.TrimSpace(station), tally: tally}, nil
}

func (a *doorAt) clock(t time.Time) string { return a.d.words().Clock(onClock(t, a.meeting.Zone)) }

func (a *doorAt) state() DoorState {
	w := a.d.words()
	inside := a.tally.Inside()
	s := DoorState{
		Meeting: a.meeting.ID, Title: pick(w.Lang(), a.meeting.Title, a.meeting.TitleFR), Station: a.station,
		Stations: append([]string{}, a.meeting.Stations...), Clock: a.clock(a.c.Now()), Present: len(inside),
		Roles: a.roles(inside), Last: a.last(),
	}
	s.Link, s.LinkTone = a.link()
	if a.meeting.Chapter != "" {
		s.Expected = a.d.chapterSize(a.c, a.meeting.Chapter)
	}
	s.PresentText = w.Say("door.said.present", nil)
	if s.Expected > 0 {
		s.PresentText = w.Say("door.said.present_of", map[string]string{"n": w.Number(s.Expected)})
	}
	return s
}

// link says where the scans are.
func (a *doorAt) link() (text, tone string) {
	w, s := a.d.words(), a.c.Network.State()
	switch s.Name {
	case network.StateAllSent:
		return w.Say("door.link.all-sent", nil), "good"
	case network.StateWaiting, network.StateSyncing:
		return w.Count("door.link.waiting", s.Waiting, nil), "wait"
	case network.StateNone:
		return w.Say("door.link.none", nil), "wait"
	}
	return w.Say("door.link.offline", nil), "wait"
}

// roles counts those inside, in the order of the window's colours.
func (a *doorAt) roles(inside []string) []RoleCount {
	list, _ := a.c.Store.Directory()
	counts := map[string]int{}
	for _, member := range inside {
		role := ""
		if card, ok := list.Member(member); ok {
			role = card.Role
		}
		counts[role]++
	}
	roles := []RoleCount{}
	for _, role := range []string{"elected", "staff", "indigenous-staff", "partner", ""} {
		if counts[role] > 0 {
			roles = append(roles, RoleCount{Role: role, N: counts[role]})
		}
	}
	return roles
}

func (a *doorAt) last() []DoorLine {
	lines := []DoorLine{}
	for _, fact := range a.tally.Last("", lastShown) {
		line := DoorLine{Scan: fact.ID, Name: a.name(fact.Fact.Member), Kind: fact.Fact.Kind, Undone: fact.Undone}
		line.Text = dotted(fact.Fact.Station, a.clock(time.UnixMilli(fact.Fact.At)))
		lines = append(lines, line)
	}
	return lines
}

func (a *doorAt) name(member string) string {
	m, err := store.Get[store.Member](a.c.Store, member)
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

// pass notes an arrival or departure of a known member.
func (a *doorAt) pass(member store.Member, direction, nonce string) (DoorResult, error) {
	before := a.tally.Presence(member.ID)
	if direction != attendance.Out && before.Present && !a.noted(member, nonce) {
		since := before.Intervals[len(before.Intervals)-1].From
		result := a.result("in", "door.said.already_in", member, "")
		result.Title = a.d.words().Say("door.said.already_in", map[string]string{"clock": a.clock(since)})
		return result, nil
	}
	if direction != attendance.Out {
		direction = attendance.In
	}
	noted, err := a.c.Door.Scan(door.Pass{Meeting: a.meeting.ID, Member: member.ID, Kind: direction, Station: a.station, Nonce: nonce})
	if err != nil {
		return DoorResult{}, err
	}
	if direction == attendance.Out {
		return a.left(member, noted), nil
	}
	result := a.result("in", "door.said.welcome", member, noted.Scan.ID)
	if looks, err := a.c.Door.Looks(a.c.Meetings, a.meeting.Meeting, member); err == nil && len(looks) > 0 {
		result.Tone, result.Title = "look", a.d.words().Say("door.said.look", nil)
		result.Why = a.reasons(looks)
	}
	return result, nil
}

// noted tells whether this very pass is there already, so that a retry gets its first answer again.
func (a *doorAt) noted(member store.Member, nonce string) bool {
	if nonce == "" {
		return false
	}
	id := store.ScanID(store.ScanFact{Meeting: a.meeting.ID, Member: member.ID, Kind: attendance.In, Nonce: nonce})
	_, err := store.Get[store.Scan](a.c.Store, id)
	return err == nil
}

func (a *doorAt) left(member store.Member, noted door.Noted) DoorResult {
	w := a.d.words()
	result := a.result("out", "door.said.left", member, noted.Scan.ID)
	result.Why = w.Count("door.said.minutes", noted.After.Minutes, nil)
	if !noted.Before.Present && !noted.Again {
		result.Why = w.Say("door.said.was_not_in", nil)
	}
	return result
}

func (a *doorAt) reasons(looks []door.Look) string {
	w := a.d.words()
	var texts []string
	for _, look := range looks {
		facts := map[string]string{"role": lower(w.Say("role."+look.Facts["role"], nil))}
		if day, err := time.Parse(time.DateOnly, look.Facts["day"]); err == nil {
			facts["day"] = a.d.day(day)
		}
		if look.Code == "verdict" {
			texts = append(texts, look.Reason.Say(w.Say, a.c.Meetings.NameOf(w.Lang())))
			continue
		}
		texts = append(texts, w.Say("door.look."+look.Code, facts))
	}
	return strings.Join(texts, " · ")
}

// result fills the screen for a member.
func (a *doorAt) result(tone, title string, member store.Member, scan string) DoorResult {
	w := a.d.words()
	return DoorResult{
		Tone: tone, Title: w.Say(title, nil), Name: memberName(member), Line: commaed(member.Title, a.d.communityOf(a.c, member)),
		Why: a.about(member), Scan: scan, State: a.state(),
	}
}

// about is what helps to greet: role, language, first time.
func (a *doorAt) about(member store.Member) string {
	w := a.d.words()
	var parts []string
	if member.Role != "" {
		parts = append(parts, w.Say("door.role.one."+member.Role, nil))
	}
	if key := "door.said.speaks." + member.Language; w.Has(key) {
		parts = append(parts, w.Say(key, nil))
	}
	if a.firstTime(member.ID) {
		parts = append(parts, w.Say("door.said.first_time", nil))
	}
	return dotted(parts...)
}

// firstTime: no scan of another meeting tells of this member.
func (a *doorAt) firstTime(member string) bool {
	for scan, err := range a.c.Store.ScansBy(member) {
		if err != nil || scan.Fact.Meeting != a.meeting.ID {
			return false
		}
	}
	return true
}

// unread says what is wrong with a badge, where more is known than that nobody has the code.
func (a *doorAt) unread(code string, err error) DoorResult {
	result := a.unknown(code)
	if !fault.Is(err, "badge_unknown") {
		result.Why = a.d.words().Error(err).Text
	}
	return result
}

func (a *doorAt) unknown(code string) DoorResult {
	w := a.d.words()
	const shown = 40 // letters of a code that a person may have typed
	if letters := []rune(code); len(letters) > shown {
		code = string(letters[:shown]) + "…"
	}
	return DoorResult{Tone: "unknown", Title: w.Say("door.said.unknown", nil), Name: code, Why: w.Say("door.said.unknown.why", nil), State: a.state()}
}

func (a *doorAt) takeBack(scan string) (DoorResult, error) {
	noted, err := a.c.Door.Undo(scan)
	if err != nil {
		return DoorResult{}, err
	}
	member, err := store.Get[store.Member](a.c.Store, noted.Scan.Fact.Member)
	if err != nil {
		member = store.Member{ID: noted.Scan.Fact.Member, Family: noted.Scan.Fact.Member}
	}
	result := a.result("out", "door.said.undone", member, "")
	result.Why = a.d.words().Say("door.said.now_out", nil)
	if noted.After.Present {
		result.Why = a.d.words().Say("door.said.now_in", nil)
	}
	return result, nil
}
