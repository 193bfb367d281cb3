package door

import (
	"slices"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
)

// Attended is one meeting that a member was expected at, and how long they were there.
type Attended struct {
	Meeting  meetings.Planned
	Minutes  int
	Share    float64 // of the meeting's length, 0 to 1
	Came     bool
	Presence attendance.Presence
}

// AttendedBy gives the last meetings, at most limit and oldest first, that have begun and were of one of the
// chapters or had the member at the door.
func (d *Door) AttendedBy(member string, chapters []string, limit int) ([]Attended, error) {
	facts, err := d.factsBy(member)
	if err != nil {
		return nil, err
	}
	now := d.Now()
	list, err := meetings.New(meetings.Deps{Store: d.Store, Now: d.Now}).List(func(p meetings.Planned) bool {
		expected := slices.Contains(chapters, p.Chapter) && p.Status != "cancelled"
		return !p.Start.IsZero() && p.Start.Before(now) && (expected || len(facts[p.ID]) > 0)
	})
	if err != nil {
		return nil, err
	}
	list = list[max(0, len(list)-limit):]
	attended := make([]Attended, len(list))
	for i, p := range list {
		if attended[i], err = d.attendedOne(p, facts[p.ID], now); err != nil {
			return nil, err
		}
	}
	return attended, nil
}

// factsBy gives a person's facts by meeting, those of members merged into them too.
func (d *Door) factsBy(member string) (map[string][]store.Scan, error) {
	facts := map[string][]store.Scan{}
	for _, id := range d.Store.Records(member) {
		for scan, err := range d.Store.ScansBy(id) {
			if err != nil {
				return nil, err
			}
			facts[scan.Fact.Meeting] = append(facts[scan.Fact.Meeting], scan)
		}
	}
	return facts, nil
}

func (d *Door) attendedOne(p meetings.Planned, facts []store.Scan, now time.Time) (Attended, error) {
	one := Attended{Meeting: p}
	if len(facts) == 0 {
		return one, nil
	}
	span, err := d.span(p)
	if err != nil {
		return one, err
	}
	if span.Closing.Rule == attendance.AtLastScan { // which of all people's it was, one person's facts do not tell
		span.Closing = attendance.Closing{}
	}
	a := attendance.Compute(facts, span, now, func(string) string { return "" })
	if len(a.People) == 0 {
		return one, nil
	}
	one.Came, one.Presence, one.Minutes = true, a.People[0], a.People[0].Minutes
	if p.Minutes > 0 {
		one.Share = min(1, float64(one.Minutes)/float64(p.Minutes))
	}
	return one, nil
}
