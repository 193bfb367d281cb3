package door

import (
	"slices"
	"strings"
	"sync"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
)

// Tally is one meeting's attendance kept in memory while its door is open, so that the answer to a scan
// reads the facts of one person and not of all. Facts are only ever added, so the number of scans in the
// store says whether another laptop's have come in.
type Tally struct {
	door    *Door
	meeting string

	mu      sync.Mutex
	counted int    // scans in the store that this tally has taken into account, of all meetings
	version uint64 // of the store when read whole
	span    attendance.Span
	places  int  // how many may be in; 0 for as many as wish
	virtual bool // it is of a series and nothing hung on it yet, so it is not stored
	facts   []store.Scan
	around  []store.Scan            // of the other rooms of its forum, or of its own rooms; see around.go
	taken   map[string]bool         // undone
	people  map[string][]store.Scan // facts by the person who stands for their member
	persons map[string]string       // member to person
	inside  map[string]bool
}

// maxTallies bounds what a long day of many meetings keeps in memory.
const maxTallies = 16

// Tally gives the live tally of a meeting, read anew only when facts came from elsewhere.
func (d *Door) Tally(meeting string) (*Tally, error) {
	d.mu.Lock()
	t, ok := d.tallies[meeting]
	if !ok {
		if len(d.tallies) >= maxTallies {
			clear(d.tallies)
		}
		t = &Tally{door: d, meeting: meeting, counted: -1}
		d.tallies[meeting] = t
	}
	d.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counted == d.Store.Count(store.KindScan) {
		return t, nil
	}
	return t, t.read()
}

// Refresh reads the facts anew when anything at all changed, as a meeting's hours or a merge of members.
func (t *Tally) Refresh() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.version == t.door.Store.Version() {
		return nil
	}
	return t.read()
}

func (t *Tally) read() error {
	version, counted := t.door.Store.Version(), t.door.Store.Count(store.KindScan)
	planned, err := t.door.Meetings.Planned(t.meeting)
	if err != nil {
		return err
	}
	var facts []store.Scan
	for scan, err := range t.door.Store.ScansOf(t.meeting) {
		if err != nil {
			return err
		}
		facts = append(facts, scan)
	}
	if t.span, err = t.door.span(planned); err != nil {
		return err
	}
	if t.around, err = t.door.around(planned.Meeting); err != nil {
		return err
	}
	t.virtual, t.places = planned.Virtual, planned.Places
	t.facts, t.persons = facts, map[string]string{}
	t.version, t.counted = version, counted
	t.arrange()
	return nil
}

// arrange derives everything from the facts in memory.
func (t *Tally) arrange() {
	a := attendance.Compute(t.all(), t.span, t.door.Now(), t.person)
	t.taken, t.people, t.inside = a.Undone, map[string][]store.Scan{}, map[string]bool{}
	for _, f := range t.all() {
		person := t.person(f.Fact.Member)
		t.people[person] = append(t.people[person], f)
	}
	for _, p := range a.People {
		if p.Present {
			t.inside[p.Member] = true
		}
	}
}

// hold stores the meeting before the first fact hangs on it. Of one that is stored nothing is read: a scan waits for
// the disk alone.
func (t *Tally) hold(tx *store.Tx) error {
	t.mu.Lock()
	virtual := t.virtual
	t.mu.Unlock()
	if !virtual {
		return nil
	}
	return t.door.Meetings.HoldIn(tx, t.meeting)
}

func (t *Tally) person(member string) string {
	person, known := t.persons[member]
	if !known {
		person = t.door.Person(member)
		t.persons[member] = person
	}
	return person
}

// known gives the fact with this scan's id, if there is one; the answer is as fresh as Tally made it.
func (t *Tally) known(scan store.Scan) (store.Scan, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	facts := t.people[t.person(scan.Fact.Member)]
	at := slices.IndexFunc(facts, func(f store.Scan) bool { return f.ID == scan.ID })
	if at < 0 {
		return store.Scan{}, false
	}
	return facts[at], true
}

// add takes in a fact that this laptop has just written, and gives the person's attendance with it.
func (t *Tally) add(scan store.Scan) attendance.Presence {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counted++
	t.virtual = false
	t.facts = append(t.facts, scan)
	if scan.Fact.Kind == attendance.Undo || t.people == nil {
		t.arrange()
		return t.presence(t.person(scan.Fact.Member))
	}
	person := t.person(scan.Fact.Member)
	t.people[person] = append(t.people[person], scan)
	delete(t.inside, person)
	now := t.presence(person)
	if now.Present {
		t.inside[person] = true
	}
	return now
}

// Presence gives one person's attendance; zero when they did not come.
func (t *Tally) Presence(member string) attendance.Presence {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.presence(t.person(member))
}

func (t *Tally) presence(person string) attendance.Presence {
	facts := slices.DeleteFunc(slices.Clone(t.people[person]), func(f store.Scan) bool { return t.taken[f.ID] })
	a := attendance.Compute(facts, t.span, t.door.Now(), func(string) string { return person })
	if len(a.People) == 0 {
		return attendance.Presence{}
	}
	return a.People[0]
}

func (t *Tally) undone(scan string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.taken[scan]
}

// Attendance computes the whole meeting from the facts in memory.
func (t *Tally) Attendance() attendance.Attendance {
	t.mu.Lock()
	defer t.mu.Unlock()
	return attendance.Compute(t.all(), t.span, t.door.Now(), t.person)
}

// all are the facts of this meeting and what those of other rooms mean to it.
func (t *Tally) all() []store.Scan {
	if len(t.around) == 0 {
		return t.facts
	}
	return slices.Concat(t.facts, t.around)
}

// Inside lists who is in now, in no order.
func (t *Tally) Inside() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	people := make([]string, 0, len(t.inside))
	for person := range t.inside {
		people = append(people, person)
	}
	return people
}

// IsInside tells whether this member is in now.
func (t *Tally) IsInside(member string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.inside[t.person(member)]
}

// Fact is a scan with whether it was taken back.
type Fact struct {
	store.Scan
	Undone bool
}

// Last gives the newest facts, newest first; at one station only unless that is empty.
func (t *Tally) Last(station string, limit int) []Fact {
	t.mu.Lock()
	defer t.mu.Unlock()
	var last []Fact
	for _, f := range slices.Backward(t.sorted()) {
		if len(last) == limit {
			break
		}
		if station == "" || f.Fact.Station == station {
			last = append(last, Fact{f, t.taken[f.ID]})
		}
	}
	return last
}

// sorted puts the facts in the order of their times; mostly they are already.
func (t *Tally) sorted() []store.Scan {
	byTime := func(a, b store.Scan) int { return int(max(-1, min(1, a.Fact.At-b.Fact.At))) }
	if !slices.IsSortedFunc(t.facts, byTime) {
		slices.SortStableFunc(t.facts, byTime)
	}
	return t.facts
}

// Doors gives when each door noted something last, by its own clock put right; those of paper and platforms are left out.
func (t *Tally) Doors() map[string]time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	doors := map[string]time.Time{}
	for _, f := range t.facts {
		if strings.HasPrefix(f.Fact.Station, attendance.Online) || strings.HasPrefix(f.Fact.Station, attendance.Paper) {
			continue
		}
		at := time.UnixMilli(f.Fact.At).Add(-attendance.Correction(f, t.span.Clocks))
		if at.After(doors[f.Fact.Station]) {
			doors[f.Fact.Station] = at
		}
	}
	return doors
}

// Crowd says how many are in, how many may be, and how full that is: free, near, full or over.
func (t *Tally) Crowd() (inside, places int, word string) {
	inside, places = t.crowd()
	return inside, places, crowd(inside, places)
}

// Ahead is how far a door's clock is known to be ahead.
func (t *Tally) Ahead(station string) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.span.Clocks[station]
}
