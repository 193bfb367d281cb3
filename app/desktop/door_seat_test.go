package desktop

import (
	"testing"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/machine"
	"example.org/carnet/store"
)

func TestADoorBeginsWhereItWasNotedWhenTheForumWasPrepared(t *testing.T) {
	v := newVenue(t, "en")
	v.rooms()
	if none := must[DoorSeat](t)(v.door.Seat("mtg_forum")); none != (DoorSeat{}) {
		t.Errorf("%+v", none)
	}
	forum, mine := &Forum{v.Desktop}, v.carnet.Network.Device()
	must[Written](t)(forum.SetDoor("mtg_forum", mine, "B", "Room C"))
	must[Written](t)(forum.SetDoor("mtg_forum", "another", "A", "Room D"))
	if seat := must[DoorSeat](t)(v.door.Seat("mtg_forum")); seat != (DoorSeat{Station: "B", Room: "Room C", Noted: "2026-12-09T14:02:00Z"}) {
		t.Errorf("%+v", seat)
	}
	must[Written](t)(forum.SetDoor("mtg_forum", mine, "", ""))
	if none := must[DoorSeat](t)(v.door.Seat("mtg_forum")); none.Station != "" || none.Room != "" {
		t.Errorf("a door no more: %+v", none)
	}
}

func TestARoomSaysWhichSessionIsOverAndWhichBeginsSoon(t *testing.T) {
	v := newVenue(t, "en")
	v.rooms() // C until 10:30
	v.put(store.Meeting{ID: "mtg_c2", Title: "Trees", Room: "Room C", Parent: "mtg_forum", Start: "2026-12-09T10:45", Zone: "America/Toronto", Minutes: 60, Status: "confirmed"})
	rooms := func(clock string) (first, next DoorRoom) {
		v.now = must[time.Time](t)(time.Parse(time.RFC3339, "2026-12-09T"+clock+":00-05:00"))
		for _, room := range must[DoorState](t)(v.door.Open("mtg_c", "C")).Rooms {
			switch room.Meeting {
			case "mtg_c":
				first = room
			case "mtg_c2":
				next = room
			}
		}
		return first, next
	}
	if first, next := rooms("10:29"); !first.Now || first.Over || next.Soon {
		t.Errorf("%+v %+v", first, next)
	}
	if first, next := rooms("10:34"); first.Now || !first.Over || next.Soon || next.Now {
		t.Errorf("%+v %+v", first, next)
	}
	if _, next := rooms("10:35"); !next.Soon || next.Now {
		t.Errorf("%+v", next)
	}
	if first, next := rooms("10:45"); !first.Over || !next.Now || next.Soon {
		t.Errorf("%+v %+v", first, next)
	}
}

func TestALaptopThatIsADoorTellsHowItIsFedWhateverScreenIsOpen(t *testing.T) {
	v := newVenue(t, "en")
	fed := machine.Power{State: machine.Battery, Percent: 80}
	v.power = func() machine.Power { return fed }
	told := func(meeting string) (value string, n int) {
		if err := v.tellAll(v.carnet); err != nil {
			t.Fatal(err)
		}
		list, err := v.carnet.Door.Prepared(meeting)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list {
			if p.What == door.PowerRead && p.Subject == v.carnet.Network.Device() {
				value, n = p.Value, p.Count
			}
		}
		return value, n
	}
	if value, _ := told("mtg_forum"); value != "" {
		t.Error("it is no door, and tells", value)
	}
	for _, meeting := range []string{"mtg_forum", "mtg_call", "mtg_past"} {
		must[Written](t)((&Forum{v.Desktop}).SetDoor(meeting, v.carnet.Network.Device(), "B", ""))
	}
	if value, n := told("mtg_forum"); value != machine.Battery || n != 80 {
		t.Error(value, n)
	}
	for _, meeting := range []string{"mtg_call", "mtg_past"} { // a month away, and long ago
		if value, _ := told(meeting); value != "" {
			t.Error(meeting, value)
		}
	}
	version := v.carnet.Store.Version()
	fed.Percent = 78
	if told("mtg_forum"); v.carnet.Store.Version() != version {
		t.Error("what is no news was written")
	}
	fed = machine.Power{State: machine.Mains, Percent: 78}
	if value, _ := told("mtg_forum"); value != machine.Mains {
		t.Error(value)
	}
}
