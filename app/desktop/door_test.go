package desktop

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/post"
	"example.org/carnet/store"
)

func (v *venue) put(records ...store.Record) {
	v.t.Helper()
	if _, err := v.carnet.Store.Edit(func(tx *store.Tx) error {
		for _, r := range records {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		v.t.Fatal(err)
	}
}

// rooms gives the forum two sessions at once, C with two places.
func (v *venue) rooms() {
	for _, s := range []store.Meeting{
		{ID: "mtg_c", Title: "Heat", TitleFR: "Chaleur", Room: "Room C", Places: 2, Start: "2026-12-09T09:00", Minutes: 90},
		{ID: "mtg_d", Title: "Floods", TitleFR: "Inondations", Room: "Room D", Start: "2026-12-09T09:30", Minutes: 60},
	} {
		s.Parent, s.Zone, s.Chapter, s.Status = "mtg_forum", "America/Toronto", "chp_qc", "confirmed"
		v.put(s)
	}
}

func (v *venue) at(meeting, station, code, direction string) DoorResult {
	v.t.Helper()
	r, err := v.door.Scan(meeting, station, code, direction, "")
	if err != nil {
		v.t.Fatal(err)
	}
	return r
}

func TestADoorOfARoomSaysWhichRoomWasLeftAndWarnsBeforeItIsFull(t *testing.T) {
	v := newVenue(t, "en")
	v.rooms()
	if rows := must[[]MeetingRow](t)(v.door.Meetings()); slices.ContainsFunc(rows, func(r MeetingRow) bool { return r.Parent != "" }) {
		t.Error("a session stands beside its forum in the choice of the door")
	}
	s := must[DoorState](t)(v.door.Open("mtg_forum", "A"))
	if len(s.Rooms) != 2 || s.Rooms[0] != (DoorRoom{Meeting: "mtg_c", Name: "Room C", Title: "Heat", Time: "9:00", Now: true}) || s.Rooms[1].Now {
		t.Errorf("%+v", s.Rooms)
	}
	v.at("mtg_d", "D", "mem_elise", "in")
	v.now = v.now.Add(time.Minute)
	in := v.at("mtg_c", "C", "mem_elise", "in")
	if in.Tone != "in" || len(in.Notes) != 1 || in.Notes[0] != "Left Room D." || in.State.Present != 1 || in.State.Room != "Room C" || in.State.Places != 2 || in.State.Crowd != "free" {
		t.Errorf("%+v", in)
	}
	if full := v.at("mtg_c", "C", "mem_kim", "in"); full.State.Crowd != "full" || full.State.CrowdText != "Full: 2 of 2 places are taken." || !slices.Contains(full.Notes, full.State.CrowdText) {
		t.Errorf("%+v", full)
	}
	if d := must[DoorState](t)(v.door.Open("mtg_d", "D")); d.Present != 0 || d.Places != 0 || len(d.Rooms) != 2 {
		t.Errorf("%+v", d)
	}
	if forum := must[DoorState](t)(v.door.Open("mtg_forum", "A")); forum.Present != 2 {
		t.Errorf("the forum has %d", forum.Present)
	}
}

func TestWhoIsInsideIsListedByRoomAndPrintedWithoutANetwork(t *testing.T) {
	v := newVenue(t, "fr")
	v.rooms()
	v.at("mtg_c", "C", "mem_kim", "in")
	v.at("mtg_forum", "A", "mem_elise", "in")
	view := must[InsideView](t)(v.door.Inside("mtg_c"))
	if view.Total != 2 || view.Text != "2 personnes sur place à 9\u00a0h\u00a002" || len(view.Rooms) != 2 || view.Rooms[0].Name != "" || view.Rooms[1].Name != "Room C" {
		t.Fatalf("%+v", view)
	}
	if p := view.Rooms[1].People; len(p) != 1 || p[0].Name != "Kim Lam" || p[0].Detail != "Vancouver" || p[0].Since != "9\u00a0h\u00a002" || view.Rooms[1].Count != "1 personne, 2 places" {
		t.Errorf("%+v", view.Rooms[1])
	}
	shell := &opener{}
	v.shell = shell
	if said := must[string](t)(v.door.PrintInside("mtg_c")); said != "Ouvert dans votre programme pour fichiers PDF." || !strings.HasPrefix(shell.pages, "%PDF") || !strings.Contains(shell.path, "Sur place") {
		t.Errorf("%q %q", said, shell.path)
	}
}

func TestARehearsalSaysSoAndThrowsItsScansAway(t *testing.T) {
	v := newVenue(t, "en")
	v.scan("A", "mem_kim", "in", "n1")
	s := must[DoorState](t)(v.door.Rehearse("mtg_forum", "A"))
	if !s.Practice || s.Present != 0 || len(s.Last) != 0 {
		t.Fatalf("%+v", s)
	}
	version := v.carnet.Store.Version()
	in := v.scan("A", "mem_elise", "in", "n2")
	if in.Tone != "in" || !in.State.Practice || in.State.Present != 1 || in.State.Tried != 1 {
		t.Errorf("%+v", in)
	}
	if retry := v.scan("A", "mem_elise", "in", "n2"); retry.Scan != in.Scan || retry.State.Tried != 1 {
		t.Errorf("%+v", retry)
	}
	if again := v.scan("A", "mem_elise", "in", "n3"); !strings.HasPrefix(again.Title, "Already in") {
		t.Errorf("%+v", again)
	}
	walk := must[DoorResult](t)(v.door.WalkIn("mtg_forum", "A", DoorArrival{Name: "Noor Okafor", Role: "elected", Email: "noor@example.org", Nonce: "w"}))
	if walk.Name != "Noor Okafor" || walk.Badge || walk.State.Present != 2 || // the clock stands still here, so which came last is not to be told
		!slices.ContainsFunc(walk.State.Last, func(s DoorLine) bool { return s.Name == "Noor Okafor" }) {
		t.Errorf("%+v", walk)
	}
	if undone := must[DoorResult](t)(v.door.UndoScan(in.Scan)); undone.State.Present != 1 || !undone.State.Practice {
		t.Errorf("%+v", undone)
	}
	if other := must[DoorState](t)(v.door.Open("mtg_forum", "B")); other.Practice || other.Present != 1 {
		t.Errorf("door B is not rehearsing: %+v", other)
	}
	if v.carnet.Store.Version() != version {
		t.Error("a rehearsal wrote something")
	}
	over := must[PracticeOver](t)(v.door.EndPractice("mtg_forum", "A"))
	if over.Scans != 3 || over.Text != "The rehearsal is over: 3 scans were thrown away." || over.State.Practice || over.State.Present != 1 {
		t.Errorf("%+v", over)
	}
	told, err := v.carnet.Door.Prepared("mtg_forum")
	if err != nil || len(told) != 1 || told[0].What != door.Rehearsed || told[0].Subject != v.carnet.Network.Device() || told[0].Station != "A" || told[0].Count != 3 {
		t.Errorf("who prepares the forum reads %+v, %v", told, err)
	}
}

func TestPresentPeopleAreCountedByRoleChapterAndLanguage(t *testing.T) {
	v := newVenue(t, "en")
	for _, id := range []string{"mem_elise", "mem_kim", "mem_ann"} {
		v.scan("A", id, "in", id)
	}
	s := must[DoorState](t)(v.door.Open("mtg_forum", "B"))
	if !slices.Equal(s.Roles, []RoleCount{{"elected", 2}, {"staff", 1}}) {
		t.Errorf("%+v", s.Roles)
	}
	if !slices.Equal(s.Chapters, []DoorCount{{"Quebec chapter", 2}, {"No chapter", 1}}) || !slices.Equal(s.Languages, []DoorCount{{"English", 1}, {"French", 1}, {"Not known", 1}}) {
		t.Errorf("%+v %+v", s.Chapters, s.Languages)
	}
	if !slices.Equal(s.Doors, []DoorSeen{{"A", "9:02"}}) {
		t.Errorf("%+v", s.Doors)
	}
}

func TestAClockThatIsKnownToBeOffIsShownAtItsDoorAlone(t *testing.T) {
	v := newVenue(t, "fr")
	if _, err := v.carnet.Door.SetClock("mtg_forum", "B", 61*time.Minute, "measured"); err != nil {
		t.Fatal(err)
	}
	a, b := must[DoorState](t)(v.door.Open("mtg_forum", "A")), must[DoorState](t)(v.door.Open("mtg_forum", "B"))
	if a.ClockNote != "" || b.ClockNote != "L’horloge de cette porte avance de 61 minutes. Les heures sont corrigées." {
		t.Errorf("%q %q", a.ClockNote, b.ClockNote)
	}
}

func TestWhoDidNotRegisterIsLetInWithTheReasonAndWhatMayBeDone(t *testing.T) {
	v := newVenue(t, "en")
	v.put(store.Registration{ID: store.RegistrationID("mtg_forum", "mem_kim"), For: "mtg_forum", Member: "mem_kim", Status: "approved"})
	look := v.scan("A", "mem_elise", "in", "n1")
	if look.Tone != "look" || look.Why != "Not registered for this meeting" || !strings.Contains(look.Advice, "take it back with Undo") || look.State.Expected != 1 || look.State.Present != 1 {
		t.Errorf("%+v", look)
	}
	if in := v.scan("A", "mem_kim", "in", "n2"); in.Tone != "in" || in.Advice != "" {
		t.Errorf("%+v", in)
	}
}

func TestADoorSaysHowSomebodyIsNotRegisteredInBothLanguages(t *testing.T) {
	for lang, texts := range map[string][]string{
		"en": {"Registration declined", "take it back with Undo; the office knows", "On the waiting list", "If the places are kept for others", "Registration cancelled", "Ask whether they come after all"},
		"fr": {"Inscription refusée", "le bureau sait pourquoi", "Sur la liste d’attente", "Si les places sont gardées", "Inscription annulée", "Demandez si la personne vient"},
	} {
		v := newVenue(t, lang)
		for i, status := range []string{"declined", "waitlisted", "withdrawn"} {
			v.put(store.Registration{ID: store.RegistrationID("mtg_forum", "mem_elise"), For: "mtg_forum", Member: "mem_elise", Status: status, Reason: "private"})
			look := v.scan("A", "mem_elise", "in", "in"+status)
			if look.Tone != "look" || look.Why != texts[2*i] || !strings.Contains(look.Advice, texts[2*i+1]) {
				t.Errorf("%s: %+v", status, look)
			}
			v.scan("A", "mem_elise", "out", "out"+status)
		}
	}
}

func TestAWalkInIsJudgedAtOnceAndTheirConfirmationIsQueued(t *testing.T) {
	v := newVenue(t, "en")
	forum := must[store.Meeting](t)(v.carnet.Meetings.Get("mtg_forum"))
	forum.Audience = "elected"
	v.put(forum)
	arrive := func(a DoorArrival) DoorResult { return must[DoorResult](t)(v.door.WalkIn("mtg_forum", "A", a)) }
	without := arrive(DoorArrival{Name: "Eve Essai", Community: "vancouver", Role: "elected", Email: "eve@example.org", Nonce: "w1"})
	if without.Tone != "in" || !strings.HasPrefix(without.Why, "Eligible · ") || !without.Badge || len(without.Notes) != 2 ||
		without.Notes[0] != "Provisional: the office confirms it afterwards." || !strings.HasPrefix(without.Notes[1], "No confirmation from this laptop: ") {
		t.Errorf("%+v", without)
	}
	if _, err := v.carnet.Post.SetAccount(post.Account{Name: "Montréal", From: "montreal@example.org", Host: "127.0.0.1", Port: 1, Security: "none", Postal: "1, rue de l’Essai, Montréal"}, ""); err != nil {
		t.Fatal(err)
	}
	queued := arrive(DoorArrival{Name: "Ada Essai", Community: "vancouver", Role: "elected", Email: "ada@example.org", Nonce: "w2"})
	if len(queued.Notes) != 2 || queued.Notes[1] != "A confirmation goes to ada@example.org." {
		t.Errorf("%+v", queued.Notes)
	}
	refused := arrive(DoorArrival{Name: "Sam Essai", Community: "vancouver", Role: "staff", Email: "sam@example.org", Nonce: "w3"})
	if refused.Tone != "look" || refused.Why == "" || refused.Advice == "" || len(refused.Notes) != 1 || refused.State.Present != 3 {
		t.Errorf("%+v", refused)
	}
	if items, total, err := v.carnet.Post.Outbox(post.Filter{}); err != nil || total != 1 || items[0].Message.Member != queued.Member {
		t.Errorf("%d in the outbox, %v", total, err)
	}
	if again := arrive(DoorArrival{Name: "ada essai", Community: "Vancouver", Nonce: "w4"}); again.Member != queued.Member || again.Badge || again.Notes[0] != "Was on the list already." {
		t.Errorf("%+v", again)
	}
}

// opener is a window system that opens files.
type opener struct {
	silent
	path, pages string
}

func (o *opener) OpenFile(path string) error {
	raw, err := os.ReadFile(path)
	o.path, o.pages = path, string(raw)
	return err
}

func TestABadgeIsPrintedForOneAndNotedAsPrinted(t *testing.T) {
	v := newVenue(t, "en")
	shell := &opener{}
	v.shell = shell
	id := store.NewID(store.KindMember)
	v.put(store.Member{ID: id, Given: "Zoé", Family: "L’Heureux-Côté"})
	if said := must[string](t)(v.door.PrintBadge("mtg_forum", id, "label-62")); said == "" || !strings.HasPrefix(shell.pages, "%PDF") || !strings.HasSuffix(shell.path, "Badge Zoé L’Heureux-Côté.pdf") {
		t.Errorf("%q %q", said, shell.path)
	}
	if told, err := v.carnet.Door.Prepared("mtg_forum"); err != nil || len(told) != 1 || told[0].What != door.Badges || !slices.Equal(told[0].Members, []string{id}) {
		t.Errorf("%+v %v", told, err)
	}
}

func TestABadgesOwnCodeIsReadAtTheDoorHoweverItIsTyped(t *testing.T) {
	v := newVenue(t, "en")
	forum := must[store.Meeting](t)(v.carnet.Meetings.Get("mtg_forum"))
	id := store.NewID(store.KindMember)
	v.put(store.Member{ID: id, Given: "Zoé", Family: "Côté", Chapters: []string{"chp_qc"}})
	code := must[string](t)(v.carnet.Door.BadgeCode(forum, id))
	if in := v.scan("A", strings.ToLower(code), "in", "n1"); in.Tone != "in" || in.Name != "Zoé Côté" {
		t.Errorf("%+v", in)
	}
	call := must[store.Meeting](t)(v.carnet.Meetings.Get("mtg_call"))
	other := v.scan("A", must[string](t)(v.carnet.Door.BadgeCode(call, id)), "in", "n2")
	if other.Tone != "unknown" || !strings.Contains(other.Why, "January call") {
		t.Errorf("%+v", other)
	}
}
