package door

import (
	"slices"
	"sync"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
)

// Figure is what lists and charts say of one meeting that took place.
type Figure struct {
	Came        int
	Communities []string // ids, each once
}

// counted is a figure with when it was counted, and how many scans the store held then.
type counted struct {
	Figure
	scans int
	at    time.Time
}

// How long a figure of a meeting that has been over for days may stand while scans come in elsewhere.
const (
	settledAfter = 48 * time.Hour
	recountAfter = time.Minute
)

// figures keeps one Figure a meeting. A figure counted when the store held fewer scans is given as it is
// and counted again later: of the past, little changes.
type figures struct {
	mu     sync.Mutex
	known  map[string]counted
	filler bool // somebody counts in the background
}

// Figures gives what is known of these meetings, and counts what is missing for at most wait. When that
// was not enough, the rest is counted in the background, and then more is called once.
func (d *Door) Figures(list []meetings.Planned, wait time.Duration, more func()) map[string]Figure {
	missing := d.figures.missing(list, d.Store.Count(store.KindScan), d.Now())
	for began := time.Now(); len(missing) > 0 && time.Since(began) <= wait; missing = missing[1:] {
		d.count(missing[0])
	}
	if len(missing) > 0 {
		defer d.countLater(missing, more) // what is given is what is known now, whoever is quicker
	}
	d.figures.mu.Lock()
	defer d.figures.mu.Unlock()
	found := make(map[string]Figure, len(list))
	for _, p := range list {
		if figure, ok := d.figures.known[p.ID]; ok {
			found[p.ID] = figure.Figure
		}
	}
	return found
}

// missing lists what to count, the latest meetings first, for they stand on top.
func (f *figures) missing(list []meetings.Planned, scans int, now time.Time) []meetings.Planned {
	f.mu.Lock()
	defer f.mu.Unlock()
	var missing []meetings.Planned
	for _, p := range list {
		known, ok := f.known[p.ID]
		rests := now.Sub(p.End) > settledAfter && time.Since(known.at) < recountAfter
		if !ok || known.scans != scans && !rests {
			missing = append(missing, p)
		}
	}
	slices.SortStableFunc(missing, func(a, b meetings.Planned) int { return b.Start.Compare(a.Start) })
	return missing
}

func (d *Door) countLater(list []meetings.Planned, more func()) {
	d.figures.mu.Lock()
	defer d.figures.mu.Unlock()
	if d.figures.filler {
		return
	}
	d.figures.filler = true
	go func() {
		for _, p := range list {
			d.count(p)
		}
		d.figures.mu.Lock()
		d.figures.filler = false
		d.figures.mu.Unlock()
		more()
	}()
}

// count reads one meeting's facts. What cannot be read is left out; the check of the home names it.
func (d *Door) count(p meetings.Planned) {
	scans := d.Store.Count(store.KindScan)
	var facts []store.Scan
	for scan, err := range d.Store.ScansOf(p.ID) {
		if err != nil {
			return
		}
		facts = append(facts, scan)
	}
	figure := Figure{}
	if len(facts) > 0 {
		figure = d.figureOf(attendance.Compute(facts, attendance.Span{Start: p.Start, End: p.End}, d.Now(), d.Person))
	}
	d.figures.mu.Lock()
	defer d.figures.mu.Unlock()
	if d.figures.known == nil {
		d.figures.known = map[string]counted{}
	}
	d.figures.known[p.ID] = counted{figure, scans, time.Now()}
}

func (d *Door) figureOf(a attendance.Attendance) Figure {
	figure := Figure{Came: len(a.People)}
	list, _ := d.Store.Directory()
	seen := map[string]bool{}
	for _, p := range a.People {
		if card, ok := list.Member(p.Member); ok && card.CommunityID != "" && !seen[card.CommunityID] {
			seen[card.CommunityID] = true
			figure.Communities = append(figure.Communities, card.CommunityID)
		}
	}
	return figure
}
