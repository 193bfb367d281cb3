package command

import (
	"slices"
	"strings"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/store/directory"
)

type meetingEligible struct {
	ID      string `arg:"" help:"meeting_id"`
	Verdict string `placeholder:"eligible|not-eligible|unknown" help:"meeting_eligible_verdict"`
	Members bool   `help:"meeting_eligible_members"`
}

// verdictDoc is the verdict on one person.
type verdictDoc struct {
	Member  string `json:"member"`
	Name    string `json:"name"`
	Verdict string `json:"verdict"` // eligible, not-eligible, unknown
	Reason  string `json:"reason"`  // in words
	Code    string `json:"code"`    // the same for scripts
}

func (r *run) verdictOf(v audience.Verdict) (verdict, reason, code string) {
	return v.Answer.String(), v.Reason.Say(r.words.Say, r.carnet.Meetings.NameOf(r.words.Lang())), v.Reason.Code
}

func (c *meetingEligible) Run(r *run) error {
	if c.Verdict != "" && !slices.Contains([]string{"eligible", "not-eligible", "unknown"}, c.Verdict) {
		return misused("verdict", c.Verdict)
	}
	carnet, m, err := r.openMeeting(c.ID)
	if err != nil {
		return err
	}
	all, err := carnet.Meetings.Verdicts(m)
	if err != nil {
		return err
	}
	items := r.verdictDocs(c, all)
	headings := []string{"field.name", "cli.heading.verdict", "cli.heading.reason", "field.id"}
	return answerRows(r, items, len(items), headings, func(d verdictDoc) []string {
		return []string{d.Name, r.words.Say("verdict.is."+d.Verdict, nil), d.Reason, d.Member}
	})
}

// verdictDocs gives those asked for in the order of the member list.
func (r *run) verdictDocs(c *meetingEligible, all []meetings.Judged) []verdictDoc {
	by := make(map[string]audience.Verdict, len(all))
	for _, one := range all {
		by[one.Member] = one.Verdict
	}
	said := map[audience.Reason]string{} // many have the same
	cards, _ := r.carnet.Store.WaitDirectory().Members(directory.Query{Lang: r.words.Lang(), Limit: 1 << 30})
	var items []verdictDoc
	for _, card := range cards {
		v, judged := by[card.ID]
		if !judged || c.Verdict != "" && v.Answer.String() != c.Verdict || c.Members && v.Reason.Code == "not_in_chapter" {
			continue
		}
		if said[v.Reason] == "" {
			_, said[v.Reason], _ = r.verdictOf(v)
		}
		items = append(items, verdictDoc{Member: card.ID, Name: strings.TrimSpace(card.Given + " " + card.Family), Verdict: v.Answer.String(), Reason: said[v.Reason], Code: v.Reason.Code})
	}
	return items
}
