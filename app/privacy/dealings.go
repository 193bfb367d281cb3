package privacy

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/app/post"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

// Mail is one that was written to the person, with what all who got it read.
type Mail struct {
	store.Message
	Of store.Mailing
}

// subject is that of the person's language.
func (m Mail) subject() string {
	if m.Language == "fr" {
		return cmp.Or(m.Of.SubjectFR, m.Of.SubjectEN)
	}
	return cmp.Or(m.Of.SubjectEN, m.Of.SubjectFR)
}

// Dealings is what a person asked for, what they are registered for, what was written to and by them, and what was made of notes on
// their attendance.
type Dealings struct {
	Requests      []store.Request
	Registrations []store.Registration
	Mails         []Mail
	Incoming      []store.Incoming
	Noticed       []Noticed
}

// dealings looks up under every id that the person has had, and finds requests by their address too.
func (d Deps) dealings(m store.Member) (found Dealings, err error) {
	for _, id := range d.Store.RecordsOf(m) {
		if found.Registrations, err = linked(d, found.Registrations, id, func(g store.Registration) bool { return g.Member == id }); err != nil {
			return found, err
		}
		if found.Incoming, err = linked(d, found.Incoming, id, func(in store.Incoming) bool { return in.Member == id }); err != nil {
			return found, err
		}
		messages, err := linked(d, nil, id, func(msg store.Message) bool { return msg.Member == id })
		if err != nil {
			return found, err
		}
		for _, msg := range messages {
			of, _ := store.Get[store.Mailing](d.Store, msg.Mailing) // it may not have come yet
			found.Mails = append(found.Mails, Mail{msg, of})
		}
	}
	if found.Noticed, err = d.noticed(m); err != nil {
		return found, err
	}
	ids, address := d.Store.RecordsOf(m), directory.Fold(m.Email)
	for q, err := range store.All[store.Request](d.Store) {
		if err != nil {
			return found, err
		}
		if slices.Contains(ids, q.Member) || address != "" && directory.Fold(q.Email) == address {
			found.Requests = append(found.Requests, q)
		}
	}
	slices.SortFunc(found.Requests, func(a, b store.Request) int { return cmp.Compare(a.At, b.At) })
	slices.SortFunc(found.Registrations, func(a, b store.Registration) int { return cmp.Compare(a.At, b.At) })
	slices.SortFunc(found.Mails, func(a, b Mail) int { return cmp.Compare(a.Of.At, b.Of.At) })
	slices.SortFunc(found.Incoming, func(a, b store.Incoming) int { return cmp.Compare(a.At, b.At) })
	return found, nil
}

func linked[R store.Record](d Deps, known []R, id string, fits func(R) bool) ([]R, error) {
	some, err := store.Linked[R](d.Store, id)
	for _, one := range some {
		if fits(one) {
			known = append(known, one)
		}
	}
	return known, err
}

func (w writer) requests(all []store.Request) (lines []Line) {
	for _, q := range all {
		parts := []string{w.name(q.For), w.word("request.status.", q.Status), strings.TrimSpace(q.Given + " " + q.Family), q.Email, q.Phone,
			w.word("role.", q.Role), q.Title, q.Town, w.word("language.", q.Language), q.Source}
		lines = append(lines, Line{w.moment(q.At), joined([]string{joined(parts, ", "), q.Text}, "\n")})
	}
	return lines
}

func (w writer) registrations(all []store.Registration) (lines []Line) {
	for _, g := range all {
		parts := []string{w.name(g.For), w.word("registration.status.", g.Status), g.Reason, w.word("registration.answer.", g.Answer), g.Source}
		lines = append(lines, Line{w.moment(g.At), joined(parts, ", ")})
	}
	return lines
}

func (w writer) mails(all []Mail) (lines []Line) {
	for _, m := range all {
		parts := []string{w.word("mail.sort.", m.Of.Sort), m.subject(), w.name(m.Of.For), m.To, w.word("mail.state.", post.FateOf(m.Events).State)}
		lines = append(lines, Line{w.moment(m.Of.At), joined(parts, ", ")})
	}
	return lines
}

func (w writer) incoming(all []store.Incoming) (lines []Line) {
	for _, in := range all {
		lines = append(lines, Line{w.moment(in.At), joined([]string{joined([]string{in.From, in.Subject, in.What}, ", "), in.Text}, "\n")})
	}
	return lines
}

// moment is a stored instant as a day and a time.
func (w writer) moment(text string) string {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	at = at.In(zones.Here())
	return w.day(at) + ", " + w.words.Clock(at)
}

// titleOf names a meeting or a series by its id.
func (w writer) titleOf(id string) (en, fr string, known bool) {
	if s, err := store.Get[store.Series](w.Store, id); err == nil {
		return s.Title, s.TitleFR, true
	}
	m, err := store.Get[store.Meeting](w.Store, id)
	if err != nil {
		return "", "", false
	}
	if s, err := store.Get[store.Series](w.Store, m.Series); m.Series != "" && err == nil {
		m = store.Whole(m, s)
	}
	return m.Title, m.TitleFR, true
}
