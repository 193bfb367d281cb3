package door

import (
	"testing"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
)

func TestAScanStoresTheOccurrenceItHangsOn(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 12, 2, 17, 55, 0, 0, time.UTC) }
	s, err := store.Open(t.TempDir(), store.Options{Device: "laptop", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	d := New(Deps{Store: s, Now: now, May: func(store.Kind) error { return nil }, Office: func() string { return "off_1" }})
	series, _, err := d.Meetings.AddSeries(map[string]string{"title": "Call", "zone": "America/Toronto", "start": "2026-12-02T13:00", "rule": "FREQ=WEEKLY"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Edit(func(tx *store.Tx) error {
		_, err := tx.Put(store.Member{ID: "mem_1", Given: "Kim", Family: "Essai"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	id := store.OccurrenceID(series.ID, "2026-12-02T13:00")
	if noted, err := d.Scan(Pass{Meeting: id, Member: "mem_1", Kind: attendance.In}); err != nil || !noted.After.Present {
		t.Fatal(noted, err)
	}
	held, err := store.Get[store.Meeting](s, id)
	if err != nil || held.Series != series.ID || held.Occurs != "2026-12-02T13:00" || held.Title != "" {
		t.Error(held, err)
	}
	if _, err := d.Scan(Pass{Meeting: id, Member: "mem_1", Kind: attendance.Out}); err != nil || s.Count(store.KindMeeting) != 1 {
		t.Error(err)
	}
}

func TestAReportIsTakenInForAMeetingOfASeriesThatIsNotStoredYet(t *testing.T) {
	f := newForum(t)
	series, _, err := f.Meetings.AddSeries(map[string]string{"title": "Call", "zone": "America/Toronto", "start": "2026-12-09T09:00", "rule": "FREQ=WEEKLY"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	f.meeting = store.Meeting{ID: store.OccurrenceID(series.ID, "2026-12-09T09:00")}
	f.report(f.reportOf(stay("Ann McElroy,", "09:00:00", "09:30:00")), ReportOptions{})
	if got := f.minutes(); got[ann.ID] != 30 {
		t.Error(got)
	}
	if held, err := store.Get[store.Meeting](f.Store, f.meeting.ID); err != nil || held.Series != series.ID {
		t.Error(held, err)
	}
}
