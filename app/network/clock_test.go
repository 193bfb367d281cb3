package network

import (
	"context"
	"testing"
	"time"

	carnetsync "example.org/carnet/sync"
	"example.org/carnet/sync/roster"
)

func TestALaptopMeasuresItsClockAgainstALenderToAFewHundredths(t *testing.T) {
	founder := found(t)
	guest := invited(t, founder, string(roster.Door))
	if err := guest.SetRemote(lending(t, founder)); err != nil {
		t.Fatal(err)
	}
	until(t, guest, "admitted", func() bool { return standing(t, guest) == carnetsync.Active })
	right := guest.Now
	for _, off := range []time.Duration{0, 61 * time.Minute, -3700 * time.Millisecond} {
		guest.Now = func() time.Time { return right().Add(off) }
		ahead, err := guest.CompareClock(context.Background())
		for tries := 0; err == nil && ahead.Within > 300*time.Millisecond && tries < 10; tries++ { // answers come late on a busy machine
			ahead, err = guest.CompareClock(context.Background())
		}
		if err != nil || (ahead.By-off).Abs() > ahead.Within || ahead.Within > 300*time.Millisecond {
			t.Errorf("%v ahead was measured as %v, within %v; %v", off, ahead.By, ahead.Within, err)
		}
		t.Log(off, ahead.By-off, ahead.Within)
	}
}
