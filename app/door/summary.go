package door

import (
	"cmp"
	"slices"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

// Count is people and their minutes under one heading; Key is an id or a code, empty for what is not known.
type Count struct {
	Key             string
	People, Minutes int
}

// Point is how many were in at one moment.
type Point struct {
	At     time.Time
	Inside int
}

// Came is one person's attendance with what figures are made of.
type Came struct {
	attendance.Presence
	Card                                           directory.Card // zero for a member who is gone
	WalkIn, Registered, FirstTime, Late, LeftEarly bool
}

// Summary is what a meeting's attendance comes to.
type Summary struct {
	Meeting                      meetings.Planned
	Closed                       attendance.Closed
	Invited, Registered, Absent  int // Absent are those who were registered and did not come
	Came, WalkIns, FirstTimers   int
	Late, LeftEarly, Present     int
	Minutes, Median              int // of all; of the one in the middle
	Waiting                      int // notes that nobody settled
	Roles, Chapters, Communities []Count
	Provinces, Languages         []Count
	Over                         []Point
	People                       []Came // by family and given name as they are written
}

// A little late is not late: people find their seat.
const (
	Grace       = 10 * time.Minute
	mostPoints  = 96
	leastPoints = 5 * time.Minute
)

// Summary counts a meeting. Fault unknown_id.
func (d *Door) Summary(meeting string) (s Summary, err error) {
	if s.Meeting, err = d.Meetings.Planned(meeting); err != nil {
		return s, err
	}
	a, err := d.Attendance(s.Meeting.ID)
	if err != nil {
		return s, err
	}
	s.Closed, s.Present = a.Closed, a.Present
	registered, err := d.registered(s.Meeting.Meeting)
	if err != nil {
		return s, err
	}
	if d.Invited != nil {
		if s.Invited, err = d.Invited(s.Meeting.Meeting); err != nil {
			return s, err
		}
	}
	notes, err := d.Notes(s.Meeting.ID)
	if err != nil {
		return s, err
	}
	for _, n := range notes {
		if n.Settled == "" {
			s.Waiting++
		}
	}
	list := d.Store.WaitDirectory()
	for _, p := range a.People {
		came, err := d.cameOf(&s, p, profileOf(list, p.Member), registered[p.Member])
		if err != nil {
			return s, err
		}
		s.People = append(s.People, came)
	}
	s.Registered = len(registered)
	s.count()
	s.Over = overTime(s.People, s.Meeting, a.Closed.At, d.Now())
	return s, nil
}

func (d *Door) registered(m store.Meeting) (map[string]bool, error) {
	known := map[string]bool{}
	if d.Coming == nil {
		return known, nil
	}
	members, err := d.Coming(m)
	for _, id := range members {
		known[d.Person(id)] = true
	}
	return known, err
}

func (d *Door) cameOf(s *Summary, p attendance.Presence, card directory.Card, registered bool) (Came, error) {
	c := Came{Presence: p, Card: card, Registered: registered}
	m, err := store.Get[store.Member](d.Store, p.Member)
	c.WalkIn = err == nil && m.WalkIn == s.Meeting.ID
	first, err := d.firstTime(p.Member, s.Meeting)
	if err != nil {
		return c, err
	}
	c.FirstTime = first
	start, end := s.Meeting.Start, s.Meeting.End
	c.Late = !start.IsZero() && p.FirstIn.After(start.Add(Grace))
	c.LeftEarly = !end.IsZero() && !p.LastOut.IsZero() && p.LastOut.Before(end.Add(-Grace)) && !p.Present
	return c, nil
}

// firstTime: no earlier scan tells of this person, but at this meeting, its forum or its sessions.
func (d *Door) firstTime(member string, m meetings.Planned) (bool, error) {
	for scan, err := range d.Store.ScansBy(member) {
		if err != nil {
			return false, err
		}
		if scan.Fact.Meeting == m.ID || scan.Fact.Meeting == m.Parent {
			continue
		}
		other, err := store.Get[store.Meeting](d.Store, scan.Fact.Meeting)
		if err == nil && (other.Parent == m.ID || other.Parent != "" && other.Parent == m.Parent) {
			continue
		}
		return !time.UnixMilli(scan.Fact.At).Before(m.Start), nil
	}
	return true, nil
}

// count adds everything up.
func (s *Summary) count() {
	roles, chapters, communities, provinces, languages := tallied{}, tallied{}, tallied{}, tallied{}, tallied{}
	minutes := make([]int, 0, len(s.People))
	came := 0
	for _, c := range s.People {
		s.Came++
		s.Minutes += c.Minutes
		minutes = append(minutes, c.Minutes)
		s.WalkIns += one(c.WalkIn)
		s.FirstTimers += one(c.FirstTime)
		s.Late += one(c.Late)
		s.LeftEarly += one(c.LeftEarly)
		came += one(c.Registered)
		roles.add(c.Card.Role, c.Minutes)
		communities.add(c.Card.CommunityID, c.Minutes)
		provinces.add(c.Card.Province, c.Minutes)
		languages.add(c.Card.Language, c.Minutes)
		for _, id := range c.Card.Chapters {
			chapters.add(id, c.Minutes)
		}
		if len(c.Card.Chapters) == 0 {
			chapters.add("", c.Minutes)
		}
	}
	s.Absent = s.Registered - came
	if len(minutes) > 0 {
		slices.Sort(minutes)
		s.Median = minutes[len(minutes)/2]
	}
	s.Roles, s.Chapters, s.Communities, s.Provinces, s.Languages = roles.list(), chapters.list(), communities.list(), provinces.list(), languages.list()
	slices.SortStableFunc(s.People, func(a, b Came) int {
		return cmp.Or(cmp.Compare(directory.Fold(a.Card.Family), directory.Fold(b.Card.Family)), cmp.Compare(directory.Fold(a.Card.Given), directory.Fold(b.Card.Given)), cmp.Compare(a.Member, b.Member))
	})
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

type tallied map[string]*Count

func (t tallied) add(key string, minutes int) {
	if t[key] == nil {
		t[key] = &Count{Key: key}
	}
	t[key].People++
	t[key].Minutes += minutes
}

// list puts the most people first, and what is not known last.
func (t tallied) list() []Count {
	list := make([]Count, 0, len(t))
	for _, c := range t {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b Count) int {
		return cmp.Or(cmp.Compare(one(a.Key == ""), one(b.Key == "")), cmp.Compare(b.People, a.People), cmp.Compare(a.Key, b.Key))
	})
	return list
}

// overTime counts who was in at evenly spaced moments, from the first arrival or the start to the end.
func overTime(people []Came, m meetings.Planned, closed, now time.Time) (points []Point) {
	from, to := m.Start, closed
	for _, c := range people {
		for _, each := range c.Intervals {
			if from.IsZero() || each.From.Before(from) && m.Start.Sub(each.From) < 12*time.Hour {
				from = each.From
			}
			if to.IsZero() || each.To.After(to) && each.To.Sub(closed) < 12*time.Hour {
				to = each.To
			}
		}
	}
	if to.After(now) && now.After(from) {
		to = now
	}
	if len(people) == 0 || !to.After(from) {
		return nil
	}
	step := leastPoints
	for to.Sub(from)/step > mostPoints {
		step *= 2
	}
	from = from.Truncate(step)
	changes := make([]int, int(to.Sub(from)/step)+2)
	for _, c := range people {
		for _, each := range c.Intervals { // in at the moments from the first at or after From to the last before To
			first, end := int((each.From.Sub(from)+step-1)/step), int((each.To.Sub(from)+step-1)/step)
			first, end = min(max(first, 0), len(changes)-1), min(max(end, 0), len(changes)-1)
			if end > first {
				changes[first]++
				changes[end]--
			}
		}
	}
	inside := 0
	for i := range len(changes) - 1 {
		inside += changes[i]
		points = append(points, Point{At: from.Add(time.Duration(i) * step), Inside: inside})
	}
	return points
}
