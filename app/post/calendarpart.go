package post

import (
	"time"

	"example.org/carnet/app/locale"
	"example.org/carnet/app/post/calendar"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// calendarPart makes what a reader's calendar takes in; nil for a sort or an occasion that has none. Faults: those of calendar.Invite.
func calendarPart(m store.Mailing, f Facts, to store.Message, own Personal, about string) ([]byte, error) {
	o := f.Occasion
	if method(m.Sort) == "" || o.Start.IsZero() {
		return nil, nil
	}
	stamp, err := time.Parse(time.RFC3339, m.At)
	if err != nil {
		return nil, fault.New("mail_unreadable").Because(err)
	}
	frame := calendar.Frame{Network: f.Sender.NetworkID, Lang: locale.For(to.Language).Lang(), Method: method(m.Sort), Sequence: o.Sequence, Stamp: stamp,
		About: about, Organizer: person(f.Sender.Name, f.Sender.From), Attendee: person(to.Name, to.To), SequenceOf: o.number}
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
	if m.Sort == Cancellation {
		return calendar.Invite(calendar.OfSeries(series, frame))
	}
	first, more := without(own.Away)(calendar.WithOccurrences(series, o.Others, frame))
	return calendar.Invite(first, more...)
}

// number is SEQUENCE of an occurrence beside its series: its own history counts besides that of the series.
func (o Occasion) number(meeting string) int {
	if n, known := o.Numbers[meeting]; known {
		return n
	}
	return o.Sequence
}

func person(name, at string) calendar.Person {
	a := address(name, at)
	return calendar.Person{Name: a.Name, Address: a.Address}
}
