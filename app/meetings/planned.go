package meetings

import (
	"cmp"
	"slices"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

// Planned is a meeting with the instants of its start and end; both zero while its date is to be set.
type Planned struct {
	store.Meeting
	Start, End time.Time // at the anchor zone
	AllDay     bool      // it takes whole days: Start and End are midnights there
	Virtual    bool      // an occurrence of a series that follows from its rule alone; nothing of it is stored
}

const (
	dayMinutes  = 24 * 60
	monthLayout = "2006-01"
)

// Plan reads a meeting's start with Carnet's zone data.
func Plan(meeting store.Meeting) Planned {
	p := Planned{Meeting: meeting}
	if day, err := time.Parse(time.DateOnly, meeting.Start); err == nil {
		return p.onDays(day)
	}
	if start, _, err := zones.Instant(meeting.Start, meeting.Zone); err == nil {
		p.Start = start
		p.End = start.Add(time.Duration(meeting.Minutes) * time.Minute)
	}
	return p
}

// onDays ends at a midnight, though a day on which clocks change is not of 24 hours.
func (p Planned) onDays(day time.Time) Planned {
	start, _, err := zones.Instant(day.Format(zones.Layout), p.Zone)
	if err != nil {
		return p
	}
	end, _, err := zones.Instant(day.AddDate(0, 0, p.Days()).Format(zones.Layout), p.Zone)
	if err == nil {
		p.Start, p.End, p.AllDay = start, end, true
	}
	return p
}

// Days gives how many whole days an all-day meeting takes.
func (p Planned) Days() int { return max(1, p.Minutes/dayMinutes) }

// Month gives the month that is known of a date to be set, as "2027-06"; else nothing.
func (p Planned) Month() string {
	if _, err := time.Parse(monthLayout, p.Meeting.Start); err != nil {
		return ""
	}
	return p.Meeting.Start
}

// Ended tells whether the meeting is over; one without a date is still to come.
func (p Planned) Ended(now time.Time) bool { return !p.End.IsZero() && !p.End.After(now) }

// Within tells whether the meeting takes place on one of these days by its own clock, from inclusive, to exclusive;
// an empty one is no bound. One whose date is to be set is within when its month may be, and is in no span
// without a month.
func (p Planned) Within(from, to string) bool {
	if from == "" && to == "" {
		return true
	}
	first, last := p.Meeting.Start, p.Meeting.Start
	switch {
	case p.Month() != "":
		first, last = first+"-01", last+"-31T24"
	case p.Start.IsZero():
		return false
	case p.AllDay:
		last = p.End.Add(-time.Minute).Format(zones.Layout)
	}
	return (from == "" || last >= from) && (to == "" || first < to)
}

// List gives all meetings that let through, by start; those without a date come last, by title. Of series without
// an end, the occurrences of two years from now are given.
func (m *Meetings) List(let func(Planned) bool) ([]Planned, error) { return m.ListUpTo("", let) }

// ListUpTo is List with the occurrences of series up to a day at least.
func (m *Meetings) ListUpTo(day string, let func(Planned) bool) ([]Planned, error) {
	list, err := m.all(m.horizon(day))
	if err != nil {
		return nil, err
	}
	if let != nil {
		list = slices.DeleteFunc(list, func(p Planned) bool { return !let(p) })
	}
	slices.SortFunc(list, byStart)
	return list, nil
}

func byStart(a, b Planned) int {
	if a.Start.IsZero() != b.Start.IsZero() {
		if a.Start.IsZero() {
			return 1
		}
		return -1
	}
	if a.Start.IsZero() && (a.Month() == "") != (b.Month() == "") {
		return cmp.Compare(b.Month(), a.Month()) // those whose month is known first
	}
	return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Month(), b.Month()), cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
}

// Coming gives the meetings that have not ended and are not cancelled, the next first.
func (m *Meetings) Coming() ([]Planned, error) {
	now := m.Now()
	return m.List(func(p Planned) bool { return !p.Ended(now) && p.Status != "cancelled" })
}

// ComingCount gives the number of meetings that have not ended; of a series only the next counts.
func (m *Meetings) ComingCount() int {
	coming, err := m.Coming()
	if err != nil {
		return 0
	}
	n, seen := 0, map[string]bool{}
	for _, p := range coming {
		if p.Series == "" || !seen[p.Series] {
			seen[p.Series] = true
			n++
		}
	}
	return n
}
