package sync

import (
	"time"

	"example.org/carnet/sync/snapshot"
)

// A bucket can show an old state for ever, or hide what some laptops write. No listing tells; but
// laptops in use say something every day, if only that they are there, and tell what they see of
// each other. Who falls silent, or is not seen by the others, is noticed by our own clock.

const (
	// daily is how often a laptop in use says something, looks at everything, and asks again.
	daily = 24 * time.Hour
	// silence is after how long without a word a laptop that used to speak every day may be hidden.
	// It is longer than a weekend, from the evening to the morning, and shorter than 72 hours.
	silence = 66 * time.Hour
	// forgotten is when a silence says no more: people go on holiday.
	forgotten = 14 * 24 * time.Hour
	// spoken is how many words in a row, each within a day and a half, make a laptop one that speaks daily.
	spoken       = 3
	betweenWords = 36 * time.Hour
)

// word is when a laptop was last heard of, by our clock.
type word struct {
	_      struct{} `cbor:",toarray"`
	At     int64
	Day    int64  // when the last of the words in a row that count began
	Streak uint64 // words in a row, each on another day and not long after the one before
}

// acknowledged is how far the others have told that they see our own chain.
type acknowledged struct {
	_      struct{} `cbor:",toarray"`
	Number uint64
}

// watch is since when this laptop looks regularly: who does not look cannot miss anybody.
type watch struct {
	_     struct{} `cbor:",toarray"`
	Since int64
	Last  int64
}

// heard notes that a laptop spoke.
func (e *Engine) heard(n notes, d *snapshot.Delta) {
	now := e.Now().UnixMilli()
	w := e.words[d.Device]
	switch since := now - w.Day; {
	case w.Day == 0 || since < 0 || now-w.At > betweenWords.Milliseconds():
		w.Day, w.Streak = now, 1
	case since >= (daily / 2).Milliseconds():
		w.Day, w.Streak = now, w.Streak+1
	}
	w.At = now
	e.words[d.Device] = w
	n.set(noteWord+d.Device, w)
}

// watches notes that this laptop reached a place.
func (r *round) watches(n notes) {
	now := r.Now().UnixMilli()
	w := r.watching
	if since := now - w.Last; w.Since == 0 || since < 0 || since > betweenWords.Milliseconds() {
		w.Since = now
	} else if since < time.Hour.Milliseconds() {
		return
	}
	w.Last = now
	r.watching = w
	n.set(noteWatch, w)
}

// hiddenSince is since when somebody who used to speak every day has not been heard of here, though
// this laptop looked every day; 0 when nobody is missed.
func (e *Engine) hiddenSince() (at int64, devices []string) {
	s := e.State()
	if s == nil {
		return 0, nil
	}
	now := e.Now().UnixMilli()
	for _, l := range s.Laptops() {
		w := e.words[l.Device]
		silent := now - max(w.At, e.watching.Since)
		if l.Revoked || l.Device == e.device || w.Streak < spoken || silent < silence.Milliseconds() || now-w.At > forgotten.Milliseconds() {
			continue
		}
		devices = append(devices, l.Device)
		if at == 0 || w.At < at {
			at = w.At
		}
	}
	return at, devices
}

// unseenSince is since when what this laptop sends is not seen by the others, though they speak.
func (e *Engine) unseenSince() int64 {
	now := e.Now().UnixMilli()
	if e.sentAt.Number == 0 || e.acked.Number >= e.sentAt.Number || now-e.sentAt.At < 2*daily.Milliseconds() {
		return 0
	}
	for device, w := range e.words {
		// What arrived late may have been written before ours could be seen.
		if device != e.device && w.At > e.sentAt.At+daily.Milliseconds() && e.heads[device].Wall > e.sentAt.At+2*daily.Milliseconds() {
			return e.sentAt.At
		}
	}
	return 0
}

// sentFirst is the oldest own delta that nobody has told of yet, and when it was sent.
type sentFirst struct {
	_      struct{} `cbor:",toarray"`
	Number uint64
	At     int64
}

// waitsToBeSeen notes that an own delta went out.
func (e *Engine) waitsToBeSeen(n notes, number uint64) {
	if e.sentAt.Number > e.acked.Number {
		return // an older one still waits
	}
	e.sentAt = sentFirst{Number: number, At: e.Now().UnixMilli()}
	n.set(noteSentAt, e.sentAt)
}

// mustSpeak tells whether this laptop has said nothing for a day.
func (r *round) mustSpeak() bool {
	last := r.heads[r.device].Wall
	if last == 0 {
		last = r.watching.Since // it never said anything yet
	}
	since := r.Now().UnixMilli() - last
	return last > 0 && (since >= daily.Milliseconds() || since <= -daily.Milliseconds())
}
