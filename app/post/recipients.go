package post

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

// Why somebody gets no message.
const (
	SkipNoAddress = "no-address"
	SkipBounced   = "bounced"
	SkipConsent   = "no-consent"
	SkipAlready   = "already"      // has this very message, or will
	SkipSame      = "same-address" // somebody else of the mailing has that address
	SkipOther     = "other-office" // whose details are not read here
	SkipAway      = "away"         // declined every date of the series that is left
	SkipDeclined  = "declined"     // said no to it, or was told no, and is merely eligible
)

// Recipient is one whom a mailing is meant for.
type Recipient struct {
	Member   store.Member
	Skip     string // empty when a message goes out
	Standing people.Standing
	own      Personal
	away     []string // dates of the series at which this one is not expected
}

// approved gives the members whose registration for a meeting, its forum, its series or its programme stands.
func (p *Post) approved(of string) ([]string, error) {
	standing, order, err := p.standing(of)
	return slices.DeleteFunc(order, func(id string) bool { return standing[id] != "approved" }), err
}

// standing gives the state of each registration that counts for something, by member, and the members in the order of what is nearest.
func (p *Post) standing(of string) (_ map[string]string, order []string, err error) {
	layers := []string{of}
	if kindOf(of) == store.KindMeeting {
		m, err := p.Meetings.Get(of)
		if err != nil {
			return nil, nil, err
		}
		layers = p.Meetings.Layers(m)
	}
	if kindOf(of) == store.KindSeries {
		s, err := store.Get[store.Series](p.Store, of)
		if err != nil {
			return nil, nil, err
		}
		if layers, err = p.Meetings.Line(of); err != nil {
			return nil, nil, err
		}
		layers = append(layers, s.Chapter)
	}
	standing := map[string]string{}
	for _, id := range layers { // what was decided for one meeting comes before what holds for all
		all, err := p.Meetings.Enrolled(id)
		if err != nil {
			return nil, nil, err
		}
		for _, r := range all {
			if standing[r.Person] == "" {
				standing[r.Person] = r.Status
				order = append(order, r.Person)
			}
		}
	}
	return standing, order, nil
}

// refuse leaves out those who are merely eligible and said no to it already, or were told no.
func (p *Post) refuse(of string, list []Recipient) error {
	standing, _, err := p.standing(of)
	for i := range list {
		if status := standing[list[i].Member.ID]; list[i].Skip == "" && (status == "declined" || status == "withdrawn") {
			list[i].Skip = SkipDeclined
		}
	}
	return err
}

// ofChapter gives the members of the chapter of a meeting or series whom its rule invites on its day.
func (p *Post) ofChapter(of string) ([]string, error) {
	switch kindOf(of) {
	case store.KindMeeting:
		m, err := p.Meetings.Get(of)
		if err != nil {
			return nil, err
		}
		if m.Chapter == "" {
			return nil, fault.New("mail_nobody")
		}
		gate, err := p.Meetings.Gate(m)
		return p.eligible(gate, err)
	case store.KindSeries:
		s, err := store.Get[store.Series](p.Store, of)
		if err != nil {
			return nil, err
		}
		if s.Chapter == "" {
			return nil, fault.New("mail_nobody")
		}
		gate, err := p.Meetings.SeriesGate(s)
		return p.eligible(gate, err)
	}
	const all = 1 << 30
	cards, _ := p.Store.WaitDirectory().Members(directory.Query{Chapter: of, Limit: all})
	ids := make([]string, len(cards))
	for i, c := range cards {
		ids[i] = c.ID
	}
	return ids, nil
}

// eligible gives the members whom a gate lets in, in the order of names.
func (p *Post) eligible(gate *meetings.Gate, err error) (ids []string, _ error) {
	if err != nil {
		return nil, err
	}
	const all = 1 << 30
	list := p.Store.WaitDirectory()
	cards, _ := list.Members(directory.Query{Chapter: gate.Chapter, Limit: all})
	for _, c := range cards {
		m, err := store.Get[store.Member](p.Store, c.ID)
		if err != nil {
			return nil, err
		}
		profile := p.Meetings.ProfileOf(m)
		if gate.Judge(&profile).Answer == audience.Eligible {
			ids = append(ids, c.ID)
		}
	}
	return ids, nil
}

// judge tells of each member whether a message of this sort may go out, in the order given.
func (p *Post) judge(sort, of string, ids []string, f Facts) (list []Recipient, err error) {
	had, err := p.had(sort, of, f)
	if err != nil {
		return nil, err
	}
	return p.judgeBut(had, sort, of, ids, f)
}

// judgeBut is judge where it is known who has the message already.
func (p *Post) judgeBut(had map[string]bool, sort, of string, ids []string, f Facts) (list []Recipient, err error) {
	times, err := p.times(sort, of)
	if err != nil {
		return nil, err
	}
	away, err := p.awayFrom(sort, of)
	if err != nil {
		return nil, err
	}
	seen, known := map[string]bool{}, map[string]bool{}
	day := p.Now().In(zones.Here()).Format(time.DateOnly)
	towns := map[string]string{}
	for _, id := range ids {
		m, err := store.Get[store.Member](p.Store, id)
		if err == nil && m.MergedInto != "" {
			m, err = p.People.Find(id)
		}
		if fault.Is(err, "unknown_id") {
			continue
		}
		if err != nil {
			return nil, err
		}
		if known[m.ID] {
			continue
		}
		known[m.ID] = true
		r := Recipient{Member: m, away: away.of[m.ID]}
		if r.Standing, err = p.People.StandingOf(m, day); err != nil {
			return nil, err
		}
		if r.Skip = p.skip(sort, r, had, seen); r.Skip == "" && away.from(r.away) {
			r.Skip = SkipAway
		}
		r.own = p.personal(sort, r, f.Occasion, towns)
		r.own.Nth = times[m.ID]
		seen[strings.ToLower(m.Email)] = true
		list = append(list, r)
	}
	return list, nil
}

func (p *Post) skip(sort string, r Recipient, had, seen map[string]bool) string {
	m := r.Member
	switch {
	case m.Office != "" && p.People.Reads != nil && !p.People.Reads(m.Office):
		return SkipOther
	case !isAddress(m.Email):
		return SkipNoAddress
	case m.Bounced != "" && strings.EqualFold(m.Bounced, m.Email):
		return SkipBounced
	case !answers(sort) && r.Standing.State != people.ConsentGiven:
		return SkipConsent
	case had[m.ID]:
		return SkipAlready
	case seen[strings.ToLower(m.Email)]:
		return SkipSame
	}
	return ""
}

// had gives the members who have, or will get, the same message by an earlier mailing.
func (p *Post) had(sort, of string, f Facts) (map[string]bool, error) {
	had := map[string]bool{}
	if of == "" || sort == Reminder || sort == Digest || sort == Free {
		return had, nil
	}
	mailings, err := store.Linked[store.Mailing](p.Store, of)
	if err != nil {
		return nil, err
	}
	mailings = slices.DeleteFunc(mailings, func(m store.Mailing) bool {
		return m.Sort != sort || answers(sort) || sort != Invitation && !factsOf(m).saysAs(f)
	})
	return had, p.toldBy(mailings, func(_ store.Mailing, one brief) { had[one.member] = true })
}

func factsOf(m store.Mailing) (f Facts) {
	if readJSON(m.Facts, &f) != nil {
		return Facts{Occasion: Occasion{Sequence: -1}}
	}
	return f
}

// saysAs tells whether two mailings of one sort about one thing say the same: nothing about it changed between them, nor did the law
// that makes its times.
func (f Facts) saysAs(other Facts) bool {
	return f.Occasion.Sequence == other.Occasion.Sequence && (f.Laws == other.Laws || f.Laws == "" || other.Laws == "")
}

// personal gathers what a message says to one recipient alone.
func (p *Post) personal(sort string, r Recipient, o Occasion, towns map[string]string) Personal {
	own := Personal{Given: r.Member.Given, Family: r.Member.Family, Why: "request"}
	if !answers(sort) {
		own.Why = r.Standing.Consent.Basis
	}
	own.Away = r.away
	zone := r.Member.Zone
	if zone == "" && r.Member.Community != "" {
		known := false
		if zone, known = towns[r.Member.Community]; !known {
			zone = p.Meetings.ZoneOf(r.Member)
			towns[r.Member.Community] = zone
		}
	}
	if zone = cmp.Or(zone, o.zone()); zone == "" {
		return own
	}
	loc, err := zones.Load(zone)
	if err != nil || o.Start.IsZero() && len(o.Coming) == 0 {
		return own
	}
	own.Zone = zone
	if start := o.startFor(own.Away); !start.IsZero() {
		at := start.In(loc)
		own.At = &at
		if !start.Equal(o.Start) {
			own.Times = o.timesAt(start)
		}
	}
	return own
}

// Invited gives the members who were invited to something by mail, for itself or with its series, and whose invitation was not called
// off since. Who had said no to a meeting before its series' invitation is not invited to it.
func (p *Post) Invited(of string) (ids []string, err error) {
	mailings, err := p.calling(of)
	if err != nil {
		return nil, err
	}
	left := p.leftOut(of)
	seen, off := map[string]bool{}, map[string]bool{}
	err = p.toldBy(mailings, func(m store.Mailing, one brief) {
		off[one.member] = m.Sort == Cancellation || left(m, one)
		if !seen[one.member] {
			seen[one.member] = true
			ids = append(ids, one.member)
		}
	})
	return slices.DeleteFunc(ids, func(id string) bool { return off[id] }), err
}

// calling gives the mailings with an entry for calendars about a meeting or series, and about the series that it is of or follows, the
// oldest first.
func (p *Post) calling(of string) (mailings []store.Mailing, err error) {
	layers := []string{of}
	series := of
	if kindOf(of) == store.KindMeeting {
		m, err := p.Meetings.Get(of)
		if err != nil {
			return nil, err
		}
		series = m.Series
	}
	if kindOf(series) == store.KindSeries {
		line, err := p.Meetings.Line(series)
		if err != nil {
			return nil, err
		}
		layers = append(slices.DeleteFunc(line, func(id string) bool { return id == of }), of)
	}
	for _, id := range layers {
		all, err := store.Linked[store.Mailing](p.Store, id)
		if err != nil {
			return nil, err
		}
		mailings = append(mailings, slices.DeleteFunc(all, func(m store.Mailing) bool { return method(m.Sort) == "" })...)
	}
	slices.SortFunc(mailings, func(a, b store.Mailing) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
	return mailings, nil
}

// Wrote tells whether anybody was invited to a meeting or series by mail.
func (p *Post) Wrote(of string) (bool, error) {
	mailings, err := p.calling(of)
	return len(mailings) > 0, err
}

func kindOf(id string) store.Kind {
	prefix, _, _ := strings.Cut(id, "_")
	return map[string]store.Kind{"mtg": store.KindMeeting, "ser": store.KindSeries, "chp": store.KindChapter}[prefix]
}
