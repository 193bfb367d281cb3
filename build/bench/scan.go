package main

import (
	"fmt"
	"iter"
	"time"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
)

const forum = "mee_forumforumforumf"

// measureScan notes arrivals at a door of the large home, one append of 4 KiB before each, so that
// both meet the same moods of the disk. The first moments after opening, when reading the directory takes all
// processors, are a row of their own.
func (b *bench) measureScan() error {
	s, err := b.openHome("large", "benchlaptop")
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	g, err := b.openGate(s)
	if err != nil {
		return err
	}
	defer g.ruler.close()
	early := func() bool { _, ready := s.Directory(); return !ready }
	busy, err := g.pass(len(g.ids), early)
	if err != nil {
		return err
	}
	s.WaitDirectory()
	if _, err := g.pass(20, always); err != nil { // the first ones load what later ones find
		return err
	}
	calm, err := g.pass(1000, always)
	if err != nil {
		return err
	}
	b.limits.syncP50, b.limits.syncP99 = at(50, calm.appends), at(99, calm.appends)
	b.judgeScan(calm, busy)
	return s.Close()
}

func always() bool { return true }

// gate is a door with people before it, and a disk to compare with.
type gate struct {
	door  *door.Door
	at    string // meeting
	ids   []string
	ruler *disk
	count int
}

func (b *bench) openGate(s *store.Store) (g *gate, err error) {
	g = &gate{ids: memberIDs(s, 500)}
	if len(g.ids) == 0 {
		return nil, fmt.Errorf("there are no members to scan")
	}
	if g.door, g.at, err = openDoor(s); err != nil {
		return nil, err
	}
	g.ruler, err = newDisk(b.path("ruler"))
	return g, err
}

// passed is what each scan took, and the append before it.
type passed struct{ scans, appends []time.Duration }

// pass notes so many arrivals and departures, as long as going says so.
func (g *gate) pass(most int, going func() bool) (p passed, err error) {
	for range most {
		if !going() {
			break
		}
		took, err := g.ruler.append()
		if err != nil {
			return p, err
		}
		n := len(g.ids)
		kind := []string{attendance.In, attendance.Out}[g.count/n%2]
		start := time.Now()
		if _, err := g.door.Scan(door.Pass{Meeting: g.at, Member: g.ids[g.count%n], Kind: kind, Station: "A"}); err != nil {
			return p, err
		}
		g.count++
		p.scans, p.appends = append(p.scans, time.Since(start)), append(p.appends, took)
	}
	return p, nil
}

func (b *bench) judgeScan(calm, busy passed) {
	l, p50, p99 := b.limits, at(50, calm.scans), at(99, calm.scans)
	b.table.row("one scan acknowledged: journalled, synced to disk, in the view", fmt.Sprintf("1.2 x append+sync (%s)", short(l.syncP50*12/10)),
		fmt.Sprintf("p50 %s, %.2f x", short(p50), float64(p50)/float64(l.syncP50)), p50 <= l.syncP50*12/10)
	b.table.row("the slowest scans", fmt.Sprintf("p99 2 x append+sync (%s)", short(2*l.syncP99)),
		fmt.Sprintf("p99 %s, %.2f x", short(p99), float64(p99)/float64(l.syncP99)), p99 <= 2*l.syncP99)
	if len(busy.scans) >= 100 {
		b.table.note(fmt.Sprintf("  the %d scans right after opening, while the directory is read", len(busy.scans)), "",
			fmt.Sprintf("p50 %s, %.2f x; p99 %s, %.2f x", short(at(50, busy.scans)), float64(at(50, busy.scans))/float64(at(50, busy.appends)),
				short(at(99, busy.scans)), float64(at(99, busy.scans))/float64(at(99, busy.appends))))
	}
}

func openDoor(s *store.Store) (*door.Door, string, error) {
	_, err := s.Edit(func(t *store.Tx) error {
		_, err := t.Put(store.Meeting{ID: forum, Title: "Forum", Start: "2026-12-02T09:00", Zone: "America/Toronto", Minutes: 480, Mode: "on-site", Status: "confirmed", Stations: []string{"A", "B", "C"}})
		return err
	})
	d := door.New(door.Deps{Store: s, Now: time.Now, May: func(store.Kind) error { return nil }, Office: func() string { return officeID }})
	return d, forum, err
}

func memberIDs(s *store.Store, most int) (ids []string) {
	for m, err := range store.All[store.Member](s) {
		if err != nil || len(ids) == most {
			break
		}
		ids = append(ids, m.ID)
	}
	return ids
}

// fillScans gives the large home years of attendance.
func (b *bench) fillScans(s *store.Store) error {
	ids := memberIDs(s, b.members)
	if len(ids) == 0 {
		return fmt.Errorf("there are no members to scan")
	}
	have := s.Count(store.KindScan)
	_, err := s.EditEach(inventedScans(ids, b.scans-have))
	return err
}

// inventedScans are as a door makes them: each has letters of its own that nobody could guess, and an id that follows from what it says.
func inventedScans(ids []string, count int) iter.Seq[func(*store.Tx) error] {
	r := dice(seedScans)
	first := time.Date(2023, 1, 10, 18, 0, 0, 0, time.UTC).UnixMilli()
	return func(yield func(func(*store.Tx) error) bool) {
		for n := 0; n < count; n += 100 {
			if !yield(func(t *store.Tx) error {
				for i := n; i < min(n+100, count); i++ {
					meeting := i * meetingCount / count
					fact := store.ScanFact{Meeting: fmt.Sprintf("mee_%016d", meeting), Member: ids[r.IntN(len(ids))], Kind: []string{"in", "out"}[i%2],
						At: first + int64(meeting)*36_000_000 + int64(i%400)*9_000, Station: []string{"A", "B", "C"}[i%3], Nonce: store.DerivedID(store.KindScan, fmt.Sprint(i))}
					if _, err := t.Put(store.Scan{ID: store.ScanID(fact), Fact: fact}); err != nil {
						return err
					}
				}
				return nil
			}) {
				return
			}
		}
	}
}
