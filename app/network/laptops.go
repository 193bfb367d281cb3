package network

import (
	"sort"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/roster"
)

// Laptop is one laptop of the network.
type Laptop struct {
	Device      string
	Coordinator string
	Office      string // id
	OfficeName  string
	Role        string
	State       string    // active, revoked, pending
	LastSeen    time.Time // when it wrote the newest of its snapshots that are here; zero when none is
	Seq         uint64    // its highest sequence number here
	Mine        bool
	Asks        bool   // it waits for an administrator's yes: Approve or Refuse
	Fingerprint string // of this laptop and of those that ask; see Network.Fingerprint for the others
}

// Laptops lists the laptops: this one first, then by name of the coordinator.
func (n *Network) Laptops() ([]Laptop, error) {
	engine, err := n.exchange()
	if err != nil {
		return nil, err
	}
	if engine.State() == nil || engine.Standing() == carnetsync.Pending {
		about, err := n.About()
		mine := Laptop{Device: about.Device, Coordinator: about.Coordinator, Office: about.Office, OfficeName: about.OfficeName,
			Role: about.Role, State: about.State, Mine: true, Fingerprint: about.Fingerprint}
		return append([]Laptop{mine}, n.others(engine)...), err
	}
	list := n.others(engine)
	if n.May(store.KindNetwork) != nil {
		return list, nil
	}
	asking, err := n.waiting(engine)
	return append(list, asking...), err
}

// Terms tells of each other laptop whether it has everything of ours, and we of it.
func (n *Network) Terms() map[string]carnetsync.Terms {
	engine, err := n.exchange()
	if err != nil {
		return nil
	}
	return engine.Terms()
}

// others lists what the roster says.
func (n *Network) others(engine *carnetsync.Engine) []Laptop {
	s := engine.State()
	if s == nil {
		return nil
	}
	seen, frontier := engine.Seen(), n.Store.Frontier()
	var list []Laptop
	for _, l := range s.Laptops() {
		mine := l.Device == engine.Device()
		item := laptopOf(s, l, seen[l.Device].At, frontier[l.Device], mine)
		if mine {
			item.Fingerprint = engine.Fingerprint(l.Device)
		}
		list = append(list, item)
	}
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].Mine != list[j].Mine {
			return list[i].Mine
		}
		return list[i].Coordinator < list[j].Coordinator
	})
	return list
}

func laptopOf(s *roster.State, l roster.Laptop, seen time.Time, seq uint64, mine bool) Laptop {
	office, _ := s.Office(l.Office)
	state := string(carnetsync.Active)
	if l.Revoked {
		state = string(carnetsync.Revoked)
	}
	return Laptop{Device: l.Device, Coordinator: l.Coordinator, Office: l.Office, OfficeName: office.Name, Role: string(l.Role),
		State: state, LastSeen: seen, Seq: seq, Mine: mine}
}

// Revoke takes a laptop's right to write, and to read what follows. Device may be the start of its
// identifier. Faults: role_forbids, unknown_laptop, ambiguous_id, last_admin.
func (n *Network) Revoke(device string) (Laptop, error) {
	engine, err := n.administrator()
	if err != nil {
		return Laptop{}, err
	}
	found, err := findLaptop(engine.State(), device)
	if err != nil {
		return Laptop{}, err
	}
	if err := engine.Revoke(found.Device); err != nil {
		return Laptop{}, err
	}
	n.changed()
	return n.laptop(engine, found.Device)
}

func findLaptop(s *roster.State, device string) (roster.Laptop, error) {
	if device == "" {
		return roster.Laptop{}, fault.New("unknown_laptop", "device", device)
	}
	var found []roster.Laptop
	for _, l := range s.Laptops() {
		if strings.HasPrefix(l.Device, device) {
			found = append(found, l)
		}
	}
	switch len(found) {
	case 0:
		return roster.Laptop{}, fault.New("unknown_laptop", "device", device)
	case 1:
		return found[0], nil
	}
	return roster.Laptop{}, fault.New("ambiguous_id", "id", device, "n", strconv.Itoa(len(found)))
}
