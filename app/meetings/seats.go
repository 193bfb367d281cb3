package meetings

import (
	"slices"
	"strings"
	"time"

	"example.org/carnet/store"
)

// A stored occurrence may stand at a time at which its series no longer takes place: another laptop held it, or changed
// it, before it heard that the series had moved. seats find where such a one belongs now: at the same time, on the same day, or at
// the nearest time of its series or of the one that goes on from it. So every laptop that has the same records reads the same.
type seats struct {
	m      *Meetings
	series map[string]store.Series
	next   map[string]string          // by a series, the one that goes on from it
	times  map[string]map[string]bool // by a series, its local starts
	to     time.Time
}

// nearEnough is how far an occurrence may have moved with its series.
const nearEnough = 6 * 24 * time.Hour

func (m *Meetings) seats(series map[string]store.Series, to time.Time) *seats {
	s := &seats{m: m, series: series, next: map[string]string{}, times: map[string]map[string]bool{}, to: to}
	for id, one := range series {
		if one.Follows != "" && (s.next[one.Follows] == "" || id < s.next[one.Follows]) {
			s.next[one.Follows] = id
		}
	}
	return s
}

func (s *seats) foreseen(series, local string) bool {
	known, ok := s.times[series]
	if !ok {
		known = map[string]bool{}
		for _, o := range s.m.Occasions(s.series[series], s.to) {
			known[o.Local] = true
		}
		s.times[series] = known
	}
	return known[local]
}

// astray tells whether a stored occurrence stands where its series does not take place. An added one stands where a person put it, and what
// cannot be worked out stays.
func (s *seats) astray(one store.Meeting) bool {
	_, known := s.series[one.Series]
	if !known || one.Start == one.Occurs || s.foreseen(one.Series, one.Occurs) || len(s.times[one.Series]) == 0 {
		return false
	}
	return one.Occurs < s.to.Format(time.DateOnly) // what is farther was not worked out
}

// seat gives a stored occurrence as it stands now. One that no time is near is cancelled, unless a person gave it a time of its own.
func (s *seats) seat(one store.Meeting) store.Meeting {
	if one.Series == "" || !s.astray(one) {
		return one
	}
	seen := map[string]bool{}
	for id := one.Series; id != "" && !seen[id]; id = s.next[id] {
		seen[id] = true
		if local := s.nearest(id, one.Occurs); local != "" {
			one.Series, one.Occurs = id, local
			return one
		}
	}
	if one.Start == "" {
		one.Status = "cancelled"
	}
	return one
}

func (s *seats) nearest(series, local string) string {
	if s.foreseen(series, local) {
		return local
	}
	best, distance := "", nearEnough+1
	for _, o := range s.m.Occasions(s.series[series], s.to) {
		if o.Local[:len(time.DateOnly)] == local[:len(time.DateOnly)] {
			return o.Local
		}
		if away := wallOf(o.Local).Sub(wallOf(local)).Abs(); away < distance {
			best, distance = o.Local, away
		}
	}
	return best
}

// Seat is one time of a series with what is stored for it.
type Seat struct {
	store.Meeting          // as it is stored, but where it stands now
	Twins         []string // ids under which other laptops hold the same time
}

// Seats gives what is stored of a series and of those that it goes on from that stands for a time of it now, by that time. What moved on
// with the series that follows it is not among them.
func (m *Meetings) Seats(series string) (list []Seat, err error) {
	s, byTime, err := m.seatedIn(series)
	if err != nil {
		return nil, err
	}
	for occurs, some := range byTime {
		seat := Seat{Meeting: s.seat(inLine(some, series, occurs)[0])}
		for _, one := range some[1:] {
			seat.Twins = append(seat.Twins, one.ID)
		}
		list = append(list, seat)
	}
	slices.SortFunc(list, func(a, b Seat) int { return strings.Compare(a.Occurs, b.Occurs) })
	return list, nil
}

// Bare gives the meetings of seats.
func Bare(seats []Seat) []store.Meeting {
	list := make([]store.Meeting, len(seats))
	for i := range seats {
		list[i] = seats[i].Meeting
	}
	return list
}

// standing gives what is stored that stands for one time of a series; the one that is listed first.
func (m *Meetings) standing(series, occurs string) ([]store.Meeting, error) {
	_, byTime, err := m.seatedIn(series)
	return inLine(byTime[occurs], series, occurs), err
}

// seatedIn gives by its times what is stored of a series.
func (m *Meetings) seatedIn(series string) (*seats, map[string][]store.Meeting, error) {
	all, err := m.seriesByID()
	if err != nil {
		return nil, nil, err
	}
	line, err := m.Line(series)
	if err != nil {
		return nil, nil, err
	}
	s, byTime := m.seats(all, m.horizon("")), map[string][]store.Meeting{}
	for _, id := range line {
		stored, err := store.Linked[store.Meeting](m.Store, id)
		if err != nil {
			return nil, nil, err
		}
		for _, one := range stored {
			if one.Series != id { // linked as a session's forum
				continue
			}
			if now := s.seat(one); now.Series == series {
				byTime[now.Occurs] = append(byTime[now.Occurs], one)
			}
		}
	}
	return s, byTime, nil
}

// inLine puts first whichever of several that stand for one time is the one: that which was stored for it, else the one with the
// first id.
func inLine(list []store.Meeting, series, occurs string) []store.Meeting {
	for at := range list {
		if at > 0 && before(list[at], list[0], series, occurs) {
			list[0], list[at] = list[at], list[0]
		}
	}
	return list
}

func before(a, b store.Meeting, series, occurs string) bool {
	own := func(m store.Meeting) bool { return m.Series == series && m.Occurs == occurs }
	if own(a) != own(b) {
		return own(a)
	}
	return a.ID < b.ID
}
