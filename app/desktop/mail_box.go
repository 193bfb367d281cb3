package desktop

import (
	"context"
	"encoding/json"
	"net"
	"net/url"
	"strconv"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/post/inbox"
	"example.org/carnet/store/fault"
)

const mailboxName = "mail-mailbox" // under which the mailbox rests sealed, its password apart

// keptMailbox is the mailbox as it rests in the home, with the day it was read last.
type keptMailbox struct {
	URL  string    `json:"url"`
	CA   string    `json:"ca,omitempty"` // PEM, of an authority that the system does not know
	Read time.Time `json:"read,omitzero"`
}

func (f MailboxFields) address() string {
	scheme := map[string]string{"tls": "imaps"}[f.Security]
	if scheme == "" {
		scheme = "imap"
	}
	host := f.Host
	if f.Port > 0 {
		host = net.JoinHostPort(f.Host, strconv.Itoa(f.Port))
	}
	query := url.Values{}
	if f.Security == "none" {
		query.Set("security", "none")
	}
	if f.Method == "xoauth2" {
		query.Set("auth", "xoauth2")
	}
	u := url.URL{Scheme: scheme, User: url.User(f.User), Host: host, Path: "/" + f.Folder, RawQuery: query.Encode()}
	return u.String()
}

// read takes the fields for a mailbox.
func (f MailboxFields) read() (inbox.Mailbox, error) {
	box, err := inbox.ParseMailbox(f.address())
	box.PEM = f.CA
	return box, err
}

// SetMailbox keeps the mailbox that answers come to; an empty host forgets it, with its password.
func (m *Mail) SetMailbox(f MailboxFields) (MailboxView, error) {
	return ask(m.d, func(c *app.Carnet) (MailboxView, error) {
		if f.Host == "" {
			return MailboxView{}, forgetMailbox(c)
		}
		box, err := f.read()
		if err != nil {
			return MailboxView{}, err
		}
		if f.Password != "" {
			if err := c.Box.Put(passwordName(box), []byte(f.Password)); err != nil {
				return MailboxView{}, err
			}
		}
		if err := keepMailbox(c, keptMailbox{URL: f.address(), CA: f.CA}); err != nil {
			return MailboxView{}, err
		}
		m.d.reader.wake()
		return m.d.mailboxView(c)
	})
}

func forgetMailbox(c *app.Carnet) error {
	kept, box, _, err := mailbox(c)
	if err == nil && kept.URL != "" {
		err = c.Box.Remove(passwordName(box))
	}
	if err != nil {
		return err
	}
	return c.Box.Remove(mailboxName)
}

// TestMailbox opens the mailbox and leaves it as it is.
func (m *Mail) TestMailbox(f MailboxFields) (MailTest, error) {
	return ask(m.d, func(c *app.Carnet) (MailTest, error) {
		ctx, cancel := context.WithTimeout(m.d.ctx, testPatience)
		defer cancel()
		box, err := f.read()
		password := []byte(f.Password)
		if err == nil && f.Password == "" {
			password, err = c.Box.Get(passwordName(box))
		}
		if err == nil {
			var from inbox.Source
			if from, err = c.Inbox.OpenMailbox(ctx, box, string(password)); err == nil {
				err = from.Close()
			}
		}
		if err != nil {
			return MailTest{Text: m.d.words().Error(err).Text}, nil
		}
		return MailTest{OK: true, Text: m.d.words().Say("mail.mailbox.tested", map[string]string{"folder": box.Name})}, nil
	})
}

// passwordName is what the command line calls it too.
func passwordName(box inbox.Mailbox) string { return "imap-" + box.Key() }

func keepMailbox(c *app.Carnet, kept keptMailbox) error {
	raw, err := json.Marshal(kept)
	if err == nil {
		err = c.Box.Put(mailboxName, raw)
	}
	return err
}

// mailbox gives the mailbox that is kept, and its password; no URL when there is none.
func mailbox(c *app.Carnet) (kept keptMailbox, box inbox.Mailbox, password string, err error) {
	raw, err := c.Box.Get(mailboxName)
	if err != nil || raw == nil {
		return kept, box, "", err
	}
	if err := json.Unmarshal(raw, &kept); err != nil || kept.URL == "" {
		return keptMailbox{}, box, "", nil
	}
	if box, err = inbox.ParseMailbox(kept.URL); err != nil {
		return kept, box, "", err
	}
	box.PEM = kept.CA
	secret, err := c.Box.Get(passwordName(box))
	return kept, box, string(secret), err
}

func (d *Desktop) mailboxView(c *app.Carnet) (MailboxView, error) {
	kept, box, password, err := mailbox(c)
	if err != nil || kept.URL == "" {
		return MailboxView{}, err
	}
	port, _ := strconv.Atoi(box.Port)
	v := MailboxView{Set: true, Host: box.Host, Port: port, Security: box.Security, Method: box.Auth, CA: kept.CA, User: box.User, Folder: box.Name, HasPassword: password != "", Read: sayWhen(d.words(), kept.Read)}
	if err := d.reader.trouble(); err != nil {
		v.Trouble = d.words().Error(err).Text
	}
	return v, nil
}

// readMailbox takes in what came since the last time; nothing when there is no mailbox.
func (d *Desktop) readMailbox(ctx context.Context, c *app.Carnet) (inbox.Report, error) {
	kept, box, password, err := mailbox(c)
	if err != nil || kept.URL == "" {
		return inbox.Report{}, err
	}
	if password == "" {
		return inbox.Report{}, fault.New("mailbox_no_password")
	}
	from, err := c.Inbox.OpenMailbox(ctx, box, password)
	if err != nil {
		return inbox.Report{}, err
	}
	report, err := c.Inbox.Read(ctx, from)
	_ = from.Close()
	if err == nil {
		kept.Read = c.Now()
		err = keepMailbox(c, kept)
	}
	return report, err
}
