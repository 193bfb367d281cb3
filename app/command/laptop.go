package command

import (
	"fmt"
	"time"

	"example.org/carnet/app/network"
)

type laptopCmd struct {
	List   laptopList   `cmd:"" help:"${help_laptop_list}"`
	Revoke laptopRevoke `cmd:"" help:"${help_laptop_revoke}"`
}

type laptopDoc struct {
	Device      string  `json:"device"`
	Coordinator string  `json:"coordinator"`
	Office      string  `json:"office"`
	OfficeName  string  `json:"office_name"`
	Role        string  `json:"role"`
	State       string  `json:"state"` // active, revoked, pending
	LastSeen    *string `json:"last_seen"`
	Seq         uint64  `json:"seq"`
	Mine        bool    `json:"mine"`
}

func laptopOf(l network.Laptop) laptopDoc {
	return laptopDoc{
		Device: l.Device, Coordinator: l.Coordinator, Office: l.Office, OfficeName: l.OfficeName, Role: l.Role,
		State: l.State, LastSeen: instant(l.LastSeen), Seq: l.Seq, Mine: l.Mine,
	}
}

// instant is null for a time that is not known.
func instant(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(time.RFC3339)
	return &text
}

type laptopList struct{}

func (c *laptopList) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	laptops, err := carnet.Network.Laptops()
	if err != nil {
		return err
	}
	items := make([]laptopDoc, len(laptops))
	for i, l := range laptops {
		items[i] = laptopOf(l)
	}
	return answerList(r, items, len(items), func(l laptopDoc) string {
		return fmt.Sprintf("%s  %-12s  %-14s  %s, %s", l.Device, r.words.Say("network.state."+l.State, nil),
			r.words.Say("network.role."+l.Role, nil), l.Coordinator, l.OfficeName)
	})
}

type laptopRevoke struct {
	Device string `arg:"" help:"${help_laptop_device}"`
}

func (c *laptopRevoke) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	laptop, err := carnet.Network.Revoke(c.Device)
	if err != nil {
		return err
	}
	return r.answer(laptopOf(laptop), func() string {
		return r.words.Say("cli.laptop.revoked", map[string]string{"coordinator": laptop.Coordinator, "device": laptop.Device})
	})
}
