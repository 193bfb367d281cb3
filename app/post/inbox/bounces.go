package inbox

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"example.org/carnet/store"
)

// bounce takes in a delivery report: an address that a server refused for good is marked on its member.
func (r *round) bounce(l letter, o *outcome) {
	o.Sort = "soft-bounce"
	bad := 0
	for _, v := range l.report {
		if !v.bad() {
			continue
		}
		bad++
		members := r.refused(l, v, o)
		hard := v.hard()
		if hard {
			o.Sort = "bounce"
		}
		address := v.addresses[0]
		switch {
		case !hard:
			o.note("soft", address, v.status, v.words)
			o.counting(func(r *Report) { r.Soft++ })
		case len(members) == 0:
			o.ask("stranger", address, v.status, v.words)
			o.counting(func(r *Report) { r.Bounced++ })
		default:
			o.note("bounced", address, v.status, v.words)
			o.counting(func(r *Report) { r.Bounced++ })
		}
		for _, m := range members {
			if o.Member == "" {
				o.Member = m.ID
			}
			if hard {
				r.markBounced(o, m)
			}
		}
	}
	if bad == 0 {
		o.note("delivered")
		o.counting(func(r *Report) { r.Soft++ })
	}
}

// refused gives the members of the address that a report names, or else the one whom the message that came back was for.
func (r *round) refused(l letter, v verdict, o *outcome) []store.Member {
	for _, address := range v.addresses {
		if members := r.membersAt(address); len(members) > 0 {
			return members
		}
	}
	for _, id := range l.messages {
		message, err := store.Get[store.Message](r.Store, id)
		if err != nil || message.Member == "" || len(l.report) != 1 {
			continue
		}
		o.Message = id
		if m, err := r.People.Find(message.Member); err == nil && strings.EqualFold(m.Email, message.To) {
			return []store.Member{m}
		}
	}
	return nil
}

func (r *round) markBounced(o *outcome, m store.Member) {
	if m.Email == "" {
		return // the address was taken away since
	}
	if !r.writable(m) {
		o.ask("elsewhere", m.ID)
		return
	}
	o.writes = append(o.writes, func(tx *store.Tx) error {
		now, err := store.GetIn[store.Member](tx, m.ID)
		if err != nil || now.Email == "" {
			return err
		}
		now.Bounced = now.Email
		_, err = tx.Put(now)
		return err
	})
}

// outWords are how a wish to hear no more begins, in its subject or as its only line.
var outWords = regexp.MustCompile(`(?i)^\s*(re\s*:\s*)?(unsubscribe|unsub|opt[ -]?out|remove me|stop|désabonne(z|r|ment)\S*|desabonne(z|r|ment)\S*|désinscri(re|ption|vez)\S*|desinscri(re|ption|vez)\S*|me désabonner|me desabonner|retirez-moi|arrêt|arret)\b\W*(msg_[a-z2-7]{16})?`)

// wantsOut tells whether a mail asks for no more mails. Its subject must say so and little else, or its text nothing else.
func wantsOut(l letter) bool {
	says := func(text string) bool {
		found := outWords.FindString(text)
		return found != "" && len(text)-len(found) < 40 && !strings.Contains(strings.TrimSpace(text), "\n")
	}
	return says(l.subject) || says(firstWords(l.text))
}

// firstWords is the text up to a quoted mail or a signature.
func firstWords(text string) string {
	for _, end := range []string{"\n>", "\n--", "\nOn ", "\nLe ", "\n____"} {
		text, _, _ = strings.Cut(text, end)
	}
	return strings.TrimSpace(text)
}

// unsubscribe withdraws the consent of whoever wrote, or whom the message that is named was for.
func (r *round) unsubscribe(l letter, o *outcome) {
	o.Sort = "unsubscribe"
	members := r.membersAt(l.from)
	for _, id := range append(messageIDs.FindAllString(l.subject, 1), l.messages...) {
		message, err := store.Get[store.Message](r.Store, id)
		if err != nil {
			continue
		}
		o.Message = id
		if m, err := r.People.Find(message.Member); err == nil && message.Member != "" {
			members = []store.Member{m}
			break
		}
	}
	if len(members) == 0 {
		o.ask("unknown-sender")
		o.counting(func(r *Report) { r.NotApplied++ })
		return
	}
	o.Member = members[0].ID
	for _, m := range members {
		if !r.writable(m) {
			o.ask("elsewhere", m.ID)
			continue
		}
		if r.agreedSince(m, l) {
			o.note("stale-wish")
			continue
		}
		withdraw, err := r.People.Withdrawal(m)
		if err != nil {
			o.ask("elsewhere", m.ID)
			continue
		}
		o.writes = append(o.writes, withdraw)
		o.note("withdrawn")
	}
	o.counting(func(r *Report) { r.Unsubscribed++ })
}

// agreedSince tells whether a member gave an express consent after the day of the mail.
func (r *round) agreedSince(m store.Member, l letter) bool {
	_, all, err := r.People.Consents(m.ID)
	return err == nil && !l.at.IsZero() && slices.ContainsFunc(all, func(c store.Consent) bool {
		return c.Basis == "express" && c.Withdrawn == "" && c.Date > l.at.Format(time.DateOnly)
	})
}
