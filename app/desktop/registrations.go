package desktop

import (
	"strconv"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/app/meetings/requests"
	"example.org/carnet/store"
)

// Registrations gives everybody who is registered for a meeting, a series or a programme.
func (r *Requests) Registrations(of string) (RegistrationView, error) {
	return ask(r.d, func(c *app.Carnet) (RegistrationView, error) { return r.d.registrations(c, of) })
}

// Register gives a member a place, or whatever the status says.
func (r *Requests) Register(of string, member string, status string, reason string) (Written, error) {
	return ask(r.d, func(c *app.Carnet) (Written, error) {
		o, err := c.Requests.Register(of, member, requests.Decision{Status: status, Reason: reason})
		return r.d.decided(c, o, err)
	})
}

// DecideRegistrations decides for members at a meeting; who comes through a series or a programme gets a registration
// of their own for this one.
func (r *Requests) DecideRegistrations(of string, members []string, status string, reason string, over bool) (Written, error) {
	return ask(r.d, func(c *app.Carnet) (Written, error) {
		o, err := c.Requests.DecideFor(of, members, requests.Decision{Status: status, Reason: reason, Over: over})
		return r.d.decided(c, o, err)
	})
}

// Promote gives the free places to those who wait longest.
func (r *Requests) Promote(of string) (Written, error) {
	return ask(r.d, func(c *app.Carnet) (Written, error) {
		o, err := c.Requests.Promote(of)
		return r.d.decided(c, o, err)
	})
}

// decided says what a decision did, and remembers it for undo as one step.
func (d *Desktop) decided(c *app.Carnet, o requests.Outcome, err error) (Written, error) {
	if err != nil {
		return Written{}, err
	}
	d.remember(o.Refs)
	w := d.words()
	if len(o.Registrations) == 0 {
		return Written{Text: w.Say("written.nothing", nil)}, nil
	}
	first := o.Registrations[0]
	text := w.Count("registration.said."+first.Status, len(o.Registrations)-len(o.Full), map[string]string{"name": d.recordName(c, store.KindMember, first.Member)})
	switch full := len(o.Full); {
	case full == len(o.Registrations):
		text = w.Count("registration.said.full", full, nil)
	case full > 0:
		text += " " + w.Count("registration.said.full", full, nil)
	}
	return Written{ID: first.ID, Text: text}, nil
}

func (d *Desktop) registrations(c *app.Carnet, of string) (RegistrationView, error) {
	t, err := c.Requests.Target(of)
	if err != nil {
		return RegistrationView{}, err
	}
	all, err := c.Requests.List(requests.Filter{For: t.ID})
	if err != nil {
		return RegistrationView{}, err
	}
	judge, err := d.judgeOf(c, t)
	if err != nil {
		return RegistrationView{}, err
	}
	v := RegistrationView{ID: t.ID, Title: t.Title(d.words().Lang()), Rows: make([]RegistrationRow, 0, len(all))}
	if t.Kind == store.KindMeeting {
		v.When = d.meetingWhen(meetings.Plan(t.Meeting))
	}
	for _, g := range all {
		v.Rows = append(v.Rows, d.registrationRow(c, t, g, judge))
	}
	v.State, err = d.registered(c, t.ID)
	return v, err
}

func (d *Desktop) judgeOf(c *app.Carnet, t requests.Target) (func(store.Member) audience.Verdict, error) {
	var gate *meetings.Gate
	var err error
	switch t.Kind {
	case store.KindSeries:
		gate, err = c.Meetings.SeriesGate(t.Series)
	case store.KindChapter:
		gate, err = c.Meetings.ChapterGate(t.Chapter)
	default:
		gate, err = c.Meetings.Gate(t.Meeting)
	}
	return func(m store.Member) audience.Verdict {
		p := c.Meetings.ProfileOf(m)
		return gate.JudgeRule(&p)
	}, err
}

func (d *Desktop) registrationRow(c *app.Carnet, t requests.Target, g requests.Registered, judge func(store.Member) audience.Verdict) RegistrationRow {
	row := RegistrationRow{ID: g.ID, Member: g.Person, Name: g.Person, Status: g.Status, Reason: g.Reason, Answer: g.Answer, Place: g.Place}
	if at, err := time.Parse(time.RFC3339, g.At); err == nil {
		row.When = d.when(c, at)
	}
	if g.For != t.ID {
		row.Through = d.targetTitle(c, g.For)
	}
	if m, err := store.Get[store.Member](c.Store, g.Person); err == nil {
		row.Name, row.Role, row.Community = memberName(m), m.Role, d.communityOf(c, m)
		row.Verdict, row.Why = d.verdict(c, judge(m))
	}
	return row
}

// verdict gives an answer's code and its reason in words.
func (d *Desktop) verdict(c *app.Carnet, v audience.Verdict) (answer, why string) {
	return v.Answer.String(), v.Reason.Say(d.words().Say, c.Meetings.NameOf(d.words().Lang()))
}

func (d *Desktop) targetTitle(c *app.Carnet, id string) string {
	t, err := c.Requests.Target(id)
	if err != nil {
		return d.words().Say("request.target.gone", nil)
	}
	return t.Title(d.words().Lang())
}

// openFor counts this office's open requests for something.
func (d *Desktop) openFor(c *app.Carnet, of string) (n int, err error) {
	asked, err := store.Linked[store.Request](c.Store, of)
	for _, q := range asked {
		if q.For == of && q.Status == requests.Open && q.Office == c.Network.MyOffice() {
			n++
		}
	}
	return n, err
}

// registered sums up who comes to something.
func (d *Desktop) registered(c *app.Carnet, of string) (Registered, error) {
	t, err := c.Requests.Target(of)
	if err != nil {
		return Registered{}, err
	}
	o, err := c.Requests.Occupancy(t)
	if err != nil {
		return Registered{}, err
	}
	w := d.words()
	r := Registered{Places: o.Places, Taken: o.Taken, Free: o.Free, Waiting: len(o.Waiting)}
	if r.Asking, err = d.openFor(c, t.ID); err != nil {
		return r, err
	}
	switch {
	case o.Places > 0:
		r.Text = w.Say("registration.said.places", map[string]string{"taken": w.Number(o.Taken), "places": strconv.Itoa(o.Places)})
	default:
		r.Text = w.Count("registration.said.taken", o.Taken, nil)
	}
	if n := len(o.Waiting); n > 0 {
		r.Text += ", " + w.Count("registration.said.waiting", n, nil)
	}
	return r, nil
}
