package calendar

import (
	"fmt"
	"sync"
	"time"

	"example.org/carnet/app/meetings/zones"
)

const (
	firstYear = 1970
	lastYear  = 2100 // up to which changes are looked for
	openYears = 20   // changes without a rule that an object without an end is given
)

// onset is one change of a zone's clock.
type onset struct {
	at       time.Time
	from, to offset
	daylight bool
}

// clock is how a zone's clock goes: every change up to 2100, and from which year on they follow the rule.
type clock struct {
	loc    *time.Location
	onsets []onset
	rule   *endless // nil for a zone without daylight time to come
	since  int
}

// clocks keeps what was found out, by edition of the zone data and name.
var clocks sync.Map

func clockOf(name string) (*clock, error) {
	key := zones.Version() + " " + name
	if c, ok := clocks.Load(key); ok {
		return c.(*clock), nil
	}
	loc, err := zones.Load(name)
	if err != nil {
		return nil, err
	}
	footer, err := zones.Footer(name)
	if err != nil {
		return nil, err
	}
	c := &clock{loc: loc, onsets: onsetsOf(loc), since: lastYear + 1}
	if rule, err := readEndless(footer); err == nil {
		c.rule, c.since = &rule, ruledSince(c.onsets, rule)
	}
	clocks.Store(key, c)
	return c, nil
}

// onsetsOf walks through a zone's changes, and begins with what its clock showed in 1970. Go parts its answer at the end of each
// year too, where nothing changes.
func onsetsOf(loc *time.Location) (all []onset) {
	at := time.Date(firstYear, 1, 1, 0, 0, 0, 0, loc)
	all = []onset{{at: at, from: offsetOf(at), to: offsetOf(at), daylight: at.IsDST()}}
	for {
		_, next := at.ZoneBounds()
		if !next.After(at) && !next.IsZero() { // so it answers on the last day of a leap year
			next = at.Add(24 * time.Hour)
		}
		if next.IsZero() || next.Year() > lastYear {
			return all
		}
		from, to := offsetOf(next.Add(-time.Second)), offsetOf(next)
		if from != to {
			all = append(all, onset{at: next, from: from, to: to, daylight: next.IsDST() && to.seconds >= from.seconds})
		}
		at = next
	}
}

func offsetOf(t time.Time) offset {
	name, seconds := t.Zone()
	return offset{name, seconds}
}

// ruledSince finds the first year from which on every change is one that the rule foresees.
func ruledSince(onsets []onset, rule endless) int {
	in := map[int][]onset{}
	for _, o := range onsets {
		in[o.at.UTC().Year()] = append(in[o.at.UTC().Year()], o)
	}
	for year := lastYear - 1; year >= firstYear; year-- {
		begins, ends := rule.onsets(year)
		if begins.at.After(ends.at) {
			begins, ends = ends, begins
		}
		if is := in[year]; len(is) != 2 || !same(is[0], begins) || !same(is[1], ends) {
			return year + 1
		}
	}
	return firstYear
}

func same(a, b onset) bool { return a.at.Equal(b.at) && a.from == b.from && a.to == b.to }

// onsets gives the two changes of a year.
func (e endless) onsets(year int) (begins, ends onset) {
	at := func(y yearly, from offset) time.Time {
		return y.wall(year).Add(-time.Duration(from.seconds) * time.Second)
	}
	begins = onset{at: at(e.begins, e.standard), from: e.standard, to: e.daylight}
	ends = onset{at: at(e.ends, e.daylight), from: e.daylight, to: e.standard}
	begins.daylight = e.daylight.seconds > e.standard.seconds // Ireland's winter is its daylight time
	ends.daylight = !begins.daylight
	return begins, ends
}

// putZone writes what a calendar needs to place moments of a zone from one time to another; without an end when to is zero.
func putZone(l *lines, name string, from, to time.Time) error {
	c, err := clockOf(name)
	if err != nil {
		return err
	}
	l.put("BEGIN", "VTIMEZONE")
	l.put("TZID", name)
	from = from.UTC()
	ruled := max(from.Year()-1, c.since)
	for _, o := range c.singles(from, to, ruled) {
		o.put(l, "")
	}
	if c.since <= lastYear && (to.IsZero() || to.UTC().Year() >= ruled) {
		begins, ends := c.rule.onsets(ruled)
		begins.put(l, c.rule.begins.recurrence())
		ends.put(l, c.rule.ends.recurrence())
	}
	l.put("END", "VTIMEZONE")
	return nil
}

// singles are the changes before the rule's first year that count between two times: the one in force at the first, those before it
// until one begins standard time, which some calendars cannot do without, and those up to the one after the last.
func (c *clock) singles(from, to time.Time, ruled int) (some []onset) {
	if to.IsZero() {
		to = from.AddDate(openYears, 0, 0)
	}
	if ruled == from.Year()-1 { // the rule's own first year stands for all before it
		return nil
	}
	begin := 0
	for i, o := range c.onsets {
		if !o.at.After(from) && !o.daylight {
			begin = i
		}
	}
	for _, o := range c.onsets[begin:] {
		if o.at.UTC().Year() >= ruled {
			break
		}
		some = append(some, o)
		if o.at.After(to) {
			break
		}
	}
	return some
}

func (o onset) put(l *lines, rule string) {
	kind := "STANDARD"
	if o.daylight {
		kind = "DAYLIGHT"
	}
	l.put("BEGIN", kind)
	l.put("DTSTART", o.at.UTC().Add(time.Duration(o.from.seconds)*time.Second).Format(localForm))
	l.put("TZOFFSETFROM", written(o.from.seconds))
	l.put("TZOFFSETTO", written(o.to.seconds))
	if rule != "" {
		l.put("RRULE", rule)
	}
	l.text("TZNAME", o.to.name)
	l.put("END", kind)
}

// written is an offset as calendars write it; seconds only where there are some.
func written(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	text := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		text += fmt.Sprintf("%02d", seconds%60)
	}
	return text
}
