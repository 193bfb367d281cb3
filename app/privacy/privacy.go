// Package privacy answers a person who asks what is known of them: it gathers their record, their consents, their
// requests and registrations, their mail, their attendance and every change that was ever made to these, as far as this laptop may read it, and writes it down for
// people and for machines. It changes nothing, and never decides who may ask.
package privacy

import (
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/people"
	"example.org/carnet/store"
)

// Deps is what the answers stand on.
type Deps struct {
	Store  *store.Store
	People *people.People
	Door   *door.Door
	Reads  func(office string) bool // whether this laptop reads the details of an office
	Now    func() time.Time
}

// Dossier is all that this laptop knows of one person.
type Dossier struct {
	Member   store.Member
	Merged   []store.Member // records that were found to be the same person
	Consents []store.Consent
	Attended []door.Attended // meetings that they came to, oldest first
	Past     []people.Past   // every change, newest first
	Dealings
	Elsewhere string // the office that keeps details which this laptop does not read; empty for none
}

// everyMeeting bounds nothing: a dossier is whole.
const everyMeeting = 1 << 30

// Gather looks up everything about a member. Faults: unknown_id, ambiguous_id.
func Gather(d Deps, ref string) (Dossier, error) {
	m, consents, err := d.People.Consents(ref)
	if err != nil {
		return Dossier{}, err
	}
	found := Dossier{Member: m, Consents: consents}
	for _, id := range d.Store.RecordsOf(m)[1:] {
		if other, err := store.Get[store.Member](d.Store, id); err == nil {
			found.Merged = append(found.Merged, other)
		}
	}
	attended, err := d.Door.AttendedBy(m.ID, nil, everyMeeting)
	if err != nil {
		return Dossier{}, err
	}
	for _, a := range attended {
		if a.Came {
			found.Attended = append(found.Attended, a)
		}
	}
	if m.Office != "" && d.Reads != nil && !d.Reads(m.Office) {
		if office, err := store.Get[store.Office](d.Store, m.Office); err == nil {
			found.Elsewhere = office.Name
		}
	}
	if found.Dealings, err = d.dealings(m); err != nil {
		return found, err
	}
	found.Past, err = d.People.History(store.KindMember, m.ID)
	return found, err
}
