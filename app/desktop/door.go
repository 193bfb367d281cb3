package desktop

import (
	"slices"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

const (
	doorsComing = 20 // meetings of later days that a door may open for
	doorsPast   = 10
)

// atDoorFor is how long a door counts as open after it was last looked at: the screen looks several times in that time.
const atDoorFor = 50 * time.Second

// Meetings lists those that a door may open for: today's first, then the coming, then the last. Sessions are rooms of their forum.
func (o *Door) Meetings() ([]MeetingRow, error) {
	return ask(o.d, func(c *app.Carnet) ([]MeetingRow, error) {
		list, err := c.Meetings.List(func(p meetings.Planned) bool { return p.Status != "cancelled" && !p.Start.IsZero() && p.Parent == "" })
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
		c.Network.AtDoor(atDoorFor)
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
		member, err := at.person(id)
		if err != nil {
			return at.unknown(code), nil
		}
		return at.pass(member, direction, nonce)
	})
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
		return DoorResult{Tone: "look", Title: o.d.words().Say("door.said.nothing_to_undo", nil), Notes: []string{}, State: at.state()}, nil
	})
}

// UndoScan takes back one scan.
func (o *Door) UndoScan(scan string) (DoorResult, error) {
	return ask(o.d, func(c *app.Carnet) (DoorResult, error) {
		if practice := o.d.rehearsals.holding(scan); practice != nil {
			at, err := o.d.at(c, practice.Meeting(), "")
			if err != nil {
				return DoorResult{}, err
			}
			at.practice, at.tally = practice, practice.Tally()
			return at.takeBack(scan)
		}
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
