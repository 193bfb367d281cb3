package calendar

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
)

func parsed(t *testing.T, text string) []Reply {
	t.Helper()
	replies, err := ParseReply(strings.NewReader(text), ReplyLimit)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return replies
}

const outlook = "BEGIN:VCALENDAR\r\nPRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN\r\nVERSION:2.0\r\nMETHOD:REPLY\r\n" +
	"BEGIN:VTIMEZONE\r\nTZID:Eastern Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16011104T020000\r\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\r\n" +
	"TZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" +
	"BEGIN:VEVENT\r\nATTENDEE;PARTSTAT=DECLINED:MAILTO:Elise.Tremblay@EXAMPLE.org\r\nCLASS:PUBLIC\r\nDTSTAMP:20261123T120000Z\r\n" +
	"RECURRENCE-ID;TZID=\"Eastern Standard Time\":20261230T140000\r\nSEQUENCE:3\r\nSUMMARY;LANGUAGE=fr-ca:Refus\\, désolé\r\nUID:ser_b@x\r\n .carnet.invalid\r\n" +
	"X-MICROSOFT-CDO-BUSYSTATUS:FREE\r\nCOMMENT:Pas cette\r\n  fois\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

func TestOutlooksReplyIsReadWithoutAnOrganizerAndWithItsOwnZoneNames(t *testing.T) {
	r := parsed(t, outlook)[0]
	at := time.Date(2026, 12, 30, 19, 0, 0, 0, time.UTC)
	if r.UID != "ser_b@x.carnet.invalid" || r.Sequence != 3 || r.Comment != "Pas cette fois" || len(r.Occurs) != 2 || !r.Occurs[0].Equal(at) || !r.Occurs[1].Equal(at) {
		t.Errorf("%+v", r)
	}
	if !slices.Equal(r.Attendees, []Attendee{{"elise.tremblay@example.org", Declined}}) {
		t.Errorf("%+v", r.Attendees)
	}
	own := strings.ReplaceAll(outlook, "Eastern Standard Time", "Fuseau 12")
	if r := parsed(t, own)[0]; len(r.Occurs) != 1 || !r.Occurs[0].Equal(at) {
		t.Errorf("a zone that only the reply knows: %+v", r)
	}
	if r := parsed(t, strings.ReplaceAll(outlook, "RECURRENCE-ID;TZID=\"Eastern Standard Time\":20261230T140000", "RECURRENCE-ID;VALUE=DATE:20261230"))[0]; r.Day != "2026-12-30" {
		t.Errorf("%+v", r)
	}
}

func TestBytesOfTheWildAreReadAsTheyWereMeant(t *testing.T) {
	latin := strings.ReplaceAll(strings.ReplaceAll(outlook, "désolé", "d\xe9sol\xe9"), "\r\n", "\n")
	if r := parsed(t, "\xEF\xBB\xBF\n\n"+latin)[0]; r.Sequence != 3 {
		t.Errorf("%+v", r)
	}
	if r := parsed(t, strings.ReplaceAll(outlook, "PARTSTAT=DECLINED", "PARTSTAT=X-MAYBE;CN=\"a;b:c\",d"))[0]; r.Attendees[0] != (Attendee{"elise.tremblay@example.org", ""}) {
		t.Errorf("%+v", r)
	}
}

func TestWhatIsNoReplyIsRefusedByName(t *testing.T) {
	rows := map[string]string{
		"end":     strings.TrimSuffix(outlook, "END:VCALENDAR\r\n"),
		"method":  strings.Replace(outlook, "METHOD:REPLY", "METHOD:COUNTER", 1),
		"event":   "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:x\nEND:VEVENT\nEND:VCALENDAR\n",
		"begin":   "METHOD:REPLY\n",
		"nesting": strings.Repeat("BEGIN:VCALENDAR\n", 10),
		"long":    "BEGIN:VCALENDAR\n" + strings.Repeat("X:\n", maxProperties),
		"size":    strings.Repeat("x", ReplyLimit+1),
	}
	for what, text := range rows {
		_, err := ParseReply(strings.NewReader(text), ReplyLimit)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Code != "bad_calendar" || f.Facts["what"] != what {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func FuzzReply(f *testing.F) {
	f.Add([]byte(outlook))
	f.Add([]byte("BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:x\nATTENDEE;PARTSTAT=\"A\",B;;:mailto:%zz\nRECURRENCE-ID;TZID=:20260101T000000\nEND:VEVENT\nEND:VCALENDAR"))
	f.Add([]byte("BEGIN:VCALENDAR\n;=:\nA;B=\"\nEND:VCALENDAR"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		replies, err := ParseReply(strings.NewReader(string(raw)), 1<<16)
		if (err == nil) == (len(replies) == 0) {
			t.Errorf("%v %v", replies, err)
		}
	})
}

func FuzzFoldedLines(f *testing.F) {
	f.Add("Réseau\x00 municipal — 🌳 ")
	f.Fuzz(func(t *testing.T, text string) {
		var l lines
		l.text("SUMMARY", text)
		checkLines(t, l.bytes())
	})
}
