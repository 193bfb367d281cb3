package zones

import (
	"slices"
	"strings"
)

// exception is a community, or all of a census division, that keeps another clock than most of its province. From
// general knowledge, not from a register: docs/ARCHITECTURE.md says so, and that somebody should check it.
type exception struct {
	census string // Statistics Canada's number: four digits of a division, seven of a community
	zone   string // IANA name; empty for a community that keeps its province's clock though its division does not
	name   string // of a community by which it is known without a number too; both languages write it alike
}

// exceptions are looked up by the longest number that fits.
var exceptions = []exception{
	// Labrador, but for the coast from L'Anse-au-Clair to Norman Bay, which keeps Newfoundland's time.
	{"1010", "America/Goose_Bay", ""}, {"1011", "America/Goose_Bay", ""},
	{"1010001", "", ""}, {"1010002", "", ""}, {"1010003", "", ""}, {"1010004", "", ""}, {"1010005", "", ""}, {"1010006", "", ""},
	{"1010007", "", ""}, {"1010008", "", ""}, {"1010009", "", ""}, {"1010010", "", ""}, {"1010011", "", ""}, {"1010013", "", ""},
	{"1010025", "America/Goose_Bay", "Happy Valley-Goose Bay"}, {"1010032", "America/Goose_Bay", "Labrador City"},
	{"1010034", "America/Goose_Bay", "Wabush"}, {"1010012", "America/Goose_Bay", "Cartwright"},
	{"1011035", "America/Goose_Bay", "Nain"}, {"1011030", "America/Goose_Bay", "Hopedale"},
	// Québec: the islands and Listuguj keep the time of the Maritimes, the Lower North Shore Atlantic time all year.
	{"2401", "America/Halifax", ""}, {"2401023", "America/Halifax", "Les Îles-de-la-Madeleine"}, {"2401042", "America/Halifax", "Grosse-Île"},
	{"2406804", "America/Halifax", "Listuguj"},
	{"2498005", "America/Blanc-Sablon", "Blanc-Sablon"}, {"2498010", "America/Blanc-Sablon", "Bonne-Espérance"},
	{"2498012", "America/Blanc-Sablon", ""}, {"2498014", "America/Blanc-Sablon", "Gros-Mécatina"},
	{"2498015", "America/Blanc-Sablon", "Côte-Nord-du-Golfe-du-Saint-Laurent"}, {"2498802", "America/Blanc-Sablon", "Pakuashipi"},
	{"2498804", "America/Blanc-Sablon", ""}, {"2498912", "America/Blanc-Sablon", ""},
	// Northwestern Ontario, but for the lowlands in the east of Kenora District.
	{"3559", "America/Winnipeg", ""}, {"3559012", "America/Winnipeg", "Fort Frances"}, {"3559042", "America/Winnipeg", "Rainy River"},
	{"3559001", "America/Atikokan", "Atikokan"},
	{"3560", "America/Winnipeg", ""}, {"3560010", "America/Winnipeg", "Kenora"}, {"3560027", "America/Winnipeg", "Dryden"},
	{"3560034", "America/Winnipeg", "Sioux Lookout"}, {"3560042", "America/Winnipeg", "Red Lake"}, {"3560001", "America/Winnipeg", "Ignace"},
	{"3560049", "America/Atikokan", "Pickle Lake"}, {"3560055", "America/Atikokan", ""}, // with New Osnaburgh
	{"3560050", "", ""}, {"3560051", "", ""}, {"3560052", "", ""}, {"3560053", "", ""}, {"3560079", "", ""}, {"3560081", "", ""},
	{"3560091", "", ""}, {"3560093", "", ""}, // Fort Albany, Attawapiskat, Marten Falls, Fort Hope, Webequie, Lansdowne House, Peawanuck, Neskantaga
	// Saskatchewan's towns on a border, with the other side's time.
	{"4717029", "America/Edmonton", "Lloydminster"}, {"4718052", "America/Winnipeg", "Flin Flon"},
	{"4718051", "America/Winnipeg", "Creighton"}, {"4718049", "America/Winnipeg", "Denare Beach"},
	// British Columbia: East Kootenay and Golden with Alberta; Creston's valley, the Peace and the north-east by themselves.
	{"5901", "America/Edmonton", ""}, {"5901022", "America/Edmonton", "Cranbrook"},
	{"5939007", "America/Edmonton", "Golden"}, {"5939011", "America/Edmonton", ""},
	{"5903004", "America/Creston", "Creston"}, {"5903807", "America/Creston", ""}, {"5903013", "America/Creston", ""}, {"5903017", "America/Creston", ""},
	{"5955", "America/Dawson_Creek", ""}, {"5955014", "America/Dawson_Creek", "Dawson Creek"},
	{"5955034", "America/Dawson_Creek", "Fort St. John"}, {"5955807", "", ""}, {"5955812", "", ""}, // west of the mountains
	{"5959", "America/Fort_Nelson", ""}, {"5959007", "America/Fort_Nelson", "Northern Rockies"},
	// Yukon keeps one time; Dawson has a name of its own in the zone data.
	{"6001029", "America/Dawson", "Dawson"},
	// Nunavut: three times, Resolute and Coral Harbour apart.
	{"6205", "America/Rankin_Inlet", ""}, {"6205017", "America/Rankin_Inlet", "Rankin Inlet"}, {"6205014", "America/Atikokan", "Coral Harbour"},
	{"6208", "America/Cambridge_Bay", ""}, {"6208073", "America/Cambridge_Bay", "Cambridge Bay"},
	{"6204022", "America/Resolute", "Resolute"},
}

// provinces of the first two digits of the exceptions' numbers.
var provinces = map[string]string{"10": "NL", "24": "QC", "35": "ON", "47": "SK", "59": "BC", "60": "YT", "62": "NU"}

const divisionDigits = 4

// OfTown gives the zone that a Canadian community keeps: by its identifier in the census list, as
// ocd-division/country:ca/csd:2498005, else by its name, for some, else its province's main zone. Empty outside Canada.
func OfTown(identifier, province string, names ...string) string {
	zone, found := "", false
	if _, number, numbered := strings.Cut(identifier, "/csd:"); numbered {
		zone, found = byCensus(number)
	} else {
		zone, found = byName(province, names)
	}
	if found && zone != "" {
		return zone
	}
	return OfProvince(province)
}

func byCensus(number string) (zone string, found bool) {
	for _, wanted := range []string{number, number[:min(len(number), divisionDigits)]} {
		at := slices.IndexFunc(exceptions, func(e exception) bool { return e.census == wanted })
		if at >= 0 {
			return exceptions[at].zone, true
		}
	}
	return "", false
}

func byName(province string, names []string) (zone string, found bool) {
	for _, e := range exceptions {
		if e.name == "" || !strings.EqualFold(provinces[e.census[:2]], province) {
			continue
		}
		if slices.ContainsFunc(names, func(name string) bool { return fold(name) == fold(e.name) }) {
			return e.zone, true
		}
	}
	return "", false
}
