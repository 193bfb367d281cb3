package desktop

import (
	"cmp"

	"example.org/carnet/app"
)

// unsentRows lists what was written here before a long silence, as people read it.
func (d *Desktop) unsentRows(c *app.Carnet) ([]UnsentRow, int) {
	rows := []UnsentRow{}
	list, err := c.Network.Unsent()
	if err != nil {
		d.log.Error("what was not sent could not be read", "error", err)
	}
	for _, u := range list[:min(len(list), fewRows)] {
		row := UnsentRow{Which: u.Which, Kind: d.kindName(u.Kind), Title: d.nameThenOrNow(c, u.Kind, u.ID), Field: d.fieldName(u.Field),
			Now: d.valueText(c, u.Kind, u.Field, u.Now), To: d.valueText(c, u.Kind, u.Field, u.To), When: d.when(c, u.At)}
		if row.Title == u.ID {
			row.Title = cmp.Or(d.unsentName(c, u.ID), d.words().Say("network.review.unnamed", nil))
		}
		row.Same = row.Now == row.To
		rows = append(rows, row)
	}
	return rows, len(list)
}

// unsentName is what the list itself calls a record that is not here.
func (d *Desktop) unsentName(c *app.Carnet, id string) string {
	list, _ := c.Network.Unsent()
	var given, family string
	for _, u := range list {
		text, isText := u.To.(string)
		switch {
		case u.ID != id || !isText:
		case u.Field == "given":
			given = text + " "
		case u.Field == "family", u.Field == "name", u.Field == "title" && family == "":
			family = text
		}
	}
	return given + family
}

// TakeUnsent makes changes of that list again, as edits of today.
func (n *Network) TakeUnsent(which []int) (Written, error) {
	return ask(n.d, func(c *app.Carnet) (Written, error) {
		count, err := c.Network.TakeUnsent(which)
		return Written{Text: n.d.words().Count("network.unsent.taken", count, nil)}, err
	})
}

// LetGoUnsent takes changes off that list without making them.
func (n *Network) LetGoUnsent(which []int) (Written, error) {
	return ask(n.d, func(c *app.Carnet) (Written, error) {
		err := c.Network.LetGoUnsent(which)
		return Written{Text: n.d.words().Count("network.unsent.dropped", len(which), nil)}, err
	})
}
