package requests

import (
	"cmp"
	"slices"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

func endOf(meeting store.Meeting) time.Time { return meetings.Plan(meeting).End }

// Recipient is somebody whom a mail about a meeting is meant for, with what speaks for and against sending it.
type Recipient struct {
	Member    store.Member
	Verdict   audience.Verdict
	Status    string          // of the registration that counts; empty when there is none
	Requested bool            // it came from a request, whose answer needs no consent
	Consent   people.Standing // today
	Elsewhere bool            // another office keeps the address
}

// Address is where to write to; empty when there is none, or it bounced.
func (c Recipient) Address() string {
	if c.Member.Email == c.Member.Bounced {
		return ""
	}
	return c.Member.Email
}

// MayWrite tells whether the law lets the office write.
func (c Recipient) MayWrite() bool { return c.Requested || c.Consent.State == people.ConsentGiven }

// Summary is what is known before sending. Each of its counts stands for itself: one person may be in several.
type Summary struct {
	Recipients                                   []Recipient
	Eligible, NotEligible, Unknown               int // on the meeting's day
	NoConsent, NoAddress, OtherOffices, Sendable int
}

// Before gives the summary for a meeting. To is registered, eligible (members of its chapter, or of the network, whom the rule
// lets come), or empty for the members named. Faults: bad_choice, unknown_id.
func (r *Requests) Before(meeting store.Meeting, to string, members []string) (*Summary, error) {
	gate, err := r.Meetings.Gate(meeting)
	if err != nil {
		return nil, err
	}
	registered, err := r.RegisteredFor(meeting)
	if err != nil {
		return nil, err
	}
	by := map[string]Registered{}
	var ids []string
	for _, g := range registered {
		by[g.Person] = g
		if to == "registered" && g.Status == Approved {
			ids = append(ids, g.Person)
		}
	}
	s := &Summary{}
	switch to {
	case "registered":
	case "eligible":
		ids, err = r.eligible(meeting, by, s)
	default:
		for _, ref := range members {
			m, err := r.People.Find(ref)
			if err != nil {
				return nil, err
			}
			ids = append(ids, m.ID)
		}
	}
	for _, id := range ids {
		if err == nil {
			err = r.recipient(s, id, gate, by[id], to != "eligible")
		}
	}
	slices.SortStableFunc(s.Recipients, func(a, b Recipient) int {
		return cmp.Or(cmp.Compare(directory.Fold(a.Member.Family), directory.Fold(b.Member.Family)), cmp.Compare(directory.Fold(a.Member.Given), directory.Fold(b.Member.Given)))
	})
	return s, err
}

// eligible judges everybody and counts; who declined this very meeting is not asked again.
func (r *Requests) eligible(meeting store.Meeting, by map[string]Registered, s *Summary) (ids []string, err error) {
	all, err := r.Meetings.Verdicts(meeting)
	for _, v := range all {
		if v.Reason.Code == "not_in_chapter" {
			continue
		}
		s.count(v.Verdict)
		if status := by[v.Member].Status; v.Answer == audience.Eligible && status != Declined && status != Withdrawn {
			ids = append(ids, v.Member)
		}
	}
	return ids, err
}

func (s *Summary) count(v audience.Verdict) {
	switch v.Answer {
	case audience.Eligible:
		s.Eligible++
	case audience.NotEligible:
		s.NotEligible++
	default:
		s.Unknown++
	}
}

func (r *Requests) recipient(s *Summary, id string, gate *meetings.Gate, g Registered, count bool) error {
	m, err := store.Get[store.Member](r.Store, id)
	if err != nil {
		return err
	}
	profile := r.Meetings.ProfileOf(m)
	c := Recipient{Member: m, Verdict: gate.JudgeRule(&profile), Status: g.Status, Requested: g.Request != "" && g.Status == Approved,
		Elsewhere: r.People.Reads != nil && m.Office != "" && !r.People.Reads(m.Office)}
	if c.Consent, err = r.People.Consent(id, ""); err != nil {
		return err
	}
	if count {
		s.count(c.Verdict)
	}
	switch {
	case c.Elsewhere:
		s.OtherOffices++
	case c.Address() == "":
		s.NoAddress++
	case c.MayWrite():
		s.Sendable++
	}
	if !c.Elsewhere && !c.MayWrite() {
		s.NoConsent++
	}
	s.Recipients = append(s.Recipients, c)
	return nil
}

// PresentNotEligible gives the verdicts on those who were there and whom the rule did not mean.
func (r *Requests) PresentNotEligible(meeting store.Meeting, present []string) ([]meetings.Judged, error) {
	gate, err := r.Meetings.Gate(meeting)
	if err != nil {
		return nil, err
	}
	var not []meetings.Judged
	for _, id := range present {
		m, there := r.person(id)
		if !there {
			continue
		}
		profile := r.Meetings.ProfileOf(m)
		if v := gate.JudgeRule(&profile); v.Answer == audience.NotEligible {
			not = append(not, meetings.Judged{Member: m.ID, Verdict: v})
		}
	}
	return not, nil
}
