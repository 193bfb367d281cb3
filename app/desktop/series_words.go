package desktop

import (
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app/locale"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

var ruleDays = map[string]int{"SU": 0, "MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6}

// ruleText says a rule in words; one that the window does not make is given as it is.
func (d *Desktop) ruleText(s store.Series) string {
	w, parts := d.words(), map[string]string{}
	for _, part := range strings.Split(strings.ToUpper(s.Rule), ";") {
		name, value, _ := strings.Cut(part, "=")
		parts[name] = value
	}
	start, err := time.Parse(zones.Layout, s.Start)
	every := "series.rule." + strings.ToLower(parts["FREQ"])
	if err != nil || parts["BYSETPOS"] != "" || parts["BYMONTH"] != "" || !w.Has(every+".one") {
		return s.Rule
	}
	interval := 1
	if n, err := strconv.Atoi(parts["INTERVAL"]); err == nil {
		interval = n
	}
	text := w.Count(every, interval, nil)
	if on := d.ruleDays(parts, start); on != "" {
		text = w.Say("series.rule.on", map[string]string{"every": text, "days": on})
	}
	if until, err := time.Parse("20060102", parts["UNTIL"][:min(8, len(parts["UNTIL"]))]); err == nil {
		text = w.Say("series.rule.until", map[string]string{"rule": text, "day": d.day(until)})
	}
	if n, err := strconv.Atoi(parts["COUNT"]); err == nil {
		text = w.Count("series.rule.count", n, map[string]string{"rule": text})
	}
	return text
}

// ruleDays names the days on which a rule falls; nothing where the frequency says it.
func (d *Desktop) ruleDays(parts map[string]string, start time.Time) string {
	w := d.words()
	weekday := func(n int) string { return w.Say("meetings.weekday."+strconv.Itoa(n), nil) }
	switch {
	case parts["BYDAY"] != "":
		var days []string
		for _, day := range strings.Split(parts["BYDAY"], ",") {
			at := max(0, len(day)-2)
			name := weekday(ruleDays[day[at:]])
			if nth := "series.rule.nth." + strings.TrimPrefix(day[:at], "+"); at > 0 && w.Has(nth) {
				name = w.Say(nth, map[string]string{"weekday": name})
			}
			days = append(days, name)
		}
		return strings.Join(days, ", ")
	case parts["FREQ"] == "WEEKLY":
		return weekday(int(start.Weekday()))
	case parts["FREQ"] == "MONTHLY":
		day := parts["BYMONTHDAY"]
		if day == "" {
			day = strconv.Itoa(start.Day())
		}
		return w.Say("series.rule.day", map[string]string{"day": day})
	case parts["FREQ"] == "YEARLY":
		return w.Date(start, locale.DayMonth)
	}
	return ""
}
