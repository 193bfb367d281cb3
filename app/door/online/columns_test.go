package online

import (
	"testing"
	"time"

	"example.org/carnet/store/fault"
)

const otherTable = "Export of the platform\n" +
	"Who,Entered,Left,Where from,Contact\n" +
	"Marie Tremblay,2026-11-03 13:00,2026-11-03 13:30,Barrie,marie@example.org\n" +
	"Luc Roy,2026-11-03 13:05,2026-11-03 13:50,Gatineau,luc@example.org\n"

func TestATableOfAnotherPlatformIsReadByTheColumnsThatAPersonNames(t *testing.T) {
	path := written(t, []byte(otherTable))
	if _, err := Read(path, Options{}); !fault.Is(err, "not_a_report") {
		t.Fatal("it was taken for a report that is known:", err)
	}
	r, err := Read(path, Options{Layout: Columns})
	if err != nil || r.Layout != Columns || r.Table.Places != (Places{Name: 0, Join: 1, Leave: 2, Email: 4, Minutes: -1}) || len(r.Stays) != 2 {
		t.Fatalf("%+v %v", r, err)
	}
	if r.Table.Headings[3] != "Where from" || r.Table.Examples[3] != "Barrie" {
		t.Error(r.Table)
	}
	r, err = Read(path, Options{Layout: Columns, Places: &Places{Name: 3, Email: -1, Join: 1, Leave: 2, Minutes: -1}})
	if err != nil || len(r.Stays) != 2 || r.Stays[0].Name != "Barrie" || r.Stays[0].Email != "" {
		t.Errorf("%+v %v", r, err)
	}
	r, err = Read(path, Options{Layout: Columns, Places: &Places{Name: 0, Email: -1, Join: -1, Leave: -1, Minutes: -1}})
	if err != nil || len(r.Stays)+len(r.Skipped) != 0 || len(r.Table.Headings) != 5 {
		t.Errorf("without times nothing is read: %+v %v", r, err)
	}
	if _, err := Read(path, Options{Layout: "fax"}); !fault.Is(err, "bad_choice") {
		t.Error(err)
	}
}

func TestTheOrderOfDayAndMonthIsThatOfAPersonWhoSaysIt(t *testing.T) {
	path := written(t, []byte("Name,User Email,Join Time,Leave Time,Duration (Minutes)\nLuc,,04/03/2026 13:00:00,04/03/2026 14:00:00,60\n"))
	for days, want := range map[Days]string{MonthFirst: "2026-04-03 13:00:00", DayFirst: "2026-03-04 13:00:00"} {
		r, err := Read(path, Options{Days: &days, Near: time.Date(2026, 4, 3, 0, 0, 0, 0, time.UTC)})
		if err != nil || r.Guessed || r.Days != days || r.Stays[0].Join != at(want) {
			t.Error(days, r, err)
		}
	}
}

func TestEveryReportSaysFromWhichColumnsItWasRead(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		want Places
	}{"Zoom": {[]byte(zoomTable), Places{Name: 0, Email: 1, Join: 2, Leave: 3, Minutes: 4}}, "Teams": {bigEndian(teamsReport), teamsPlaces}} {
		r, err := Read(written(t, c.file), Options{})
		if err != nil || r.Table.Places != c.want || len(r.Table.Headings) < 6 || r.Table.Examples[c.want.Email] != "marie@example.org" {
			t.Errorf("%s: %+v %v", name, r.Table, err)
		}
	}
}
