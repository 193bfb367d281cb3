package zones

import "strings"

// City is a Canadian place that people name a zone by.
type City struct {
	Zone     string // IANA name
	EN, FR   string
	Province string // two letters
}

// cities of Canada: for each zone the city that speaks for it comes first. The order is that of a list
// for people: the six main zones from west to east, then the others.
var cities = []City{
	{"America/Vancouver", "Vancouver", "Vancouver", "BC"},
	{"America/Edmonton", "Edmonton", "Edmonton", "AB"},
	{"America/Winnipeg", "Winnipeg", "Winnipeg", "MB"},
	{"America/Toronto", "Toronto", "Toronto", "ON"},
	{"America/Halifax", "Halifax", "Halifax", "NS"},
	{"America/St_Johns", "St. John’s", "St. John’s", "NL"},
	{"America/Regina", "Regina", "Regina", "SK"},
	{"America/Whitehorse", "Whitehorse", "Whitehorse", "YT"},
	{"America/Yellowknife", "Yellowknife", "Yellowknife", "NT"},
	{"America/Iqaluit", "Iqaluit", "Iqaluit", "NU"},
	{"America/Montreal", "Montréal", "Montréal", "QC"},
	{"America/Moncton", "Moncton", "Moncton", "NB"},
	{"America/Rankin_Inlet", "Rankin Inlet", "Rankin Inlet", "NU"},
	{"America/Cambridge_Bay", "Cambridge Bay", "Cambridge Bay", "NU"},
	{"America/Resolute", "Resolute", "Resolute", "NU"},
	{"America/Inuvik", "Inuvik", "Inuvik", "NT"},
	{"America/Dawson", "Dawson", "Dawson", "YT"},
	{"America/Fort_Nelson", "Fort Nelson", "Fort Nelson", "BC"},
	{"America/Dawson_Creek", "Dawson Creek", "Dawson Creek", "BC"},
	{"America/Creston", "Creston", "Creston", "BC"},
	{"America/Swift_Current", "Swift Current", "Swift Current", "SK"},
	{"America/Thunder_Bay", "Thunder Bay", "Thunder Bay", "ON"},
	{"America/Atikokan", "Atikokan", "Atikokan", "ON"},
	{"America/Blanc-Sablon", "Blanc-Sablon", "Blanc-Sablon", "QC"},
	{"America/Goose_Bay", "Happy Valley-Goose Bay", "Happy Valley-Goose Bay", "NL"},
	{"America/Glace_Bay", "Glace Bay", "Glace Bay", "NS"},
	// More places for a person to type; their zones already have a city above.
	{"America/Toronto", "Ottawa", "Ottawa", "ON"},
	{"America/Montreal", "Québec", "Québec", "QC"},
	{"America/Edmonton", "Calgary", "Calgary", "AB"},
	{"America/Regina", "Saskatoon", "Saskatoon", "SK"},
	{"America/Vancouver", "Victoria", "Victoria", "BC"},
	{"America/Halifax", "Charlottetown", "Charlottetown", "PE"},
	{"America/Moncton", "Fredericton", "Fredericton", "NB"},
	{"America/Moncton", "Saint John", "Saint-Jean", "NB"},
	{"America/St_Johns", "St. John’s", "Saint-Jean de Terre-Neuve", "NL"},
}

// mainZones is the zone in which most people of a province or territory live.
var mainZones = map[string]string{
	"BC": "America/Vancouver", "AB": "America/Edmonton", "SK": "America/Regina", "MB": "America/Winnipeg",
	"ON": "America/Toronto", "QC": "America/Toronto", "NB": "America/Moncton", "NS": "America/Halifax",
	"PE": "America/Halifax", "NL": "America/St_Johns", "YT": "America/Whitehorse", "NT": "America/Yellowknife",
	"NU": "America/Iqaluit",
}

// Main lists the six zones that nearly all Canadians live in, from west to east.
func Main() []string {
	return []string{"America/Vancouver", "America/Edmonton", "America/Winnipeg", "America/Toronto", "America/Halifax", "America/St_Johns"}
}

// Canada lists one city for each Canadian zone name, the six main zones first.
func Canada() []City {
	var list []City
	seen := map[string]bool{}
	for _, c := range cities {
		if !seen[c.Zone] {
			seen[c.Zone] = true
			list = append(list, c)
		}
	}
	return list
}

// OfProvince gives the main zone of a province or territory by its two letters; empty outside Canada.
func OfProvince(province string) string { return mainZones[strings.ToUpper(province)] }

// CityOf gives the city that people call a zone by, in the language: for a zone outside of Canada the
// last part of its IANA name.
func CityOf(zone, lang string) string {
	for _, c := range cities {
		if c.Zone == zone {
			return c.in(lang)
		}
	}
	target := inUse().target(zone)
	for _, c := range cities {
		if target != "" && c.Zone == target {
			return c.in(lang)
		}
	}
	return strings.ReplaceAll(lastPart(zone), "_", " ")
}

func (c City) in(lang string) string {
	if lang == "fr" {
		return c.FR
	}
	return c.EN
}

func cityNamed(text string) (City, bool) {
	wanted := fold(text)
	if wanted == "" {
		return City{}, false
	}
	for _, c := range cities {
		if fold(c.EN) == wanted || fold(c.FR) == wanted {
			return c, true
		}
	}
	return City{}, false
}
