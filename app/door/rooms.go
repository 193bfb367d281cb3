package door

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
)

// crowd says how full a room is.
func crowd(inside, places int) string {
	switch {
	case places <= 0 || inside*10 < places*9:
		return "free"
	case inside < places:
		return "near"
	case inside == places:
		return "full"
	}
	return "over"
}

// otherRoom gives the room of the same forum that somebody is in now; empty when it is this one, or none.
func (t *Tally) otherRoom(member string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.around) == 0 {
		return ""
	}
	room, _ := attendance.Where(t.inOrder(t.person(member)), t.taken)
	return room
}

// inOrder gives one person's facts by time.
func (t *Tally) inOrder(person string) []store.Scan {
	return attendance.InOrder(t.people[person], t.span.Clocks)
}

func (t *Tally) crowd() (inside, places int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.inside), t.places
}

// Room is a session's room, or the forum itself for those who are in no session, and who is in it.
type Room struct {
	Meeting meetings.Planned
	Name    string
	People  []Insider
	Places  int
	Crowd   string // free, near, full, over
}

// Insider is somebody who is in.
type Insider struct {
	Member string
	Since  time.Time // of the stretch at the forum
}

// Rooms says who is where now, at a meeting and in the rooms of its sessions: what a fire warden reads. The meeting itself comes first,
// then the rooms by name. It reads this laptop alone.
func (d *Door) Rooms(meeting string) ([]Room, error) {
	m, err := d.Meetings.Planned(meeting)
	if err != nil {
		return nil, err
	}
	sessions, err := d.Meetings.Sessions(m.ID)
	if err != nil {
		return nil, err
	}
	tally, err := d.Tally(m.ID)
	if err != nil {
		return nil, err
	}
	rooms := map[string]*Room{"": {Meeting: m, Places: m.Places}}
	for _, s := range sessions {
		name := roomName(s.Meeting)
		if known := rooms[name]; known == nil {
			rooms[name] = &Room{Meeting: s, Name: name, Places: s.Places}
		} else if !s.Start.After(d.Now()) && !s.Ended(d.Now()) {
			known.Meeting, known.Places = s, s.Places // the session that is on there now
		}
	}
	tally.spread(rooms)
	list := make([]Room, 0, len(rooms))
	for _, name := range slices.Sorted(maps.Keys(rooms)) {
		room := rooms[name]
		slices.SortFunc(room.People, func(a, b Insider) int { return cmp.Compare(a.Member, b.Member) })
		room.Crowd = crowd(len(room.People), room.Places)
		list = append(list, *room)
	}
	return list, nil
}

// spread puts everybody who is in into their room.
func (t *Tally) spread(rooms map[string]*Room) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for person := range t.inside {
		name, _ := attendance.Where(t.inOrder(person), t.taken)
		if rooms[name] == nil {
			name = ""
		}
		in := Insider{Member: person}
		if stretches := t.presence(person).Intervals; len(stretches) > 0 {
			in.Since = stretches[len(stretches)-1].From
		}
		rooms[name].People = append(rooms[name].People, in)
	}
}
