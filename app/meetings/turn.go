package meetings

import (
	"slices"
	"time"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// turn is a series that becomes another from one of its occasions on.
type turn struct {
	was, next store.Series
	rule      string     // that somebody gave; empty keeps that of was
	old       []Occasion // all of was
	at        int        // place in old of the first that changes
	from, to  time.Time  // on the wall: one occasion moves from here to there, and all with it; zero for no move
}

func (m *Meetings) turning(id string, fields map[string]string, stations []string) (*turn, error) {
	s, err := store.Get[store.Series](m.Store, id)
	if err != nil {
		return nil, err
	}
	c := &turn{was: s, next: s, rule: fields["rule"], old: m.Occasions(s, m.horizon(""))}
	if c.rule != "" && sameRule(s, c.rule) {
		c.rule = ""
	}
	if err := m.fillSeries(&c.next, fields, stations); err != nil {
		return nil, err
	}
	if _, _, err := zones.Instant(c.next.Start, c.next.Zone); err != nil {
		return nil, err
	}
	return c, nil
}

// wholeOrComing is where a change of all begins: with the first, but a change of time with the next, once the
// series has begun.
func (m *Meetings) wholeOrComing(c *turn) int {
	if c.rule == "" && c.next.Start == c.was.Start && c.next.Zone == c.was.Zone && c.next.Minutes == c.was.Minutes {
		return 0
	}
	return m.coming(c.old)
}

// turn carries out a change, and gives the series as it goes on. Faults series_over, rule_unclear.
func (m *Meetings) turn(c *turn) (store.Series, []store.Ref, error) {
	if c.at >= len(c.old) {
		return c.next, nil, fault.New("series_over")
	}
	if err := c.settle(); err != nil {
		return c.next, nil, err
	}
	ended := c.was
	if c.at > 0 {
		var err error
		if ended.Rule, err = endedBefore(c.was, c.old, c.at); err != nil {
			return c.next, nil, err
		}
		// The same turn made on two laptops is one series.
		c.next.ID = store.DerivedID(store.KindSeries, c.was.ID+"\x00"+c.old[c.at].Local)
		c.next.Follows = c.was.ID
	}
	stored, err := store.Linked[store.Meeting](m.Store, c.was.ID)
	if err != nil {
		return c.next, nil, err
	}
	carried := c.carry(stored, m.Occasions(c.next, m.horizon("")))
	refs, err := m.editSeries(func(tx *store.Tx) error {
		if c.at > 0 {
			if _, err := tx.Put(ended); err != nil {
				return err
			}
		}
		if _, err := tx.Put(c.next); err != nil {
			return err
		}
		return m.putAll(tx, carried)
	})
	return c.next, refs, err
}

// settle gives the new series its start and its rule.
func (c *turn) settle() error {
	start := wallOf(c.old[c.at].Local).Add(c.to.Sub(c.from))
	c.next.Start = start.Format(zones.Layout)
	if c.rule != "" {
		return settleSeries(&c.next, c.rule)
	}
	r, err := ruleOf(c.was)
	if err != nil {
		return err
	}
	moved, clear := r.Moved(wallOf(c.old[c.at].Local), start)
	if !clear {
		return fault.New("rule_unclear", "value", r.String())
	}
	switch {
	case r.Count() > 0 && c.at > 0:
		moved = moved.Counting(r.Count() - c.at)
	case !r.Until().IsZero() && !c.to.Equal(c.from):
		moved = moved.EndedAt(r.Until().Add(c.to.Sub(c.from)))
	}
	c.next.Rule = moved.String()
	return settleSeries(&c.next, c.next.Rule)
}

// carry takes what is stored of the occasions that change over to the new ones: each to the one at its time, else on
// its day, else, when the rule only moved, in its place. What finds none stays where a person put it, and is
// cancelled when nobody did.
func (c *turn) carry(stored []store.Meeting, fresh []Occasion) (carried []store.Meeting) {
	free := map[string]bool{}
	for _, o := range fresh {
		free[o.Local] = true
	}
	first := c.old[c.at].Local
	stored = slices.DeleteFunc(stored, func(one store.Meeting) bool { return one.Occurs < first })
	settled := make([]bool, len(stored))
	for _, find := range []func(string) string{exactly, c.onDay(fresh), c.inPlace(fresh)} {
		for i := range stored {
			if to := find(stored[i].Occurs); !settled[i] && to != "" && free[to] {
				settled[i], free[to] = true, false
				stored[i].Series, stored[i].Occurs = c.next.ID, to
			}
		}
	}
	for i, one := range stored {
		if !settled[i] {
			stored[i] = c.leftOver(one)
		}
	}
	return stored
}

func exactly(local string) string { return local }

func (c *turn) onDay(fresh []Occasion) func(string) string {
	return func(local string) string {
		day := local[:len(time.DateOnly)]
		at := slices.IndexFunc(fresh, func(o Occasion) bool { return o.Local[:len(day)] == day })
		if at < 0 {
			return ""
		}
		return fresh[at].Local
	}
}

func (c *turn) inPlace(fresh []Occasion) func(string) string {
	return func(local string) string {
		at := slices.IndexFunc(c.old[c.at:], func(o Occasion) bool { return o.Local == local })
		if at < 0 || at >= len(fresh) || c.rule != "" {
			return ""
		}
		return fresh[at].Local
	}
}

func (c *turn) leftOver(one store.Meeting) store.Meeting {
	byRule := slices.ContainsFunc(c.old, func(o Occasion) bool { return o.Local == one.Occurs })
	if one.Start == "" {
		one.Start, one.Zone = one.Occurs, c.was.Zone
		if byRule {
			one.Status = "cancelled"
		}
	}
	if wall := one.Start; len(wall) == len(zones.Layout) {
		one.Occurs = wall
	}
	one.Series = c.next.ID
	return one
}
