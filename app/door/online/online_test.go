package online

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
	"unicode/utf16"

	"example.org/carnet/app/people/table"
)

func written(t testing.TB, bytes []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.csv")
	if err := os.WriteFile(path, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// bigEndian writes a text as Teams does.
func bigEndian(text string) []byte {
	out := []byte{0xfe, 0xff}
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u>>8), byte(u))
	}
	return out
}

func at(text string) Wall {
	t, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		panic(err)
	}
	return Wall{t}
}

const zoomTable = `Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent
iPhone (Marie Tremblay),marie@example.org,11/03/2026 12:58:10 PM,11/03/2026 02:01:00 PM,63,Yes,Y
Luc Roy,,11/03/2026 01:00:00 PM,11/03/2026 01:40:59 PM,41,Yes,Y
`

const teamsReport = "1. Résumé\nTitre\tAppel des élus\nParticipants\t2\nDébut\t03/11/26, 13:00:07\nFin\t03/11/26, 14:02:14\nDurée\t1 h\n\n" +
	"2. Participants\nNom\tArrivée\tDépart\tDurée\tCourriel\tUPN\tRôle\nTremblay, Marie\t03/11/26, 13:00:46\t03/11/26, 14:00:12\t50m\tmarie@example.org\t\tPrésentatrice\n\n" +
	"3. Activités\nNom\tArrivée\tDépart\tDurée\tCourriel\tRôle\n" +
	"Tremblay, Marie\t03/11/26, 13:00:46\t03/11/26, 13:20:12\t19m\tmarie@example.org\tPrésentatrice\n" +
	"Tremblay, Marie\t03/11/26, 13:30:00\t03/11/26, 14:00:12\t30m\tmarie@example.org\tPrésentatrice\n"

func TestEveryLayoutIsReadAsThePlatformMeantIt(t *testing.T) {
	planned := time.Date(2026, 11, 3, 18, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		file   []byte
		layout string
		topic  string
		days   Days
		stays  []Stay
		skips  []Skipped
	}{
		"participants of Zoom": {[]byte(zoomTable), ZoomParticipants, "", MonthFirst, []Stay{
			{2, "iPhone", "Marie Tremblay", "marie@example.org", at("2026-11-03 12:58:10"), at("2026-11-03 14:01:00"), 63},
			{3, "Luc Roy", "", "", at("2026-11-03 13:00:00"), at("2026-11-03 13:40:59"), 41},
		}, nil},
		"with a block about the meeting": {[]byte("Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n1,Electeds,11/03/2026 01:00:00 PM,11/03/2026 02:00:00 PM,a@example.org,60,2\n,,,,,,\n" + zoomTable),
			ZoomMeeting, "Electeds", MonthFirst, []Stay{
				{5, "iPhone", "Marie Tremblay", "marie@example.org", at("2026-11-03 12:58:10"), at("2026-11-03 14:01:00"), 63},
				{6, "Luc Roy", "", "", at("2026-11-03 13:00:00"), at("2026-11-03 13:40:59"), 41},
			}, nil},
		"newer, with a waiting room": {[]byte("Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,Recording disclaimer response,In waiting room\n" +
			"Luc Roy,,2026-11-03 12:55:00,2026-11-03 13:00:00,5,Yes,,Yes\nLuc Roy,,2026-11-03 13:00:00,2026-11-03 13:40:00,40,Yes,OK,No\n"),
			ZoomParticipants, "", YearFirst, []Stay{{3, "Luc Roy", "", "", at("2026-11-03 13:00:00"), at("2026-11-03 13:40:00"), 40}},
			[]Skipped{{2, "Luc Roy", "waiting_room"}}},
		"unique users, without times": {[]byte("Name (Original Name),User Email,Total Duration (Minutes),Guest\nLuc Roy,luc@example.org,41,Yes\n"),
			ZoomUnique, "", MonthFirst, []Stay{{Row: 2, Name: "Luc Roy", Email: "luc@example.org", Minutes: 41}}, nil},
		"a webinar": {[]byte("Attendee Report\nReport Generated:,\"Nov 4, 2026 08:00:00\"\nTopic,Webinar ID,Actual Start Time,Actual Duration (minutes)\nHeat,1,\"Nov 3, 2026 13:00:00\",60\n" +
			"Host Details,\nAttended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name\nYes,Ann Lee,ann@example.org,\"Nov 3, 2026 12:50:00\",\"Nov 3, 2026 14:00:00\",70,No,Canada\n" +
			"Attendee Details,\nAttended,User Name (Original Name),First Name,Last Name,Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name\n" +
			"Yes,Luc Roy,Luc,Roy,luc@example.org,\"Nov 3, 2026 13:00:00\",\"Nov 3, 2026 13:30:00\",30,Yes,Canada\nNo,Eve Bo,Eve,Bo,eve@example.org,--,--,--,,Canada\n"),
			ZoomWebinar, "Heat", MonthFirst, []Stay{
				{7, "Ann Lee", "", "ann@example.org", at("2026-11-03 12:50:00"), at("2026-11-03 14:00:00"), 70},
				{10, "Luc Roy", "", "luc@example.org", at("2026-11-03 13:00:00"), at("2026-11-03 13:30:00"), 30},
			}, []Skipped{{11, "Eve Bo", "did_not_attend"}}},
		"Teams in French": {bigEndian(teamsReport), Teams, "Appel des élus", DayFirst, []Stay{
			{14, "Tremblay, Marie", "", "marie@example.org", at("2026-11-03 13:00:46"), at("2026-11-03 13:20:12"), 0},
			{15, "Tremblay, Marie", "", "marie@example.org", at("2026-11-03 13:30:00"), at("2026-11-03 14:00:12"), 0},
		}, nil},
		"a departure before the arrival, and no time": {[]byte("Name,User Email,Join Time,Leave Time,Duration (Minutes),Guest\nLuc,,2026-11-03 13:00,2026-11-03 12:00,1,Yes\nAnn,,soon,later,1,Yes\n"),
			ZoomParticipants, "", YearFirst, nil, []Skipped{{2, "Luc", "left_before_joining"}, {3, "Ann", "bad_time"}}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Read(written(t, c.file), Options{Near: planned})
			if err != nil {
				t.Fatal(err)
			}
			if r.Layout != c.layout || r.Topic != c.topic || r.Days != c.days {
				t.Errorf("took it for %s about %q, days %v", r.Layout, r.Topic, r.Days)
			}
			equal(t, r.Stays, c.stays)
			equal(t, r.Skipped, c.skips)
		})
	}
}

func equal[T comparable](t *testing.T, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %v\nwant %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("got %v\nwant %v", got[i], want[i])
		}
	}
}

func TestADateThatCanBeReadBothWaysIsReadTowardsTheMeeting(t *testing.T) {
	file := []byte("Name,User Email,Join Time,Leave Time,Duration (Minutes)\nLuc,,04/03/2026 13:00:00,04/03/2026 14:00:00,60\n")
	for planned, want := range map[string]string{"2026-03-04": "2026-03-04 13:00:00", "2026-04-03": "2026-04-03 13:00:00"} {
		near, _ := time.Parse(time.DateOnly, planned)
		r, err := Read(written(t, file), Options{Near: near})
		if err != nil || len(r.Stays) != 1 || !r.Guessed || r.Stays[0].Join != at(want) {
			t.Error(planned, r, err)
		}
	}
}

func TestWhatIsNoReportIsRefused(t *testing.T) {
	for _, file := range []string{"Prénom,Nom,Courriel\nMarie,Tremblay,marie@example.org\n", "1. Summary of my life\tby me\n", "hello\n"} {
		if r, err := Read(written(t, []byte(file)), Options{}); err == nil {
			t.Errorf("%q was read as %v", file, r.Layout)
		}
	}
}

func TestRealReportsAreRead(t *testing.T) {
	for file, want := range map[string]struct {
		layout string
		stays  int
	}{"zoom-participants.csv": {ZoomParticipants, 30}, "zoom-participants-with-meeting.csv": {ZoomMeeting, 30}, "teams-attendance-1.csv": {Teams, 7}} {
		path := filepath.Join("..", "..", "..", "..", "shared", "data", file)
		if _, err := os.Stat(path); err != nil {
			t.Skip("the shared data are not beside this project")
		}
		r, err := Read(path, Options{})
		if err != nil || r.Layout != want.layout || len(r.Stays) < 7 || len(r.Skipped) > 0 {
			t.Errorf("%s: %s, %d stays, %d skipped, %v", file, r.Layout, len(r.Stays), len(r.Skipped), err)
		}
	}
}

func FuzzReport(f *testing.F) {
	f.Add([]byte(zoomTable))
	f.Add(bigEndian(teamsReport))
	f.Add([]byte("Attendee Report\nAttendee Details,\nAttended,User Name,Email,Join Time,Leave Time,Time in Session (minutes)\nYes,a,b,1/2/26 3:04,1/2/26 4:05,1\n"))
	f.Add([]byte(otherTable))
	f.Fuzz(func(t *testing.T, file []byte) {
		if bytes.HasPrefix(file, []byte("PK")) {
			return // workbooks have a target of their own
		}
		list, err := table.Text(file)
		if err != nil {
			return
		}
		rows, err := all(list)
		if err != nil {
			return
		}
		for _, layout := range append(Layouts(), "") {
			r, err := parse(rows, Options{Layout: layout})
			if err != nil {
				continue
			}
			for _, s := range r.Stays {
				if s.Leave.Before(s.Join.Time) {
					t.Errorf("row %d ends before it begins", s.Row)
				}
			}
		}
	})
}
