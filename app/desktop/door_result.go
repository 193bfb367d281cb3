package desktop

import (
	"strings"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/door/handout"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

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
	noted, err := a.scan(door.Pass{Meeting: a.meeting.ID, Member: member.ID, Kind: direction, Station: a.station, Nonce: nonce})
	if err != nil {
		return DoorResult{}, err
	}
	if direction == attendance.Out {
		return a.left(member, noted), nil
	}
	result := a.result("in", "door.said.welcome", member, noted.Scan.ID)
	result.Notes = a.crowding(noted)
	if looks, err := a.c.Door.Looks(a.c.Meetings, a.meeting.Meeting, member); err == nil && len(looks) > 0 {
		result.Tone, result.Title = "look", a.d.words().Say("door.said.look", nil)
		result.Why, result.Advice = a.reasons(looks), handout.LookAdvice(a.d.words(), looks[0])
	}
	return result, nil
}

// scan notes a pass, or only tries it.
func (a *doorAt) scan(p door.Pass) (door.Noted, error) {
	if a.practice != nil {
		return a.practice.Scan(p)
	}
	return a.c.Door.Scan(p)
}

// crowding says what an arrival means for the rooms: which one was left, and how many places there still are in this one.
func (a *doorAt) crowding(noted door.Noted) []string {
	notes := []string{}
	if noted.LeftRoom != "" {
		notes = append(notes, a.d.words().Say("door.said.left_room", map[string]string{"room": noted.LeftRoom}))
	}
	if text := a.crowdText(noted.Inside, noted.Places, noted.Crowd()); text != "" {
		notes = append(notes, text)
	}
	return notes
}

// noted tells whether this very pass is there already, so that a retry gets its first answer again.
func (a *doorAt) noted(member store.Member, nonce string) bool {
	if nonce == "" {
		return false
	}
	id := store.ScanID(store.ScanFact{Meeting: a.meeting.ID, Member: member.ID, Kind: attendance.In, Nonce: nonce})
	if a.practice != nil {
		return a.practice.Has(id)
	}
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
		texts = append(texts, handout.LookText(w, look, a.c.Meetings.NameOf(w.Lang())))
	}
	return strings.Join(texts, " · ")
}

// result fills the screen for a member.
func (a *doorAt) result(tone, title string, member store.Member, scan string) DoorResult {
	w := a.d.words()
	return DoorResult{
		Tone: tone, Title: w.Say(title, nil), Name: memberName(member), Line: commaed(member.Title, a.d.communityOf(a.c, member)),
		Why: a.about(member), Scan: scan, Member: member.ID, Notes: []string{}, State: a.state(),
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
	return DoorResult{Tone: "unknown", Title: w.Say("door.said.unknown", nil), Name: code, Why: w.Say("door.said.unknown.why", nil),
		Advice: w.Say("door.advice.unknown", nil), Notes: []string{}, State: a.state()}
}

func (a *doorAt) undo(scan string) (door.Noted, error) {
	if a.practice != nil {
		return a.practice.Undo(scan)
	}
	return a.c.Door.Undo(scan)
}

func (a *doorAt) takeBack(scan string) (DoorResult, error) {
	noted, err := a.undo(scan)
	if err != nil {
		return DoorResult{}, err
	}
	member, err := a.person(noted.Scan.Fact.Member)
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
