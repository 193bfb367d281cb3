package post

import (
	"cmp"
	"slices"
	"strings"

	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Due are the members whose request was decided, and who were not told so by mail since.
type Due struct {
	For                string // a Meeting, a Series or a Chapter
	Approved, Declined []string
	Reasons            map[string]string // why it was declined, by member
}

// Unanswered gives what is due of one meeting, series or programme, and of all of them when of is empty. Those who cannot be written to
// are left out, and so is what a calendar answered, which nobody decided.
func (p *Post) Unanswered(of string) ([]Due, error) {
	decided, err := p.decided(of)
	if err != nil {
		return nil, err
	}
	return p.unanswered(of, decided)
}

func (p *Post) unanswered(of string, decided []meetings.Enrolled) (list []Due, err error) {
	told, err := p.answeredLast(of)
	if err != nil {
		return nil, err
	}
	due := map[string]*Due{}
	for _, g := range decided {
		sort := map[string]string{"approved": Confirmation, "declined": Decline}[g.Status]
		if sort == "" || g.Source == "calendar" || told[g.For+g.Person] == sort || !p.reached(g.Person) {
			continue
		}
		d := due[g.For]
		if d == nil {
			d = &Due{For: g.For, Reasons: map[string]string{}}
			due[g.For] = d
		}
		if sort == Decline {
			d.Declined, d.Reasons[g.Person] = append(d.Declined, g.Person), g.Reason
			continue
		}
		d.Approved = append(d.Approved, g.Person)
	}
	for _, d := range due {
		slices.Sort(d.Approved)
		slices.Sort(d.Declined)
		list = append(list, *d)
	}
	slices.SortFunc(list, func(a, b Due) int { return cmp.Compare(a.For, b.For) })
	return list, nil
}

// decided gives the registrations for one thing, or all; one a person and thing.
func (p *Post) decided(of string) ([]meetings.Enrolled, error) {
	if of != "" {
		return p.Meetings.Enrolled(of)
	}
	var list []store.Registration
	for g, err := range store.All[store.Registration](p.Store) {
		if err != nil {
			return nil, err
		}
		list = append(list, g)
	}
	return p.Meetings.Counting(list), nil
}

// reached tells whether a member's own office may write to them at the address that is known.
func (p *Post) reached(member string) bool {
	m, err := store.Get[store.Member](p.Store, p.Store.Person(member))
	return err == nil && isAddress(m.Email) && !strings.EqualFold(m.Bounced, m.Email) && (m.Office == "" || p.People.Reads == nil || p.People.Reads(m.Office))
}

// answeredLast gives which of the two answers each was last sent, or will be, by what it is about and member.
func (p *Post) answeredLast(of string) (map[string]string, error) {
	told := map[string]string{}
	err := p.told(func(m store.Mailing) bool { return answers(m.Sort) && (of == "" || m.For == of) },
		func(m store.Mailing, one brief) { told[m.For+one.member] = m.Sort })
	return told, err
}

// dueFor gives those whom a confirmation or a refusal is due to, and why each was refused.
func (p *Post) dueFor(sort, of string) ([]string, map[string]string, error) {
	list, err := p.Unanswered(of)
	if err != nil || of == "" || len(list) == 0 {
		return []string{}, nil, err
	}
	switch sort {
	case Confirmation:
		return list[0].Approved, nil, nil
	case Decline:
		return list[0].Declined, list[0].Reasons, nil
	}
	return nil, nil, fault.New("mail_nobody")
}

// Untold counts the members who were invited to something by mail, and those of them who have not heard how it stands now.
func (p *Post) Untold(of string) (invited, untold int, err error) {
	ids, err := p.Invited(of)
	if err != nil || len(ids) == 0 {
		return 0, 0, err
	}
	now, err := p.facts(of)
	if err != nil {
		return 0, 0, err
	}
	had, err := p.had(Update, of, now)
	if err != nil {
		return 0, 0, err
	}
	mailings, err := p.calling(of)
	if err != nil {
		return 0, 0, err
	}
	mailings = slices.DeleteFunc(mailings, func(m store.Mailing) bool {
		said := factsOf(m)
		if m.For != of { // of its series: what that said of this one
			said.Occasion.Sequence = said.Occasion.number(of)
		}
		return m.Sort == Cancellation || !said.saysAs(now)
	})
	if err := p.toldBy(mailings, func(_ store.Mailing, one brief) { had[one.member] = true }); err != nil {
		return 0, 0, err
	}
	for _, id := range ids {
		if !had[id] {
			untold++
		}
	}
	return len(ids), untold, nil
}
