package post

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/app/people"
	"example.org/carnet/app/post/smtp"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// groupSize is how many messages of a mailing are claimed at once.
const groupSize = 50

// Why a message is held or stopped; their words stand in events and never change. People read held.<word> and stopped.<word>.
const (
	whyInterrupted = "interrupted" // this laptop ended while it was being sent
	whyLost        = "lost"        // the connection ended while the server had it
	whyClaimed     = "claimed"     // another laptop reached for it
	whyRestored    = "restored"    // this laptop was restored from a backup since
	whyByHand      = "by-hand"
	whyTwice       = "twice"      // somebody else's mailing says the same
	whyConsent     = "no-consent" // it was withdrawn since
	whyGone        = "gone"       // the member is no more
	whyBounced     = "bounced"
	whyMoved       = "moved" // the address is another one now
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

// group is up to 50 messages of one mailing that one laptop sends.
type group struct {
	once sync.Once
	won  bool
	why  string // they are held, and why
	err  error  // it is open, and why
}

// job is one message that is due.
type job struct {
	mailing store.Mailing
	message store.Message
	fate    Fate
	first   uint64 // own change by which others learn of the mailing
}

// settle holds what this laptop was sending when it ended: the server may have it.
func (r *run) settle() error {
	var entries []entry
	err := r.each(func(_ store.Mailing, m store.Message, f Fate) error {
		if f.State == Sending && slices.ContainsFunc(f.open, func(e event) bool { return e.what == evSending && e.device == r.Device() }) {
			entries = append(entries, entry{m.ID, f.next(r.Now(), evHeld, r.Device(), whyInterrupted)})
		}
		return nil
	})
	if err != nil || len(entries) == 0 {
		return err
	}
	r.report.Held += len(entries)
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

// due lists what this laptop has to send now.
func (r *run) due() (jobs []job, err error) {
	first := map[string]uint64{}
	err = r.each(func(mailing store.Mailing, m store.Message, f Fate) error {
		if mailing.Laptop != r.Device() || f.State != Queued {
			return nil
		}
		if f.Next.After(r.Now()) {
			r.waits(f.Next)
			return nil
		}
		if _, known := first[mailing.ID]; !known {
			first[mailing.ID] = r.firstOf(mailing.ID)
		}
		jobs = append(jobs, job{mailing, m, f, first[mailing.ID]})
		return nil
	})
	if r.limit > 0 && len(jobs) > r.limit {
		r.report.Waiting += len(jobs) - r.limit
		jobs = jobs[:r.limit]
	}
	return jobs, err
}

func (r *run) waits(until time.Time) {
	r.report.Waiting++
	if r.report.Next.IsZero() || until.Before(r.report.Next) {
		r.report.Next = until
	}
}

// firstOf gives the own change by which others learn of a mailing; 0 when another laptop queued it.
func (p *Post) firstOf(mailing string) (first uint64) {
	past, err := p.Store.History(store.KindMailing, mailing)
	if err != nil {
		return 0
	}
	for _, line := range past {
		if line.Device != p.Device() && line.Field == "sort" {
			return 0
		}
		if line.Device == p.Device() && (first == 0 || line.Seq < first) {
			first = line.Seq
		}
	}
	return first
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

func groupOf(m store.Message) int { return (max(m.Number, 1)-1)/groupSize + 1 }

// claimed asks once for the group that a job belongs to.
func (r *run) claimed(j job) *group {
	name := fmt.Sprintf("%s-%d", j.mailing.ID, groupOf(j.message))
	if n := again(j.message.Events); n > 0 { // a person asked for this one alone
		name = fmt.Sprintf("%s-%d", j.message.ID, n)
	}
	r.mu.Lock()
	g := r.groups[name]
	if g == nil {
		g = &group{}
		r.groups[name] = g
	}
	r.mu.Unlock()
	g.once.Do(func() {
		var others []string
		g.won, others, g.err = r.Claims.Claim(r.ctx, name, j.first)
		g.why = whyClaimed
		if slices.Equal(others, []string{r.Device()}) {
			g.why = whyRestored
		}
		r.step("claimed")
	})
	return g
}

// hindrance says why a message that was queued in good faith is not to go out now; empty when it is.
func (r *run) hindrance(j job) (string, error) {
	if j.message.Member == "" {
		return "", nil
	}
	m, err := store.Get[store.Member](r.Store, j.message.Member)
	if fault.Is(err, "unknown_id") {
		return whyGone, nil
	}
	if err == nil && m.MergedInto != "" {
		m, err = r.People.Find(m.ID)
	}
	if err != nil {
		return "", err
	}
	if m.Bounced != "" && m.Bounced == j.message.To {
		return whyBounced, nil
	}
	if !answers(j.mailing.Sort) {
		s, err := r.standing(m, r.Now().In(zones.Here()).Format(time.DateOnly))
		if err != nil || s.State != people.ConsentGiven {
			return whyConsent, err
		}
	}
	return r.saidElsewhere(j)
}

// saidElsewhere looks whether another mailing, as of a laptop that was offline too, says the same to the same member.
func (r *run) saidElsewhere(j job) (string, error) {
	switch j.mailing.Sort {
	case Invitation, Update, Cancellation:
	default:
		return "", nil
	}
	others, err := store.Linked[store.Message](r.Store, j.message.Member)
	if err != nil {
		return "", err
	}
	for _, o := range others {
		if o.Mailing == j.mailing.ID {
			continue
		}
		m, err := store.Get[store.Mailing](r.Store, o.Mailing)
		if err != nil || m.Sort != j.mailing.Sort || m.For != j.mailing.For || sequenceOf(m) != sequenceOf(j.mailing) {
			continue
		}
		switch state := FateOf(o.Events).State; {
		case state == Sent, state == Sending, state == Held, state == Queued && m.ID < j.mailing.ID:
			return whyTwice, nil
		}
	}
	return "", nil
}

// worker is one connection.
type worker struct {
	*run
	session *smtp.Session
	pending []entry // results that go to the disk with what comes next
	dropped int     // connections in a row that the server ended without taking anything
}

func (w *worker) serve(queue <-chan job) {
	for j := range queue {
		if w.stopped() || w.ctx.Err() != nil {
			w.tell(func(r *SendReport) { r.Waiting++ })
			continue
		}
		if err := w.do(j); err != nil {
			w.fail(err)
		}
	}
	if err := w.flush(); err != nil {
		w.fail(err)
	}
	if w.session != nil {
		_ = w.session.Close() // all that matters was said
	}
}

func (w *worker) flush() error {
	err := w.journal.keep(w.pending)
	w.pending = nil
	return err
}

// note keeps an event with the next that goes to the disk.
func (w *worker) note(j job, e event) { w.pending = append(w.pending, entry{j.message.ID, e}) }

// do brings one message as far as it gets.
func (w *worker) do(j job) error {
	g := w.claimed(j)
	switch {
	case g.err != nil:
		w.tell(func(r *SendReport) { r.Waiting++; r.Claim = g.err })
		return nil
	case !g.won:
		w.note(j, j.fate.next(w.Now(), evHeld, w.Device(), g.why))
		w.tell(func(r *SendReport) { r.Held++ })
		return w.flush()
	}
	why, err := w.hindrance(j)
	if err != nil {
		return err
	}
	if why != "" {
		w.note(j, j.fate.next(w.Now(), evStopped, w.Device(), why))
		w.tell(func(r *SendReport) { r.Stopped++ })
		return w.flush()
	}
	mail, err := compose(j.mailing, j.message)
	if err != nil {
		w.note(j, j.fate.next(w.Now(), evFailed, w.Device(), fault.CodeOf(err)))
		w.tell(func(r *SendReport) { r.Failed++ })
		return w.flush()
	}
	return w.hand(j, mail)
}

// hand gives a mail to the server and notes what it said.
func (w *worker) hand(j job, mail Composed) error {
	if w.pace != nil {
		if err := w.flush(); err != nil {
			return err
		}
		if err := w.pace.Wait(w.ctx); err != nil {
			w.tell(func(r *SendReport) { r.Waiting++ })
			return nil
		}
	}
	if w.session == nil {
		session, err := smtp.Dial(w.ctx, w.config)
		if err != nil {
			w.tell(func(r *SendReport) { r.Waiting++ })
			return err
		}
		w.session = session
		w.step("dialed")
	}
	result := w.session.Send(mail.From, mail.To, mail.Bytes, func() error {
		w.step("agreed")
		w.note(j, j.fate.next(w.Now(), evSending, w.Device(), ""))
		if err := w.flush(); err != nil {
			return err
		}
		w.step("journalled")
		return nil
	})
	w.step("handed")
	return w.took(j, result)
}

func (w *worker) took(j job, result smtp.Result) error {
	var server *fault.Fault
	if errors.Is(result.Err, errOvertaken) {
		w.tell(func(r *SendReport) { r.Waiting++ })
		return nil
	}
	if result.Outcome == smtp.Later && result.Code == 0 && errors.As(result.Err, &server) && !isTalk(server.Code) {
		return result.Err // what was to be kept could not be
	}
	switch result.Outcome {
	case smtp.Sent:
		w.note(j, j.fate.next(w.Now(), evSent, w.Device(), result.Words))
	case smtp.Later:
		w.note(j, j.fate.putOff(w.Now(), w.Device(), result.Words))
	case smtp.Failed:
		w.note(j, j.fate.next(w.Now(), evFailed, w.Device(), orCode(result)))
	case smtp.Unsure:
		w.note(j, j.fate.next(w.Now(), evHeld, w.Device(), whyLost+" "+result.Words))
	}
	w.tell(func(r *SendReport) { r.count(result.Outcome) })
	if result.Outcome == smtp.Sent {
		w.dropped = 0
	}
	if result.Lost {
		_ = w.session.Close() // it is gone
		w.session = nil
		if w.dropped++; w.dropped > 1 {
			if err := w.flush(); err != nil {
				return err
			}
			return result.Err // the next to come finds out whether it is better then
		}
	}
	if result.Outcome != smtp.Sent || len(w.pending) >= 8 {
		err := w.flush()
		w.step("kept")
		return err
	}
	return nil
}

func isTalk(code string) bool {
	return code == "smtp_later" || code == "smtp_unreachable" || code == "smtp_slow" || code == "smtp_certificate" || code == "cancelled"
}

func orCode(r smtp.Result) string {
	if r.Words != "" {
		return r.Words
	}
	return fault.CodeOf(r.Err)
}
