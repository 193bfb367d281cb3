package agenda

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/post/calendar/calendartest"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

func TestAChaptersFileHoldsWhatIsComingAsAnotherLibraryReadsIt(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC) }
	s, err := store.Open(t.TempDir(), store.Options{Device: "laptop", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	m := meetings.New(meetings.Deps{Store: s, Now: now, May: func(store.Kind) error { return nil }})
	a := New(Deps{Store: s, Meetings: m, Now: now, Network: func() string { return "net_abc" }})
	if _, err := s.Edit(func(tx *store.Tx) error {
		for _, r := range []store.Record{
			store.Chapter{ID: "chp_a", Name: "Atlantic", NameFR: "Atlantique"},
			store.Series{ID: "ser_a", Title: "Call", TitleFR: "Appel", Chapter: "chp_a", Start: "2026-12-02T13:00", Zone: "America/St_Johns", Minutes: 60, Rule: "FREQ=WEEKLY", Status: "confirmed"},
			store.Meeting{ID: "mtg_over", Title: "Over", Chapter: "chp_a", Start: "2026-11-01T10:00", Zone: "America/Halifax", Minutes: 60},
			store.Meeting{ID: "mtg_forum", Title: "Forum", Chapter: "chp_a", Start: "2027-06-09", Zone: "America/Halifax", Minutes: 2880},
			store.Meeting{ID: "mtg_later", Title: "Later", Chapter: "chp_a", Start: "2027-06", Zone: "America/Halifax"},
			store.Meeting{ID: "mtg_other", Title: "Other", Chapter: "chp_b", Start: "2027-06-09", Zone: "America/Halifax"},
		} {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	moved := store.OccurrenceID("ser_a", "2026-12-09T13:00")
	if _, _, err := m.Set(moved, map[string]string{"start": "2026-12-10T09:00"}, nil); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.ics")
	made, err := a.Chapter("chp_a", "fr", path)
	if err != nil || made != (Made{Events: 3, Undated: 1}) {
		t.Fatalf("%+v %v", made, err)
	}
	raw, _ := os.ReadFile(path)
	read := calendartest.Read(t, 2, raw)[0]
	if len(read.Events) != 3 || read.Events[0].Summary != "Appel" || strings.Join(read.Events[0].Coming, " ") != "2026-12-02T16:30:00Z 2026-12-09T16:30:00Z" ||
		read.Events[1].Occurs != "2026-12-09T16:30:00Z" || read.Events[1].Start != "2026-12-10T12:30:00Z" || read.Events[1].Sequence != 1 || read.Events[2].End != "2027-06-11" {
		t.Errorf("%+v\n%s", read, raw)
	}
	if made, err := a.Meeting(store.OccurrenceID("ser_a", "2026-12-16T13:00"), "en", path); err != nil || made.Events != 1 {
		t.Errorf("an occurrence that is not stored: %+v %v", made, err)
	}
	if _, err := a.Meeting("mtg_later", "en", path); !fault.Is(err, "calendar_no_date") {
		t.Error(err)
	}
}
