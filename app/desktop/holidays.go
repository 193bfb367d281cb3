package desktop

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/meetings/holidays"
	"example.org/carnet/store/fault"
)

// keptDays is how many days one call looks at.
const keptDays = 400

// Kept gives the days on which offices are closed where members of a chapter live, or anywhere in Canada when it has
// none yet. Days are YYYY-MM-DD, both inclusive.
func (m *Meetings) Kept(from string, to string, chapter string) ([]PlannedDate, error) {
	return ask(m.d, func(c *app.Carnet) ([]PlannedDate, error) {
		first, err := time.Parse(time.DateOnly, from)
		last, wrong := time.Parse(time.DateOnly, to)
		if err = cmp.Or(err, wrong); err != nil || last.Sub(first) > keptDays*24*time.Hour {
			return nil, fault.New("bad_date", "value", from+" "+to).Because(err)
		}
		list, kept := []PlannedDate{}, m.d.kept(c, chapter)
		for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
			if note := kept(day); note != "" {
				list = append(list, PlannedDate{Day: day.Format(time.DateOnly), Text: m.d.day(day), Note: note})
			}
		}
		return list, nil
	})
}

// kept tells what is kept on a day where members of a chapter live, with the provinces where not all of them keep it.
func (d *Desktop) kept(c *app.Carnet, chapter string) func(time.Time) string {
	lived := d.provincesOf(c, chapter)
	return func(at time.Time) string {
		day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
		var names []string
		for _, one := range holidays.On(day, lived) {
			name := d.words().Say("holiday."+one.Code, nil)
			if all := max(len(lived), 1); len(one.Provinces) < all || len(lived) == 0 && len(one.Provinces) < len(holidays.Provinces()) {
				name += " (" + strings.Join(one.Provinces, ", ") + ")"
			}
			names = append(names, name)
		}
		return strings.Join(names, ", ")
	}
}

// provincesOf gives where members of a chapter live; of no chapter, or while nothing is known, none: which means all.
func (d *Desktop) provincesOf(c *app.Carnet, chapter string) (list []string) {
	people, ready := c.Store.Directory()
	if !ready || chapter == "" {
		return nil
	}
	known := holidays.Provinces()
	for p := range people.Profiles() {
		if slices.Contains(p.Chapters, chapter) && slices.Contains(known, p.Province) && !slices.Contains(list, p.Province) {
			list = append(list, p.Province)
		}
	}
	slices.Sort(list)
	return list
}
