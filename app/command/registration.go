package command

import (
	"strconv"
	"strings"

	"example.org/carnet/app/meetings/requests"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// registerCmd is `carnet register MEETING MEMBER`.
type registerCmd struct {
	Meeting string `arg:"" help:"register_for"`
	Member  string `arg:"" help:"member_ref"`
	Status  string `default:"approved" placeholder:"requested|asked|approved|declined|waitlisted|withdrawn" help:"registration_status"`
	Reason  string `help:"registration_reason"`
	Over    bool   `help:"registration_over"`
}

type registrationCmd struct {
	List     registrationList     `cmd:"" help:"registration_list"`
	Approve  registrationApprove  `cmd:"" help:"registration_approve"`
	Decline  registrationDecline  `cmd:"" help:"registration_decline"`
	Ask      registrationAsk      `cmd:"" help:"registration_ask"`
	Waitlist registrationWaitlist `cmd:"" help:"registration_waitlist"`
	Withdraw registrationWithdraw `cmd:"" help:"registration_withdraw"`
	Promote  registrationPromote  `cmd:"" help:"registration_promote"`
	Undo     registrationUndo     `cmd:"" help:"registration_undo"`
}

// registrationDoc is one registration.
type registrationDoc struct {
	ID      string `json:"id"`
	For     string `json:"for"`   // id of a meeting, a series or a chapter
	Title   string `json:"title"` // of that
	Member  string `json:"member"`
	Name    string `json:"name"`
	Status  string `json:"status"` // requested, asked, approved, declined, waitlisted, withdrawn
	Reason  string `json:"reason"`
	At      string `json:"at"`
	Source  string `json:"source"`
	Request string `json:"request"`
	Answer  string `json:"answer"` // of the member's calendar
	Place   int    `json:"place"`  // on the waiting list; 0 for others
}

func (r *run) registrationDoc(g requests.Registered) registrationDoc {
	d := registrationDoc{ID: g.ID, For: g.For, Member: g.Person, Status: g.Status, Reason: g.Reason, At: g.At, Source: g.Source, Request: g.Request,
		Answer: g.Answer, Place: g.Place, Title: r.targetTitle(g.For)}
	if m, err := r.carnet.People.Find(g.Member); err == nil {
		d.Member, d.Name = m.ID, strings.TrimSpace(m.Given+" "+m.Family)
	}
	return d
}

// targetTitle names what somebody is registered for; the id where it is gone.
func (r *run) targetTitle(id string) string {
	if t, err := r.carnet.Requests.Target(id); err == nil {
		return t.Title(r.words.Lang())
	}
	return id
}

// outcomeDoc is what a decision did.
type outcomeDoc struct {
	list[registrationDoc]
	Created []string `json:"created"` // members that it made
	Full    []string `json:"full"`    // registrations that wait, for no place was free
	Changes []string `json:"changes"`
}

// decided answers a decision; who had to wait waits for a person.
func (r *run) decided(o requests.Outcome) error {
	doc := outcomeDoc{Created: append([]string{}, o.Created...), Full: append([]string{}, o.Full...), Changes: changes(o.Refs)}
	doc.Items = []registrationDoc{}
	for _, g := range o.Registrations {
		doc.Items = append(doc.Items, r.registrationDoc(requests.Registered{Registration: g}))
	}
	if doc.Total = len(doc.Items); len(o.Full) > 0 {
		r.attention()
	}
	return r.answer(doc, func() string {
		if doc.Total == 0 {
			return r.words.Say("cli.nothing", nil)
		}
		lines := make([]string, 0, doc.Total+1)
		for _, d := range doc.Items {
			lines = append(lines, r.registrationLine(d))
		}
		if len(doc.Full) > 0 {
			lines = append(lines, r.words.Say("cli.registration.full", map[string]string{"n": r.words.Number(len(doc.Full))}))
		}
		return strings.Join(lines, "\n")
	})
}

func (r *run) registrationLine(d registrationDoc) string {
	return r.words.Say("cli.registration.line", map[string]string{"name": d.Name, "title": d.Title, "status": r.word("registration.status.", d.Status), "id": d.ID})
}

func (c *registerCmd) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	o, err := carnet.Requests.Register(c.Meeting, c.Member, requests.Decision{Status: c.Status, Reason: c.Reason, Over: c.Over})
	if err != nil {
		return err
	}
	return r.registered(o)
}

// registeredDoc is the one registration, with what a decision did beside it.
type registeredDoc struct {
	registrationDoc
	Verdict       string   `json:"verdict"`
	VerdictReason string   `json:"verdict_reason"`
	Full          bool     `json:"full"` // no place was free, so it waits
	Changes       []string `json:"changes"`
}

func (r *run) registered(o requests.Outcome) error {
	g := o.Registrations[0]
	doc := registeredDoc{registrationDoc: r.registrationDoc(requests.Registered{Registration: g}), Full: len(o.Full) > 0, Changes: changes(o.Refs)}
	v, err := r.carnet.Requests.Verdict(g.For, g.Member)
	if err != nil {
		return err
	}
	doc.Verdict, doc.VerdictReason, _ = r.verdictOf(v)
	if doc.Full {
		r.attention()
	}
	return r.answer(doc, func() string {
		lines := []string{r.registrationLine(doc.registrationDoc), r.words.Say("cli.registration.verdict", map[string]string{"verdict": r.words.Say("verdict.is."+doc.Verdict, nil), "reason": doc.VerdictReason})}
		if doc.Full {
			lines = append(lines, r.words.Say("cli.registration.full", map[string]string{"n": "1"}))
		}
		return strings.Join(lines, "\n")
	})
}

type registrationList struct {
	Meeting string `placeholder:"M" help:"registration_of_meeting"`
	Status  string `placeholder:"requested|asked|approved|declined|waitlisted|withdrawn" help:"registration_status"`
	Member  string `placeholder:"MEMBER" help:"registration_of_member"`
}

// registrationsDoc is a list; with a meeting it also says how full that is.
type registrationsDoc struct {
	list[registrationDoc]
	Places int `json:"places"` // 0: as many as wish
	Taken  int `json:"taken"`
	Free   int `json:"free"` // -1 without a limit
}

func (c *registrationList) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	f := requests.Filter{For: c.Meeting, Status: c.Status}
	if c.Member != "" {
		m, err := carnet.People.Find(c.Member)
		if err != nil {
			return err
		}
		f.Member = m.ID
	}
	all, err := carnet.Requests.List(f)
	if err != nil {
		return err
	}
	items := make([]registrationDoc, len(all))
	for i, g := range all {
		items[i] = r.registrationDoc(g)
	}
	headings := []string{"field.name", "field.status", "cli.heading.for", "field.reason", "field.id"}
	cells := func(d registrationDoc) []string {
		status := r.word("registration.status.", d.Status)
		if d.Place > 0 {
			status += " " + strconv.Itoa(d.Place)
		}
		return []string{d.Name, status, d.Title, d.Reason, d.ID}
	}
	if c.Meeting == "" || !r.json {
		return answerRows(r, items, len(items), headings, cells)
	}
	doc := registrationsDoc{list: list[registrationDoc]{Items: items, Total: len(items)}}
	t, err := carnet.Requests.Target(c.Meeting)
	if err != nil {
		return err
	}
	o, err := carnet.Requests.Occupancy(t)
	doc.Places, doc.Taken, doc.Free = o.Places, o.Taken, o.Free
	if err != nil {
		return err
	}
	return r.answer(doc, func() string { return "" })
}

type registrationIDs struct {
	ID []string `arg:"" help:"registration_ids"`
}

func (c *registrationIDs) decide(r *run, d requests.Decision) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	o, err := carnet.Requests.Decide(c.ID, d)
	if err != nil {
		return err
	}
	return r.decided(o)
}

type registrationApprove struct {
	registrationIDs
	Over bool `help:"registration_over"`
}

func (c *registrationApprove) Run(r *run) error {
	return c.decide(r, requests.Decision{Status: requests.Approved, Over: c.Over})
}

type registrationDecline struct {
	registrationIDs
	Reason string `required:"" placeholder:"R" help:"registration_reason"`
}

func (c *registrationDecline) Run(r *run) error {
	return c.decide(r, requests.Decision{Status: requests.Declined, Reason: c.Reason})
}

type registrationAsk struct {
	registrationIDs
	Reason string `required:"" placeholder:"R" help:"registration_question"`
}

func (c *registrationAsk) Run(r *run) error {
	return c.decide(r, requests.Decision{Status: requests.Asked, Reason: c.Reason})
}

type registrationWaitlist struct{ registrationIDs }

func (c *registrationWaitlist) Run(r *run) error {
	return c.decide(r, requests.Decision{Status: requests.Waitlisted})
}

type registrationWithdraw struct{ registrationIDs }

func (c *registrationWithdraw) Run(r *run) error {
	return c.decide(r, requests.Decision{Status: requests.Withdrawn})
}

type registrationPromote struct {
	Meeting string `arg:"" help:"register_for"`
}

func (c *registrationPromote) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	o, err := carnet.Requests.Promote(c.Meeting)
	if err != nil {
		return err
	}
	return r.decided(o)
}

type registrationUndo struct {
	ID string `arg:"" help:"registration_ids"`
}

// takenBackDoc is what a registration or a request is after its last change was taken back.
type takenBackDoc struct {
	ID      string   `json:"id"`
	Status  string   `json:"status"` // empty when it is no more
	Changes []string `json:"changes"`
}

func (c *registrationUndo) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	kind := store.KindRegistration
	if strings.HasPrefix(c.ID, "req_") {
		kind = store.KindRequest
	}
	id, err := carnet.Store.Resolve(kind, c.ID)
	if err != nil {
		return err
	}
	refs, err := carnet.Requests.Undo(id)
	if err != nil {
		return err
	}
	doc := takenBackDoc{ID: id, Changes: changes(refs)}
	if g, err := store.Get[store.Registration](carnet.Store, id); err == nil {
		doc.Status = g.Status
	} else if q, err := store.Get[store.Request](carnet.Store, id); err == nil {
		doc.Status = q.Status
	} else if !fault.Is(err, "unknown_id") {
		return err
	}
	return r.answer(doc, func() string { return r.words.Say("cli.registration.undone", map[string]string{"id": id}) })
}
