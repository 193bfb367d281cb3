package post

import (
	"strings"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/store"
)

// Judged is what the rule of a meeting or series says of those whom an order means, on its day.
type Judged struct {
	Date string
	Of   map[string]audience.Verdict // by member
}

// Counts are those who may come, those who may not, and those of whom what must be known is not known here.
func (j *Judged) Counts() (eligible, not, unknown int) {
	for _, one := range j.Of {
		switch one.Answer {
		case audience.Eligible:
			eligible++
		case audience.NotEligible:
			not++
		default:
			unknown++
		}
	}
	return eligible, not, unknown
}

// Judge asks the rule of what a plan is about; nil when it has none. Of those who are merely asked to come, all whom the chapter has are
// judged; of others, those who are written to.
func (p *Post) Judge(o Order, plan *Plan) (*Judged, error) {
	gate, meeting, err := p.gateOf(o.For)
	if err != nil || gate == nil {
		return nil, err
	}
	j := &Judged{Of: map[string]audience.Verdict{}, Date: gate.Date}
	if o.ToWhom == Eligible && o.To == nil && meeting != nil {
		all, err := p.Meetings.Verdicts(*meeting)
		for _, one := range all {
			if one.Reason.Code != "not_in_chapter" {
				j.Of[one.Member] = one.Verdict
			}
		}
		return j, err
	}
	for _, r := range plan.Recipients {
		profile := p.Meetings.ProfileOf(r.Member)
		j.Of[r.Member.ID] = gate.Judge(&profile)
	}
	return j, nil
}

func (p *Post) gateOf(id string) (*meetings.Gate, *store.Meeting, error) {
	switch {
	case id == "" || strings.HasPrefix(id, "chp_"):
		return nil, nil, nil
	case strings.HasPrefix(id, "ser_"):
		s, err := p.Meetings.Series(id)
		if err != nil {
			return nil, nil, err
		}
		gate, err := p.Meetings.SeriesGate(s)
		return gate, nil, err
	}
	m, err := p.Meetings.Get(id)
	if err != nil {
		return nil, nil, err
	}
	gate, err := p.Meetings.Gate(m)
	return gate, &m, err
}
