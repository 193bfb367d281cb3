package meetings

import (
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Enrolled is a registration with the person it is of now. The record itself keeps the member whom it was made for, who may have been merged into
// another since.
type Enrolled struct {
	store.Registration
	Person string
}

// Enrolled gives the registrations for a meeting, a series or a programme, one a person: see Counting.
func (m *Meetings) Enrolled(id string) ([]Enrolled, error) {
	all, err := store.Linked[store.Registration](m.Store, id)
	if err != nil {
		return nil, err
	}
	own := all[:0]
	for _, g := range all {
		if g.For == id { // else it is linked by its member
			own = append(own, g)
		}
	}
	return m.Counting(own), nil
}

// Counting leaves one registration for each person and what they are registered for. Of several, of members who were merged, the one that was
// approved counts, else the newest.
func (m *Meetings) Counting(all []store.Registration) []Enrolled {
	list, at := make([]Enrolled, 0, len(all)), make(map[[2]string]int, len(all))
	for _, g := range all {
		e := Enrolled{g, m.Store.Person(g.Member)}
		key := [2]string{g.For, e.Person}
		before, twice := at[key]
		switch {
		case !twice:
			at[key] = len(list)
			list = append(list, e)
		case Counts(g, list[before].Registration):
			list[before] = e
		}
	}
	return list
}

// EnrolledAs gives the registration that counts for one person, by any of their members' ids; false when there is none.
func (m *Meetings) EnrolledAs(id, member string) (stands store.Registration, there bool) {
	all, _ := m.AllOf(id, member) // what cannot be read counts for nobody
	for _, g := range all {
		if !there || Counts(g, stands) {
			stands, there = g, true
		}
	}
	return stands, there
}

// AllOf gives all that one person has, those that do not count too.
func (m *Meetings) AllOf(id, member string) (all []store.Registration, err error) {
	for _, record := range m.Store.Records(member) {
		g, err := store.Get[store.Registration](m.Store, store.RegistrationID(id, record))
		if fault.Is(err, "unknown_id") {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, nil
}

// Counts tells whether one registration of a person counts rather than another.
func Counts(g, than store.Registration) bool {
	if (g.Status == "approved") != (than.Status == "approved") {
		return g.Status == "approved"
	}
	return g.At > than.At
}
