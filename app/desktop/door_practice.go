package desktop

import (
	"sync"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/store"
)

// rehearsals are the doors of this window that are being tried, by meeting and door.
type rehearsals struct {
	mu sync.Mutex
	at map[string]*door.Rehearsal
}

func (r *rehearsals) find(meeting, station string) *door.Rehearsal {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at[meeting+"\x00"+station]
}

// holding gives the rehearsal in which a scan was tried, if any.
func (r *rehearsals) holding(scan string) *door.Rehearsal {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range r.at {
		if one.Has(scan) {
			return one
		}
	}
	return nil
}

func (r *rehearsals) put(meeting, station string, one *door.Rehearsal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at == nil {
		r.at = map[string]*door.Rehearsal{}
	}
	if one == nil {
		delete(r.at, meeting+"\x00"+station)
	} else {
		r.at[meeting+"\x00"+station] = one
	}
}

// Rehearse begins a rehearsal at a door: from now until EndPractice its scans are thrown away. One that is under way goes on.
func (o *Door) Rehearse(meeting string, station string) (DoorState, error) {
	return ask(o.d, func(c *app.Carnet) (DoorState, error) {
		at, err := o.d.at(c, meeting, station)
		if err != nil {
			return DoorState{}, err
		}
		if at.practice == nil {
			rehearsal, err := c.Door.Rehearse(at.meeting.ID)
			if err != nil {
				return DoorState{}, err
			}
			o.d.rehearsals.put(at.meeting.ID, at.station, rehearsal)
			at.practice, at.tally = rehearsal, rehearsal.Tally()
		}
		return at.state(), nil
	})
}

// EndPractice throws the scans of a rehearsal away and says how many there were.
func (o *Door) EndPractice(meeting string, station string) (PracticeOver, error) {
	return ask(o.d, func(c *app.Carnet) (PracticeOver, error) {
		at, err := o.d.at(c, meeting, station)
		if err != nil {
			return PracticeOver{}, err
		}
		scans := 0
		if at.practice != nil {
			scans = at.practice.Scans()
			o.d.rehearsals.put(at.meeting.ID, at.station, nil)
			at.tellPractice(scans)
			if at, err = o.d.at(c, meeting, station); err != nil {
				return PracticeOver{}, err
			}
		}
		return PracticeOver{Scans: scans, Text: o.d.words().Count("door.practice.over", scans, nil), State: at.state()}, nil
	})
}

// tellPractice says to whoever prepares the forum, on any laptop, that this one was tried. A laptop that may not say so tries all the same.
func (a *doorAt) tellPractice(scans int) {
	if scans == 0 {
		return
	}
	told := store.Prepared{Meeting: a.forum(), What: door.Rehearsed, Subject: a.c.Network.Device(), Station: a.station, Count: scans}
	if _, _, err := a.c.Door.Prepare(told); err != nil {
		a.d.log.Warn("a rehearsal was not told", "error", err)
	}
}
