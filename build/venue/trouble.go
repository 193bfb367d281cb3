package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// goWrong is what happens to the hall, each when so much of the day is over.
func (f *forum) goWrong(ctx context.Context) error {
	a, b, c := f.laptops[0], f.laptops[1], f.laptops[2]
	for _, each := range []struct {
		at   int // percent of the passes
		what string
		do   func() error
	}{
		{12, "the switch fails", func() error { return f.room.power(false) }},
		{22, "laptop B is switched off in the middle of a scan", b.kill},
		{25, "laptop B starts again", b.switchOn},
		{35, "the switch works again", func() error { return f.room.power(true) }},
		{40, "the first phone walks into a dead spot", f.walk(0, false)},
		{45, "laptop A, which lends its folder, is switched off", a.kill},
		{48, "laptop A starts again", a.switchOn},
		{55, "somebody pulls the cable of door C", func() error { return f.room.cable("C", false) }},
		{58, "the first phone comes back, and the second walks into a dead spot", func() error { return errors.Join(f.walk(0, true)(), f.walk(1, false)()) }},
		{62, "laptop C is switched off", c.kill},
		{64, "laptop C starts again", c.switchOn},
		{75, "the cable of door C is put back", func() error { return f.room.cable("C", true) }},
		{80, "the second phone comes back", f.walk(1, true)},
		{85, "all three are switched off at once", func() error { return errors.Join(a.kill(), b.kill(), c.kill()) }},
		{85, "and start again", func() error { return errors.Join(a.switchOn(), b.switchOn(), c.switchOn()) }},
	} {
		for f.done.Load()*100 < int64(each.at*f.scans) {
			select {
			case <-ctx.Done():
				return fmt.Errorf("the day was over before %s", each.what)
			case <-time.After(10 * time.Millisecond):
			}
		}
		say("%3d %%  %s", each.at, each.what)
		if err := each.do(); err != nil {
			return fmt.Errorf("%s: %w", each.what, err)
		}
	}
	return nil
}
