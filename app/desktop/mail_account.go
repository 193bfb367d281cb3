package desktop

import (
	"context"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/post"
)

const testPatience = 45 * time.Second

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
	if f.Cert != a.Cert {
		a.Key = "" // it was of the other certificate
	}
	a.Cert = f.Cert
	if f.Key != "" {
		a.Key = f.Key
	}
	return a, err
}

func accountView(c *app.Carnet) (MailAccount, error) {
	a, err := c.Post.Account()
	return MailAccount{Set: a.From != "", Host: a.Host, Port: a.Port, Security: a.Security, Method: a.Method, User: a.User, From: a.From, Name: a.Name,
		Postal: a.Postal, Reply: a.Reply, Pace: a.Pace, CA: a.CA, Cert: a.Cert, HasKey: c.Post.HasKey(), HasPassword: c.Post.HasPassword()}, err
}

// ForgetAccount lets the account go with its password; what is queued waits.
func (m *Mail) ForgetAccount() (MailAccount, error) {
	return ask(m.d, func(c *app.Carnet) (MailAccount, error) {
		if err := c.Post.Forget(); err != nil {
			return MailAccount{}, err
		}
		m.d.sender.stop()
		return accountView(c)
	})
}

// ForgetPassword lets the password go, and a certificate's key.
func (m *Mail) ForgetPassword() (MailAccount, error) {
	return ask(m.d, func(c *app.Carnet) (MailAccount, error) {
		if err := c.Post.ForgetPassword(); err != nil {
			return MailAccount{}, err
		}
		m.d.sender.stop()
		return accountView(c)
	})
}
