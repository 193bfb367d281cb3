package meetings

import (
	"slices"
	"strings"
	"testing"

	"example.org/carnet/store"
)

func elsewhere(t *testing.T, m *Meetings, series, occurs string) string {
	t.Helper()
	one := store.Meeting{ID: store.OccurrenceID(series, occurs), Series: series, Occurs: occurs}
	if _, err := m.Store.Edit(func(tx *store.Tx) error { _, err := tx.Put(one); return err }); err != nil {
		t.Fatal(err)
	}
	return one.ID
}

func TestWhatIsHeldElsewhereWhileItsSeriesMovesIsListedOnceAtItsNewTime(t *testing.T) {
	m := newMeetings(t)
	s := biweekly(t, m, "")
	got, _, err := m.SetReaching(at(t, m, s.ID, "2026-12-30").ID, Following, fields("start=2026-12-31T14:00"), nil)
	if err != nil {
		t.Fatal(err)
	}
	held := elsewhere(t, m, s.ID, "2027-01-13T13:00")
	if all := days(t, m, got.Series, 3) + " | " + days(t, m, s.ID, 9); all != "6-12-31T14:00 7-01-14T14:00 7-01-28T14:00 | 6-12-02T13:00 6-12-16T13:00" {
		t.Error(all)
	}
	for _, id := range []string{held, store.OccurrenceID(got.Series, "2027-01-14T14:00")} {
		if one, err := m.Get(id); err != nil || one.ID != held || one.Start != "2027-01-14T14:00" || one.Series != got.Series {
			t.Error(id, one, err)
		}
	}
	if _, _, err := m.Set(held, fields("place=Hall"), nil); err != nil {
		t.Fatal(err)
	}
	if bare, _ := store.Get[store.Meeting](m.Store, held); bare.Series != got.Series || bare.Occurs != "2027-01-14T14:00" || bare.Place != "Hall" {
		t.Errorf("the next write keeps where it stands: %+v", bare)
	}
}

func TestHeldOnTwoLaptopsUnderTwoTimesItIsOneMeetingWithTheRegistrationsOfBoth(t *testing.T) {
	m := newMeetings(t)
	s := biweekly(t, m, "")
	got, _, err := m.SetReaching(at(t, m, s.ID, "2026-12-30").ID, Following, fields("start=2026-12-30T14:00"), nil)
	if err != nil {
		t.Fatal(err)
	}
	old, fresh := elsewhere(t, m, s.ID, "2027-01-13T13:00"), elsewhere(t, m, got.Series, "2027-01-13T14:00")
	if all := days(t, m, got.Series, 3); all != "6-12-30T14:00 7-01-13T14:00 7-01-27T14:00" {
		t.Error(all)
	}
	one := at(t, m, got.Series, "2027-01-13")
	if one.ID != fresh || one.Virtual {
		t.Error(one)
	}
	if layers := m.Layers(one.Meeting); !slices.Contains(layers, old) || layers[0] != fresh {
		t.Error(layers)
	}
}

func TestASeriesChangedInPlaceTakesWhatWasHeldElsewhereAlong(t *testing.T) {
	m := newMeetings(t)
	s := biweekly(t, m, "")
	if _, _, err := m.SetSeries(s.ID, fields("start=2026-12-02T15:00"), nil, ""); err != nil {
		t.Fatal(err)
	}
	elsewhere(t, m, s.ID, "2026-12-16T13:00")
	if all := days(t, m, s.ID, 3); all != "6-12-02T15:00 6-12-16T15:00 6-12-30T15:00" {
		t.Error(all)
	}
	if _, _, err := m.SetSeries(s.ID, fields("rule=FREQ=MONTHLY;BYMONTHDAY=2"), nil, ""); err != nil {
		t.Fatal(err)
	}
	elsewhere(t, m, s.ID, "2027-01-13T15:00")
	if all := days(t, m, s.ID, 4); !strings.Contains(all, "(7-01-13T15:00)") {
		t.Error("what no time is near is cancelled, not lost:", all)
	}
}

func TestWhatIsHeldOnADayThatARuleLeavesIsCancelledNotLost(t *testing.T) {
	m := newMeetings(t)
	s := biweekly(t, m, "")
	held, moved := at(t, m, s.ID, "2026-12-16").ID, at(t, m, s.ID, "2026-12-30").ID
	if _, err := m.Hold(held); err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.Set(moved, fields("start=2026-12-29T10:00"), nil); err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.SetSeries(s.ID, fields("rule=FREQ=MONTHLY;BYDAY=1WE"), nil, ""); err != nil {
		t.Fatal(err)
	}
	if all := days(t, m, s.ID, 4); all != "6-12-02T13:00 (6-12-16T13:00) 6-12-29T10:00 7-01-06T13:00" {
		t.Error(all)
	}
}
