package door

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/door/online"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// saidOnce is a fact of a report, and how often it was taken back.
type saidOnce struct {
	store.Scan
	undone bool
	undos  int
}

// notedOnline gives what was noted of a platform's reports before, with whether it was taken back; of whoever was merged since, it speaks by the
// member who stands for them.
func (d *Door) notedOnline(meeting, station string) ([]saidOnce, error) {
	tally, err := d.Tally(meeting)
	if err != nil {
		return nil, err
	}
	known := tally.from(station)
	for i := range known {
		known[i].Fact.Member = d.Person(known[i].Fact.Member)
	}
	return known, nil
}

// standing gives the stretches that are noted of each person.
func standing(known []saidOnce) map[string][]attendance.Interval {
	in, out := map[string][]int64{}, map[string][]int64{}
	for _, f := range known {
		switch {
		case f.undone:
		case f.Fact.Kind == attendance.In:
			in[f.Fact.Member] = append(in[f.Fact.Member], f.Fact.At)
		case f.Fact.Kind == attendance.Out:
			out[f.Fact.Member] = append(out[f.Fact.Member], f.Fact.At)
		}
	}
	all := map[string][]attendance.Interval{}
	for member, from := range in {
		to := out[member]
		slices.Sort(from)
		slices.Sort(to)
		for i := range min(len(from), len(to)) {
			all[member] = append(all[member], attendance.Interval{From: time.UnixMilli(from[i]).UTC(), To: time.UnixMilli(to[i]).UTC()})
		}
	}
	return all
}

// signature is a text that is the same for the same stretches.
func signature(stretches []attendance.Interval) string {
	var b strings.Builder
	for _, s := range stretches {
		b.WriteString(strconv.FormatInt(s.From.UnixMilli(), 36) + "-" + strconv.FormatInt(s.To.UnixMilli(), 36) + " ")
	}
	return b.String()
}

// factsOf gives the facts to write so that the meeting's are those of the report, counts, and tells the change of each person.
func (d *Door) factsOf(meeting string, r *Reported, people map[string][]online.Stay, known []saidOnce, plan meetings.Planned) ([]store.ScanFact, error) {
	wanted := map[store.ScanFact]bool{} // without their nonces
	before, after := standing(known), map[string][]attendance.Interval{}
	for member, stays := range people {
		stretches, err := r.stretches(stays, plan)
		if err != nil {
			return nil, err
		}
		after[member] = stretches
		r.Sessions += len(stretches)
		for _, s := range stretches {
			fact := store.ScanFact{Meeting: meeting, Member: member, Station: stationOf(r.Report)}
			fact.Kind, fact.At = attendance.In, s.From.UnixMilli()
			wanted[fact] = true
			fact.Kind, fact.At = attendance.Out, s.To.UnixMilli()
			wanted[fact] = true
		}
	}
	r.People = len(people)
	for _, member := range slices.Sorted(maps.Keys(both(before, after))) {
		if r.compare(before[member], after[member]) {
			r.Changes = append(r.Changes, Change{Member: member, Before: before[member], After: after[member]})
		}
	}
	return difference(wanted, known), nil
}

// compare counts the stretches of one person that stay, come and go, and tells whether any do not stay.
func (r *Reported) compare(before, after []attendance.Interval) (other bool) {
	stays := 0
	for _, b := range before {
		if slices.ContainsFunc(after, func(a attendance.Interval) bool { return a.From.Equal(b.From) && a.To.Equal(b.To) }) {
			stays++
		}
	}
	r.Unchanged += stays
	r.Added += len(after) - stays
	r.Removed += len(before) - stays
	return len(after) != stays || len(before) != stays
}

func both[V any](a, b map[string]V) map[string]bool {
	keys := make(map[string]bool, len(a)+len(b))
	for key := range a {
		keys[key] = true
	}
	for key := range b {
		keys[key] = true
	}
	return keys
}

// stretches unites the devices of one person. A report that gives only a total counts it from the meeting's start.
func (r *Reported) stretches(stays []online.Stay, plan meetings.Planned) ([]attendance.Interval, error) {
	var all []attendance.Interval
	for _, s := range stays {
		if s.Join.IsZero() {
			from := plan.Start
			if from.IsZero() {
				return nil, fault.New("report_without_times", "meeting", plan.ID)
			}
			all = append(all, attendance.Interval{From: from, To: from.Add(time.Duration(s.Minutes) * time.Minute)})
			continue
		}
		from, err := zones.At(s.Join.Time, r.Zone)
		if err != nil {
			return nil, err
		}
		to, err := zones.At(s.Leave.Time, r.Zone)
		if err != nil {
			return nil, err
		}
		all = append(all, attendance.Interval{From: from, To: to})
	}
	return attendance.Union(all), nil
}

// from gives the facts of one station with whether they were taken back.
func (t *Tally) from(station string) (facts []saidOnce) {
	t.mu.Lock()
	defer t.mu.Unlock()
	undos := t.undos()
	for _, f := range t.facts {
		if f.Fact.Station == station && f.Fact.Kind != attendance.Undo {
			facts = append(facts, saidOnce{f, t.taken[f.ID], undos[f.ID]})
		}
	}
	return facts
}

// undos counts how often each fact was taken back, standing or not; the lock is held.
func (t *Tally) undos() map[string]int {
	counts := map[string]int{}
	for _, f := range t.facts {
		if f.Fact.Kind == attendance.Undo {
			counts[f.Fact.Undoes]++
		}
	}
	return counts
}

// difference gives what must be noted for the standing facts to be the wanted ones. What was taken back and is wanted again is a
// new fact: its nonce counts how often it was said before.
func difference(wanted map[store.ScanFact]bool, known []saidOnce) (facts []store.ScanFact) {
	said, stands := map[store.ScanFact]int{}, map[store.ScanFact]bool{}
	for _, f := range known {
		bare := f.Fact
		bare.Nonce = ""
		said[bare]++
		switch {
		case f.undone:
		case wanted[bare] && !stands[bare]:
			stands[bare] = true
		default:
			facts = append(facts, takingBack(f.Scan, f.undos))
		}
	}
	for fact := range wanted {
		if stands[fact] {
			continue
		}
		times := said[fact]
		fact.Nonce = "report " + strconv.FormatInt(fact.At, 36) + " " + strconv.Itoa(times)
		facts = append(facts, fact)
	}
	slices.SortFunc(facts, func(a, b store.ScanFact) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Member, b.Member), cmp.Compare(a.Kind, b.Kind))
	})
	return facts
}

// takingBack is the fact that takes back one of a report, after it was taken back and stood again so many times.
func takingBack(s store.Scan, times int) store.ScanFact {
	nonce := "report " + s.ID
	if times > 0 {
		nonce += " " + strconv.Itoa(times)
	}
	return store.ScanFact{Meeting: s.Fact.Meeting, Member: s.Fact.Member, Kind: attendance.Undo, At: s.Fact.At, Station: s.Fact.Station, Nonce: nonce, Undoes: s.ID}
}

// TakeBackReport undoes what taking a report in wrote: facts are taken back, and those that it took back stand again. Names that were learned
// with it are no part of this. Faults: role_forbids, unknown_id.
func (d *Door) TakeBackReport(meeting string, facts []string) error {
	if err := d.May(store.KindScan); err != nil {
		return err
	}
	tally, err := d.Tally(meeting)
	if err != nil {
		return err
	}
	tally.mu.Lock()
	times := tally.undos()
	tally.mu.Unlock()
	_, err = d.Store.Edit(func(tx *store.Tx) error {
		for _, id := range facts {
			scan, err := store.GetIn[store.Scan](tx, id)
			if err != nil {
				return err
			}
			undo := takingBack(scan, times[id])
			if _, err := tx.Put(store.Scan{ID: store.ScanID(undo), Fact: undo}); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}
