package post

import (
	"errors"

	"example.org/carnet/app/post/smtp"
	"example.org/carnet/store/fault"
)

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
	taken, err := w.reachedElsewhere(j, g)
	if err != nil {
		w.tell(func(r *SendReport) { r.Waiting++; r.Claim = err })
		return nil
	}
	if taken {
		w.note(j, j.fate.next(w.Now(), evHeld, w.Device(), whySaid))
		w.tell(func(r *SendReport) { r.Held++ })
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
