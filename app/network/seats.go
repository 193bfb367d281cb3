package network

import (
	"strconv"
	"strings"

	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
)

// waiting lists the laptops that ask for a seat which an administrator gives after comparing
// fingerprints. Only administrators' laptops know of them.
func (n *Network) waiting(engine *carnetsync.Engine) ([]Laptop, error) {
	requests, err := engine.Requests()
	list := make([]Laptop, 0, len(requests))
	for _, q := range requests {
		office, _ := engine.State().Office(q.Seat.Office)
		list = append(list, Laptop{Device: q.Device, Coordinator: q.Seat.Coordinator, Office: office.ID, OfficeName: office.Name,
			Role: string(q.Seat.Role), State: string(carnetsync.Pending), Fingerprint: q.Fingerprint, Asks: true})
	}
	return list, err
}

// Asking counts the laptops that wait for this administrator's yes; 0 for everybody else.
func (n *Network) Asking() int {
	engine, err := n.administrator()
	if err != nil {
		return 0
	}
	list, err := n.waiting(engine)
	if err != nil {
		n.Log.Error("the laptops that ask could not be read", "error", err)
	}
	return len(list)
}

// Approve lets in a laptop that waits, named by its fingerprint or the start of its identifier. Faults:
// role_forbids, request_unknown, ambiguous_id and those of an admission.
func (n *Network) Approve(which string) (Laptop, error) {
	return n.answer(which, (*carnetsync.Engine).Approve)
}

// Refuse turns it away and closes its invitation. The same faults.
func (n *Network) Refuse(which string) (Laptop, error) {
	return n.answer(which, (*carnetsync.Engine).Refuse)
}

func (n *Network) answer(which string, give func(*carnetsync.Engine, string) error) (Laptop, error) {
	engine, err := n.administrator()
	if err != nil {
		return Laptop{}, err
	}
	list, err := n.waiting(engine)
	if err != nil {
		return Laptop{}, err
	}
	asks, err := findRequest(list, which)
	if err != nil {
		return Laptop{}, err
	}
	if err := give(engine, asks.Device); err != nil {
		return Laptop{}, err
	}
	n.changed()
	if l, err := n.laptop(engine, asks.Device); err == nil {
		l.Fingerprint = asks.Fingerprint
		return l, nil
	}
	asks.Asks = false
	return asks, nil
}

func findRequest(list []Laptop, which string) (Laptop, error) {
	var found []Laptop
	for _, l := range list {
		if which != "" && (strings.HasPrefix(l.Device, which) || spoken(l.Fingerprint) == spoken(which)) {
			found = append(found, l)
		}
	}
	switch len(found) {
	case 0:
		return Laptop{}, fault.New("request_unknown", "device", which)
	case 1:
		return found[0], nil
	}
	return Laptop{}, fault.New("ambiguous_id", "id", which, "n", strconv.Itoa(len(found)))
}

// spoken leaves of a fingerprint what counts.
func spoken(fingerprint string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(fingerprint, func(r rune) bool { return r == ' ' || r == '-' || r == '\u00a0' }), " "))
}

// Fingerprint is what two people compare of a laptop that came on an invitation; empty for one that came
// without. Faults: no_network, unknown_laptop, ambiguous_id.
func (n *Network) Fingerprint(device string) (string, error) {
	engine, err := n.exchange()
	if err != nil {
		return "", err
	}
	if device == engine.Device() || engine.State() == nil {
		return engine.Fingerprint(engine.Device()), nil
	}
	l, err := findLaptop(engine.State(), device)
	if err != nil {
		return "", err
	}
	return engine.Fingerprint(l.Device), nil
}

// laptop finds one of the roster. Fault unknown_laptop.
func (n *Network) laptop(engine *carnetsync.Engine, device string) (Laptop, error) {
	for _, l := range n.others(engine) {
		if l.Device == device {
			return l, nil
		}
	}
	return Laptop{}, fault.New("unknown_laptop", "device", device)
}
