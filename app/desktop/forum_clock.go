package desktop

import (
	"context"
	"strconv"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/network"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

const (
	reference = "reference" // the value of a clock that the others are compared with
	byCodes   = 10 * time.Second
)

// CompareClock measures this laptop's clock against the laptop that lends its folder here, and notes it. It takes some seconds: a job, whose result is a ClockSaid.
func (f *Forum) CompareClock(meeting string) (job string, err error) {
	return ask(f.d, func(c *app.Carnet) (string, error) {
		return startJob(f.d, f.d.words().Say("forum.clock.job", nil), func(ctx context.Context, _ progress) (ClockSaid, error) {
			if f.d.lending.view().On {
				return f.noteClock(c, meeting, c.Network.Device(), reference, 0, "")
			}
			ahead, err := c.Network.CompareClock(ctx)
			if err != nil {
				return ClockSaid{}, err
			}
			return f.noteClock(c, meeting, c.Network.Device(), milliseconds(ahead.By), ahead.Within, ahead.Coordinator)
		}), nil
	})
}

// ClockCode is what this laptop shows to be read out; the other laptop answers it.
func (f *Forum) ClockCode() (string, error) {
	return ask(f.d, func(c *app.Carnet) (string, error) { return door.ClockCode(c.Now()), nil })
}

// AnswerClock answers the code that another laptop shows.
func (f *Forum) AnswerClock(code string) (string, error) {
	return ask(f.d, func(c *app.Carnet) (string, error) { return door.AnswerClock(code, c.Now()) })
}

// ReadClock reads the answer of another laptop, and notes how far its clock is ahead of this one's.
func (f *Forum) ReadClock(meeting string, device string, answer string) (ClockSaid, error) {
	return ask(f.d, func(c *app.Carnet) (ClockSaid, error) {
		ahead, err := door.ClockAhead(answer, c.Now())
		if err != nil {
			return ClockSaid{}, err
		}
		about, err := c.Network.About()
		if err != nil {
			return ClockSaid{}, err
		}
		return f.noteClock(c, meeting, device, milliseconds(ahead), byCodes, about.Coordinator)
	})
}

// RightClock lets the scans of a laptop's door be read by the clock that it was compared with. They keep their own times.
func (f *Forum) RightClock(meeting string, device string) (Written, error) {
	return ask(f.d, func(c *app.Carnet) (Written, error) {
		told, err := c.Door.Prepared(meeting)
		if err != nil {
			return Written{}, err
		}
		known := preparedBy(told)
		ahead, measured := aheadOf(known[door.ClockRead][device])
		station := known.door(device).Station
		if !measured || station == "" {
			return Written{}, fault.New("unknown_id", "id", device)
		}
		clock, err := c.Door.SetClock(meeting, station, ahead, door.Measured)
		return Written{ID: clock.ID, Text: f.d.words().Say("forum.said.righted", map[string]string{"door": station})}, err
	})
}

func (f *Forum) noteClock(c *app.Carnet, meeting, device, value string, within time.Duration, against string) (ClockSaid, error) {
	note, _, err := c.Door.Prepare(store.Prepared{Meeting: meeting, What: door.ClockRead, Subject: device, Value: value, Count: int(within.Milliseconds()), Room: against})
	if err != nil {
		return ClockSaid{}, err
	}
	p := &preparing{d: f.d, c: c, meeting: store.Meeting{ID: note.Meeting}, notes: preparedBy([]store.Prepared{note})}
	state, _ := p.clock(network.Laptop{Device: device}, "")
	return ClockSaid{Text: dotted(state.Text, state.Todo), Tone: state.Tone}, nil
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// aheadOf reads how far a clock was found to be ahead.
func aheadOf(told store.Prepared) (ahead time.Duration, measured bool) {
	n, err := strconv.ParseInt(told.Value, 10, 64)
	return time.Duration(n) * time.Millisecond, err == nil
}

// clock says how a laptop's clock was found, and whether its scans may be read by another.
func (p *preparing) clock(l network.Laptop, station string) (state ForumState, mayRight bool) {
	told := p.notes[door.ClockRead][l.Device]
	ahead, measured := aheadOf(told)
	facts := map[string]string{"when": p.d.when(p.c, p.at(told)), "who": told.Room, "off": p.d.sayOff(ahead.Abs())}
	apart := ahead.Abs() > max(agree, time.Duration(told.Count)*time.Millisecond)
	switch {
	case told.Value == reference:
		return p.say("good", "clock.reference", facts), false
	case !measured || !apart && p.c.Now().Sub(p.at(told)) > clockHolds:
		return p.say("unknown", "clock.unknown", nil), false
	case !apart:
		return p.say("good", "clock.agrees", facts), false
	}
	for _, known := range p.clocks {
		if known.Station == station && (time.Duration(known.Ahead)*time.Millisecond-ahead).Abs() < byCodes {
			return p.say("wait", "clock.righted", facts), false
		}
	}
	key := "clock.ahead"
	if ahead < 0 {
		key = "clock.behind"
	}
	return p.say("wait", key, facts), station != "" && p.c.Network.May(store.KindClock) == nil
}

// sayOff says how far clocks are apart: in seconds, from two minutes on in minutes, from two hours in hours.
func (d *Desktop) sayOff(off time.Duration) string {
	switch {
	case off < 2*time.Minute:
		return d.words().Count("forum.off.seconds", int(off.Round(time.Second)/time.Second), nil)
	case off < 3*time.Hour:
		return d.words().Count("forum.off.minutes", int(off.Round(time.Minute)/time.Minute), nil)
	}
	return d.words().Count("forum.off.hours", int(off.Round(time.Hour)/time.Hour), nil)
}
