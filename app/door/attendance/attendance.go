// Package attendance reads the facts of one meeting, arrivals and departures and their undoing, and says
// who was there and for how long. It is pure: it knows facts and times, never disks, names or screens.
package attendance

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/store"
)

// The kinds of facts; their texts stand in records and never change.
const (
	In   = "in"
	Out  = "out"
	Undo = "undo"
)

// Attendance follows from the facts of one meeting: who was there, when, and who is there now.
type Attendance struct {
	People  []Presence // by member id; those whose every fact was undone are left out
	Present int
	Undone  map[string]bool // ids of scans that were taken back
	Closed  Closed          // by what stretches without a departure were closed
}

// Presence is what the facts say of one person.
type Presence struct {
	Member    string
	FirstIn   time.Time // zero when nobody noted an arrival
	LastOut   time.Time // zero while present, and when nobody noted a departure
	Minutes   int       // inside, over all intervals, rounded to the nearest
	Present   bool      // arrived and not left
	Intervals []Interval
	Sources   []string // where it is known from: "door" or "door:" and the station, "online:" and the platform, "paper:" and the door, sorted
	Notes     []Note
}

// Interval is one stretch of presence. An open one has no departure; it is counted until now, and not
// beyond the meeting's end.
type Interval struct {
	From, To time.Time
	Open     bool
}

// Note is something to look at. Codes: left_before_arriving, left_twice, two_doors, no_departure, undone.
type Note struct {
	Code    string
	At      time.Time
	Facts   map[string]string
	Subject string // id of the scan that it is about, by which it is known again
}

// Span is when the meeting is, both zero when that is still to be set, and what else is known of its hours.
type Span struct {
	Start, End time.Time
	Closing    Closing
	Clocks     map[string]time.Duration // by door, how far its clock was ahead
}

// twoDoorsWithin is how close arrivals at two doors must be to be strange: nobody walks out, around
// and in again so fast.
const twoDoorsWithin = 10 * time.Minute

// longest is what one interval counts for at most, as a meeting's length: a clock may be years off.
const longest = 7 * 24 * time.Hour

// Compute is a pure function: the order of facts and repeated facts change nothing. Person gives the
// member that stands for a member merged into it.
func Compute(facts []store.Scan, span Span, now time.Time, person func(id string) string) Attendance {
	facts = distinct(corrected(facts, span.Clocks))
	a := Attendance{Undone: undone(facts)}
	span, a.Closed = span.closed(facts, a.Undone, now)
	for _, own := range byPerson(facts, person) {
		if p, attended := presence(own.facts, a.Undone, span, now); attended {
			p.Member = own.member
			a.People = append(a.People, p)
			if p.Present {
				a.Present++
			}
		}
	}
	return a
}

// distinct sorts facts and drops repeated ones. Of two facts that claim one id, which only a damaged
// laptop could write, every laptop takes the same.
func distinct(facts []store.Scan) []store.Scan {
	if !slices.IsSortedFunc(facts, compareFacts) { // the store gives them so, mostly
		facts = slices.Clone(facts)
		slices.SortFunc(facts, compareFacts)
	}
	seen, apart := make(map[string]bool, len(facts)), make([]store.Scan, 0, len(facts))
	for _, f := range facts {
		if !seen[f.ID] {
			seen[f.ID] = true
			apart = append(apart, f)
		}
	}
	return apart
}

// compareFacts is the order of time; in one millisecond arrivals come first.
func compareFacts(a, b store.Scan) int {
	x, y := &a.Fact, &b.Fact
	if x.At != y.At {
		return cmp.Compare(x.At, y.At)
	}
	return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Station, y.Station),
		cmp.Compare(a.ID, b.ID), cmp.Compare(x.Member, y.Member), cmp.Compare(x.Undoes, y.Undoes))
}

type personFacts struct {
	member string
	facts  []store.Scan
}

// byPerson groups arrivals and departures, and keeps their order.
func byPerson(facts []store.Scan, person func(string) string) []personFacts {
	place := map[string]int{}
	var groups []personFacts
	for _, f := range facts {
		if f.Fact.Kind == Undo {
			continue
		}
		member := person(f.Fact.Member)
		i, ok := place[member]
		if !ok {
			i = len(groups)
			place[member] = i
			groups = append(groups, personFacts{member: member})
		}
		groups[i].facts = append(groups[i].facts, f)
	}
	slices.SortFunc(groups, func(a, b personFacts) int { return cmp.Compare(a.member, b.member) })
	return groups
}

// presence reads one person's facts, which are in order. What reports of online meetings say is read apart from the doors, for somebody
// may well sit in the room with a laptop open; the stretches are then united.
func presence(facts []store.Scan, undone map[string]bool, span Span, now time.Time) (p Presence, attended bool) {
	var sources []string
	for _, f := range facts {
		if s := sourceOf(f); !slices.Contains(sources, s) {
			sources = append(sources, s)
		}
	}
	for i, source := range sources {
		w := walk{}
		for _, f := range facts {
			if sourceOf(f) == source {
				attended = w.take(f, undone) || attended
			}
		}
		w.finish(span, now)
		if i == 0 {
			p = w.p
		} else {
			p = united(p, w.p)
		}
	}
	slices.Sort(p.Sources)
	p.Sources = slices.Compact(p.Sources)
	return p, attended
}

// Online begins the station of facts that come from the report of a platform.
const Online = "online:"

// Paper begins the station of facts that were typed from a sheet of paper; the door's name follows.
const Paper = "paper:"

// doorOf is the door at which a fact was noted, by a scanner or on paper.
func doorOf(f store.Scan) string { return strings.TrimPrefix(f.Fact.Station, Paper) }

// sourceOf is what is read together: all doors, and each platform.
func sourceOf(f store.Scan) string {
	if strings.HasPrefix(f.Fact.Station, Online) {
		return f.Fact.Station
	}
	return "door"
}

// take reads the next fact, and tells whether it counts.
func (w *walk) take(f store.Scan, undone map[string]bool) bool {
	switch {
	case undone[f.ID] && isElsewhere(f):
		return false
	case undone[f.ID]:
		w.note("undone", f, "kind", f.Fact.Kind)
		return false
	case isElsewhere(f):
		return w.elsewhere(f)
	case f.Fact.Kind == In:
		w.arrive(f)
	default:
		w.leave(f)
	}
	w.source(f.Fact.Station)
	return true
}

// IsPresence tells of a fact that it says, unless it was undone, that somebody was there.
func IsPresence(f store.Scan) bool { return !isElsewhere(f) || f.Fact.Kind == Within }

// united is one presence that two sources know of.
func united(a, b Presence) Presence {
	if a.FirstIn.IsZero() || !b.FirstIn.IsZero() && b.FirstIn.Before(a.FirstIn) {
		a.FirstIn = b.FirstIn
	}
	a.Present = a.Present || b.Present
	if b.LastOut.After(a.LastOut) {
		a.LastOut = b.LastOut
	}
	if a.Present {
		a.LastOut = time.Time{}
	}
	a.Sources, a.Notes = append(a.Sources, b.Sources...), append(a.Notes, b.Notes...)
	a.Intervals = Union(append(slices.Clone(a.Intervals), b.Intervals...))
	a.Minutes = minutesOf(a.Intervals)
	return a
}

// Union gives the stretches of time that any of these covers, in order.
func Union(all []Interval) (apart []Interval) {
	slices.SortFunc(all, func(a, b Interval) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	for _, one := range all {
		if n := len(apart); n > 0 && !one.From.After(apart[n-1].To) {
			last := &apart[n-1]
			last.Open = last.Open || one.Open
			if one.To.After(last.To) {
				last.To = one.To
			}
			continue
		}
		apart = append(apart, one)
	}
	return apart
}

func minutesOf(intervals []Interval) int {
	var inside time.Duration
	for _, each := range intervals {
		inside += min(each.To.Sub(each.From), longest)
	}
	return int((inside + 30*time.Second) / time.Minute)
}

// walk is the state while reading: the stations with an arrival that no departure has answered yet.
//
// A departure at any door ends the presence, for people leave by the nearest. When a later departure
// follows without an arrival between them, and its door still had an arrival to answer, the person was
// in at two doors at once: both stretches are united.
type walk struct {
	p       Presence
	inside  bool
	since   string       // id of the scan that the present stretch began with
	waiting []store.Scan // arrivals not yet answered, oldest first
}

func (w *walk) arrive(f store.Scan) {
	if w.p.FirstIn.IsZero() {
		w.p.FirstIn = at(f)
	}
	if !w.inside {
		w.waiting = w.waiting[:0]
		w.p.Intervals = append(w.p.Intervals, Interval{From: at(f), Open: true})
		w.inside, w.since = true, f.ID
	} else if last := w.waiting[len(w.waiting)-1]; doorOf(last) != doorOf(f) && at(f).Sub(at(last)) <= twoDoorsWithin {
		minutes := int(at(f).Sub(at(last)).Minutes())
		w.note("two_doors", f, "first", doorOf(last), "second", doorOf(f), "minutes", strconv.Itoa(minutes),
			"since", at(last).Format(time.RFC3339))
	}
	w.waiting = append(w.waiting, f)
}

func (w *walk) leave(f store.Scan) {
	w.p.LastOut = at(f)
	same := slices.IndexFunc(w.waiting, func(in store.Scan) bool { return doorOf(in) == doorOf(f) })
	if !w.inside && same < 0 {
		if len(w.p.Intervals) == 0 {
			w.note("left_before_arriving", f)
		} else {
			w.note("left_twice", f)
		}
		return
	}
	w.answer(same, doorOf(f))
	w.inside = false
	last := &w.p.Intervals[len(w.p.Intervals)-1]
	last.To, last.Open = at(f), false
}

// answer takes away what a departure answers: all arrivals of its own door, else the oldest one.
func (w *walk) answer(same int, station string) {
	if same < 0 {
		w.waiting = slices.Delete(w.waiting, 0, 1)
		return
	}
	w.waiting = slices.DeleteFunc(w.waiting, func(in store.Scan) bool { return doorOf(in) == station })
}

// finish closes what is open and adds up.
func (w *walk) finish(span Span, now time.Time) {
	for i := range w.p.Intervals {
		each := &w.p.Intervals[i]
		if each.Open {
			each.To = closing(each.From, span, now)
		}
	}
	w.p.Minutes = minutesOf(w.p.Intervals)
	w.p.Present = w.inside
	if !w.inside {
		return
	}
	w.p.LastOut = time.Time{}
	if !span.End.IsZero() && now.After(span.End) {
		last := w.p.Intervals[len(w.p.Intervals)-1]
		w.p.Notes = append(w.p.Notes, Note{Code: "no_departure", At: last.To, Subject: w.since})
	}
}

func closing(from time.Time, span Span, now time.Time) time.Time {
	if !span.End.IsZero() && now.After(span.End) {
		now = span.End
	}
	if now.Before(from) {
		return from
	}
	return now
}

func (w *walk) note(code string, f store.Scan, pairs ...string) {
	n := Note{Code: code, At: at(f), Facts: map[string]string{}, Subject: f.ID}
	for i := 0; i < len(pairs); i += 2 {
		n.Facts[pairs[i]] = pairs[i+1]
	}
	w.p.Notes = append(w.p.Notes, n)
}

func (w *walk) source(station string) {
	if strings.HasPrefix(station, Online) || strings.HasPrefix(station, Paper) {
		w.p.Sources = append(w.p.Sources, station)
		return
	}
	w.p.Sources = append(w.p.Sources, strings.TrimSuffix("door:"+station, ":"))
}

func at(f store.Scan) time.Time { return time.UnixMilli(f.Fact.At).UTC() }
