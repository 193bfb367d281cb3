package post

import (
	"cmp"
	"slices"
	"strings"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Order is what a person asks to have written.
type Order struct {
	Sort    string
	For     string            // id of a Meeting, Series or Chapter; empty for a free message
	To      []string          // members; nil means those whom the sort and ToWhom say
	ToWhom  string            // registered, eligible, invited, decided; empty means as the sort is
	Subject map[string]string // by language, in place of the wording's; a free message needs one
	Text    map[string]string
	Reasons map[string]string // by member: of a decline; nil takes those of the registrations
}

// ToWhom of an order.
const (
	Registered = "registered"
	Eligible   = "eligible"
	Invited    = "invited"
	Decided    = "decided" // whose request was decided and who were not told yet
)

// Plan is a mailing as it would be queued: what is said, and to whom not.
type Plan struct {
	Mailing    store.Mailing
	Messages   []store.Message
	Recipients []Recipient // all whom it is meant for, those who are passed over too
}

// Skipped counts those who get no message, by why.
func (l *Plan) Skipped() map[string]int {
	counts := map[string]int{}
	for _, r := range l.Recipients {
		if r.Skip != "" {
			counts[r.Skip]++
		}
	}
	return counts
}

const mostMessages = 20_000 // of one mailing

// Plan composes a mailing without queueing it: what a person looks at first. Faults: mail_no_account, mail_no_postal, role_forbids,
// bad_mail_sort, mail_nobody, mail_too_many, mail_subject_bad, mail_text_bad, mail_placeholder, unknown_id, and those of composing.
func (p *Post) Plan(o Order) (*Plan, error) {
	for _, kind := range []store.Kind{store.KindMailing, store.KindMessage} {
		if err := p.May(kind); err != nil {
			return nil, err
		}
	}
	account, err := p.Account()
	if err == nil {
		err = account.ready()
	}
	if err != nil {
		return nil, err
	}
	occasion, err := p.Occasion(o.For)
	if err != nil {
		return nil, err
	}
	if occasion.Meeting != nil {
		o.For = occasion.Meeting.ID
	}
	ids, err := p.whom(o)
	if err != nil {
		return nil, err
	}
	if len(ids) > mostMessages {
		return nil, fault.New("mail_too_many")
	}
	if len(occasion.Times) > 0 {
		if err := p.clocks(&occasion, ids...); err != nil {
			return nil, err
		}
	}
	if o.Sort == Decline && o.Reasons == nil {
		if _, o.Reasons, err = p.dueFor(o.Sort, o.For); err != nil {
			return nil, err
		}
	}
	f := Facts{Sender: account.sender(), Occasion: occasion, Laws: zones.Version()}
	if o.Sort == Cancellation {
		f.Occasion.Sequence = max(f.Occasion.Sequence, 1) // a calendar hears of it only by a greater number
	}
	f.Sender.Office = p.OfficeName(p.Office())
	f.Sender.NetworkID, f.Sender.Network = p.Network()
	l := &Plan{Mailing: store.Mailing{ID: store.NewID(store.KindMailing), Office: p.Office(), Sort: o.Sort, For: o.For, Laptop: p.Device(), At: p.Now().UTC().Format(eventTime)}}
	if err := p.word(&l.Mailing, o); err != nil {
		return nil, err
	}
	if l.Recipients, err = p.judge(o.Sort, o.For, ids, f); err != nil {
		return nil, err
	}
	if o.Sort == Invitation && o.ToWhom == Eligible && o.To == nil {
		if err := p.refuse(o.For, l.Recipients); err != nil {
			return nil, err
		}
	}
	l.Mailing.Facts = writeJSON(f)
	if len(l.Mailing.Facts) > mostFacts {
		return nil, fault.New("mail_too_many")
	}
	return l, l.fill(f, o.Reasons)
}

// fill writes a message for each who gets one, and composes it, so that nothing is queued that cannot be sent.
func (l *Plan) fill(f Facts, reasons map[string]string) error {
	for _, r := range l.Recipients {
		if r.Skip != "" {
			continue
		}
		m := r.Member
		own := r.own
		own.Reason = fillLine(reasons[m.ID], nil)
		message := store.Message{ID: messageID(l.Mailing.ID, m.ID), Office: l.Mailing.Office, Mailing: l.Mailing.ID,
			Number: len(l.Messages) + 1, Member: m.ID, To: m.Email, Name: strings.TrimSpace(m.Given + " " + m.Family), Language: languageOf(m), Facts: writeJSON(own)}
		if _, err := composeWith(l.Mailing, f, message, own); err != nil {
			return err
		}
		l.Messages = append(l.Messages, message)
	}
	return nil
}

func languageOf(m store.Member) string {
	if m.Language == "fr" {
		return "fr"
	}
	return "en"
}

// word freezes the wording.
func (p *Post) word(m *store.Mailing, o Order) error {
	for lang, to := range map[string][2]*string{"en": {&m.SubjectEN, &m.TextEN}, "fr": {&m.SubjectFR, &m.TextFR}} {
		w, err := p.Wording(o.Sort, lang)
		if err != nil {
			return err
		}
		w.Subject = cmp.Or(strings.TrimSpace(o.Subject[lang]), w.Subject)
		w.Text = strings.ReplaceAll(w.Text, "{text}", tidyText(o.Text[lang]))
		if o.Sort == Free {
			other := map[string]string{"en": "fr", "fr": "en"}[lang]
			w.Subject = cmp.Or(strings.TrimSpace(o.Subject[lang]), strings.TrimSpace(o.Subject[other]))
			w.Text = cmp.Or(tidyText(o.Text[lang]), tidyText(o.Text[other]))
		}
		if err := checkWording(o.Sort, lang, w.Subject, w.Text); err != nil {
			return err
		}
		*to[0], *to[1] = w.Subject, w.Text
	}
	return nil
}

// whom gives the members that an order means.
func (p *Post) whom(o Order) ([]string, error) {
	if o.To != nil {
		return o.To, nil
	}
	whom := o.ToWhom
	if whom == "" {
		whom = map[string]string{Invitation: Registered, Confirmation: Registered, Update: Invited, Cancellation: Invited, Reminder: Registered, Digest: Eligible, Decline: Decided}[o.Sort]
	}
	switch {
	case o.For == "" || whom == "":
		return nil, fault.New("mail_nobody")
	case whom == Registered:
		return p.Registered(o.For)
	case whom == Eligible:
		return p.Eligible(o.For)
	case whom == Invited:
		return p.Invited(o.For)
	case whom == Decided:
		ids, _, err := p.dueFor(o.Sort, o.For)
		return ids, err
	}
	return nil, fault.New("mail_nobody")
}

// Queue puts a plan into the outbox: durable, and undone as one. Faults: mail_nobody when nobody is written to, and the store's.
func (p *Post) Queue(l *Plan) ([]store.Ref, error) {
	if len(l.Messages) == 0 {
		return nil, fault.New("mail_nobody")
	}
	return p.Store.Edit(func(tx *store.Tx) error { return l.Put(tx) })
}

// Put writes a plan within an edit of others, as where a request is decided: it is taken back with it.
func (l *Plan) Put(tx *store.Tx) error {
	if _, err := tx.Put(l.Mailing); err != nil {
		return err
	}
	for _, m := range l.Messages {
		if _, err := tx.Put(m); err != nil {
			return err
		}
	}
	return nil
}

// Preview composes what one member would get, whether it may be sent or not.
func (p *Post) Preview(o Order, member string) (Composed, error) {
	m, err := p.People.Find(member)
	if err != nil {
		return Composed{}, err
	}
	o.To = []string{m.ID}
	l, err := p.Plan(o)
	if err != nil {
		return Composed{}, err
	}
	if len(l.Messages) == 0 && len(l.Recipients) == 1 {
		if !isAddress(m.Email) {
			m.Email = "nobody@example.invalid"
		}
		l.Recipients[0].Member, l.Recipients[0].Skip = m, ""
		var f Facts
		if err := readJSON(l.Mailing.Facts, &f); err != nil {
			return Composed{}, err
		}
		if err := l.fill(f, o.Reasons); err != nil {
			return Composed{}, err
		}
	}
	if len(l.Messages) != 1 {
		return Composed{}, fault.New("mail_nobody")
	}
	return compose(l.Mailing, l.Messages[0])
}

// byNumber puts messages in the order in which they were queued.
func byNumber(messages []store.Message) {
	slices.SortFunc(messages, func(a, b store.Message) int { return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID)) })
}
