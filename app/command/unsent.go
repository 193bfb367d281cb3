package command

import (
	"strconv"

	"example.org/carnet/app/network"
	carnetsync "example.org/carnet/sync"
)

type unsentCmd struct {
	List   unsentList   `cmd:"" help:"unsent_list"`
	Accept unsentAccept `cmd:"" help:"unsent_accept"`
	Drop   unsentDrop   `cmd:"" help:"unsent_drop"`
}

// unsentDoc is a change that was made here before a long silence and never sent.
type unsentDoc struct {
	Change int    `json:"change"` // its place on the list, from 0
	Kind   string `json:"kind"`
	Record string `json:"record"`
	Field  string `json:"field"`
	From   any    `json:"from"` // the value here now; null for none
	To     any    `json:"to"`   // the value that it wants; null when it clears the field
	At     string `json:"at"`
}

func unsentOf(u carnetsync.Unsent) unsentDoc {
	return unsentDoc{Change: u.Which, Kind: string(u.Kind), Record: u.ID, Field: u.Field, From: u.Now, To: u.To, At: moment(u.At)}
}

type unsentList struct{}

func (*unsentList) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	list, err := carnet.Network.Unsent()
	if err != nil {
		return err
	}
	items := make([]unsentDoc, len(list))
	for i, u := range list {
		items[i] = unsentOf(u)
	}
	if len(items) > 0 {
		r.attention()
	}
	return answerList(r, items, len(items), func(d unsentDoc) string {
		return aligned([][]string{{strconv.Itoa(d.Change), d.Record, d.Field, plain(d.From) + " → " + plain(d.To), d.At[:16] + "Z"}})
	})
}

type unsentAccept struct {
	Change []int `placeholder:"N" help:"unsent_change"`
}

// takenDoc says what became of the list.
type takenDoc struct {
	Changed int `json:"changed"` // fields that have another value now
	Left    int `json:"left"`    // still on the list
}

// Run takes all changes unless some are named.
func (c *unsentAccept) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	which, err := chosen(carnet.Network, c.Change)
	if err != nil {
		return err
	}
	changed, err := carnet.Network.TakeUnsent(which)
	if err != nil {
		return err
	}
	return r.answerUnsent(changed, "cli.quarantine.accepted", changed)
}

type unsentDrop struct {
	Change []int `placeholder:"N" help:"unsent_change"`
}

// Run lets all go unless some are named.
func (c *unsentDrop) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	which, err := chosen(carnet.Network, c.Change)
	if err != nil {
		return err
	}
	if err := carnet.Network.LetGoUnsent(which); err != nil {
		return err
	}
	return r.answerUnsent(0, "cli.unsent.dropped", len(which))
}

// chosen gives the places that were named, or all.
func chosen(n *network.Network, named []int) ([]int, error) {
	list, err := n.Unsent()
	if err != nil || len(named) > 0 {
		return named, err
	}
	for _, u := range list {
		named = append(named, u.Which)
	}
	return named, nil
}

func (r *run) answerUnsent(changed int, key string, count int) error {
	left, err := r.carnet.Network.Unsent()
	if err != nil {
		return err
	}
	return r.answer(takenDoc{Changed: changed, Left: len(left)}, func() string { return r.words.Count(key, count, nil) })
}
