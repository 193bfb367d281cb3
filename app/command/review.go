package command

import (
	"strconv"
	"time"

	"example.org/carnet/app/network"
	carnetsync "example.org/carnet/sync"
)

// proposalDoc is one change of an object that was set aside.
type proposalDoc struct {
	Change int    `json:"change"` // its place in the object, from 0
	Kind   string `json:"kind"`
	Record string `json:"record"`
	Field  string `json:"field"`
	From   any    `json:"from"`  // the value here now; null for none
	To     any    `json:"to"`    // the value that it wants; null when it clears the field
	Known  bool   `json:"known"` // it was taken in already
	At     string `json:"at"`
	Device string `json:"device"`
}

// reviewDoc is an object that was set aside with what it says, as far as this laptop can open it.
type reviewDoc struct {
	setAsideDoc
	Changes []proposalDoc `json:"changes"`
}

func proposalOf(p carnetsync.Proposal) proposalDoc {
	return proposalDoc{Change: p.Which, Kind: string(p.Change.Kind), Record: p.Change.Record, Field: p.Change.Field, From: p.Now, To: p.To,
		Known: p.Known, At: moment(time.UnixMilli(p.Change.Wall)), Device: p.Change.Device}
}

type quarantineShow struct {
	Key string `arg:"" help:"quarantine_key"`
}

func (c *quarantineShow) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	found, proposals, err := reviewed(carnet.Network, c.Key)
	if err != nil {
		return err
	}
	doc := reviewDoc{setAsideDoc: r.setAsideOf(found), Changes: []proposalDoc{}}
	for _, p := range proposals {
		doc.Changes = append(doc.Changes, proposalOf(p))
	}
	return r.answer(doc, func() string {
		rows := [][]string{}
		for _, p := range doc.Changes {
			known := ""
			if p.Known {
				known = r.words.Say("cli.quarantine.known", nil)
			}
			rows = append(rows, []string{strconv.Itoa(p.Change), p.Record, p.Field, plain(p.From) + " → " + plain(p.To), p.At[:16] + "Z", known})
		}
		return doc.Key + "\n  " + doc.Text + "\n" + aligned(rows)
	})
}

func reviewed(n *network.Network, text string) (network.Refused, []carnetsync.Proposal, error) {
	found, err := n.FindRefused(text)
	if err != nil {
		return found, nil, err
	}
	proposals, err := n.Review(found.Key)
	return found, proposals, err
}

type quarantineAccept struct {
	Key    string `arg:"" help:"quarantine_key"`
	Change []int  `placeholder:"N" help:"quarantine_change"`
}

// acceptedDoc says what was taken in.
type acceptedDoc struct {
	Key     string `json:"key"`
	Changed int    `json:"changed"` // fields that have another value now
	Left    int    `json:"left"`    // still on the list
}

// Run takes all changes in unless some are named.
func (c *quarantineAccept) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	found, proposals, err := reviewed(carnet.Network, c.Key)
	if err != nil {
		return err
	}
	which := c.Change
	if len(which) == 0 {
		for _, p := range proposals {
			if !p.Known {
				which = append(which, p.Which)
			}
		}
	}
	changed, err := carnet.Network.AcceptChanges(found.Key, which)
	if err != nil {
		return err
	}
	doc := acceptedDoc{Key: found.Key, Changed: changed, Left: len(carnet.Network.Refused())}
	return r.answer(doc, func() string { return r.words.Count("cli.quarantine.accepted", changed, nil) })
}
