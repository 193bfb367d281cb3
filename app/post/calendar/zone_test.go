package calendar

import (
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/meetings/zones"
)

func zoneText(t *testing.T, name, from, to string) string {
	t.Helper()
	day := func(s string) time.Time { at, _ := time.Parse(time.DateOnly, s); return at }
	var l lines
	if err := putZone(&l, name, day(from), day(to)); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(l.bytes()), "\r\n", "\n")
	return strings.TrimSuffix(strings.TrimPrefix(text, "BEGIN:VTIMEZONE\nTZID:"+name+"\n"), "END:VTIMEZONE\n")
}

func block(kind, start, from, to, rule, name string) string {
	if rule != "" {
		rule = "RRULE:" + rule + "\n"
	}
	return "BEGIN:" + kind + "\nDTSTART:" + start + "\nTZOFFSETFROM:" + from + "\nTZOFFSETTO:" + to + "\n" + rule + "TZNAME:" + name + "\nEND:" + kind + "\n"
}

func TestAZoneIsWrittenWithTheRulesThatItsClockFollows(t *testing.T) {
	rows := []struct{ zone, from, to, want string }{
		{"America/Toronto", "2026-12-02", "2026-12-02",
			block("DAYLIGHT", "20250309T020000", "-0500", "-0400", "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", "EDT") +
				block("STANDARD", "20251102T020000", "-0400", "-0500", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU", "EST")},
		{"America/St_Johns", "2027-07-07", "",
			block("DAYLIGHT", "20260308T020000", "-0330", "-0230", "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", "NDT") +
				block("STANDARD", "20261101T020000", "-0230", "-0330", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU", "NST")},
		{"America/Regina", "2026-12-02", "", block("STANDARD", "19700101T000000", "-0600", "-0600", "", "CST")},
		{"Australia/Eucla", "2026-12-02", "", block("STANDARD", "20090329T030000", "+0945", "+0845", "", "+0845")},
		{"America/Nuuk", "2027-07-07", "",
			block("DAYLIGHT", "20260328T230000", "-0200", "-0100", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=24,25,26,27,28,29,30;BYDAY=SA", "-01") +
				block("STANDARD", "20261025T000000", "-0100", "-0200", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "-02")},
		{"Asia/Jerusalem", "2027-07-07", "",
			block("DAYLIGHT", "20260327T020000", "+0200", "+0300", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=23,24,25,26,27,28,29;BYDAY=FR", "IDT") +
				block("STANDARD", "20261025T020000", "+0300", "+0200", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "IST")},
		{"Europe/Dublin", "2027-07-07", "",
			block("STANDARD", "20261025T020000", "+0100", "+0000", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "GMT") +
				block("DAYLIGHT", "20260329T010000", "+0000", "+0100", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "IST")},
	}
	for _, row := range rows {
		if got := zoneText(t, row.zone, row.from, row.to); got != row.want {
			t.Errorf("%s from %s to %q:\n%s", row.zone, row.from, row.to, got)
		}
	}
}

func TestAZoneWhoseLawChangedSaysWhatTheDatesNeed(t *testing.T) {
	before := block("STANDARD", "20251102T020000", "-0700", "-0800", "", "PST") + block("DAYLIGHT", "20260308T020000", "-0800", "-0700", "", "PDT")
	got := zoneText(t, "America/Vancouver", "2026-07-07", "2026-07-07")
	if !strings.HasPrefix(got, before) || strings.Contains(got, "RRULE") {
		t.Errorf("before the law:\n%s", got)
	}
	got = zoneText(t, "America/Vancouver", "2027-07-07", "")
	if strings.Count(got, "BEGIN:STANDARD") != 1 || strings.Contains(got, "DAYLIGHT") || !strings.Contains(got, "TZOFFSETTO:-0700\n") {
		t.Errorf("after the law:\n%s", got)
	}
}

func TestTheRulesOfEveryZoneForeseeWhatItsDataSays(t *testing.T) {
	ruled := 0
	for _, name := range zones.Names() {
		footer, err := zones.Footer(name)
		if err != nil || footer == "" {
			t.Fatalf("%s: %q %v", name, footer, err)
		}
		c, err := clockOf(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(footer, ",") {
			ruled++
			written := name == "Asia/Gaza" || name == "Asia/Hebron" // Ramadan moves their clocks, so that each change is named
			if c.since > 2028 && !written {
				t.Errorf("%s %s: foreseen from %d on", name, footer, c.since)
			}
		} else if c.since <= lastYear {
			t.Errorf("%s %s has no rule", name, footer)
		}
	}
	if ruled < 60 {
		t.Errorf("only %d zones have rules", ruled)
	}
}

func TestAForeignRuleIsReadOrRefusedAndNeverEndsTheProcess(t *testing.T) {
	for _, text := range []string{"", "EST5", "EST5EDT", "EST5EDT,J60,J300", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0",
		"EST5EDT,,", ",,", "<", "<+03>-3<+04", "EST5EDT,M3.2.0/x,M11.1.0", "E:5EDT,M3.2.0,M11.1.0", "EST1:2:3:4EDT,M3.2.0,M11.1.0"} {
		if e, err := readEndless(text); err == nil {
			t.Errorf("%q was read as %+v", text, e)
		}
	}
	if e, err := readEndless("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"); err != nil || e.standard.seconds != 37800 || e.daylight.seconds != 39600 {
		t.Errorf("%+v %v", e, err)
	}
}

func TestEveryWindowsNameIsAZoneThatWeKnow(t *testing.T) {
	for name, zone := range windowsZones {
		if _, err := zones.Load(zone); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
