package roster

import (
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Origin finds the laptop that made a record; false when nobody has yet.
type Origin func(kind store.Kind, record string) (device string, known bool)

// Allows tells whether a laptop's role lets it make this edit, whatever its program thought.
// Faults: role_forbids, unknown_laptop.
func (s *State) Allows(device string, e store.Edit, origin Origin) error {
	laptop, known := s.Laptop(device)
	if !known {
		return fault.New("unknown_laptop", "device", device)
	}
	for _, c := range e.Changes {
		if !laptop.may(e, c, origin) {
			return fault.New("role_forbids", "role", string(laptop.Role), "kind", string(c.Kind), "device", device)
		}
	}
	return nil
}

func (l Laptop) may(e store.Edit, c store.Change, origin Origin) bool {
	switch l.Role {
	case Admin:
		return true
	case Coordinator:
		return c.Kind != store.KindNetwork && c.Kind != store.KindOffice
	case Door:
		return c.Kind == store.KindScan && c.Field == "fact" || c.Kind == store.KindMember && l.walkIn(e, c.Record, origin)
	}
	return false
}

// walkIn tells whether a member was written down at a door by this same laptop, or is by this edit.
func (l Laptop) walkIn(e store.Edit, record string, origin Origin) bool {
	if maker, known := origin(store.KindMember, record); known {
		return maker == l.Device
	}
	for _, c := range e.Changes {
		if c.Kind == store.KindMember && c.Record == record && c.Field == "walk_in" && len(c.Value) > 1 {
			return true
		}
	}
	return false
}
