package command

import (
	"strconv"

	"example.org/carnet/app/people"
	"example.org/carnet/store"
)

type conflictCmd struct {
	List    conflictList    `cmd:"" help:"conflict_list"`
	Resolve conflictResolve `cmd:"" help:"conflict_resolve"`
}

type conflictDoc struct {
	ID     string          `json:"id"`
	Kind   store.Kind      `json:"kind"`
	Record string          `json:"record"`
	Field  string          `json:"field"` // "~": one side deleted the record
	Was    any             `json:"was"`
	Values []conflictValue `json:"values"`
}

type conflictValue struct {
	Value       any    `json:"value"` // for the record itself "delete" or "keep"
	At          string `json:"at"`
	Device      string `json:"device"`
	Coordinator string `json:"coordinator"`
	Office      string `json:"office"`
}

func conflictOf(c people.Conflict) conflictDoc {
	doc := conflictDoc{ID: c.ID, Kind: c.Kind, Record: c.Record, Field: c.Field, Was: c.Was, Values: []conflictValue{}}
	for i, v := range c.Values {
		doc.Values = append(doc.Values, conflictValue{Value: choiceOf(c, i), At: moment(v.At), Device: v.Device, Coordinator: v.Coordinator, Office: v.Office})
	}
	return doc
}

// choiceOf is what stands for a side in JSON and after --keep.
func choiceOf(c people.Conflict, i int) any {
	switch {
	case c.Field != "~":
		return c.Values[i].To
	case c.Values[i].Deletes():
		return "delete"
	}
	return "keep"
}

type conflictList struct{}

func (c *conflictList) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	conflicts, err := carnet.People.Conflicts()
	if err != nil {
		return err
	}
	items := make([]conflictDoc, len(conflicts))
	for i, conflict := range conflicts {
		items[i] = conflictOf(conflict)
	}
	if len(items) > 0 {
		r.attention()
	}
	return answerList(r, items, len(items), func(d conflictDoc) string {
		rows := [][]string{{d.ID, string(d.Kind), d.Record, d.Field}}
		for _, v := range d.Values {
			rows = append(rows, []string{"", plain(v.Value), v.Coordinator, v.At[:16] + "Z"})
		}
		return aligned(rows)
	})
}

type conflictResolve struct {
	ID   string `arg:"" help:"conflict_ref"`
	Keep string `required:"" placeholder:"VALUE" help:"conflict_keep"`
}

func (c *conflictResolve) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	conflict, err := carnet.People.Conflict(c.ID)
	if err != nil {
		return err
	}
	refs, err := c.settle(carnet.People, conflict)
	if err != nil {
		return err
	}
	doc := struct {
		ID      string   `json:"id"`
		Record  string   `json:"record"`
		Field   string   `json:"field"`
		Kept    string   `json:"kept"`
		Changes []string `json:"changes"`
	}{conflict.ID, conflict.Record, conflict.Field, c.Keep, changes(refs)}
	return r.answer(doc, func() string { return r.words.Say("cli.conflict.settled", map[string]string{"value": c.Keep}) })
}

// settle takes the side that the text names, by its value or as #1, #2 in the order of the list; any other text is a
// third value.
func (c *conflictResolve) settle(p *people.People, conflict people.Conflict) ([]store.Ref, error) {
	for i := range conflict.Values {
		if plain(choiceOf(conflict, i)) == c.Keep || "#"+strconv.Itoa(i+1) == c.Keep {
			return p.Choose(conflict, i)
		}
	}
	return p.Write(conflict, c.Keep)
}
