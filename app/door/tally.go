package door

import (
	"maps"
	"slices"
	"sync"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
)

// Tally is one meeting's attendance kept in memory while its door is open, so that the answer to a scan
// reads the facts of one person and not of all. What other laptops noted it takes in as it comes; see follow.go.
type Tally struct {
	door    *Door
	meeting string

	mu   sync.Mutex
	seen uint64 // of what arrives in the store; zero is nothing: all is to be read
	setting
	facts   []store.Scan            // by the times that were noted
	around  []store.Scan            // of the other rooms of its forum, or of its own rooms; see around.go
	held    map[string]string       // the members of all these, by scan
	takers  map[string]store.Scan   // those among them that take back others
	named   map[string]bool         // scans that are named by these, here or not
	taken   map[string]bool         // undone
	people  map[string][]store.Scan // facts by the person who stands for their member
	persons map[string]string       // member to person
	inside  map[string]bool
	doors   map[string]time.Time // when each door noted something last
}

// setting is what is known of a meeting beside its facts.
type setting struct {
	span    attendance.Span
	places  int  // how many may be in; 0 for as many as wish
	virtual bool // it is of a series and nothing hung on it yet, so it is not stored
	rooms   map[string]nearby
}

// maxTallies bounds what a long day of many meetings keeps in memory.
const maxTallies = 16

// Tally gives the live tally of a meeting, with everything that is in the store by now.
func (d *Door) Tally(meeting string) (*Tally, error) {
	d.mu.Lock()
	t, ok := d.tallies[meeting]
	if !ok {
		if len(d.tallies) >= maxTallies {
			clear(d.tallies)
		}
		t = &Tally{door: d, meeting: meeting}
		d.tallies[meeting] = t
	}
	d.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	return t, t.follow()
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
	t.virtual = false
	if !t.takeAll([]store.Scan{scan}) {
		t.seen = 0
	}
	return t.presence(t.person(scan.Fact.Member))
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

// Came lists who was there by facts that stand, in no order: the people of Attendance, without their times.
func (t *Tally) Came() (people []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for person, facts := range t.people {
		if slices.ContainsFunc(facts, func(f store.Scan) bool { return attendance.IsPresence(f) && !t.taken[f.ID] }) {
			people = append(people, person)
		}
	}
	return people
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
	for _, f := range slices.Backward(t.facts) {
		if len(last) == limit {
			break
		}
		if station == "" || f.Fact.Station == station {
			last = append(last, Fact{f, t.taken[f.ID]})
		}
	}
	return last
}

// Doors gives when each door noted something last, by its own clock put right; those of paper and platforms are left out.
func (t *Tally) Doors() map[string]time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.doors)
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
