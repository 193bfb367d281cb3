package door

import (
	"testing"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
)

// merge makes one member stand for another, as somebody does who finds that two are one.
func (f *forum) merge(keep store.Member, others ...string) {
	f.t.Helper()
	keep.Merged = others
	f.put(keep)
	for _, id := range others {
		f.put(store.Member{ID: id, Given: keep.Given, Family: keep.Family, MergedInto: keep.ID})
	}
}

func (f *forum) register(member, status string) {
	f.t.Helper()
	f.put(store.Registration{ID: store.RegistrationID(f.meeting.ID, member), For: f.meeting.ID, Member: member, Status: status})
}

func (f *forum) looksAt(id string) (codes string) {
	f.t.Helper()
	m, err := store.Get[store.Member](f.Store, id)
	if err != nil {
		f.t.Fatal(err)
	}
	looks, err := f.Looks(f.Meetings, f.meeting, m)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, l := range looks {
		codes += l.Code + " "
	}
	return codes
}

func TestARegistrationOfAMemberWhoWasMergedCountsAtTheDoor(t *testing.T) {
	f := newForum(t)
	f.register(elise.ID, "approved")
	f.register("mem_annie", "approved")
	f.merge(ann, "mem_annie")
	if got := f.looksAt(ann.ID); got != "" {
		t.Error("who registered before the merge:", got)
	}
	f.register(ann.ID, "withdrawn")
	if got := f.looksAt(ann.ID); got != "" {
		t.Error("of two registrations of one person the one that was approved counts:", got)
	}
	if n := f.Registered(f.meeting); n != 2 {
		t.Error(n, "are registered")
	}
	f.register("mem_annie", "declined")
	f.put(store.Registration{ID: store.RegistrationID(f.meeting.ID, ann.ID), For: f.meeting.ID, Member: ann.ID, Status: "requested"})
	if got := f.looksAt(ann.ID); got != "declined " && got != "requested " {
		t.Error(got)
	}
}

func TestADoorDecidesNothingAboutWhomTheOfficeDecidedBeforeTheyWereMerged(t *testing.T) {
	f := newForum(t)
	f.register("mem_annie", "declined")
	f.merge(ann, "mem_annie")
	if _, err := f.Provisional(f.meeting, "mem_annie"); err != nil {
		t.Fatal(err)
	}
	if n := f.Store.Count(store.KindRegistration); n != 1 {
		t.Errorf("%d registrations", n)
	}
}

func TestPaperThatWasPrintedBeforeAMergeIsTypedAfterIt(t *testing.T) {
	f := newForum(t)
	f.merge(ann, "mem_annie")
	for _, is := range []string{"on the list", "not on the list"} {
		list, err := f.Reenter(Sheet{Meeting: f.meeting.ID, Station: "A", Day: "2026-12-09"}, []string{RowCode(f.meeting.ID, "mem_annie")[:6] + " 902"})
		if err != nil || len(list) != 1 || list[0].Member != ann.ID || list[0].Err != nil {
			t.Errorf("%s: %+v %v", is, list, err)
		}
		f.register(ann.ID, "approved")
	}
}

func TestMembersWhoWereMergedOnSeveralLaptopsAreOnePersonEverywhere(t *testing.T) {
	f := newForum(t)
	f.pass(f.meeting.ID, "mem_a", attendance.In, "A", "09:00")
	f.put( // one laptop merged a into b, another b into Ann: neither knew of the other
		store.Member{ID: "mem_a", Given: "Ann", Family: "McElroy", MergedInto: "mem_b"},
		store.Member{ID: "mem_b", Given: "Ann", Family: "McElroy", MergedInto: ann.ID, Merged: []string{"mem_a"}})
	keep := ann
	keep.Merged = []string{"mem_b"}
	f.put(keep)
	f.register("mem_a", "approved")
	f.register(elise.ID, "approved")
	f.now = f.now.Add(24 * time.Hour)
	if got := f.looksAt(ann.ID); got != "" {
		t.Error(got)
	}
	attended, err := f.AttendedBy(ann.ID, nil, 10)
	if err != nil || len(attended) != 1 || !attended[0].Came {
		t.Errorf("%+v %v", attended, err)
	}
	s, err := f.Summary(f.meeting.ID)
	if err != nil || s.Came != 1 || s.People[0].Member != ann.ID {
		t.Errorf("%+v %v", s.People, err)
	}
}

func TestANoteThatWasSettledStaysSoWhenItsMemberIsMerged(t *testing.T) {
	f := newForum(t)
	f.put(store.Member{ID: "mem_annie", Given: "Ann", Family: "McElroy"})
	f.pass(f.meeting.ID, "mem_annie", attendance.Out, "A", "10:00")
	f.now = f.now.Add(24 * time.Hour)
	notes, err := f.Notes(f.meeting.ID)
	if err != nil || len(notes) != 1 {
		t.Fatal(notes, err)
	}
	if _, _, err := f.Settle(f.meeting.ID, []string{notes[0].ID}, Seen); err != nil {
		t.Fatal(err)
	}
	f.merge(ann, "mem_annie")
	for _, as := range []string{Seen, "", Right} {
		if as != Seen {
			if _, _, err := f.Settle(f.meeting.ID, []string{notes[0].ID}, as); err != nil {
				t.Fatal(err)
			}
		}
		if notes, err = f.Notes(f.meeting.ID); err != nil || len(notes) != 1 || notes[0].Member != ann.ID || notes[0].Settled != as {
			t.Errorf("%q: %+v %v", as, notes, err)
		}
	}
}
