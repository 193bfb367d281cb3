package door

import (
	"time"

	"example.org/carnet/app/meetings/audience"
	"example.org/carnet/store"
)

// AtDoor is the source of a registration that was made for somebody who came unannounced: a decision of the door, until the office has
// looked at it.
const AtDoor = "door"

// Provisional judges somebody who was let in without having registered, and notes the decision as the door's own: approved where the
// meeting's rule means them, else requested, so that the office decides. What was decided before stays, and a laptop that may only note
// scans writes nothing. Faults: those of the store.
func (d *Door) Provisional(meeting store.Meeting, member string) (audience.Verdict, error) {
	m, err := store.Get[store.Member](d.Store, d.Person(member))
	if err != nil {
		return audience.Verdict{}, err
	}
	verdict, err := d.JudgeAlone(meeting, m)
	if err != nil || d.May(store.KindRegistration) != nil {
		return verdict, err
	}
	of := badgeMeeting(meeting)
	g := store.Registration{ID: store.RegistrationID(of, m.ID), For: of, Member: m.ID, Status: "requested", At: d.Now().UTC().Format(time.RFC3339), Source: AtDoor}
	if verdict.Answer == audience.Eligible {
		g.Status = "approved"
	}
	if decided, err := d.Meetings.AllOf(of, m.ID); err != nil || len(decided) > 0 {
		return verdict, err
	}
	_, err = d.Store.Edit(func(tx *store.Tx) error { _, err := tx.Put(g); return err })
	return verdict, err
}

// JudgeAlone is the verdict of a meeting's rule on a member in hand, whatever chapter they are of.
func (d *Door) JudgeAlone(meeting store.Meeting, m store.Member) (audience.Verdict, error) {
	gate, err := d.Meetings.Gate(meeting)
	if err != nil {
		return audience.Verdict{}, err
	}
	profile := d.Meetings.ProfileOf(m)
	return gate.JudgeRule(&profile), nil
}
