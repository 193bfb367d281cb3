package meetings

import (
	"slices"
	"strings"
	"testing"

	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

func TestEveryMemberIsJudgedForTheDayOfTheMeeting(t *testing.T) {
	m := newMeetings(t)
	atlantic := []string{"chp_atlantic"}
	put(t, m, store.Chapter{ID: "chp_atlantic", Name: "Atlantic", Audience: "elected", Zone: "America/Halifax"},
		store.Member{ID: "mem_5", Family: "E", Role: "elected", TermEnd: "2026-10-19", Chapters: atlantic, Office: "off_here"},
		store.Member{ID: "mem_6", Family: "F", Role: "elected", TermEnd: "2029-10-19", Chapters: atlantic, Office: "off_here"},
		store.Member{ID: "mem_7", Family: "G", Role: "staff", Chapters: atlantic, Office: "off_here"},
		store.Member{ID: "mem_8", Family: "H", Role: "elected", Office: "off_here"},
		store.Member{ID: "mem_9", Family: "I", Role: "elected", Chapters: atlantic, Office: "off_far"},
	)
	m.Reads = func(office string) bool { return office == "off_here" }
	meeting, _, err := m.Add(fields("title=Call, chapter=chp_atlantic, start=2026-12-02T13:00, zone=America/Halifax"), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"mem_1": "unknown role_unknown", "mem_5": "not-eligible mandate_ended", "mem_6": "eligible mandate", "mem_7": "not-eligible role_other",
		"mem_8": "not-eligible not_in_chapter", "mem_9": "unknown details_elsewhere"}
	all, err := m.Verdicts(meeting)
	if err != nil || len(all) != 9 {
		t.Fatal(len(all), err)
	}
	for _, v := range all {
		if got := v.Answer.String() + " " + v.Reason.Code; want[v.Member] != "" && got != want[v.Member] {
			t.Errorf("%s is %q, want %q", v.Member, got, want[v.Member])
		}
	}
	earlier, _, err := m.Set(meeting.ID, map[string]string{"start": "2026-10-01T13:00", "audience": "any(invited=mem_8, elected)"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	all, _ = m.Verdicts(earlier)
	for id, want := range map[string]audience.Answer{"mem_5": audience.Eligible, "mem_8": audience.Eligible, "mem_7": audience.NotEligible} {
		if at := slices.IndexFunc(all, func(v Judged) bool { return v.Member == id }); all[at].Answer != want {
			t.Errorf("in October %s is %v", id, all[at].Verdict)
		}
	}
}

func TestARuleIsTheMeetingsOwnOrItsSeriesOrItsChapters(t *testing.T) {
	m := newMeetings(t)
	put(t, m, store.Chapter{ID: "chp_loose", Name: "Loose", Audience: "staff"}, store.Series{ID: "ser_1", Chapter: "chp_loose", Audience: "partner"}, store.Series{ID: "ser_2", Chapter: "chp_loose"},
		store.Series{ID: "ser_3", Chapter: "chp_loose", Audience: "all()"})
	for _, row := range []struct {
		meeting    store.Meeting
		rule, date string
	}{
		{store.Meeting{Chapter: "chp_loose", Start: "2026-12-02T13:00"}, "staff", "2026-12-02"},
		{store.Meeting{Chapter: "chp_loose", Audience: "elected", Start: "2027-06"}, "elected", "2027-06"},
		{store.Meeting{Chapter: "chp_loose", Audience: "all()", Start: "2027-06"}, "all()", "2027-06"},
		{store.Meeting{Series: "ser_1", Audience: "all()", Start: "2026-12-02"}, "all()", "2026-12-02"},
		{store.Meeting{Series: "ser_3", Start: "2026-12-02"}, "all()", "2026-12-02"},
		{store.Meeting{Series: "ser_1"}, "partner", "2026-11-21/"},
		{store.Meeting{Series: "ser_2", Start: "2026-12-02"}, "staff", "2026-12-02"},
		{store.Meeting{Series: "ser_gone", Chapter: "chp_gone", Start: "2026-12-02"}, "", "2026-12-02"},
	} {
		whole, err := m.whole(row.meeting)
		if err != nil {
			t.Fatal(err)
		}
		g, err := m.Gate(whole)
		if err != nil || g.Rule.String() != row.rule || g.Date != row.date {
			t.Errorf("%+v: %+v %v", row.meeting, g, err)
		}
	}
}

func TestAMeetingMayBeForEverybodyOfAChapterThatHasARule(t *testing.T) {
	m := newMeetings(t)
	put(t, m, store.Chapter{ID: "chp_loose", Name: "Loose", Audience: "staff"})
	meeting, _, err := m.Add(map[string]string{"title": "Open day", "chapter": "chp_loose", "zone": "America/Toronto", "start": "2026-12-02T13:00"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	mayor := directory.Profile{ID: "mem_mayor", Role: "elected", Chapters: []string{"chp_loose"}}
	for _, row := range []struct{ rule, kept, code string }{{"", "", "role_other"}, {"all", "all()", "everybody"}, {"", "", "role_other"}} {
		got, _, err := m.Set(meeting.ID, map[string]string{"audience": row.rule}, nil)
		if err != nil || got.Audience != row.kept {
			t.Fatalf("%q is kept as %q, %v", row.rule, got.Audience, err)
		}
		gate, err := m.Gate(got)
		if v := gate.Judge(&mayor); err != nil || v.Reason.Code != row.code {
			t.Errorf("%q judges %+v, %v", row.rule, v, err)
		}
	}
}

func TestALongListOfPeopleIsARule(t *testing.T) {
	m := newMeetings(t)
	long := "invited=mem_" + strings.Repeat("a", 16) + strings.Repeat("|mem_"+strings.Repeat("b", 16), 300)
	if _, _, err := m.Add(map[string]string{"title": "T", "zone": "UTC", "audience": long}, nil); err != nil {
		t.Error(err)
	}
}

func TestReasonsNameWhatTheySpeakOf(t *testing.T) {
	m := newMeetings(t)
	name := m.NameOf("fr")
	if got := name("chp_atlantic") + ", " + name("com_far") + ", " + name("chp_none") + ", " + name(""); got != "Atlantique, Lyon, chp_none, " {
		t.Error(got)
	}
}

// BenchmarkVerdicts judges 100,000 members.
func BenchmarkVerdicts(b *testing.B) {
	s, err := store.Open(b.TempDir(), store.Options{Device: "laptop"})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	m := New(Deps{Store: s})
	list := s.WaitDirectory()
	cards := make([]directory.Card, 100_000)
	for i := range cards {
		id := store.NewID(store.KindMember)
		cards[i] = directory.Card{ID: id, Family: id, Role: audience.Roles[i%4], TermEnd: []string{"2026-10-19", "2029-11-04"}[i%2], CommunityID: "com_" + id[4:7],
			Kind: []string{"T", "MÉ", "CY"}[i%3], Province: "QC", Chapters: []string{"chp_a", "chp_b"}[:i%3]}
	}
	list.Load(cards, nil)
	meeting := store.Meeting{Start: "2026-12-02T13:00", Chapter: "chp_a", Audience: "all(any(all(role=elected, rural), role=staff), province=QC)"}
	for b.Loop() {
		if all, err := m.Verdicts(meeting); err != nil || len(all) != len(cards) {
			b.Fatal(len(all), err)
		}
	}
}
