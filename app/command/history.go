package command

import (
	"fmt"
	"time"

	"example.org/carnet/app/people"
)

type historyCmd struct {
	ID string `arg:"" help:"${help_record_ref}"`
}

type pastDoc struct {
	Field       string `json:"field"`
	From        any    `json:"from"`
	To          any    `json:"to"`
	At          string `json:"at"`
	Device      string `json:"device"`
	Coordinator string `json:"coordinator"`
	Office      string `json:"office"`
	Change      string `json:"change"` // for undo --change
	Record      string `json:"record"` // another one for what a merged member brought along
}

func pastOf(h people.Past) pastDoc {
	return pastDoc{Field: h.Field, From: h.From, To: h.To, At: moment(h.At), Device: h.Device, Coordinator: h.Coordinator, Office: h.Office,
		Change: h.Change.String(), Record: h.Record}
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }

func (c *historyCmd) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	kind, id, err := carnet.People.Record(c.ID)
	if err != nil {
		return err
	}
	past, err := carnet.People.History(kind, id)
	if err != nil {
		return err
	}
	items := make([]pastDoc, len(past))
	for i, h := range past {
		items[i] = pastOf(h)
	}
	headings := []string{"cli.heading.when", "cli.heading.who", "cli.heading.field", "cli.heading.from", "cli.heading.to", "cli.heading.change"}
	return answerRows(r, items, len(items), headings, func(d pastDoc) []string {
		who := d.Coordinator
		if who == "" {
			who = d.Device
		}
		return []string{d.At[:16] + "Z", who, d.Field, plain(d.From), plain(d.To), d.Change}
	})
}

// plain is a value as text, empty for none.
func plain(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
