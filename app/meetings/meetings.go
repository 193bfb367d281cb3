// Package meetings is what coordinators do with meetings: plan, move, cancel, and read their local time in
// every zone. Zone data is embedded in its subpackage zones, the only source of local times in Carnet; the
// machine's own is never asked. It never prints or sends anything.
package meetings

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

// Deps is what the use cases stand on.
type Deps struct {
	Store *store.Store
	Now   func() time.Time
	// May tells whether this laptop's role lets it write records of the kind: nil, or the fault role_forbids.
	May func(kind store.Kind) error
}

// Meetings holds the use cases. All methods may be called from any goroutine.
type Meetings struct {
	Deps

	mu       sync.Mutex
	peopleOf map[string]headcount // of chapters that were asked for
}

// New gives the use cases over an open store.
func New(d Deps) *Meetings { return &Meetings{Deps: d} }

// Add makes a meeting from fields, named as the command line names them, and the names of its doors.
func (m *Meetings) Add(fields map[string]string, stations []string) (store.Meeting, []store.Ref, error) {
	meeting := store.Meeting{ID: store.NewID(store.KindMeeting), Status: "confirmed", Minutes: 60}
	if err := m.fill(&meeting, fields, stations); err != nil {
		return meeting, nil, err
	}
	if meeting.Title == "" && meeting.TitleFR == "" {
		return meeting, nil, badField("title", "")
	}
	refs, err := m.put(meeting)
	return meeting, refs, err
}

// Set writes the fields named and leaves the others; nil stations leave the doors as they are.
func (m *Meetings) Set(id string, fields map[string]string, stations []string) (store.Meeting, []store.Ref, error) {
	meeting, err := m.Get(id)
	if err != nil {
		return meeting, nil, err
	}
	if err := m.fill(&meeting, fields, stations); err != nil {
		return meeting, nil, err
	}
	if meeting.Title == "" && meeting.TitleFR == "" {
		return meeting, nil, badField("title", "")
	}
	refs, err := m.put(meeting)
	return meeting, refs, err
}

// Cancel marks a meeting cancelled; it stays in the list.
func (m *Meetings) Cancel(id string) (store.Meeting, []store.Ref, error) {
	return m.Set(id, map[string]string{"status": "cancelled"}, nil)
}

func (m *Meetings) put(meeting store.Meeting) ([]store.Ref, error) {
	if err := m.May(store.KindMeeting); err != nil {
		return nil, err
	}
	return m.Store.Edit(func(tx *store.Tx) error {
		_, err := tx.Put(meeting)
		return err
	})
}

// Get gives a meeting by its id or the start of it. Faults unknown_id, ambiguous_id.
func (m *Meetings) Get(id string) (store.Meeting, error) {
	whole, err := m.Store.Resolve(store.KindMeeting, id)
	if err != nil {
		return store.Meeting{}, err
	}
	return store.Get[store.Meeting](m.Store, whole)
}

// Planned is a meeting with the instants of its start and end; both zero while its date is to be set.
type Planned struct {
	store.Meeting
	Start, End time.Time // at the anchor zone
}

// Plan reads a meeting's start with Carnet's zone data.
func Plan(meeting store.Meeting) Planned {
	p := Planned{Meeting: meeting}
	if start, _, err := zones.Instant(meeting.Start, meeting.Zone); err == nil {
		p.Start = start
		p.End = start.Add(time.Duration(meeting.Minutes) * time.Minute)
	}
	return p
}

// Ended tells whether the meeting is over; one without a date is still to come.
func (p Planned) Ended(now time.Time) bool { return !p.End.IsZero() && !p.End.After(now) }

// List gives all meetings that let through, by start; those without a date come last, by title.
func (m *Meetings) List(let func(Planned) bool) ([]Planned, error) {
	var list []Planned
	for meeting, err := range store.All[store.Meeting](m.Store) {
		if err != nil {
			return nil, err
		}
		if p := Plan(meeting); let == nil || let(p) {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b Planned) int {
		if a.Start.IsZero() != b.Start.IsZero() {
			if a.Start.IsZero() {
				return 1
			}
			return -1
		}
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// Coming gives the meetings that have not ended and are not cancelled, the next first.
func (m *Meetings) Coming() ([]Planned, error) {
	now := m.Now()
	return m.List(func(p Planned) bool { return !p.Ended(now) && p.Status != "cancelled" })
}

// ComingCount gives the number of meetings that have not ended.
func (m *Meetings) ComingCount() int {
	coming, err := m.Coming()
	if err != nil {
		return 0
	}
	return len(coming)
}
