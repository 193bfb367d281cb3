// Package holidays knows on which days offices in Canada are closed, province by province: what the law says, and
// what municipal offices widely keep besides. It is a table and a few rules of the calendar; it reads no clock.
package holidays

import (
	"slices"
	"strings"
	"time"
)

// Holiday is a day on which people in some provinces may not come.
type Holiday struct {
	Code      string // its words are holiday.<code>
	Day       time.Time
	Provinces []string // two letters each, of those that were asked for, sorted
	Statutory bool     // by the law of one of them, or by federal law; else widely kept
}

// Provinces lists all by their two letters.
func Provinces() []string { return strings.Fields("AB BC MB NB NL NS NT NU ON PE QC SK YT") }

const everywhere = "AB BC MB NB NL NS NT NU ON PE QC SK YT"

// custom is one day a year: where it is the law, and where offices keep it all the same.
type custom struct {
	code      string
	on        func(year int) time.Time
	law, kept string
	since     int
}

// The table follows the employment standards of the provinces and territories as of 2026.
var customs = []custom{
	{"new_year", fixed(time.January, 1), everywhere, "", 0},
	{"family_day", nth(time.February, time.Monday, 3), "AB BC NB ON SK", "", 0},
	{"louis_riel_day", nth(time.February, time.Monday, 3), "MB", "", 0},
	{"heritage_day", nth(time.February, time.Monday, 3), "NS", "", 0},
	{"islander_day", nth(time.February, time.Monday, 3), "PE", "", 0},
	{"heritage_day_yt", fridayBeforeLastSunday, "", "YT", 0},
	{"st_patrick", nearestMonday(time.March, 17), "", "NL", 0},
	{"good_friday", easter(-2), "AB BC MB NB NL NS NT NU ON PE SK YT", "QC", 0},
	{"easter_monday", easter(1), "", "QC NT NU", 0},
	{"st_george", nearestMonday(time.April, 23), "", "NL", 0},
	{"victoria_day", mondayBefore(time.May, 25), "AB BC MB NT NU ON SK YT", "NB NS PE", 0},
	{"patriots_day", mondayBefore(time.May, 25), "QC", "", 2003},
	{"indigenous_day", fixed(time.June, 21), "NT YT", "", 0},
	{"discovery_day_nl", nearestMonday(time.June, 24), "", "NL", 0},
	{"national_day_qc", fixed(time.June, 24), "QC", "", 0},
	{"canada_day", canadaDay, everywhere, "", 0},
	{"nunavut_day", fixed(time.July, 9), "NU", "", 2020},
	{"orangemen", nearestMonday(time.July, 12), "", "NL", 0},
	{"civic_holiday", nth(time.August, time.Monday, 1), "NT NU", "MB ON", 0},
	{"heritage_day_ab", nth(time.August, time.Monday, 1), "", "AB", 0},
	{"bc_day", nth(time.August, time.Monday, 1), "BC", "", 0},
	{"new_brunswick_day", nth(time.August, time.Monday, 1), "NB", "", 0},
	{"natal_day", nth(time.August, time.Monday, 1), "", "NS PE", 0},
	{"saskatchewan_day", nth(time.August, time.Monday, 1), "SK", "", 0},
	{"discovery_day_yt", nth(time.August, time.Monday, 3), "YT", "", 0},
	{"labour_day", nth(time.September, time.Monday, 1), everywhere, "", 0},
	{"reconciliation", fixed(time.September, 30), "BC MB NT NU PE YT", "AB NB NL NS ON QC SK", 2021},
	{"thanksgiving", nth(time.October, time.Monday, 2), "AB BC MB NT NU ON QC SK YT", "NB NL NS PE", 0},
	{"remembrance", fixed(time.November, 11), "AB BC NB NL NT NU PE SK YT", "MB NS", 0},
	{"christmas", fixed(time.December, 25), everywhere, "", 0},
	{"boxing_day", fixed(time.December, 26), "ON", "AB BC MB NB NL NS NT NU PE SK YT", 0},
}

// On gives what is kept on a day in some of these provinces; no province means all.
func On(day time.Time, provinces []string) (found []Holiday) {
	year, month, date := day.Date()
	for _, c := range customs {
		if on := c.on(year); year < c.since || on.Month() != month || on.Day() != date {
			continue
		}
		h := Holiday{Code: c.code, Day: time.Date(year, month, date, 0, 0, 0, 0, time.UTC)}
		for _, p := range strings.Fields(c.law + " " + c.kept) {
			if len(provinces) > 0 && !slices.Contains(provinces, p) {
				continue
			}
			h.Provinces = append(h.Provinces, p)
			h.Statutory = h.Statutory || strings.Contains(c.law, p)
		}
		if slices.Sort(h.Provinces); len(h.Provinces) > 0 {
			found = append(found, h)
		}
	}
	return found
}

// Between gives the holidays from a day up to and with another, by day.
func Between(from, to time.Time, provinces []string) (found []Holiday) {
	const longest = 3 * 366 // days; a calendar shows no more
	for n := 0; n < longest && !from.After(to); n++ {
		found = append(found, On(from, provinces)...)
		from = from.AddDate(0, 0, 1)
	}
	return found
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func fixed(month time.Month, day int) func(int) time.Time {
	return func(year int) time.Time { return date(year, month, day) }
}

func nth(month time.Month, weekday time.Weekday, n int) func(int) time.Time {
	return func(year int) time.Time {
		first := date(year, month, 1)
		return first.AddDate(0, 0, (int(weekday-first.Weekday())+7)%7+7*(n-1))
	}
}

// mondayBefore is the last Monday before a day.
func mondayBefore(month time.Month, day int) func(int) time.Time {
	return func(year int) time.Time {
		eve := date(year, month, day-1)
		return eve.AddDate(0, 0, -(int(eve.Weekday()-time.Monday)+7)%7)
	}
}

func nearestMonday(month time.Month, day int) func(int) time.Time {
	return func(year int) time.Time {
		on := date(year, month, day)
		after := (int(time.Monday-on.Weekday()) + 7) % 7
		if after > 3 {
			after -= 7
		}
		return on.AddDate(0, 0, after)
	}
}

// fridayBeforeLastSunday is of February.
func fridayBeforeLastSunday(year int) time.Time {
	last := date(year, time.March, 0)
	return last.AddDate(0, 0, -int(last.Weekday())-2)
}

// canadaDay is on the second when the first is a Sunday, by the Holidays Act.
func canadaDay(year int) time.Time {
	day := date(year, time.July, 1)
	if day.Weekday() == time.Sunday {
		return day.AddDate(0, 0, 1)
	}
	return day
}

// easter is so many days after Easter Sunday of the Gregorian calendar.
func easter(days int) func(int) time.Time {
	return func(year int) time.Time {
		golden, century := year%19, year/100
		epact := (century - century/4 - (8*century+13)/25 + 19*golden + 15) % 30
		moon := epact - (epact/28)*(1-(29/(epact+1))*((21-golden)/11))
		weekday := (year + year/4 + moon + 2 - century + century/4) % 7
		sunday := moon - weekday // days after 21 March, less seven
		month := 3 + (sunday+40)/44
		return date(year, time.Month(month), sunday+28-31*(month/4)+days)
	}
}
