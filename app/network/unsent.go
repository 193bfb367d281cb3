package network

import carnetsync "example.org/carnet/sync"

// Unsent lists what was written here before a long silence: it is in no bucket, and the records it speaks of were
// begun anew from a full copy meanwhile. Each waits for a person, who takes it in or lets it go.
func (n *Network) Unsent() ([]carnetsync.Unsent, error) {
	engine, err := n.exchange()
	if err != nil {
		return nil, err
	}
	return engine.Unsent()
}

// TakeUnsent makes changes of that list again, as edits of today. It gives how many changed something. Faults:
// unknown_change, role_forbids and those of the store; then the list stays as it is.
func (n *Network) TakeUnsent(which []int) (count int, err error) {
	engine, err := n.exchange()
	if err != nil {
		return 0, err
	}
	if count, err = engine.TakeUnsent(which); err == nil {
		n.changed()
	}
	return count, err
}

// LetGoUnsent takes changes off that list without making them. Fault unknown_change.
func (n *Network) LetGoUnsent(which []int) error {
	engine, err := n.exchange()
	if err != nil {
		return err
	}
	if err := engine.LetGoUnsent(which); err != nil {
		return err
	}
	n.tell()
	return nil
}
