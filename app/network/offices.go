package network

import (
	"sort"
	"strconv"
	"strings"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/roster"
)

// Office is one office of the network.
type Office struct {
	ID, Name string
	Laptops  int // that are not revoked
}

// Offices lists the offices by name.
func (n *Network) Offices() ([]Office, error) {
	engine, err := n.exchange()
	if err != nil {
		return nil, err
	}
	s := engine.State()
	if s == nil {
		return nil, nil
	}
	count := map[string]int{}
	for _, l := range s.Laptops() {
		if !l.Revoked {
			count[l.Office]++
		}
	}
	var list []Office
	for _, o := range s.Offices() {
		list = append(list, Office{ID: o.ID, Name: o.Name, Laptops: count[o.ID]})
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list, nil
}

// AddOffice adds an office. Faults: role_forbids, laptop_pending, name_needed, office_exists.
func (n *Network) AddOffice(name string) (Office, error) {
	engine, err := n.administrator()
	if err != nil {
		return Office{}, err
	}
	if name, err = cleanName("office", name); err != nil {
		return Office{}, err
	}
	if known, ok := officeNamed(engine.State(), name); ok {
		return Office{}, fault.New("office_exists", "office", known.Name)
	}
	return n.addOffice(engine, name)
}

func (n *Network) addOffice(engine *carnetsync.Engine, name string) (Office, error) {
	office := roster.Office{ID: store.NewID(store.KindOffice), Name: name}
	if err := engine.AddOffice(office); err != nil {
		return Office{}, err
	}
	n.loop.edited()
	return Office{ID: office.ID, Name: office.Name}, n.writeDown()
}

func officeNamed(s *roster.State, name string) (roster.Office, bool) {
	for _, o := range s.Offices() {
		if strings.EqualFold(o.Name, name) {
			return o, true
		}
	}
	return roster.Office{}, false
}

// FindOffice takes a name, an id, or the start of one. Faults: unknown_office, ambiguous_id.
func (n *Network) FindOffice(text string) (Office, error) {
	engine, err := n.exchange()
	if err != nil {
		return Office{}, err
	}
	text = strings.TrimSpace(text)
	s := engine.State()
	if s == nil || text == "" {
		return Office{}, fault.New("unknown_office", "office", text)
	}
	if o, ok := officeNamed(s, text); ok {
		return Office{ID: o.ID, Name: o.Name}, nil
	}
	var found []roster.Office
	for _, o := range s.Offices() {
		if strings.HasPrefix(o.ID, text) {
			found = append(found, o)
		}
	}
	switch len(found) {
	case 0:
		return Office{}, fault.New("unknown_office", "office", text)
	case 1:
		return Office{ID: found[0].ID, Name: found[0].Name}, nil
	}
	return Office{}, fault.New("ambiguous_id", "id", text, "n", strconv.Itoa(len(found)))
}
