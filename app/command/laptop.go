package command

import (
	"fmt"
	"time"

	"example.org/carnet/app/network"
)

type laptopCmd struct {
	List    laptopList    `cmd:"" help:"laptop_list"`
	Revoke  laptopRevoke  `cmd:"" help:"laptop_revoke"`
	Set     laptopSet     `cmd:"" help:"laptop_set"`
	Approve laptopApprove `cmd:"" help:"laptop_approve"`
	Refuse  laptopRefuse  `cmd:"" help:"laptop_refuse"`
	Rekey   laptopRekey   `cmd:"" help:"laptop_rekey"`
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
	Fingerprint string  `json:"fingerprint,omitempty"`
}

func laptopOf(l network.Laptop) laptopDoc {
	return laptopDoc{
		Device: l.Device, Coordinator: l.Coordinator, Office: l.Office, OfficeName: l.OfficeName, Role: l.Role,
		State: l.State, LastSeen: instant(l.LastSeen), Seq: l.Seq, Mine: l.Mine, Fingerprint: l.Fingerprint,
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

type laptopList struct {
	Fingerprints bool `help:"laptop_fingerprints"`
}

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
		if items[i] = laptopOf(l); c.Fingerprints && l.Fingerprint == "" {
			if items[i].Fingerprint, err = carnet.Network.Fingerprint(l.Device); err != nil {
				return err
			}
		}
	}
	return answerList(r, items, len(items), func(l laptopDoc) string {
		line := fmt.Sprintf("%s  %-12s  %-14s  %s, %s", l.Device, r.words.Say("network.state."+l.State, nil),
			r.words.Say("network.role."+l.Role, nil), l.Coordinator, l.OfficeName)
		if l.Fingerprint != "" {
			line += "  " + l.Fingerprint
		}
		return line
	})
}

type laptopRevoke struct {
	Device string `arg:"" help:"laptop_device"`
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
	return r.answerLaptop("cli.laptop.revoked", laptop)
}

func (r *run) answerLaptop(key string, l network.Laptop) error {
	return r.answer(laptopOf(l), func() string {
		return r.words.Say(key, map[string]string{"coordinator": l.Coordinator, "device": l.Device, "office": l.OfficeName,
			"fingerprint": l.Fingerprint, "role": r.words.Say("network.role."+l.Role, nil)})
	})
}

type laptopSet struct {
	Device string `arg:"" help:"laptop_device"`
	Role   string `help:"invite_role" placeholder:"admin|coordinator|door|reader"`
	Office string `help:"laptop_office"`
}

func (c *laptopSet) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	l, err := carnet.Network.SetLaptop(c.Device, c.Role, c.Office)
	if err != nil {
		return err
	}
	return r.answerLaptop("cli.laptop.set", l)
}

type laptopApprove struct {
	Which string `arg:"" help:"laptop_which" placeholder:"DEVICE|FINGERPRINT"`
}

func (c *laptopApprove) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	l, err := carnet.Network.Approve(c.Which)
	if err != nil {
		return err
	}
	return r.answerLaptop("cli.laptop.approved", l)
}

type laptopRefuse struct {
	Which string `arg:"" help:"laptop_which" placeholder:"DEVICE|FINGERPRINT"`
}

func (c *laptopRefuse) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	l, err := carnet.Network.Refuse(c.Which)
	if err != nil {
		return err
	}
	l.State = "refused"
	return r.answerLaptop("cli.laptop.refused", l)
}

type laptopRekey struct{}

func (c *laptopRekey) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	l, err := carnet.Network.Rekey()
	if err != nil {
		return err
	}
	return r.answerLaptop("cli.laptop.rekeyed", l)
}
