package desktop

import (
	"cmp"
	"slices"

	"example.org/carnet/app"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/app/post"
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
		plan, judged, err := planOf(c, o)
		if err != nil {
			return MailPlan{}, err
		}
		return m.d.mailPlan(c, o, plan, judged)
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

// planOf composes an order, without those who may not attend when it leaves them out.
func planOf(c *app.Carnet, o MailOrder) (*post.Plan, *post.Judged, error) {
	plan, err := c.Post.Plan(o.order())
	if err != nil {
		return nil, nil, err
	}
	judged, err := c.Post.Judge(o.order(), plan)
	if err != nil || judged == nil || !o.LeaveOut {
		return plan, judged, err
	}
	order := o.order()
	order.To = []string{}
	for _, r := range plan.Recipients {
		if judged.Of[r.Member.ID].Answer != audience.NotEligible {
			order.To = append(order.To, r.Member.ID)
		}
	}
	plan, err = c.Post.Plan(order)
	return plan, judged, err
}

func (d *Desktop) mailPlan(c *app.Carnet, o MailOrder, plan *post.Plan, judged *post.Judged) (MailPlan, error) {
	v := MailPlan{Title: d.aboutName(c, o.For), Sends: len(plan.Messages), Skipped: []SkipRow{}, Members: []Named{}, Names: []SkipNamed{}}
	for _, one := range plan.Messages {
		if one.Language == "fr" {
			v.French++
		} else {
			v.English++
		}
	}
	if judged != nil {
		v.Judged, v.Date = true, d.dayText(judged.Date)
		v.Eligible, v.Not, v.Unknown = judged.Counts()
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
