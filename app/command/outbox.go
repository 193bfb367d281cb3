package command

import (
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app/post"
	"example.org/carnet/store/fault"
)

// messageDoc is one message of the outbox.
type messageDoc struct {
	ID          string `json:"id"`
	To          string `json:"to"`
	Name        string `json:"name"`
	Subject     string `json:"subject"`
	Kind        string `json:"kind"`
	State       string `json:"state"` // queued, sending, sent, failed, held, stopped
	Attempts    int    `json:"attempts"`
	LastError   string `json:"last_error"`
	NextAttempt string `json:"next_attempt"`
	At          string `json:"at"` // of what was last noted; when it was queued, before that
	Member      string `json:"member"`
	Mailing     string `json:"mailing"`
	Meeting     string `json:"for"`
	Laptop      string `json:"laptop"` // that sends it
	Language    string `json:"language"`
	Reason      string `json:"reason"` // why it is held or stopped, in words
}

func (r *run) messageOf(i post.Item) messageDoc {
	d := messageDoc{ID: i.Message.ID, To: i.Message.To, Name: i.Message.Name, Subject: i.Subject, Kind: i.Mailing.Sort, State: i.Fate.State, Attempts: i.Fate.Attempts,
		At: i.Mailing.At, Member: i.Message.Member, Mailing: i.Mailing.ID, Meeting: i.Mailing.For, Laptop: i.Mailing.Laptop, Language: i.Message.Language}
	if !i.Fate.At.IsZero() {
		d.At = i.Fate.At.UTC().Format(time.RFC3339)
	}
	if !i.Fate.Next.IsZero() {
		d.NextAttempt = i.Fate.Next.UTC().Format(time.RFC3339)
	}
	if i.Fate.State != post.Sent {
		d.LastError = i.Fate.Words
	}
	why, _, _ := strings.Cut(i.Fate.Words, " ")
	if key := "mail." + i.Fate.State + "." + why; (i.Fate.State == post.Held || i.Fate.State == post.Stopped) && r.words.Has(key) {
		d.Reason = r.words.Say(key, nil)
	}
	return d
}

type mailOutbox struct {
	State   string `placeholder:"STATE" help:"mail_state"`
	Mailing string `placeholder:"ID" help:"mail_of"`
	Limit   int    `default:"200" placeholder:"N" help:"mail_limit"`
}

func (c *mailOutbox) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	found, total, err := carnet.Post.Outbox(post.Filter{State: c.State, Mailing: c.Mailing, Limit: c.Limit})
	if err != nil {
		return err
	}
	items := make([]messageDoc, len(found))
	for i, one := range found {
		items[i] = r.messageOf(one)
		if items[i].State == post.Held || items[i].State == post.Failed {
			r.attention()
		}
	}
	return answerRows(r, items, total, []string{"field.to", "field.subject", "field.sort", "field.status", "field.attempts", "field.id"}, func(d messageDoc) []string {
		state := r.word("mail.state.", d.State)
		if d.LastError != "" && d.Reason == "" {
			state += " (" + d.LastError + ")"
		}
		return []string{d.To, d.Subject, r.word("mail.sort.", d.Kind), state, strconv.Itoa(d.Attempts), d.ID}
	})
}

// sendDoc is what one run of the sender did.
type sendDoc struct {
	Sent        int    `json:"sent"`
	Later       int    `json:"later"`
	Failed      int    `json:"failed"`
	Held        int    `json:"held"`
	Stopped     int    `json:"stopped"`
	Waiting     int    `json:"waiting"`
	NextAttempt string `json:"next_attempt"`
	Code        string `json:"code"`   // why some wait; empty when none does for a reason
	Reason      string `json:"reason"` // the same in words
}

type mailSend struct {
	Limit int `placeholder:"N" help:"mail_send_limit"`
}

func (c *mailSend) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	report, err := carnet.Post.Send(r.context(), c.Limit)
	doc := sendDoc{Sent: report.Sent, Later: report.Later, Failed: report.Failed, Held: report.Held, Stopped: report.Stopped, Waiting: report.Waiting}
	if !report.Next.IsZero() {
		doc.NextAttempt = report.Next.UTC().Format(time.RFC3339)
	}
	if report.Claim != nil {
		waits := fault.New("mail_claim_waits", "why", r.words.Error(report.Claim).Text).Because(report.Claim)
		sentence := r.words.Error(waits)
		doc.Code, doc.Reason = sentence.Code, sentence.Text
	}
	did := report.Sent + report.Later + report.Failed + report.Held + report.Stopped
	if err != nil && did == 0 {
		return err
	}
	if err != nil {
		sentence := r.words.Error(err)
		doc.Code, doc.Reason = sentence.Code, sentence.Text
	}
	if report.Failed+report.Held > 0 || doc.Code != "" {
		r.attention()
	}
	return r.answer(doc, func() string {
		lines := []string{r.words.Say("cli.mail.sent", map[string]string{"sent": r.words.Number(doc.Sent), "later": r.words.Number(doc.Later), "failed": r.words.Number(doc.Failed),
			"held": r.words.Number(doc.Held), "waiting": r.words.Number(doc.Waiting)})}
		if doc.Reason != "" {
			lines = append(lines, doc.Reason)
		}
		return strings.Join(lines, "\n")
	})
}

// mailRefs name messages, or whole mailings.
type mailRefs struct {
	IDs []string `arg:"" name:"id" help:"mail_ids"`
}

// countDoc is how many messages something was done to.
type countDoc struct {
	Messages int `json:"messages"`
	Refused  int `json:"refused"` // that somebody else had decided of
}

func (r *run) counted(n, refused int) error {
	if refused > 0 {
		r.attention()
	}
	return r.answer(countDoc{n, refused}, func() string {
		text := r.words.Count("cli.mail.changed", n, nil)
		if refused > 0 {
			text += " " + r.words.Count("cli.mail.refused", refused, nil)
		}
		return text
	})
}

type mailHold struct{ mailRefs }

func (c *mailHold) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	n, err := carnet.Post.Hold(c.IDs)
	if err != nil {
		return err
	}
	return r.counted(n, 0)
}

type mailRelease struct{ mailRefs }

func (c *mailRelease) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	n, refused, err := carnet.Post.Release(r.context(), c.IDs)
	if err != nil {
		return err
	}
	return r.counted(n, refused)
}

type mailArrived struct{ mailRefs }

func (c *mailArrived) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	n, err := carnet.Post.Arrived(c.IDs)
	if err != nil {
		return err
	}
	return r.counted(n, 0)
}

type mailStop struct{ mailRefs }

func (c *mailStop) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	n, err := carnet.Post.Stop(c.IDs)
	if err != nil {
		return err
	}
	return r.counted(n, 0)
}

type mailTakeOver struct {
	Device string `arg:"" help:"mail_device"`
}

// takenOverDoc is what became of another laptop's queue.
type takenOverDoc struct {
	Device string `json:"device"`
	Taken  int    `json:"taken"`
	Held   int    `json:"held"`
}

func (c *mailTakeOver) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	laptops, err := carnet.Network.Laptops()
	if err != nil {
		return err
	}
	device := ""
	for _, l := range laptops {
		if strings.HasPrefix(l.Device, c.Device) {
			device = l.Device
		}
	}
	if device == "" {
		return fault.New("unknown_laptop", "device", c.Device)
	}
	taken, err := carnet.Post.TakeOver(r.context(), device)
	if err != nil {
		return err
	}
	if taken.Held > 0 {
		r.attention()
	}
	return r.answer(takenOverDoc{device, taken.Taken, taken.Held}, func() string {
		return r.words.Say("cli.mail.taken", map[string]string{"taken": r.words.Number(taken.Taken), "held": r.words.Number(taken.Held)})
	})
}
