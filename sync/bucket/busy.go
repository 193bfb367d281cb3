package bucket

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// A service that has too much to do says so, with 429 or 503, and often for how long. A short while is waited for, once; if it
// asks for longer, or again, everything ends with that, and nothing more is asked of it until the time has passed.
const (
	shortWhile = 3 * time.Second
	again      = 10 * time.Second // after a wait, a service that asks once more has not caught up
	longWhile  = 5 * time.Minute  // nobody is believed for longer
)

// patient is what a service asked for.
type patient struct {
	mu    sync.Mutex
	pause time.Time // requests wait until then
	busy  time.Time // requests end until then
}

// errBusy ends requests to a service that asked for time.
type errBusy struct{ until time.Time }

func (e *errBusy) Error() string {
	return fmt.Sprintf("asked to wait until %s", e.until.UTC().Format(time.RFC3339))
}

// ready waits while a service has asked for a short time, and ends at once while it has asked for a long one.
func (p *patient) ready(ctx context.Context) error {
	p.mu.Lock()
	pause, busy := p.pause, p.busy
	p.mu.Unlock()
	if time.Now().Before(busy) {
		return &errBusy{busy}
	}
	timer := time.NewTimer(time.Until(pause))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// heard takes an answer in. It gives an error when the service is to be left alone.
func (p *patient) heard(response *http.Response) error {
	if response.StatusCode != http.StatusTooManyRequests && response.StatusCode != http.StatusServiceUnavailable {
		return nil
	}
	now := time.Now()
	wait, asked := asksToWait(response, now)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case !asked, now.Before(p.pause): // it said nothing, or what it asked for is under way
		return nil
	case wait <= shortWhile && now.Sub(p.pause) > again:
		p.pause = now.Add(wait)
		return nil
	}
	p.busy = now.Add(min(max(wait, time.Second), longWhile))
	return &errBusy{p.busy}
}

// asksToWait reads Retry-After, in seconds or as a date by the server's own clock.
func asksToWait(response *http.Response, now time.Time) (wait time.Duration, asked bool) {
	text := response.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, int(longWhile/time.Second))) * time.Second, true
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return time.Second, response.StatusCode == http.StatusTooManyRequests
	}
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		now = date
	}
	return max(0, at.Sub(now)), true
}
