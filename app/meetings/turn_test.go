package meetings

import (
	"slices"
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

func TestThisAndFollowingEndsOneSeriesAndBeginsAnother(t *testing.T) {
	m := newMeetings(t)
	s := biweekly(t, m, "")
	held := at(t, m, s.ID, "2027-01-13").ID
	if _, err := m.Hold(held); err != nil {
		t.Fatal(err)
	}
	got, _, err := m.SetReaching(at(t, m, s.ID, "2026-12-30").ID, Following, fields("start=2026-12-31T14:00"), nil)
	if err != nil || got.Start != "2026-12-31T14:00" || got.Series == s.ID {
		t.Fatal(got, err)
	}
	if all := days(t, m, s.ID, 9); all != "6-12-02T13:00 6-12-16T13:00" {
		t.Error(all)
	}
	if all := days(t, m, got.Series, 3); all != "6-12-31T14:00 7-01-14T14:00 7-01-28T14:00" {
		t.Error(all)
	}
	if kept, err := m.Get(held); err != nil || kept.Start != "2027-01-14T14:00" || kept.Series != got.Series {
		t.Error("what was held moves along", kept, err)
	}
	if line, err := m.Line(got.Series); err != nil || !slices.Equal(line, []string{got.Series, s.ID}) {
		t.Error(line, err)
	}
	if derived, err := m.Get(store.OccurrenceID(got.Series, "2027-01-14T14:00")); err != nil || derived.ID != held {
		t.Error("an occurrence that another record stands for is that one", derived, err)
	}
}

func TestAChangeOfAllOfASeriesThatHasNotBegunIsMadeInPlace(t *testing.T) {
	m := newMeetings(t)
	s := biweekly(t, m, "rule=FREQ=WEEKLY;BYDAY=WE;COUNT=4")
	held := at(t, m, s.ID, "2026-12-16").ID
	if _, err := m.Hold(held); err != nil {
		t.Fatal(err)
	}
	got, refs, err := m.SetReaching(at(t, m, s.ID, "2026-12-09").ID, All, fields("start=2026-12-10T15:30, zone=America/Vancouver"), nil)
	if err != nil || got.Series != s.ID {
		t.Fatal(got, err)
	}
	if all := days(t, m, s.ID, 9); all != "6-12-03T15:30 6-12-10T15:30 6-12-17T15:30 6-12-24T15:30" {
		t.Error(all)
	}
	if kept, _ := m.Get(held); kept.Start != "2026-12-17T15:30" || kept.Zone != "America/Vancouver" {
		t.Error(kept)
	}
	if _, err := m.Store.Undo(refs); err != nil {
		t.Fatal(err)
	}
	if all := days(t, m, s.ID, 9); all != "6-12-02T13:00 6-12-09T13:00 6-12-16T13:00 6-12-23T13:00" {
		t.Error("one undo takes all of it back:", all)
	}
}

func TestWhatTookPlaceStaysAsItWas(t *testing.T) {
	m := newMeetings(t)
	s := biweekly(t, m, "start=2026-10-07T13:00, rule=FREQ=WEEKLY;INTERVAL=2;COUNT=10")
	next, _, err := m.SetSeries(s.ID, fields("minutes=90, start=2026-10-07T14:00"), nil, "")
	if err != nil || next.ID == s.ID || next.Rule != "FREQ=WEEKLY;INTERVAL=2;COUNT=6" {
		t.Fatal(next, err)
	}
	if all := days(t, m, s.ID, 9); all != "6-10-07T13:00 6-10-21T13:00 6-11-04T13:00 6-11-18T13:00" {
		t.Error(all)
	}
	if all := days(t, m, next.ID, 9); all != "6-12-02T14:00 6-12-16T14:00 6-12-30T14:00 7-01-13T14:00 7-01-27T14:00 7-02-10T14:00" {
		t.Error(all)
	}
	monthly, _, err := m.SetSeries(next.ID, fields("rule=FREQ=MONTHLY;BYDAY=1WE"), nil, "2027-01-01")
	if err != nil || days(t, m, monthly.ID, 3) != "7-02-03T14:00 7-03-03T14:00 7-04-07T14:00" {
		t.Error(monthly, days(t, m, monthly.ID, 3), err)
	}
	if line, _ := m.Line(monthly.ID); len(line) != 3 {
		t.Error(line)
	}
	if _, _, err := m.SetSeries(s.ID, fields("minutes=30"), nil, ""); !fault.Is(err, "series_over") {
		t.Error(err)
	}
}

func TestEndingASeriesKeepsWhatTookPlace(t *testing.T) {
	m := newMeetings(t)
	s := biweekly(t, m, "start=2026-11-04T13:00")
	if _, err := m.Hold(at(t, m, s.ID, "2026-12-02").ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.EndSeries(s.ID, ""); err != nil {
		t.Fatal(err)
	}
	if all := days(t, m, s.ID, 9); all != "6-11-04T13:00 6-11-18T13:00 (6-12-02T13:00)" {
		t.Error(all)
	}
	young := biweekly(t, m, "start=2027-01-06T13:00")
	if gone, _, err := m.EndSeries(young.ID, ""); err != nil || gone.Status != "cancelled" {
		t.Error(gone, err)
	}
	if coming, _ := m.Coming(); len(coming) != 0 {
		t.Errorf("%+v", coming)
	}
	later := biweekly(t, m, "")
	if cut, _, err := m.EndSeries(later.ID, "2026-12-20"); err != nil || cut.Rule != "FREQ=WEEKLY;INTERVAL=2;UNTIL=20261216T130000" {
		t.Error(cut, err)
	}
}
