package audience

import (
	"strings"
	"testing"

	"example.org/carnet/store/fault"
)

func TestARuleHasOneForm(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "all": "all()", " ALL ": "all()", "all( )": "all()", "Staff;indigenous-staff": "staff, indigenous-staff", "elected  + partner": "elected, partner",
		"indigenous-staff, staff, staff": "staff, indigenous-staff", "role=staff": "staff", "any(staff, role=elected)": "elected, staff",
		"all(province=qc|on, role=elected)":                      "all(role=elected, province=ON|QC)",
		"all(elected, all(rural, province=QC))":                  "all(role=elected, rural, province=QC)",
		"none( any(partner , country=us), role=staff )":          "none(role=staff|partner, country=US)",
		"none(none(partner))":                                    "partner",
		"all(mandate)":                                           "mandate",
		"community=mé|t|S-É":                                     "community=MÉ|S-É|T",
		"any(invited=mem_b|mem_a, all(chapter=chp_qc, mandate))": "any(invited=mem_a|mem_b, all(mandate, chapter=chp_qc))",
		"preset(elected)":                                        "elected",
		"preset(community-staff)":                                "all(role=staff|indigenous-staff, country=CA)",
		"mandate>=2026-11-01":                                    "mandate_end>=2026-11-01",
		"all(mandate_end >= 2026-11-01, elected)":                "all(role=elected, mandate_end>=2026-11-01)",
		"any(mandate_start>=2026-01-01|2025-01-01, mandate_start<=2020-01-01, mandate_start<=2021-01-01)": "any(mandate_start>=2025-01-01, mandate_start<=2021-01-01)",
		"all(mandate_start>=2025-01-01, mandate_start<=2025-12-31)":                                       "all(mandate_start>=2025-01-01, mandate_start<=2025-12-31)",
		"any(preset(rural), office=off_1)":                                                                "any(office=off_1, all(role=elected|staff|indigenous-staff, rural))",
	} {
		got, err := Canonical(text)
		if got != want || err != nil {
			t.Errorf("%q was read as %q, %v, want %q", text, got, err, want)
		}
		if again, err := Canonical(got); again != got || err != nil {
			t.Errorf("%q was read again as %q, %v", got, again, err)
		}
	}
}

func TestWhatIsNoRuleIsSaidWithThePlace(t *testing.T) {
	deep := strings.Repeat("any(", 20) + "rural" + strings.Repeat(")", 20)
	for _, text := range []string{"élus", "all, staff", "role is king", "role=king", "all(", "any()", "none()", "all(all(), rural)", "any(rural", "all(rural))", "province=Q", "country=CAN",
		"chapter=mem_x", "invited=", "rural=1", "preset(kings)", "maybe(rural)", "mandate_end>=soon", "mandate_end>=2026-02-30", "mandate_end=2026-02-20", "mandate_end>", "mandate_end>=", "mandate_start>2026-01-01", "all(rural,)", deep, "invited=mem_" + strings.Repeat("x", MaxText), "\xff"} {
		if rule, err := Parse(text); !fault.Is(err, "bad_audience") {
			t.Errorf("%.40q was read as %q, %v", text, rule, err)
		}
	}
}

func TestEveryPresetIsFoundAgain(t *testing.T) {
	for _, one := range Presets() {
		rule, err := Parse("preset(" + one.Name + ")")
		if got := PresetOf(rule); got != one.Name || err != nil {
			t.Errorf("%s is %q, %v", one.Name, got, err)
		}
	}
	if got := PresetOf(Read("partner")); got != "" {
		t.Error(got)
	}
}

// person is somebody of a town in Québec, but for what is said.
func person(change func(*Person)) Person {
	p := Person{ID: "mem_1", Role: "elected", TermStart: "2021-11-07", TermEnd: "2026-10-19", Office: "off_1", Community: "com_1", Kind: "MÉ",
		Province: "QC", Country: "CA", Chapters: []string{"chp_qc"}}
	if change != nil {
		change(&p)
	}
	return p
}

func TestVerdictsHaveReasons(t *testing.T) {
	staff := func(p *Person) { p.Role, p.TermStart, p.TermEnd = "staff", "", "" }
	rows := []struct {
		rule, date string
		who        func(*Person)
		want       string
	}{
		{"", "2026-12-02", nil, "eligible everybody  "},
		{"elected", "2026-10-19", nil, "eligible mandate 2026-10-19 "},
		{"elected", "2026-12-02", nil, "not-eligible mandate_ended 2026-10-19 "},
		{"elected", "2026-12-02T13:00", nil, "not-eligible mandate_ended 2026-10-19 "},
		{"elected", "2021-11-06", nil, "not-eligible mandate_ahead 2021-11-07 "},
		{"elected", "2026-10", nil, "unknown date_open 2026-10-19 "},
		{"elected", "2026-09", nil, "eligible mandate 2026-10-19 "},
		{"elected", "2026-11-22/", nil, "not-eligible mandate_ended 2026-10-19 "},
		{"elected", "2026-09-22/", nil, "unknown date_open 2026-10-19 "},
		{"elected", "", nil, "unknown date_open 2026-10-19 "},
		{"elected", "2026-12-02", func(p *Person) { p.TermEnd = "" }, "eligible mandate_since 2021-11-07 "},
		{"elected", "2026-12-02", func(p *Person) { p.TermStart, p.TermEnd = "", "" }, "eligible role elected elected"},
		{"mandate", "2026-12-02", func(p *Person) { p.TermStart, p.TermEnd = "", "" }, "unknown mandate_unrecorded  "},
		{"mandate_end>=2026-10-19", "2026-12-02", nil, "eligible mandate_end 2026-10-19 2026-10-19"},
		{"mandate_end>=2026-10-20", "2026-09-02", nil, "not-eligible mandate_end_before 2026-10-19 2026-10-20"},
		{"mandate_end<=2026-10-18", "2026-09-02", nil, "not-eligible mandate_end_after 2026-10-19 2026-10-18"},
		{"mandate_start>=2021-11-07", "2026-09-02", nil, "eligible mandate_start 2021-11-07 2021-11-07"},
		{"mandate_start>=2022-01-01", "2026-09-02", nil, "not-eligible mandate_start_before 2021-11-07 2022-01-01"},
		{"mandate_start<=2021-01-01", "2026-09-02", nil, "not-eligible mandate_start_after 2021-11-07 2021-01-01"},
		{"mandate_end>=2026-01-01", "2026-09-02", func(p *Person) { p.TermEnd = "" }, "unknown mandate_end_unrecorded  2026-01-01"},
		{"mandate_start>=2026-01-01", "2026-09-02", func(p *Person) { p.TermStart = "" }, "unknown mandate_start_unrecorded  2026-01-01"},
		{"mandate_start>=2026-01-01", "2026-09-02", func(p *Person) { p.TermStart, p.TermEnd = "", "" }, "unknown mandate_unrecorded  "},
		{"mandate_start>=2026-01-01", "2026-09-02", func(p *Person) { p.TermStart, p.TermEnd, p.Closed = "", "", true }, "unknown details_elsewhere off_1 "},
		{"mandate_start>=2026-01-01", "2026-09-02", func(p *Person) { *p = Person{} }, "unknown role_unknown  elected"},
		{"mandate_start>=2026-01-01", "2026-09-02", staff, "not-eligible role_other staff elected"},
		{"none(mandate_end<=2026-12-31)", "2026-09-02", nil, "not-eligible mandate_end 2026-10-19 2026-12-31"},
		{"mandate", "2026-12-02", staff, "not-eligible role_other staff elected"},
		{"elected", "2026-12-02", func(p *Person) { p.TermStart, p.TermEnd, p.Closed = "", "", true }, "unknown details_elsewhere off_1 "},
		{"elected", "2026-12-02", staff, "not-eligible role_other staff elected"},
		{"elected", "2026-12-02", func(p *Person) { *p = Person{} }, "unknown role_unknown  elected"},
		{"preset(community-staff)", "2026-12-02", staff, "eligible role staff staff|indigenous-staff"},
		{"preset(community-staff)", "2026-12-02", func(p *Person) { staff(p); p.Country = "FR" }, "not-eligible country_other FR CA"},
		{"preset(community-staff)", "2026-12-02", func(p *Person) { staff(p); p.Country = "" }, "unknown community_unknown  CA"},
		{"preset(rural)", "2026-12-02", staff, "eligible role staff elected|staff|indigenous-staff"},
		{"rural", "2026-12-02", nil, "eligible rural MÉ "},
		{"rural", "2026-12-02", func(p *Person) { p.Kind = "CY" }, "not-eligible urban CY "},
		{"rural", "2026-12-02", func(p *Person) { p.Kind = "T" }, "unknown rural_unclear T "},
		{"rural", "2026-12-02", func(p *Person) { p.Kind = "" }, "unknown kind_unknown com_1 "},
		{"indigenous", "2026-12-02", func(p *Person) { p.Kind = "IRI" }, "eligible indigenous IRI "},
		{"indigenous", "2026-12-02", nil, "not-eligible indigenous_not MÉ "},
		{"community=T|IRI", "2026-12-02", nil, "not-eligible community_other MÉ IRI|T"},
		{"chapter=chp_on", "2026-12-02", nil, "not-eligible chapter_other  chp_on"},
		{"chapter=chp_on|chp_qc", "2026-12-02", nil, "eligible chapter  chp_on|chp_qc"},
		{"any(invited=mem_1, elected)", "2026-12-02", nil, "eligible invited mem_1 mem_1"},
		{"any(invited=mem_2, elected)", "2026-12-02", nil, "not-eligible mandate_ended 2026-10-19 "},
		{"none(partner)", "2026-12-02", nil, "eligible role_other elected partner"},
		{"none(province=QC)", "2026-12-02", nil, "not-eligible province QC QC"},
		{"none(province=QC)", "2026-12-02", func(p *Person) { p.Province = "" }, "unknown community_unknown  QC"},
		{"any(rural, province=ON)", "2026-12-02", func(p *Person) { p.Kind, p.Community = "", "" }, "unknown community_unknown  "},
		{"all(rural, province=ON)", "2026-12-02", func(p *Person) { p.Kind, p.Community = "", "" }, "not-eligible province_other QC ON"},
	}
	for _, row := range rows {
		v := Read(row.rule).Judge(person(row.who), row.date)
		if got := v.Answer.String() + " " + v.Reason.Code + " " + v.Reason.Value + " " + v.Reason.Wanted; strings.TrimSpace(got) != strings.TrimSpace(row.want) {
			t.Errorf("%s on %s: %q, want %q", row.rule, row.date, got, row.want)
		}
	}
}

func TestARuleThatNobodyCanReadJudgesNobody(t *testing.T) {
	rule := Read("everybody who likes trees")
	if v := rule.Judge(person(nil), "2026-12-02"); v.Answer != Unknown || v.Reason.Code != "rule_unreadable" || rule.Everybody() {
		t.Error(v, rule.Everybody())
	}
}

func TestAReasonIsSaidInWords(t *testing.T) {
	say := func(key string, facts map[string]string) string {
		switch key {
		case "role.staff":
			return "Staff"
		case "verdict.role_other":
			return facts["value"] + ", not " + facts["wanted"]
		case "verdict.chapter_other":
			return "not in " + facts["wanted"]
		}
		return key
	}
	name := func(id string) string { return "<" + id + ">" }
	if got := (Reason{"role_other", "staff", "elected"}).Say(say, name); got != "Staff, not elected" {
		t.Error(got)
	}
	if got := (Reason{"chapter_other", "", "chp_a|chp_b"}).Say(say, name); got != "not in <chp_a>, <chp_b>" {
		t.Error(got)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"", "all", "staff, elected", "all(role=elected, none(province=QC|ON), any(rural, community=MÉ))", "preset(rural)", "any(invited=mem_a, mandate)", "none(none(rural))", "(((", "any(mandate_start>=2025-01-01, mandate_end<=2029-01-01, mandate>=2026-01-01)"} {
		f.Add(text, "2026-12-02")
	}
	f.Fuzz(func(t *testing.T, text, date string) {
		rule, err := Parse(text)
		if err != nil {
			if !fault.Is(err, "bad_audience") {
				t.Fatal(err)
			}
			return
		}
		form := rule.String()
		again, err := Parse(form)
		if err != nil || again.String() != form {
			t.Fatalf("%q has the form %q, which was read as %q, %v", text, form, again, err)
		}
		p := person(nil)
		if a, b := rule.Judge(p, date), again.Judge(p, date); a != b || a.Reason.Code == "" {
			t.Fatalf("%q judges %v, its form %v", text, a, b)
		}
	})
}
