// Package door is what happens at a meeting's doors: scans, walk-ins, undoing, and the attendance that follows
// from them. Facts are only added, never edited. It never prints or shows anything.
package door

import (
	"strings"
	"sync"
	"time"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/app/meetings"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Deps is what the use cases stand on.
type Deps struct {
	Store *store.Store
	Now   func() time.Time
	// May tells whether this laptop's role lets it write records of the kind: nil, or the fault role_forbids.
	May func(kind store.Kind) error
	// Office gives the id of the office that this laptop works for, which owns what it creates.
	Office func() string
	// Meetings finds the meetings, those of series too, and stores one of them before a scan hangs on it. Nil means over the same store.
	Meetings *meetings.Meetings
	// Shared gives secrets that all laptops of the network have, the one in use first, by which badges are made and read; nil without a network.
	Shared func() [][32]byte
	// Coming gives the members who are registered for a meeting; nil when nobody is.
	Coming func(store.Meeting) ([]string, error)
	// Invited counts those to whom an invitation to a meeting was written; nil when that is not known.
	Invited func(store.Meeting) (int, error)
}

// Door holds the use cases.
type Door struct {
	Deps

	mu      sync.Mutex
	tallies map[string]*Tally
	figures figures

	enrolled map[string]registering
}

// New gives the use cases over an open store.
func New(d Deps) *Door {
	if d.Meetings == nil {
		d.Meetings = meetings.New(meetings.Deps{Store: d.Store, Now: d.Now, May: d.May})
	}
	return &Door{Deps: d, tallies: map[string]*Tally{}, enrolled: map[string]registering{}}
}

// Pass is one arrival or departure to note.
type Pass struct {
	Meeting string    // whole id
	Member  string    // whole id
	Kind    string    // attendance.In or attendance.Out
	At      time.Time // zero means now
	Station string
	Nonce   string // of this pass; the same again is the same scan. Empty means a new one.

	Ahead time.Duration // how far the clock that At was read from is known to be ahead; At is kept as it is
}

// Noted answers a scan.
type Noted struct {
	Scan   store.Scan
	Again  bool // the same scan was noted before; nothing was written
	Before attendance.Presence
	After  attendance.Presence

	LeftRoom       string // of the same forum, that somebody was in until now
	Inside, Places int    // of this meeting, after the scan; Places is 0 where as many come as wish
}

// Crowd says how full it is: free, near (nine of ten places are taken), full or over.
func (n Noted) Crowd() string { return crowd(n.Inside, n.Places) }

const wordLimit = 200 // bytes of a station or a nonce

// Scan notes a pass as a fact, on disk when it returns.
func (d *Door) Scan(p Pass) (Noted, error) {
	p, err := d.checkPass(p)
	if err != nil {
		return Noted{}, err
	}
	tally, err := d.Tally(p.Meeting)
	if err != nil {
		return Noted{}, err
	}
	return d.note(tally, d.fact(p))
}

// checkPass refuses what cannot be noted, and names the person.
func (d *Door) checkPass(p Pass) (Pass, error) {
	if err := d.May(store.KindScan); err != nil {
		return p, err
	}
	p.Station, p.Nonce = strings.TrimSpace(p.Station), strings.TrimSpace(p.Nonce)
	if len(p.Station) > wordLimit {
		return p, fault.New("bad_field", "field", "station")
	}
	if len(p.Nonce) > wordLimit {
		return p, fault.New("bad_field", "field", "nonce")
	}
	p.Member = d.Person(p.Member)
	return p, nil
}

func (d *Door) fact(p Pass) store.ScanFact {
	if p.At.IsZero() {
		p.At = d.Now()
	}
	if p.Nonce == "" {
		p.Nonce = store.NewID(store.KindScan)
	}
	return store.ScanFact{Meeting: p.Meeting, Member: p.Member, Kind: p.Kind, At: p.At.UnixMilli(), Station: p.Station, Nonce: p.Nonce, Off: p.Ahead.Milliseconds()}
}

// note writes one fact, unless it is there already, and tells the tally.
func (d *Door) note(tally *Tally, fact store.ScanFact, before ...func(*store.Tx) error) (Noted, error) {
	scan := store.Scan{ID: store.ScanID(fact), Fact: fact}
	now, room := tally.Presence(fact.Member), ""
	if fact.Kind == attendance.In {
		room = tally.otherRoom(fact.Member)
	}
	if known, ok := tally.known(scan); ok {
		n := Noted{Scan: known, Again: true, Before: now, After: now}
		n.Inside, n.Places = tally.crowd()
		return n, nil
	}
	written, err := d.Store.Edit(func(tx *store.Tx) error {
		for _, write := range before {
			if err := write(tx); err != nil {
				return err
			}
		}
		if err := tally.hold(tx); err != nil {
			return err
		}
		_, err := tx.Put(scan)
		return err
	})
	if err != nil {
		return Noted{}, err
	}
	if len(written) == 0 { // it came in from elsewhere while the tally was asked
		known, err := store.Get[store.Scan](d.Store, scan.ID)
		return Noted{Scan: known, Again: true, Before: now, After: now}, err
	}
	n := Noted{Scan: scan, Before: now, After: tally.add(scan), LeftRoom: room}
	n.Inside, n.Places = tally.crowd()
	return n, nil
}

// Undo takes a scan back by a new fact. A scan that was taken back already stays so.
func (d *Door) Undo(id string) (Noted, error) {
	if err := d.May(store.KindScan); err != nil {
		return Noted{}, err
	}
	scan, err := store.Get[store.Scan](d.Store, id)
	if err != nil {
		return Noted{}, fault.New("scan_unknown", "scan", id).Because(err)
	}
	tally, err := d.Tally(scan.Fact.Meeting)
	if err != nil {
		return Noted{}, err
	}
	if tally.undone(scan.ID) {
		now := tally.Presence(scan.Fact.Member)
		return Noted{Scan: scan, Again: true, Before: now, After: now}, nil
	}
	fact := d.fact(Pass{Meeting: scan.Fact.Meeting, Member: scan.Fact.Member, Kind: attendance.Undo, Station: scan.Fact.Station})
	fact.Undoes = scan.ID
	return d.note(tally, fact)
}

// NotedBy gives the id of the laptop that noted a scan.
func (d *Door) NotedBy(scan string) (device string, err error) {
	past, err := d.Store.History(store.KindScan, scan)
	if err != nil || len(past) == 0 {
		return "", err
	}
	return past[len(past)-1].Device, nil
}

// Person gives the member that stands for one that was merged into it, else the same id.
func (d *Door) Person(id string) string { return d.Store.Person(id) }

// Attendance reads a meeting's facts whole, by its hours, rule and clocks as they are now.
func (d *Door) Attendance(meeting string) (attendance.Attendance, error) {
	tally, err := d.Tally(meeting)
	if err != nil {
		return attendance.Attendance{}, err
	}
	return tally.Attendance(), nil
}
