package meetings

import (
	"testing"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

// A call at 13:00 in Toronto, on the clocks of members whose communities keep another time than most of their province.
func TestAMembersClockIsThatOfTheirTownAndNotOfTheProvince(t *testing.T) {
	m := newMeetings(t)
	for _, row := range []struct{ census, province, name, zone, december, july string }{
		{"2498005", "QC", "Blanc-Sablon", "America/Blanc-Sablon", "14:00", "13:00"},
		{"", "QC", "BLANC SABLON", "America/Blanc-Sablon", "14:00", "13:00"},
		{"2401023", "QC", "Les Îles-de-la-Madeleine", "America/Halifax", "14:00", "14:00"},
		{"2466023", "QC", "Montréal", "America/Toronto", "13:00", "13:00"},
		{"4717029", "SK", "Lloydminster", "America/Edmonton", "12:00", "11:00"},
		{"4810039", "AB", "Lloydminster", "America/Edmonton", "12:00", "11:00"},
		{"", "SK", "Lloydminster", "America/Edmonton", "12:00", "11:00"},
		{"4718052", "SK", "Flin Flon", "America/Winnipeg", "13:00", "12:00"},
		{"4706027", "SK", "Regina", "America/Regina", "12:00", "11:00"},
		{"1010025", "NL", "Happy Valley-Goose Bay", "America/Goose_Bay", "14:00", "14:00"},
		{"1011035", "NL", "Nain", "America/Goose_Bay", "14:00", "14:00"},
		{"1010011", "NL", "Mary's Harbour", "America/St_Johns", "14:30", "14:30"},
		{"1010004", "NL", "L'Anse-au-Clair", "America/St_Johns", "14:30", "14:30"},
		{"3560010", "ON", "Kenora", "America/Winnipeg", "13:00", "12:00"},
		{"3559042", "ON", "Rainy River", "America/Winnipeg", "13:00", "12:00"},
		{"3559001", "ON", "Atikokan", "America/Atikokan", "13:00", "12:00"},
		{"3560091", "ON", "Peawanuck", "America/Toronto", "13:00", "13:00"},
		{"3558004", "ON", "Thunder Bay", "America/Toronto", "13:00", "13:00"},
		{"5903004", "BC", "Creston", "America/Creston", "11:00", "10:00"},
		{"5901022", "BC", "Cranbrook", "America/Edmonton", "12:00", "11:00"},
		{"5955034", "BC", "Fort St. John", "America/Dawson_Creek", "11:00", "10:00"},
		{"5959007", "BC", "Northern Rockies", "America/Fort_Nelson", "11:00", "10:00"},
		{"5915022", "BC", "Vancouver", "America/Vancouver", "11:00", "10:00"},
		{"6204003", "NU", "Iqaluit", "America/Iqaluit", "13:00", "13:00"},
		{"6205017", "NU", "Rankin Inlet", "America/Rankin_Inlet", "12:00", "12:00"},
		{"6205014", "NU", "Coral Harbour", "America/Atikokan", "13:00", "12:00"},
		{"6208073", "NU", "Cambridge Bay", "America/Cambridge_Bay", "11:00", "11:00"},
		{"6204022", "NU", "Resolute", "America/Resolute", "12:00", "12:00"},
		{"6001009", "YT", "Whitehorse", "America/Whitehorse", "11:00", "10:00"},
		{"6001029", "YT", "Dawson", "America/Dawson", "11:00", "10:00"},
	} {
		town := store.Community{ID: store.NewID(store.KindCommunity), Name: row.name, NameFR: row.name, Province: row.province, Country: "CA"}
		if row.census != "" {
			town.External = "ocd-division/country:ca/csd:" + row.census
		}
		put(t, m, town)
		member := store.Member{ID: store.NewID(store.KindMember), Given: "A", Family: "A", Community: town.ID}
		zone := m.ZoneOf(member)
		if zone != row.zone {
			t.Errorf("%s %s: %s, want %s", row.name, row.province, zone, row.zone)
			continue
		}
		loc, err := zones.Load(zone)
		if err != nil {
			t.Fatal(err)
		}
		for local, want := range map[string]string{"2026-12-02T13:00": row.december, "2027-07-15T13:00": row.july} {
			at, _, err := zones.Instant(local, "America/Toronto")
			if got := at.In(loc).Format("15:04"); err != nil || got != want {
				t.Errorf("%s %s at %s: %s, want %s %v", row.name, row.province, local, got, want, err)
			}
		}
	}
	own := store.Community{ID: "com_own", Name: "Blanc-Sablon", Province: "QC", External: "ocd-division/country:ca/csd:2498005", Zone: "America/Toronto"}
	put(t, m, own)
	if zone := m.ZoneOf(store.Member{Community: own.ID}); zone != "America/Toronto" {
		t.Error("what was recorded of a community goes before the table:", zone)
	}
}

func TestWhereAChapterHasMembersIsCountedByTheClocksOfTheirTowns(t *testing.T) {
	m := newMeetings(t)
	put(t, m, store.Community{ID: "com_bs", Name: "Blanc-Sablon", Province: "QC", External: "ocd-division/country:ca/csd:2498005"},
		store.Member{ID: "mem_5", Given: "E", Family: "E", Community: "com_bs", Chapters: []string{"chp_atlantic"}})
	people, err := m.PeopleByZone("chp_atlantic")
	if err != nil || people["America/Blanc-Sablon"] != 1 || people["America/Toronto"] != 0 {
		t.Error(people, err)
	}
}
