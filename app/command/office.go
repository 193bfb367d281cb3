package command

import (
	"example.org/carnet/app/network"
)

type officeCmd struct {
	List officeList `cmd:"" help:"office_list"`
	Add  officeAdd  `cmd:"" help:"office_add"`
}

type officeDoc struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Laptops int    `json:"laptops"`
}

func officeOf(o network.Office) officeDoc {
	return officeDoc{ID: o.ID, Name: o.Name, Laptops: o.Laptops}
}

type officeList struct{}

func (c *officeList) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	offices, err := carnet.Network.Offices()
	if err != nil {
		return err
	}
	items := make([]officeDoc, len(offices))
	for i, o := range offices {
		items[i] = officeOf(o)
	}
	return answerList(r, items, len(items), func(o officeDoc) string { return o.ID + "  " + o.Name })
}

type officeAdd struct {
	Name string `arg:"" help:"office_name"`
}

func (c *officeAdd) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	office, err := carnet.Network.AddOffice(c.Name)
	if err != nil {
		return err
	}
	return r.answer(officeOf(office), func() string {
		return r.words.Say("cli.office.added", map[string]string{"office": office.Name, "id": office.ID})
	})
}
