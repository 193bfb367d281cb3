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

var now = func() time.Time { return time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC) }

func newAgenda(t *testing.T, records ...store.Record) *Agenda {
	t.Helper()
	s, err := store.Open(t.TempDir(), store.Options{Device: "laptop", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	m := meetings.New(meetings.Deps{Store: s, Now: now, May: func(store.Kind) error { return nil }})
	a := New(Deps{Store: s, Meetings: m, Now: now, Network: func() string { return "net_abc" }})
	a.put(t, append(records, store.Chapter{ID: "chp_a", Name: "Atlantic", NameFR: "Atlantique"})...)
	return a
}

func (a *Agenda) put(t *testing.T, records ...store.Record) {
	t.Helper()
	if _, err := a.Store.Edit(func(tx *store.Tx) error {
		for _, r := range records {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// read lets another library read a chapter's file.
func (a *Agenda) read(t *testing.T, chapter string) (Made, calendartest.Object, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.ics")
	made, err := a.Chapter(chapter, "fr", path)
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := os.ReadFile(path)
	return made, calendartest.Read(t, 3, raw)[0], string(raw)
}

func TestAChaptersFileHoldsWhatIsComingAsAnotherLibraryReadsIt(t *testing.T) {
	a := newAgenda(t,
		store.Series{ID: "ser_a", Title: "Call", TitleFR: "Appel", Chapter: "chp_a", Start: "2026-12-02T13:00", Zone: "America/St_Johns", Minutes: 60, Rule: "FREQ=WEEKLY", Status: "confirmed"},
		store.Meeting{ID: "mtg_over", Title: "Over", Chapter: "chp_a", Start: "2026-11-01T10:00", Zone: "America/Halifax", Minutes: 60},
		store.Meeting{ID: "mtg_forum", Title: "Forum", Chapter: "chp_a", Start: "2027-06-09", Zone: "America/Halifax", Minutes: 2880},
		store.Meeting{ID: "mtg_later", Title: "Later", Chapter: "chp_a", Start: "2027-06", Zone: "America/Halifax"},
		store.Meeting{ID: "mtg_other", Title: "Other", Chapter: "chp_b", Start: "2027-06-09", Zone: "America/Halifax"})
	moved := store.OccurrenceID("ser_a", "2026-12-09T13:00")
	if _, _, err := a.Meetings.Set(moved, map[string]string{"start": "2026-12-10T09:00"}, nil); err != nil {
		t.Fatal(err)
	}
	made, read, raw := a.read(t, "chp_a")
	if made != (Made{Events: 3, Undated: 1}) {
		t.Fatalf("%+v", made)
	}
	if len(read.Events) != 3 || read.Events[0].Summary != "Appel" || !strings.HasPrefix(strings.Join(read.Events[0].Coming, " "), "2026-12-02T16:30:00Z 2026-12-09T16:30:00Z") ||
		read.Events[1].Occurs != "2026-12-09T16:30:00Z" || read.Events[1].Start != "2026-12-10T12:30:00Z" || read.Events[1].Sequence != 1 || read.Events[2].End != "2027-06-11" {
		t.Errorf("%+v\n%s", read, raw)
	}
	path := filepath.Join(t.TempDir(), "b.ics")
	if made, err := a.Meeting(store.OccurrenceID("ser_a", "2026-12-16T13:00"), "en", path); err != nil || made.Events != 1 {
		t.Errorf("an occurrence that is not stored: %+v %v", made, err)
	}
	if _, err := a.Meeting("mtg_later", "en", path); !fault.Is(err, "calendar_no_date") {
		t.Error(err)
	}
}

func TestWhatWasHeldElsewhereStandsInTheFileWhereItsSeriesMovedTo(t *testing.T) {
	a := newAgenda(t, store.Series{ID: "ser_a", Title: "Call", Chapter: "chp_a", Start: "2026-12-02T13:00", Zone: "America/Toronto", Minutes: 60, Rule: "FREQ=WEEKLY", Status: "confirmed"})
	second := store.OccurrenceID("ser_a", "2026-12-09T13:00")
	got, _, err := a.Meetings.SetReaching(second, meetings.Following, map[string]string{"start": "2026-12-10T15:00"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Another laptop that had not heard of it gave a call of the old series a hall, and called another off.
	a.put(t, store.Meeting{ID: store.OccurrenceID("ser_a", "2026-12-16T13:00"), Series: "ser_a", Occurs: "2026-12-16T13:00", Place: "Hall"},
		store.Meeting{ID: store.OccurrenceID("ser_a", "2026-12-23T13:00"), Series: "ser_a", Occurs: "2026-12-23T13:00", Status: "cancelled"})
	_, read, raw := a.read(t, "chp_a")
	var old, fresh, hall calendartest.Event
	for _, e := range read.Events {
		switch {
		case e.Occurs != "":
			hall = e
		case strings.HasPrefix(e.UID, "ser_a@"):
			old = e
		default:
			fresh = e
		}
	}
	if len(read.Events) != 3 || len(old.Without) != 0 || strings.Join(old.Coming, " ") != "2026-12-02T18:00:00Z" {
		t.Errorf("the series that ended: %+v\n%s", old, raw)
	}
	if !strings.HasPrefix(fresh.UID, got.Series) || strings.Join(fresh.Without, " ") != "2026-12-24T20:00:00Z" {
		t.Errorf("the one that goes on from it: %+v", fresh)
	}
	if hall.UID != fresh.UID || hall.Occurs != "2026-12-17T20:00:00Z" || hall.Start != hall.Occurs {
		t.Errorf("the call with a hall of its own: %+v\n%s", hall, raw)
	}
}
