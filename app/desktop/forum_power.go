package desktop

import (
	"context"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/door"
	"example.org/carnet/app/machine"
	"example.org/carnet/store"
)

const (
	tellFirst  = 3 * time.Second // after the home was opened: nothing waits for it
	tellEvery  = 5 * time.Minute
	tellBefore = 3 * 24 * time.Hour // a forum, those who prepare it look how its doors are fed
)

// Tell notes whether this laptop is plugged in, where it is a door of the meeting, so that the others see it. It writes only when that is news.
func (f *Forum) Tell(meeting string) (told bool, err error) {
	return ask(f.d, func(c *app.Carnet) (bool, error) { return f.d.tellPower(c, meeting) })
}

func (d *Desktop) tellPower(c *app.Carnet, meeting string) (bool, error) {
	told, err := c.Door.Prepared(meeting)
	if err != nil || c.Network.May(store.KindPrepared) != nil {
		return false, err
	}
	mine, known := c.Network.Device(), preparedBy(told)
	if known.door(mine).Station == "" {
		return false, nil
	}
	power := d.power()
	if power.State == machine.Unknown || !powerIsNews(known[door.PowerRead][mine], power, c.Now()) {
		return false, nil
	}
	_, _, err = c.Door.Prepare(store.Prepared{Meeting: meeting, What: door.PowerRead, Subject: mine, Value: power.State, Count: power.Percent})
	return err == nil, err
}

// powerIsNews tells whether the others should hear how this laptop is fed now: another state, a battery that went low, or the last word is old.
func powerIsNews(told store.Prepared, power machine.Power, now time.Time) bool {
	at, err := time.Parse(time.RFC3339, told.At)
	low := func(percent int) bool { return percent >= 0 && percent < lowBattery }
	return err != nil || told.Value != power.State || low(told.Count) != low(power.Percent) || now.Sub(at) > powerHolds
}

// keepTelling tells it from the start on, and again when it changes, whatever screen is open.
func (d *Desktop) keepTelling(ctx context.Context, c *app.Carnet) {
	timer := time.NewTimer(tellFirst)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if err := d.tellAll(c); err != nil {
			d.log.Warn("how this laptop is fed could not be told", "error", err)
		}
		timer.Reset(tellEvery)
	}
}

// tellAll tells it to those who prepare the meetings at which this laptop is a door now or soon.
func (d *Desktop) tellAll(c *app.Carnet) (err error) {
	defer d.rescue(&err)
	if c.Network.Device() == "" || c.Store.Count(store.KindPrepared) == 0 {
		return nil
	}
	var doors []string
	for p, err := range store.All[store.Prepared](c.Store) {
		if err != nil {
			return err
		}
		if p.What == door.IsDoor && p.Subject == c.Network.Device() && p.Station != "" {
			doors = append(doors, p.Meeting)
		}
	}
	now := c.Now()
	for _, id := range doors {
		m, err := c.Meetings.Planned(id)
		if err != nil || m.Start.IsZero() || m.Ended(now) || m.Start.Sub(now) > tellBefore || m.Status == "cancelled" {
			continue // one that is gone has nobody who prepares it
		}
		if _, err := d.tellPower(c, id); err != nil {
			return err
		}
	}
	return nil
}
