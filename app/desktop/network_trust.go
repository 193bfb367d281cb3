package desktop

import (
	"os"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/network"
	"example.org/carnet/store/fault"
)

// Approve lets in a laptop that waits for an administrator's yes.
func (n *Network) Approve(device string) (NetworkView, error) {
	return n.changed(func(c *app.Carnet) error { _, err := c.Network.Approve(device); return err })
}

// Refuse turns it away and closes its invitation.
func (n *Network) Refuse(device string) (NetworkView, error) {
	return n.changed(func(c *app.Carnet) error { _, err := c.Network.Refuse(device); return err })
}

// SetLaptop gives a laptop another role, another office (its name), or both.
func (n *Network) SetLaptop(device string, role string, office string) (NetworkView, error) {
	return n.changed(func(c *app.Carnet) error { _, err := c.Network.SetLaptop(device, role, office); return err })
}

// Rotate gives everybody new keys: of one office, or of everything.
func (n *Network) Rotate(office string) (NetworkView, error) {
	return n.changed(func(c *app.Carnet) error { _, err := c.Network.Rotate(office); return err })
}

// Rekey gives this laptop new keys of its own.
func (n *Network) Rekey() (NetworkView, error) {
	return n.changed(func(c *app.Carnet) error { _, err := c.Network.Rekey(); return err })
}

// SetPolicy changes what the network's laptops agree on.
func (n *Network) SetPolicy(p PolicyView) (NetworkView, error) {
	return n.changed(func(c *app.Carnet) error { return c.Network.SetPolicy(network.Policy(p)) })
}

// NewRecovery makes new words for the paper and gives them, once; those before are worth nothing then.
func (n *Network) NewRecovery(before string) (string, error) {
	return ask(n.d, func(c *app.Carnet) (string, error) { return c.Network.NewRecovery(before) })
}

// Recover makes this laptop an administrator's with the words on paper, and revokes those that were lost.
func (n *Network) Recover(words string, lost []string) (NetworkView, error) {
	return n.changed(func(c *app.Carnet) error { _, err := c.Network.Recover(words, lost); return err })
}

// Regain takes a network up again on a new laptop, with the words on paper and the place where it exchanged.
func (n *Network) Regain(f RemoteFields, words string, coordinator string, passphrase string) (start Start, err error) {
	defer n.d.rescue(&err)
	remote, err := f.remote()
	if err == nil && remote.Kind == "" {
		err = fault.New("no_remote")
	}
	if err != nil {
		return Start{}, err
	}
	found, err := network.OpenRecovery(n.d.ctx, remote, words)
	if err != nil {
		return Start{}, err
	}
	start, err = n.enter(passphrase, func(c *app.Carnet) error { _, err := c.Network.Regain(found, coordinator); return err })
	return start, err
}

// SaveWords writes the words for the paper into a file that the person chooses, to be printed. It gives the path;
// empty when the person changed their mind.
func (n *Network) SaveWords(words string, name string) (path string, err error) {
	defer n.d.rescue(&err)
	path, err = n.d.shell.SaveFile(n.d.words().Say("network.words.file", nil) + ".txt")
	if err != nil || path == "" {
		return "", err
	}
	facts := map[string]string{"words": words, "network": name, "day": n.d.day(time.Now())}
	if err := os.WriteFile(path, []byte(n.d.words().Say("network.words.page", facts)+"\n"), 0o600); err != nil {
		return "", fault.New("file_not_written", "file", path).Because(err)
	}
	return path, nil
}
