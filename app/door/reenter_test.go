package door

import (
	"fmt"
	"strings"
	"testing"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

func TestARowOfPaperIsReadAsItIsTyped(t *testing.T) {
	rows := map[string]string{
		"K7M2P 902":                     "K7M2P||  09:02 ",
		"k7m2p 9h02 16:30":              "K7M2P||  09:02 16:30",
		"K7M2P - 1630":                  "K7M2P||   16:30",
		"K7M2P\t0902":                   "K7M2P||  09:02 ",
		"  K7M2P   9  ":                 "K7M2P||  09:00 ",
		"+ Marie  Tremblay, Lyon, 9:02": "|Marie Tremblay|Lyon  09:02 ",
		"+Marie Tremblay, 9h02 10h":     "|Marie Tremblay|  09:02 10:00",
		"K7M2P":                         "row_time",
		"K7M2P 2561":                    "row_time",
		"K7M2P 9:2":                     "row_time",
		"K7M2P - -":                     "row_time",
		"K7M2P 9 10 11":                 "row_time",
		"K7M 902":                       "row_unknown",
		"OOOOO 902":                     "row_unknown",
		"+, Lyon, 9":                    "row_unreadable",
		"+Marie":                        "row_unreadable",
		"":                              "row_unreadable",
		strings.Repeat("K", 500):        "row_unreadable",
	}
	for text, want := range rows {
		r, err := ParseRow(text)
		got := r.Code + "|" + r.Name + "|" + r.Community + "  " + r.In + " " + r.Out
		if err != nil {
			got = fault.CodeOf(err)
		}
		if got != want {
			t.Errorf("%q: %q; want %q", text, got, want)
		}
	}
}

func FuzzParseRow(f *testing.F) {
	for _, seed := range []string{"K7M2P 902", "+Marie Tremblay, Lyon, 9:02", "K7M2P - 16h30", "+,,", "-", "K7M2P \u00a09"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRow(text)
		if err == nil && (r.In == "" && r.Out == "" || (r.Code == "") == (r.Name == "")) {
			t.Fatalf("%q became %+v", text, r)
		}
	})
}

func TestPaperBecomesScansOnce(t *testing.T) {
	f := newForum(t)
	f.scan(elise.ID, attendance.In, "B", "") // 9:00 by the scanner, before everything went dark
	rows := []string{RowCode(f.meeting.ID, elise.ID)[:5] + " - 1630", RowCode(f.meeting.ID, ann.ID) + " 9h02 12:00", "+ Josée Lalonde, Lyon, 915", "ZZZZZ 9:00", "", RowCode(f.meeting.ID, ann.ID) + " 12:00 9:00"}
	for try := range 2 {
		list, err := f.Reenter(Sheet{Meeting: f.meeting.ID, Station: "B"}, rows)
		if err != nil || len(list) != 5 {
			t.Fatal(list, err)
		}
		said := ""
		for _, e := range list {
			said += fmt.Sprint(len(e.Scans), e.WalkIn, " ")
			if e.Err != nil {
				said += fault.CodeOf(e.Err) + " "
			}
			for _, noted := range e.Scans {
				if noted.Again != (try == 1) {
					t.Errorf("try %d: %+v", try, noted)
				}
			}
		}
		if want := map[int]string{0: "1 false 2 false 1 true 0 false row_unknown 0 false row_backwards ", 1: "1 false 2 false 1 false 0 false row_unknown 0 false row_backwards "}[try]; said != want {
			t.Errorf("try %d: %s", try, said)
		}
	}
	f.now = f.now.Add(9 * 3600e9)
	a, err := f.Attendance(f.meeting.ID)
	if err != nil || len(a.People) != 3 {
		t.Fatal(a, err)
	}
	for _, p := range a.People {
		switch p.Member {
		case elise.ID:
			if p.Minutes != 450 || strings.Join(p.Sources, " ") != "door:B paper:B" || len(p.Notes) > 0 {
				t.Errorf("%+v", p)
			}
		case ann.ID:
			if p.Minutes != 178 || strings.Join(p.Sources, " ") != "paper:B" {
				t.Errorf("%+v", p)
			}
		}
	}
}

func TestRowCodesTellThePeopleOfASheetApart(t *testing.T) {
	var members []string
	for i := range 20_000 {
		members = append(members, store.DerivedID(store.KindMember, fmt.Sprint(i)))
	}
	codes, seen, long := RowCodes("mtg_forum", members), map[string]bool{}, 0
	for _, id := range members {
		code := codes[id]
		if seen[code] || !isRowCode(code) || !strings.HasPrefix(RowCode("mtg_forum", id), code) {
			t.Fatal(id, code)
		}
		seen[code] = true
		if len(code) > rowShort {
			long++
		}
	}
	if long == 0 || long > 60 {
		t.Error(long, "codes are longer than the others")
	}
}

func TestARowThatWasTakenBackCanBeTypedAgain(t *testing.T) {
	f := newForum(t)
	enter := func(row string) Noted {
		t.Helper()
		list, err := f.Reenter(Sheet{Meeting: f.meeting.ID, Station: "B"}, []string{row})
		if err != nil || len(list) != 1 || list[0].Err != nil || len(list[0].Scans) != 1 {
			t.Fatal(list, err)
		}
		return list[0].Scans[0]
	}
	for _, row := range []string{RowCode(f.meeting.ID, ann.ID)[:5] + " 902", "+ Josée Lalonde, Lyon, 9:15"} {
		for try := range 3 {
			noted := enter(row)
			if noted.Again || !enter(row).Again {
				t.Fatalf("%s, try %d: typed anew it is not there, or typed twice it is there twice", row, try)
			}
			if _, err := f.Undo(noted.Scan.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if a, err := f.Attendance(f.meeting.ID); err != nil || len(a.People) > 0 && a.People[0].Minutes > 0 {
		t.Error(a, err)
	}
}

func TestARowSaysWhoItIsBeforeItIsNoted(t *testing.T) {
	f := newForum(t)
	code := RowCode(f.meeting.ID, ann.ID)
	for text, want := range map[string]string{
		code[:5]: ann.ID, strings.ToLower(code[:5]) + " ": ann.ID, code[:5] + " 9": ann.ID, code[:5] + " 2561": ann.ID, code: ann.ID,
		code[:4]: "", "+ Josée": "", "": "", "ZZZZZ": "row_unknown", "ZZZZZ 902": "row_unknown", "OOOOO 9": "row_unknown",
	} {
		got, err := f.RowMember(f.meeting.ID, text)
		if err != nil {
			got = fault.CodeOf(err)
		}
		if got != want {
			t.Errorf("%q: %q; want %q", text, got, want)
		}
	}
	if f.facts() != 0 {
		t.Error("asking noted something")
	}
}
