package desktop

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"example.org/carnet/app/network"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/sync/bucket"
)

func (a *doorAt) state() DoorState {
	w := a.d.words()
	inside := a.tally.Inside()
	s := DoorState{
		Meeting: a.meeting.ID, Title: pick(w.Lang(), a.meeting.Title, a.meeting.TitleFR), Station: a.station, Room: a.meeting.Room,
		Stations: append([]string{}, a.meeting.Stations...), Clock: a.clock(a.c.Now()), ClockNote: a.clockNote(), Present: len(inside),
		Last: a.last(), Doors: a.doors(), Rooms: a.rooms(), Practice: a.practice != nil,
	}
	if s.Practice {
		s.Tried = a.practice.Scans()
	}
	_, s.Places, s.Crowd = a.tally.Crowd()
	s.CrowdText = a.crowdText(len(inside), s.Places, s.Crowd)
	if !s.Practice { // of a rehearsal there is nothing to send
		s.Link, s.LinkTone = a.link(len(s.Doors))
	}
	s.Roles, s.Chapters, s.Languages = a.counts(inside)
	s.Expected = a.c.Door.Registered(a.meeting.Meeting)
	if s.Expected == 0 && a.meeting.Chapter != "" {
		s.Expected = a.d.chapterSize(a.c, a.meeting.Chapter)
	}
	s.PresentText = w.Say("door.said.present", nil)
	if s.Expected > 0 {
		s.PresentText = w.Say("door.said.present_of", map[string]string{"n": w.Number(s.Expected)})
	}
	return s
}

// link says where the scans are, and whether the doors of this room hear of each other.
func (a *doorAt) link(others int) (text, tone string) {
	w, s := a.d.words(), a.c.Network.State()
	here, away := a.reached()
	doors := w.Count("door.link.doors", others+1, nil)
	switch {
	case here && others > 0 && away:
		return dotted(w.Say("door.link.no-internet", nil), doors), "wait"
	case here && others > 0:
		return doors, "good"
	}
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

// reached tells whether a place of this room answered last, and whether one far away did not.
func (a *doorAt) reached() (here, away bool) {
	remotes, err := a.c.Network.Remotes()
	if err != nil {
		return false, false
	}
	for _, r := range remotes {
		if r.Kind == bucket.S3 {
			away = away || r.Problem != nil || a.c.Network.FarSilent()
		} else {
			here = here || r.Problem == nil && !r.Contact.IsZero()
		}
	}
	return here, away
}

// mostDoors are named beside the count.
const mostDoors = 8

// doors are the others whose scans are here, with the time of the newest: so one sees that they arrive.
func (a *doorAt) doors() []DoorSeen {
	seen := a.tally.Doors()
	doors := []DoorSeen{}
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		if name != a.station && name != "" && len(doors) < mostDoors {
			doors = append(doors, DoorSeen{Name: name, Text: a.clock(seen[name])})
		}
	}
	return doors
}

// soonEnough is how long before a session people come to its room.
const soonEnough = 10 * time.Minute

// rooms are those of the forum's sessions that a door may be of: of today, and the coming ones.
func (a *doorAt) rooms() []DoorRoom {
	rooms := []DoorRoom{}
	sessions, err := a.c.Meetings.Sessions(a.forum())
	if err != nil {
		return rooms
	}
	w, now := a.d.words(), a.c.Now()
	for _, s := range sessions {
		if s.Start.IsZero() || s.Status == "cancelled" || s.Ended(now) && s.Start.Format(time.DateOnly) != now.In(s.Start.Location()).Format(time.DateOnly) {
			continue
		}
		rooms = append(rooms, DoorRoom{Meeting: s.ID, Name: cmp.Or(s.Room, pick(w.Lang(), s.Title, s.TitleFR)), Title: pick(w.Lang(), s.Title, s.TitleFR),
			Time: w.Clock(s.Start), Now: !s.Start.After(now) && !s.Ended(now), Over: s.Ended(now), Soon: s.Start.After(now) && s.Start.Sub(now) <= soonEnough})
	}
	return rooms
}

// clockNote tells of a clock that is known to be wrong. It is quiet: the times are put right, and nobody at the door can do better.
func (a *doorAt) clockNote() string {
	ahead := a.tally.Ahead(a.station)
	minutes := int(ahead.Abs().Round(time.Minute) / time.Minute)
	switch {
	case minutes == 0:
		return ""
	case ahead < 0:
		return a.d.words().Count("door.clock.behind", minutes, nil)
	}
	return a.d.words().Count("door.clock.ahead", minutes, nil)
}

// mostHeadings are counted by name; what is left is summed.
const mostHeadings = 6

// counts tells how many are in by role, in the order of the window's colours, by chapter and by language, the largest first.
func (a *doorAt) counts(inside []string) (roles []RoleCount, chapters, languages []DoorCount) {
	list, _ := a.c.Store.Directory()
	byRole, byChapter, byLanguage := map[string]int{}, map[string]int{}, map[string]int{}
	for _, id := range inside {
		card, listed := list.Member(id)
		if !listed && a.practice != nil {
			if m, err := a.practice.Member(id); err == nil {
				card = directory.Card{Role: m.Role, Language: m.Language, Chapters: m.Chapters}
			}
		}
		byRole[card.Role]++
		byLanguage[card.Language]++
		for _, chapter := range card.Chapters {
			byChapter[chapter]++
		}
		if len(card.Chapters) == 0 {
			byChapter[""]++
		}
	}
	roles = []RoleCount{}
	for _, role := range []string{"elected", "staff", "indigenous-staff", "partner", ""} {
		if byRole[role] > 0 {
			roles = append(roles, RoleCount{Role: role, N: byRole[role]})
		}
	}
	return roles, a.headed(byChapter, a.chapterName), a.headed(byLanguage, a.languageName)
}

// headed puts counts in order, the largest first, what is not known last.
func (a *doorAt) headed(counts map[string]int, name func(key string) string) []DoorCount {
	keys := slices.SortedFunc(maps.Keys(counts), func(x, y string) int {
		return cmp.Or(boolCompare(x == "", y == ""), cmp.Compare(counts[y], counts[x]), strings.Compare(x, y))
	})
	list := []DoorCount{}
	for i, key := range keys {
		if i >= mostHeadings {
			list[len(list)-1].N += counts[key]
			list[len(list)-1].Name = a.d.words().Say("door.counts.others", nil)
			continue
		}
		list = append(list, DoorCount{Name: name(key), N: counts[key]})
	}
	return list
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (a *doorAt) chapterName(id string) string {
	if id == "" {
		return a.d.words().Say("door.counts.no_chapter", nil)
	}
	chapter, err := store.Get[store.Chapter](a.c.Store, id)
	if err != nil {
		return a.d.words().Say("door.role.none", nil)
	}
	return pick(a.d.words().Lang(), chapter.Name, chapter.NameFR)
}

func (a *doorAt) languageName(code string) string {
	if key := "language." + code; a.d.words().Has(key) {
		return a.d.words().Say(key, nil)
	}
	return a.d.words().Say("door.role.none", nil)
}
