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
// both meet the same moods of the disk.
func (b *bench) measureScan() error {
	s, err := b.openHome("large", "benchlaptop")
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	d, meeting, err := openDoor(s)
	if err != nil {
		return err
	}
	ruler, err := newDisk(b.path("ruler"))
	if err != nil {
		return err
	}
	defer ruler.close()
	ids := memberIDs(s, 500)
	var scans, appends []time.Duration
	for i := range 2 * len(ids) {
		took, err := ruler.append()
		if err != nil {
			return err
		}
		kind := []string{attendance.In, attendance.Out}[i/len(ids)]
		start := time.Now()
		if _, err := d.Scan(door.Pass{Meeting: meeting, Member: ids[i%len(ids)], Kind: kind, Station: "A"}); err != nil {
			return err
		}
		if i >= 20 { // the first ones load what later ones find
			scans, appends = append(scans, time.Since(start)), append(appends, took)
		}
	}
	b.limits.syncP50, b.limits.syncP99 = at(50, appends), at(99, appends)
	b.judgeScan(at(50, scans), at(99, scans))
	return s.Close()
}

func (b *bench) judgeScan(p50, p99 time.Duration) {
	l := b.limits
	b.table.row("one scan acknowledged: journalled, synced to disk, in the view", fmt.Sprintf("1.2 x append+sync (%s)", short(l.syncP50*12/10)),
		fmt.Sprintf("p50 %s, %.2f x", short(p50), float64(p50)/float64(l.syncP50)), p50 <= l.syncP50*12/10)
	b.table.row("the slowest scans", fmt.Sprintf("p99 2 x append+sync (%s)", short(2*l.syncP99)),
		fmt.Sprintf("p99 %s, %.2f x", short(p99), float64(p99)/float64(l.syncP99)), p99 <= 2*l.syncP99)
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

func inventedScans(ids []string, count int) iter.Seq[func(*store.Tx) error] {
	r := dice(seedScans)
	first := time.Date(2023, 1, 10, 18, 0, 0, 0, time.UTC).UnixMilli()
	return func(yield func(func(*store.Tx) error) bool) {
		for n := 0; n < count; n += 100 {
			if !yield(func(t *store.Tx) error {
				for i := n; i < min(n+100, count); i++ {
					meeting := i * meetingCount / count
					fact := store.ScanFact{Meeting: fmt.Sprintf("mee_%016d", meeting), Member: ids[r.IntN(len(ids))], Kind: []string{"in", "out"}[i%2],
						At: first + int64(meeting)*36_000_000 + int64(i%400)*9_000, Station: []string{"A", "B", "C"}[i%3], Nonce: fmt.Sprintf("%010d", i)}
					if _, err := t.Put(store.Scan{ID: store.DerivedID(store.KindScan, fact.Nonce), Fact: fact}); err != nil {
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
