package desktop

import (
	"example.org/carnet/app"
	"example.org/carnet/app/people"
)

// device is this laptop's id, as changes carry it.
func (d *Desktop) device(c *app.Carnet) string { return c.Network.Identity.Device() }

func (d *Desktop) conflictRows(c *app.Carnet) ([]ConflictRow, error) {
	all, err := c.People.Conflicts()
	if err != nil {
		return nil, err
	}
	mine := d.device(c)
	rows := make([]ConflictRow, 0, len(all))
	for _, conflict := range all {
		row := ConflictRow{ID: conflict.ID, Kind: string(conflict.Kind), Record: conflict.Record, Title: d.nameThenOrNow(c, conflict.Kind, conflict.Record),
			Deleted: conflict.Field == "~", Values: []ConflictValue{}}
		if !row.Deleted {
			row.Field, row.Was = d.fieldName(conflict.Field), d.valueText(c, conflict.Kind, conflict.Field, conflict.Was)
		}
		for _, v := range conflict.Values {
			row.Values = append(row.Values, ConflictValue{Text: d.sideText(c, conflict, v), Who: d.who(v), Office: v.Office, Device: v.Device, When: d.when(c, v.At),
				Mine: v.Device == mine, Delete: v.Deletes()})
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// sideText is what one side wrote; beside a deletion it says which field.
func (d *Desktop) sideText(c *app.Carnet, conflict people.Conflict, v people.Past) string {
	text := d.valueText(c, v.Kind, v.Field, v.To)
	if conflict.Field == "~" && v.Field != "~" {
		return d.words().Say("conflicts.side", map[string]string{"field": d.fieldName(v.Field), "value": text})
	}
	return text
}
