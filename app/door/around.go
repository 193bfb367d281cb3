package door

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// span reads a meeting's hours: the rule that closes what is open, and the clocks of its doors.
func (d *Door) span(p meetings.Planned) (attendance.Span, error) {
	s := attendance.Span{Start: p.Start, End: p.End, Closing: closingOf(p)}
	clocks, err := d.clocks(p.ID)
	s.Clocks = clocks
	return s, err
}

// closingOf reads a meeting's rule; one that cannot be read is the usual one.
func closingOf(p meetings.Planned) attendance.Closing {
	switch p.Closing {
	case "", attendance.AtEnd:
		return attendance.Closing{Rule: attendance.AtEnd}
	case attendance.AtLastScan:
		return attendance.Closing{Rule: attendance.AtLastScan}
	}
	at, _, err := zones.Instant(p.Closing, p.Zone)
	if err != nil {
		return attendance.Closing{Rule: attendance.AtEnd}
	}
	return attendance.Closing{Rule: attendance.AtTime, At: at}
}

// SetClosing chooses by what rule stretches without a departure end: end, last-scan, or a local time on the meeting's clock,
// 2026-12-09T16:30. It changes no fact. Faults: unknown_id, bad_time, role_forbids.
func (d *Door) SetClosing(meeting, rule string) (m store.Meeting, refs []store.Ref, err error) {
	if err := d.May(store.KindMeeting); err != nil {
		return m, nil, err
	}
	m, err = d.Meetings.Get(meeting)
	if err != nil {
		return m, nil, err
	}
	if rule = strings.TrimSpace(rule); rule != attendance.AtEnd && rule != attendance.AtLastScan {
		if _, _, err := zones.Instant(rule, m.Zone); err != nil {
			return m, nil, err
		}
	}
	m.Closing = rule
	refs, err = d.Store.Edit(func(tx *store.Tx) error {
		if err := d.Meetings.HoldIn(tx, m.ID); err != nil {
			return err
		}
		bare, err := store.GetIn[store.Meeting](tx, m.ID)
		if err != nil {
			return err
		}
		bare.Closing = rule
		_, err = tx.Put(bare)
		return err
	})
	return m, refs, err
}

// roomName is how a session's room is called; by its title where it has no room.
func roomName(m store.Meeting) string { return cmp.Or(m.Room, m.Title, m.TitleFR, m.ID) }

// nearby is how the facts of another room of the same forum are read: to a session, that somebody went elsewhere; to a forum, that somebody
// is within. Their times are right by the clocks of the room's own doors.
type nearby struct {
	in, out, station string
	clocks           map[string]time.Duration
}

// nearbyRooms gives the other rooms of a meeting's forum, or a forum's own rooms, by the sessions that are there.
func (d *Door) nearbyRooms(m store.Meeting) (map[string]nearby, error) {
	one, forum := nearby{in: attendance.Within, out: attendance.LeftWithin}, m.ID
	if m.Parent != "" {
		one, forum = nearby{in: attendance.Elsewhere, out: attendance.LeftElsewhere}, m.Parent
	}
	sessions, err := d.Meetings.Sessions(forum)
	rooms := map[string]nearby{}
	for _, session := range sessions {
		if err == nil && session.ID != m.ID {
			one.station = attendance.Room + roomName(session.Meeting)
			one.clocks, err = d.clocks(session.ID)
			rooms[session.ID] = one
		}
	}
	return rooms, err
}

// read gives what a fact of this room means elsewhere; false when nothing.
func (n nearby) read(scan store.Scan) (store.Scan, bool) {
	if strings.HasPrefix(scan.Fact.Station, attendance.Online) {
		return scan, false // who watches a session from elsewhere is in no room
	}
	scan.Fact.At -= attendance.Correction(scan, n.clocks).Milliseconds()
	scan.Fact.Off, scan.Fact.Station = 0, n.station
	switch scan.Fact.Kind {
	case attendance.In:
		scan.Fact.Kind = n.in
	case attendance.Out:
		scan.Fact.Kind = n.out
	}
	return scan, true
}

// clocks gives how far the doors' clocks of a meeting are known to be ahead.
func (d *Door) clocks(meeting string) (map[string]time.Duration, error) {
	list, err := d.Clocks(meeting)
	if len(list) == 0 || err != nil {
		return nil, err
	}
	known := make(map[string]time.Duration, len(list))
	for _, c := range list {
		known[c.Station] = time.Duration(c.Ahead) * time.Millisecond
	}
	return known, nil
}

// Clocks gives what is known of the clocks of a meeting's doors, by door.
func (d *Door) Clocks(meeting string) (list []store.Clock, err error) {
	all, err := store.Linked[store.Clock](d.Store, meeting)
	for _, c := range all {
		if c.Ahead != 0 {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b store.Clock) int { return cmp.Compare(a.Station, b.Station) })
	return list, err
}

// The sources of what is known of a clock.
const (
	Measured = "measured"
	ByHand   = "entered"
)

// mostAhead is how wrong a clock may be said to be: a year or two, as of a laptop whose battery died.
const mostAhead = 3 * 366 * 24 * time.Hour

// SetClock says how far the clock of a door was ahead; zero takes it back. The scans keep their times, and are read by the right ones. Faults:
// unknown_id, bad_clock, role_forbids.
func (d *Door) SetClock(meeting, station string, ahead time.Duration, source string) (store.Clock, error) {
	if err := d.May(store.KindClock); err != nil {
		return store.Clock{}, err
	}
	m, err := d.Meetings.Get(meeting)
	if err != nil {
		return store.Clock{}, err
	}
	station = strings.TrimSpace(station)
	if ahead.Abs() > mostAhead || len(station) > wordLimit {
		return store.Clock{}, fault.New("bad_clock", "value", ahead.String())
	}
	c := store.Clock{ID: store.ClockID(m.ID, station), Meeting: m.ID, Station: station, Ahead: int(ahead.Milliseconds()), Source: source}
	_, err = d.Store.Edit(func(tx *store.Tx) error {
		if err := d.Meetings.HoldIn(tx, m.ID); err != nil {
			return err
		}
		_, err := tx.Put(c)
		return err
	})
	return c, err
}
