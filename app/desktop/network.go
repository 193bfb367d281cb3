package desktop

import (
	"os"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/network"
	"example.org/carnet/store/fault"
)

// View gives the whole screen.
func (n *Network) View() (NetworkView, error) { return ask(n.d, n.d.networkView) }

// Create makes a network with this laptop as its first.
func (n *Network) Create(f NewNetwork) (start Start, err error) {
	defer n.d.rescue(&err)
	founding := network.Founding{Name: f.Name, Office: f.Office, Coordinator: f.Coordinator}
	if err := founding.Check(); err != nil {
		return Start{}, err
	}
	var words string
	start, err = n.enter(f.Passphrase, func(c *app.Carnet) error {
		about, err := c.Network.Create(founding)
		words = about.Recovery
		return err
	})
	start.Recovery = words
	return start, err
}

// Accept joins a network from an invitation's text. The coordinator's name is the invitation's.
func (n *Network) Accept(file string, words string, _ string, passphrase string) (start Start, err error) {
	defer n.d.rescue(&err)
	ticket, err := network.ReadInvitation([]byte(file), words, time.Now())
	if err != nil {
		return Start{}, err
	}
	return n.enter(passphrase, func(c *app.Carnet) error {
		_, err := c.Network.Accept(ticket)
		return err
	})
}

// enter opens the home, makes it when there is none, and begins in it.
func (n *Network) enter(passphrase string, begin func(*app.Carnet) error) (Start, error) {
	c, err := n.d.open()
	if fault.Is(err, "home_closed") {
		if err := n.d.openHome(passphrase, true); err != nil {
			return Start{}, err
		}
		c, err = n.d.open()
	}
	if err != nil {
		return Start{}, err
	}
	if err := begin(c); err != nil {
		return Start{}, err
	}
	return n.d.start(passphrase)
}

// ChooseFolder asks for a folder and gives its path; empty when the person changed their mind.
func (n *Network) ChooseFolder() (path string, err error) {
	defer n.d.rescue(&err)
	return n.d.shell.ChooseFolder()
}

// TestRemote tries a bucket with one small question; it answers within 5 seconds.
func (n *Network) TestRemote(f RemoteFields) (RemoteTest, error) {
	return ask(n.d, func(c *app.Carnet) (RemoteTest, error) {
		remote, err := f.remote()
		if err == nil {
			err = c.Network.TestRemote(n.d.ctx, remote)
		}
		if err != nil {
			said := n.d.words().Error(err)
			return RemoteTest{Code: said.Code, Text: said.Text}, nil
		}
		return RemoteTest{OK: true, Text: n.d.words().Say("network.test.ok", nil)}, nil
	})
}

// SetRemote remembers it.
func (n *Network) SetRemote(f RemoteFields) (RemoteView, error) {
	return ask(n.d, func(c *app.Carnet) (RemoteView, error) {
		remote, err := f.remote()
		if err != nil {
			return RemoteView{}, err
		}
		if err := c.Network.SetRemote(remote); err != nil {
			return RemoteView{}, err
		}
		return remoteView(c.Network.Remote()), nil
	})
}

// AddOffice adds an office; admins only.
func (n *Network) AddOffice(name string) (OfficeRow, error) {
	return ask(n.d, func(c *app.Carnet) (OfficeRow, error) {
		office, err := c.Network.AddOffice(name)
		return OfficeRow{ID: office.ID, Name: office.Name}, err
	})
}

// Invite makes an invitation file.
func (n *Network) Invite(f NewInvitation) (Invitation, error) {
	return ask(n.d, func(c *app.Carnet) (Invitation, error) {
		made, err := c.Network.Invite(network.NewInvitation{
			Office: f.Office, Coordinator: f.Coordinator, Role: f.Role, Valid: time.Duration(f.Days) * 24 * time.Hour, Words: f.Words, Approve: f.Approve,
		})
		return Invitation{File: string(made.File), Name: made.Name, Words: made.Words}, err
	})
}

// SaveInvitation asks where to save it and gives the path; empty when the person changed their mind.
func (n *Network) SaveInvitation(i Invitation) (path string, err error) {
	defer n.d.rescue(&err)
	path, err = n.d.shell.SaveFile(i.Name)
	if err != nil || path == "" {
		return "", err
	}
	if err := os.WriteFile(path, []byte(i.File), 0o600); err != nil {
		return "", fault.New("file_not_written", "file", path).Because(err)
	}
	return path, nil
}

// CloseInvitation makes an open invitation void.
func (n *Network) CloseInvitation(id string) (NetworkView, error) {
	return ask(n.d, func(c *app.Carnet) (NetworkView, error) {
		if err := c.Network.CloseInvitation(id); err != nil {
			return NetworkView{}, err
		}
		return n.d.networkView(c)
	})
}

// Revoke takes a laptop's right to write and read.
func (n *Network) Revoke(device string) (NetworkView, error) {
	return ask(n.d, func(c *app.Carnet) (NetworkView, error) {
		if _, err := c.Network.Revoke(device); err != nil {
			return NetworkView{}, err
		}
		return n.d.networkView(c)
	})
}

// SyncNow starts a round at once; the rail shows how it goes.
func (n *Network) SyncNow() (Sync, error) {
	return ask(n.d, func(c *app.Carnet) (Sync, error) {
		c.Network.SyncNow()
		return n.d.syncState(c), nil
	})
}

// StopRound ends the exchange under way; it goes on with SyncNow.
func (n *Network) StopRound() (Sync, error) {
	return ask(n.d, func(c *app.Carnet) (Sync, error) {
		c.Network.StopRound()
		return n.d.syncState(c), nil
	})
}

// Dismiss takes a refused object off the list; it is never fetched again.
func (n *Network) Dismiss(key string) (NetworkView, error) {
	return ask(n.d, func(c *app.Carnet) (NetworkView, error) {
		if err := c.Network.Dismiss(key); err != nil {
			return NetworkView{}, err
		}
		return n.d.networkView(c)
	})
}
