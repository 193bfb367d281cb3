package command

import (
	"fmt"
	"strings"

	"example.org/carnet/app/post"
)

// missingDoc is what those lacked who were registered and not invited.
type missingDoc struct {
	Queued   int          `json:"queued"`
	DryRun   bool         `json:"dry_run"`
	Mailings []missingRow `json:"mailings"`

	Skipped map[string]int `json:"skipped"` // people who lack one and cannot be written to, by reason
	Changes []string       `json:"changes"`
}

// missingRow is the invitation to one thing.
type missingRow struct {
	mailingDoc
	For   string `json:"for"`
	Title string `json:"title"`
}

// inviteDue invites each who is registered to all that is coming and that they were not invited to yet.
func (r *run) inviteDue(dry bool) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	plans, err := carnet.Post.PlanMissing("")
	if err != nil {
		return err
	}
	doc := missingDoc{DryRun: dry, Mailings: []missingRow{}, Skipped: post.LeftOut(plans), Changes: []string{}}
	for _, plan := range plans {
		row := missingRow{mailingDoc: r.mailingOf(plan, dry), For: plan.Mailing.For}
		if o, err := carnet.Post.Occasion(row.For); err == nil && o.Meeting != nil {
			row.Title = o.Meeting.Title
		} else if o.Series != nil {
			row.Title = o.Series.Title
		}
		if doc.Queued += row.Queued; row.Queued == 0 {
			row.Mailing = ""
		}
		doc.Mailings = append(doc.Mailings, row)
	}
	if !dry && doc.Queued > 0 {
		refs, err := carnet.Post.QueueAll(plans)
		if err != nil {
			return err
		}
		doc.Changes = changes(refs)
	}
	return r.answer(doc, func() string {
		lines := make([]string, 0, len(doc.Mailings)+1)
		for i := range doc.Mailings {
			lines = append(lines, fmt.Sprintf("%s — %s", doc.Mailings[i].Title, r.mailingPage(doc.Mailings[i].mailingDoc)))
		}
		left := 0
		for _, n := range doc.Skipped {
			left += n
		}
		if left > 0 {
			lines = append(lines, r.words.Count("cli.mail.unreached", left, nil))
		}
		return strings.Join(lines, "\n")
	})
}
