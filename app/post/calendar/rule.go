package calendar

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// endless is the rule by which a zone's clock goes on, from the last line of its data (POSIX's TZ, as RFC 9636 extends it).
type endless struct {
	standard, daylight offset
	begins, ends       yearly // of daylight time
}

type offset struct {
	name    string
	seconds int // east of UTC
}

// yearly is a day of each year by month, week and weekday, and a time from its midnight on, which may be before it or after its end.
type yearly struct {
	month, week, weekday int // week 5 is the last
	seconds              int
}

var errNoRule = errors.New("no rule of months, weeks and weekdays")

// readEndless reads a rule with daylight time; errNoRule for a zone that has none, or another form.
func readEndless(text string) (e endless, err error) {
	clocks, rules, ok := strings.Cut(text, ",")
	begins, ends, both := strings.Cut(rules, ",")
	if !ok || !both {
		return e, errNoRule
	}
	rest := clocks
	if e.standard, rest, err = readOffset(rest, 0); err != nil {
		return e, err
	}
	if e.daylight, rest, err = readOffset(rest, e.standard.seconds+3600); err != nil || rest != "" {
		return e, errNoRule
	}
	if e.begins, err = readYearly(begins); err != nil {
		return e, err
	}
	e.ends, err = readYearly(ends)
	return e, err
}

// readOffset reads a name and an offset, which counts west; without one it is the usual one.
func readOffset(text string, usual int) (o offset, rest string, err error) {
	isLetter := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
	if inner, after, ok := strings.Cut(strings.TrimPrefix(text, "<"), ">"); ok && text[0] == '<' {
		o.name, rest = inner, after
	} else {
		n := 0
		for n < len(text) && isLetter(text[n]) {
			n++
		}
		o.name, rest = text[:n], text[n:]
	}
	if o.name == "" {
		return o, rest, errNoRule
	}
	n := 0
	for n < len(rest) && !isLetter(rest[n]) && rest[n] != '<' {
		n++
	}
	o.seconds = usual
	if n > 0 {
		west, err := readSpan(rest[:n])
		if err != nil {
			return o, rest, err
		}
		o.seconds = -west
	}
	return o, rest[n:], nil
}

// readSpan reads [+-]hh[:mm[:ss]].
func readSpan(text string) (seconds int, err error) {
	sign := 1
	if after, ok := strings.CutPrefix(text, "-"); ok {
		text, sign = after, -1
	}
	unit := 3600
	for part := range strings.SplitSeq(strings.TrimPrefix(text, "+"), ":") {
		n, err := strconv.ParseUint(part, 10, 8)
		if err != nil || unit == 0 {
			return 0, errNoRule
		}
		seconds += int(n) * unit
		unit /= 60
	}
	return sign * seconds, nil
}

func readYearly(text string) (y yearly, err error) {
	day, at, timed := strings.Cut(text, "/")
	y.seconds = 2 * 3600
	if timed {
		if y.seconds, err = readSpan(at); err != nil {
			return y, err
		}
	}
	numbers := strings.Split(strings.TrimPrefix(day, "M"), ".")
	if len(numbers) != 3 || day[0] != 'M' {
		return y, errNoRule
	}
	for i, to := range []*int{&y.month, &y.week, &y.weekday} {
		n, err := strconv.ParseUint(numbers[i], 10, 8)
		if err != nil {
			return y, errNoRule
		}
		*to = int(n)
	}
	if y.month < 1 || y.month > 12 || y.week < 1 || y.week > 5 || y.weekday > 6 {
		return y, errNoRule
	}
	return y, nil
}

// wall gives what the clock of before shows at the change in a year, in UTC's form.
func (y yearly) wall(year int) time.Time {
	first := time.Date(year, time.Month(y.month), 1, 0, 0, 0, 0, time.UTC)
	day := 1 + (y.weekday-int(first.Weekday())+7)%7 + 7*(y.week-1)
	if day > daysOf(first) {
		day -= 7
	}
	return first.AddDate(0, 0, day-1).Add(time.Duration(y.seconds) * time.Second)
}

func daysOf(first time.Time) int { return first.AddDate(0, 1, -1).Day() }

var weekdays = []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

// recurrence writes the change as a rule for calendars. Where the time from midnight reaches into another day, a weekday by number says
// too little, so that the seven days that it may be are named.
func (y yearly) recurrence() string {
	shift := y.seconds / 86400
	if y.seconds < 0 {
		shift = (y.seconds+1)/86400 - 1
	}
	weekday := weekdays[((y.weekday+shift)%7+7)%7]
	week := y.week
	if week == 5 {
		week = -1
	}
	if shift == 0 {
		return "FREQ=YEARLY;BYMONTH=" + strconv.Itoa(y.month) + ";BYDAY=" + strconv.Itoa(week) + weekday
	}
	first := 7*(y.week-1) + 1 + shift
	length := daysOf(time.Date(2025, time.Month(y.month), 1, 0, 0, 0, 0, time.UTC))
	if y.week == 5 {
		first = length - 6 + shift
	}
	if first >= 1 && first+6 <= length {
		return "FREQ=YEARLY;BYMONTH=" + strconv.Itoa(y.month) + ";BYMONTHDAY=" + seven(first) + ";BYDAY=" + weekday
	}
	// Across the end of a month: days counted from the end of the year, which a leap day does not move after February.
	back := time.Date(2025, time.Month(y.month), first, 0, 0, 0, 0, time.UTC).YearDay() - 366
	return "FREQ=YEARLY;BYYEARDAY=" + seven(back) + ";BYDAY=" + weekday
}

func seven(first int) string {
	days := make([]string, 7)
	for i := range days {
		days[i] = strconv.Itoa(first + i)
	}
	return strings.Join(days, ",")
}
