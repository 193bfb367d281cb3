package desktop

import (
	"context"
	"sync"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/network"
	"example.org/carnet/store/fault"
)

// remoteRows lists the places where changes are exchanged, each with how it stands.
func (d *Desktop) remoteRows(c *app.Carnet) ([]RemoteRow, error) {
	remotes, err := c.Network.Remotes()
	rows := []RemoteRow{}
	for _, r := range remotes {
		row := RemoteRow{Name: r.Name, Title: d.placeName(r.Name), Kind: r.Kind, URL: r.String(), Main: r.Name == network.MainRemote}
		row.Text, row.Tone = d.sayPlace(&r)
		rows = append(rows, row)
	}
	return rows, err
}

// placeName is a place's name; the main one is called so in the language.
func (d *Desktop) placeName(name string) string {
	if name == network.MainRemote || name == "" {
		return d.words().Say("network.place.main", nil)
	}
	return name
}

// sayPlace says how a place stands: what it lacks, or when it was last reached, or why it was not.
func (d *Desktop) sayPlace(r *network.NamedRemote) (text, tone string) {
	facts := map[string]string{"when": sayWhen(d.words(), r.Contact)}
	switch {
	case r.Problem != nil && !network.Heals(r.Problem):
		return d.words().Error(r.Problem).Text, "bad"
	case r.Problem != nil && r.Contact.IsZero():
		return d.words().Say("network.place.never-reached", nil), "wait"
	case r.Problem != nil:
		return d.words().Say("network.place.away", facts), "wait"
	case r.Contact.IsZero():
		return d.words().Say("network.place.new", nil), "wait"
	case r.Waiting > 0:
		return d.words().Count("network.place.waits", r.Waiting, facts), "wait"
	}
	return d.words().Say("network.place.whole", facts), "good"
}

// AddRemote takes one more place in use. Without a name it gets one from its address.
func (n *Network) AddRemote(name string, f RemoteFields) (NetworkView, error) {
	return n.changed(func(c *app.Carnet) error {
		remote, err := f.remote()
		if err == nil && remote.Kind == "" {
			err = fault.New("no_remote")
		}
		if err == nil {
			_, err = c.Network.AddRemote(name, remote)
		}
		return err
	})
}

// RemoveRemote uses a place no more; what is there stays there.
func (n *Network) RemoveRemote(name string) (NetworkView, error) {
	return n.changed(func(c *app.Carnet) error { return c.Network.RemoveRemote(name) })
}

// changed does something and gives the screen as it is then.
func (n *Network) changed(work func(*app.Carnet) error) (NetworkView, error) {
	return ask(n.d, func(c *app.Carnet) (NetworkView, error) {
		if err := work(c); err != nil {
			return NetworkView{}, err
		}
		return n.d.networkView(c)
	})
}

// listening is how long the window listens to what is lent in the room.
const listening = 3 * time.Second

// FindLent listens for three seconds to what is lent around here.
func (n *Network) FindLent() ([]LentRow, error) {
	return ask(n.d, func(c *app.Carnet) ([]LentRow, error) {
		found, err := c.Network.LentAround(n.d.ctx, listening)
		if err != nil {
			return nil, err
		}
		rows := []LentRow{}
		for _, f := range found {
			row := LentRow{Address: f.Address, Who: f.Coordinator, Office: f.OfficeName}
			if f.Coordinator == "" {
				row.Who = n.d.words().Say("network.lan.stranger", nil)
			}
			rows = append(rows, row)
		}
		return rows, nil
	})
}

// lending is the folder that this window lends, if any.
type lending struct {
	mu   sync.Mutex
	stop context.CancelFunc // nil while nothing is lent
	lent network.Lent
	done chan struct{}
}

// view gives what is being lent.
func (l *lending) view() LendingView {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := LendingView{On: l.stop != nil, Addresses: []string{}}
	if v.On {
		v.Folder, v.Addresses = l.lent.Folder, append(v.Addresses, l.lent.Addresses...)
	}
	return v
}

// Lend lends this laptop's folder to the laptops in the room until StopLending, and answers once they can connect.
func (n *Network) Lend() (NetworkView, error) {
	return n.changed(func(c *app.Carnet) error {
		l := &n.d.lending
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.stop != nil {
			return nil
		}
		ctx, stop := context.WithCancel(n.d.ctx)
		begun, ended, done := make(chan network.Lent, 1), make(chan error, 1), make(chan struct{})
		go n.lend(ctx, c, begun, ended, done)
		select {
		case l.lent = <-begun:
			l.stop, l.done = stop, done
			return nil
		case err := <-ended:
			stop()
			return err
		}
	})
}

func (n *Network) lend(ctx context.Context, c *app.Carnet, begun chan<- network.Lent, ended chan<- error, done chan<- struct{}) {
	defer close(done)
	var err error
	defer func() { ended <- err }()
	defer n.d.rescue(&err)
	tell := func(lent network.Lent) { begun <- lent }
	err = c.Network.Lend(ctx, network.Lend{Listen: ":" + network.LendPort}, tell)
	if fault.Is(err, "lan_not_here") { // another program has that port: any other will do
		err = c.Network.Lend(ctx, network.Lend{Listen: ":0"}, tell)
	}
	if err != nil && ctx.Err() == nil {
		n.d.log.Error("lending ended", "error", err)
	}
}

// StopLending takes the folder back; what the others left there was taken in.
func (n *Network) StopLending() (NetworkView, error) {
	return n.changed(func(*app.Carnet) error { n.d.lending.end(); return nil })
}

// end stops lending and waits until the last look is over.
func (l *lending) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stop == nil {
		return
	}
	l.stop()
	<-l.done
	l.stop = nil
}
