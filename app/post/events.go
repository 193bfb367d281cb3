package post

import (
	"slices"
	"strings"
	"time"

	"example.org/carnet/app/post/smtp"
)

// What an event of a message says. Their words stand in records and never change.
const (
	evSending = "sending" // it is about to go out; kept before the server may have it
	evSent    = "sent"    // the server has taken it
	evLater   = "later"   // not now: words begin with when to try again
	evFailed  = "failed"  // never: words are the server's
	evHeld    = "held"    // a person must look at it: words say why
	evStopped = "stopped" // it is not to be sent: words say why
	evAgain   = "again"   // a person wants it sent after all: words name the events that this answers
	evArrived = "arrived" // a person knows that it got there
)

// States of a message.
const (
	Queued  = "queued"
	Sending = "sending"
	Sent    = "sent"
	Failed  = "failed"
	Held    = "held"
	Stopped = "stopped"
)

// event is one line of a message's fate.
type event struct {
	at     time.Time
	what   string
	device string
	words  string
}

const (
	eventTime = "2006-01-02T15:04:05.000Z"
	mostEvent = 240 // bytes of one event
)

func (e event) String() string {
	text := e.at.UTC().Format(eventTime) + " " + e.what + " " + e.device
	if e.words != "" {
		text = smtp.Cut(text+" "+e.words, mostEvent)
	}
	return text
}

// name tells an event from all others of its message.
func (e event) name() string { return e.at.UTC().Format(eventTime) + "/" + e.device }

func parseEvent(text string) (event, bool) {
	words := strings.SplitN(text, " ", 4)
	if len(words) < 3 {
		return event{}, false
	}
	at, err := time.Parse(eventTime, words[0])
	if err != nil {
		return event{}, false
	}
	e := event{at: at, what: words[1], device: words[2]}
	if len(words) == 4 {
		e.words = words[3]
	}
	return e, true
}

// Fate is what became of a message so far.
type Fate struct {
	State    string
	Attempts int       // how often a server was asked
	Words    string    // what was last said: the server's words, or why it is held or stopped
	Next     time.Time // when it is tried again; zero means as soon as may be
	At       time.Time // of the last event; zero when there is none
	By       string    // the laptop of that event

	open   []event   // what a person must answer before it goes out again
	tries  int       // since a person last asked for it
	first  time.Time // the first of them
	newest time.Time
}

// FateOf tells what became of a message by its events, in whatever order they came together. That it was sent, once said, stays.
// What this version does not understand is held for a person.
func FateOf(texts []string) Fate {
	events, f := make([]event, 0, len(texts)), Fate{State: Queued}
	answered := map[string]bool{}
	strange := ""
	for _, text := range texts {
		e, ok := parseEvent(text)
		if !ok || !slices.Contains([]string{evSending, evSent, evLater, evFailed, evHeld, evStopped, evAgain, evArrived}, e.what) {
			strange = text
			continue
		}
		events = append(events, e)
		if e.what == evAgain {
			for name := range strings.SplitSeq(e.words, ",") {
				answered[name] = true
			}
		}
	}
	slices.SortFunc(events, func(a, b event) int {
		return firstOf(a.at.Compare(b.at), strings.Compare(a.device, b.device), strings.Compare(a.what, b.what))
	})
	f.read(events)
	f.decide(events, answered)
	if strange != "" && f.State != Sent {
		f.State, f.Words = Held, smtp.Cut(strange, mostEvent)
	}
	return f
}

func firstOf(orders ...int) int {
	for _, o := range orders {
		if o != 0 {
			return o
		}
	}
	return 0
}

// read counts the tries and takes what was last said.
func (f *Fate) read(events []event) {
	for _, e := range events {
		f.At, f.By, f.newest = e.at, e.device, e.at
		switch e.what {
		case evAgain:
			f.tries, f.first, f.Next, f.Words = 0, time.Time{}, time.Time{}, ""
			continue
		case evSending:
			continue
		case evLater:
			f.Attempts++
			if f.tries++; f.tries == 1 {
				f.first = e.at
			}
			next, words, _ := strings.Cut(e.words, " ")
			f.Next, _ = time.Parse(time.RFC3339, next)
			f.Words = words
			continue
		case evSent, evFailed:
			f.Attempts++
		}
		f.Words = e.words
	}
}

// decide finds the state: what is open weighs more than what came after it elsewhere.
func (f *Fate) decide(events []event, answered map[string]bool) {
	weight := map[string]int{evHeld: 5, evSending: 4, evStopped: 3, evFailed: 2}
	states := map[string]string{evHeld: Held, evSending: Sending, evStopped: Stopped, evFailed: Failed}
	heaviest := event{}
	for i, e := range events {
		if e.what == evSent || e.what == evArrived {
			f.State, f.Words, f.Next, f.open = Sent, e.words, time.Time{}, nil
			return
		}
		if weight[e.what] == 0 || answered[e.name()] || e.what == evSending && ended(events[i+1:], e) {
			continue
		}
		f.open = append(f.open, e)
		if weight[e.what] >= weight[heaviest.what] {
			heaviest = e
		}
	}
	if state, open := states[heaviest.what]; open {
		f.State, f.Words, f.Next = state, heaviest.words, time.Time{}
	}
}

// ended tells whether the laptop that was about to send said what came of it.
func ended(after []event, sending event) bool {
	return slices.ContainsFunc(after, func(e event) bool {
		return e.device == sending.device && slices.Contains([]string{evLater, evFailed, evHeld, evSending}, e.what)
	})
}

// next makes the event that follows what is known, by a time that is after all of it whatever the clock says.
func (f *Fate) next(now time.Time, what, device, words string) event {
	at := now.UTC().Truncate(time.Millisecond)
	if !at.After(f.newest) {
		at = f.newest.Add(time.Millisecond)
	}
	f.newest = at
	return event{at: at, what: what, device: device, words: words}
}

// answers makes the events by which a person has a message sent again: they name all that is open, so that what happened
// elsewhere in the meantime is not answered.
func (f *Fate) answers(now time.Time, device string) (list []event) {
	const most = 4 // names that fit into one event
	for open := f.open; len(open) > 0; {
		n := min(most, len(open))
		names := make([]string, n)
		for i := range n {
			names[i] = open[i].name()
		}
		list, open = append(list, f.next(now, evAgain, device, strings.Join(names, ","))), open[n:]
	}
	return list
}

// delays are how long a message waits after each try that a server put off.
var delays = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour}

// patience is how long a message is tried.
const patience = 3 * 24 * time.Hour

// putOff makes the event after a try that came to nothing: later, or never when it was tried for long enough.
func (f *Fate) putOff(now time.Time, device, words string) event {
	delay := delays[min(f.tries, len(delays)-1)]
	if f.tries > 0 && now.Add(delay).Sub(f.first) > patience {
		return f.next(now, evFailed, device, words)
	}
	return f.next(now, evLater, device, now.Add(delay).UTC().Format(time.RFC3339)+" "+words)
}
