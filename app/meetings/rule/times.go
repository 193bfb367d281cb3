package rule

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// Times gives when the rule falls from from up to and with to, at most limit times, for a series that starts
// at start: all on the wall.
func (r Rule) Times(start, from, to time.Time, limit int) []time.Time {
	if to.Before(start) || len(r.parts) == 0 {
		return nil
	}
	how := r.how
	how.Dtstart, how.Count, how.Until = start, r.count, to
	if !r.until.IsZero() && r.until.Before(to) {
		how.Until = r.until
	}
	falls, err := rrule.NewRRule(how)
	if err != nil {
		return nil // Parse let nothing through that is out of its bounds
	}
	var times []time.Time
	next := falls.Iterator()
	for at, more := next(); more && len(times) < limit; at, more = next() {
		if !at.Before(from) {
			times = append(times, at)
		}
	}
	return times
}

// lookAhead is how long a rule may take to fall for the first time.
const lookAhead = 10 * 366 * 24 * time.Hour

// First gives the first time at start or after; false when that is not within ten years.
func (r Rule) First(start time.Time) (time.Time, bool) {
	times := r.Times(start, start, start.Add(lookAhead), 1)
	if len(times) == 0 {
		return time.Time{}, false
	}
	return times[0], true
}

// Moved gives the rule of a series of which one time moves from one day to another, as from Wednesdays to
// Thursdays, or from the second to the third of a month. False when several days are meant and a person must say
// which.
func (r Rule) Moved(from, to time.Time) (Rule, bool) {
	days := int(to.Truncate(24*time.Hour).Sub(from.Truncate(24*time.Hour)).Hours() / 24)
	if days == 0 {
		return r, true
	}
	if len(r.how.Bysetpos) > 0 {
		return r, false
	}
	if len(r.how.Byweekday) > 0 && !r.moveDays(days, to) {
		return r, false
	}
	if len(r.how.Bymonthday) > 0 {
		if len(r.how.Bymonthday) != 1 || r.how.Bymonthday[0] < 0 {
			return r, false
		}
		r.how.Bymonthday = []int{to.Day()}
		r.set("BYMONTHDAY", fmt.Sprint(to.Day()))
	}
	if len(r.how.Bymonth) > 0 && from.Month() != to.Month() {
		return r, false
	}
	return r, true
}

func (r *Rule) moveDays(days int, to time.Time) bool {
	old := r.how.Byweekday
	texts, moved := make([]string, len(old)), make([]rrule.Weekday, len(old))
	for i, d := range old {
		nth := d.N()
		if nth != 0 && len(old) > 1 {
			return false
		}
		if nth > 0 {
			nth = (to.Day()-1)/7 + 1
		}
		if nth < 0 {
			nth = -((lastDay(to)-to.Day())/7 + 1)
		}
		day := weekdays[((d.Day()+days)%7+7)%7]
		moved[i], texts[i] = day.day.Nth(nth), day.name
		if nth != 0 {
			texts[i] = fmt.Sprint(nth) + day.name
		}
	}
	r.how.Byweekday = moved
	r.set("BYDAY", strings.Join(texts, ","))
	return true
}

func lastDay(t time.Time) int { return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day() }

func (r *Rule) set(name, value string) {
	r.parts = slices.Clone(r.parts)
	for i := range r.parts {
		if r.parts[i].name == name {
			r.parts[i].value = value
		}
	}
}
