package door

import (
	"strconv"
	"testing"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

// forum is a home with one meeting of one chapter, one community and two members.
type forum struct {
	*Door
	t       testing.TB
	now     time.Time
	meeting store.Meeting
	forbid  store.Kind
}

var (
	elise = store.Member{ID: "mem_elise", Given: "Élise", Family: "Tremblay", Role: "elected", Community: "com_stlin", Chapters: []string{"chp_qc"}}
	ann   = store.Member{ID: "mem_ann", Given: "Ann", Family: "McElroy", Role: "staff", Community: "com_stlin"}
)

func newForum(t testing.TB) *forum {
	t.Helper()
	f := &forum{t: t, now: time.Date(2026, 12, 9, 14, 0, 0, 0, time.UTC)} // 9:00 in Montréal
	s, err := store.Open(t.TempDir(), store.Options{Device: "laptop", Now: func() time.Time { return f.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	f.meeting = store.Meeting{ID: "mtg_forum", Title: "Forum", Chapter: "chp_qc", Start: "2026-12-09T09:00", Zone: "America/Toronto", Minutes: 480, Status: "confirmed"}
	f.Door = New(Deps{Store: s, Now: func() time.Time { return f.now }, Office: func() string { return "off_mtl" }, May: func(k store.Kind) error {
		if k == f.forbid {
			return fault.New("role_forbids")
		}
		return nil
	}})
	f.put(f.meeting, store.Chapter{ID: "chp_qc", Name: "Québec"}, store.Community{ID: "com_stlin", Name: "Saint-Lin–Laurentides", NameFR: "Saint-Lin–Laurentides", Province: "QC"}, elise, ann)
	return f
}

func (f *forum) put(records ...store.Record) {
	f.t.Helper()
	if _, err := f.Store.Edit(func(tx *store.Tx) error {
		for _, r := range records {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		f.t.Fatal(err)
	}
}

func (f *forum) scan(member, kind, station, nonce string) Noted {
	f.t.Helper()
	n, err := f.Scan(Pass{Meeting: f.meeting.ID, Member: member, Kind: kind, Station: station, Nonce: nonce})
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

func (f *forum) facts() (n int) {
	for _, err := range f.Store.ScansOf(f.meeting.ID) {
		if err != nil {
			f.t.Fatal(err)
		}
		n++
	}
	return n
}

func TestAScanWithTheSameNonceIsTheSameScan(t *testing.T) {
	f := newForum(t)
	first := f.scan(elise.ID, attendance.In, "A", "n1")
	f.now = f.now.Add(time.Minute)
	again := f.scan(elise.ID, attendance.In, "A", "n1")
	if first.Again || !again.Again || first.Scan.ID != again.Scan.ID || again.Scan.Fact.At != first.Scan.Fact.At || f.facts() != 1 {
		t.Errorf("%+v\n%+v\n%d facts", first, again, f.facts())
	}
	other := f.scan(elise.ID, attendance.In, "A", "")
	if other.Again || f.facts() != 2 || !other.Before.Present || !other.After.Present {
		t.Errorf("%+v, %d facts", other, f.facts())
	}
}

func TestComingAndGoingIsTalliedWithoutReadingAllAgain(t *testing.T) {
	f := newForum(t)
	f.scan(elise.ID, attendance.In, "A", "")
	f.scan(ann.ID, attendance.In, "B", "")
	tally, err := f.Tally(f.meeting.ID)
	if err != nil || len(tally.Inside()) != 2 || !tally.IsInside(ann.ID) {
		t.Fatal(tally.Inside(), err)
	}
	f.now = f.now.Add(30 * time.Minute)
	left := f.scan(elise.ID, attendance.Out, "B", "")
	if left.After.Present || left.After.Minutes != 30 || len(tally.Inside()) != 1 {
		t.Errorf("%+v, %v inside", left.After, tally.Inside())
	}
	if last := tally.Last("B", 10); len(last) != 2 || last[0].Fact.Kind != attendance.Out || last[1].Fact.Member != ann.ID {
		t.Errorf("%+v", last)
	}
}

func TestFactsFromOtherLaptopsReachTheTally(t *testing.T) {
	f := newForum(t)
	f.scan(elise.ID, attendance.In, "A", "")
	fact := store.ScanFact{Meeting: f.meeting.ID, Member: ann.ID, Kind: "in", At: f.now.UnixMilli(), Station: "C", Nonce: "theirs"}
	f.put(store.Scan{ID: store.ScanID(fact), Fact: fact}) // as sync would bring it, behind the door's back
	tally, err := f.Tally(f.meeting.ID)
	if err != nil || len(tally.Inside()) != 2 {
		t.Error(tally.Inside(), err)
	}
}

func TestAScanIsTakenBackByANewFact(t *testing.T) {
	f := newForum(t)
	in := f.scan(elise.ID, attendance.In, "A", "")
	undone, err := f.Undo(in.Scan.ID)
	if err != nil || undone.After.Present || undone.Scan.Fact.Undoes != in.Scan.ID || f.facts() != 2 {
		t.Fatalf("%+v %v", undone, err)
	}
	if again, err := f.Undo(in.Scan.ID); err != nil || !again.Again || f.facts() != 2 {
		t.Errorf("%+v %v, %d facts", again, err, f.facts())
	}
	if back, err := f.Undo(undone.Scan.ID); err != nil || !back.After.Present {
		t.Errorf("%+v %v", back, err)
	}
	if _, err := f.Undo("scn_nothing"); !fault.Is(err, "scan_unknown") {
		t.Error(err)
	}
}

func TestAMergedMembersBadgeIsTheKeptMembers(t *testing.T) {
	f := newForum(t)
	f.scan("mem_ann", attendance.In, "A", "")
	f.put(store.Member{ID: "mem_ann", Given: "Ann", Family: "McElroy", MergedInto: elise.ID})
	n := f.scan("mem_ann", attendance.Out, "A", "")
	if n.Scan.Fact.Member != elise.ID {
		t.Error(n.Scan.Fact.Member)
	}
	tally, err := f.Tally(f.meeting.ID)
	if err != nil {
		t.Fatal(err)
	}
	if a := tally.Attendance(); len(a.People) != 1 || a.People[0].Member != elise.ID || a.Present != 0 {
		t.Errorf("%+v", a)
	}
}

func TestAWalkInIsWrittenDownOnce(t *testing.T) {
	f := newForum(t)
	walk := WalkIn{Meeting: f.meeting.ID, Given: "Josée", Family: "Lalonde", Community: "saint-lin-laurentides", Role: "staff", Station: "A", Nonce: "w1"}
	first, known, err := f.WalkIn(walk)
	if err != nil || known || !first.After.Present {
		t.Fatal(first, known, err)
	}
	m, err := store.Get[store.Member](f.Store, first.Scan.Fact.Member)
	if err != nil || m.WalkIn != f.meeting.ID || m.Community != "com_stlin" || m.Office != "off_mtl" {
		t.Errorf("%+v %v", m, err)
	}
	if again, _, err := f.WalkIn(walk); err != nil || !again.Again {
		t.Errorf("%+v %v", again, err)
	}
	walk.Nonce, walk.Given, walk.Station = "w2", "JOSEE", "B"
	second, known, err := f.WalkIn(walk)
	if err != nil || !known || second.Scan.Fact.Member != m.ID {
		t.Errorf("%+v %v %v", second, known, err)
	}
	if n := f.Store.Count(store.KindMember); n != 3 {
		t.Errorf("%d members", n)
	}
}

func TestAWalkInWhoIsAMemberIsLetInAsSuch(t *testing.T) {
	f := newForum(t)
	n, known, err := f.WalkIn(WalkIn{Meeting: f.meeting.ID, Given: "elise", Family: "tremblay", Community: "com_stlin"})
	if err != nil || !known || n.Scan.Fact.Member != elise.ID {
		t.Errorf("%+v %v %v", n, known, err)
	}
}

func TestTwoPeopleOfOneNameFromElsewhereStayTwo(t *testing.T) {
	f := newForum(t)
	for i, place := range []string{"Lyon", "Nantes", "Lyon"} {
		if _, known, err := f.WalkIn(WalkIn{Meeting: f.meeting.ID, Given: "Marie", Family: "Durand", Community: place}); err != nil || known != (i == 2) {
			t.Error(place, known, err)
		}
	}
}

func TestTheDoorRefusesWhatItCannotWrite(t *testing.T) {
	f := newForum(t)
	rows := []struct {
		code string
		walk WalkIn
	}{
		{"name_missing", WalkIn{Given: " "}},
		{"bad_choice", WalkIn{Given: "A", Role: "king"}},
		{"bad_email", WalkIn{Given: "A", Email: "nowhere"}},
		{"unknown_id", WalkIn{Given: "A", Community: "com_nothing"}},
		{"bad_field", WalkIn{Given: string(make([]byte, 300))}},
	}
	for _, row := range rows {
		row.walk.Meeting = f.meeting.ID
		if _, _, err := f.WalkIn(row.walk); !fault.Is(err, row.code) {
			t.Errorf("%+v: %v, want %s", row.walk, err, row.code)
		}
	}
	f.forbid = store.KindScan
	if _, err := f.Scan(Pass{Meeting: f.meeting.ID, Member: elise.ID, Kind: attendance.In}); !fault.Is(err, "role_forbids") {
		t.Error(err)
	}
	if f.facts() != 0 || f.Store.Count(store.KindMember) != 2 {
		t.Error("something was written")
	}
}

func TestThePeopleToLookAt(t *testing.T) {
	meeting := store.Meeting{ID: "mtg", Chapter: "chp_qc", Start: "2026-12-09T09:00", Audience: "elected"}
	rows := []struct {
		name, want string
		member     store.Member
	}{
		{"welcome", "", elise},
		{"of another chapter", "not_in_chapter", store.Member{Role: "elected"}},
		{"a walk-in of this meeting is let in once", "", store.Member{Role: "elected", WalkIn: "mtg"}},
		{"the mandate has ended", "mandate_ended", store.Member{Role: "elected", Chapters: []string{"chp_qc"}, TermEnd: "2026-12-08"}},
		{"the last day of a mandate counts", "", store.Member{Role: "elected", Chapters: []string{"chp_qc"}, TermEnd: "2026-12-09"}},
		{"not in the audience", "not_in_audience", store.Member{Role: "staff", Chapters: []string{"chp_qc"}}},
	}
	for _, row := range rows {
		got := ""
		gate := meetings.NewGate(audience.Read(meeting.Audience), meeting.Start[:10], meeting.Chapter, nil)
		gate.Meeting = meeting.ID
		profile := directory.Profile{Role: row.member.Role, TermEnd: row.member.TermEnd, Chapters: row.member.Chapters}
		for _, look := range Looks(gate, row.member, profile) {
			got += look.Code
		}
		if got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}

func TestABadgeIsReadAsAScannerTypesIt(t *testing.T) {
	rows := map[string]string{"CARNET:mem_abc": "mem_abc", " carnet:MEM_ABC ": "mem_abc", "mem_abc": "mem_abc", "Tremblay": "", "CARNET:": "", "mem_": "", "mem_a b": ""}
	for code, want := range rows {
		if id, ok := BadgeMember(code); ok != (want != "") || ok && id != want {
			t.Errorf("%q: %q %v", code, id, ok)
		}
	}
}

func TestTheStripOfOneMember(t *testing.T) {
	f := newForum(t)
	f.put(store.Meeting{ID: "mtg_missed", Title: "Before", Chapter: "chp_qc", Start: "2026-11-09T09:00", Zone: "America/Toronto", Minutes: 60},
		store.Meeting{ID: "mtg_later", Title: "Later", Chapter: "chp_qc", Start: "2027-01-09T09:00", Zone: "America/Toronto", Minutes: 60})
	f.scan(elise.ID, attendance.In, "A", "")
	f.now = f.now.Add(4 * time.Hour)
	f.scan(elise.ID, attendance.Out, "A", "")
	strip, err := f.AttendedBy(elise.ID, elise.Chapters, 24)
	if err != nil || len(strip) != 2 || strip[0].Came || !strip[1].Came || strip[1].Minutes != 240 || strip[1].Share != 0.5 {
		t.Errorf("%+v %v", strip, err)
	}
}

// BenchmarkScan measures one scan at a door through which 2,000 people have gone.
func BenchmarkScan(b *testing.B) {
	s, err := store.Open(b.TempDir(), store.Options{Device: "laptop"})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	d := New(Deps{Store: s, Now: time.Now, May: func(store.Kind) error { return nil }, Office: func() string { return "" }})
	_, err = s.Edit(func(tx *store.Tx) error {
		_, err := tx.Put(store.Meeting{ID: "mtg", Start: "2026-12-09T09:00", Zone: "America/Toronto", Minutes: 60})
		for i := range 2000 {
			fact := store.ScanFact{Meeting: "mtg", Member: "mem_" + strconv.Itoa(i), Kind: "in", Nonce: "n", At: int64(i)}
			if _, err := tx.Put(store.Scan{ID: store.ScanID(fact), Fact: fact}); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		if _, err := d.Scan(Pass{Meeting: "mtg", Member: "mem_" + strconv.Itoa(i%2000), Kind: "out"}); err != nil {
			b.Fatal(err)
		}
	}
}
