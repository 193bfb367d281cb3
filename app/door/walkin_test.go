package door

import (
	"testing"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
)

func TestOnePersonWhoWalksInAtTwoDoorsThatDoNotHearOfEachOtherIsOneMember(t *testing.T) {
	a, b := newForum(t), newForum(t) // two laptops
	for _, place := range []string{"com_stlin", "Lyon", ""} {
		one, _, err := a.WalkIn(WalkIn{Meeting: a.meeting.ID, Given: "Josée", Family: "Saint-Onge", Community: place, Station: "A"})
		if err != nil {
			t.Fatal(err)
		}
		other, _, err := b.WalkIn(WalkIn{Meeting: b.meeting.ID, Given: "JOSEE ", Family: "saint onge", Community: place, Station: "B"})
		if err != nil || other.Scan.Fact.Member != one.Scan.Fact.Member {
			t.Errorf("%q: %q and %q, %v", place, one.Scan.Fact.Member, other.Scan.Fact.Member, err)
		}
		if other.Scan.ID == one.Scan.ID {
			t.Error("two arrivals became one")
		}
	}
}

func TestAWalkInOfASessionIsTheOneOfItsForum(t *testing.T) {
	f := newForum(t)
	session := store.Meeting{ID: "mtg_session", Title: "Session", Parent: f.meeting.ID, Start: "2026-12-09T10:00", Zone: "America/Toronto", Minutes: 60}
	f.put(session)
	walk := WalkIn{Meeting: f.meeting.ID, Given: "Marie", Family: "Durand", Community: "Lyon"}
	one, _, err := f.WalkIn(walk)
	if err != nil {
		t.Fatal(err)
	}
	walk.Meeting = session.ID
	if two, known, err := f.WalkIn(walk); err != nil || !known || two.Scan.Fact.Member != one.Scan.Fact.Member {
		t.Errorf("%+v %v %v", two, known, err)
	}
}

func TestWhoDidNotRegisterIsLookedAtOnceSomebodyDid(t *testing.T) {
	f := newForum(t)
	f.put(store.Member{ID: "mem_zoe", Given: "Zoé", Family: "Roy", Role: "elected"})
	look := func(id string) (codes string) {
		m, err := store.Get[store.Member](f.Store, id)
		if err != nil {
			t.Fatal(err)
		}
		looks, err := f.Looks(f.Meetings, f.meeting, m)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range looks {
			codes += l.Code + " "
		}
		return codes
	}
	if got := look(ann.ID); got != "not_in_chapter " {
		t.Error(got)
	}
	f.put(store.Registration{ID: store.RegistrationID(f.meeting.ID, "mem_zoe"), For: f.meeting.ID, Member: "mem_zoe", Status: "approved"})
	if got := look("mem_zoe"); got != "" {
		t.Error("who registered:", got)
	}
	if got := look(ann.ID) + look(elise.ID); got != "not_registered not_registered " {
		t.Error("who did not:", got)
	}
	if n := f.Registered(f.meeting); n != 1 {
		t.Error(n)
	}
	for status, want := range map[string]string{"declined": "declined ", "waitlisted": "waitlisted ", "withdrawn": "withdrawn ", "requested": "requested ", "asked": "requested "} {
		f.put(store.Registration{ID: store.RegistrationID(f.meeting.ID, ann.ID), For: f.meeting.ID, Member: ann.ID, Status: status})
		if got := look(ann.ID); got != want {
			t.Errorf("%s is shown as %s", status, got)
		}
	}
	walked, _, err := f.WalkIn(WalkIn{Meeting: f.meeting.ID, Given: "Noor", Family: "Okafor"})
	if err != nil || look(walked.Scan.Fact.Member) != "" {
		t.Error("a walk-in of this door is looked at again", err)
	}
}

func TestWhatWasDecidedForTheMeetingItselfIsWhatItsDoorSays(t *testing.T) {
	f := newForum(t)
	room := store.Meeting{ID: "mtg_room", Title: "Room C", Parent: f.meeting.ID, Start: f.meeting.Start, Zone: f.meeting.Zone, Minutes: 60, Status: "confirmed"}
	f.put(room)
	register := func(of, status string) {
		f.put(store.Registration{ID: store.RegistrationID(of, ann.ID), For: of, Member: ann.ID, Status: status})
	}
	look := func() (codes string) {
		looks, err := f.Looks(f.Meetings, room, ann)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range looks {
			codes += l.Code + " "
		}
		return codes
	}
	register(f.meeting.ID, "waitlisted")
	if got := look(); got != "waitlisted " {
		t.Errorf("on the forum's waiting list, at a room's door: %q", got)
	}
	register(f.meeting.ID, "approved")
	if got := look(); got != "" {
		t.Errorf("registered for the forum: %q", got)
	}
	register(room.ID, "withdrawn")
	if got := look(); got != "withdrawn " {
		t.Errorf("registered for the forum, cancelled for this room: %q", got)
	}
}

func TestEachDoorIsKnownByItsLastScan(t *testing.T) {
	f := newForum(t)
	f.pass(f.meeting.ID, elise.ID, attendance.In, "A", "09:00")
	f.pass(f.meeting.ID, ann.ID, attendance.In, "B", "09:05")
	f.pass(f.meeting.ID, ann.ID, attendance.Out, "B", "09:30")
	f.pass(f.meeting.ID, ann.ID, attendance.In, attendance.Paper+"C", "09:40")
	tally, err := f.Tally(f.meeting.ID)
	if err != nil {
		t.Fatal(err)
	}
	if doors := tally.Doors(); len(doors) != 2 || doors["B"].UTC().Format("15:04") != "14:30" {
		t.Errorf("%v", doors)
	}
}

func TestADecisionOfTheDoorIsProvisional(t *testing.T) {
	f := newForum(t)
	f.meeting.Audience = "elected"
	f.put(f.meeting)
	decided := func(given, role string) string {
		n, _, err := f.WalkIn(WalkIn{Meeting: f.meeting.ID, Given: given, Family: "Essai", Role: role})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Provisional(f.meeting, n.Scan.Fact.Member); err != nil {
			t.Fatal(err)
		}
		g, err := store.Get[store.Registration](f.Store, store.RegistrationID(f.meeting.ID, n.Scan.Fact.Member))
		if err != nil || g.Source != AtDoor {
			t.Fatal(g, err)
		}
		return g.Status
	}
	if got := decided("Ève", "elected") + " " + decided("Sam", "staff") + " " + decided("Lou", ""); got != "approved requested requested" {
		t.Error(got)
	}
	if n := f.Registered(f.meeting); n != 0 {
		t.Errorf("%d registered by the door alone: everybody else would be looked at", n)
	}
	f.put(store.Registration{ID: store.RegistrationID(f.meeting.ID, ann.ID), For: f.meeting.ID, Member: ann.ID, Status: "declined", Reason: "full"})
	if _, err := f.Provisional(f.meeting, ann.ID); err != nil {
		t.Error(err)
	}
	if g, _ := store.Get[store.Registration](f.Store, store.RegistrationID(f.meeting.ID, ann.ID)); g.Status != "declined" {
		t.Error("the door overruled the office:", g)
	}
	f.forbid = store.KindRegistration
	n, _, err := f.WalkIn(WalkIn{Meeting: f.meeting.ID, Given: "Max", Family: "Essai", Role: "elected"})
	if err == nil {
		_, err = f.Provisional(f.meeting, n.Scan.Fact.Member)
	}
	if err != nil {
		t.Error("a door laptop:", err)
	}
}
