package command

import (
	"fmt"
	"strings"
)

// missingDoc is what those lacked who were registered and not invited.
type missingDoc struct {
	Queued   int          `json:"queued"`
	DryRun   bool         `json:"dry_run"`
	Mailings []missingRow `json:"mailings"`
	Changes  []string     `json:"changes"`
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
	plans, err := carnet.Post.PlanMissing()
	if err != nil {
		return err
	}
	doc := missingDoc{DryRun: dry, Mailings: []missingRow{}, Changes: []string{}}
	for _, plan := range plans {
		row := missingRow{mailingDoc: r.mailingOf(plan, dry), For: plan.Mailing.For}
		if o, err := carnet.Post.Occasion(row.For); err == nil && o.Meeting != nil {
			row.Title = o.Meeting.Title
		} else if o.Series != nil {
			row.Title = o.Series.Title
		}
		doc.Queued += row.Queued
		doc.Mailings = append(doc.Mailings, row)
	}
	if !dry {
		refs, err := carnet.Post.QueueAll(plans)
		if err != nil {
			return err
		}
		doc.Changes = changes(refs)
	}
	return r.answer(doc, func() string {
		lines := make([]string, len(doc.Mailings))
		for i := range doc.Mailings {
			lines[i] = fmt.Sprintf("%s — %s", doc.Mailings[i].Title, r.mailingPage(doc.Mailings[i].mailingDoc))
		}
		return strings.Join(lines, "\n")
	})
}
