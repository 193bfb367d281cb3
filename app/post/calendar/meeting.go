package calendar

import (
	"cmp"
	"strings"
	"time"

	"example.org/carnet/store"
)

// Frame is what an invitation says besides the meeting itself.
type Frame struct {
	Network             string // id of the Network, which makes UIDs unique in the world
	Lang                string // en, fr
	Method              string
	Sequence            int
	Organizer, Attendee Person
	About               string
	Stamp               time.Time

	SequenceOf func(meeting string) int // of an occurrence that stands beside its series; nil means Sequence
}

// uidEnd ends every UID of ours. The name can belong to nobody (RFC 2606).
const uidEnd = ".carnet.invalid"

// UID names a meeting or a series in everybody's calendar, for good.
func UID(network, id string) string {
	_, letters, _ := strings.Cut(network, "_")
	return id + "@" + cmp.Or(letters, network) + uidEnd
}

// ID gives back what a UID of this network names; empty for another's.
func ID(network, uid string) string {
	id, rest, _ := strings.Cut(uid, "@")
	if rest == "" || !strings.EqualFold(uid, UID(network, id)) {
		return ""
	}
	return strings.ToLower(id)
}

// OfMeeting makes the event of a meeting with all its fields, of a series' too. One that a series' rule foresees, or that was added to it,
// becomes an occurrence of the series' event.
func OfMeeting(m store.Meeting, series *store.Series, f Frame) Event {
	e := f.event(m.ID, m.Title, m.TitleFR)
	e.Start, e.Zone, e.Minutes, e.Status = m.Start, m.Zone, m.Minutes, m.Status
	e.place(m.Place, m.Room, m.URL)
	if series != nil && m.Occurs != "" {
		e.UID = UID(f.Network, series.ID)
		e.Occurs, e.OccursZone = m.Occurs, series.Zone
	}
	return e
}

// WithOccurrences makes the events of a series and of the stored occurrences that differ from it: those that are cancelled stand in
// Without, those that were added in Besides, and those that say something of their own become events beside it.
func WithOccurrences(s store.Series, stored []store.Meeting, f Frame) (Event, []Event) {
	first, more := OfSeries(s, f), []Event(nil)
	for _, m := range stored {
		switch own := store.Whole(m, s); {
		case m.Occurs == "" || len(m.Occurs) != len(s.Start):
		case own.Status == "cancelled" && s.Status != "cancelled":
			first.Without = append(first.Without, m.Occurs)
		default:
			if m.Start == m.Occurs {
				first.Besides = append(first.Besides, m.Occurs)
			}
			if own.Title != s.Title || own.TitleFR != s.TitleFR || own.Start != m.Occurs || own.Zone != s.Zone || own.Minutes != s.Minutes ||
				own.Place != s.Place || own.URL != s.URL || own.Room != "" || own.Status != s.Status {
				e := OfMeeting(own, &s, f)
				if f.SequenceOf != nil {
					e.Sequence = f.SequenceOf(m.ID)
				}
				more = append(more, e)
			}
		}
	}
	return first, more
}

// OfSeries makes the event of a series as its rule says.
func OfSeries(s store.Series, f Frame) Event {
	e := f.event(s.ID, s.Title, s.TitleFR)
	e.Start, e.Zone, e.Minutes, e.Status, e.Rule = s.Start, s.Zone, s.Minutes, s.Status, s.Rule
	e.place(s.Place, "", s.URL)
	return e
}

func (f Frame) event(id, title, titleFR string) Event {
	summary := cmp.Or(title, titleFR)
	if f.Lang == "fr" {
		summary = cmp.Or(titleFR, title)
	}
	return Event{UID: UID(f.Network, id), Sequence: f.Sequence, Method: f.Method, Organizer: f.Organizer, Attendee: f.Attendee,
		Summary: summary, About: f.About, Stamp: f.Stamp}
}

// place fills where it is: calendars show the location large, so that a link stands there when there is no place.
func (e *Event) place(place, room, url string) {
	e.URL = url
	e.Location = place
	if room != "" && place != "" {
		e.Location += ", "
	}
	e.Location = cmp.Or(e.Location+room, url)
}
