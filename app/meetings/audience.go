package meetings

import (
	"cmp"
	"errors"
	"slices"
	"sync"
	"time"

	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

// Audience reads the rule of who may attend, and writes it in its one form. Fault bad_audience.
func Audience(text string) (string, error) { return audience.Canonical(text) }

// Gate judges who may attend a meeting on its day.
type Gate struct {
	Rule    audience.Rule
	Date    string // as audience.Rule.Judge takes it
	Chapter string // whose members are meant, unless the rule itself names chapters or people; empty for all
	Meeting string // id

	offices    *remembered
	registered func(member string) bool // for the meeting, its forum, its series or its chapter; nil when nobody is
	standing   func(member string) store.Registration
	judge      func(*audience.Person) audience.Verdict
}

// NewGate gives the gate of a rule on a date. Reads tells which offices' details can be read here; nil means all.
func NewGate(rule audience.Rule, date, chapter string, reads func(office string) bool) *Gate {
	if rule.Asks("chapter") || rule.Asks("invited") {
		chapter = ""
	}
	return &Gate{Rule: rule, Date: date, Chapter: chapter, offices: &remembered{ask: reads, known: map[string]bool{"": true}}, judge: rule.On(date)}
}

// remembered asks once for each office: whole networks are judged at a time.
type remembered struct {
	ask   func(office string) bool
	known map[string]bool
	shut  bool // nobody may be asked now; an office of which nothing is known counts as closed
}

func (r *remembered) reads(office string) bool {
	here, known := r.known[office]
	if !known {
		here = r.ask == nil || !r.shut && r.ask(office)
		r.known[office] = here
	}
	return here
}

// Gate gives a whole meeting's. Its rule is the meeting's own or its series', else its chapter's. One goroutine may use it.
func (m *Meetings) Gate(meeting store.Meeting) (*Gate, error) {
	g, err := m.gate(meeting.Audience, meeting.Chapter, m.judgedOn(meeting.Start))
	if err == nil {
		g.Meeting = meeting.ID
		layers := sync.OnceValue(func() []string { return m.Layers(meeting) })
		g.registered = func(member string) bool { return m.approved(layers(), member) }
		g.standing = func(member string) store.Registration { return m.standsAt(layers(), member) }
	}
	return g, err
}

// Layers are the ids under which people may be registered for a meeting, the closest first: its series and those that it follows too,
// since somebody registered for a series before it was moved is for what follows.
func (m *Meetings) Layers(meeting store.Meeting) (ids []string) {
	all := []string{meeting.ID, meeting.Parent}
	if meeting.Series != "" {
		line, err := m.Line(meeting.Series)
		if err != nil {
			line = []string{meeting.Series}
		}
		all = append(all, line...)
		if twins, err := m.standing(meeting.Series, meeting.Occurs); err == nil { // held on two laptops under two ids
			for _, one := range twins {
				if one.ID != meeting.ID {
					all = append(all, one.ID)
				}
			}
		}
	}
	for _, id := range append(all, meeting.Chapter) {
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

func (m *Meetings) approved(layers []string, member string) bool {
	return slices.ContainsFunc(layers, func(id string) bool {
		g, there := m.EnrolledAs(id, member)
		return there && g.Status == "approved"
	})
}

// standsAt gives the registration that counts for a member: what was decided for the closest layer, else one that was approved, else the closest
// other one.
func (m *Meetings) standsAt(layers []string, member string) (stands store.Registration) {
	decided := func(g store.Registration) bool { return g.Status != "requested" && g.Status != "asked" }
	for at, id := range layers {
		g, there := m.EnrolledAs(id, member)
		switch {
		case !there:
		case at == 0 && decided(g), g.Status == "approved":
			return g
		case stands.ID == "", !decided(stands) && decided(g):
			stands = g
		}
	}
	return stands
}

// approvedAll is approved for a whole network at once.
func (m *Meetings) approvedAll(layers []string) (map[string]bool, error) {
	in := map[string]bool{}
	for _, id := range layers {
		some, err := m.Enrolled(id)
		if err != nil {
			return nil, err
		}
		for _, e := range some {
			if e.Status == "approved" {
				in[e.Person] = true
			}
		}
	}
	return in, nil
}

// SeriesGate and ChapterGate judge who may attend what is coming of a series or a chapter, as of today.
func (m *Meetings) SeriesGate(series store.Series) (*Gate, error) {
	return m.gate(series.Audience, series.Chapter, m.judgedOn(m.today()))
}

// ChapterGate judges who may belong to a chapter: nobody needs to be a member of it yet.
func (m *Meetings) ChapterGate(chapter store.Chapter) (*Gate, error) {
	return m.gate(chapter.Audience, "", m.judgedOn(m.today()))
}

func (m *Meetings) gate(text, chapter, date string) (*Gate, error) {
	if text == "" && chapter != "" {
		of, err := store.Get[store.Chapter](m.Store, chapter)
		if err != nil && !fault.Is(err, "unknown_id") {
			return nil, err
		}
		text = of.Audience
	}
	return NewGate(audience.Read(text).Standing(m.Store.Person), date, chapter, m.Reads), nil
}

func (m *Meetings) today() string { return m.Now().In(zones.Here()).Format(time.DateOnly) }

// judgedOn is the day of a meeting on its own clock, its month, or from today on.
func (m *Meetings) judgedOn(start string) string {
	switch {
	case len(start) >= len(time.DateOnly):
		return start[:len(time.DateOnly)]
	case len(start) == len("2026-06"):
		return start
	}
	return m.today() + "/"
}

// PersonOf is what a rule asks of a member.
func (g *Gate) PersonOf(p *directory.Profile) audience.Person {
	country := p.Country
	if country == "" && p.Province != "" { // lists of Canada's communities do not say so
		country = "CA"
	}
	return audience.Person{ID: p.ID, Role: p.Role, TermStart: p.TermStart, TermEnd: p.TermEnd, Office: p.Office, Closed: !g.offices.reads(p.Office),
		Community: p.Community, Kind: p.Kind, Province: p.Province, Country: country, Chapters: p.Chapters}
}

// Judge gives the verdict on a member, who must also belong to the meeting's chapter.
func (g *Gate) Judge(p *directory.Profile) audience.Verdict {
	person := g.PersonOf(p)
	if !g.Belongs(&person) {
		if person.Closed && person.Role == "" && len(person.Chapters) == 0 {
			return audience.Verdict{Reason: audience.Reason{Code: "details_elsewhere", Value: person.Office}}
		}
		return audience.Verdict{Answer: audience.NotEligible, Reason: audience.Reason{Code: "not_in_chapter", Wanted: g.Chapter}}
	}
	return g.judge(&person)
}

// JudgeRule gives the verdict of the rule alone, as for somebody who asks to come.
func (g *Gate) JudgeRule(p *directory.Profile) audience.Verdict {
	person := g.PersonOf(p)
	return g.judge(&person)
}

// Belongs tells whether somebody is of the chapter that is meant, or registered all the same.
func (g *Gate) Belongs(p *audience.Person) bool {
	return g.Chapter == "" || slices.Contains(p.Chapters, g.Chapter) || g.registered != nil && p.ID != "" && g.registered(p.ID)
}

// Standing gives the registration of a member that counts for the meeting, be it its own or that of its forum, its series or its chapter; without an
// id when there is none.
func (g *Gate) Standing(member string) store.Registration {
	if g.standing == nil {
		return store.Registration{}
	}
	return g.standing(member)
}

// Judged is the verdict on one member.
type Judged struct {
	Member string
	audience.Verdict
}

// Verdicts judges every member of the network for a meeting.
func (m *Meetings) Verdicts(meeting store.Meeting) ([]Judged, error) {
	g, err := m.Gate(meeting)
	if err != nil {
		return nil, err
	}
	all := make([]Judged, 0, m.Store.Count(store.KindMember))
	list := m.Store.WaitDirectory()
	for _, office := range list.Offices() {
		g.offices.reads(office)
	}
	meeting.Chapter = cmp.Or(meeting.Chapter, g.Chapter)
	in, err := m.approvedAll(m.Layers(meeting))
	if err != nil {
		return nil, err
	}
	g.registered = func(member string) bool { return in[member] }
	g.offices.shut = true // while the directory is walked it is locked, and so may be who answers
	for p := range list.Profiles() {
		all = append(all, Judged{p.ID, g.Judge(p)})
	}
	return all, nil
}

// ProfileOf gives what rules ask of a member who is in hand.
func (m *Meetings) ProfileOf(member store.Member) directory.Profile {
	p := directory.Profile{ID: member.ID, Role: member.Role, Office: member.Office, TermStart: member.TermStart, TermEnd: member.TermEnd,
		Community: member.Community, Chapters: member.Chapters}
	if c, err := store.Get[store.Community](m.Store, member.Community); member.Community != "" && err == nil {
		p.Kind, p.Province, p.Country = c.Kind, c.Province, c.Country
	}
	return p
}

// NameOf names what reasons speak of by their ids: chapters, offices, communities and members.
func (m *Meetings) NameOf(lang string) func(id string) string {
	return func(id string) string {
		if name, err := m.nameOf(id, lang); err == nil && name != "" {
			return name
		}
		return id
	}
}

var errNoName = errors.New("no name")

func (m *Meetings) nameOf(id, lang string) (string, error) {
	inLang := func(en, fr string) string {
		if lang == "fr" {
			return cmp.Or(fr, en)
		}
		return cmp.Or(en, fr)
	}
	switch id[:min(len(id), 4)] {
	case "chp_":
		c, err := store.Get[store.Chapter](m.Store, id)
		return inLang(c.Name, c.NameFR), err
	case "com_":
		c, err := store.Get[store.Community](m.Store, id)
		return inLang(c.Name, c.NameFR), err
	case "off_":
		o, err := store.Get[store.Office](m.Store, id)
		return o.Name, err
	case "mem_":
		p, err := store.Get[store.Member](m.Store, id)
		return cmp.Or(p.Given, p.Family), err
	}
	return "", errNoName
}
