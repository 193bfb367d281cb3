package post

import (
	"time"

	"example.org/carnet/app/locale"
	"example.org/carnet/app/post/calendar"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// calendarPart makes what a reader's calendar takes in; nil for a sort or an occasion that has none. Faults: those of calendar.Invite.
func calendarPart(m store.Mailing, f Facts, to store.Message, about string) ([]byte, error) {
	o := f.Occasion
	if method(m.Sort) == "" || o.Start.IsZero() {
		return nil, nil
	}
	stamp, err := time.Parse(time.RFC3339, m.At)
	if err != nil {
		return nil, fault.New("mail_unreadable").Because(err)
	}
	frame := calendar.Frame{Network: f.Sender.NetworkID, Lang: locale.For(to.Language).Lang(), Method: method(m.Sort), Sequence: o.Sequence, Stamp: stamp,
		About: about, Organizer: person(f.Sender.Name, f.Sender.From), Attendee: person(to.Name, to.To)}
	if o.Meeting != nil {
		meeting := *o.Meeting
		if m.Sort == Cancellation {
			meeting.Status = "cancelled"
		}
		return calendar.Invite(calendar.OfMeeting(meeting, o.Series, frame))
	}
	if o.Series == nil {
		return nil, nil
	}
	series := *o.Series
	if m.Sort == Cancellation {
		series.Status = "cancelled"
	}
	first := calendar.OfSeries(series, frame)
	var more []calendar.Event
	for _, other := range o.Others {
		switch {
		case m.Sort == Cancellation:
		case other.Status == "cancelled":
			first.Without = append(first.Without, other.Occurs)
		case other.Start == other.Occurs:
			first.Besides = append(first.Besides, other.Occurs)
		default:
			more = append(more, calendar.OfMeeting(other, &series, frame))
		}
	}
	return calendar.Invite(first, more...)
}

func person(name, at string) calendar.Person {
	a := address(name, at)
	return calendar.Person{Name: a.Name, Address: a.Address}
}
