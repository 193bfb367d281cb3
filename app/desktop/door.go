package desktop

import (
	"slices"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

const (
	doorsComing = 20 // meetings of later days that a door may open for
	doorsPast   = 10
)

// Meetings lists those that a door may open for: today's first, then the coming, then the last.
func (o *Door) Meetings() ([]MeetingRow, error) {
	return ask(o.d, func(c *app.Carnet) ([]MeetingRow, error) {
		list, err := c.Meetings.List(func(p meetings.Planned) bool { return p.Status != "cancelled" && !p.Start.IsZero() })
		if err != nil {
			return nil, err
		}
		return o.d.meetingRows(c, doorOrder(list, c.Now().In(zones.Here()))), nil
	})
}

func doorOrder(list []meetings.Planned, now time.Time) []meetings.Planned {
	var today, coming, past []meetings.Planned
	day := now.Format(time.DateOnly)
	for _, p := range list {
		switch {
		case p.Start.Format(time.DateOnly) == day || p.Start.Before(now) && !p.Ended(now):
			today = append(today, p)
		case p.Ended(now):
			past = append(past, p)
		default:
			coming = append(coming, p)
		}
	}
	slices.Reverse(past)
	return slices.Concat(today, coming[:min(len(coming), doorsComing)], past[:min(len(past), doorsPast)])
}

// Open gives what surrounds the result; it must be quick, it's called after every change.
func (o *Door) Open(meeting string, station string) (DoorState, error) {
	return ask(o.d, func(c *app.Carnet) (DoorState, error) {
		at, err := o.d.at(c, meeting, station)
		if err != nil {
			return DoorState{}, err
		}
		return at.state(), nil
	})
}

// Type gives at most eight people whose name, community or badge starts so, members of the chapter first.
func (o *Door) Type(meeting string, text string) ([]DoorHit, error) {
	return ask(o.d, func(c *app.Carnet) ([]DoorHit, error) {
		at, err := o.d.at(c, meeting, "")
		if err != nil {
			return nil, err
		}
		return at.hits(strings.TrimSpace(text)), nil
	})
}

// Scan notes an arrival ("in") or departure ("out") of a member id or badge code; the same nonce again is the same scan.
func (o *Door) Scan(meeting string, station string, code string, direction string, nonce string) (DoorResult, error) {
	return ask(o.d, func(c *app.Carnet) (DoorResult, error) {
		at, err := o.d.at(c, meeting, station)
		if err != nil {
			return DoorResult{}, err
		}
		id, err := c.Door.ReadCode(at.meeting.Meeting, code)
		if err != nil {
			return at.unread(code, err), nil
		}
		member, err := store.Get[store.Member](c.Store, id)
		if err != nil {
			return at.unknown(code), nil
		}
		return at.pass(member, direction, nonce)
	})
}

// WalkIn writes down a person who is not on the list, and lets them in.
func (o *Door) WalkIn(meeting string, station string, name string, community string, role string, nonce string) (DoorResult, error) {
	return ask(o.d, func(c *app.Carnet) (DoorResult, error) {
		at, err := o.d.at(c, meeting, station)
		if err != nil {
			return DoorResult{}, err
		}
		given, family := splitName(name)
		noted, known, err := c.Door.WalkIn(door.WalkIn{
			Meeting: at.meeting.ID, Given: given, Family: family, Community: community, Role: role, Station: station, Nonce: nonce,
		})
		if err != nil {
			return DoorResult{}, err
		}
		member, err := store.Get[store.Member](c.Store, noted.Scan.Fact.Member)
		if err != nil {
			return DoorResult{}, err
		}
		result := at.result("in", "door.said.welcome", member, noted.Scan.ID)
		result.Why = o.d.words().Say("door.said.written_down", nil)
		if known {
			result.Why = o.d.words().Say("door.said.known", nil)
		}
		return result, nil
	})
}

// splitName takes the last word for the family name; a single word is a family name.
func splitName(name string) (given, family string) {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "", ""
	}
	return strings.Join(words[:len(words)-1], " "), words[len(words)-1]
}

// UndoLast takes back this door's last scan by a new fact.
func (o *Door) UndoLast(meeting string, station string) (DoorResult, error) {
	return ask(o.d, func(c *app.Carnet) (DoorResult, error) {
		at, err := o.d.at(c, meeting, station)
		if err != nil {
			return DoorResult{}, err
		}
		for _, fact := range at.tally.Last(station, 1000) {
			if !fact.Undone && fact.Fact.Kind != attendance.Undo {
				return at.takeBack(fact.ID)
			}
		}
		return DoorResult{Tone: "look", Title: o.d.words().Say("door.said.nothing_to_undo", nil), State: at.state()}, nil
	})
}

// UndoScan takes back one scan.
func (o *Door) UndoScan(scan string) (DoorResult, error) {
	return ask(o.d, func(c *app.Carnet) (DoorResult, error) {
		fact, err := store.Get[store.Scan](c.Store, scan)
		if err != nil {
			return DoorResult{}, err
		}
		at, err := o.d.at(c, fact.Fact.Meeting, fact.Fact.Station)
		if err != nil {
			return DoorResult{}, err
		}
		return at.takeBack(scan)
	})
}
