package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"example.org/carnet/app"
	"example.org/carnet/app/network"
	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
)

// laptop is one of the four, with what its rounds have cost since the network came back.
type laptop struct {
	name, office, coordinator string
	home                      string
	admin                     bool
	*app.Carnet
	requests carnetsync.Requests
	bytes    int64
}

const networkName = "Réseau Climat Municipal / Municipal Climate Network"

func offices() []*laptop {
	return []*laptop{
		{name: "toronto", office: "Toronto", coordinator: "Ada Alderbrook", admin: true},
		{name: "montreal", office: "Montréal", coordinator: "Rémi Clairval"},
		{name: "vancouver", office: "Vancouver", coordinator: "Kim Fernwell"},
		{name: "halifax", office: "Halifax", coordinator: "Joël Brisemer"},
	}
}

func (d *demo) laptop(name string) *laptop {
	for _, l := range d.laptops {
		if l.name == name {
			return l
		}
	}
	panic("there is no laptop " + name)
}

func (l *laptop) open(d *demo, create bool) (err error) {
	l.home = filepath.Join(d.folder, l.name)
	l.Carnet, err = app.Open(l.home, app.Options{Passphrase: os.Getenv("CARNET_PASSPHRASE"), Create: create, Now: d.clock})
	return err
}

func (d *demo) closeAll() (err error) {
	for _, l := range d.laptops {
		if l.Carnet != nil {
			err = errors.Join(err, l.Close())
			l.Carnet = nil
		}
	}
	return err
}

// found makes the network in Toronto, and lets the other three join with invitation files.
func (d *demo) found(ctx context.Context) error {
	d.laptops = offices()
	first := d.laptops[0]
	if err := first.create(d); err != nil {
		return err
	}
	for _, l := range d.laptops[1:] {
		if err := d.join(ctx, first, l); err != nil {
			return fmt.Errorf("%s did not join: %w", l.office, err)
		}
	}
	d.say("%d offices joined with invitation files: %s", len(d.laptops), networkName)
	return nil
}

func (l *laptop) create(d *demo) error {
	if err := l.open(d, true); err != nil {
		return err
	}
	if _, err := l.Network.Create(network.Founding{Name: networkName, Office: l.office, Coordinator: l.coordinator}); err != nil {
		return err
	}
	remote, err := d.bucket.remote()
	if err != nil {
		return err
	}
	return l.Network.SetRemote(remote)
}

// join is what two people do: one writes an invitation file, the other reads it; both sync.
func (d *demo) join(ctx context.Context, inviter, l *laptop) error {
	invited, err := inviter.Network.Invite(network.NewInvitation{Office: l.office, Coordinator: l.coordinator, Role: "coordinator"})
	if err != nil {
		return err
	}
	file := filepath.Join(d.folder, l.name+".invitation")
	if err := os.WriteFile(file, invited.File, 0o600); err != nil {
		return err
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	ticket, err := network.ReadInvitation(raw, "", d.clock())
	if err != nil {
		return err
	}
	if err := l.open(d, true); err != nil {
		return err
	}
	if _, err := l.Network.Accept(ticket); err != nil {
		return err
	}
	for _, who := range []*laptop{inviter, l, inviter, l} {
		if err := who.sync(ctx); err != nil {
			return err
		}
	}
	about, err := l.Network.About()
	if err != nil {
		return err
	}
	if about.State != "active" {
		return fmt.Errorf("its laptop is %s", about.State)
	}
	return os.Remove(file)
}

func (l *laptop) sync(ctx context.Context) error {
	_, err := l.round(ctx)
	return err
}

// round is one sync, its cost added up. moved tells whether anything was exchanged.
func (l *laptop) round(ctx context.Context) (moved bool, err error) {
	report, err := l.Network.Sync(ctx)
	l.requests.List += report.Requests.List
	l.requests.Get += report.Requests.Get
	l.requests.Put += report.Requests.Put
	l.requests.Head += report.Requests.Head
	l.requests.Delete += report.Requests.Delete
	l.bytes += report.BytesIn + report.BytesOut
	return report.Pushed.Changes+report.Pulled.Changes+report.Pushed.Snapshots+report.Pulled.Snapshots > 0, err
}

const mostRounds = 20 // by each laptop until all is quiet

// settle syncs all laptops in turn until a whole turn moves nothing.
func (d *demo) settle(ctx context.Context) (turns int, err error) {
	for turns = 1; turns <= mostRounds; turns++ {
		quiet := true
		for _, l := range d.laptops {
			moved, err := l.round(ctx)
			if err != nil {
				return turns, fmt.Errorf("%s: %w", l.office, err)
			}
			quiet = quiet && !moved
		}
		if quiet {
			return turns, nil
		}
	}
	return turns, fmt.Errorf("the laptops still exchange after %d rounds each", mostRounds)
}

// offlineSays is what a sync answers while the network is cut.
func (l *laptop) offlineSays(ctx context.Context) (string, error) {
	if _, err := l.Network.Sync(ctx); err != nil {
		return fault.CodeOf(err), nil
	}
	return "", fmt.Errorf("%s still reaches the bucket", l.office)
}
