package network

import "context"

// Claim asks the bucket for the sole right to do something once; see the exchange's Claim. Faults: no_network, no_remote,
// laptop_pending, laptop_revoked, and those of the bucket.
func (n *Network) Claim(ctx context.Context, name string, first uint64) (won bool, others []string, err error) {
	engine, err := n.exchange()
	if err != nil {
		return false, nil, err
	}
	return engine.Claim(ctx, name, first)
}

// Say asks the bucket for the sole right to say something to some people; see the exchange's Say. Faults as Claim.
func (n *Network) Say(ctx context.Context, task, of, part string, whom []string, first uint64) (taken map[string][]string, err error) {
	engine, err := n.exchange()
	if err != nil {
		return nil, err
	}
	return engine.Say(ctx, task, of, part, whom, first)
}

// Device is this laptop's name.
func (n *Network) Device() string { return n.Identity.Device() }

// Named gives the network's id and name; empty texts without a network.
func (n *Network) Named() (id, name string) {
	engine, err := n.exchange()
	if err != nil {
		return "", ""
	}
	return engine.Network(), engine.Name()
}

// OfficeNamed gives the name of an office; empty for one that is not known.
func (n *Network) OfficeNamed(id string) string {
	offices, err := n.Offices()
	if err != nil {
		return ""
	}
	for _, o := range offices {
		if o.ID == id {
			return o.Name
		}
	}
	return ""
}
