package desktop

import (
	"example.org/carnet/app"
	"example.org/carnet/store/fault"
)

// View gives the whole screen.
func (n *Network) View() (NetworkView, error) {
	return ask(n.d, func(c *app.Carnet) (answer NetworkView, err error) { return answer, fault.New("not_built") })
}

// Create makes a network with this laptop as its first.
func (n *Network) Create(n NewNetwork) (Start, error) {
	return ask(n.d, func(c *app.Carnet) (answer Start, err error) { return answer, fault.New("not_built") })
}

// Accept joins a network from an invitation's text.
func (n *Network) Accept(file string, words string, coordinator string, passphrase string) (Start, error) {
	return ask(n.d, func(c *app.Carnet) (answer Start, err error) { return answer, fault.New("not_built") })
}

// TestRemote tries a bucket: list, write, read; it answers within 5 seconds.
func (n *Network) TestRemote(f RemoteFields) (RemoteTest, error) {
	return ask(n.d, func(c *app.Carnet) (answer RemoteTest, err error) { return answer, fault.New("not_built") })
}

// SetRemote remembers it.
func (n *Network) SetRemote(f RemoteFields) (RemoteView, error) {
	return ask(n.d, func(c *app.Carnet) (answer RemoteView, err error) { return answer, fault.New("not_built") })
}

// AddOffice adds an office; admins only.
func (n *Network) AddOffice(name string) (OfficeRow, error) {
	return ask(n.d, func(c *app.Carnet) (answer OfficeRow, err error) { return answer, fault.New("not_built") })
}

// Invite makes an invitation file.
func (n *Network) Invite(n NewInvitation) (Invitation, error) {
	return ask(n.d, func(c *app.Carnet) (answer Invitation, err error) { return answer, fault.New("not_built") })
}

// SaveInvitation asks where to save it and gives the path; empty when the person changed their mind.
func (n *Network) SaveInvitation(i Invitation) (string, error) {
	return ask(n.d, func(c *app.Carnet) (answer string, err error) { return answer, fault.New("not_built") })
}

// CloseInvitation makes an open invitation void.
func (n *Network) CloseInvitation(id string) (NetworkView, error) {
	return ask(n.d, func(c *app.Carnet) (answer NetworkView, err error) { return answer, fault.New("not_built") })
}

// Revoke takes a laptop's right to write and read.
func (n *Network) Revoke(device string) (NetworkView, error) {
	return ask(n.d, func(c *app.Carnet) (answer NetworkView, err error) { return answer, fault.New("not_built") })
}

// SyncNow starts a round at once; the rail shows how it goes.
func (n *Network) SyncNow() (Sync, error) {
	return ask(n.d, func(c *app.Carnet) (answer Sync, err error) { return answer, fault.New("not_built") })
}

// Dismiss takes a refused object off the list; its bytes stay in the quarantine folder.
func (n *Network) Dismiss(key string) (NetworkView, error) {
	return ask(n.d, func(c *app.Carnet) (answer NetworkView, err error) { return answer, fault.New("not_built") })
}
