package network

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// counted runs a loop in time that passes at once, and notes in which second each round began.
type counted struct {
	*loop
	began  time.Time
	rounds []int
	answer error
	takes  time.Duration
}

func startLoop(t *testing.T, prepare ...func(*counted)) *counted {
	steady := calm
	steady.jitter = 0
	c := &counted{began: time.Now()}
	c.loop = newLoop(steady, func(ctx context.Context) error {
		c.rounds = append(c.rounds, int(time.Since(c.began).Seconds()))
		select {
		case <-time.After(c.takes):
		case <-ctx.Done():
			return ctx.Err()
		}
		return c.answer
	})
	for _, with := range prepare {
		with(c)
	}
	c.start(t.Context())
	return c
}

func (c *counted) until(second int) {
	time.Sleep(time.Until(c.began.Add(time.Duration(second) * time.Second)))
	synctest.Wait()
}

func (c *counted) want(t *testing.T, rounds ...int) {
	t.Helper()
	if !slices.Equal(c.rounds, rounds) {
		t.Errorf("rounds began in seconds %v, want %v", c.rounds, rounds)
	}
}

func TestTheLoopLooksAtOnceAndThenEveryFiveMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startLoop(t)
		c.until(700)
		c.end()
		c.want(t, 0, 300, 600)
	})
}

func TestABurstOfChangesGoesOutTogetherAfterAShortDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startLoop(t)
		c.until(60)
		for range 50 {
			c.edited()
			time.Sleep(30 * time.Millisecond)
		}
		c.until(100)
		c.end()
		c.want(t, 0, 62)
	})
}

func TestAChangeDuringARoundIsSentByTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startLoop(t, func(c *counted) { c.takes = 3 * time.Second })
		c.until(1)
		c.edited()
		c.until(20)
		c.end()
		c.want(t, 0, 5)
	})
}

func TestWithoutANetworkTheLoopTriesLessAndLessOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startLoop(t, func(c *counted) { c.answer = errors.New("offline") })
		for second := range 1000 {
			c.edited() // a door scans on meanwhile
			c.until(second)
		}
		c.end()
		c.want(t, 0, 10, 30, 70, 150, 310, 610, 910)
	})
}

func TestSyncNowDoesNotWaitForTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startLoop(t, func(c *counted) { c.answer = errors.New("offline") })
		c.until(100)
		c.answer = nil
		c.atOnce()
		c.until(110)
		c.end()
		c.want(t, 0, 10, 30, 70, 100)
	})
}

func TestWhileSomebodyWaitsTheLoopLooksMoreOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startLoop(t, func(c *counted) { c.eager = func() bool { return len(c.rounds) < 4 } })
		c.until(400)
		c.end()
		c.want(t, 0, 20, 40, 60, 360)
	})
}

func TestTheLoopEndsARoundThatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startLoop(t, func(c *counted) { c.takes = time.Hour })
		c.until(1)
		c.end()
		if waited := time.Since(c.began); waited > 2*time.Second {
			t.Errorf("it ended after %s", waited)
		}
	})
}

func TestOfficesDoNotKnockTogether(t *testing.T) {
	l := newLoop(calm, nil)
	seen := map[time.Duration]bool{}
	for range 100 {
		pause := l.pause(0)
		if pause < 4*time.Minute || pause > 6*time.Minute {
			t.Fatalf("a pause of %s", pause)
		}
		seen[pause] = true
	}
	if len(seen) < 50 {
		t.Errorf("only %d different pauses of 100", len(seen))
	}
}

func TestALoopThatAPersonStoppedGoesOnOnlyWhenAskedTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := startLoop(t, func(c *counted) { c.takes = time.Minute })
		c.until(10)
		c.hold()
		c.until(12)
		c.edited()
		c.until(2000)
		c.edited()
		c.until(2100)
		c.want(t, 0)
		c.takes = 0
		c.atOnce()
		c.until(2500)
		c.end()
		c.want(t, 0, 2100, 2400)
	})
}
