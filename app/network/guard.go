package network

import (
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Guard refuses an edit that every reader would refuse, before it is written: fault role_forbids, with whose
// member it is where that is the reason.
func (n *Network) Guard(edit store.Edit) error {
	engine, err := n.exchange()
	if err != nil {
		return nil // there is no network, or May says what is wrong with it
	}
	if err = engine.Allows(edit); err == nil && !engine.Seals(&edit) {
		return fault.New("details_elsewhere", "id", edit.Changes[0].Record) // it would reach nobody
	}
	if !fault.Is(err, "role_forbids") {
		return err
	}
	for _, c := range edit.Changes {
		if c.Kind != store.KindMember {
			continue
		}
		if about := n.elsewhere(c.Record); about != nil {
			return about.Because(err)
		}
	}
	return err
}

// elsewhere names a member of another office, and the office; nil for one of the own.
func (n *Network) elsewhere(member string) *fault.Fault {
	m, err := store.Get[store.Member](n.Store, member)
	if err != nil || m.Office == "" || m.Office == n.MyOffice() {
		return nil
	}
	office := m.Office
	if o, err := n.FindOffice(m.Office); err == nil {
		office = o.Name
	}
	name := strings.TrimSpace(m.Given + " " + m.Family)
	if name == "" {
		name = m.ID
	}
	return fault.New("role_forbids", "about", "member", "name", name, "office", office, "id", m.ID)
}
