package command

import (
	"fmt"
	"strings"
	"time"

	"example.org/carnet/app/people"
	"example.org/carnet/store"
)

type historyCmd struct {
	ID string `arg:"" help:"record_ref"`
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
		return []string{d.At[:16] + "Z", who, r.fieldText(d.Field), r.valueText(d.From), r.valueText(d.To), d.Change}
	})
}

// fieldText is a field's name in words; of one element of a set with the element's name.
func (r *run) fieldText(field string) string {
	name, element, isSet := strings.Cut(field, ":")
	if name == "~" {
		name = "record"
	}
	if r.words.Has("field." + name) {
		name = r.words.Say("field."+name, nil)
	}
	if isSet {
		return name + " " + r.valueText(element)
	}
	return name
}

// valueText is a value for people: the name of what an id means.
func (r *run) valueText(v any) string {
	id, ok := v.(string)
	if !ok {
		return plain(v)
	}
	switch prefix, _, _ := strings.Cut(id, "_"); prefix {
	case "com":
		if c, err := store.Get[store.Community](r.carnet.Store, id); err == nil {
			return r.inLang(c.Name, c.NameFR)
		}
	case "off":
		if o, err := store.Get[store.Office](r.carnet.Store, id); err == nil {
			return o.Name
		}
	default:
		if c, err := store.Get[store.Chapter](r.carnet.Store, id); prefix != "mem" && err == nil {
			return r.inLang(c.Name, c.NameFR)
		}
	}
	return id
}

// plain is a value as text, empty for none.
func plain(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
