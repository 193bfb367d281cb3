package audience

import (
	"slices"
)

// Person is what a rule asks of somebody. Empty texts are not known.
type Person struct {
	ID, Role           string
	TermStart, TermEnd string // YYYY-MM-DD
	Office             string
	Closed             bool // the office's details cannot be read here: dates of a mandate may well be there
	Community, Kind    string
	Province, Country  string
	Chapters           []string
}

// Answer is whether somebody may attend.
type Answer uint8

// The answers.
const (
	Unknown Answer = iota
	Eligible
	NotEligible
)

// String is the answer's code: unknown, eligible, not-eligible.
func (a Answer) String() string { return [...]string{"unknown", "eligible", "not-eligible"}[a] }

// Reason is why: a code, under which words stand as verdict.<Code>, and what they speak of. Both facts are codes, days
// or ids, several with bars between them.
type Reason struct{ Code, Value, Wanted string }

// Verdict is an answer with its reason.
type Verdict struct {
	Answer Answer
	Reason Reason
}

func yes(code, value, wanted string) Verdict { return Verdict{Eligible, Reason{code, value, wanted}} }
func no(code, value, wanted string) Verdict  { return Verdict{NotEligible, Reason{code, value, wanted}} }
func unknown(code, value, wanted string) Verdict {
	return Verdict{Unknown, Reason{code, value, wanted}}
}

// Judge gives the verdict on a person on a date: a day, 2026-12-02; a month, 2026-06; a day and all later ones,
// 2026-12-02/; or empty for a day that nobody knows.
func (r Rule) Judge(p Person, date string) Verdict { return r.On(date)(&p) }

// On is Judge for many people on one date.
func (r Rule) On(date string) func(*Person) Verdict {
	switch {
	case r.unreadable:
		return func(*Person) Verdict { return unknown("rule_unreadable", "", "") }
	case r.top == nil:
		return func(*Person) Verdict { return yes("everybody", "", "") }
	}
	day := span(date)
	return func(p *Person) Verdict { return r.top.judge(p, day) }
}

// days is the first and the last day that a meeting may be on.
type days struct{ from, to string }

func span(date string) days {
	switch {
	case len(date) == len("2026-12-02/") && date[10] == '/':
		return days{date[:10], "9999-12-31"}
	case len(date) >= 10:
		return days{date[:10], date[:10]}
	case len(date) == 7:
		return days{date + "-01", date + "-31"}
	}
	return days{"0000-01-01", "9999-12-31"}
}

func (n *Node) judge(p *Person, day days) Verdict {
	switch n.Op {
	case opAll:
		return n.together(p, day, Eligible, NotEligible)
	case opAny:
		return n.together(p, day, NotEligible, Eligible)
	case opNone:
		v := n.together(p, day, NotEligible, Eligible)
		v.Answer = opposite[v.Answer]
		return v
	}
	return n.ask(p, day)
}

var opposite = [...]Answer{Unknown: Unknown, Eligible: NotEligible, NotEligible: Eligible}

// together asks part by part: one that decides ends it, one that is not known leaves it open, and where all say the
// rest, the most telling of their reasons is given.
func (n *Node) together(p *Person, day days, rest, decides Answer) Verdict {
	var open, all Verdict
	for i := range n.Of {
		v := n.Of[i].judge(p, day)
		switch {
		case v.Answer == decides:
			return v
		case v.Answer == Unknown && open.Reason.Code == "":
			open = v
		case v.Answer == rest && (all.Reason.Code == "" || !all.telling() && v.telling()):
			all = v
		}
	}
	if open.Reason.Code != "" {
		return open
	}
	return all
}

// telling tells whether a reason names a day, which says more than a role.
func (v Verdict) telling() bool {
	return v.Reason.Code == "mandate" || v.Reason.Code == "mandate_ended" || v.Reason.Code == "mandate_ahead"
}

func (n *Node) ask(p *Person, day days) Verdict {
	switch n.Name {
	case "role":
		return n.askRole(p, day)
	case "mandate":
		return n.askMandate(p, day)
	case startFrom, startTo, endFrom, endTo:
		return n.askBound(p)
	case "chapter":
		if slices.ContainsFunc(p.Chapters, n.has) {
			return yes("chapter", "", n.wanted)
		}
		return no("chapter_other", "", n.wanted)
	case "invited":
		return n.among(p.ID, "invited", "")
	case "office":
		return n.among(p.Office, "office", "office_unknown")
	case "province":
		return n.among(p.Province, "province", "community_unknown")
	case "country":
		return n.among(p.Country, "country", "community_unknown")
	}
	return n.askKind(p)
}

func (n *Node) has(value string) bool { return slices.Contains(n.Values, value) }

// among asks whether one value is among those wanted.
func (n *Node) among(value, code, missing string) Verdict {
	switch {
	case value == "" && missing != "":
		return unknown(missing, "", n.wanted)
	case n.has(value):
		return yes(code, value, n.wanted)
	}
	return no(code+"_other", value, n.wanted)
}

// askRole holds an elected person to the mandate, where its dates are known.
func (n *Node) askRole(p *Person, day days) Verdict {
	v := n.among(p.Role, "role", "role_unknown")
	if v.Answer != Eligible || p.Role != "elected" {
		return v
	}
	if m := mandate(p, day); m.Reason.Code != "mandate_unrecorded" {
		return m
	}
	return v
}

// askMandate asks for dates that say so.
func (n *Node) askMandate(p *Person, day days) Verdict {
	switch {
	case p.Role != "" && p.Role != "elected":
		return no("role_other", p.Role, "elected")
	case p.Role == "" && p.TermStart == "" && p.TermEnd == "":
		return unknown("role_unknown", "", "elected")
	}
	return mandate(p, day)
}

func mandate(p *Person, day days) Verdict {
	switch start, end := p.TermStart, p.TermEnd; {
	case end != "" && end < day.from:
		return no("mandate_ended", end, "")
	case start != "" && start > day.to:
		return no("mandate_ahead", start, "")
	case end != "" && end < day.to:
		return unknown("date_open", end, "")
	case start != "" && start > day.from:
		return unknown("date_open", start, "")
	case end != "":
		return yes("mandate", end, "")
	case p.Closed:
		return unknown("details_elsewhere", p.Office, "")
	case start != "":
		return yes("mandate_since", start, "")
	}
	return unknown("mandate_unrecorded", "", "")
}

// askKind asks for the kind of the community.
func (n *Node) askKind(p *Person) Verdict {
	switch {
	case p.Community == "" && p.Kind == "":
		return unknown("community_unknown", "", n.wanted)
	case p.Kind == "":
		return unknown("kind_unknown", p.Community, n.wanted)
	case n.Name == "community":
		return n.among(p.Kind, "community", "kind_unknown")
	case n.Name == "indigenous" && indigenous[p.Kind]:
		return yes("indigenous", p.Kind, "")
	case n.Name == "indigenous":
		return no("indigenous_not", p.Kind, "")
	case urban[p.Kind]:
		return no("urban", p.Kind, "")
	case anySize[p.Kind]:
		return unknown("rural_unclear", p.Kind, "")
	}
	return yes("rural", p.Kind, "")
}
