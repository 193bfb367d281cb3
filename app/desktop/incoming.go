package desktop

import (
	"context"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/post/inbox"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

const incomingShown = 500

// Incoming gives what came, the newest first; only what waits for a person when open is set.
func (m *Mail) Incoming(open bool) ([]IncomingRow, error) {
	return ask(m.d, func(c *app.Carnet) ([]IncomingRow, error) {
		list, err := c.Inbox.List(open)
		rows := []IncomingRow{}
		for i := range list[:min(len(list), incomingShown)] {
			rows = append(rows, m.d.incomingRow(c, list[i]))
		}
		return rows, err
	})
}

func (d *Desktop) incomingRow(c *app.Carnet, in store.Incoming) IncomingRow {
	row := IncomingRow{ID: in.ID, Sort: in.Sort, Open: in.Status == "open", From: in.From, Subject: in.Subject, Text: in.Text, Member: in.Member, Explains: []string{}}
	if at, err := time.Parse(time.RFC3339, in.At); err == nil {
		row.When = d.when(c, at)
	}
	if in.Member != "" {
		row.Name = d.recordName(c, store.KindMember, in.Member)
	}
	for _, note := range inbox.Explain(in) {
		if answer := note.Facts["answer"]; answer != "" {
			note.Facts["answer"] = d.words().Say("incoming.answer."+answer, nil)
		}
		if key := "incoming.what." + note.Code; d.words().Has(key) {
			row.Explains = append(row.Explains, strings.TrimSpace(d.words().Say(key, note.Facts)))
		}
	}
	return row
}

// Settle says that a person looked at what came.
func (m *Mail) Settle(ids []string) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		var refs []store.Ref
		for _, id := range ids {
			some, err := c.Inbox.Done(id)
			if err != nil {
				return Written{}, err
			}
			refs = append(refs, some...)
		}
		m.d.remember(refs)
		return Written{Text: m.d.words().Count("mail.done.settled", len(ids), nil)}, nil
	})
}

// ReadFiles takes in mails that were dropped on the window: files, or an mbox. The answer is a job with a ReadReport.
func (m *Mail) ReadFiles(uploads []string) (string, error) {
	return ask(m.d, func(c *app.Carnet) (string, error) {
		paths := make([]string, 0, len(uploads))
		for _, id := range uploads {
			file, err := m.d.uploads.find(id)
			if err != nil {
				return "", err
			}
			paths = append(paths, file.path)
		}
		return startJob(m.d, m.d.words().Say("mail.reading", nil), func(ctx context.Context, _ progress) (ReadReport, error) {
			from, err := inbox.OpenFiles(paths...)
			if err != nil {
				return ReadReport{}, err
			}
			report, err := c.Inbox.Read(ctx, from)
			_ = from.Close()
			return m.d.readReport(report), err
		}), nil
	})
}

// ReadMailbox takes in what came to the mailbox. The answer is a job with a ReadReport.
func (m *Mail) ReadMailbox() (string, error) {
	return ask(m.d, func(c *app.Carnet) (string, error) {
		if kept, _, _, err := mailbox(c); err != nil || kept.URL == "" {
			return "", firstError(err, fault.New("mail_no_mailbox"))
		}
		return startJob(m.d, m.d.words().Say("mail.reading", nil), func(ctx context.Context, _ progress) (ReadReport, error) {
			report, err := m.d.readMailbox(ctx, c)
			m.d.reader.said(err)
			return m.d.readReport(report), err
		}), nil
	})
}

func firstError(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func (d *Desktop) readReport(r inbox.Report) ReadReport {
	text := d.words().Count("mail.read", r.Read-r.Known, nil)
	for _, part := range []struct {
		key string
		n   int
	}{{"mail.read.answers", r.Accepted + r.Declined + r.Tentative}, {"mail.read.bounced", r.Bounced}, {"mail.read.unsubscribed", r.Unsubscribed}, {"mail.read.waiting", r.Waiting}} {
		if part.n > 0 {
			text += " " + d.words().Count(part.key, part.n, map[string]string{"n": strconv.Itoa(part.n)})
		}
	}
	return ReadReport{Read: r.Read, Waiting: r.Waiting, Text: text}
}

// heldCard tells of messages that wait for a person.
func (d *Desktop) heldCard(c *app.Carnet, _ time.Time) (WaitingCard, bool, error) {
	counts, err := c.Post.Counts()
	return d.card("mail-held", counts["held"], d.words().Say("today.card.mail-held.detail", nil), "mail", "amber", "mail"), counts["held"] > 0, err
}

// incomingCard tells of answers that wait for a person.
func (d *Desktop) incomingCard(c *app.Carnet, _ time.Time) (WaitingCard, bool, error) {
	open, err := c.Inbox.List(true)
	var names []string
	for _, in := range open[:min(len(open), namesShown)] {
		names = append(names, firstText(d.nameIfAny(c, in.Member), in.From, in.Subject))
	}
	return d.card("incoming", len(open), andMore(names, len(open)), "incoming", "amber", "mail?view=incoming"), len(open) > 0, err
}

func (d *Desktop) nameIfAny(c *app.Carnet, member string) string {
	if member == "" {
		return ""
	}
	return d.recordName(c, store.KindMember, member)
}

func firstText(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
