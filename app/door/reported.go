package door

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/door/online"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// ReportOptions say what a person decided about a platform's report.
type ReportOptions struct {
	Zone    string         // of the clock that the report was written by; empty means to find out
	Matches map[int]string // whole member ids by a row of the report
	DryRun  bool
}

// Reported is what a report says of a meeting, and what taking it in changes.
type Reported struct {
	Report    online.Report
	Zone      string
	Rows      int // stays in the report
	Matched   int // of them, those whose person is known
	Sessions  int // stretches of presence, devices of one person united
	Unchanged int // of them, known before
	Added     int // new ones
	Removed   int // known before, and no longer in the report
	Unmatched []Unmatched
}

// Unmatched is somebody whom the report names and the members do not, with those who come close.
type Unmatched struct {
	Row         int
	Name, Email string
	Candidates  []string // member ids, the closest first
}

// Report reads the report of an online meeting and, but for a dry run, notes what is new in it as facts. The same file again
// changes nothing; of a corrected file, what is no longer in it is taken back. Faults: role_forbids, unknown_id, bad_zone, not_a_report
// and those of files.
func (d *Door) Report(meeting, path string, o ReportOptions) (Reported, error) {
	if err := d.May(store.KindScan); err != nil {
		return Reported{}, err
	}
	m, err := d.Meetings.Get(meeting)
	if err != nil {
		return Reported{}, err
	}
	plan := meetings.Plan(m)
	report, err := online.Read(path, plan.Start)
	if err != nil {
		return Reported{}, err
	}
	r := Reported{Report: report, Zone: o.Zone, Rows: len(report.Stays)}
	if r.Zone == "" {
		r.Zone = zoneOfReport(report, plan)
	}
	people, learned, err := d.recognize(&r, o.Matches)
	if err != nil {
		return r, err
	}
	facts, err := d.factsOf(meeting, &r, people, plan)
	if err != nil || o.DryRun || len(facts)+len(learned) == 0 {
		return r, err
	}
	_, err = d.Store.Edit(func(tx *store.Tx) error {
		if err := d.Meetings.HoldIn(tx, meeting); err != nil {
			return err
		}
		for _, m := range learned {
			if _, err := tx.Put(m); err != nil {
				return err
			}
		}
		for _, fact := range facts {
			if _, err := tx.Put(store.Scan{ID: store.ScanID(fact), Fact: fact}); err != nil {
				return err
			}
		}
		return nil
	})
	return r, err
}

// zoneOfReport finds the zone by whose clock the report says that people came about when the meeting was planned: the meeting's own,
// this machine's, one of the main ones, or UTC, in this order where several do.
func zoneOfReport(report online.Report, plan meetings.Planned) string {
	candidates := append([]string{plan.Zone, zones.Here().String()}, append(zones.Main(), "UTC")...)
	first := firstMoment(report)
	best, closest := "UTC", time.Duration(-1)
	for _, zone := range candidates {
		at, err := zones.At(first, zone)
		if err != nil || zone == "" {
			continue
		}
		if plan.Start.IsZero() || first.IsZero() {
			return zone
		}
		if off := at.Sub(plan.Start).Abs(); closest < 0 || off < closest-time.Minute {
			best, closest = zone, off
		}
	}
	return best
}

// firstMoment is when the meeting began by the report's clock: what it says of itself, else the median arrival, which one early host does not move.
func firstMoment(report online.Report) time.Time {
	if !report.Start.IsZero() {
		return report.Start.Time
	}
	var joins []time.Time
	for _, s := range report.Stays {
		if !s.Join.IsZero() {
			joins = append(joins, s.Join.Time)
		}
	}
	if len(joins) == 0 {
		return time.Time{}
	}
	slices.SortFunc(joins, time.Time.Compare)
	return joins[len(joins)/2]
}

// stationOf names the platform in facts.
func stationOf(report online.Report) string {
	if report.Layout == online.Teams {
		return attendance.Online + "teams"
	}
	return attendance.Online + "zoom"
}

// factsOf gives the facts to write so that the meeting's are those of the report, and counts.
func (d *Door) factsOf(meeting string, r *Reported, people map[string][]online.Stay, plan meetings.Planned) ([]store.ScanFact, error) {
	wanted := map[store.ScanFact]bool{} // without their nonces
	for member, stays := range people {
		stretches, err := r.stretches(stays, plan)
		if err != nil {
			return nil, err
		}
		r.Sessions += len(stretches)
		for _, s := range stretches {
			fact := store.ScanFact{Meeting: meeting, Member: member, Station: stationOf(r.Report)}
			fact.Kind, fact.At = attendance.In, s.From.UnixMilli()
			wanted[fact] = true
			fact.Kind, fact.At = attendance.Out, s.To.UnixMilli()
			wanted[fact] = true
		}
	}
	tally, err := d.Tally(meeting)
	if err != nil {
		return nil, err
	}
	return r.difference(wanted, tally.from(stationOf(r.Report))), nil
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
func (t *Tally) from(station string) (facts []Fact) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, f := range t.facts {
		if f.Fact.Station == station && f.Fact.Kind != attendance.Undo {
			facts = append(facts, Fact{f, t.taken[f.ID]})
		}
	}
	return facts
}

// difference gives what must be noted for the standing facts to be the wanted ones. What was taken back and is wanted again is a
// new fact: its nonce counts how often it was said before.
func (r *Reported) difference(wanted map[store.ScanFact]bool, known []Fact) (facts []store.ScanFact) {
	said, stands := map[store.ScanFact]int{}, map[store.ScanFact]bool{}
	for _, f := range known {
		bare := f.Fact
		bare.Nonce = ""
		said[bare]++
		switch {
		case f.Undone:
		case wanted[bare] && !stands[bare]:
			stands[bare] = true
			if bare.Kind == attendance.In {
				r.Unchanged++
			}
		default:
			undo := store.ScanFact{Meeting: bare.Meeting, Member: bare.Member, Kind: attendance.Undo, At: bare.At, Station: bare.Station,
				Nonce: "report " + f.ID, Undoes: f.ID}
			facts = append(facts, undo)
			if bare.Kind == attendance.In {
				r.Removed++
			}
		}
	}
	for fact := range wanted {
		if stands[fact] {
			continue
		}
		if fact.Kind == attendance.In {
			r.Added++
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
