package roster

import (
	"bytes"
	"slices"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/signed"
)

// Facts is what accepted changes say that roles rest on. It only grows: a change that is accepted is
// never taken back. So whatever order changes come in, all laptops that have the same end with the
// same ones accepted.
type Facts interface {
	// Belongs tells whether an accepted change says that the member is, or once was, of the office.
	Belongs(member, office string) bool
	// Wrote tells whether a laptop's change of this field of a member is accepted, as a reader of this
	// scope sees it.
	Wrote(device, member, field, scope string) bool
	// MembersOf gives the members that accepted changes say a consent is of.
	MembersOf(consent string) []string
}

// Action is what one action of a laptop changed, as far as its reader can open it, and what that
// laptop was when it did.
type Action struct {
	store.Edit
	Old bool // of a delta of the first version, which knew no scopes
}

// Allows tells whether a laptop's role lets it make the changes of one scope of an action, whatever
// its program thought. What an office's section says counts for nothing in judging the network's,
// which others must judge alike without it. Faults: role_forbids, unknown_laptop.
func (s *State) Allows(device string, a Action, scope string, facts Facts) error {
	laptop, known := s.laptops.get(device)
	if !known {
		return fault.New("unknown_laptop", "device", device)
	}
	if scope != "" {
		if err := s.Allows(device, a, "", facts); err != nil {
			return err
		}
	}
	j := judgment{Laptop: laptop, Action: a, facts: facts}
	for i := range a.Changes {
		if c := &a.Changes[i]; c.Scope == scope && !j.may(c) {
			return fault.New("role_forbids", "role", string(laptop.Role), "kind", string(c.Kind), "record", c.Record, "device", device)
		}
	}
	return nil
}

// judgment is one laptop's action before the rules.
type judgment struct {
	Laptop
	Action
	facts Facts
}

// The fields that the rules know by name.
const (
	fieldOffice = "office"
	fieldWalkIn = "walk_in"
	fieldMember = "member" // of a consent
	fieldFact   = "fact"
	fieldGone   = "~" // the tombstone
)

func (j *judgment) may(c *store.Change) bool {
	if c.Scope != "" && !store.IsPrivate(c.Kind, c.Field, false) {
		return false // an office's section is no place to hide what is everybody's
	}
	switch j.Role {
	case Admin:
		return true
	case Coordinator:
		return j.coordinates(c)
	case Door:
		return c.Kind == store.KindScan && c.Field == fieldFact || c.Kind == store.KindPrepared && c.Scope == "" && c.Field != fieldGone ||
			c.Kind == store.KindMember && j.writesDown(c)
	}
	return false
}

// coordinates: the members of the own office, and all that is shared but the network and its offices.
func (j *judgment) coordinates(c *store.Change) bool {
	switch c.Kind {
	case store.KindNetwork, store.KindOffice:
		return false
	case store.KindMember:
		return j.ours(c.Record, c.Scope) && j.inPlace(c, c.Record)
	case store.KindConsent:
		return slices.ContainsFunc(j.consenting(c), func(member string) bool { return j.ours(member, c.Scope) && j.inPlace(c, member) })
	}
	return c.Scope == "" || c.Scope == j.Office // what one office writes for itself alone, as its mail
}

// ours tells whether a member is of the laptop's office, or comes to be with this very action.
func (j *judgment) ours(member, scope string) bool {
	return j.facts.Belongs(member, j.Office) || slices.ContainsFunc(j.Changes, func(c store.Change) bool {
		return j.begins(&c, member, scope) && c.Field == fieldOffice && says(&c, j.Office)
	})
}

// begins tells whether a change sets a field of a member for the first time, where a reader of this scope sees it.
func (j *judgment) begins(c *store.Change, member, scope string) bool {
	return c.Kind == store.KindMember && c.Record == member && (c.Scope == "" || c.Scope == scope) && len(c.Replaces) == 0 && len(c.Value) > 0
}

// inPlace tells whether a change is sealed for those whom it concerns: what is private for the own
// office, or for the one that the member moves to with this action.
func (j *judgment) inPlace(c *store.Change, member string) bool {
	if c.Scope == "" {
		return j.Old || !store.IsPrivate(c.Kind, c.Field, true)
	}
	return c.Scope == j.Office || slices.ContainsFunc(j.Changes, func(m store.Change) bool {
		return m.Kind == store.KindMember && m.Record == member && m.Scope == "" && m.Field == fieldOffice && says(&m, c.Scope)
	})
}

// consenting gives the members that a consent is of, by what is known or by this action.
func (j *judgment) consenting(c *store.Change) []string {
	members := slices.Clone(j.facts.MembersOf(c.Record))
	for i := range j.Changes {
		if m := &j.Changes[i]; m.Kind == store.KindConsent && m.Record == c.Record && m.Field == fieldMember && (m.Scope == "" || m.Scope == c.Scope) {
			if member, ok := TextOf(m); ok {
				members = append(members, member)
			}
		}
	}
	return members
}

// writesDown: people who come to the door. A door laptop can never take the place of a value that
// somebody else wrote, since it names none but its own as replaced.
func (j *judgment) writesDown(c *store.Change) bool {
	own := func(dots []store.Dot) bool {
		return !slices.ContainsFunc(dots, func(d store.Dot) bool { return d.Device != j.Laptop.Device })
	}
	if c.Field == fieldOffice && len(c.Value) > 0 && !says(c, j.Office) {
		return false
	}
	// Where cards are not shared, others see of a walk-in only which office it is of.
	mine := j.wrote(c, fieldWalkIn) || c.Scope == "" && store.IsPrivate(store.KindMember, fieldWalkIn, false) &&
		!store.IsPrivate(c.Kind, c.Field, false) && j.wrote(c, fieldOffice)
	return mine && own(c.Replaces) && own(c.Seen) && j.inPlace(c, c.Record)
}

// wrote tells whether this laptop began the record of a change with this field, before or in this action.
func (j *judgment) wrote(c *store.Change, field string) bool {
	return j.facts.Wrote(j.Laptop.Device, c.Record, field, c.Scope) || slices.ContainsFunc(j.Changes, func(m store.Change) bool {
		return m.Field == field && j.begins(&m, c.Record, c.Scope)
	})
}

// Begins names the fields of a member by which a door laptop knows its own: for Facts.Wrote.
func Begins(c *store.Change) bool {
	return c.Kind == store.KindMember && (c.Field == fieldWalkIn || c.Field == fieldOffice) && len(c.Value) > 0
}

// Places tells which office an accepted change gives a member to: for Facts.Belongs.
func Places(c *store.Change) (office string, ok bool) {
	if c.Kind != store.KindMember || c.Field != fieldOffice {
		return "", false
	}
	return TextOf(c)
}

// Concerns tells which member a consent is of by an accepted change: for Facts.MembersOf.
func Concerns(c *store.Change) (member string, ok bool) {
	if c.Kind != store.KindConsent || c.Field != fieldMember {
		return "", false
	}
	return TextOf(c)
}

// TextOf gives the text that a change sets; false when it clears the field or sets something else.
func TextOf(c *store.Change) (text string, ok bool) {
	if len(c.Value) == 0 || signed.Decode(c.Value, &text) != nil {
		return "", false
	}
	return text, true
}

func says(c *store.Change, text string) bool {
	return text != "" && bytes.Equal(c.Value, signed.Encode(text))
}
