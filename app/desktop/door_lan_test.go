package desktop

import (
	"strings"
	"testing"
	"time"

	"example.org/carnet/store"
)

// untilDoor asks a door as its screen does when it hears of a change, until it is as wanted, and says how long that took.
func untilDoor(t *testing.T, door *Door, station string, is func(DoorState) bool) time.Duration {
	t.Helper()
	began := time.Now()
	for {
		s := must[DoorState](t)(door.Open("mtg_forum", station))
		if is(s) {
			return time.Since(began)
		}
		if time.Since(began) > 20*time.Second {
			t.Fatalf("door %s still has %+v", station, s)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestTwoDoorsInOneRoomCountTogetherAndMakeOneOfAVisitorOfBoth(t *testing.T) {
	ana, anaNet := founded(t, "en")
	lent := must[NetworkView](t)(anaNet.Lend())
	if !lent.Lending.On || len(lent.Lending.Addresses) == 0 {
		t.Fatalf("nothing is lent: %+v", lent.Lending)
	}
	until(t, ana, "all-sent")
	invitation := must[Invitation](t)(anaNet.Invite(NewInvitation{Office: "Montréal", Coordinator: "Luc Essai", Role: "door", Days: 3}))
	until(t, ana, "all-sent")
	luc, lucNet := openWindow(t, "fr")
	must[Start](t)(lucNet.Accept(invitation.File, "", "", ""))
	must[RemoteView](t)(lucNet.SetRemote(RemoteFields{Kind: "lan", Endpoint: strings.TrimPrefix(lent.Lending.Addresses[0], "lan://")}))
	for deadline := time.Now().Add(20 * time.Second); must[Rail](t)(luc.Rail()).Sync.State != "all-sent"; time.Sleep(300 * time.Millisecond) {
		if must[Sync](t)(lucNet.SyncNow()); time.Now().After(deadline) {
			t.Fatal("Luc is not admitted")
		}
	}

	c, _ := ana.d.open()
	if _, err := c.Store.Edit(func(tx *store.Tx) error {
		for _, r := range []store.Record{
			store.Meeting{ID: "mtg_forum", Title: "Forum", Start: "2028-12-09T09:00", Zone: "America/Toronto", Minutes: 480, Status: "confirmed"},
			store.Member{ID: "mem_kim", Given: "Kim", Family: "Lam", Role: "staff", Office: c.Network.MyOffice()},
			store.Member{ID: "mem_elise", Given: "Élise", Family: "Tremblay", Role: "elected", Office: c.Network.MyOffice()},
		} {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	a, b := &Door{ana.d}, &Door{luc.d}
	until(t, ana, "all-sent")
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		must[Sync](t)(lucNet.SyncNow())
		if _, err := b.Open("mtg_forum", "B"); err == nil {
			break
		} else if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	untilDoor(t, a, "A", func(s DoorState) bool { return s.Present == 0 })
	time.Sleep(time.Second)

	scan := func(at *Door, station, member string) {
		if r := must[DoorResult](t)(at.Scan("mtg_forum", station, member, "in", "")); r.Name == "" {
			t.Fatalf("%+v", r)
		}
	}
	scan(a, "A", "mem_kim")
	there := untilDoor(t, b, "B", func(s DoorState) bool { return s.Present == 1 && len(s.Doors) == 1 && s.Doors[0].Name == "A" })
	scan(b, "B", "mem_elise")
	back := untilDoor(t, a, "A", func(s DoorState) bool {
		return s.Present == 2 && s.Link == "2 doors see each other" && s.LinkTone == "good"
	})
	t.Logf("a scan counted at the other door after %s there and %s back", there.Round(time.Millisecond), back.Round(time.Millisecond))

	// The same visitor at both doors before either hears of the other.
	visitor := DoorArrival{Name: "Noor Okafor", Community: "Lyon", Nonce: "w1"}
	one := must[DoorResult](t)(a.WalkIn("mtg_forum", "A", visitor))
	visitor.Nonce = "w2"
	two := must[DoorResult](t)(b.WalkIn("mtg_forum", "B", visitor))
	if one.Member != two.Member {
		t.Errorf("%s and %s", one.Member, two.Member)
	}
	for _, door := range []*Door{a, b} {
		untilDoor(t, door, "X", func(s DoorState) bool { return s.Present == 3 && len(s.Last) == 4 })
	}
	for _, d := range []*Desktop{ana.d, luc.d} {
		c, _ := d.open()
		if n := c.Store.Count(store.KindMember); n != 3 {
			t.Errorf("%d members on one of the laptops", n)
		}
	}
}
