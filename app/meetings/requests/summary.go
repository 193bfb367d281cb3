package requests

import (
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/store"
)

func endOf(meeting store.Meeting) time.Time { return meetings.Plan(meeting).End }

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
