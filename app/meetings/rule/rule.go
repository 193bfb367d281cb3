// Package rule reads and writes recurrence rules (RFC 5545, 3.3.10) and gives the times on which they fall. It
// works with what a clock on the wall shows, held in time.Time as if in UTC; which instants these are, only
// app/meetings/zones may say. It takes rules of days, weeks, months and years with one time a day, which all
// calendars understand, and refuses the rest.
package rule

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"example.org/carnet/store/fault"
)

// Limits of what a rule may say; more is no meeting of people.
const (
	textLimit   = 500
	maxInterval = 366
	maxCount    = 2000
	partLimit   = 31
)

const (
	wallLayout = "20060102T150405"
	dayLayout  = "20060102"
)

// Rule is one that was read; the zero Rule is none.
type Rule struct {
	parts []part // in the order they were written
	freq  rrule.Frequency
	how   rrule.ROption // without start and end
	until time.Time     // last time that may occur, on the wall; zero without
	count int           // 0 without
}

type part struct{ name, value string }

var frequencies = map[string]rrule.Frequency{"DAILY": rrule.DAILY, "WEEKLY": rrule.WEEKLY, "MONTHLY": rrule.MONTHLY, "YEARLY": rrule.YEARLY}

// Parse reads a rule. An end in UTC is read on the clock that wall gives. Fault bad_rule.
func Parse(text string, wall func(time.Time) time.Time) (Rule, error) {
	r := Rule{}
	if err := r.read(text, wall); err != "" {
		if len(text) > textLimit {
			text = text[:40] + "…"
		}
		return Rule{}, fault.New("bad_rule", "value", strings.ToValidUTF8(text, "?"), "part", strings.ToValidUTF8(err, "?"))
	}
	return r, nil
}

// read gives the part that is wrong, or nothing.
func (r *Rule) read(text string, wall func(time.Time) time.Time) (wrong string) {
	if len(text) > textLimit {
		return "…"
	}
	text = strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(text)), "RRULE:")
	for _, piece := range strings.Split(strings.TrimSuffix(text, ";"), ";") {
		name, value, ok := strings.Cut(strings.TrimSpace(piece), "=")
		p := part{strings.TrimSpace(name), strings.TrimSpace(value)}
		if !ok || p.value == "" || slices.ContainsFunc(r.parts, func(q part) bool { return q.name == p.name }) || !r.take(&p, wall) {
			return cmp.Or(piece, ";")
		}
		r.parts = append(r.parts, p)
	}
	return r.fits()
}

func (r *Rule) take(p *part, wall func(time.Time) time.Time) bool {
	switch p.name {
	case "FREQ":
		freq, known := frequencies[p.value]
		r.freq, r.how.Freq = freq, freq
		return known
	case "INTERVAL":
		return number(p.value, 1, maxInterval, &r.how.Interval)
	case "COUNT":
		return number(p.value, 1, maxCount, &r.count)
	case "UNTIL":
		return r.takeUntil(p, wall)
	case "BYMONTH":
		return numbers(p.value, 12, false, &r.how.Bymonth)
	case "BYMONTHDAY":
		return numbers(p.value, 31, true, &r.how.Bymonthday)
	case "BYSETPOS":
		return numbers(p.value, 31, true, &r.how.Bysetpos)
	case "BYDAY":
		return days(p.value, &r.how.Byweekday)
	case "WKST":
		var first []rrule.Weekday
		if !days(p.value, &first) || len(first) != 1 || first[0].N() != 0 {
			return false
		}
		r.how.Wkst = first[0]
		return true
	}
	return false
}

// takeUntil reads a day, a time on the wall, or one in UTC, and keeps a time on the wall.
func (r *Rule) takeUntil(p *part, wall func(time.Time) time.Time) bool {
	var err error
	switch {
	case len(p.value) == len(dayLayout):
		r.until, err = time.Parse(dayLayout, p.value)
		r.until = r.until.Add(24*time.Hour - time.Second)
	case strings.HasSuffix(p.value, "Z"):
		if r.until, err = time.Parse(wallLayout+"Z", p.value); err == nil && wall != nil {
			r.until = wall(r.until)
		}
	default:
		r.until, err = time.Parse(wallLayout, p.value)
	}
	p.value = r.until.Format(wallLayout)
	return err == nil && r.until.Year() >= 1900
}

// fits names a part that does not go with the others: what other calendars refuse, or never ends to search.
func (r *Rule) fits() (wrong string) {
	ordinal := slices.ContainsFunc(r.how.Byweekday, func(d rrule.Weekday) bool { return d.N() != 0 })
	_, hasFreq := r.part("FREQ")
	switch {
	case !hasFreq:
		return "FREQ"
	case r.count > 0 && !r.until.IsZero():
		return "COUNT, UNTIL"
	case r.freq == rrule.DAILY && len(r.how.Byweekday) > 0 && r.how.Interval > 1:
		return "BYDAY"
	case r.freq >= rrule.WEEKLY && (len(r.how.Bymonthday) > 0 || len(r.how.Bysetpos) > 0):
		return "BYMONTHDAY, BYSETPOS"
	case ordinal && r.freq >= rrule.WEEKLY:
		return "BYDAY"
	case ordinal && len(r.how.Bymonthday) > 0:
		return "BYDAY, BYMONTHDAY"
	case len(r.how.Bysetpos) > 0 && len(r.how.Byweekday) == 0 && len(r.how.Bymonthday) == 0:
		return "BYSETPOS"
	case r.freq == rrule.YEARLY && len(r.how.Byweekday)+len(r.how.Bymonthday) > 0 && len(r.how.Bymonth) == 0:
		return "BYMONTH"
	}
	return ""
}

func number(text string, least, most int, to *int) bool {
	n, err := strconv.Atoi(text)
	*to = n
	return err == nil && n >= least && n <= most && text[0] != '+'
}

func numbers(text string, most int, minus bool, to *[]int) bool {
	for _, one := range strings.Split(text, ",") {
		n, err := strconv.Atoi(one)
		if err != nil || n == 0 || n > most || n < -most || n < 0 && !minus || len(*to) == partLimit {
			return false
		}
		*to = append(*to, n)
	}
	return true
}

var weekdays = []struct {
	name string
	day  rrule.Weekday
}{{"MO", rrule.MO}, {"TU", rrule.TU}, {"WE", rrule.WE}, {"TH", rrule.TH}, {"FR", rrule.FR}, {"SA", rrule.SA}, {"SU", rrule.SU}}

// days reads weekdays, each with which one of the month: 2WE, -1TH.
func days(text string, to *[]rrule.Weekday) bool {
	for _, one := range strings.Split(text, ",") {
		if len(one) < 2 || len(*to) == partLimit {
			return false
		}
		at := slices.IndexFunc(weekdays, func(w struct {
			name string
			day  rrule.Weekday
		}) bool {
			return w.name == one[len(one)-2:]
		})
		if at < 0 {
			return false
		}
		nth := 0
		if which := one[:len(one)-2]; which != "" {
			var err error
			if nth, err = strconv.Atoi(which); err != nil || nth == 0 || nth > 5 || nth < -5 {
				return false
			}
		}
		*to = append(*to, weekdays[at].day.Nth(nth))
	}
	return true
}

func (r Rule) part(name string) (string, bool) {
	at := slices.IndexFunc(r.parts, func(p part) bool { return p.name == name })
	if at < 0 {
		return "", false
	}
	return r.parts[at].value, true
}

// String writes the rule as Carnet keeps it: its end is a time on the wall.
func (r Rule) String() string { return r.write(r.until.Format(wallLayout)) }

// Calendar writes it as calendars want it beside a start in a zone: its end is in UTC, as instant gives it.
func (r Rule) Calendar(instant func(wall time.Time) time.Time) string {
	if r.until.IsZero() {
		return r.String()
	}
	return r.write(instant(r.until).UTC().Format(wallLayout + "Z"))
}

func (r Rule) write(until string) string {
	texts := make([]string, len(r.parts))
	for i, p := range r.parts {
		if p.name == "UNTIL" {
			p.value = until
		}
		texts[i] = p.name + "=" + p.value
	}
	return strings.Join(texts, ";")
}

// Count gives how many times it falls in all; 0 when it does not count.
func (r Rule) Count() int { return r.count }

// Until gives the last time that may occur; zero when no such is said.
func (r Rule) Until() time.Time { return r.until }

// Endless tells whether it goes on for ever.
func (r Rule) Endless() bool { return r.count == 0 && r.until.IsZero() }

// EndedAt gives the rule with another end: nothing after last occurs.
func (r Rule) EndedAt(last time.Time) Rule {
	r = r.without("COUNT", "UNTIL")
	r.until = last
	r.parts = append(r.parts, part{"UNTIL", last.Format(wallLayout)})
	return r
}

// Counting gives the rule with another end: after n times.
func (r Rule) Counting(n int) Rule {
	r = r.without("COUNT", "UNTIL")
	r.count = n
	r.parts = append(r.parts, part{"COUNT", strconv.Itoa(n)})
	return r
}

func (r Rule) without(names ...string) Rule {
	r.parts = slices.DeleteFunc(slices.Clone(r.parts), func(p part) bool { return slices.Contains(names, p.name) })
	r.count, r.until = 0, time.Time{}
	return r
}
