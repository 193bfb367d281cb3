package network

import (
	"strings"
	"unicode/utf8"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/roster"
)

// About is this laptop's place in its network.
type About struct {
	Name          string // of the network
	Network       string // id
	Device        string
	Office        string // id
	OfficeName    string
	Role          string
	Coordinator   string
	State         string // active, pending, revoked
	RosterVersion uint64
	Offices       int
	Laptops       int    // that are not revoked
	Fingerprint   string // to compare with what an administrator sees; empty for a laptop that came without invitation
	Recovery      string // the words for the paper; only when the network was just made
}

// About tells this laptop's place. Fault no_network.
func (n *Network) About() (About, error) {
	engine, err := n.exchange()
	if err != nil {
		return About{}, err
	}
	self := engine.Self()
	about := About{
		Name: engine.Name(), Network: engine.Network(), Device: engine.Device(), Office: self.Office, OfficeName: engine.OfficeName(),
		Role: string(self.Role), Coordinator: self.Coordinator, State: string(engine.Standing()), Fingerprint: engine.Fingerprint(engine.Device()),
	}
	if s := engine.State(); s != nil {
		about.RosterVersion, about.Offices = s.Version, len(s.Offices())
		for _, l := range s.Laptops() {
			if !l.Revoked {
				about.Laptops++
			}
		}
	}
	return about, nil
}

// Founding is what begins a network.
type Founding struct {
	Name        string // of the network
	Office      string // name of its first office
	Coordinator string
}

// Check says what is missing, before a home is made for it. Fault name_needed.
func (f Founding) Check() error {
	for _, named := range []struct{ field, name string }{{"name", f.Name}, {"office", f.Office}, {"coordinator", f.Coordinator}} {
		if _, err := cleanName(named.field, named.name); err != nil {
			return err
		}
	}
	return nil
}

const maxName = 200 // bytes

// cleanName trims a name and refuses one that is empty, too long or not text.
func cleanName(field, name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || len(name) > maxName || !utf8.ValidString(name) || strings.ContainsFunc(name, isControl) {
		return "", fault.New("name_needed", "field", field)
	}
	return name, nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// Create makes a network with this laptop as its first, an administrator's. Its answer alone has the words
// for the paper. Faults: network_exists,
// name_needed.
func (n *Network) Create(f Founding) (About, error) {
	if err := f.Check(); err != nil {
		return About{}, err
	}
	if err := n.unattached(); err != nil {
		return About{}, err
	}
	name, _ := cleanName("name", f.Name)
	office, _ := cleanName("office", f.Office)
	coordinator, _ := cleanName("coordinator", f.Coordinator)
	engine, words, err := carnetsync.Found(n.options(), roster.Founder{
		Name: name, Office: roster.Office{ID: store.NewID(store.KindOffice), Name: office}, Coordinator: coordinator,
	})
	if err != nil {
		return About{}, err
	}
	if err := n.takeUp(engine); err != nil {
		return About{}, err
	}
	about, err := n.About()
	about.Recovery = words.Words()
	return about, err
}

// takeUp begins to use an engine.
func (n *Network) takeUp(engine *carnetsync.Engine) error {
	n.mu.Lock()
	n.engine = engine
	n.mu.Unlock()
	n.tell()
	return n.writeDown()
}

// writeDown makes records of what the roster says of the network and its offices, so that histories
// and lists can name them. An administrator's laptop does it for everybody.
func (n *Network) writeDown() error {
	engine, err := n.administrator()
	if err != nil {
		return nil // not this laptop's to write
	}
	s := engine.State()
	_, err = n.Store.Edit(func(tx *store.Tx) error {
		if _, err := tx.Put(store.Network{ID: s.Network, Name: s.Name}); err != nil {
			return err
		}
		for _, o := range s.Offices() {
			if _, err := tx.Put(store.Office{ID: o.ID, Name: o.Name}); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}
