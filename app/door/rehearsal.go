package door

import (
	"sync"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Rehearsal is a door on which everything works and nothing counts: its scans, and the people who are written down at it, are kept in
// memory alone and are gone with it. No other laptop ever hears of them.
type Rehearsal struct {
	door  *Door
	tally *Tally

	mu      sync.Mutex
	members map[string]store.Member // written down at this rehearsal
	scans   map[string]store.Scan
}

// Rehearse begins one for a meeting, with nobody in.
func (d *Door) Rehearse(meeting string) (*Rehearsal, error) {
	t := &Tally{door: d, meeting: meeting}
	if err := t.read(); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.facts, t.around = nil, nil
	t.arrange()
	return &Rehearsal{door: d, tally: t, members: map[string]store.Member{}, scans: map[string]store.Scan{}}, nil
}

// Tally is what was tried so far. It has nothing of the meeting's own facts.
func (r *Rehearsal) Tally() *Tally { return r.tally }

// Meeting is the id of the meeting that is rehearsed.
func (r *Rehearsal) Meeting() string { return r.tally.meeting }

// Scans counts what was tried; all of it is thrown away in the end.
func (r *Rehearsal) Scans() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.scans)
}

// Member gives somebody who is known, or was written down at this rehearsal.
func (r *Rehearsal) Member(id string) (store.Member, error) {
	r.mu.Lock()
	m, written := r.members[id]
	r.mu.Unlock()
	if written {
		return m, nil
	}
	return store.Get[store.Member](r.door.Store, id)
}

// Scan is Door.Scan without a trace, but for rooms: a rehearsal has one.
func (r *Rehearsal) Scan(p Pass) (Noted, error) {
	p, err := r.door.checkPass(p)
	if err != nil {
		return Noted{}, err
	}
	p.Meeting = r.tally.meeting
	return r.note(r.door.fact(p)), nil
}

func (r *Rehearsal) note(fact store.ScanFact) (n Noted) {
	scan := store.Scan{ID: store.ScanID(fact), Fact: fact}
	n.Before = r.tally.Presence(fact.Member)
	if known, ok := r.tally.known(scan); ok {
		n.Scan, n.Again, n.After = known, true, n.Before
	} else {
		r.mu.Lock()
		r.scans[scan.ID] = scan
		r.mu.Unlock()
		n.Scan, n.After = scan, r.tally.add(scan)
	}
	n.Inside, n.Places = r.tally.crowd()
	return n
}

// WalkIn is Door.WalkIn without a trace.
func (r *Rehearsal) WalkIn(w WalkIn) (n Noted, known bool, err error) {
	if err := r.door.checkWalkIn(&w); err != nil {
		return Noted{}, false, err
	}
	w.Meeting = r.tally.meeting
	m, err := r.door.walkedIn(w)
	if err != nil {
		return Noted{}, false, err
	}
	if id := r.door.sameName(w, m); id != "" {
		m.ID, known = id, true
	}
	r.mu.Lock()
	if _, written := r.members[m.ID]; written {
		known = true
	} else if !known {
		r.members[m.ID] = m
	}
	r.mu.Unlock()
	n, err = r.Scan(Pass{Member: m.ID, Kind: attendance.In, At: w.At, Station: w.Station, Nonce: w.Nonce})
	return n, known, err
}

// Has tells whether a scan was tried here.
func (r *Rehearsal) Has(scan string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, tried := r.scans[scan]
	return tried
}

// Undo takes back what was tried. Fault scan_unknown.
func (r *Rehearsal) Undo(id string) (Noted, error) {
	r.mu.Lock()
	scan, tried := r.scans[id]
	r.mu.Unlock()
	if !tried {
		return Noted{}, fault.New("scan_unknown", "scan", id)
	}
	if r.tally.undone(id) {
		now := r.tally.Presence(scan.Fact.Member)
		return Noted{Scan: scan, Again: true, Before: now, After: now}, nil
	}
	fact := r.door.fact(Pass{Meeting: r.tally.meeting, Member: scan.Fact.Member, Kind: attendance.Undo, Station: scan.Fact.Station})
	fact.Undoes = id
	return r.note(fact), nil
}
