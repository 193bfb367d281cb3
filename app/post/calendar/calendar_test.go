package calendar

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	stamp   = time.Date(2026, 11, 22, 15, 4, 5, 0, time.UTC)
	office  = Person{"Réseau Climat Municipal", "toronto@example.org"}
	invited = Person{`Élise "Lili" Tremblay-Lévesque`, "elise.tremblay@example.org"}
	frame   = Frame{Network: "net_abcdefghijklmnop", Lang: "en", Method: Request, Sequence: 2, Organizer: office, Attendee: invited, Stamp: stamp,
		About: "Late arrivals are welcome; early leavers, too.\nVancouver 10:00\\Toronto 13:00"}
	call = store.Meeting{ID: "mtg_aaaaaaaaaaaaaaaa", Title: "Electeds-only call", TitleFR: "Appel des élues et élus", Start: "2026-12-02T13:00",
		Zone: "America/Toronto", Minutes: 60, URL: "https://example.org/j/5?pwd=a,b;c", Status: "confirmed"}
	calls = store.Series{ID: "ser_bbbbbbbbbbbbbbbb", Title: "All-caucus call", Start: "2026-12-02T11:00", Zone: "America/Vancouver", Minutes: 90,
		Rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;UNTIL=20270630", Status: "confirmed", URL: "https://example.org/all"}
	forum = store.Meeting{ID: "mtg_cccccccccccccccc", Title: "Livable places forum", TitleFR: "Forum des milieux de vie", Start: "2027-06-09",
		Zone: "America/Montreal", Minutes: 3 * 1440, Place: "Palais des congrès, Montréal", Room: "Salle 517", Status: "tentative"}
)

func invite(t *testing.T, first Event, more ...Event) []byte {
	t.Helper()
	raw, err := Invite(first, more...)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func in(f Frame, change func(*Frame)) Frame { change(&f); return f }

func TestObjectsAreWrittenAsTheGoldenFilesShow(t *testing.T) {
	moved := store.Meeting{ID: "mtg_dddddddddddddddd", Series: calls.ID, Occurs: "2026-12-30T11:00", Title: "All-caucus call", Start: "2027-01-06T14:30",
		Zone: "America/St_Johns", Minutes: 60, Status: "confirmed"}
	series := OfSeries(calls, frame)
	series.Without, series.Besides = []string{"2026-12-16T11:00"}, []string{"2027-02-18T11:00"}
	cancelled := moved
	cancelled.Status = "cancelled"
	occurrence := OfMeeting(moved, &calls, frame)
	french := in(frame, func(f *Frame) { f.Lang, f.Method, f.Sequence = "fr", Cancel, 3 })
	file := in(frame, func(f *Frame) { f.Attendee, f.Method, f.About = Person{}, "", "" })
	made := map[string][]byte{
		"request.ics":           invite(t, OfMeeting(call, nil, frame)),
		"cancel.ics":            invite(t, OfMeeting(call, nil, french)),
		"series.ics":            invite(t, series, occurrence),
		"occurrence.ics":        invite(t, occurrence),
		"occurrence-cancel.ics": invite(t, OfMeeting(cancelled, &calls, french)),
		"whole-days.ics":        invite(t, OfMeeting(forum, nil, in(frame, func(f *Frame) { f.Lang = "fr" }))),
	}
	var err error
	if made["file.ics"], err = File("Atlantic, chapter", []Event{OfMeeting(call, nil, file), OfMeeting(forum, nil, file), OfSeries(calls, file)}); err != nil {
		t.Fatal(err)
	}
	for name, got := range made {
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v; got\n%s", name, err, got)
		}
	}
}

func TestWhatHasNoDateOrABrokenRuleIsRefusedByName(t *testing.T) {
	rows := map[string]func(*Event){
		"calendar_no_date": func(e *Event) { e.Start = "2027-06" },
		"bad_time":         func(e *Event) { e.Start = "2027-02-30T11:00" },
		"bad_zone":         func(e *Event) { e.Zone = "America/Nowhere" },
		"bad_rule":         func(e *Event) { e.Rule = "WEEKLY" },
	}
	for code, spoil := range rows {
		e := OfMeeting(call, nil, frame)
		spoil(&e)
		if raw, err := Invite(e); !fault.Is(err, code) {
			t.Errorf("%s: %v %s", code, err, raw)
		}
	}
	for _, rule := range []string{"FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;UNTIL=soon", "FREQ=", "FREQ=DAILY; COUNT=2", "FREQ=DAILY;X"} {
		e := OfMeeting(call, nil, frame)
		if e.Rule = rule; !fault.Is(second(Invite(e)), "bad_rule") {
			t.Errorf("%s was taken", rule)
		}
	}
}

func second(_ []byte, err error) error { return err }

func TestAUIDIsTheIdOfItsRecordInItsNetwork(t *testing.T) {
	uid := UID("net_abcdefghijklmnop", call.ID)
	if uid != "mtg_aaaaaaaaaaaaaaaa@abcdefghijklmnop.carnet.invalid" || ID("net_abcdefghijklmnop", strings.ToUpper(uid)) != call.ID {
		t.Error(uid)
	}
	for _, other := range []string{"", "mtg_a", "mtg_a@", "040000008200E00074C5B7101A82E008", UID("net_other", call.ID)} {
		if id := ID("net_abcdefghijklmnop", other); id != "" {
			t.Errorf("%q names %s", other, id)
		}
	}
}

// asIs is text as properties may hold it: letters of one to four octets, what must be escaped, and ends of lines.
func asIs() *rapid.Generator[string] {
	return rapid.StringOf(rapid.RuneFrom([]rune("aé—ᐃ🌳 ,;:\\\"n\n\t^%")))
}

func TestEveryTextComesBackFromLinesOf75OctetsThatPartNoLetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := OfMeeting(call, nil, frame)
		e.Summary, e.About, e.Location = asIs().Draw(t, "summary"), asIs().Draw(t, "about"), asIs().Draw(t, "location")
		e.Attendee.Name, e.UID = asIs().Draw(t, "name"), "x"+asIs().Draw(t, "uid")
		raw, err := Invite(e)
		if err != nil {
			t.Fatal(err)
		}
		checkLines(t, raw)
		object, err := parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		event := object.within[len(object.within)-1]
		for name, want := range map[string]string{"SUMMARY": e.Summary, "DESCRIPTION": e.About, "LOCATION": e.Location} {
			if got := unescape(event.first(name).value); got != want {
				t.Fatalf("%s: %q, not %q", name, got, want)
			}
		}
		name := strings.TrimSpace(strings.NewReplacer(`"`, "'", "\n", "", "\t", "").Replace(e.Attendee.Name))
		if p := event.first("ATTENDEE"); p.params["CN"] != name || addressIn(p.value) != invited.Address || p.params["RSVP"] != "TRUE" {
			t.Fatalf("%+v, not %q", p, name)
		}
	})
}

type fataler interface{ Fatalf(string, ...any) }

func checkLines(t fataler, raw []byte) {
	if !bytes.HasSuffix(raw, []byte("\r\n")) {
		t.Fatalf("no end: %q", raw)
	}
	for line := range bytes.SplitSeq(bytes.TrimSuffix(raw, []byte("\r\n")), []byte("\r\n")) {
		if len(line) > lineLimit || !utf8.Valid(line) || bytes.ContainsAny(line, "\r\n") {
			t.Fatalf("%d octets: %q", len(line), line)
		}
	}
}

func TestAnAddressIsWrittenSoThatItComesBack(t *testing.T) {
	for _, address := range []string{"o'brien+x@example.org", "a%b@example.org", `"odd name"@example.org`, "élise@exemple.example.org", "a&b?c@example.org"} {
		if got := addressIn(mailto(address)); got != address {
			t.Errorf("%s: %s is %s", address, mailto(address), got)
		}
	}
	if got := mailto("a\r\nATTENDEE:b@example.org"); strings.ContainsAny(got, "\r\n") {
		t.Error(got)
	}
}

func TestASeriesCarriesWhatIsKnownOfItsOccurrences(t *testing.T) {
	of := func(occurs string, change func(*store.Meeting)) store.Meeting {
		m := store.Meeting{ID: store.OccurrenceID(calls.ID, occurs), Series: calls.ID, Occurs: occurs}
		change(&m)
		return m
	}
	stored := []store.Meeting{
		of("2026-12-02T11:00", func(*store.Meeting) {}), // held for somebody's registration, as the rule says
		of("2026-12-16T11:00", func(m *store.Meeting) { m.Status = "cancelled" }),
		of("2026-12-30T11:00", func(m *store.Meeting) { m.Start = "2026-12-31T09:00" }),
		of("2027-02-18T15:00", func(m *store.Meeting) { m.Start = m.Occurs }),
		of("2027-02-24T11:00", func(m *store.Meeting) { m.Title = "With guests" }),
	}
	first, more := WithOccurrences(calls, stored, frame)
	if strings.Join(first.Without, " ") != "2026-12-16T11:00" || strings.Join(first.Besides, " ") != "2027-02-18T15:00" || len(more) != 2 ||
		more[0].Start != "2026-12-31T09:00" || more[0].Occurs != "2026-12-30T11:00" || more[1].Summary != "With guests" || more[1].Start != "2027-02-24T11:00" || more[1].UID != first.UID {
		t.Errorf("%+v\n%+v", first, more)
	}
	checkLines(t, invite(t, first, more...))
}
