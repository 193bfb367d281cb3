package door

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/carnet/app/door/online"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store/directory"
)

// Of a report whose meeting is to be found: how near a meeting's start must be to be offered, and what the same title weighs.
const (
	nearEnough    = 36 * time.Hour
	titleWeighs   = 4 * time.Hour
	mostOccasions = 12
)

// Occasion is a meeting that a report may be of, and how far from its start the report begins.
type Occasion struct {
	Meeting meetings.Planned
	Off     time.Duration
}

// Occasions gives the meetings that a report may be of, occurrences of series too, the likeliest first: those that began when the report does by any
// reading of its dates, a like title before another.
func (d *Door) Occasions(report online.Report) ([]Occasion, error) {
	first := firstMoment(report)
	if first.IsZero() {
		return nil, nil
	}
	readings := []time.Time{first}
	if report.Guessed && first.Day() <= 12 {
		readings = append(readings, time.Date(first.Year(), time.Month(first.Day()), int(first.Month()), first.Hour(), first.Minute(), first.Second(), 0, time.UTC))
	}
	off := map[string]time.Duration{}
	list, err := d.Meetings.List(func(p meetings.Planned) bool {
		if p.Start.IsZero() || p.Status == "cancelled" {
			return false
		}
		near := nearEnough + 1
		for _, reading := range readings {
			if reading.Sub(p.Start).Abs() > nearEnough+24*time.Hour {
				continue // in whatever zone
			}
			if at, err := zones.At(reading, p.Zone); err == nil {
				near = min(near, at.Sub(p.Start).Abs())
			}
		}
		off[p.ID] = near
		return near <= nearEnough
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b meetings.Planned) int {
		return cmp.Or(cmp.Compare(off[a.ID]-titled(a, report), off[b.ID]-titled(b, report)), cmp.Compare(a.ID, b.ID))
	})
	var found []Occasion
	for _, p := range list[:min(len(list), mostOccasions)] {
		found = append(found, Occasion{p, off[p.ID]})
	}
	return found, nil
}

// titled is what a like title weighs.
func titled(p meetings.Planned, report online.Report) time.Duration {
	topic := directory.Fold(report.Topic)
	for _, title := range []string{p.Title, p.TitleFR} {
		if title = directory.Fold(title); title != "" && topic != "" && (strings.Contains(topic, title) || strings.Contains(title, topic)) {
			return titleWeighs
		}
	}
	return 0
}

// First is when the report begins, by the clock that it is read by.
func (r Reported) First() time.Time {
	first := firstMoment(r.Report)
	if first.IsZero() {
		return first
	}
	at, err := zones.At(first, r.Zone)
	if err != nil {
		return first
	}
	return at
}

// Off says how far from a meeting's start a report begins, by the clock that it is read by.
func (r Reported) Off(p meetings.Planned) time.Duration {
	first := r.First()
	if first.IsZero() || p.Start.IsZero() {
		return 0
	}
	return first.Sub(p.Start).Abs()
}

// farOff is how far from its meeting a report may begin before it may be another's.
const farOff = 12 * time.Hour

// Far tells whether a report may be of another meeting.
func (r Reported) Far(p meetings.Planned) bool { return r.Off(p) > farOff }
