package command

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/post/inbox"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

type mailRead struct {
	Source []string `arg:"" help:"mail_source"`
	Ask    bool     `help:"mail_read_ask"`
}

// readDoc answers a reading.
type readDoc struct {
	inbox.Report
	MS int64 `json:"ms"`
}

func (c *mailRead) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	began := time.Now()
	from, err := c.source(r, carnet)
	if err != nil {
		return err
	}
	report, err := carnet.Inbox.Read(r.context(), from)
	_ = from.Close()
	if err != nil {
		return err
	}
	if report.Waiting > 0 {
		r.attention()
	}
	doc := readDoc{report, time.Since(began).Milliseconds()}
	return r.answer(doc, func() string { return r.readPage(report) })
}

func (r *run) readPage(report inbox.Report) string {
	facts := map[string]string{}
	for name, n := range map[string]int{"read": report.Read, "known": report.Known, "accepted": report.Accepted, "declined": report.Declined, "tentative": report.Tentative,
		"bounced": report.Bounced, "soft": report.Soft, "unsubscribed": report.Unsubscribed, "waiting": report.Waiting} {
		facts[name] = strconv.Itoa(n)
	}
	text := r.words.Say("cli.mail.read", facts)
	if report.Waiting > 0 {
		text += "\n" + r.words.Say("cli.mail.waiting", facts)
	}
	return text
}

func (c *mailRead) source(r *run, carnet *app.Carnet) (inbox.Source, error) {
	if !inbox.IsMailbox(c.Source[0]) {
		return inbox.OpenFiles(c.Source...)
	}
	if len(c.Source) > 1 {
		return nil, misused("unexpected", c.Source[1])
	}
	m, err := inbox.ParseMailbox(c.Source[0])
	if err != nil {
		return nil, err
	}
	password, err := c.password(r, carnet, m)
	if err != nil {
		return nil, err
	}
	return carnet.Inbox.OpenMailbox(r.context(), m, password)
}

// password comes from standard input, which is then kept sealed, from the environment, or from what was kept.
func (c *mailRead) password(r *run, carnet *app.Carnet, m inbox.Mailbox) (string, error) {
	name := "imap-" + m.Key()
	if c.Ask {
		fmt.Fprint(r.world.Err, r.words.Say("cli.mail.ask-password", map[string]string{"user": m.User, "host": m.Host})+" ")
		line, err := bufio.NewReader(io.LimitReader(r.world.In, 8<<10)).ReadString('\n')
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			return "", fault.New("mailbox_password").Because(err)
		}
		return line, carnet.Box.Put(name, []byte(line))
	}
	if password := os.Getenv("CARNET_IMAP_PASSWORD"); password != "" {
		return password, nil
	}
	kept, err := carnet.Box.Get(name)
	if err == nil && kept == nil {
		err = fault.New("mailbox_password")
	}
	return string(kept), err
}

type mailIncoming struct {
	All bool `help:"mail_incoming_all"`
}

// incomingDoc is one mail that came.
type incomingDoc struct {
	ID      string   `json:"id"`
	Sort    string   `json:"sort"`   // reply, bounce, soft-bounce, unsubscribe, unreadable
	Status  string   `json:"status"` // open, done
	At      string   `json:"at"`
	From    string   `json:"from"`
	Subject string   `json:"subject"`
	Text    string   `json:"text"`
	Member  string   `json:"member"`
	Message string   `json:"message"`
	What    []string `json:"what"` // codes
	Reason  string   `json:"reason"`
}

func (r *run) incomingDoc(in store.Incoming) incomingDoc {
	doc := incomingDoc{ID: in.ID, Sort: in.Sort, Status: in.Status, At: in.At, From: in.From, Subject: in.Subject, Text: in.Text, Member: in.Member, Message: in.Message, What: []string{}}
	var reasons []string
	for _, note := range inbox.Explain(in) {
		doc.What = append(doc.What, note.Code)
		if answer := note.Facts["answer"]; answer != "" {
			note.Facts["answer"] = r.words.Say("incoming.answer."+answer, nil)
		}
		reasons = append(reasons, r.words.Say("incoming.what."+note.Code, note.Facts))
	}
	doc.Reason = strings.Join(reasons, " ")
	return doc
}

func (c *mailIncoming) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	came, err := carnet.Inbox.List(!c.All)
	if err != nil {
		return err
	}
	items := make([]incomingDoc, len(came))
	for i, in := range came {
		items[i] = r.incomingDoc(in)
		if in.Status == "open" {
			r.attention()
		}
	}
	return answerList(r, items, len(items), func(d incomingDoc) string {
		return strings.Join([]string{d.At, d.From, d.Subject, d.Reason, d.ID}, "  ")
	})
}

type mailDone struct {
	ID []string `arg:"" help:"mail_done_id"`
}

func (c *mailDone) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	var items []incomingDoc
	for _, ref := range c.ID {
		id, err := carnet.Store.Resolve(store.KindIncoming, ref)
		if err == nil {
			_, err = carnet.Inbox.Done(id)
		}
		var in store.Incoming
		if err == nil {
			in, err = store.Get[store.Incoming](carnet.Store, id)
		}
		if err != nil {
			return err
		}
		items = append(items, r.incomingDoc(in))
	}
	return answerList(r, items, len(items), func(d incomingDoc) string { return r.words.Say("cli.mail.done", map[string]string{"id": d.ID}) })
}
