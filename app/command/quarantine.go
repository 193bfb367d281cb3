package command

import (
	"example.org/carnet/app/network"
)

type quarantineCmd struct {
	List    quarantineList    `cmd:"" help:"quarantine_list"`
	Show    quarantineShow    `cmd:"" help:"quarantine_show"`
	Accept  quarantineAccept  `cmd:"" help:"quarantine_accept"`
	Dismiss quarantineDismiss `cmd:"" help:"quarantine_dismiss"`
}

// setAsideDoc is an object that failed a check.
type setAsideDoc struct {
	Key    string  `json:"key"`
	Reason string  `json:"reason"` // a code
	Text   string  `json:"text"`
	At     *string `json:"at"`
}

func (r *run) setAsideOf(refused network.Refused) setAsideDoc {
	said := r.words.Error(refused.Why)
	return setAsideDoc{Key: refused.Key, Reason: refused.Reason, Text: said.Text, At: instant(refused.At)}
}

type quarantineList struct{}

func (c *quarantineList) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	items := []setAsideDoc{}
	for _, refused := range carnet.Network.Refused() {
		items = append(items, r.setAsideOf(refused))
	}
	if len(items) > 0 {
		r.attention()
	}
	return answerList(r, items, len(items), func(d setAsideDoc) string { return d.Key + "\n  " + d.Text })
}

type quarantineDismiss struct {
	Keys []string `arg:"" help:"quarantine_key"`
}

// dismissedDoc names what is no longer on the list.
type dismissedDoc struct {
	Dismissed []string `json:"dismissed"`
	Left      int      `json:"left"` // still on the list
}

// Run finds all of them before it dismisses the first, so that a wrong name changes nothing.
func (c *quarantineDismiss) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	doc := dismissedDoc{Dismissed: []string{}}
	for _, text := range c.Keys {
		found, err := carnet.Network.FindRefused(text)
		if err != nil {
			return err
		}
		doc.Dismissed = append(doc.Dismissed, found.Key)
	}
	for _, key := range doc.Dismissed {
		if err := carnet.Network.Dismiss(key); err != nil {
			return err
		}
	}
	doc.Left = len(carnet.Network.Refused())
	return r.answer(doc, func() string { return r.words.Count("cli.quarantine.dismissed", len(doc.Dismissed), nil) })
}
