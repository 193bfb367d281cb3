package privacy

import (
	"cmp"
	"slices"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/handout"
	"example.org/carnet/store"
)

// Noticed is what a person made of a note on somebody's attendance: the note as it would be said now, who settled it last and when.
type Noticed struct {
	store.Settled
	Look  door.LookAt // without its facts when the attendance does not give this note any more
	Known bool        // whether it does
	Title store.Meeting
	At    string // RFC 3339
	Who   string // the coordinator, and their office
}

// noticed gives the settled notes about a member under every id that they have had, the oldest first. What each was about is asked of the
// meeting's attendance again, for the record itself holds only a code and the id of a scan.
func (d Deps) noticed(m store.Member) (found []Noticed, err error) {
	for _, id := range d.Store.RecordsOf(m) {
		some, err := linked(d, nil, id, func(s store.Settled) bool { return s.Member == id })
		if err != nil {
			return nil, err
		}
		for _, s := range some {
			one := Noticed{Settled: s, Look: door.LookAt{ID: s.ID, Member: s.Member}}
			one.Look.Note.Code, one.Look.Note.Subject = s.Code, s.Subject
			if one.At, one.Who, err = d.settledBy(s.ID); err != nil {
				return nil, err
			}
			found = append(found, one)
		}
	}
	slices.SortFunc(found, func(a, b Noticed) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
	d.recall(found)
	return found, nil
}

// settledBy reads of the history who settled a note last.
func (d Deps) settledBy(id string) (at, who string, err error) {
	past, err := d.People.History(store.KindSettled, id)
	for _, h := range past {
		if h.Field == "as" {
			return stamp(h.At), joined([]string{cmp.Or(h.Coordinator, h.Device), h.Office}, ", "), err
		}
	}
	return "", "", err
}

// recall finds the notes again, a meeting at a time; where a meeting cannot be read the record's own words stand.
func (d Deps) recall(found []Noticed) {
	notes := map[string]map[string]door.LookAt{}
	for i := range found {
		one := &found[i]
		if notes[one.Meeting] == nil {
			notes[one.Meeting] = map[string]door.LookAt{}
			list, err := d.Door.Notes(one.Meeting)
			if err != nil {
				continue
			}
			for _, look := range list {
				notes[one.Meeting][look.ID] = look
			}
		}
		if look, ok := notes[one.Meeting][one.ID]; ok {
			one.Look, one.Known = look, true
		}
		if p, err := d.Door.Meetings.Planned(one.Meeting); err == nil {
			one.Title = p.Meeting
		}
	}
}

// note says what a note was about: in the words of the coordinator's list, or by its kind when the facts have changed since.
func (w writer) note(n Noticed) string {
	if n.Known {
		return handout.NoteText(w.words, n.Title, n.Look, w.name)
	}
	return w.word("door.note.kind.", n.Code)
}

func (w writer) noticed(all []Noticed) (lines []Line) {
	for _, n := range all {
		as := w.word("door.settled.", cmp.Or(n.As, "open"))
		lines = append(lines, Line{w.moment(n.At), joined([]string{w.name(n.Meeting), w.note(n), as, n.Who}, " · ")})
	}
	return lines
}
