package door

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

func TestWhatIsPreparedIsToldOncePerSubject(t *testing.T) {
	f := newForum(t)
	for _, station := range []string{"A", "B", " C "} {
		if _, _, err := f.SetDoor(f.meeting.ID, "laptop-1", station, "Salon"); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := f.SetDoor(f.meeting.ID, "laptop-2", strings.Repeat("A", 300), ""); fault.CodeOf(err) != "bad_field" {
		t.Error(err)
	}
	list, err := f.Prepared(f.meeting.ID)
	if err != nil || len(list) != 1 || list[0].Station != "C" || list[0].Room != "Salon" || list[0].Subject != "laptop-1" || list[0].What != IsDoor {
		t.Errorf("%+v %v", list, err)
	}
}

func TestWhoHasNoBadgeYetOrAnotherNameSinceIsUnprinted(t *testing.T) {
	f := newForum(t)
	f.Coming = func(store.Meeting) ([]string, error) { return []string{elise.ID, ann.ID}, nil }
	unprinted := func(want ...string) {
		t.Helper()
		slices.Sort(want)
		if got, err := f.Unprinted(f.meeting); err != nil || !slices.Equal(got, want) {
			t.Errorf("unprinted: %v, %v; want %v", got, err, want)
		}
	}
	printed := func(device string, ids ...string) {
		t.Helper()
		if err := f.BadgesPrinted(f.meeting, device, ids); err != nil {
			t.Fatal(err)
		}
	}
	unprinted(elise.ID, ann.ID)
	printed("laptop-1", elise.ID)
	unprinted(ann.ID)
	printed("laptop-2", ann.ID)
	unprinted()
	f.now = f.now.Add(time.Hour)
	change := ann
	change.Notes = "likes tea"
	f.put(change)
	unprinted()
	change.Family = "Tremblay-McElroy"
	f.put(change)
	unprinted(ann.ID)
	f.now = f.now.Add(time.Hour)
	given := elise
	given.Given = "Lise"
	f.put(given)
	f.now = f.now.Add(time.Hour)
	printed("laptop-1", ann.ID) // which printed the other one's before she changed
	unprinted(elise.ID)
	printed("laptop-2", elise.ID)
	unprinted()
}
