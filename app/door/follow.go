package door

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
)

// follow brings a tally up to what is in the store now. Mostly that is a few scans of other doors, which are taken in one by one, at
// the price of the people they are of. Where it is not known what changed, or the meeting's setting did, all is read anew: both ways lead to the same.
// The caller holds the lock, as of everything here.
func (t *Tally) follow() error {
	news, now := t.door.Store.Arrived(t.seen, store.KindMeeting, store.KindSeries, store.KindClock)
	if news.All {
		return t.read()
	}
	if news.Others {
		if is, err := t.readSetting(); err != nil || !reflect.DeepEqual(is, t.setting) {
			return t.read()
		}
	}
	if news.Merged {
		t.persons = map[string]string{}
		t.arrange()
	}
	if !t.takeAll(news.Scans) {
		return t.read()
	}
	t.seen = now
	return nil
}

// read reads everything from the store. When that fails, it is tried again at the next question.
func (t *Tally) read() (err error) {
	t.seen = 0
	_, now := t.door.Store.Arrived(0) // what comes while we read is then taken in twice, which changes nothing
	if t.setting, err = t.readSetting(); err != nil {
		return err
	}
	t.facts, t.around, t.persons = nil, nil, map[string]string{}
	for _, of := range append([]string{t.meeting}, slices.Sorted(maps.Keys(t.rooms))...) {
		for scan, err := range t.door.Store.ScansOf(of) {
			if err != nil {
				return err
			}
			t.file(scan)
		}
	}
	slices.SortFunc(t.facts, byNoted) // they come so, mostly
	t.arrange()
	t.seen = now
	return nil
}

func (t *Tally) readSetting() (h setting, err error) {
	planned, err := t.door.Meetings.Planned(t.meeting)
	if err != nil {
		return h, err
	}
	h.virtual, h.places = planned.Virtual, planned.Places
	if h.span, err = t.door.span(planned); err != nil {
		return h, err
	}
	h.rooms, err = t.door.nearbyRooms(planned.Meeting)
	return h, err
}

// byNoted is the order of the times that doors noted, as the store has it.
func byNoted(a, b store.Scan) int {
	return cmp.Or(cmp.Compare(a.Fact.At, b.Fact.At), cmp.Compare(a.ID, b.ID))
}

// meant gives a fact as this meeting reads it; false when it says nothing here.
func (t *Tally) meant(scan store.Scan) (store.Scan, bool) {
	if scan.Fact.Meeting == t.meeting {
		return scan, true
	}
	room, known := t.rooms[scan.Fact.Meeting]
	if !known {
		return scan, false
	}
	return room.read(scan)
}

// file keeps a fact of the store for arrange.
func (t *Tally) file(scan store.Scan) {
	scan, ours := t.meant(scan)
	switch {
	case !ours:
	case scan.Fact.Meeting == t.meeting:
		t.facts = append(t.facts, scan)
	default:
		t.around = append(t.around, scan)
	}
}

// arrange derives everything from the facts in memory.
func (t *Tally) arrange() {
	t.held, t.people, t.takers, t.named = map[string]string{}, map[string][]store.Scan{}, map[string]store.Scan{}, map[string]bool{}
	t.inside, t.doors = map[string]bool{}, map[string]time.Time{}
	all := t.all()
	for _, f := range all {
		t.note(f)
	}
	a := attendance.Compute(all, t.span, t.door.Now(), t.person)
	t.taken = a.Undone
	for _, p := range a.People {
		if p.Present {
			t.inside[p.Member] = true
		}
	}
}

// note writes a fact down wherever it is looked for, and says of whom it is.
func (t *Tally) note(f store.Scan) (person string) {
	person = t.person(f.Fact.Member)
	t.held[f.ID] = f.Fact.Member
	t.people[person] = append(t.people[person], f)
	if f.Fact.Kind == attendance.Undo {
		t.takers[f.ID] = f
		t.named[f.Fact.Undoes] = true
	}
	if f.Fact.Meeting == t.meeting && !strings.HasPrefix(f.Fact.Station, attendance.Online) && !strings.HasPrefix(f.Fact.Station, attendance.Paper) {
		at := time.UnixMilli(f.Fact.At).Add(-attendance.Correction(f, t.span.Clocks))
		if at.After(t.doors[f.Fact.Station]) {
			t.doors[f.Fact.Station] = at
		}
	}
	return person
}

// takeAll brings facts in; false when all must be read anew.
func (t *Tally) takeAll(scans []store.Scan) bool {
	before := len(t.facts)
	for _, scan := range scans {
		if !t.take(scan) {
			return false
		}
	}
	if late := t.facts[before:]; len(late) > 0 { // another door's are a second late, or an hour
		at, _ := slices.BinarySearchFunc(t.facts[:before], slices.MinFunc(late, byNoted), byNoted)
		slices.SortFunc(t.facts[at:], byNoted)
	}
	return true
}

// take brings one fact in, be it for the first time or again; false when that cannot be told from the facts in memory.
func (t *Tally) take(scan store.Scan) bool {
	f, ours := t.meant(scan)
	if member, held := t.held[f.ID]; held { // else than as it was, which only a damaged laptop could write
		return ours && slices.Contains(t.people[t.person(member)], f)
	}
	switch {
	case !ours:
		return true
	case f.Fact.Meeting == t.meeting:
		t.facts = append(t.facts, f)
	default:
		t.around = append(t.around, f)
	}
	person := t.note(f)
	if f.Fact.Kind == attendance.Undo || t.named[f.ID] {
		t.takeBack()
	}
	t.settle(person)
	return true
}

// takeBack reads the undos anew: each may take back others. They are few, and whatever none of them names stands.
func (t *Tally) takeBack() {
	facts := slices.Collect(maps.Values(t.takers))
	for scan := range t.named {
		_, held := t.held[scan]
		if _, taker := t.takers[scan]; held && !taker {
			facts = append(facts, store.Scan{ID: scan})
		}
	}
	before := t.taken
	t.taken = attendance.Undone(facts)
	for _, f := range facts {
		if t.taken[f.ID] != before[f.ID] {
			t.settle(t.person(t.held[f.ID]))
		}
	}
}

// settle says anew whether one person is in.
func (t *Tally) settle(person string) {
	if t.presence(person).Present {
		t.inside[person] = true
		return
	}
	delete(t.inside, person)
}
