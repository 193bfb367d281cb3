package store

import (
	"slices"
	"sync"
)

// arrivals remembers what the last commits brought, for whoever keeps in memory what follows from the records: they take in
// what is new, and read everything anew only when that is not known any more.
type arrivals struct {
	mu     sync.Mutex
	asked  bool            // until somebody asks nothing is kept
	at     uint64          // counts commits
	from   uint64          // what came up to here is not known
	scans  []arrival       // oldest first
	kinds  map[Kind]uint64 // when records of a kind changed last, other than scans
	merged uint64          // when a member was last merged into another, or was no longer
}

type arrival struct {
	at   uint64
	scan Scan
}

// keptScans is a minute of the busiest doors, and what a door brings that was alone for two. Whoever gets more at once reads anew.
const keptScans = 4096

// Arrived is what became of the records since a moment.
type Arrived struct {
	All    bool   // anything may have changed: it is to be read anew. The rest is empty then
	Scans  []Scan // that are new, or came once more, in the order in which they came
	Merged bool   // who stands for whom may have changed
	Others bool   // records of the kinds that were asked for changed
}

// Arrived tells what came since an earlier answer, which gave now; zero for the first question. What it tells of can be
// read from the store already, and so may be what came a moment after.
func (s *Store) Arrived(since uint64, kinds ...Kind) (news Arrived, now uint64) {
	a := &s.arrivals
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.asked {
		a.asked, a.at, a.from, a.kinds = true, 1, 1, map[Kind]uint64{}
	}
	if since < a.from {
		return Arrived{All: true}, a.at
	}
	for i := len(a.scans) - 1; i >= 0 && a.scans[i].at > since; i-- {
		news.Scans = append(news.Scans, a.scans[i].scan)
	}
	slices.Reverse(news.Scans)
	news.Merged = a.merged > since
	news.Others = slices.ContainsFunc(kinds, func(k Kind) bool { return a.kinds[k] > since })
	return news, a.at
}

// take notes what a batch brought, after readers can see it.
func (a *arrivals) take(b *batch) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.asked {
		return
	}
	a.at++
	scans := 0
	for _, u := range b.dirty {
		if u.st.kind == KindScan {
			scans++
		}
		if u.wipe || scans > keptScans || !a.takeOne(u.st) {
			a.lose()
			return
		}
	}
	if over := len(a.scans) - keptScans; over > 0 {
		over = max(over, keptScans/2)
		a.from = a.scans[over-1].at
		a.scans = slices.Clone(a.scans[over:])
	}
}

// takeOne notes one record; false for what nobody could follow.
func (a *arrivals) takeOne(st *state) bool {
	switch st.kind {
	case KindScan:
		fact, ok := st.fact()
		if !ok || !st.visible() {
			return false
		}
		a.scans = append(a.scans, arrival{a.at, Scan{ID: st.id, Fact: fact}})
		return true
	case KindMember:
		if st.look("merged_into") != nil {
			a.merged = a.at
		}
	}
	a.kinds[st.kind] = a.at
	return true
}

// lost says that what changed is not known: the view was exchanged, or more came than is kept.
func (a *arrivals) lost() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at++
	a.lose()
}

func (a *arrivals) lose() { a.from, a.scans = a.at, nil }
