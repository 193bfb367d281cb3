package door

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// What is told of a meeting in person before it begins.
const (
	IsDoor    = "door"      // a laptop is one of its doors
	ClockRead = "clock"     // how far a laptop's clock was ahead when somebody measured it
	PowerRead = "power"     // whether a laptop was plugged in when it said so
	Badges    = "badges"    // printed, for whom
	SheetMade = "sheet"     // printed, for which door
	Rehearsed = "rehearsal" // a door was tried with passes that were thrown away
)

// Prepared gives all that is told of a meeting before it begins: first what is about one thing, the newest first.
func (d *Door) Prepared(meeting string) ([]store.Prepared, error) {
	list, err := store.Linked[store.Prepared](d.Store, meeting)
	slices.SortFunc(list, func(a, b store.Prepared) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(b.At, a.At), cmp.Compare(a.ID, b.ID))
	})
	return list, err
}

// Prepare tells one thing, now. What was told of the same subject before makes room for it. Faults: unknown_id, bad_field, role_forbids.
func (d *Door) Prepare(p store.Prepared) (store.Prepared, []store.Ref, error) {
	if err := d.May(store.KindPrepared); err != nil {
		return p, nil, err
	}
	m, err := d.Meetings.Get(p.Meeting)
	if err != nil {
		return p, nil, err
	}
	p.Station, p.Room = strings.TrimSpace(p.Station), strings.TrimSpace(p.Room)
	if len(p.Station) > wordLimit || len(p.Room) > wordLimit || p.What == "" {
		return p, nil, fault.New("bad_field", "field", "station")
	}
	p.ID, p.Meeting, p.At = store.PreparedID(m.ID, p.What, p.Subject), m.ID, d.Now().UTC().Format(time.RFC3339)
	refs, err := d.Store.Edit(func(tx *store.Tx) error {
		if err := d.Meetings.HoldIn(tx, m.ID); err != nil {
			return err
		}
		_, err := tx.Put(p)
		return err
	})
	return p, refs, err
}

// SetDoor says that a laptop is a door of a meeting, and to which room it leads; an empty station that it is none.
func (d *Door) SetDoor(meeting, device, station, room string) (store.Prepared, []store.Ref, error) {
	return d.Prepare(store.Prepared{Meeting: meeting, What: IsDoor, Subject: device, Station: station, Room: room})
}

// BadgesPrinted tells that a laptop printed badges for these people. Those for whom it did before, and of whom nothing changed, count further.
func (d *Door) BadgesPrinted(m store.Meeting, device string, members []string) error {
	waiting, err := d.Unprinted(m)
	if err != nil {
		return err
	}
	p := store.Prepared{Meeting: badgeMeeting(m), What: Badges, Subject: device, Count: len(members), Members: slices.Clone(members)}
	told, err := d.Prepared(p.Meeting)
	for _, before := range told {
		if before.What != Badges || before.Subject != device {
			continue
		}
		for _, id := range before.Members {
			if !slices.Contains(waiting, d.Person(id)) {
				p.Members = append(p.Members, id)
			}
		}
	}
	slices.Sort(p.Members)
	p.Members = slices.Compact(p.Members)
	if err == nil {
		_, _, err = d.Prepare(p)
	}
	return err
}

// Unprinted gives those who are expected and have no badge yet, or of whom something that stands on it was changed since the last one was printed.
func (d *Door) Unprinted(m store.Meeting) (members []string, err error) {
	expected, err := d.Expected(m)
	if err != nil {
		return nil, err
	}
	told, err := d.Prepared(badgeMeeting(m))
	if err != nil {
		return nil, err
	}
	printed := map[string]time.Time{}
	for _, p := range told {
		at, err := time.Parse(time.RFC3339, p.At)
		if p.What != Badges || err != nil {
			continue
		}
		for _, id := range p.Members {
			if id = d.Person(id); at.After(printed[id]) {
				printed[id] = at
			}
		}
	}
	for _, id := range expected {
		at, known := printed[id]
		if known {
			if known, err = d.sameSince(id, at); err != nil {
				return nil, err
			}
		}
		if !known {
			members = append(members, id)
		}
	}
	return members, nil
}

// onBadge are a member's fields that stand on a badge.
var onBadge = []string{"given", "family", "community", "role", "language"}

// sameSince tells whether nothing that stands on a member's badge was changed after a moment.
func (d *Door) sameSince(member string, at time.Time) (bool, error) {
	past, err := d.Store.History(store.KindMember, member)
	changed := slices.ContainsFunc(past, func(p store.Past) bool {
		return p.Wall > at.UnixMilli()+999 && slices.Contains(onBadge, p.Field) // told to the second
	})
	return !changed, err
}
