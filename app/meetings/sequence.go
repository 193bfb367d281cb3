package meetings

import (
	"slices"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// telling are the fields whose change people in the meeting must hear of.
var telling = []string{"start", "zone", "minutes", "place", "url", "title", "title_fr", "status", "rule"}

// Sequence gives how often a meeting was changed in what its calendar entry says: SEQUENCE of RFC 5545. It follows
// from history, so that all laptops with the same changes give the same number, and it only grows. For an
// occurrence, changes of its series count too.
func (m *Meetings) Sequence(meeting string) int {
	bare, _, err := m.find(meeting)
	if err != nil {
		return 0
	}
	if bare.Series == "" {
		return max(0, m.edits(store.KindMeeting, bare.ID)-1)
	}
	return m.SeriesSequence(bare.Series) + m.edits(store.KindMeeting, bare.ID)
}

// SeriesSequence is Sequence for a series as a whole.
func (m *Meetings) SeriesSequence(series string) int {
	return max(0, m.edits(store.KindSeries, series)-1)
}

// edits counts the edits of a record that changed one of the telling fields.
func (m *Meetings) edits(kind store.Kind, id string) int {
	past, err := m.Store.History(kind, id)
	if fault.Is(err, "unknown_id") || err != nil {
		return 0
	}
	type edit struct {
		device  string
		wall    int64
		logical uint32
	}
	seen := map[edit]bool{}
	for _, h := range past {
		if slices.Contains(telling, h.Field) {
			seen[edit{h.Device, h.Wall, h.Logical}] = true
		}
	}
	return len(seen)
}
