package zones

import (
	"slices"
	"strings"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
	"unicode"
)

// fallback is suggested where nothing resembles what was written.
const fallback = "America/Toronto"

// suggest gives the zone whose name or city is nearest to what was written.
func (d *data) suggest(text string) string {
	wanted := fold(lastPart(text))
	if wanted == "" {
		return fallback
	}
	best, bestAway := fallback, 1+len(wanted)/2
	consider := func(written, zone string) {
		if away := distance(wanted, fold(written), bestAway); away < bestAway {
			best, bestAway = zone, away
		}
	}
	for _, city := range cities {
		consider(city.EN, city.Zone)
		consider(city.FR, city.Zone)
	}
	names := make([]string, 0, len(d.folded))
	for _, name := range d.folded {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		consider(lastPart(name), name)
	}
	return best
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// fold drops accents, case, punctuation and spaces.
func fold(s string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s)
	if err != nil {
		plain = s
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, plain)
}

// distance counts the letters to add, drop or change (Levenshtein), or gives limit when there are more.
func distance(a, b string, limit int) int {
	from, to := []rune(a), []rune(b)
	if len(from)-len(to) >= limit || len(to)-len(from) >= limit || len(from) > 64 {
		return limit
	}
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range from {
		corner := row[0]
		row[0] = i + 1
		for j, y := range to {
			cost := corner
			if x != y {
				cost++
			}
			corner = row[j+1]
			row[j+1] = min(cost, row[j]+1, corner+1)
		}
	}
	return min(row[len(to)], limit)
}
