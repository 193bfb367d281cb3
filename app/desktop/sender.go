package desktop

import (
	"cmp"
	"context"
	"sync"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/post"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

const (
	sendDelay   = time.Second      // after a change, so that a burst goes out as one
	sendRetry   = 10 * time.Second // after the first failure; each further one doubles it
	sendMost    = 5 * time.Minute
	readEvery   = 10 * time.Minute
	pausedPrefs = "mail.paused"
)

// errand is work that goes on by itself while the window is open: at its times, and when it is woken.
type errand struct {
	knock chan struct{}
	once  sync.Once
	mu    sync.Mutex
	busy  bool
	err   error
	quiet time.Time     // no knock is heard before it
	retry time.Duration // after the first failure; zero means sendRetry
	cut   context.CancelFunc
}

func (e *errand) bell() chan struct{} {
	e.once.Do(func() { e.knock = make(chan struct{}, 1) })
	return e.knock
}

// wake has it look soon.
func (e *errand) wake() {
	select {
	case e.bell() <- struct{}{}:
	default: // it will look anyway
	}
}

// hush lets no knock be heard for a while.
func (e *errand) hush(pause time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.quiet = time.Now().Add(pause)
}

// silence is how long no knock is heard yet.
func (e *errand) silence() time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	return time.Until(e.quiet)
}

func (e *errand) said(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.err = err
}

func (e *errand) trouble() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}

func (e *errand) begin(cut context.CancelFunc) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.busy, e.cut = true, cut
}

func (e *errand) end(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.busy, e.cut, e.err = false, nil, err
}

// stop ends what is under way.
func (e *errand) stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cut != nil {
		e.cut()
	}
}

// startErrands lets mail go out and come in by itself, and the other laptops know how this one is fed where it is a door. What it gives ends all of
// it and waits for that.
func (d *Desktop) startErrands(c *app.Carnet) (end func()) {
	ctx, cancel := context.WithCancel(d.ctx)
	var all sync.WaitGroup
	all.Go(func() { d.keepSending(ctx, c) })
	all.Go(func() { d.keepReading(ctx, c) })
	all.Go(func() { d.keepTelling(ctx, c) })
	return func() {
		cancel()
		all.Wait()
	}
}

func (d *Desktop) keepSending(ctx context.Context, c *app.Carnet) {
	failures := 0
	timer := time.NewTimer(sendDelay)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.sender.bell():
			timer.Reset(max(sendDelay, d.sender.silence()))
			continue
		case <-timer.C:
		}
		report, err := d.sendOnce(ctx, c)
		pause := sendMost
		if err != nil || report.Claim != nil {
			pause = min(cmp.Or(d.sender.retry, sendRetry)<<min(failures, 6), sendMost)
			failures++
			d.sender.hush(pause)
		} else {
			failures = 0
			d.sender.hush(0)
		}
		if !report.Next.IsZero() {
			pause = min(pause, max(sendDelay, time.Until(report.Next)))
		}
		timer.Reset(pause)
	}
}

// sendOnce lets one run of the sender go, unless it is paused or there is nothing to send with.
func (d *Desktop) sendOnce(ctx context.Context, c *app.Carnet) (report post.SendReport, err error) {
	defer d.rescue(&err)
	account, err := c.Post.Account()
	if err != nil || account.From == "" || d.sendingPaused() || c.Network.May(store.KindMessage) != nil {
		return report, nil
	}
	left, held := d.toSend(c)
	if left+held == 0 {
		d.sender.end(nil)
		return report, nil
	}
	ctx, cut := context.WithCancel(ctx)
	defer cut()
	if left > 0 {
		d.sender.begin(cut)
		d.shell.Emit("sync")
	}
	report, err = c.Post.Send(ctx, 0)
	if fault.Is(err, "cancelled") || fault.Is(err, "mail_sending") {
		err = nil
	}
	d.sender.end(firstError(err, report.Claim))
	if left > 0 || report.Stopped > 0 {
		d.shell.Emit("sync")
	}
	if err != nil {
		d.log.Warn("mail waits", "error", err)
	}
	return report, err
}

func (d *Desktop) keepReading(ctx context.Context, c *app.Carnet) {
	timer := time.NewTimer(5 * time.Second)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.reader.bell():
			timer.Reset(sendDelay)
			continue
		case <-timer.C:
		}
		err := d.readOnce(ctx, c)
		if before := d.reader.trouble(); ctx.Err() == nil && (err != nil || before != nil) {
			d.reader.said(err)
			d.shell.Emit("sync")
		}
		timer.Reset(readEvery)
	}
}

func (d *Desktop) readOnce(ctx context.Context, c *app.Carnet) (err error) {
	defer d.rescue(&err)
	if c.Network.May(store.KindIncoming) != nil {
		return nil
	}
	_, err = d.readMailbox(ctx, c)
	return err
}

func (d *Desktop) sendingPaused() bool { return d.preferences()[pausedPrefs] == "yes" }

func (d *Desktop) pauseSending(on bool) error {
	value := ""
	if on {
		value = "yes"
	}
	if err := d.setPreference(pausedPrefs, value); err != nil {
		return err
	}
	if on {
		d.sender.stop()
	}
	d.atOnce()
	return nil
}

// atOnce has the sender look now, whatever it waits for.
func (d *Desktop) atOnce() {
	d.sender.hush(0)
	d.sender.wake()
}

// sendingView says what the sender does, in words.
func (d *Desktop) sendingView(c *app.Carnet, left int) SendingView {
	v := SendingView{State: "idle", Left: left}
	account, err := c.Post.Account()
	v.Pace = account.Pace
	d.sender.mu.Lock()
	busy, trouble := d.sender.busy, d.sender.err
	d.sender.mu.Unlock()
	w := d.words()
	switch {
	case err != nil || account.From == "":
		v.State, v.Text = "none", w.Say("mail.sending.none", nil)
	case d.sendingPaused():
		v.State, v.Text = "paused", w.Count("mail.sending.paused", left, nil)
	case busy && left > 0:
		v.State, v.Text = "sending", w.Count("mail.sending.busy", left, nil)
	case trouble != nil && left > 0:
		v.State, v.Text = "trouble", w.Error(trouble).Text
	case left > 0:
		v.State, v.Text = "waiting", w.Count("mail.sending.waiting", left, nil)
	default:
		v.Text = w.Say("mail.sending.idle", nil)
	}
	return v
}
