package network

import (
	"strconv"
	"strings"
	"time"

	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
)

// Refused is an object that failed a check and was set aside.
type Refused struct {
	Key    string
	Reason string // code of a fault
	At     time.Time
	Why    error // the same with its facts, for a sentence
}

// Refused lists what was set aside and not dismissed.
func (n *Network) Refused() []Refused {
	engine, err := n.exchange()
	if err != nil {
		return nil
	}
	var list []Refused
	for _, r := range engine.Quarantined() {
		list = append(list, Refused{Key: r.Key, Reason: r.Reason, At: engine.RefusedAt(r.Key), Why: whySetAside(engine, r)})
	}
	return list
}

// whySetAside is why an object was set aside, with its facts: of a statement of the roster that did not take effect, the laptops that it is about.
func whySetAside(engine *carnetsync.Engine, r carnetsync.Refused) error {
	facts := []string{"key", r.Key}
	if told, known := engine.Overruled(r.Key); known {
		facts = append(facts, "by", laptopNamed(told.ByName, told.By), "who", laptopNamed(told.OfName, told.Of))
	}
	return fault.New(r.Reason, facts...)
}

// laptopNamed names a laptop by its coordinator, and by its own name where there is none.
func laptopNamed(coordinator, device string) string {
	if coordinator == "" {
		return device
	}
	return coordinator + " (" + device + ")"
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

// FindRefused takes the key of an object that was set aside, or the start of one. Faults:
// unknown_object, ambiguous_id.
func (n *Network) FindRefused(text string) (Refused, error) {
	var found []Refused
	for _, r := range n.Refused() {
		if r.Key == text {
			return r, nil
		}
		if text != "" && strings.HasPrefix(r.Key, text) {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 0:
		return Refused{}, fault.New("unknown_object", "key", text)
	case 1:
		return found[0], nil
	}
	return Refused{}, fault.New("ambiguous_id", "id", text, "n", strconv.Itoa(len(found)))
}

// Review lists the changes of an object that was set aside, as far as this laptop can open it. Faults:
// unknown_object, nothing_to_review.
func (n *Network) Review(key string) ([]carnetsync.Proposal, error) {
	engine, err := n.exchange()
	if err != nil {
		return nil, err
	}
	return engine.Review(key)
}

// AcceptChanges takes some changes of an object in as this laptop's own, and the object off the list. Only
// admins do. Faults: those of Review, role_forbids, unknown_change.
func (n *Network) AcceptChanges(key string, which []int) (count int, err error) {
	engine, err := n.administrator()
	if err != nil {
		return 0, err
	}
	if count, err = engine.AcceptChanges(key, which); err == nil {
		n.loop.edited()
		n.tell()
	}
	return count, err
}
