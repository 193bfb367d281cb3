package desktop

import (
	"slices"
	"strconv"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/machine"
	"example.org/carnet/app/network"
	"example.org/carnet/store"
	carnetsync "example.org/carnet/sync"
)

// preparing is one look at what is known of a meeting before it begins.
type preparing struct {
	d       *Desktop
	c       *app.Carnet
	meeting store.Meeting
	notes   notes
	terms   map[string]carnetsync.Terms
	clocks  []store.Clock
}

// How long what was found holds.
const (
	powerHolds = 6 * time.Hour
	clockHolds = 36 * time.Hour
	agree      = 2 * time.Second // clocks that are no further apart put nobody's scans in doubt
	lowBattery = 30              // hundredths
)

func (p *preparing) laptop(l network.Laptop) ForumLaptop {
	is := p.notes.door(l.Device)
	row := ForumLaptop{Device: l.Device, Who: l.Coordinator, Office: l.OfficeName, Mine: l.Mine, Door: is.Station, Room: is.Room}
	row.Data, row.Power, row.Rehearsal = p.data(l), p.power(l), p.rehearsal(l)
	row.Clock, row.MayRight = p.clock(l, is.Station)
	return row
}

// say gives a state; its words follow from the key, and what is to be done from the same with todo where there is such a sentence.
func (p *preparing) say(tone, key string, facts map[string]string) ForumState {
	w := p.d.words()
	s := ForumState{Tone: tone, Text: w.Say("forum."+key, facts)}
	if todo := "forum." + key + ".todo"; w.Has(todo) {
		s.Todo = w.Say(todo, facts)
	}
	return s
}

// data says whether everything is on a laptop: what it has told of us, and what we know of its own.
func (p *preparing) data(l network.Laptop) ForumState {
	if l.Mine {
		sync := p.d.syncState(p.c)
		if sync.Tone == "good" {
			return ForumState{Tone: "good", Text: sync.Title}
		}
		return ForumState{Tone: "wait", Text: sync.Title, Todo: sync.Detail}
	}
	facts := map[string]string{"when": p.d.when(p.c, l.LastSeen)}
	t := p.terms[l.Device]
	switch {
	case l.LastSeen.IsZero():
		return p.say("unknown", "data.never", nil)
	case t.HasOurs && t.Whole:
		return p.say("good", "data.all", facts)
	case !t.Whole:
		return p.say("wait", "data.theirs", facts)
	}
	return p.say("wait", "data.ours", facts)
}

// power says whether a laptop is plugged in: this one now, another one as it last told.
func (p *preparing) power(l network.Laptop) ForumState {
	told, known := p.notes[door.PowerRead][l.Device]
	state, percent, at := told.Value, told.Count, p.at(told)
	if l.Mine {
		now := p.d.power()
		state, percent, at, known = now.State, now.Percent, p.c.Now(), now.State != machine.Unknown
	}
	facts := map[string]string{"percent": strconv.Itoa(percent), "when": p.d.when(p.c, at)}
	switch {
	case !known || p.c.Now().Sub(at) > 2*powerHolds:
		return p.say("unknown", "power.unknown", nil)
	case state == machine.Mains:
		return p.say("good", "power.mains", facts)
	case percent < 0:
		return p.say("wait", "power.battery", facts)
	}
	return p.say("wait", "power.battery.percent", facts)
}

func (p *preparing) at(told store.Prepared) time.Time {
	at, _ := time.Parse(time.RFC3339, told.At) // zero where nothing was told
	return at
}

// doors says whether there are any, and none twice.
func (p *preparing) doors(laptops []ForumLaptop) ForumState {
	seen, n := map[string]bool{}, 0
	for _, l := range laptops {
		if l.Door == "" {
			continue
		}
		if n++; seen[l.Door] {
			return p.say("wait", "doors.twice", map[string]string{"door": l.Door})
		}
		seen[l.Door] = true
	}
	if n == 0 {
		return p.say("wait", "doors.none", nil)
	}
	for _, station := range p.meeting.Stations {
		if !seen[station] {
			return p.say("wait", "doors.missing", map[string]string{"door": station})
		}
	}
	return ForumState{Tone: "good", Text: p.d.words().Count("forum.doors", n, nil)}
}

func (p *preparing) badges(v ForumView) ForumState {
	facts := map[string]string{"when": p.newest(door.Badges), "of": p.d.words().Number(v.Expected)}
	switch {
	case v.Expected == 0:
		return p.say("unknown", "badges.nobody", nil)
	case len(p.notes[door.Badges]) == 0:
		return p.say("wait", "badges.none", facts)
	case v.Unprinted > 0:
		s := p.say("wait", "badges.some", facts)
		s.Text = p.d.words().Count("forum.badges.some", v.Unprinted, facts)
		return s
	}
	return p.say("good", "badges.all", facts)
}

// sheet says whether every door has a roster on paper that is not much older than the list.
func (p *preparing) sheet(v ForumView) ForumState {
	if v.Expected == 0 {
		return p.say("unknown", "sheet.nobody", nil)
	}
	doors := map[string]int{} // people on the newest sheet
	for _, one := range p.notes[door.SheetMade] {
		doors[one.Station] = max(doors[one.Station], one.Count)
	}
	if len(doors) == 0 {
		return p.say("wait", "sheet.none", nil)
	}
	for _, station := range p.meeting.Stations {
		n, known := doors[station]
		all, every := doors[""]
		if !known && !every {
			return p.say("wait", "sheet.missing", map[string]string{"door": station})
		}
		if max(n, all) < v.Expected {
			s := p.say("wait", "sheet.old", nil)
			s.Text = p.d.words().Count("forum.sheet.old", v.Expected-max(n, all), nil)
			return s
		}
	}
	return p.say("good", "sheet.all", map[string]string{"when": p.newest(door.SheetMade)})
}

func (p *preparing) rehearsal(l network.Laptop) ForumState {
	told, done := p.notes[door.Rehearsed][l.Device]
	if !done {
		return p.say("wait", "rehearsal.none", nil)
	}
	return ForumState{Tone: "good", Text: p.d.words().Count("forum.rehearsal.done", told.Count, map[string]string{"when": p.d.when(p.c, p.at(told))})}
}

func (p *preparing) rehearsals(laptops []ForumLaptop) ForumState {
	missing := slices.IndexFunc(laptops, func(l ForumLaptop) bool { return l.Door != "" && l.Rehearsal.Tone != "good" })
	switch {
	case len(p.notes[door.Rehearsed]) == 0:
		return p.say("wait", "rehearsal.none", nil)
	case missing >= 0:
		return p.say("wait", "rehearsal.missing", map[string]string{"door": laptops[missing].Door})
	}
	return p.say("good", "rehearsal.all", nil)
}

// newest says when one of these was last done.
func (p *preparing) newest(what string) string {
	last := time.Time{}
	for _, one := range p.notes[what] {
		if at := p.at(one); at.After(last) {
			last = at
		}
	}
	return p.d.when(p.c, last)
}
