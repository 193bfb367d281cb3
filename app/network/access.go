package network

import (
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/roster"
)

// Reads tells whether this laptop may hold the keys of an office's details. What is not sealed for an
// office is for everybody.
func (n *Network) Reads(office string) bool {
	engine, err := n.exchange()
	if err != nil || engine.State() == nil || office == "" {
		return true
	}
	return engine.State().Entitled(engine.Device(), office)
}

// MayMembersOf tells whether this laptop may change the members of an office: nil, or the faults
// role_forbids and laptop_revoked. Like May it only says early what every reader judges again.
func (n *Network) MayMembersOf(office string) error {
	if err := n.May(store.KindMember); err != nil {
		return err
	}
	engine, err := n.exchange()
	if err != nil || engine.State() == nil {
		return nil
	}
	if self := engine.Self(); self.Role == roster.Coordinator && self.Office != office {
		return fault.New("role_forbids", "role", string(self.Role), "kind", string(store.KindMember), "device", engine.Device())
	}
	return nil
}

// SharesCard tells whether other offices see who a member is: name, community, role and chapters.
func (n *Network) SharesCard() bool {
	engine, err := n.exchange()
	return err != nil || engine.State() == nil || engine.State().Policy().ShareCard
}
