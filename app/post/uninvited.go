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
	For     string // a Meeting or a Series
	Members []string
}

// lists are read once for all that is coming.
type lists struct {
	standing map[string]map[string]string // by what it is for and member: the state of a registration
	called   map[string]map[string]bool   // by what it is about: members whom an entry for calendars went to, or will
	due      map[string][]string          // by what it is about: members whom a confirmation is due to, which brings the entry along
}

// Uninvited gives what is coming and who lacks an invitation to it, in the order of dates. Left out are those who cannot be written to, whose
// entry was called off, and to whom a confirmation is due that brings the entry itself.
func (p *Post) Uninvited() (list []Missing, err error) {
	l, err := p.lists()
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
		ids, err := p.missing(l, of, coming[i].Chapter)
		if err != nil {
			return nil, err
		}
		if len(ids) > 0 {
			list = append(list, Missing{For: of, Members: ids})
		}
	}
	return list, nil
}

// missing asks for one thing. A series is invited to whole, and a forum without its sessions; who asked for one meeting of a series, or for a
// session, has the entry with the confirmation.
func (p *Post) missing(l *lists, of, chapter string) (members []string, err error) {
	line := []string{of}
	if kindOf(of) == store.KindSeries {
		if line, err = p.Meetings.Line(of); err != nil {
			return nil, err
		}
	}
	var ids []string
	for id, status := range l.of(append(slices.Clone(line), chapter)) {
		if status == "approved" && !slices.ContainsFunc(line, func(e string) bool { return l.called[e][id] || slices.Contains(l.due[e], id) }) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	slices.Sort(ids)
	judged, err := p.judge(Invitation, of, ids, Facts{})
	for _, r := range judged {
		if r.Skip == "" {
			members = append(members, r.Member.ID)
		}
	}
	return members, err
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

func (p *Post) lists() (*lists, error) {
	l := &lists{standing: map[string]map[string]string{}, called: map[string]map[string]bool{}, due: map[string][]string{}}
	registrations, err := p.decided("")
	if err != nil {
		return nil, err
	}
	for _, g := range registrations {
		if l.standing[g.For] == nil {
			l.standing[g.For] = map[string]string{}
		}
		l.standing[g.For][g.Member] = g.Status
		if g.Source == "calendar" { // it answered from the entry itself
			l.call(g.For, g.Member)
		}
	}
	mailings, err := p.mailings(func(m store.Mailing) bool { return m.Sort == Invitation || m.Sort == Confirmation })
	if err != nil {
		return nil, err
	}
	for _, m := range mailings {
		messages, err := store.Linked[store.Message](p.Store, m.ID)
		if err != nil {
			return nil, err
		}
		for _, one := range messages {
			if state := FateOf(one.Events).State; state != Failed && state != Stopped {
				l.call(m.For, one.Member)
			}
		}
	}
	due, err := p.Unanswered("")
	for _, d := range due {
		l.due[d.For] = d.Approved
	}
	return l, err
}

// PlanMissing composes an invitation to each thing that somebody lacks one to. Faults: mail_nobody when nobody does, and those of Plan.
func (p *Post) PlanMissing() (plans []*Plan, err error) {
	list, err := p.Uninvited()
	if err != nil {
		return nil, err
	}
	for _, one := range list {
		plan, err := p.Plan(Order{Sort: Invitation, For: one.For, To: one.Members})
		if err != nil {
			return nil, err
		}
		if len(plan.Messages) > 0 {
			plans = append(plans, plan)
		}
	}
	if len(plans) == 0 {
		return nil, fault.New("mail_nobody")
	}
	return plans, nil
}

// QueueAll puts several plans into the outbox as one. Faults: the store's.
func (p *Post) QueueAll(plans []*Plan) ([]store.Ref, error) {
	return p.Store.Edit(func(tx *store.Tx) error {
		for _, l := range plans {
			if err := l.Put(tx); err != nil {
				return err
			}
		}
		return nil
	})
}
