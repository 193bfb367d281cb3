package desktop

import (
	"cmp"
	"slices"
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/app/post"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

const lookedAt = 25 // members whose mail may be looked at before sending

// order turns the window's order into the use case's.
func (o MailOrder) order() post.Order {
	order := post.Order{Sort: o.Sort, For: o.For, ToWhom: o.ToWhom, Subject: map[string]string{"en": o.SubjectEN, "fr": o.SubjectFR}, Text: map[string]string{"en": o.TextEN, "fr": o.TextFR}}
	if len(o.Members) > 0 {
		order.To = o.Members
	}
	return order
}

// Plan says in numbers what an order would send, and to whom not; nothing is queued.
func (m *Mail) Plan(o MailOrder) (MailPlan, error) {
	return ask(m.d, func(c *app.Carnet) (MailPlan, error) {
		plan, verdicts, err := planOf(c, o)
		if err != nil {
			return MailPlan{}, err
		}
		return m.d.mailPlan(c, o, plan, verdicts)
	})
}

// Queue puts an order into the outbox, if it still sends to as many as the person saw.
func (m *Mail) Queue(o MailOrder, sends int) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		plan, _, err := planOf(c, o)
		if err != nil {
			return Written{}, err
		}
		if len(plan.Messages) != sends {
			return Written{}, fault.New("mail_plan_changed")
		}
		if _, err := c.Post.Queue(plan); err != nil { // it is not on the undo stack: what went out cannot be taken back
			return Written{}, err
		}
		m.d.atOnce()
		return Written{ID: plan.Mailing.ID, Text: m.d.words().Count("mail.done.queued", sends, nil)}, nil
	})
}

// Preview composes what one member would get, in their language or, when lang says so, in the other.
func (m *Mail) Preview(o MailOrder, member string) (Letter, error) {
	return ask(m.d, func(c *app.Carnet) (Letter, error) {
		who, err := c.People.Find(member)
		if err != nil {
			return Letter{}, err
		}
		composed, err := c.Post.Preview(o.order(), who.ID)
		if err != nil {
			return Letter{}, err
		}
		language := "en"
		if who.Language == "fr" {
			language = "fr"
		}
		letter := letterOf(composed, memberName(who), language)
		letter.To = who.Email
		return letter, nil
	})
}

// verdicts are what the rule of a meeting or series says of people, by member.
type verdicts struct {
	of   map[string]audience.Verdict
	date string
}

// planOf composes an order, without those who may not attend when it leaves them out.
func planOf(c *app.Carnet, o MailOrder) (*post.Plan, *verdicts, error) {
	plan, err := c.Post.Plan(o.order())
	if err != nil {
		return nil, nil, err
	}
	judged, err := judgedFor(c, o, plan.Recipients)
	if err != nil || judged == nil || !o.LeaveOut {
		return plan, judged, err
	}
	order := o.order()
	order.To = []string{}
	for _, r := range plan.Recipients {
		if judged.of[r.Member.ID].Answer != audience.NotEligible {
			order.To = append(order.To, r.Member.ID)
		}
	}
	plan, err = c.Post.Plan(order)
	return plan, judged, err
}

// judgedFor asks the rule of what an order is about; nil when it has none. Of those who are merely asked to come, all whom the
// chapter has are judged; of others, those who are written to.
func judgedFor(c *app.Carnet, o MailOrder, recipients []post.Recipient) (*verdicts, error) {
	gate, meeting, err := gateOf(c, o.For)
	if err != nil || gate == nil {
		return nil, err
	}
	v := &verdicts{of: map[string]audience.Verdict{}, date: gate.Date}
	if o.ToWhom == post.Eligible && len(o.Members) == 0 && meeting != nil {
		all, err := c.Meetings.Verdicts(*meeting)
		for _, one := range all {
			if one.Reason.Code != "not_in_chapter" {
				v.of[one.Member] = one.Verdict
			}
		}
		return v, err
	}
	for _, r := range recipients {
		profile := c.Meetings.ProfileOf(r.Member)
		v.of[r.Member.ID] = gate.Judge(&profile)
	}
	return v, nil
}

func gateOf(c *app.Carnet, id string) (*meetings.Gate, *store.Meeting, error) {
	switch {
	case id == "" || strings.HasPrefix(id, "chp_"):
		return nil, nil, nil
	case strings.HasPrefix(id, "ser_"):
		s, err := c.Meetings.Series(id)
		if err != nil {
			return nil, nil, err
		}
		gate, err := c.Meetings.SeriesGate(s)
		return gate, nil, err
	}
	m, err := c.Meetings.Get(id)
	if err != nil {
		return nil, nil, err
	}
	gate, err := c.Meetings.Gate(m)
	return gate, &m, err
}

func (d *Desktop) mailPlan(c *app.Carnet, o MailOrder, plan *post.Plan, judged *verdicts) (MailPlan, error) {
	v := MailPlan{Title: d.aboutName(c, o.For), Sends: len(plan.Messages), Skipped: []SkipRow{}, Members: []Named{}, Names: []SkipNamed{}}
	for _, one := range plan.Messages {
		if one.Language == "fr" {
			v.French++
		} else {
			v.English++
		}
	}
	if judged != nil {
		v.Judged, v.Date = true, d.dayText(judged.date)
		for _, one := range judged.of {
			switch one.Answer {
			case audience.Eligible:
				v.Eligible++
			case audience.NotEligible:
				v.Not++
			default:
				v.Unknown++
			}
		}
	}
	v.Members = lookAt(plan)
	for _, r := range plan.Recipients {
		if r.Skip != "" {
			v.Names = d.skipNamed(v.Names, r)
		}
	}
	v.Skipped = d.skipRows(plan.Skipped())
	return v, nil
}

// skipNamed adds somebody who gets nothing to a list that names some.
func (d *Desktop) skipNamed(names []SkipNamed, r post.Recipient) []SkipNamed {
	if len(names) >= fewRows {
		return names
	}
	return append(names, SkipNamed{ID: r.Member.ID, Name: memberName(r.Member), Why: d.words().Say("mail.skip."+r.Skip, nil)})
}

// skipRows says counts by reason, the most first.
func (d *Desktop) skipRows(counts map[string]int) []SkipRow {
	rows := []SkipRow{}
	for why, n := range counts {
		rows = append(rows, SkipRow{Why: why, Text: d.words().Say("mail.skip."+why, nil), N: n})
	}
	slices.SortFunc(rows, func(a, b SkipRow) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Why, b.Why)) })
	return rows
}

// lookAt picks some who get the mail, of both languages.
func lookAt(plan *post.Plan) []Named {
	some := []Named{}
	for _, lang := range post.Languages {
		taken := 0
		for _, one := range plan.Messages {
			if one.Language == lang && taken < lookedAt {
				some = append(some, Named{ID: one.Member, Name: one.Name})
				taken++
			}
		}
	}
	return some
}
