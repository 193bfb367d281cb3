package command

import (
	"fmt"
	"time"

	"example.org/carnet/app/door"
)

type attendanceClock struct {
	Meeting string        `arg:"" help:"meeting_id"`
	Station string        `arg:"" optional:"" help:"attendance_station"`
	Ahead   time.Duration `placeholder:"61m" help:"attendance_ahead"`
	Behind  time.Duration `placeholder:"61m" help:"attendance_behind"`
	Right   bool          `help:"attendance_right"`
	Show    bool          `help:"attendance_clock_show"`
	Answer  string        `placeholder:"CODE" help:"attendance_clock_answer"`
	Read    string        `placeholder:"CODE" help:"attendance_clock_read"`
}

// codeDoc is a code to read out.
type codeDoc struct {
	Code string `json:"code"`
}

// shown prints a code of this laptop's clock for the other one; false when none was asked for.
func (c *attendanceClock) shown(r *run) (bool, error) {
	if !c.Show && c.Answer == "" {
		return false, nil
	}
	doc, err := codeDoc{Code: door.ClockCode(r.now())}, error(nil)
	if c.Answer != "" {
		if doc.Code, err = door.AnswerClock(c.Answer, r.now()); err != nil {
			return true, err
		}
	}
	return true, r.answer(doc, func() string { return doc.Code })
}

// clockDoc is what is known of the clock of one door.
type clockDoc struct {
	Station string `json:"station"`
	Ahead   int    `json:"ahead"`  // seconds; negative when it is behind
	Source  string `json:"source"` // measured, entered
}

// Run sets one, or lists what is known.
func (c *attendanceClock) Run(r *run) error {
	carnet, m, err := r.openMeeting(c.Meeting)
	if err != nil {
		return err
	}
	if done, err := c.shown(r); done || err != nil {
		return err
	}
	if c.Ahead != 0 || c.Behind != 0 || c.Right || c.Read != "" {
		ahead, source := c.Ahead-c.Behind, door.ByHand
		if c.Right {
			ahead = 0
		}
		if c.Read != "" {
			source = door.Measured
			if ahead, err = door.ClockAhead(c.Read, r.now()); err != nil {
				return err
			}
		}
		if _, err := carnet.Door.SetClock(m.ID, c.Station, ahead, source); err != nil {
			return err
		}
	}
	clocks, err := carnet.Door.Clocks(m.ID)
	if err != nil {
		return err
	}
	items := []clockDoc{}
	for _, one := range clocks {
		items = append(items, clockDoc{Station: one.Station, Ahead: one.Ahead / 1000, Source: one.Source})
	}
	return answerList(r, items, len(items), func(d clockDoc) string {
		return fmt.Sprintf("%-12s %+d s  %s", d.Station, d.Ahead, d.Source)
	})
}
