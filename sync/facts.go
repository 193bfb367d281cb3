package sync

import (
	"slices"

	"example.org/carnet/store"
	"example.org/carnet/sync/roster"
)

// facts is what roles rest on: what the store has accepted, and what this step has. Own edits that never go out are no
// part of it, since nobody else rests anything on them.
type facts struct {
	store    *store.Store
	own      string   // this laptop
	kept     []passed // own edits that were kept back
	from     uint64   // own changes from here on are what is to be judged; 0 for none
	members  map[string]*memberFacts
	consents map[string]*consentFacts
}

type memberFacts struct {
	read    bool // the store was asked
	offices []string
	makers  []maker
}

type maker struct{ device, field, scope string }

type consentFacts struct {
	read    bool
	members []string
}

func (e *Engine) newFacts(kept []passed) *facts {
	return &facts{store: e.Store, own: e.device, kept: kept, members: map[string]*memberFacts{}, consents: map[string]*consentFacts{}}
}

// counts tells whether others may have a change that the store has.
func (f *facts) counts(c *store.Change) bool {
	if c.Device != f.own {
		return true
	}
	return (f.from == 0 || c.Seq < f.from) && !slices.ContainsFunc(f.kept, func(s passed) bool { return s.First <= c.Seq && c.Seq <= s.Last })
}

func (f *facts) member(id string) *memberFacts {
	m := f.members[id]
	if m == nil {
		m = &memberFacts{}
		f.members[id] = m
	}
	return m
}

func (f *facts) consent(id string) *consentFacts {
	c := f.consents[id]
	if c == nil {
		c = &consentFacts{}
		f.consents[id] = c
	}
	return c
}

// add takes an accepted change into account.
func (f *facts) add(c *store.Change) {
	if office, ok := roster.Places(c); ok {
		m := f.member(c.Record)
		m.offices = append(m.offices, office)
	}
	if roster.Begins(c) {
		m := f.member(c.Record)
		m.makers = append(m.makers, maker{c.Device, c.Field, c.Scope})
	}
	if member, ok := roster.Concerns(c); ok {
		k := f.consent(c.Record)
		k.members = append(k.members, member)
	}
}

// known reads what the store has of a record. A record that is not there says nothing.
func (f *facts) known(kind store.Kind, id string) {
	past, err := f.store.History(kind, id)
	if err != nil {
		return
	}
	for i := range past {
		if f.counts(&past[i].Change) {
			f.add(&past[i].Change)
		}
	}
}

func (f *facts) readMember(id string) *memberFacts {
	m := f.member(id)
	if !m.read {
		m.read = true
		f.known(store.KindMember, id)
	}
	return m
}

// Belongs tells whether an accepted change gives a member to an office. Of one that was taken out nobody knows any more, so it
// is everybody's.
func (f *facts) Belongs(member, office string) bool {
	return f.store.IsDropped(store.KindMember, member) || slices.Contains(f.readMember(member).offices, office)
}

// Wrote tells whether a laptop's change of this field is accepted, as a reader of this scope sees it.
func (f *facts) Wrote(device, member, field, scope string) bool {
	m := f.readMember(member)
	return slices.Contains(m.makers, maker{device, field, ""}) || slices.Contains(m.makers, maker{device, field, scope})
}

// MembersOf gives the members that a consent is of.
func (f *facts) MembersOf(consent string) []string {
	k := f.consent(consent)
	if !k.read {
		k.read = true
		f.known(store.KindConsent, consent)
	}
	return k.members
}
