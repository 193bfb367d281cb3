package network

import "time"

// Refused is an object that failed a check and was set aside.
type Refused struct {
	Key    string
	Reason string // code of a fault
	At     time.Time
}

// Refused lists what was set aside and not dismissed.
func (n *Network) Refused() []Refused {
	engine, err := n.exchange()
	if err != nil {
		return nil
	}
	var list []Refused
	for _, r := range engine.Quarantined() {
		list = append(list, Refused{Key: r.Key, Reason: r.Reason, At: engine.RefusedAt(r.Key)})
	}
	return list
}

// Dismiss takes an object off the list; it is never fetched again. Fault unknown_object.
func (n *Network) Dismiss(key string) error {
	engine, err := n.exchange()
	if err != nil {
		return err
	}
	if err := engine.Dismiss(key); err != nil {
		return err
	}
	n.tell()
	return nil
}
