package door

import (
	"slices"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/door/online"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

// ReportOptions say what a person decided about a platform's report; what is left out is found out.
type ReportOptions struct {
	Zone    string         // of the clock that the report was written by
	Matches map[int]string // whole member ids by a row of the report, or Nobody, or AskAgain
	DryRun  bool
	Layout  string // one of online.Layouts
	Days    *online.Days
	Places  *online.Places // with online.Columns
}

// Nobody is decided about somebody in a report who is no member and shall not be asked about again in this file.
const Nobody = "nobody"

// AskAgain is decided about somebody who was recognized and shall be asked about all the same.
const AskAgain = "?"

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
	People    int          // whose presence the report tells
	Known     []Recognized // those who are known by more than their address or name
	Changes   []Change     // what is other than it stands, by person
	Unlearned int          // answers that only count for this meeting, for the members are another office's
	Facts     []string     // ids of what was written
	Refs      []store.Ref  // of the names that were learned
}

// Unmatched is somebody whom the report names and the members do not, with those who come close.
type Unmatched struct {
	Row         int
	Name, Email string
	Candidates  []string // member ids, the closest first
}

// How somebody in a report was recognized, where a person may want to say otherwise.
const (
	ByAnswer = "answer" // of now
	ByAlias  = "alias"  // of another time
	ByFacts  = "facts"  // somebody's presence is noted at this meeting at exactly these times
)

// Recognized is somebody whom a person named, now or once.
type Recognized struct {
	Row          int
	Name, Member string
	How          string
}

// Change is what the report changes of one person's presence online.
type Change struct {
	Member        string
	Before, After []attendance.Interval
}

// Report reads the report of an online meeting and, but for a dry run, notes what is new in it as facts. The same file again
// changes nothing; of a corrected file, what is no longer in it is taken back. Faults: role_forbids, unknown_id, bad_zone, not_a_report,
// bad_choice and those of files.
func (d *Door) Report(meeting, path string, o ReportOptions) (Reported, error) {
	if err := d.May(store.KindScan); err != nil {
		return Reported{}, err
	}
	m, err := d.Meetings.Get(meeting)
	if err != nil {
		return Reported{}, err
	}
	plan := meetings.Plan(m)
	report, err := online.Read(path, online.Options{Near: plan.Start, Layout: o.Layout, Days: o.Days, Places: o.Places})
	if err != nil {
		return Reported{}, err
	}
	r := Reported{Report: report, Zone: o.Zone, Rows: len(report.Stays)}
	if r.Zone == "" {
		r.Zone = zoneOfReport(report, plan)
	}
	known, err := d.notedOnline(meeting, stationOf(report))
	if err != nil {
		return r, err
	}
	people, learned, err := d.recognize(&r, o.Matches, known, plan)
	if err != nil {
		return r, err
	}
	facts, err := d.factsOf(meeting, &r, people, known, plan)
	if err != nil || o.DryRun || len(facts)+len(learned) == 0 {
		return r, err
	}
	return r, d.take(meeting, &r, facts, learned)
}

// take writes what a report brings, as one edit.
func (d *Door) take(meeting string, r *Reported, facts []store.ScanFact, learned []store.Member) error {
	refs, err := d.Store.Edit(func(tx *store.Tx) error {
		if err := d.Meetings.HoldIn(tx, meeting); err != nil {
			return err
		}
		for _, m := range learned {
			if _, err := tx.Put(m); err != nil {
				return err
			}
		}
		for _, fact := range facts {
			scan := store.Scan{ID: store.ScanID(fact), Fact: fact}
			if _, err := tx.Put(scan); err != nil {
				return err
			}
			r.Facts = append(r.Facts, scan.ID)
		}
		return nil
	})
	for _, ref := range refs {
		if ref.Kind == store.KindMember {
			r.Refs = append(r.Refs, ref)
		}
	}
	return err
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
