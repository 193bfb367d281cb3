package requests

import (
	"cmp"
	"slices"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Registered is a registration as it counts for a meeting.
type Registered struct {
	store.Registration
	Person string // id of the member it is of now, after merges
	Place  int    // on the waiting list, from 1; 0 for others
}

// Wider tells whether it comes from a series or a programme, and not from this meeting itself.
func (g Registered) Wider(meeting string) bool { return g.For != meeting }

// RegisteredFor gives everybody who has a registration that counts for a meeting: its own, and those approved for its forum,
// its series or its chapter before it took place. What was decided for the meeting itself goes before.
func (r *Requests) RegisteredFor(meeting store.Meeting) ([]Registered, error) {
	known := map[string]Registered{}
	for at, id := range r.layers(meeting) {
		some, err := r.of(id)
		if err != nil {
			return nil, err
		}
		for _, g := range some {
			before, there := known[g.Person]
			if there && (decided(before.Status) || g.Status != Approved) {
				continue
			}
			if at > 0 {
				if counts, err := r.inTime(g.Registration, meeting); err != nil {
					return nil, err
				} else if !counts {
					continue
				}
			}
			known[g.Person] = g
		}
	}
	all := make([]Registered, 0, len(known))
	for _, g := range known {
		all = append(all, g)
	}
	return inOrder(all), nil
}

// layers are the ids under which people may be registered for a meeting, the closest first.
func (r *Requests) layers(meeting store.Meeting) []string {
	if meeting.Series != "" && meeting.Chapter == "" {
		series, _ := store.Get[store.Series](r.Store, meeting.Series) // one that is gone has no chapter
		meeting.Chapter = series.Chapter
	}
	return r.Meetings.Layers(meeting)
}

// of gives the registrations for one id, one a person; those of people who are gone are left out.
func (r *Requests) of(id string) (all []Registered, err error) {
	some, err := r.Meetings.Enrolled(id)
	for _, e := range some {
		if _, there := r.person(e.Person); there {
			all = append(all, Registered{Registration: e.Registration, Person: e.Person})
		}
	}
	return all, err
}

// decided tells whether somebody said yes or no.
func decided(status string) bool { return status != Requested && status != Asked }

// inTime tells whether a series' or programme's registration was approved before a meeting ended: late joiners get what
// remains.
func (r *Requests) inTime(g store.Registration, meeting store.Meeting) (bool, error) {
	if g.Status != Approved {
		return false, nil
	}
	end := endOf(meeting)
	if end.IsZero() || end.After(r.Now()) {
		return true, nil
	}
	past, err := r.Store.History(store.KindRegistration, g.ID)
	for _, h := range past {
		if h.Field == "status" && h.To == Approved {
			return time.UnixMilli(h.Wall).Before(end), err
		}
	}
	return false, err
}

// inOrder puts those who come first, then the waiting list as it was joined, then the rest.
func inOrder(all []Registered) []Registered {
	rank := map[string]int{Approved: 0, Requested: 1, Asked: 2, Waitlisted: 3, Declined: 4, Withdrawn: 5}
	slices.SortFunc(all, func(a, b Registered) int {
		return cmp.Or(cmp.Compare(rank[a.Status], rank[b.Status]), cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
	})
	place := 0
	for i := range all {
		if all[i].Status == Waitlisted {
			place++
			all[i].Place = place
		}
	}
	return all
}

// Occupancy is how full something is.
type Occupancy struct {
	Places, Taken int          // Places 0: as many as wish
	Free          int          // 0 when full, -1 without a limit
	Waiting       []Registered // the longest waiting first
}

// Occupancy counts who comes to a meeting or a series. More may have been let in than there are places, by two laptops at once.
func (r *Requests) Occupancy(t Target) (Occupancy, error) {
	all, err := r.all(t)
	o := Occupancy{Places: t.places(), Free: -1}
	for _, g := range all {
		switch g.Status {
		case Approved:
			o.Taken++
		case Waitlisted:
			o.Waiting = append(o.Waiting, g)
		}
	}
	if o.Places > 0 {
		o.Free = max(0, o.Places-o.Taken)
	}
	return o, err
}

func (r *Requests) all(t Target) ([]Registered, error) {
	if t.Kind == store.KindMeeting {
		return r.RegisteredFor(t.Meeting)
	}
	some, err := r.of(t.ID)
	return inOrder(some), err
}

// Filter narrows a list; empty fields ask for nothing.
type Filter struct{ For, Member, Status string }

// List gives registrations: for a meeting those that count for it, else the records as they are.
func (r *Requests) List(f Filter) (all []Registered, err error) {
	switch {
	case f.For != "":
		t, err := r.Target(f.For)
		if err != nil {
			return nil, err
		}
		if all, err = r.all(t); err != nil {
			return nil, err
		}
	default:
		for g, err := range store.All[store.Registration](r.Store) {
			if err != nil {
				return nil, err
			}
			if m, there := r.person(g.Member); there {
				all = append(all, Registered{Registration: g, Person: m.ID})
			}
		}
		all = byTarget(all)
	}
	return slices.DeleteFunc(all, func(g Registered) bool {
		return f.Status != "" && g.Status != f.Status || f.Member != "" && g.Person != f.Member
	}), nil
}

// byTarget orders each target's registrations apart, so that places on waiting lists are right.
func byTarget(all []Registered) (sorted []Registered) {
	by := map[string][]Registered{}
	var ids []string
	for _, g := range all {
		if by[g.For] == nil {
			ids = append(ids, g.For)
		}
		by[g.For] = append(by[g.For], g)
	}
	slices.Sort(ids)
	for _, id := range ids {
		sorted = append(sorted, inOrder(by[id])...)
	}
	return sorted
}

// Registration gives one by its id or the beginning of it. Faults unknown_id, ambiguous_id.
func (r *Requests) Registration(id string) (store.Registration, error) {
	whole, err := r.Store.Resolve(store.KindRegistration, id)
	if err != nil {
		return store.Registration{}, err
	}
	return store.Get[store.Registration](r.Store, whole)
}

var errReason = fault.New("reason_missing")
