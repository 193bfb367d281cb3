package door

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
)

// hall is a forum with two rooms beside a laptop at another door, whose edits come late, in any order and more than once.
type hall struct {
	*forum
	ways     *rand.Rand
	other    *store.Store
	sent     uint64 // of the other's edits
	underway []store.Edit
	meetings []string
	scans    []store.Scan // noted anywhere
	read     int          // times that a tally was read whole
	followed int
}

func newHall(t *testing.T, seed uint64) *hall {
	f := newForum(t)
	other, err := store.Open(t.TempDir(), store.Options{Device: "other", Light: true, Now: func() time.Time { return f.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	h := &hall{forum: f, other: other, ways: rand.New(rand.NewPCG(seed, 0)), meetings: []string{f.meeting.ID, "mtg_east", "mtg_west", "mtg_elsewhere"}}
	f.put(store.Meeting{ID: "mtg_east", Title: "East", Room: "East", Parent: f.meeting.ID, Start: "2026-12-09T10:00", Zone: "America/Toronto", Minutes: 60},
		store.Meeting{ID: "mtg_west", Title: "West", Room: "West", Parent: f.meeting.ID, Start: "2026-12-09T10:00", Zone: "America/Toronto", Minutes: 60},
		store.Meeting{ID: "mtg_elsewhere", Title: "Elsewhere", Start: "2026-12-09T10:00", Zone: "America/Toronto", Minutes: 60})
	return h
}

func (h *hall) any(of []string) string { return of[h.ways.IntN(len(of))] }

func (h *hall) fact() store.ScanFact {
	members := []string{elise.ID, ann.ID, "mem_zoe", "mem_later", "mem_4", "mem_5"}
	f := store.ScanFact{Meeting: h.any(h.meetings), Member: h.any(members), Kind: h.any([]string{"in", "in", "out"}), Nonce: store.NewID(store.KindScan),
		At: h.now.Add(time.Duration(h.ways.IntN(180)-90) * time.Minute).UnixMilli(), Station: h.any([]string{"A", "B", "", "paper:A", "online:zoom"})}
	if h.ways.IntN(10) == 0 {
		f.Off = int64(h.ways.IntN(7_200_000) - 3_600_000)
	}
	return f
}

// undo takes back a scan that was noted anywhere, an undo too, perhaps one that is not here yet.
func (h *hall) undo() store.ScanFact {
	f := h.fact()
	if len(h.scans) > 0 {
		target := h.scans[h.ways.IntN(len(h.scans))]
		f.Kind, f.Undoes, f.Meeting = attendance.Undo, target.ID, target.Fact.Meeting
		if h.ways.IntN(8) > 0 {
			f.Member = target.Fact.Member
		}
	}
	return f
}

// elsewhere writes at the other laptop.
func (h *hall) elsewhere(records ...store.Record) {
	h.t.Helper()
	if _, err := h.other.Edit(func(tx *store.Tx) error {
		for _, r := range records {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		h.t.Fatal(err)
	}
	for edit, err := range h.other.Unpublished(h.sent) {
		if err != nil {
			h.t.Fatal(err)
		}
		h.underway = append(h.underway, edit)
		h.sent = edit.Changes[len(edit.Changes)-1].Seq
	}
}

// arrive brings some of what is under way, in any order; some of it stays under way and comes again.
func (h *hall) arrive() {
	h.t.Helper()
	h.ways.Shuffle(len(h.underway), func(i, j int) { h.underway[i], h.underway[j] = h.underway[j], h.underway[i] })
	n := h.ways.IntN(len(h.underway) + 1)
	if _, err := h.Store.Apply(h.underway[:n], nil); err != nil {
		h.t.Fatal(err)
	}
	if h.ways.IntN(5) > 0 {
		h.underway = h.underway[n:]
	}
}

// act does one thing that changes what a tally says, or may.
func (h *hall) act() string {
	scan := func(fact store.ScanFact) store.Scan {
		s := store.Scan{ID: store.ScanID(fact), Fact: fact}
		h.scans = append(h.scans, s)
		return s
	}
	member := func() store.Member {
		m := store.Member{ID: h.any([]string{ann.ID, "mem_zoe", "mem_later", "mem_4"}), Given: h.any([]string{"Ann", "Zoé", "Lou"})}
		m.MergedInto = h.any([]string{"", elise.ID, "mem_5", "mem_zoe"})
		return m
	}
	switch what := h.ways.IntN(100); {
	case what < 30:
		n, err := h.Scan(Pass{Meeting: h.any(h.meetings), Member: h.any([]string{elise.ID, ann.ID, "mem_zoe"}), Kind: h.any([]string{"in", "out"}), Station: h.any([]string{"A", "B"}),
			At: h.now.Add(-time.Duration(h.ways.IntN(60)) * time.Second)})
		if err != nil {
			h.t.Fatal(err)
		}
		h.scans = append(h.scans, n.Scan)
		return "scan"
	case what < 40:
		if len(h.scans) > 0 {
			if n, err := h.Undo(h.scans[h.ways.IntN(len(h.scans))].ID); err == nil {
				h.scans = append(h.scans, n.Scan)
			}
		}
		return "undo"
	case what < 60:
		for range h.ways.IntN(4) {
			h.elsewhere(scan(h.fact()))
		}
		return "scans elsewhere"
	case what < 67:
		h.elsewhere(scan(h.undo()))
		return "undo elsewhere"
	case what < 87:
		h.arrive()
		return "arrival"
	case what < 89:
		h.put(member())
		return "member"
	case what < 91:
		h.elsewhere(member())
		return "member elsewhere"
	case what < 93:
		h.elsewhere(store.Clock{ID: store.ClockID(h.meeting.ID, "B"), Meeting: h.any(h.meetings[:3]), Station: "B", Ahead: h.ways.IntN(3) * 600_000})
		return "clock elsewhere"
	case what < 95:
		h.put(store.Meeting{ID: "mtg_east", Title: "East", Room: h.any([]string{"East", "Orient"}), Parent: h.any([]string{h.meeting.ID, ""}), Start: "2026-12-09T10:00", Zone: "America/Toronto", Minutes: 60})
		return "room"
	case what < 97:
		h.meeting.Places, h.meeting.Minutes = h.ways.IntN(3), 60*h.ways.IntN(9)
		h.put(h.meeting)
		return "meeting"
	case what < 98: // what a damaged laptop may write: one id, two facts
		if len(h.scans) > 0 {
			h.elsewhere(store.Scan{ID: h.scans[h.ways.IntN(len(h.scans))].ID, Fact: h.fact()})
		}
		return "forgery"
	case what < 99:
		h.now = h.now.Add(time.Duration(h.ways.IntN(120)) * time.Minute)
		return "time"
	}
	for range 40 {
		h.elsewhere(scan(h.fact()))
	}
	h.arrive()
	return "crowd"
}

// said is everything that a tally answers from, in one order.
type said struct {
	Setting setting
	Facts   []store.Scan
	Around  []store.Scan
	People  map[string][]store.Scan
	Held    map[string]string
	Named   map[string]bool
	Taken   map[string]bool
	Inside  map[string]bool
	Doors   map[string]time.Time
	Takers  []string
	Last    []Fact
}

func saidBy(t *Tally) said {
	s := said{Setting: t.setting, Facts: slices.Clone(t.facts), Around: slices.SortedFunc(slices.Values(t.around), byNoted), People: map[string][]store.Scan{}, Held: t.held,
		Named: t.named, Taken: t.taken, Inside: t.inside, Doors: t.doors, Takers: slices.Sorted(maps.Keys(t.takers)), Last: t.Last("A", 12)}
	for person, facts := range t.people {
		s.People[person] = slices.SortedFunc(slices.Values(facts), byNoted)
	}
	return s
}

// compare asks every meeting's tally and one that is read now.
func (h *hall) compare(step int, what string) {
	h.t.Helper()
	for _, meeting := range h.meetings {
		var arranged uintptr
		if known := h.tallies[meeting]; known != nil {
			arranged = reflect.ValueOf(known.held).Pointer()
		}
		kept, err := h.Tally(meeting)
		if err != nil {
			h.t.Fatal(err)
		}
		if reflect.ValueOf(kept.held).Pointer() == arranged {
			h.followed++
		} else {
			h.read++
		}
		fresh, err := New(h.Deps).Tally(meeting)
		if err != nil {
			h.t.Fatal(err)
		}
		if got, want := saidBy(kept), saidBy(fresh); !reflect.DeepEqual(got, want) {
			h.t.Fatalf("step %d, %s: %s\n%s", step, what, meeting, differs(got, want))
		}
		got, want := kept.Attendance(), fresh.Attendance()
		if !reflect.DeepEqual(got, want) {
			h.t.Fatalf("step %d, %s: %s\n%+v\n%+v", step, what, meeting, got, want)
		}
		var came []string
		for _, p := range want.People {
			came = append(came, p.Member)
		}
		if got := slices.Sorted(slices.Values(kept.Came())); !slices.Equal(got, came) {
			h.t.Fatalf("step %d, %s: %s: %v came, and %v by its attendance", step, what, meeting, got, came)
		}
	}
}

func differs(got, want said) string {
	var lines []string
	a, b := reflect.ValueOf(got), reflect.ValueOf(want)
	for i := range a.NumField() {
		if x, y := a.Field(i).Interface(), b.Field(i).Interface(); !reflect.DeepEqual(x, y) {
			lines = append(lines, fmt.Sprintf("%s\n  followed: %+v\n  read:     %+v", a.Type().Field(i).Name, x, y))
		}
	}
	return strings.Join(lines, "\n")
}

func TestATallyThatFollowsIsTheOneThatIsReadAnew(t *testing.T) {
	for seed := range uint64(4) {
		h := newHall(t, seed)
		for step := range 120 {
			h.compare(step, h.act())
		}
		h.arrive()
		h.compare(120, "the end")
		if h.followed < 4*h.read {
			t.Errorf("seed %d: read whole %d times, and followed only %d", seed, h.read, h.followed)
		}
	}
}

func TestATallyIsReadAnewAfterMoreThanTheStoreRemembers(t *testing.T) {
	h := newHall(t, 1)
	h.compare(0, "opening")
	for _, crowd := range [][]int{{1500}, {900, 900, 900, 900, 900}, {4200}, {30, 40}} {
		for _, n := range crowd {
			var records []store.Record
			for range n {
				fact := h.fact()
				records = append(records, store.Scan{ID: store.ScanID(fact), Fact: fact})
			}
			h.elsewhere(records...)
			if _, err := h.Store.Apply(h.underway, nil); err != nil {
				t.Fatal(err)
			}
			h.underway = nil
		}
		h.compare(1, fmt.Sprint(crowd))
	}
}
