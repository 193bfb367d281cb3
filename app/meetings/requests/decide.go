package requests

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"example.org/carnet/app/people"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Decision is what becomes of requests or registrations.
type Decision struct {
	Status string // of the registration
	Reason string // why declined, or what is asked; those need one
	Over   bool   // let in beyond the places there are
}

// Outcome is what a decision did.
type Outcome struct {
	Registrations []store.Registration
	Created       []string    // members that were not known before
	Full          []string    // registrations that went on the waiting list, for no place was free
	Refs          []store.Ref // for undo, all in one step
}

const maxReason = 2000 // bytes

func (d Decision) check() (Decision, error) {
	d.Reason = strings.TrimSpace(d.Reason)
	switch {
	case !slices.Contains(Statuses, d.Status):
		return d, fault.New("bad_choice", "field", "status", "value", d.Status, "choices", strings.Join(Statuses, ", "))
	case (d.Status == Declined || d.Status == Asked) && d.Reason == "":
		return d, errReason
	case len(d.Reason) > maxReason || !utf8.ValidString(d.Reason):
		return d, fault.New("bad_field", "field", "reason")
	}
	return d, nil
}

// Register gives a member a place, or whatever the decision says, without a request. Faults: unknown_id, ambiguous_id,
// meeting_cancelled, bad_choice, reason_missing, role_forbids.
func (r *Requests) Register(forRef, memberRef string, d Decision) (Outcome, error) {
	t, err := r.Target(forRef)
	if err != nil {
		return Outcome{}, err
	}
	m, err := r.People.Find(memberRef)
	if err != nil {
		return Outcome{}, err
	}
	return r.decide(d, []step{{target: t, member: m}})
}

// Decide decides requests and registrations alike, by their ids or the beginnings of them, all in one edit. A request's
// person becomes a member if there is none yet. Faults as Register, and name_missing, request_done.
func (r *Requests) Decide(ids []string, d Decision) (Outcome, error) {
	steps := make([]step, 0, len(ids))
	for _, id := range ids {
		s, err := r.step(id)
		if err != nil {
			return Outcome{}, err
		}
		same := func(other step) bool {
			return other.registration.ID == s.registration.ID && other.request.ID == s.request.ID
		}
		if !slices.ContainsFunc(steps, same) {
			steps = append(steps, s)
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.asked(), b.asked()) }) // who asked first gets the place
	return r.decide(d, steps)
}

// DecideFor decides for members at a meeting, a series or a programme, all in one edit. Who comes to a meeting through its series or
// a programme gets a registration of their own for this one, unless that says the same. Faults as Register.
func (r *Requests) DecideFor(forRef string, members []string, d Decision) (Outcome, error) {
	t, err := r.Target(forRef)
	if err != nil {
		return Outcome{}, err
	}
	all, err := r.all(t)
	if err != nil {
		return Outcome{}, err
	}
	var steps []step
	for _, ref := range members {
		m, err := r.People.Find(ref)
		if err != nil {
			return Outcome{}, err
		}
		s := step{target: t, member: m}
		if at := slices.IndexFunc(all, func(g Registered) bool { return g.Person == m.ID }); at >= 0 {
			switch known := all[at].Registration; {
			case known.For == t.ID:
				s.registration = known
			case known.Status == d.Status:
				continue
			}
		}
		if !slices.ContainsFunc(steps, func(other step) bool { return other.member.ID == m.ID }) {
			steps = append(steps, s)
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.asked(), b.asked()) })
	return r.decide(d, steps)
}

// step is one person's part of a decision.
type step struct {
	target       Target
	member       store.Member
	registration store.Registration // as it is; empty when there is none
	request      store.Request      // empty when there is none
	fresh        bool               // the member is made by this
}

func (s *step) asked() string { return cmp.Or(s.request.At, s.registration.At) }

func (r *Requests) step(id string) (s step, err error) {
	forID := ""
	if strings.HasPrefix(id, "req_") {
		if s.request, err = r.ownRequest(id); err != nil {
			return s, err
		}
		if s.request.Status != Open {
			return s, fault.New("request_done", "id", s.request.ID)
		}
		forID = s.request.For
		s.member, s.fresh, err = r.memberOf(s.request)
	} else {
		if s.registration, err = r.Registration(id); err != nil {
			return s, err
		}
		forID = s.registration.For
		s.member, err = r.People.Find(s.registration.Member)
	}
	if err == nil {
		s.target, err = r.Target(forID)
	}
	return s, err
}

// memberOf gives the member of a request, with what the request knows better, or a new one.
func (r *Requests) memberOf(q store.Request) (m store.Member, fresh bool, err error) {
	if q.Member != "" {
		if m, err = r.People.Find(q.Member); err != nil {
			return m, false, err
		}
	}
	if fresh = q.Member == ""; fresh {
		// The same request decided on two laptops makes one member.
		m = store.Member{ID: store.DerivedID(store.KindMember, q.ID), Office: r.Office()}
		if known, err := store.Get[store.Member](r.Store, m.ID); err == nil {
			m, fresh = known, false
		}
	}
	if !fresh && !r.ours(m.Office) {
		return m, false, nil
	}
	for _, field := range []struct {
		to   *string
		text string
	}{{&m.Given, q.Given}, {&m.Family, q.Family}, {&m.Email, q.Email}, {&m.Phone, q.Phone}, {&m.Role, q.Role}, {&m.Title, q.Title},
		{&m.Language, q.Language}, {&m.Community, q.Community}} {
		if *field.to == "" && (field.to != &m.Given && field.to != &m.Family || fresh) {
			*field.to = field.text
		}
	}
	if m.Given == "" && m.Family == "" {
		return m, fresh, fault.New("name_missing")
	}
	return m, fresh, nil
}

// room counts places while a decision fills them.
type room struct {
	free map[string]int // by target; -1 without a limit
}

func (r *Requests) roomOf(steps []step) (*room, error) {
	all := &room{free: map[string]int{}}
	for _, s := range steps {
		if _, known := all.free[s.target.ID]; known {
			continue
		}
		o, err := r.Occupancy(s.target)
		if err != nil {
			return nil, err
		}
		all.free[s.target.ID] = o.Free
	}
	return all, nil
}

func (o *room) take(target string) bool {
	if o.free[target] == 0 {
		return false
	}
	if o.free[target] > 0 {
		o.free[target]--
	}
	return true
}

func (r *Requests) decide(d Decision, steps []step) (o Outcome, err error) {
	if d, err = d.check(); err == nil {
		err = r.May(store.KindRegistration)
	}
	if err != nil {
		return o, err
	}
	for i := range steps {
		if err := steps[i].target.open(); err != nil {
			return o, err
		}
		s := &steps[i]
		if s.registration.ID == "" {
			s.registration, _ = r.Meetings.EnrolledAs(s.target.ID, s.member.ID)
		}
	}
	free, err := r.roomOf(steps)
	if err != nil {
		return o, err
	}
	o.Refs, err = r.Store.Edit(func(tx *store.Tx) error {
		for i := range steps {
			if err := r.write(tx, d, &steps[i], free, &o); err != nil {
				return err
			}
		}
		return nil
	})
	return o, err
}

// write puts the registration, the member and the request of one person.
func (r *Requests) write(tx *store.Tx, d Decision, s *step, free *room, o *Outcome) error {
	g := s.registration
	was := g.Status
	if g.ID == "" {
		g = store.Registration{ID: store.RegistrationID(s.target.ID, s.member.ID), For: s.target.ID, Member: s.member.ID, At: cmp.Or(s.request.At, r.stamp())}
	}
	if s.request.ID != "" {
		g.Source, g.Request = s.request.Source, s.request.ID
	}
	g.Status, g.Reason = d.Status, d.Reason
	if err := r.hold(tx, s.target); err != nil {
		return err
	}
	if d.Status == Approved && was != Approved && !free.take(s.target.ID) && !d.Over {
		g.Status = Waitlisted
		o.Full = append(o.Full, g.ID)
	}
	if err := r.put(tx, g, s.member.ID); err != nil {
		return err
	}
	o.Registrations = append(o.Registrations, g)
	if err := r.writeMember(tx, s, was, g); err != nil {
		return err
	}
	if s.fresh {
		o.Created = append(o.Created, s.member.ID)
	}
	if s.request.ID == "" {
		return nil
	}
	s.request.Member = s.member.ID
	if g.Status != Asked { // what was asked back is still to be decided
		s.request.Status = Done
	}
	_, err := tx.Put(s.request)
	return err
}

// put writes a registration, and says the same on what else the person has for the same thing, of members who were merged: a no to one of them is
// a no to the person.
func (r *Requests) put(tx *store.Tx, g store.Registration, person string) error {
	all, err := r.Meetings.AllOf(g.For, person)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.ID == g.ID {
			continue
		}
		other.Status, other.Reason = g.Status, g.Reason
		if _, err := tx.Put(other); err != nil {
			return err
		}
	}
	_, err = tx.Put(g)
	return err
}

// writeMember brings the member to what is known now, and into or out of the chapter that the registration is for.
func (r *Requests) writeMember(tx *store.Tx, s *step, was string, g store.Registration) error {
	m := s.member
	if !s.fresh && !r.ours(m.Office) {
		return nil // its own office keeps it
	}
	if s.target.Kind == store.KindChapter {
		m.Chapters = slices.DeleteFunc(slices.Clone(m.Chapters), func(id string) bool { return id == s.target.ID && was == Approved })
		if g.Status == Approved && !slices.Contains(m.Chapters, s.target.ID) {
			m.Chapters = append(m.Chapters, s.target.ID)
			slices.Sort(m.Chapters)
		}
	}
	if _, err := tx.Put(m); err != nil || s.target.Kind != store.KindChapter || g.Status != Approved || was == Approved || s.request.ID == "" {
		return err
	}
	return r.consent(tx, s)
}

// consent keeps that membership implies one, from the day that somebody who asked was accepted; unless one stands, or the member
// wanted no mail.
func (r *Requests) consent(tx *store.Tx, s *step) error {
	if !s.fresh {
		standing, err := r.People.Consent(s.member.ID, "")
		if err != nil || standing.State == people.ConsentGiven || standing.State == people.ConsentWithdrawn {
			return err
		}
	}
	c := store.Consent{ID: consentID(s.target.ID, s.member.ID, r.today()), Member: s.member.ID, Basis: "implied-membership",
		Source: cmp.Or(s.target.Chapter.Name, s.target.Chapter.NameFR), Date: r.today()}
	_, err := tx.Put(c)
	return err
}

func consentID(target, member, day string) string {
	return store.DerivedID(store.KindConsent, target+"\x00"+member+"\x00"+day)
}

// Promote gives the free places of a meeting or a series to those who wait longest.
func (r *Requests) Promote(forRef string) (Outcome, error) {
	t, err := r.Target(forRef)
	if err != nil {
		return Outcome{}, err
	}
	o, err := r.Occupancy(t)
	if err != nil {
		return Outcome{}, err
	}
	next := o.Waiting
	if o.Free >= 0 {
		next = next[:min(o.Free, len(next))]
	}
	var ids []string
	for _, g := range next {
		ids = append(ids, g.ID)
	}
	if len(ids) == 0 {
		return Outcome{}, nil
	}
	return r.Decide(ids, Decision{Status: Approved})
}
