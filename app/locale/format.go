package locale

import (
	"fmt"
	"strconv"
	"time"
)

const noBreak = "\u00a0"

// Count gives the text of key.one or key.other, as the language counts, with {n} and the facts
// filled. French says 0 and 1 alike; English says only 1 so.
func (w *Words) Count(key string, n int, facts map[string]string) string {
	form := ".other"
	if n == 1 || n == -1 || n == 0 && w.lang == "fr" {
		form = ".one"
	}
	with := map[string]string{"n": w.Number(n)}
	for name, value := range facts {
		with[name] = value
	}
	return w.Say(key+form, with)
}

// Number writes a whole number in groups of three: 48,213, or 48 213 with spaces that do not break.
func (w *Words) Number(n int) string {
	group := ","
	if w.lang == "fr" {
		group = noBreak
	}
	digits, sign := strconv.Itoa(n), ""
	if n < 0 {
		digits, sign = digits[1:], "-"
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + group + digits[at:]
	}
	return sign + digits
}

// DateStyle is a way to write a day.
type DateStyle int

// The styles, with what they give for 1 December 2026.
const (
	ShortDate    DateStyle = iota // 1 Dec, 1er déc.
	DayMonth                      // 1 December, 1er décembre
	WeekdayDate                   // Tuesday 1 December, mardi 1er décembre
	DateWithYear                  // 1 December 2026, 1er décembre 2026
	FullDate                      // Tuesday 1 December 2026, mardi 1er décembre 2026
)

// Date writes the day of a time, in that time's own zone.
func (w *Words) Date(t time.Time, style DateStyle) string {
	months := "date.month."
	if style == ShortDate {
		months = "date.month.short."
	}
	text := w.day(t.Day()) + " " + w.Say(fmt.Sprintf("%s%02d", months, t.Month()), nil)
	if style == WeekdayDate || style == FullDate {
		text = w.Say(fmt.Sprintf("date.weekday.%d", t.Weekday()), nil) + " " + text
	}
	if style == DateWithYear || style == FullDate {
		text += " " + strconv.Itoa(t.Year())
	}
	return text
}

func (w *Words) day(n int) string {
	if n == 1 {
		return w.Say("date.first", nil)
	}
	return strconv.Itoa(n)
}

// Clock writes the time of day, in that time's own zone: 9:02 and 13:00, or 9 h 02 and 13 h.
func (w *Words) Clock(t time.Time) string {
	facts := map[string]string{"hour": strconv.Itoa(t.Hour()), "minute": fmt.Sprintf("%02d", t.Minute())}
	if t.Minute() == 0 {
		return w.Say("date.clock.hour", facts)
	}
	return w.Say("date.clock", facts)
}
