package zones

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// One call at 13:00 in Toronto, read where people are: six zones of half hours, quarter hours, and laws of their own.
func TestOneMomentOnClocksAllOverTheWorld(t *testing.T) {
	rows := []struct{ zone, december, july string }{
		{"America/Toronto", "02T13:00 −05:00", "15T13:00 −04:00"},
		{"America/St_Johns", "02T14:30 −03:30", "15T14:30 −02:30"},
		{"America/Halifax", "02T14:00 −04:00", "15T14:00 −03:00"},
		{"America/Blanc-Sablon", "02T14:00 −04:00", "15T13:00 −04:00"},
		{"America/Winnipeg", "02T13:00 −05:00", "15T12:00 −05:00"},
		{"America/Regina", "02T12:00 −06:00", "15T11:00 −06:00"},
		{"America/Edmonton", "02T12:00 −06:00", "15T11:00 −06:00"}, // Lloydminster keeps Alberta's time
		{"America/Creston", "02T11:00 −07:00", "15T10:00 −07:00"},
		{"America/Vancouver", "02T11:00 −07:00", "15T10:00 −07:00"},
		{"America/Whitehorse", "02T11:00 −07:00", "15T10:00 −07:00"},
		{"America/Cambridge_Bay", "02T11:00 −07:00", "15T11:00 −06:00"},
		{"Australia/Eucla", "03T02:45 +08:45", "16T01:45 +08:45"},
		{"Asia/Kathmandu", "02T23:45 +05:45", "15T22:45 +05:45"},
		{"Pacific/Chatham", "03T07:45 +13:45", "16T05:45 +12:45"},
		{"Australia/Lord_Howe", "03T05:00 +11:00", "16T03:30 +10:30"},
		{"Pacific/Kiritimati", "03T08:00 +14:00", "16T07:00 +14:00"},
		{"Pacific/Marquesas", "02T08:30 −09:30", "15T07:30 −09:30"},
		{"Asia/Kolkata", "02T23:30 +05:30", "15T22:30 +05:30"},
		{"Europe/Dublin", "02T18:00 +00:00", "15T18:00 +01:00"}, // whose winter is the exception
	}
	december, _, _ := Instant("2026-12-02T13:00", "America/Toronto")
	july, _, _ := Instant("2027-07-15T13:00", "America/Toronto")
	for _, row := range rows {
		loc, err := Load(row.zone)
		if err != nil {
			t.Fatal(err)
		}
		for want, at := range map[string]time.Time{row.december: december.In(loc), row.july: july.In(loc)} {
			if got := at.Format("02T15:04") + " " + Offset(at); got != want {
				t.Errorf("%s: %s, want %s", row.zone, got, want)
			}
		}
	}
}

func TestEveryTownWithAClockOfItsOwnIsInTheCensusListByItsNumber(t *testing.T) {
	file, err := os.Open(filepath.Join("..", "..", "..", "..", "shared", "data", "communities-ca.csv"))
	if err != nil {
		t.Skip("no census list beside the project:", err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	names, divisions := map[string]string{}, map[string]bool{}
	for _, row := range rows[1:] {
		_, number, _ := strings.Cut(row[0], "/csd:")
		names[number], divisions[number[:divisionDigits]] = row[1], true
	}
	for _, e := range exceptions {
		name, there := names[e.census]
		if !there && !divisions[e.census] || e.name != "" && e.name != name {
			t.Errorf("%+v is %q in the census list", e, name)
		}
		if _, known := provinces[e.census[:2]]; !known {
			t.Errorf("%+v is in no province", e)
		}
		if _, err := Load(e.zone); e.zone != "" && err != nil {
			t.Error(err)
		}
	}
}
