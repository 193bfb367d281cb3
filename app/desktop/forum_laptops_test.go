package desktop

import (
	"path/filepath"
	"testing"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/store"
)

// prepared asks for rounds until the page of a forum shows what is wanted.
func prepared(t *testing.T, net *Network, meeting, what string, wanted func(ForumView) bool) (view ForumView) {
	t.Helper()
	for range 150 {
		must[Sync](t)(net.SyncNow())
		time.Sleep(100 * time.Millisecond)
		if net.d.carnet.Store.Count(store.KindMeeting) == 0 {
			continue
		}
		if view = must[ForumView](t)((&Forum{net.d}).Prepare(meeting)); wanted(view) {
			return view
		}
	}
	t.Fatalf("it never came to this: %s: %+v", what, view.Laptops)
	return view
}

func TestAForumKnowsOfEachDoorsLaptopWhatItHasAndWhatItTold(t *testing.T) {
	folder := RemoteFields{Kind: "folder", Folder: filepath.Join(t.TempDir(), "stick")}
	ana, anaNet := founded(t, "en")
	must[RemoteView](t)(anaNet.SetRemote(folder))
	made := must[Written](t)((&Meetings{anaNet.d}).AddMeeting(MeetingFields{Fields: map[string]string{"title": "Forum", "start": "2027-12-09T09:00", "zone": "America/Toronto",
		"minutes": "480", "mode": "on-site"}, Stations: []string{"A", "B"}}))
	invitation := must[Invitation](t)(anaNet.Invite(NewInvitation{Office: "Toronto", Coordinator: "Luc Essai", Role: "door", Days: 3}))
	until(t, ana, "all-sent")
	luc, lucNet := openWindow(t, "en")
	must[Start](t)(lucNet.Accept(invitation.File, "", "", ""))
	waitForFile(t, filepath.Join(folder.Folder, "join", "[^.]*"))
	must[Sync](t)(anaNet.SyncNow())
	waitForLaptops(t, anaNet, 2)
	untilDetail(t, luc, lucNet, "2\u00a0laptops")

	view := prepared(t, lucNet, made.ID, "the door's own page", func(v ForumView) bool { return len(v.Laptops) == 2 })
	mine := view.Laptops[0].Device
	forum := &Forum{lucNet.d} // of a laptop that is a door only
	must[Written](t)(forum.SetDoor(made.ID, mine, "B", ""))
	if _, _, err := lucNet.d.carnet.Door.Prepare(store.Prepared{Meeting: made.ID, What: door.PowerRead, Subject: mine, Value: "battery", Count: 43}); err != nil {
		t.Fatal(err)
	}
	must[ClockSaid](t)(forum.noteClock(lucNet.d.carnet, made.ID, mine, milliseconds(61*time.Minute), 25*time.Millisecond, "Ana Exemple"))

	ofLuc := func(v ForumView) ForumLaptop {
		for _, l := range v.Laptops {
			if l.Device == mine {
				return l
			}
		}
		return ForumLaptop{}
	}
	view = prepared(t, anaNet, made.ID, "everything is on the door's laptop", func(v ForumView) bool {
		l := ofLuc(v)
		must[Sync](t)(lucNet.SyncNow())
		return l.Door == "B" && l.Data.Tone == "good" && l.Clock.Tone == "wait"
	})
	if l := ofLuc(view); l.Power.Text != "On its battery, 43\u00a0%" && l.Power.Text != "On its battery, 43%" || l.Clock.Text != "61 minutes ahead of that of Ana Exemple" || !l.MayRight {
		t.Errorf("%+v", l)
	}
	must[Written](t)((&Meetings{anaNet.d}).SetMeeting(made.ID, MeetingFields{Fields: map[string]string{"place": "Palais"}}))
	view = prepared(t, anaNet, made.ID, "a change is told of as not there", func(v ForumView) bool { return ofLuc(v).Data.Tone == "wait" })
	if l := ofLuc(view); l.Data.Todo == "" {
		t.Errorf("%+v", l.Data)
	}
}
