package attendance

import (
	"strings"
	"time"

	"example.org/carnet/store"
)

// The rules by which a stretch without a departure is closed once the meeting is over.
const (
	AtEnd      = "end"       // when the meeting ends; the rule where none was chosen
	AtLastScan = "last-scan" // when the last person passed a door
	AtTime     = "time"      // at a chosen moment
)

// Closing is a rule, with its moment for AtTime. The zero one is AtEnd.
type Closing struct {
	Rule string
	At   time.Time
}

// Closed is the rule that was used and the moment it gave; zero while the meeting's end is not known.
type Closed struct {
	Rule string
	At   time.Time
}

// closed gives the span with the end that its rule says.
func (s Span) closed(facts []store.Scan, undone map[string]bool, now time.Time) (Span, Closed) {
	c := Closed{Rule: AtEnd, At: s.End}
	switch {
	case s.Closing.Rule == AtTime && !s.Closing.At.IsZero():
		c = Closed{AtTime, s.Closing.At}
	case s.Closing.Rule == AtLastScan && !s.End.IsZero() && now.After(s.End):
		if last := lastPass(facts, undone); !last.IsZero() {
			c = Closed{AtLastScan, last}
		}
	case s.Closing.Rule == AtLastScan:
		c.Rule = AtLastScan // nobody knows yet which it will be
	}
	s.End = c.At
	return s, c
}

// lastPass is the last time that somebody passed a door, as facts tell that stand.
func lastPass(facts []store.Scan, undone map[string]bool) (last time.Time) {
	for _, f := range facts {
		if f.Fact.Kind != Undo && f.Fact.Kind != Elsewhere && f.Fact.Kind != LeftElsewhere && !undone[f.ID] && sourceOf(f) == "door" && at(f).After(last) {
			last = at(f)
		}
	}
	return last
}

// corrected gives the facts by the right time: what the door knew of its clock when it noted them, else what is known of it now. The facts
// themselves keep the time that was noted.
func corrected(facts []store.Scan, clocks map[string]time.Duration) []store.Scan {
	var right []store.Scan
	for i, f := range facts {
		off := Correction(f, clocks)
		if off == 0 {
			continue
		}
		if right == nil {
			right = append([]store.Scan{}, facts...)
		}
		right[i].Fact.At -= off.Milliseconds()
	}
	if right == nil {
		return facts
	}
	return right
}

// Correction is how far the clock that a fact was noted by was ahead.
func Correction(f store.Scan, clocks map[string]time.Duration) time.Duration {
	if f.Fact.Off != 0 {
		return time.Duration(f.Fact.Off) * time.Millisecond
	}
	return clocks[f.Fact.Station]
}

// Facts of other rooms of the same forum, as they are given to the attendance of one: that somebody went into another room ends the presence in this
// one; that somebody is in any room is presence at the forum. Their station is Room and the room's name.
const (
	Elsewhere     = "elsewhere"      // in, at a room beside this one
	LeftElsewhere = "left-elsewhere" // out, of a room beside this one
	Within        = "within"         // in, at a room of this forum
	LeftWithin    = "left-within"    // out, of a room of this forum
	Room          = "room:"
)

func isElsewhere(f store.Scan) bool { return f.Fact.Kind != In && f.Fact.Kind != Out }

// elsewhere reads a fact of another room, and tells whether it is presence here.
func (w *walk) elsewhere(f store.Scan) bool {
	switch f.Fact.Kind {
	case Elsewhere:
		if w.inside {
			w.inside, w.waiting = false, w.waiting[:0]
			last := &w.p.Intervals[len(w.p.Intervals)-1]
			last.To, last.Open = at(f), false
			w.p.LastOut = at(f)
		}
	case Within:
		if !w.inside {
			w.arrive(f)
		}
		w.p.Sources = append(w.p.Sources, f.Fact.Station)
		return true
	}
	return false
}

// Where gives the room that somebody is in by facts of theirs in the order of time, without Room: empty for the room or forum itself; inside is
// false when they are nowhere.
func Where(facts []store.Scan, undone map[string]bool) (room string, inside bool) {
	for _, f := range facts {
		name := strings.TrimPrefix(f.Fact.Station, Room)
		switch {
		case undone[f.ID] || sourceOf(f) != "door":
		case f.Fact.Kind == In:
			room, inside = "", true
		case f.Fact.Kind == Out:
			room, inside = "", false
		case f.Fact.Kind == Elsewhere, f.Fact.Kind == Within:
			room, inside = name, true
		case f.Fact.Kind == LeftElsewhere && room == name:
			room, inside = "", false
		case f.Fact.Kind == LeftWithin && room == name:
			room = "" // out of the room, and still at the forum
		}
	}
	return room, inside
}

// InOrder gives facts by their right times, each once, in the order in which presence is read.
func InOrder(facts []store.Scan, clocks map[string]time.Duration) []store.Scan {
	return distinct(corrected(facts, clocks))
}
