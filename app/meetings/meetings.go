// Package meetings is what coordinators do with meetings: plan, move, cancel, and read their local time in
// every zone. A series' occurrences follow from its rule and are stored only when something about one differs or
// hangs on it. Zone data is embedded in its subpackage zones, the only source of local times in Carnet; the
// machine's own is never asked. It never prints or sends anything.
package meetings

import (
	"sync"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

// Deps is what the use cases stand on.
type Deps struct {
	Store *store.Store
	Home  string // folder in which editions of the zone data that served are kept; empty for none
	Now   func() time.Time
	// May tells whether this laptop's role lets it write records of the kind: nil, or the fault role_forbids.
	May func(kind store.Kind) error
	// Reads tells whether this laptop reads what is written for an office alone; nil when it reads all.
	Reads func(office string) bool
	// Invited gives the ids of the members who were invited by mail to a meeting or series; nil where no mail is known.
	Invited func(of string) ([]string, error)
}

// Meetings holds the use cases. All methods may be called from any goroutine.
type Meetings struct {
	Deps

	mu       sync.Mutex
	peopleOf map[string]headcount // of chapters that were asked for
	expanded expansions

	sentMu sync.Mutex
	sent   []zones.Edition // that laptops sent
	sentOf int             // pieces that there were
}

// New gives the use cases over an open store.
func New(d Deps) *Meetings { return &Meetings{Deps: d} }

// Add makes a meeting from fields, named as the command line names them, and the names of its doors.
func (m *Meetings) Add(fields map[string]string, stations []string) (store.Meeting, []store.Ref, error) {
	meeting := store.Meeting{ID: store.NewID(store.KindMeeting), Status: "confirmed", Minutes: hour}
	if err := m.fill(&meeting, fields, stations); err != nil {
		return meeting, nil, err
	}
	if meeting.Title == "" && meeting.TitleFR == "" {
		return meeting, nil, badField("title", "")
	}
	refs, err := m.put(meeting)
	return meeting, refs, err
}

// Set writes the fields named and leaves the others; nil stations leave the doors as they are. Of a series, this
// one occurrence changes; an empty start takes it back to the rule's.
func (m *Meetings) Set(id string, fields map[string]string, stations []string) (store.Meeting, []store.Ref, error) {
	bare, _, err := m.find(id)
	if err != nil {
		return bare, nil, err
	}
	if bare.Series != "" {
		return m.setOccurrence(bare, fields, stations)
	}
	meeting := bare
	if err := m.fill(&meeting, fields, stations); err != nil {
		return meeting, nil, err
	}
	if meeting.Title == "" && meeting.TitleFR == "" {
		return meeting, nil, badField("title", "")
	}
	sessions, err := m.sessionsAlong(bare, meeting)
	if err != nil {
		return meeting, nil, err
	}
	refs, err := m.put(append(sessions, meeting)...)
	return meeting, refs, err
}

func (m *Meetings) setOccurrence(bare store.Meeting, fields map[string]string, stations []string) (store.Meeting, []store.Ref, error) {
	s, err := m.Series(bare.Series)
	if err != nil {
		return bare, nil, err
	}
	meeting := store.Whole(bare, s)
	if err := m.fill(&meeting, fields, stations); err != nil {
		return meeting, nil, err
	}
	if meeting.Title == "" && meeting.TitleFR == "" {
		return meeting, nil, badField("title", "")
	}
	bare = store.Own(meeting, s, bare.Start != "" && bare.Start == bare.Occurs)
	refs, err := m.put(bare)
	return store.Whole(bare, s), refs, err
}

// Cancel marks a meeting cancelled, with its sessions; it stays in the list.
func (m *Meetings) Cancel(id string) (store.Meeting, []store.Ref, error) {
	return m.Set(id, map[string]string{"status": "cancelled"}, nil)
}

func (m *Meetings) put(meetings ...store.Meeting) ([]store.Ref, error) {
	if err := m.May(store.KindMeeting); err != nil {
		return nil, err
	}
	return m.Store.Edit(func(tx *store.Tx) error { return m.putAll(tx, meetings) })
}

func (m *Meetings) putAll(tx *store.Tx, meetings []store.Meeting) error {
	for _, meeting := range meetings {
		if meeting.Parent != "" {
			if err := m.HoldIn(tx, meeting.Parent); err != nil {
				return err
			}
		}
		if _, err := tx.Put(meeting); err != nil {
			return err
		}
	}
	return nil
}
