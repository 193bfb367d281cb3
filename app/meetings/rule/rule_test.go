package rule

import (
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
)

func wall(text string) time.Time {
	t, err := time.Parse("2006-01-02T15:04", text)
	if err != nil {
		panic(err)
	}
	return t
}

func toronto(t time.Time) time.Time { return t.Add(-5 * time.Hour) }

func read(t *testing.T, text string) Rule {
	t.Helper()
	r, err := Parse(text, toronto)
	if err != nil {
		t.Fatal(text, err)
	}
	return r
}

func list(r Rule, start, to string) string {
	var texts []string
	for _, at := range r.Times(wall(start), wall(start), wall(to), 100) {
		texts = append(texts, at.Format("01-02T15:04"))
	}
	return strings.Join(texts, " ")
}

func TestRulesFallOnTheDaysOfACalendar(t *testing.T) {
	rows := []struct{ rule, start, to, want string }{
		{"FREQ=WEEKLY;INTERVAL=2", "2026-12-02T13:00", "2027-01-20T13:00", "12-02T13:00 12-16T13:00 12-30T13:00 01-13T13:00"},
		{"FREQ=MONTHLY;BYDAY=2WE", "2026-12-09T12:00", "2027-03-31T00:00", "12-09T12:00 01-13T12:00 02-10T12:00 03-10T12:00"},
		{"FREQ=MONTHLY;BYDAY=-1TH;BYMONTH=9,10,11,1", "2026-09-24T12:00", "2027-02-01T00:00", "09-24T12:00 10-29T12:00 11-26T12:00 01-28T12:00"},
		{"FREQ=YEARLY;BYMONTH=4,6,11;BYDAY=-1TH", "2027-04-29T13:00", "2027-12-31T00:00", "04-29T13:00 06-24T13:00 11-25T13:00"},
		{"FREQ=DAILY;COUNT=3", "2026-12-30T09:00", "2027-12-31T00:00", "12-30T09:00 12-31T09:00 01-01T09:00"},
		{"FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20261210", "2026-12-01T09:00", "2027-12-31T00:00", "12-01T09:00 12-03T09:00 12-08T09:00 12-10T09:00"},
		{"FREQ=WEEKLY;UNTIL=20261209T180000Z", "2026-12-02T13:00", "2027-12-31T00:00", "12-02T13:00 12-09T13:00"},
		{"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-12-31T10:00", "2027-02-28T00:00", "12-31T10:00 01-29T10:00 02-26T10:00"},
		{"FREQ=MONTHLY;BYMONTHDAY=31", "2026-12-31T10:00", "2027-04-01T00:00", "12-31T10:00 01-31T10:00 03-31T10:00"},
		{"FREQ=YEARLY", "2028-02-29T10:00", "2033-01-01T00:00", "02-29T10:00 02-29T10:00"},
	}
	for _, row := range rows {
		if got := list(read(t, row.rule), row.start, row.to); got != row.want {
			t.Errorf("%s from %s: %s, want %s", row.rule, row.start, got, row.want)
		}
	}
}

func TestARuleIsKeptAsItWasWrittenWithItsEndOnTheWall(t *testing.T) {
	for text, want := range map[string]string{
		"FREQ=WEEKLY;INTERVAL=2":                         "FREQ=WEEKLY;INTERVAL=2",
		" rrule:freq=weekly; byday=we;":                  "FREQ=WEEKLY;BYDAY=WE",
		"FREQ=WEEKLY;UNTIL=20261231T180000Z;BYDAY=WE":    "FREQ=WEEKLY;UNTIL=20261231T130000;BYDAY=WE",
		"FREQ=WEEKLY;UNTIL=20261231":                     "FREQ=WEEKLY;UNTIL=20261231T235959",
		"FREQ=MONTHLY;COUNT=12;BYDAY=-1TH;WKST=SU":       "FREQ=MONTHLY;COUNT=12;BYDAY=-1TH;WKST=SU",
		"FREQ=YEARLY;BYMONTH=4,6,11;BYDAY=-1TH,1MO,-5FR": "FREQ=YEARLY;BYMONTH=4,6,11;BYDAY=-1TH,1MO,-5FR",
	} {
		r := read(t, text)
		if r.String() != want || read(t, want).String() != want {
			t.Errorf("%s became %s", text, r)
		}
	}
	calendar := read(t, "FREQ=WEEKLY;UNTIL=20261231").Calendar(func(t time.Time) time.Time { return t.Add(5 * time.Hour) })
	if calendar != "FREQ=WEEKLY;UNTIL=20270101T045959Z" {
		t.Error(calendar)
	}
}

func TestRulesThatNoMeetingHasAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "every second Wednesday", "FREQ=HOURLY", "FREQ=MINUTELY", "FREQ=SECONDLY", "INTERVAL=2", "FREQ=WEEKLY;FREQ=DAILY",
		"FREQ=WEEKLY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=-1", "FREQ=WEEKLY;INTERVAL=99999999999999999999", "FREQ=WEEKLY;INTERVAL=367",
		"FREQ=WEEKLY;COUNT=0", "FREQ=WEEKLY;COUNT=1000000", "FREQ=WEEKLY;COUNT=3;UNTIL=20270101", "FREQ=WEEKLY;UNTIL=tomorrow", "FREQ=WEEKLY;UNTIL=20270230",
		"FREQ=DAILY;BYHOUR=9,17", "FREQ=DAILY;BYMINUTE=1", "FREQ=DAILY;BYSECOND=1", "FREQ=YEARLY;BYWEEKNO=20", "FREQ=YEARLY;BYYEARDAY=100",
		"FREQ=WEEKLY;BYDAY=2WE", "FREQ=MONTHLY;BYDAY=0WE", "FREQ=MONTHLY;BYDAY=6WE", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=", "FREQ=MONTHLY;BYMONTHDAY=32",
		"FREQ=MONTHLY;BYMONTH=-1", "FREQ=WEEKLY;BYMONTHDAY=1", "FREQ=MONTHLY;BYSETPOS=1", "FREQ=YEARLY;BYDAY=20MO", "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
		"FREQ=WEEKLY;X-THING=1", "FREQ=WEEKLY;BYEASTER=1", strings.Repeat("FREQ=WEEKLY;", 100), "FREQ=MONTHLY;BYMONTHDAY=" + strings.Repeat("1,", 40) + "1",
	} {
		if r, err := Parse(text, toronto); !fault.Is(err, "bad_rule") {
			t.Errorf("%q was read as %q, %v", text, r, err)
		}
	}
}

func TestARuleThatNeverFallsEndsItsSearch(t *testing.T) {
	for _, text := range []string{"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=31"} {
		if at, falls := read(t, text).First(wall("2026-12-02T13:00")); falls {
			t.Error(text, at)
		}
	}
	if at, falls := read(t, "FREQ=WEEKLY;BYDAY=TU").First(wall("2026-12-02T13:00")); !falls || at != wall("2026-12-08T13:00") {
		t.Error(at, falls)
	}
}

func TestOneTimeThatMovesTakesItsRuleAlong(t *testing.T) {
	rows := []struct{ rule, from, to, want string }{
		{"FREQ=WEEKLY;INTERVAL=2", "2026-12-02T13:00", "2026-12-03T14:00", "FREQ=WEEKLY;INTERVAL=2"},
		{"FREQ=WEEKLY;BYDAY=WE", "2026-12-02T13:00", "2026-12-02T14:00", "FREQ=WEEKLY;BYDAY=WE"},
		{"FREQ=WEEKLY;BYDAY=WE", "2026-12-02T13:00", "2026-12-04T13:00", "FREQ=WEEKLY;BYDAY=FR"},
		{"FREQ=WEEKLY;BYDAY=TU,TH", "2026-12-01T13:00", "2026-11-30T13:00", "FREQ=WEEKLY;BYDAY=MO,WE"},
		{"FREQ=MONTHLY;BYDAY=2WE", "2026-12-09T13:00", "2026-12-17T13:00", "FREQ=MONTHLY;BYDAY=3TH"},
		{"FREQ=MONTHLY;BYDAY=-1TH", "2026-11-26T13:00", "2026-11-27T13:00", "FREQ=MONTHLY;BYDAY=-1FR"},
		{"FREQ=MONTHLY;BYMONTHDAY=15", "2026-11-15T13:00", "2026-11-20T13:00", "FREQ=MONTHLY;BYMONTHDAY=20"},
		{"FREQ=MONTHLY;BYDAY=1MO,3MO", "2026-12-07T13:00", "2026-12-08T13:00", ""},
		{"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-12-31T13:00", "2026-12-30T13:00", ""},
		{"FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=30", "2027-04-30T13:00", "2027-05-01T13:00", ""},
	}
	for _, row := range rows {
		got, clear := read(t, row.rule).Moved(wall(row.from), wall(row.to))
		if clear != (row.want != "") || clear && got.String() != row.want {
			t.Errorf("%s from %s to %s: %s %t", row.rule, row.from, row.to, got, clear)
		}
		if first, falls := got.First(wall(row.to)); clear && (!falls || first != wall(row.to)) {
			t.Errorf("%s does not fall on %s but on %s", got, row.to, first)
		}
	}
}

func TestTheEndOfARuleIsReplacedNotAdded(t *testing.T) {
	r := read(t, "FREQ=WEEKLY;COUNT=10")
	if got := r.EndedAt(wall("2027-01-01T12:59")); got.String() != "FREQ=WEEKLY;UNTIL=20270101T125900" || got.Count() != 0 || got.Endless() {
		t.Error(got)
	}
	if got := r.EndedAt(wall("2027-01-01T12:59")).Counting(4); got.String() != "FREQ=WEEKLY;COUNT=4" || !got.Until().IsZero() || r.Count() != 10 {
		t.Error(got, r)
	}
}

// Whatever a rule says, reading it and asking for a year of it ends, and what it writes it can read.
func FuzzRules(f *testing.F) {
	for _, text := range []string{"FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY;BYDAY=-1TH;COUNT=3", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "RRULE:FREQ=DAILY;UNTIL=20270101T000000Z",
		"FREQ=WEEKLY;BYDAY=MO,TU;WKST=SU;BYMONTH=1,2", "FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS=-1,2", "FREQ=DAILY;BYDAY=MO;INTERVAL=1;;=", "FREQ=\xff"} {
		f.Add(text)
	}
	start := wall("2026-12-02T13:00")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(text, toronto)
		if err != nil {
			return
		}
		times := r.Times(start, start, start.AddDate(1, 0, 0), 400)
		for i, at := range times {
			if i > 0 && !at.After(times[i-1]) || at.Before(start) || at.Format("15:04") != "13:00" {
				t.Fatal(text, times)
			}
		}
		again, err := Parse(r.String(), nil)
		if err != nil || again.String() != r.String() {
			t.Fatal(text, r, again, err)
		}
	})
}
