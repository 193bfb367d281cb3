// Package agenda makes calendar files of what is planned, for people who want all of a chapter, or one meeting, in their own calendar. It
// reads the store and writes nothing into it.
package agenda

import (
	"cmp"
	"slices"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/post/calendar"
	"example.org/carnet/store"
	"example.org/carnet/store/durable"
	"example.org/carnet/store/fault"
)

// Deps is what the use cases stand on.
type Deps struct {
	Store    *store.Store
	Meetings *meetings.Meetings
	Now      func() time.Time
	Network  func() string // its id
}

// Agenda holds the use cases.
type Agenda struct{ Deps }

// New gives the use cases over an open store.
func New(d Deps) *Agenda { return &Agenda{d} }

// Made is what a file holds: events of calendars, and how many meetings have no date yet and are not in it.
type Made struct{ Events, Undated int }

// Meeting writes one meeting's file. Faults: unknown_id, calendar_no_date, and those of the disk.
func (a *Agenda) Meeting(ref, lang, path string) (Made, error) {
	m, err := a.Meetings.Get(ref)
	if err != nil {
		return Made{}, err
	}
	var series *store.Series
	if s, err := store.Get[store.Series](a.Store, m.Series); m.Series != "" && err == nil {
		series = &s
	}
	e := calendar.OfMeeting(m, series, a.frame(lang, a.Meetings.Sequence(m.ID)))
	return Made{Events: 1}, write(path, e.Summary, []calendar.Event{e})
}

// Chapter writes the file of a chapter: its meetings and series that are not over. Faults: unknown_id, and those of the disk.
func (a *Agenda) Chapter(id, lang, path string) (made Made, err error) {
	chapter, err := store.Get[store.Chapter](a.Store, id)
	if err != nil {
		return made, err
	}
	var events []calendar.Event
	for s, err := range store.All[store.Series](a.Store) {
		if err != nil {
			return made, err
		}
		if s.Chapter != id || s.Status == "cancelled" {
			continue
		}
		seats, err := a.Meetings.Seats(s.ID)
		if err != nil {
			return made, err
		}
		first, more := calendar.WithOccurrences(s, meetings.Bare(seats), a.frame(lang, a.Meetings.SeriesSequence(s.ID)))
		events = append(append(events, first), more...)
	}
	today := a.Now().AddDate(0, 0, -1).Format(time.DateOnly)
	for m, err := range store.All[store.Meeting](a.Store) {
		if err != nil {
			return made, err
		}
		switch {
		case m.Chapter != id || m.Series != "" || m.Status == "cancelled":
		case len(m.Start) < len(time.DateOnly):
			made.Undated++
		case m.Start >= today:
			events = append(events, calendar.OfMeeting(m, nil, a.frame(lang, a.Meetings.Sequence(m.ID))))
		}
	}
	slices.SortStableFunc(events, func(x, y calendar.Event) int { return cmp.Or(cmp.Compare(x.Start, y.Start), cmp.Compare(x.UID, y.UID)) })
	name := cmp.Or(chapter.Name, chapter.NameFR)
	if lang == "fr" {
		name = cmp.Or(chapter.NameFR, chapter.Name)
	}
	made.Events = len(events)
	return made, write(path, name, events)
}

func (a *Agenda) frame(lang string, sequence int) calendar.Frame {
	return calendar.Frame{Network: a.Network(), Lang: lang, Sequence: sequence, Stamp: a.Now(), SequenceOf: a.Meetings.Sequence}
}

func write(path, name string, events []calendar.Event) error {
	raw, err := calendar.File(name, events)
	if err != nil {
		return err
	}
	if err := durable.Write(path, raw); err != nil {
		if durable.Refused(err) {
			return durable.Fault(path, err)
		}
		return fault.New("file_unwritable", "file", path).Because(err)
	}
	return nil
}
