package zones

import (
	"fmt"
	"time"

	"example.org/carnet/store/fault"
)

// Layout is how Carnet writes a local time: a day and a time of day without an offset.
const Layout = "2006-01-02T15:04"

// Fit says how a local time fits the zone's clock.
type Fit int

// A local time exists once (Exact), never because clocks jumped over it (Gap), or twice because
// clocks were put back (Fold).
const (
	Exact Fit = iota
	Gap
	Fold
)

// Instant gives the moment of a local time. In a gap it is read with the offset before the jump, so
// 02:30 becomes 03:30; in a fold it is the first of the two. This is the rule of RFC 5545, 3.3.5, so
// that calendars of invited people agree with Carnet. Faults bad_time, bad_zone.
func Instant(local, zone string) (time.Time, Fit, error) {
	return instant(local, zone, Load)
}

func instant(local, zone string, load func(string) (*time.Location, error)) (time.Time, Fit, error) {
	loc, err := load(zone)
	if err != nil {
		return time.Time{}, Exact, err
	}
	wall, err := time.Parse(Layout, local)
	if err != nil || wall.Year() < 1900 {
		return time.Time{}, Exact, fault.New("bad_time", "value", local).Because(err)
	}
	at, fit := place(wall, loc)
	return at, fit, nil
}

// place finds the instants at which the clock of loc shows wall (given in UTC).
func place(wall time.Time, loc *time.Location) (time.Time, Fit) {
	before := wall.Add(-offsetAt(wall.Add(-24*time.Hour), loc)) // read with the offset of the day before
	after := wall.Add(-offsetAt(wall.Add(24*time.Hour), loc))
	beforeFits, afterFits := shows(before, wall, loc), shows(after, wall, loc)
	switch {
	case beforeFits && afterFits && !before.Equal(after):
		return earlier(before, after).In(loc), Fold
	case beforeFits:
		return before.In(loc), Exact
	case afterFits:
		return after.In(loc), Exact
	}
	return before.In(loc), Gap
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func offsetAt(t time.Time, loc *time.Location) time.Duration {
	_, seconds := t.In(loc).Zone()
	return time.Duration(seconds) * time.Second
}

func shows(at, wall time.Time, loc *time.Location) bool {
	return at.In(loc).Format("2006-01-02T15:04:05") == wall.Format("2006-01-02T15:04:05")
}

// Offset writes the offset of t for people, with a true minus sign: "−07:00".
func Offset(t time.Time) string {
	_, seconds := t.Zone()
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	return fmt.Sprintf("%s%02d:%02d", sign, seconds/3600, seconds/60%60)
}

// DayShift gives by how many calendar days the day of t differs from that of anchor, each on its own clock.
func DayShift(t, anchor time.Time) int {
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(day(t).Sub(day(anchor)).Hours() / 24)
}
