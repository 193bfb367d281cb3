package zones

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
)

func TestTheEmbeddedDataIsNewEnoughForTheChangesOf2026(t *testing.T) {
	if v := Version(); v < "2026f" {
		t.Fatalf("version %q", v)
	}
}

func TestCanadianOffsetsInWinterAndSummer(t *testing.T) {
	rows := []struct{ zone, december, july string }{
		{"America/St_Johns", "−03:30", "−02:30"},
		{"America/Goose_Bay", "−04:00", "−03:00"},
		{"America/Halifax", "−04:00", "−03:00"},
		{"America/Glace_Bay", "−04:00", "−03:00"},
		{"America/Moncton", "−04:00", "−03:00"},
		{"America/Blanc-Sablon", "−04:00", "−04:00"},
		{"America/Toronto", "−05:00", "−04:00"},
		{"America/Montreal", "−05:00", "−04:00"},
		{"America/Thunder_Bay", "−05:00", "−04:00"},
		{"America/Iqaluit", "−05:00", "−04:00"},
		{"America/Atikokan", "−05:00", "−05:00"},
		{"America/Winnipeg", "−05:00", "−05:00"},
		{"America/Rankin_Inlet", "−06:00", "−05:00"},
		{"America/Resolute", "−06:00", "−05:00"},
		{"America/Regina", "−06:00", "−06:00"},
		{"America/Swift_Current", "−06:00", "−06:00"},
		{"America/Edmonton", "−06:00", "−06:00"},
		{"America/Yellowknife", "−06:00", "−06:00"},
		{"America/Inuvik", "−06:00", "−06:00"},
		{"America/Cambridge_Bay", "−07:00", "−06:00"},
		{"America/Vancouver", "−07:00", "−07:00"},
		{"America/Creston", "−07:00", "−07:00"},
		{"America/Dawson_Creek", "−07:00", "−07:00"},
		{"America/Fort_Nelson", "−07:00", "−07:00"},
		{"America/Whitehorse", "−07:00", "−07:00"},
		{"America/Dawson", "−07:00", "−07:00"},
	}
	for _, row := range rows {
		for local, want := range map[string]string{"2026-12-15T12:00": row.december, "2027-07-15T12:00": row.july} {
			at, fit, err := Instant(local, row.zone)
			if err != nil || fit != Exact || Offset(at) != want {
				t.Errorf("%s at %s: %s, fit %d, %v; want %s", row.zone, local, Offset(at), fit, err, want)
			}
		}
	}
	if len(Canada()) != len(rows) {
		t.Errorf("%d Canadian zones are known, %d are checked here", len(Canada()), len(rows))
	}
}

func TestAClockThatJumpsOrIsPutBackIsReadByTheRuleOfCalendars(t *testing.T) {
	rows := []struct {
		name, zone, local, want string
		fit                     Fit
	}{
		{"a jump is read with the offset before it", "America/Toronto", "2027-03-14T02:30", "2027-03-14T03:30:00-04:00", Gap},
		{"the minute before a jump", "America/Toronto", "2027-03-14T01:59", "2027-03-14T01:59:00-05:00", Exact},
		{"the minute after a jump", "America/Toronto", "2027-03-14T03:00", "2027-03-14T03:00:00-04:00", Exact},
		{"of two the first", "America/Toronto", "2026-11-01T01:30", "2026-11-01T01:30:00-04:00", Fold},
		{"after the second", "America/Toronto", "2026-11-01T02:00", "2026-11-01T02:00:00-05:00", Exact},
		{"Newfoundland's half hour", "America/St_Johns", "2026-11-01T01:30", "2026-11-01T01:30:00-02:30", Fold},
		{"Rankin Inlet still changes", "America/Rankin_Inlet", "2027-03-14T02:30", "2027-03-14T03:30:00-05:00", Gap},
		{"Vancouver no longer does", "America/Vancouver", "2026-11-01T01:30", "2026-11-01T01:30:00-07:00", Exact},
		{"Winnipeg no longer does", "America/Winnipeg", "2027-03-14T02:30", "2027-03-14T02:30:00-05:00", Exact},
		{"Regina never did", "America/Regina", "2027-03-14T02:30", "2027-03-14T02:30:00-06:00", Exact},
		{"a southern summer", "Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T02:45:00+11:00", Gap},
	}
	for _, row := range rows {
		at, fit, err := Instant(row.local, row.zone)
		if err != nil || fit != row.fit || at.Format(time.RFC3339) != row.want {
			t.Errorf("%s: %s, fit %d, %v; want %s, fit %d", row.name, at.Format(time.RFC3339), fit, err, row.want, row.fit)
		}
	}
}

func TestAZoneIsFoundByNameLinkOrCityInBothLanguages(t *testing.T) {
	rows := map[string]string{
		"America/Toronto": "America/Toronto", "america/toronto": "America/Toronto", "US/Eastern": "US/Eastern",
		"Canada/Newfoundland": "Canada/Newfoundland", "Montréal": "America/Montreal", "montreal": "America/Montreal",
		"St. John's": "America/St_Johns", "St. John’s": "America/St_Johns", "Ottawa": "America/Toronto",
		"Rankin Inlet": "America/Rankin_Inlet", "quebec": "America/Montreal", "Saint-Jean": "America/Moncton",
	}
	for text, want := range rows {
		if got, err := Find(text); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", text, got, err, want)
		}
	}
}

func factOf(err error, name string) string {
	var f *fault.Fault
	if !errors.As(err, &f) {
		return ""
	}
	return f.Facts[name]
}

func TestAnUnknownZoneIsRefusedWithASuggestion(t *testing.T) {
	rows := map[string]string{
		"America/Tornto": "America/Toronto", "Vancuver": "America/Vancouver", "America/Halifacs": "America/Halifax",
		"Europe/Pariss": "Europe/Paris", "": fallback, "qqqqqqqqqqqqqqqqqqqq": fallback, "../../etc/passwd": fallback,
	}
	for text, want := range rows {
		_, err := Find(text)
		if !fault.Is(err, "bad_zone") {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := factOf(err, "suggestion"); got != want && text != "../../etc/passwd" {
			t.Errorf("%q: suggested %s, want %s", text, got, want)
		}
	}
}

func TestBadLocalTimesAreRefusedByName(t *testing.T) {
	for _, local := range []string{"", "tomorrow", "2026-02-30T10:00", "2026-12-02", "2026-12-02T25:00", "0001-01-01T00:00", "2026-12-02T13:00-05:00"} {
		_, _, err := Instant(local, "America/Toronto")
		if !fault.Is(err, "bad_time") || factOf(err, "value") != local {
			t.Errorf("%q: %v", local, err)
		}
	}
}

func TestEveryZoneLoadsAndEveryProvinceHasOne(t *testing.T) {
	names := Names()
	if len(names) < 300 || !slices.IsSorted(names) {
		t.Fatalf("%d names", len(names))
	}
	for _, name := range append(names, "Canada/Eastern", "UTC", "EST5EDT") {
		if _, err := Load(name); err != nil {
			t.Error(name, err)
		}
	}
	for _, province := range strings.Fields("BC AB SK MB ON QC NB NS PE NL YT NT NU") {
		if _, err := Load(OfProvince(province)); err != nil {
			t.Error(province, err)
		}
	}
}

func TestCitiesAreNamedInTheLanguage(t *testing.T) {
	rows := [][3]string{
		{"America/St_Johns", "en", "St. John’s"}, {"America/Montreal", "fr", "Montréal"}, {"America/Toronto", "fr", "Toronto"},
		{"Canada/Pacific", "en", "Vancouver"}, {"Europe/Paris", "fr", "Paris"}, {"America/Argentina/Buenos_Aires", "en", "Buenos Aires"},
	}
	for _, row := range rows {
		if got := CityOf(row[0], row[1]); got != row[2] {
			t.Errorf("%v: %s", row, got)
		}
	}
	if !Same("America/Montreal", "America/Toronto") || Same("America/Toronto", "America/Halifax") || Same("x", "y") {
		t.Error("Same")
	}
}

func TestDaysShiftAcrossZones(t *testing.T) {
	anchor, _, _ := Instant("2026-11-25T20:00", "America/Vancouver")
	loc, _ := Load("America/St_Johns")
	if there := anchor.In(loc); there.Format("15:04") != "23:30" || DayShift(there, anchor) != 0 {
		t.Error(there)
	}
	later := anchor.Add(time.Hour)
	if DayShift(later.In(loc), later) != 1 {
		t.Error(later.In(loc))
	}
	loc, _ = Load("Pacific/Auckland")
	if DayShift(anchor.In(loc), anchor) != 1 || DayShift(anchor, anchor.In(loc)) != -1 {
		t.Error("Auckland")
	}
}

func TestTheMachinesZoneIsReadFromItsNameOnly(t *testing.T) {
	t.Setenv("TZ", "America/Vancouver")
	if got := Here(); got.String() != "America/Vancouver" {
		t.Error(got)
	}
	t.Setenv("TZ", ":/usr/share/zoneinfo/America/Halifax")
	if got := Here(); got.String() != "America/Halifax" {
		t.Error(got)
	}
}

// The machine's zone data must not come in by a back door.
func TestNobodyAsksTheMachineForZones(t *testing.T) {
	forbidden := []string{"time.Load" + "Location(", "time/tz" + "data"}
	err := filepath.WalkDir("../../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if entry != nil && (entry.Name() == "node_modules" || entry.Name() == ".git") {
				return fs.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		raw, err := os.ReadFile(path)
		for _, words := range forbidden {
			if strings.Contains(string(raw), words) {
				t.Errorf("%s asks the machine: %s", path, words)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
