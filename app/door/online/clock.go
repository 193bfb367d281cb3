package online

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Days is the order in which a report writes day and month.
type Days int

// The orders.
const (
	MonthFirst Days = iota
	DayFirst
	YearFirst
)

// clock reads the times of one file, all in one way.
type clock struct {
	days Days
}

var (
	numbered = regexp.MustCompile(`^(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4}),?[ T\x{202f}\x{a0}]+(\d{1,2})[:h](\d{2})(?::(\d{2}))?[ \x{202f}\x{a0}]*([AaPp]\.?[Mm]\.?)?$`)
	named    = []string{"Jan 2, 2006 15:04:05", "Jan 2, 2006 03:04:05 PM", "Jan 2, 2006 3:04:05 PM", "Jan 2, 2006 3:04 PM", "Jan 2, 2006 15:04"}
)

// clockFor decides from the whole file how its dates are to be read, unless a person said so. A time with AM or PM is how the English of the United States
// and Canada writes, month first. Where nothing tells, the reading that comes closer to the day of the meeting is taken, and guessed is true.
func clockFor(texts []string, o Options) (c clock, guessed bool) {
	if o.Days != nil {
		return clock{*o.Days}, false
	}
	near := o.Near
	day, month, halves, sample := false, false, false, ""
	for _, text := range texts {
		m := numbered.FindStringSubmatch(strings.TrimSpace(text))
		if m == nil {
			continue
		}
		if len(m[1]) == 4 {
			return clock{YearFirst}, false
		}
		a, _ := strconv.Atoi(m[1])
		b, _ := strconv.Atoi(m[2])
		day, month, halves, sample = day || a > 12, month || b > 12, halves || m[7] != "", text
	}
	switch {
	case day && !month:
		return clock{DayFirst}, false
	case month && !day:
		return clock{MonthFirst}, false
	case sample == "":
		return clock{MonthFirst}, false
	case near.IsZero():
		return clock{MonthFirst}, !halves
	}
	return nearest(sample, near), true
}

// nearest reads one date both ways.
func nearest(text string, near time.Time) clock {
	month, okMonth := clock{MonthFirst}.read(text)
	day, okDay := clock{DayFirst}.read(text)
	if okDay && (!okMonth || day.Sub(near).Abs() < month.Sub(near).Abs()) {
		return clock{DayFirst}
	}
	return clock{MonthFirst}
}

// read gives what the clock showed; ok is false for what is no time.
func (c clock) read(text string) (w Wall, ok bool) {
	text = strings.TrimSpace(text)
	for _, layout := range named {
		if t, err := time.Parse(layout, text); err == nil {
			return Wall{t}, true
		}
	}
	m := numbered.FindStringSubmatch(text)
	if m == nil {
		return Wall{}, false
	}
	n := make([]int, 7)
	for i := 1; i < 7; i++ {
		n[i], _ = strconv.Atoi(m[i])
	}
	year, month, day := c.date(n[1], n[2], n[3], len(m[1]) == 4)
	hour, valid := hourOf(n[4], m[7])
	t := time.Date(year, time.Month(month), day, hour, n[5], n[6], 0, time.UTC)
	if !valid || n[5] > 59 || n[6] > 59 || t.Month() != time.Month(month) || t.Day() != day || year < 2000 || year > 2100 {
		return Wall{}, false
	}
	return Wall{t}, true
}

func (c clock) date(a, b, third int, yearFirst bool) (year, month, day int) {
	if yearFirst {
		return a, b, third
	}
	if third < 100 {
		third += 2000
	}
	if c.days == DayFirst {
		return third, b, a
	}
	return third, a, b
}

func hourOf(hour int, half string) (int, bool) {
	switch half = strings.ToLower(strings.ReplaceAll(half, ".", "")); {
	case half == "":
		return hour, hour < 24
	case hour < 1 || hour > 12:
		return 0, false
	case half == "pm":
		return hour%12 + 12, true
	}
	return hour % 12, true
}
