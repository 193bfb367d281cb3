package online

import "strings"

// readColumns reads a table that no platform is known for: the columns are those that a person named, or those that look like it.
func readColumns(rows []row, o Options) (r Report, ok bool) {
	heading, places := guessColumns(rows)
	if o.Places != nil {
		places = *o.Places
	}
	if heading < 0 {
		return r, false
	}
	r.Layout, r.Table = Columns, tableOf(rows[heading:], places)
	if places.Name < 0 && places.Email < 0 || (places.Join < 0 || places.Leave < 0) && places.Minutes < 0 {
		return r, true // nothing can be read yet; its columns are there to choose from
	}
	if places.Join < 0 || places.Leave < 0 {
		places.Join, places.Leave = -1, -1
	}
	clock, guessed := clockFor(cellsOf(rows[heading+1:], places.Join, places.Leave), o)
	r.Days, r.Guessed = clock.days, guessed
	r.take(rows[heading+1:], zoomColumns{name: places.Name, email: places.Email, join: places.Join, leave: places.Leave, minutes: places.Minutes,
		waiting: -1, attended: -1, original: -1}, clock)
	return r, true
}

// mostSampled is how many rows are looked at to guess what a column holds.
const mostSampled = 200

// guessColumns takes the widest of the first rows for the heading, and the columns by what stands below it: addresses, times, numbers, and the
// first other text for the name. It gives -1 for a file without rows.
func guessColumns(rows []row) (heading int, places Places) {
	heading, places = -1, Places{-1, -1, -1, -1, -1}
	widest := 0
	for i := range rows[:min(len(rows), 20)] {
		if filled := filledIn(rows[i]); filled > widest {
			heading, widest = i, filled
		}
	}
	if heading < 0 {
		return heading, places
	}
	sample := rows[heading+1 : min(len(rows), heading+1+mostSampled)]
	for column := range rows[heading].cells {
		switch kind := kindOf(sample, column); {
		case kind == "address" && places.Email < 0:
			places.Email = column
		case kind == "time" && places.Join < 0:
			places.Join = column
		case kind == "time" && places.Leave < 0:
			places.Leave = column
		case kind == "number" && places.Minutes < 0:
			places.Minutes = column
		case kind == "text" && places.Name < 0:
			places.Name = column
		}
	}
	return heading, places
}

func filledIn(r row) (n int) {
	for _, cell := range r.cells {
		if strings.TrimSpace(cell) != "" {
			n++
		}
	}
	return n
}

// kindOf says what most of the filled cells of a column are.
func kindOf(sample []row, column int) string {
	counts, filled := map[string]int{}, 0
	for _, row := range sample {
		cell := row.at(column)
		if cell == "" {
			continue
		}
		filled++
		_, isTime := clock{}.read(cell)
		_, isDay := clock{DayFirst}.read(cell)
		switch {
		case isTime || isDay:
			counts["time"]++
		case strings.Contains(cell, "@"):
			counts["address"]++
		case strings.Trim(cell, "0123456789") == "":
			counts["number"]++
		default:
			counts["text"]++
		}
	}
	for kind, n := range counts {
		if 2*n > filled {
			return kind
		}
	}
	return ""
}

// tableOf notes a heading and, from the rows below it, the first thing that stands in each column.
func tableOf(rows []row, places Places) Table {
	t := Table{Places: places}
	if len(rows) == 0 {
		return t
	}
	for column, heading := range rows[0].cells {
		example := ""
		for _, row := range rows[1:min(len(rows), mostSampled)] {
			if example = row.at(column); example != "" {
				break
			}
		}
		t.Headings, t.Examples = append(t.Headings, strings.TrimSpace(heading)), append(t.Examples, example)
	}
	return t
}
