package command

import (
	"fmt"
	"strings"

	"example.org/carnet/app/door"
	"example.org/carnet/app/door/handout"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

type attendanceNotes struct {
	Meeting string `arg:"" help:"meeting_id"`
	All     bool   `help:"attendance_notes_all"`
}

// lookDoc is a note with what a person made of it.
type lookDoc struct {
	Note    string `json:"note"`
	Member  string `json:"member"`
	Name    string `json:"name"`
	Code    string `json:"code"` // those of attendance list, not_eligible, clock_off
	Text    string `json:"text"`
	At      string `json:"at"`
	Settled string `json:"settled"` // seen, right, wrong; empty while it waits
}

func (c *attendanceNotes) Run(r *run) error {
	carnet, m, err := r.openMeeting(c.Meeting)
	if err != nil {
		return err
	}
	notes, err := carnet.Door.Notes(m.ID)
	if err != nil {
		return err
	}
	items := []lookDoc{}
	for _, n := range notes {
		if n.Settled != "" && !c.All {
			continue
		}
		items = append(items, r.lookOf(m, n))
	}
	return answerList(r, items, len(items), func(d lookDoc) string {
		return strings.TrimRight(fmt.Sprintf("%s  %-28s %s  %s", d.Note, d.Name, d.Text, d.Settled), " ")
	})
}

func (r *run) lookOf(m store.Meeting, n door.LookAt) lookDoc {
	doc := lookDoc{Note: n.ID, Member: n.Member, Code: n.Note.Code, Settled: n.Settled}
	if n.Member != "" {
		doc.Name = memberName(r.carnet, n.Member)
	}
	if !n.Note.At.IsZero() {
		doc.At = rfcTime(onClock(n.Note.At, m))
	}
	doc.Text = handout.NoteText(r.words, m, n, r.carnet.Meetings.NameOf(r.words.Lang()))
	return doc
}

type attendanceSettle struct {
	Meeting string `arg:"" help:"meeting_id"`
	Note    string `arg:"" help:"attendance_note"`
	As      string `default:"seen" placeholder:"seen|right|wrong" help:"attendance_as"`
	Reopen  bool   `help:"attendance_reopen"`
}

func (c *attendanceSettle) Run(r *run) error {
	carnet, m, err := r.openMeeting(c.Meeting)
	if err != nil {
		return err
	}
	if c.Reopen {
		c.As = ""
	}
	id, err := r.noteID(m, c.Note)
	if err != nil {
		return err
	}
	settled, _, err := carnet.Door.Settle(m.ID, []string{id}, c.As)
	if err != nil {
		return err
	}
	doc := r.lookOf(m, settled[0])
	return r.answer(doc, func() string { return strings.TrimSpace(doc.Name + "  " + doc.Text + "  " + doc.Settled) })
}

// noteID finds a note by the start of its id.
func (r *run) noteID(m store.Meeting, start string) (string, error) {
	notes, err := r.carnet.Door.Notes(m.ID)
	found := ""
	for _, n := range notes {
		if !strings.HasPrefix(n.ID, start) {
			continue
		}
		if found != "" {
			return "", fault.New("ambiguous_id", "id", start)
		}
		found = n.ID
	}
	if err == nil && found == "" {
		err = fault.New("note_unknown", "note", start)
	}
	return found, err
}

type attendanceClose struct {
	Meeting string `arg:"" help:"meeting_id"`
	Rule    string `arg:"" placeholder:"end|last-scan|TIME" help:"attendance_rule"`
}

// closedDoc says by what rule stretches without a departure end.
type closedDoc struct {
	Meeting string `json:"meeting"`
	Rule    string `json:"rule"` // end, last-scan, time
	At      string `json:"at"`
}

func (c *attendanceClose) Run(r *run) error {
	carnet, m, err := r.openMeeting(c.Meeting)
	if err != nil {
		return err
	}
	if m, _, err = carnet.Door.SetClosing(m.ID, c.Rule); err != nil {
		return err
	}
	s, err := carnet.Door.Summary(m.ID)
	if err != nil {
		return err
	}
	return r.answer(closedOf(m, s), func() string { return handout.ClosedText(r.words, m, s.Closed) })
}

func closedOf(m store.Meeting, s door.Summary) closedDoc {
	doc := closedDoc{Meeting: m.ID, Rule: s.Closed.Rule}
	if !s.Closed.At.IsZero() {
		doc.At = rfcTime(onClock(s.Closed.At, m))
	}
	return doc
}
