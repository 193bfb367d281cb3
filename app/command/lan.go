package command

import (
	"strings"
	"time"

	"example.org/carnet/app/network"
	"example.org/carnet/store/fault"
)

type lanCmd struct {
	Serve lanServe `cmd:"" help:"lan_serve"`
	Find  lanFind  `cmd:"" help:"lan_find"`
}

type lanServe struct {
	Listen string `default:":7411" placeholder:"ADDRESS" help:"lan_listen"`
	Folder string `type:"path" placeholder:"DIR" help:"lan_folder"`
}

type lentDoc struct {
	Folder    string   `json:"folder"`
	Addresses []string `json:"addresses"`
}

// Run lends until it is told to end; what it prints comes at the beginning, once others can connect.
func (c *lanServe) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	return carnet.Network.Lend(r.context(), network.Lend{Listen: c.Listen, Folder: c.Folder}, func(lent network.Lent) {
		doc := lentDoc{Folder: lent.Folder, Addresses: append([]string{}, lent.Addresses...)}
		_ = r.answer(doc, func() string { // whoever reads may have gone; the folder is lent all the same
			return r.words.Say("cli.lan.lent", map[string]string{"folder": doc.Folder}) + "\n" + strings.Join(doc.Addresses, "\n")
		})
	})
}

type lanFind struct {
	Wait time.Duration `default:"3s" placeholder:"TIME" help:"lan_wait"`
}

type neighbourDoc struct {
	Address     string `json:"address"`
	Device      string `json:"device"`
	Coordinator string `json:"coordinator"`
	OfficeName  string `json:"office_name"`
}

func (c *lanFind) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	if c.Wait <= 0 || c.Wait > time.Minute {
		return fault.New("wrong_usage", "detail", "--wait 1s … 60s")
	}
	found, err := carnet.Network.LentAround(r.context(), c.Wait)
	if err != nil {
		return err
	}
	items := make([]neighbourDoc, len(found))
	for i, n := range found {
		items[i] = neighbourDoc(n)
	}
	if len(items) == 0 {
		r.note("cli.lan.nobody", nil)
	}
	return answerList(r, items, len(items), func(n neighbourDoc) string {
		if n.Device == "" {
			return n.Address + "  " + r.words.Say("cli.lan.unknown", nil)
		}
		return n.Address + "  " + n.Coordinator + ", " + n.OfficeName
	})
}
