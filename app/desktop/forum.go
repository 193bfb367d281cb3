package desktop

import (
	"cmp"
	"slices"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/network"
	"example.org/carnet/store"
	carnetsync "example.org/carnet/sync"
)

// Prepare gives the whole screen of a meeting.
func (f *Forum) Prepare(meeting string) (ForumView, error) {
	return ask(f.d, func(c *app.Carnet) (ForumView, error) { return f.d.forumView(c, meeting) })
}

// SetDoor says that a laptop is a door of a meeting, and to which room it leads; without a station, that it is none.
func (f *Forum) SetDoor(meeting string, device string, station string, room string) (Written, error) {
	return ask(f.d, func(c *app.Carnet) (Written, error) {
		p, refs, err := c.Door.SetDoor(meeting, device, station, room)
		if err != nil {
			return Written{}, err
		}
		f.d.remember(refs)
		key := "forum.said.door"
		if p.Station == "" {
			key = "forum.said.no_door"
		}
		return Written{ID: p.ID, Text: f.d.words().Say(key, map[string]string{"who": f.d.laptopName(c, device), "door": p.Station})}, nil
	})
}

// forumView gathers what is known here, without asking any other laptop.
func (d *Desktop) forumView(c *app.Carnet, meeting string) (ForumView, error) {
	m, err := c.Meetings.Get(meeting)
	if err != nil {
		return ForumView{}, err
	}
	told, err := c.Door.Prepared(m.ID)
	if err != nil {
		return ForumView{}, err
	}
	laptops, err := c.Network.Laptops()
	if err != nil {
		return ForumView{}, err
	}
	v := ForumView{Meeting: m.ID, Title: pick(d.words().Lang(), m.Title, m.TitleFR), When: d.meetingWhen(meetings.Plan(m)),
		Stations: append([]string{}, m.Stations...), Rooms: []string{}, Laptops: []ForumLaptop{}, MayMark: c.Network.May(store.KindPrepared) == nil}
	slices.Sort(v.Stations)
	if v.Rooms, err = d.roomsOf(c, m.ID); err != nil {
		return ForumView{}, err
	}
	p := &preparing{d: d, c: c, meeting: m, notes: preparedBy(told), terms: c.Network.Terms()}
	if p.clocks, err = c.Door.Clocks(m.ID); err != nil {
		return ForumView{}, err
	}
	for _, l := range laptops {
		if l.State == string(carnetsync.Active) && l.Role != "reader" {
			v.Laptops = append(v.Laptops, p.laptop(l))
		}
	}
	slices.SortStableFunc(v.Laptops, byDoor)
	return v, p.whole(&v)
}

// byDoor puts this laptop first, then those that are doors, by door.
func byDoor(a, b ForumLaptop) int {
	rank := func(l ForumLaptop) int {
		switch {
		case l.Mine:
			return 0
		case l.Door != "":
			return 1
		}
		return 2
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Door, b.Door))
}

// roomsOf names the rooms of a forum's sessions.
func (d *Desktop) roomsOf(c *app.Carnet, meeting string) ([]string, error) {
	sessions, err := c.Meetings.Sessions(meeting)
	rooms := []string{}
	for _, s := range sessions {
		if s.Room != "" {
			rooms = append(rooms, s.Room)
		}
	}
	slices.Sort(rooms)
	return slices.Compact(rooms), err
}

func (d *Desktop) laptopName(c *app.Carnet, device string) string {
	laptops, err := c.Network.Laptops()
	at := slices.IndexFunc(laptops, func(l network.Laptop) bool { return l.Device == device })
	if err != nil || at < 0 {
		return device
	}
	return laptops[at].Coordinator
}

// notes are what is told of a meeting, by what it is and whom it is about.
type notes map[string]map[string]store.Prepared

func preparedBy(told []store.Prepared) notes {
	n := notes{}
	for _, p := range told {
		if n[p.What] == nil {
			n[p.What] = map[string]store.Prepared{}
		}
		n[p.What][p.Subject] = p
	}
	return n
}

func (n notes) door(device string) store.Prepared { return n[door.IsDoor][device] }

// whole says how the meeting as a whole stands.
func (p *preparing) whole(v *ForumView) error {
	expected, err := p.c.Door.Expected(p.meeting)
	if err != nil {
		return err
	}
	unprinted, err := p.c.Door.Unprinted(p.meeting)
	if err != nil {
		return err
	}
	v.Expected, v.Unprinted = len(expected), len(unprinted)
	v.Doors, v.Badges, v.Sheet, v.Rehearsal = p.doors(v.Laptops), p.badges(*v), p.sheet(*v), p.rehearsals(v.Laptops)
	states := []ForumState{v.Doors, v.Badges, v.Sheet, v.Rehearsal}
	for _, l := range v.Laptops {
		if l.Door != "" {
			states = append(states, l.Data, l.Clock, l.Power)
		}
	}
	states = slices.DeleteFunc(states, func(s ForumState) bool { return s.Tone == "good" })
	v.Tone, v.Summary = "good", p.d.words().Say("forum.ready", nil)
	if len(states) > 0 {
		v.Tone, v.Summary = "wait", p.d.words().Count("forum.open", len(states), nil)
	}
	return nil
}
