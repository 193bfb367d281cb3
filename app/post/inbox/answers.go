package inbox

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/app/post/calendar"
	"example.org/carnet/store"
)

// sourceCalendar marks a registration that an answer made, as that to one call of a programme.
const sourceCalendar = "calendar"

// mark is what says which of two answers is the newer (RFC 5546, 2.1.5).
type mark struct {
	sequence int
	stamp    time.Time
}

func (m mark) after(other mark) bool {
	if m.sequence != other.sequence {
		return m.sequence > other.sequence
	}
	return m.stamp.After(other.stamp)
}

// reply takes in what a calendar answered.
func (r *round) reply(l letter, o *outcome) {
	replies, err := calendar.ParseReply(bytes.NewReader(l.calendar), calendar.ReplyLimit)
	if err != nil {
		r.unreadable(o, "calendar")
		return
	}
	o.Sort, o.Text = "reply", cut(shown(replies[0].Comment), shownLimit)
	for _, reply := range replies {
		r.answer(l, reply, o)
	}
}

// answer judges one answer. Only the attendee's own counts: it came from the address that it speaks for.
func (r *round) answer(l letter, reply calendar.Reply, o *outcome) {
	own := slices.IndexFunc(reply.Attendees, func(a calendar.Attendee) bool { return a.Address == l.from })
	who := reply.Attendees[max(own, 0)]
	at := mark{max(reply.Sequence, 0), reply.Stamp}
	if at.stamp.IsZero() {
		at.stamp = l.at
	}
	facts := []string{who.Answer, oneLine(calendar.ID(r.network, reply.UID)), strconv.Itoa(at.sequence), at.stamp.UTC().Format(time.RFC3339)}
	refuse := func(code string, more ...string) {
		o.ask(code, append(facts, more...)...)
		o.counting(func(r *Report) { r.NotApplied++ })
	}
	if who.Answer == "" {
		facts[0] = "none"
	}
	target := r.target(reply)
	switch {
	case target.id == "":
		facts[1] = "none"
		refuse("unknown-meeting")
		return
	case own < 0:
		facts[1] = target.id
		refuse("forged", cut(who.Address, 300))
		return
	}
	facts[1] = target.id
	members := r.membersAt(l.from)
	if len(members) == 0 {
		refuse("unknown-sender")
		return
	}
	m, reg, ok := r.invited(members, target)
	if o.Member = m.ID; !ok {
		refuse("uninvited")
		return
	}
	if who.Answer == "" {
		refuse("no-answer")
		return
	}
	if !at.after(r.newest(m.ID, reg)) {
		o.note("stale", facts...)
		o.counting(func(r *Report) { r.Stale++ })
		return
	}
	r.set(o, target, reg, who.Answer, at)
	o.note("set", facts...)
}

// set writes an answer on a registration, and makes it where the place rests on a series, a programme or an invitation.
func (r *round) set(o *outcome, target target, reg store.Registration, answer string, at mark) {
	made := reg.Source == sourceCalendar
	if reg.At == "" && reg.Status == "" {
		reg.Source, reg.At, made = sourceCalendar, at.stamp.UTC().Format(time.RFC3339), true
	}
	reg.Answer, reg.Said = answer, at.stamp.UTC().Format(time.RFC3339)
	made = made && (reg.Status == "" || reg.Status == "approved" || reg.Status == "withdrawn") // what an office decided stays
	if made {
		reg.Status = "approved"
		if answer == calendar.Declined {
			reg.Status = "withdrawn"
		}
	}
	r.regs[reg.ID], r.answers[reg.ID] = overlay{reg}, at
	o.writes = append(o.writes, func(tx *store.Tx) error {
		if target.occurs != "" { // an occurrence is stored once something hangs on it
			if _, err := store.GetIn[store.Meeting](tx, target.id); err != nil {
				if _, err := tx.Put(store.Meeting{ID: target.id, Series: target.series, Occurs: target.occurs}); err != nil {
					return err
				}
			}
		}
		now, err := store.GetIn[store.Registration](tx, reg.ID)
		if err != nil {
			now = reg
		}
		now.Answer, now.Said = reg.Answer, reg.Said
		if made {
			now.Status = reg.Status
		}
		_, err = tx.Put(now)
		return err
	})
	o.counting(func(r *Report) {
		switch answer {
		case calendar.Accepted:
			r.Accepted++
		case calendar.Declined:
			r.Declined++
		default:
			r.Tentative++
		}
	})
}

// target is what an answer is about.
type target struct {
	id      string // of a Meeting or a Series
	series  string // of which it is an occurrence, or itself
	occurs  string // of an occurrence that may not be stored
	chapter string
}

// target finds the meeting or series by the UID, and the occurrence by its moment.
func (r *round) target(reply calendar.Reply) target {
	id := calendar.ID(r.network, reply.UID)
	if m, err := store.Get[store.Meeting](r.Store, id); err == nil && len(reply.Occurs) == 0 && reply.Day == "" {
		return target{id: id, series: m.Series, chapter: m.Chapter}
	}
	s, err := store.Get[store.Series](r.Store, id)
	if err != nil {
		return target{}
	}
	if len(reply.Occurs) == 0 && reply.Day == "" {
		return target{id: id, series: id, chapter: s.Chapter}
	}
	for _, at := range reply.Occurs {
		var found target
		near := zonesApart + 1
		for _, line := range r.lineOf(id) {
			r.nearest(line, at, &near, &found)
		}
		if found.id != "" {
			return found
		}
	}
	return target{}
}

// line is a series, or what follows on it since its time was changed, with its stored occurrences.
type line struct {
	store.Series
	stored []store.Meeting
}

// lineOf gives the series that an invitation named and those that it became since.
func (r *round) lineOf(id string) (all []line) {
	if there, ok := r.lines[id]; ok {
		return there
	}
	for s, err := range store.All[store.Series](r.Store) {
		if err != nil || !slices.Contains(r.back(s.ID), id) {
			continue
		}
		if stored, err := store.Linked[store.Meeting](r.Store, s.ID); err == nil {
			all = append(all, line{s, stored})
		}
	}
	r.lines[id] = all
	return all
}

// back gives a series and those that it goes on from: a place in any of them is one in it.
func (r *round) back(series string) []string {
	if series == "" {
		return nil
	}
	ids, err := r.Meetings.Line(series)
	if err != nil {
		return []string{series}
	}
	return ids
}

// zonesApart is how far off a moment may be: zone data of the invited may be old, or not ours.
const zonesApart = 2 * time.Hour

// nearest finds what takes place by a series' rule about a moment, nearer than what was found: what is stored of it, or what the rule says.
func (r *round) nearest(l line, at time.Time, near *time.Duration, found *target) {
	consider := func(start time.Time, t target) {
		if apart := start.Sub(at).Abs(); apart < *near {
			*near, *found = apart, t
		}
	}
	for _, m := range l.stored {
		if start, _, err := zones.Instant(m.Occurs, l.Zone); err == nil {
			consider(start, target{id: m.ID, series: l.ID, chapter: l.Chapter})
		}
	}
	for _, o := range r.Meetings.Occasions(l.Series, at.Add(zonesApart)) {
		consider(o.Start, target{id: o.ID, series: l.ID, occurs: o.Local, chapter: l.Chapter})
	}
}

// invited finds which of the members of an address was asked, and their registration; one not made yet has an id alone.
func (r *round) invited(members []store.Member, t target) (store.Member, store.Registration, bool) {
	for _, m := range members {
		if reg, ok := r.registration(t.id, m); ok {
			return m, reg, true
		}
	}
	for _, m := range members {
		for _, of := range append(r.back(t.series), t.chapter) {
			if reg, ok := r.registration(of, m); ok && of != "" && reg.Status == "approved" {
				return m, store.Registration{ID: store.RegistrationID(t.id, m.ID), For: t.id, Member: m.ID}, true
			}
		}
	}
	for _, m := range members {
		if r.asked(m, t) {
			return m, store.Registration{ID: store.RegistrationID(t.id, m.ID), For: t.id, Member: m.ID}, true
		}
	}
	return members[0], store.Registration{}, false
}

// registration gives the one that counts for a member, as this round has left it.
func (r *round) registration(of string, m store.Member) (stands store.Registration, there bool) {
	for _, id := range r.Store.RecordsOf(m) {
		regID := store.RegistrationID(of, id)
		reg, err := store.Get[store.Registration](r.Store, regID)
		if known, ok := r.regs[regID]; ok {
			reg, err = known.Registration, nil
		}
		if err == nil && (!there || meetings.Counts(reg, stands)) {
			stands, there = reg, true
		}
	}
	return stands, there
}

// asked tells whether a message of ours invited the member.
func (r *round) asked(m store.Member, t target) bool {
	ours := append(r.back(t.series), t.id, t.chapter)
	return slices.ContainsFunc(r.Store.RecordsOf(m), func(id string) bool {
		messages, err := store.Linked[store.Message](r.Store, id)
		return err == nil && slices.ContainsFunc(messages, func(message store.Message) bool {
			mailing, err := store.Get[store.Mailing](r.Store, message.Mailing)
			return err == nil && mailing.For != "" && slices.Contains(ours, mailing.For)
		})
	})
}

// newest gives the newest answer that is known for a registration, from the mails that brought them.
func (r *round) newest(member string, reg store.Registration) mark {
	if !r.read[member] {
		r.read[member] = true
		came, _ := store.Linked[store.Incoming](r.Store, member)
		for _, in := range came {
			for line := range strings.Lines(in.What) {
				r.remember(member, strings.Fields(line))
			}
		}
	}
	newest, known := r.answers[reg.ID]
	if !known && reg.Answer != "" { // set on a laptop whose mails this one cannot read
		newest.stamp, _ = time.Parse(time.RFC3339, reg.Said)
		return newest
	}
	if !known {
		newest.sequence = -1
	}
	return newest
}

// remember takes in a line "set accepted mtg_x 2 2026-12-02T18:00:00Z".
func (r *round) remember(member string, words []string) {
	if len(words) != 5 || words[0] != "set" {
		return
	}
	sequence, err := strconv.Atoi(words[3])
	stamp, timeErr := time.Parse(time.RFC3339, words[4])
	id := store.RegistrationID(words[2], member)
	if at := (mark{sequence, stamp}); err == nil && timeErr == nil && (at.after(r.answers[id]) || r.answers[id] == mark{}) {
		r.answers[id] = at
	}
}
