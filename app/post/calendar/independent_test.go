package calendar

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/app/post/calendar/calendartest"
	"example.org/carnet/store"
)

// checked are zones with every sort of law: Canada's, those with half hours, shifted midnights, and without rules.
func checked() []string {
	names := []string{"Australia/Eucla", "Australia/Lord_Howe", "Pacific/Chatham", "America/Nuuk", "Africa/Cairo", "Asia/Jerusalem", "Asia/Gaza",
		"Africa/Casablanca", "Europe/Dublin", "Europe/Paris", "Asia/Kathmandu", "America/Havana", "Antarctica/Troll", "Pacific/Kiritimati", "America/Santiago"}
	for _, city := range zones.Canada() {
		names = append(names, city.Zone)
	}
	return names
}

func TestAnotherLibraryFindsTheSameMomentsInEveryZone(t *testing.T) {
	starts := []string{"2026-07-07T09:30", "2026-10-31T23:30", "2026-11-01T12:00", "2026-12-02T13:00", "2027-03-14T12:00", "2027-07-07T00:15"}
	var events []Event
	var objects [][]byte
	for i, zone := range checked() {
		for j, start := range starts {
			m := call
			m.ID, m.Zone, m.Start, m.Minutes = fmt.Sprintf("mtg_%d_%d", i, j), zone, start, 45+j*30
			e := OfMeeting(m, nil, in(frame, func(f *Frame) { f.Sequence = j }))
			events, objects = append(events, e), append(objects, invite(t, e))
		}
	}
	for i, read := range calendartest.Read(t, 0, objects...) {
		e := events[i]
		from, _, err := zones.Instant(e.Start, e.Zone)
		if err != nil || len(read.Events) != 1 {
			t.Fatal(err, read)
		}
		got := read.Events[0]
		want := calendartest.Event{UID: e.UID, Sequence: e.Sequence, Summary: call.Title, Status: "CONFIRMED", Start: from.UTC().Format(time.RFC3339),
			End: from.Add(time.Duration(e.Minutes) * time.Minute).UTC().Format(time.RFC3339), Organizer: "mailto:" + office.Address,
			Attendees: []string{"mailto:" + invited.Address}, Names: []string{"Élise 'Lili' Tremblay-Lévesque"}, About: frame.About}
		got.Coming, got.Without, got.Besides = nil, nil, nil
		if read.Method != Request || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Errorf("%s in %s: %s\n%+v, not\n%+v\n%s", e.Start, e.Zone, read.Method, got, want, objects[i])
		}
	}
}

func TestAnotherLibraryFindsTheSameStartsOfASeriesAcrossClockChanges(t *testing.T) {
	for _, zone := range []string{"America/Toronto", "America/Vancouver", "America/St_Johns", "America/Regina", "America/Nuuk", "Africa/Cairo", "Pacific/Chatham"} {
		s := calls
		s.Zone, s.Start, s.Rule = zone, "2026-08-05T11:00", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20280701"
		e := OfSeries(s, frame)
		e.Without, e.Besides = []string{"2026-12-09T11:00"}, []string{"2027-02-18T11:00"}
		got := calendartest.Read(t, 100, invite(t, e))[0].Events[0]
		var want []string
		for at, _ := time.Parse(zones.Layout, s.Start); at.Before(time.Date(2028, 7, 2, 0, 0, 0, 0, time.UTC)); at = at.AddDate(0, 0, 14) {
			want = append(want, instant(t, at.Format(zones.Layout), zone))
		}
		if !slices.Equal(got.Coming, want) {
			t.Errorf("%s: %v, not %v", zone, got.Coming, want)
		}
		if got.Without[0] != instant(t, e.Without[0], zone) || got.Besides[0] != instant(t, e.Besides[0], zone) {
			t.Errorf("%s: %v %v", zone, got.Without, got.Besides)
		}
	}
}

func instant(t *testing.T, local, zone string) string {
	t.Helper()
	at, _, err := zones.Instant(local, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC().Format(time.RFC3339)
}

func TestAnotherLibraryUnderstandsOccurrencesWholeDaysAndCancellations(t *testing.T) {
	moved := store.Meeting{ID: "mtg_d", Series: calls.ID, Occurs: "2026-12-30T11:00", Title: "Moved", Start: "2027-01-06T14:30", Zone: "America/St_Johns", Minutes: 60}
	cancel := in(frame, func(f *Frame) { f.Method, f.Sequence = Cancel, 7 })
	read := calendartest.Read(t, 3, invite(t, OfSeries(calls, frame), OfMeeting(moved, &calls, frame)), invite(t, OfMeeting(moved, &calls, cancel)),
		invite(t, OfMeeting(forum, nil, frame)))
	both := read[0].Events
	if len(both) != 2 || both[0].UID != both[1].UID || both[1].Occurs != instant(t, moved.Occurs, calls.Zone) || both[1].Start != instant(t, moved.Start, moved.Zone) {
		t.Errorf("%+v", both)
	}
	if off := read[1].Events[0]; read[1].Method != Cancel || off.Status != "CANCELLED" || off.Sequence != 7 || off.Occurs != both[1].Occurs {
		t.Errorf("%+v", read[1])
	}
	if days := read[2].Events[0]; days.Start != "2027-06-09" || days.End != "2027-06-12" || days.Status != "TENTATIVE" || len(read[2].Zones) != 0 {
		t.Errorf("%+v", read[2])
	}
}

func TestAReplyThatAnotherLibraryMadeIsTakenIn(t *testing.T) {
	moved := store.Meeting{ID: "mtg_d", Series: calls.ID, Occurs: "2026-12-30T11:00", Title: "Moved", Start: "2027-01-06T14:30", Zone: "America/St_Johns", Minutes: 60}
	at, _, _ := zones.Instant(moved.Occurs, calls.Zone)
	for _, answer := range []string{Accepted, Declined, Tentative} {
		raw := calendartest.Reply(t, invite(t, OfMeeting(moved, &calls, frame)), answer, stamp)
		r := parsed(t, string(raw))[0]
		if r.UID != UID(frame.Network, calls.ID) || r.Sequence != 2 || !r.Stamp.Equal(stamp) || len(r.Occurs) == 0 || !r.Occurs[0].Equal(at) {
			t.Errorf("%+v of\n%s", r, raw)
		}
		if !slices.Equal(r.Attendees, []Attendee{{invited.Address, answer}}) {
			t.Errorf("%+v", r.Attendees)
		}
	}
}
