package meetings

import (
	"cmp"
	"slices"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Sessions gives what takes place within a forum, by start.
func (m *Meetings) Sessions(forum string) ([]Planned, error) {
	stored, err := store.Linked[store.Meeting](m.Store, forum)
	if err != nil {
		return nil, err
	}
	var list []Planned
	for _, one := range stored {
		if one.Parent == forum {
			list = append(list, Plan(one))
		}
	}
	slices.SortFunc(list, byStart)
	return list, nil
}

// fillParent makes a meeting a session of another, whose zone and chapter it takes where it has none; empty makes it
// a meeting of its own.
func (m *Meetings) fillParent(meeting *store.Meeting, id string) error {
	if id == "" {
		meeting.Parent = ""
		return nil
	}
	forum, err := m.Get(id)
	if err != nil {
		return err
	}
	within, err := m.Sessions(meeting.ID)
	if err != nil {
		return err
	}
	if forum.Parent != "" || forum.ID == meeting.ID || meeting.Series != "" || len(within) > 0 {
		return fault.New("bad_parent", "title", cmp.Or(forum.Title, forum.TitleFR))
	}
	meeting.Parent = forum.ID
	meeting.Zone, meeting.Chapter = cmp.Or(meeting.Zone, forum.Zone), cmp.Or(meeting.Chapter, forum.Chapter)
	return nil
}

// fitParent refuses a session on a day on which its forum is not.
func (m *Meetings) fitParent(meeting store.Meeting) error {
	if meeting.Parent == "" {
		return nil
	}
	forum, err := m.Planned(meeting.Parent)
	if err != nil || forum.Start.IsZero() {
		return err
	}
	session := Plan(meeting)
	first, last := forum.Start.Format(time.DateOnly), forum.End.Add(-time.Minute).Format(time.DateOnly)
	day := session.Start.In(forum.Start.Location()).Format(time.DateOnly)
	if session.Start.IsZero() || day >= first && day <= last {
		return nil
	}
	return fault.New("session_outside", "title", cmp.Or(forum.Title, forum.TitleFR), "from", first, "to", last)
}

// sessionsAlong gives the sessions that change with their forum: they move by as many days as it does, and are
// cancelled with it.
func (m *Meetings) sessionsAlong(before, after store.Meeting) (changed []store.Meeting, err error) {
	from, to := dayOf(before.Start), dayOf(after.Start)
	days := 0
	if !from.IsZero() && !to.IsZero() {
		days = int(to.Sub(from).Hours() / 24)
	}
	cancelled := after.Status == "cancelled" && before.Status != after.Status
	if days == 0 && !cancelled {
		return nil, nil
	}
	sessions, err := m.Sessions(before.ID)
	for _, p := range sessions {
		session := p.Meeting
		session.Start = movedBy(session.Start, days)
		if cancelled {
			session.Status = after.Status
		}
		changed = append(changed, session)
	}
	return changed, err
}

// dayOf reads the day of a start; zero when it has none.
func dayOf(start string) time.Time {
	day, err := time.Parse(time.DateOnly, start[:min(len(start), len(time.DateOnly))])
	if err != nil {
		return time.Time{}
	}
	return day
}

// movedBy moves a local start by days, and leaves the clock.
func movedBy(start string, days int) string {
	for _, layout := range []string{zones.Layout, time.DateOnly} {
		if at, err := time.Parse(layout, start); err == nil {
			return at.AddDate(0, 0, days).Format(layout)
		}
	}
	return start
}
