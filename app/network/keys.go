package network

import (
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
)

// SetLaptop gives a laptop another role or office (name or id); what is empty stays. Faults: role_forbids,
// laptop_pending, unknown_laptop, ambiguous_id, bad_role, unknown_office, last_admin.
func (n *Network) SetLaptop(device, role, office string) (Laptop, error) {
	engine, err := n.administrator()
	if err != nil {
		return Laptop{}, err
	}
	found, err := findLaptop(engine.State(), device)
	if err != nil {
		return Laptop{}, err
	}
	if role == "" {
		role = string(found.Role)
	}
	if !roster.IsRole(role) {
		return Laptop{}, fault.New("bad_role", "role", role)
	}
	at := found.Office
	if office != "" {
		o, err := n.FindOffice(office)
		if err != nil {
			return Laptop{}, err
		}
		at = o.ID
	}
	if role != string(found.Role) || at != found.Office {
		if err := engine.Promote(found.Device, roster.Role(role), at); err != nil {
			return Laptop{}, err
		}
		n.changed()
	}
	return n.laptop(engine, found.Device)
}

// Rotate gives all who may hold them new keys: of one office (name or id), or of everything. Faults:
// role_forbids, laptop_pending, unknown_office.
func (n *Network) Rotate(office string) (Office, error) {
	engine, err := n.administrator()
	if err != nil {
		return Office{}, err
	}
	var one Office
	if office == "" {
		err = engine.Rotate()
	} else if one, err = n.FindOffice(office); err == nil {
		err = engine.Rotate(one.ID)
	}
	if err == nil {
		n.changed()
	}
	return one, err
}

// Rekey gives this laptop new keys of its own, whatever its role; those before are of no use once the
// others know. They are on the disk before anybody is told: whenever this ends early, the next round goes
// on with it. Faults: laptop_pending, laptop_revoked, rekey_waits and those of the disk.
func (n *Network) Rekey() (Laptop, error) {
	engine, err := n.exchange()
	if err != nil {
		return Laptop{}, err
	}
	if err := standsIn(engine); err != nil {
		return Laptop{}, err
	}
	if err := engine.MayRekey(); err != nil {
		return Laptop{}, err
	}
	now, err := Identity(n.Box)
	if err != nil {
		return Laptop{}, err
	}
	fresh, err := now.Rekeyed()
	if err != nil {
		return Laptop{}, err
	}
	if err := n.Box.Put(identityName, fresh.Marshal()); err != nil {
		return Laptop{}, err
	}
	if err := engine.Rekey(fresh); err != nil {
		return Laptop{}, err
	}
	n.changed()
	l, err := n.laptop(engine, engine.Device())
	l.Fingerprint = engine.Fingerprint(l.Device)
	return l, err
}

// Policy is what the network's laptops agree on.
type Policy struct {
	ShareCard  bool // other offices see a member's name, role, community and chapters
	AdminsRead bool // administrators read the details of every office
}

// Policy tells it. Faults: no_network, laptop_pending.
func (n *Network) Policy() (Policy, error) {
	engine, err := n.exchange()
	if err != nil {
		return Policy{}, err
	}
	if engine.State() == nil {
		return Policy{}, fault.New("laptop_pending")
	}
	p := engine.State().Policy()
	return Policy{ShareCard: p.ShareCard, AdminsRead: p.AdminsRead}, nil
}

// SetPolicy changes it, for what is written from now on. Faults: role_forbids, laptop_pending.
func (n *Network) SetPolicy(p Policy) error {
	engine, err := n.administrator()
	if err != nil {
		return err
	}
	if now, err := n.Policy(); err != nil || now == p {
		return err
	}
	if err := engine.SetPolicy(roster.Policy{ShareCard: p.ShareCard, AdminsRead: p.AdminsRead}); err != nil {
		return err
	}
	n.changed()
	return nil
}

// Shared gives secrets that all laptops of the network have and nobody else, the one to use first; none without a network.
func (n *Network) Shared() [][32]byte {
	engine, err := n.exchange()
	if err != nil || engine.State() == nil {
		return nil
	}
	return engine.Shared()
}

// Holds tells whether this laptop has the key in use of an office's details; without a network it needs none.
func (n *Network) Holds(office string) bool {
	engine, err := n.exchange()
	return err != nil || engine.State() == nil || engine.Reads(office)
}
