package post

import (
	"cmp"
	"slices"

	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Missing are the members who are registered for something that is coming, for itself or with its series or programme, and whom no
// invitation reached yet: who came late gets what remains.
type Missing struct {
	For       string // a Meeting or a Series
	Members   []string
	Unreached []Recipient // who lack one too and cannot be written to, with why
}

// lists are read once for all that is coming.
type lists struct {
	standing map[string]map[string]string // by what it is for and member: the state of a registration
	called   map[string]map[string]bool   // by what it is about: members whom an entry for calendars went to, or will
	due      map[string][]string          // by what it is about: members whom a confirmation is due to, which brings the entry along
}

// Uninvited gives what is coming and who lacks an invitation to it, in the order of dates. Left out are those whose entry was called off, and
// to whom a confirmation is due that brings the entry itself.
func (p *Post) Uninvited() (list []Missing, err error) {
	l, err := p.listsOfAll()
	if err != nil || len(l.standing) == 0 {
		return nil, err
	}
	now, seen := p.Now(), map[string]bool{}
	coming, err := p.Meetings.List(func(m meetings.Planned) bool {
		return m.Parent == "" && !m.Start.IsZero() && !m.Ended(now) && m.Status != "cancelled"
	})
	if err != nil {
		return nil, err
	}
	for i := range coming {
		of := cmp.Or(coming[i].Series, coming[i].ID)
		if seen[of] {
			continue
		}
		seen[of] = true
		one, err := p.missing(l, of, coming[i].Chapter)
		if err != nil {
			return nil, err
		}
		if len(one.Members)+len(one.Unreached) > 0 {
			list = append(list, one)
		}
	}
	return list, nil
}

// UninvitedTo is Uninvited for one meeting, or for the series that it is of; nobody lacks an invitation to what is over or called off, nor to
// a session, which has its forum's.
func (p *Post) UninvitedTo(of string) (Missing, error) {
	layers, chapter := []string{of}, ""
	if kindOf(of) == store.KindMeeting {
		m, err := p.Meetings.Planned(of)
		if err != nil || m.Parent != "" || m.Start.IsZero() || m.Ended(p.Now()) || m.Status == "cancelled" {
			return Missing{For: of}, err
		}
		of, chapter = cmp.Or(m.Series, m.ID), m.Chapter
		layers = []string{of}
	}
	if kindOf(of) == store.KindSeries {
		s, err := store.Get[store.Series](p.Store, of)
		if _, comes := p.Meetings.Next(s); err != nil || s.Status == "cancelled" || !comes {
			return Missing{For: of}, err
		}
		if layers, err = p.Meetings.Line(of); err != nil {
			return Missing{For: of}, err
		}
		chapter = s.Chapter
	}
	l, err := p.lists(append(slices.Clone(layers), chapter))
	if err != nil {
		return Missing{For: of}, err
	}
	return p.missing(l, of, chapter)
}

// missing asks for one thing. A series is invited to whole, and a forum without its sessions; who asked for one meeting of a series, or for a
// session, has the entry with the confirmation.
func (p *Post) missing(l *lists, of, chapter string) (missing Missing, err error) {
	missing.For = of
	line := []string{of}
	if kindOf(of) == store.KindSeries {
		if line, err = p.Meetings.Line(of); err != nil {
			return missing, err
		}
	}
	var ids []string
	for id, status := range l.of(append(slices.Clone(line), chapter)) {
		if status == "approved" && !slices.ContainsFunc(line, func(e string) bool { return l.called[e][id] || slices.Contains(l.due[e], id) }) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return missing, nil
	}
	slices.Sort(ids)
	judged, err := p.judgeBut(nil, Invitation, of, ids, Facts{})
	for _, r := range judged {
		switch r.Skip {
		case "":
			missing.Members = append(missing.Members, r.Member.ID)
		case SkipAway: // there is nothing left to invite to
		default:
			missing.Unreached = append(missing.Unreached, r)
		}
	}
	return missing, err
}

// of gives how members stand with something through its layers: what was decided for the nearest holds.
func (l *lists) of(layers []string) map[string]string {
	standing := map[string]string{}
	for _, id := range layers {
		for member, status := range l.standing[id] {
			if standing[member] == "" {
				standing[member] = status
			}
		}
	}
	return standing
}

func (l *lists) call(of, member string) {
	if l.called[of] == nil {
		l.called[of] = map[string]bool{}
	}
	l.called[of][member] = true
}

func (p *Post) listsOfAll() (*lists, error) {
	decided, err := p.decided("")
	if err != nil {
		return nil, err
	}
	return p.listsFrom(decided, func(string) bool { return true }, []string{""})
}

// lists reads what is about some things alone.
func (p *Post) lists(about []string) (*lists, error) {
	about = slices.DeleteFunc(about, func(id string) bool { return id == "" })
	var decided []meetings.Enrolled
	for _, id := range about {
		some, err := p.decided(id)
		if err != nil {
			return nil, err
		}
		decided = append(decided, some...)
	}
	return p.listsFrom(decided, func(id string) bool { return slices.Contains(about, id) }, about)
}

func (p *Post) listsFrom(decided []meetings.Enrolled, about func(string) bool, each []string) (*lists, error) {
	l := &lists{standing: map[string]map[string]string{}, called: map[string]map[string]bool{}, due: map[string][]string{}}
	for _, g := range decided {
		if l.standing[g.For] == nil {
			l.standing[g.For] = map[string]string{}
		}
		l.standing[g.For][g.Person] = g.Status
		if g.Source == "calendar" { // it answered from the entry itself
			l.call(g.For, g.Person)
		}
	}
	if err := p.told(func(m store.Mailing) bool { return about(m.For) && (m.Sort == Invitation || m.Sort == Confirmation) },
		func(m store.Mailing, one brief) { l.call(m.For, one.member) }); err != nil {
		return nil, err
	}
	for _, of := range each {
		due, err := p.unanswered(of, decided)
		if err != nil {
			return nil, err
		}
		for _, d := range due {
			if of == "" || d.For == of {
				l.due[d.For] = d.Approved
			}
		}
	}
	return l, nil
}

// PlanMissing composes an invitation to each thing that somebody lacks one to, or to one meeting or its series alone. A plan may have no message, when nobody who lacks it can be
// written to. Faults: mail_nobody when nobody lacks any, and those of Plan.
func (p *Post) PlanMissing(of string) (plans []*Plan, err error) {
	list := make([]Missing, 1)
	if of == "" {
		list, err = p.Uninvited()
	} else {
		list[0], err = p.UninvitedTo(of)
	}
	if err != nil {
		return nil, err
	}
	for _, one := range list {
		if len(one.Members)+len(one.Unreached) == 0 {
			continue
		}
		to := one.Members
		for _, r := range one.Unreached {
			to = append(to, r.Member.ID)
		}
		plan, err := p.Plan(Order{Sort: Invitation, For: one.For, To: to})
		if err != nil {
			return nil, err
		}
		plans = append(plans, plan)
	}
	if len(plans) == 0 {
		return nil, fault.New("mail_nobody")
	}
	return plans, nil
}

// LeftOut counts, over several plans, the people who get no message from any, by why; somebody who is in several counts once.
func LeftOut(plans []*Plan) map[string]int {
	why, written := map[string]string{}, map[string]bool{}
	for _, l := range plans {
		for _, r := range l.Recipients {
			if r.Skip == "" {
				written[r.Member.ID] = true
			} else {
				why[r.Member.ID] = r.Skip
			}
		}
	}
	counts := map[string]int{}
	for member, skip := range why {
		if !written[member] {
			counts[skip]++
		}
	}
	return counts
}

// QueueAll puts several plans into the outbox as one. Faults: mail_nobody when nobody is written to, and the store's.
func (p *Post) QueueAll(plans []*Plan) ([]store.Ref, error) {
	plans = slices.DeleteFunc(slices.Clone(plans), func(l *Plan) bool { return len(l.Messages) == 0 })
	if len(plans) == 0 {
		return nil, fault.New("mail_nobody")
	}
	return p.Store.Edit(func(tx *store.Tx) error {
		for _, l := range plans {
			if err := l.Put(tx); err != nil {
				return err
			}
		}
		return nil
	})
}
