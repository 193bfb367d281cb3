package desktop

import (
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/app/post"
	"example.org/carnet/store/fault"
)

// Subject tells of one thing to write about, as when a meeting's pane asks, wherever it lies.
func (m *Mail) Subject(id string) (MailSubject, error) {
	return ask(m.d, func(c *app.Carnet) (MailSubject, error) {
		subject := MailSubject{ID: id, Name: m.d.aboutName(c, id), Kind: kindOf(id), Left: []SkipRow{}}
		if subject.Kind == "meeting" {
			p, err := c.Meetings.Planned(id)
			if err != nil {
				return subject, err
			}
			subject.ID, subject.When, subject.Gone = p.ID, m.d.meetingWhen(p), p.Status == "cancelled"
		}
		due, err := c.Post.Unanswered(subject.ID)
		for _, one := range due {
			subject.Confirm, subject.Decline = len(one.Approved), len(one.Declined)
		}
		if err != nil || subject.Kind == "chapter" {
			return subject, err
		}
		if subject.Wrote, err = c.Post.Wrote(subject.ID); err != nil {
			return subject, err
		}
		missing, err := c.Post.UninvitedTo(subject.ID)
		left := m.d.leftOut()
		left.add(missing)
		subject.Missing, subject.Left = len(missing.Members), left.rows()
		return subject, err
	})
}

func kindOf(id string) string {
	switch id[:min(len(id), 4)] {
	case "chp_":
		return "chapter"
	case "ser_":
		return "series"
	}
	return "meeting"
}

// Due gives what nobody has written yet: answers to requests that were decided, and what new laws moved.
func (m *Mail) Due() (MailDue, error) {
	return ask(m.d, func(c *app.Carnet) (MailDue, error) {
		due := MailDue{Answers: []AnswersDue{}, Missing: []MissingDue{}, Left: []SkipRow{}, Names: []SkipNamed{}, Moved: []MovedDue{}}
		list, err := c.Post.Unanswered("")
		if err != nil {
			return due, err
		}
		for _, one := range list {
			if row, still := m.d.answersDue(c, one); still {
				due.Answers = append(due.Answers, row)
			}
		}
		if err := m.d.missing(c, &due); err != nil {
			return due, err
		}
		moves := m.d.movedNow(c, c.Now())
		due.From, due.To = moves.From, moves.To
		due.Moved, err = m.d.movedRows(c, moves)
		return due, err
	})
}

// missing says who was registered and lacks an invitation to what is coming.
func (d *Desktop) missing(c *app.Carnet, due *MailDue) error {
	list, err := c.Post.Uninvited()
	left := d.leftOut()
	for _, one := range list {
		left.add(one)
		row := MissingDue{For: one.For, Name: d.aboutName(c, one.For), People: len(one.Members), Left: len(one.Unreached)}
		if p, err := c.Meetings.Planned(one.For); err == nil && kindOf(one.For) == "meeting" {
			row.When = d.meetingWhen(p)
		}
		due.Missing, due.Missed = append(due.Missing, row), due.Missed+row.People
	}
	due.Left, due.Names = left.rows(), left.names
	return err
}

// leftOut gathers who lacks an invitation and cannot be written to: each once, whatever they lack.
type leftOut struct {
	d      *Desktop
	seen   map[string]bool
	counts map[string]int
	names  []SkipNamed
}

func (d *Desktop) leftOut() *leftOut {
	return &leftOut{d: d, seen: map[string]bool{}, counts: map[string]int{}, names: []SkipNamed{}}
}

func (l *leftOut) add(missing post.Missing) {
	for _, r := range missing.Unreached {
		if l.seen[r.Member.ID] {
			continue
		}
		l.seen[r.Member.ID] = true
		l.counts[r.Skip]++
		l.names = l.d.skipNamed(l.names, r)
	}
}

func (l *leftOut) rows() []SkipRow { return l.d.skipRows(l.counts) }

// InviteMissing invites each of them to all that they lack, or to one meeting or its series alone, if that is still as many messages as the
// person saw.
func (m *Mail) InviteMissing(of string, sends int) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		plans, err := c.Post.PlanMissing(of)
		if err != nil {
			return Written{}, err
		}
		messages := 0
		for _, plan := range plans {
			messages += len(plan.Messages)
		}
		if messages != sends {
			return Written{}, fault.New("mail_plan_changed")
		}
		if _, err := c.Post.QueueAll(plans); err != nil { // not on the undo stack, as all that goes out
			return Written{}, err
		}
		m.d.atOnce()
		return Written{Text: m.d.words().Count("mail.done.queued", sends, nil)}, nil
	})
}

// answersDue names what answers are about; of what is over or cancelled nobody needs one.
func (d *Desktop) answersDue(c *app.Carnet, due post.Due) (row AnswersDue, still bool) {
	row = AnswersDue{For: due.For, Name: d.aboutName(c, due.For), Confirm: len(due.Approved), Decline: len(due.Declined)}
	switch kindOf(due.For) {
	case "meeting":
		p, err := c.Meetings.Planned(due.For)
		if err != nil || p.Ended(c.Now()) || p.Status == "cancelled" {
			return row, false
		}
		row.When = d.meetingWhen(p)
	case "series":
		s, err := c.Meetings.Series(due.For)
		if err != nil || s.Status == "cancelled" {
			return row, false
		}
	}
	return row, row.Name != ""
}

// movedNow gives what newer zone data moved, for as long as that is told, and while somebody may not have heard of it.
func (d *Desktop) movedNow(c *app.Carnet, now time.Time) meetings.Moves {
	if _, ready := c.Store.Directory(); !ready || len(c.Meetings.Editions()) < 2 {
		return meetings.Moves{}
	}
	return d.todayKept.moved.get(c.Store.Version(), questionsTime, func() meetings.Moves {
		moves, err := c.Meetings.Moved("")
		if err != nil || now.Sub(moves.Since) > movedDays*24*time.Hour {
			return meetings.Moves{}
		}
		return moves
	}, d.emitChanged(c))
}

// movedRows gathers what moved: a series is told of once, with its next meeting. Those that all who were invited heard of are left out.
func (d *Desktop) movedRows(c *app.Carnet, moves meetings.Moves) ([]MovedDue, error) {
	rows, of := []MovedDue{}, map[string]int{}
	for i := range moves.Items {
		move := &moves.Items[i]
		about := move.ID
		if move.Series != "" {
			about = move.Series
		}
		if at, known := of[about]; known {
			if at >= 0 {
				rows[at].More++
			}
			continue
		}
		row := MovedDue{ID: about, Name: pick(d.words().Lang(), move.Title, move.TitleFR), When: d.meetingWhen(move.Planned), Clocks: d.movedClocks(move)}
		var err error
		if row.Invited, row.Untold, err = c.Post.Untold(about); err != nil {
			return rows, err
		}
		if row.Invited > 0 && row.Untold == 0 {
			of[about] = -1
			continue
		}
		of[about] = len(rows)
		rows = append(rows, row)
	}
	return rows, nil
}

// movedClocks says for each zone what its clocks would have shown and what they show.
func (d *Desktop) movedClocks(move *meetings.Move) []string {
	w, lines := d.words(), []string{}
	for _, z := range move.Zones {
		was := w.Clock(z.Was)
		if zones.DayShift(z.Was, z.Now) != 0 {
			was = w.Date(z.Was, locale.ShortDate) + ", " + was
		}
		line := w.Say("mail.moved.clock", map[string]string{"city": zones.CityOf(z.Zone, w.Lang()), "was": was, "now": w.Clock(z.Now)})
		if z.People > 0 {
			line = strings.TrimSpace(line + " " + w.Count("mail.moved.people", z.People, nil))
		}
		lines = append(lines, line)
	}
	return lines
}
