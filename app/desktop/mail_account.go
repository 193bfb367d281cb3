package desktop

import (
	"context"
	"encoding/json"
	"net"
	"net/url"
	"strconv"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/post"
	"example.org/carnet/app/post/inbox"
	"example.org/carnet/store/fault"
)

const (
	mailboxName  = "mail-mailbox" // under which the mailbox rests sealed, its password apart
	testPatience = 45 * time.Second
)

// SetAccount keeps the account that this laptop writes from.
func (m *Mail) SetAccount(f MailAccountFields) (MailAccount, error) {
	return ask(m.d, func(c *app.Carnet) (MailAccount, error) {
		a, err := withFields(c, f)
		if err == nil {
			_, err = c.Post.SetAccount(a, f.Password)
		}
		if err != nil {
			return MailAccount{}, err
		}
		m.d.atOnce()
		return accountView(c)
	})
}

// TestAccount connects, proves who this is, and leaves; nothing is sent.
func (m *Mail) TestAccount(f MailAccountFields) (MailTest, error) {
	return ask(m.d, func(c *app.Carnet) (MailTest, error) {
		ctx, cancel := context.WithTimeout(m.d.ctx, testPatience)
		defer cancel()
		a, err := withFields(c, f)
		if err != nil {
			return MailTest{}, err
		}
		trial, err := c.Post.TestAccount(ctx, a, f.Password)
		if err != nil {
			return MailTest{Text: m.d.words().Error(err).Text}, nil
		}
		key := "mail.tested.open"
		if trial.Secured {
			key = "mail.tested.secured"
		}
		return MailTest{OK: true, Text: m.d.words().Say(key, map[string]string{"words": trial.Greeting})}, nil
	})
}

// withFields puts what a person typed over what is kept and not shown.
func withFields(c *app.Carnet, f MailAccountFields) (post.Account, error) {
	a, err := c.Post.Account()
	a.Host, a.Port, a.Security, a.Method, a.User = f.Host, f.Port, f.Security, f.Method, f.User
	a.From, a.Name, a.Postal, a.Reply, a.Pace, a.CA = f.From, f.Name, f.Postal, f.Reply, f.Pace, f.CA
	return a, err
}

func accountView(c *app.Carnet) (MailAccount, error) {
	a, err := c.Post.Account()
	return MailAccount{Set: a.From != "", Host: a.Host, Port: a.Port, Security: a.Security, Method: a.Method, User: a.User, From: a.From, Name: a.Name,
		Postal: a.Postal, Reply: a.Reply, Pace: a.Pace, CA: a.CA, HasPassword: c.Post.HasPassword()}, err
}

// keptMailbox is the mailbox as it rests in the home, with the day it was read last.
type keptMailbox struct {
	URL  string    `json:"url"`
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

// SetMailbox keeps the mailbox that answers come to; an empty host forgets it.
func (m *Mail) SetMailbox(f MailboxFields) (MailboxView, error) {
	return ask(m.d, func(c *app.Carnet) (MailboxView, error) {
		if f.Host == "" {
			err := keepMailbox(c, keptMailbox{})
			return MailboxView{}, err
		}
		box, err := inbox.ParseMailbox(f.address())
		if err != nil {
			return MailboxView{}, err
		}
		if f.Password != "" {
			if err := c.Box.Put(passwordName(box), []byte(f.Password)); err != nil {
				return MailboxView{}, err
			}
		}
		if err := keepMailbox(c, keptMailbox{URL: f.address()}); err != nil {
			return MailboxView{}, err
		}
		m.d.reader.wake()
		return m.d.mailboxView(c)
	})
}

// TestMailbox opens the mailbox and leaves it as it is.
func (m *Mail) TestMailbox(f MailboxFields) (MailTest, error) {
	return ask(m.d, func(c *app.Carnet) (MailTest, error) {
		ctx, cancel := context.WithTimeout(m.d.ctx, testPatience)
		defer cancel()
		box, err := inbox.ParseMailbox(f.address())
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
	secret, err := c.Box.Get(passwordName(box))
	return kept, box, string(secret), err
}

func (d *Desktop) mailboxView(c *app.Carnet) (MailboxView, error) {
	kept, box, password, err := mailbox(c)
	if err != nil || kept.URL == "" {
		return MailboxView{}, err
	}
	port, _ := strconv.Atoi(box.Port)
	v := MailboxView{Set: true, Host: box.Host, Port: port, Security: box.Security, User: box.User, Folder: box.Name, HasPassword: password != "", Read: sayWhen(d.words(), kept.Read)}
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
