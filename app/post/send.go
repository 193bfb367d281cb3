package post

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"example.org/carnet/app/post/smtp"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// SendReport is what one run of the sender did.
type SendReport struct {
	Sent, Later, Failed, Held, Stopped int
	Waiting                            int       // messages that wait for a claim, for their time, or behind the limit
	Next                               time.Time // when the next of them is due; zero when none waits for a time
	Claim                              error     // why a claim could not be made; nil when none was lacking
}

func (r *SendReport) count(o smtp.Outcome) {
	switch o {
	case smtp.Sent:
		r.Sent++
	case smtp.Later:
		r.Later++
	case smtp.Failed:
		r.Failed++
	case smtp.Unsure:
		r.Held++
	}
}

// Send hands over what is due, in order and at the account's pace, and returns when nothing is or the limit is reached; 0 means no
// limit. What it reports was done even where it fails. Faults: mail_no_account, mail_sending, and those of smtp.Dial, upon which
// what is left waits as it is.
func (p *Post) Send(ctx context.Context, limit int) (SendReport, error) {
	var none SendReport
	if !p.sending.TryLock() {
		return none, fault.New("mail_sending")
	}
	defer p.sending.Unlock()
	if err := p.May(store.KindMessage); err != nil {
		return none, err
	}
	account, secret, err := p.account()
	if err != nil {
		return none, err
	}
	if account.From == "" {
		return none, fault.New("mail_no_account")
	}
	r := &run{Post: p, ctx: ctx, config: account.server(secret.Password), journal: &journal{store: p.Store}, limit: limit, account: account}
	if account.Pace > 0 {
		r.pace = rate.NewLimiter(rate.Limit(float64(account.Pace)/60), 1)
	}
	if err := r.settle(); err != nil {
		return r.report, err
	}
	jobs, err := r.due()
	if err != nil {
		return r.report, err
	}
	err = r.work(jobs, max(1, account.Connections))
	return r.report, err
}

// run is one run of the sender.
type run struct {
	*Post
	ctx     context.Context
	config  smtp.Config
	account Account
	journal *journal
	pace    *rate.Limiter
	limit   int

	mu     sync.Mutex
	report SendReport
	broken error // why the server cannot be talked to any more
	groups map[string]*group
}

// settle holds what this laptop was sending when it ended, since the server may have it, and stops what it held for another laptop
// that has said it since.
func (r *run) settle() error {
	var entries []entry
	held, stopped := 0, 0
	err := r.each(func(mailing store.Mailing, m store.Message, f Fate) error {
		if f.State == Sending && slices.ContainsFunc(f.open, func(e event) bool { return e.what == evSending && e.device == r.Device() }) {
			entries = append(entries, entry{m.ID, f.next(r.Now(), evHeld, r.Device(), whyInterrupted)})
			held++
		}
		why, err := r.wasSaid(job{mailing: mailing, message: m, fate: f})
		if err != nil || why == "" {
			return err
		}
		for _, e := range append(f.answers(r.Now(), r.Device()), f.next(r.Now(), evStopped, r.Device(), why)) {
			entries = append(entries, entry{m.ID, e})
		}
		stopped++
		return nil
	})
	if err != nil || len(entries) == 0 {
		return err
	}
	r.report.Held += held
	r.report.Stopped += stopped
	return writeEvents(r.Store, entries)
}

// each goes through all messages of the time that the sender looks at.
func (r *run) each(do func(store.Mailing, store.Message, Fate) error) error {
	since := r.Now().Add(-recently).UTC().Format(time.RFC3339)
	mailings, err := r.mailings(func(m store.Mailing) bool { return m.At >= since })
	if err != nil {
		return err
	}
	for _, mailing := range mailings {
		messages, err := store.Linked[store.Message](r.Store, mailing.ID)
		if err != nil {
			return err
		}
		byNumber(messages)
		for _, m := range messages {
			if err := do(mailing, m, FateOf(m.Events)); err != nil {
				return err
			}
		}
	}
	return nil
}

// work lets some connections take jobs in order.
func (r *run) work(jobs []job, connections int) error {
	r.groups = map[string]*group{}
	queue := make(chan job)
	var all sync.WaitGroup
	for range min(connections, len(jobs)) {
		w := &worker{run: r}
		all.Go(func() { w.serve(queue) })
	}
	left := len(jobs)
feed:
	for _, j := range jobs {
		if r.stopped() {
			break
		}
		select {
		case queue <- j:
			left--
		case <-r.ctx.Done():
			break feed
		}
	}
	close(queue)
	all.Wait()
	r.report.Waiting += left
	if r.broken == nil && r.ctx.Err() != nil {
		return fault.New("cancelled").Because(r.ctx.Err())
	}
	return r.broken
}

func (r *run) stopped() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.broken != nil
}

func (r *run) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken == nil {
		r.broken = err
	}
}

func (r *run) tell(change func(*SendReport)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.report)
}
