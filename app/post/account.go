package post

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"example.org/carnet/app/post/smtp"
	"example.org/carnet/store/fault"
)

// Account is the mailbox that this laptop writes from, and the server that takes its mail. It rests sealed in the home; the
// password apart from the rest, and it never comes out again but to the server.
type Account struct {
	Host        string `json:"host"`
	Port        int    `json:"port"`
	Security    string `json:"security"` // tls, starttls, none
	Method      string `json:"method"`   // auto, plain, login, xoauth2
	User        string `json:"user"`
	From        string `json:"from"`        // address that people see, and that invitations come from
	Name        string `json:"name"`        // whose it is
	Postal      string `json:"postal"`      // where the sender can be found, in every mail
	Reply       string `json:"reply"`       // where answers go; empty means From
	Unsubscribe string `json:"unsubscribe"` // where to write to be left alone; empty means Reply
	Pace        int    `json:"pace"`        // mails a minute; 0 means as fast as the server takes them
	Connections int    `json:"connections"` // at once; 0 means one
	CA          string `json:"ca"`          // PEM
	Cert        string `json:"cert"`        // PEM
	Key         string `json:"-"`           // PEM, kept with the password
}

const (
	accountName = "mail-account"
	secretName  = "mail-secret"

	mostConnections = 8
	mostPace        = 6000
)

type secrets struct {
	Password string `json:"password"`
	Key      string `json:"key"`
}

// Account gives the account; empty when there is none.
func (p *Post) Account() (Account, error) {
	a, _, err := p.account()
	return a, err
}

func (p *Post) account() (a Account, s secrets, err error) {
	for name, to := range map[string]any{accountName: &a, secretName: &s} {
		sealed, err := p.Box.Get(name)
		if err == nil && sealed != nil {
			err = json.Unmarshal(sealed, to)
		}
		if err != nil {
			return Account{}, secrets{}, err
		}
	}
	a.Key = s.Key
	return a, s, nil
}

// SetAccount keeps an account; an empty password keeps the one of the same server and user. Faults: those of smtp.Config.Check,
// bad_email, bad_mail_pace, mail_name_missing.
func (p *Post) SetAccount(a Account, password string) (Account, error) {
	before, kept, err := p.account()
	if err != nil {
		return a, err
	}
	a = a.tidy()
	if password == "" && before.Host == a.Host && before.User == a.User {
		password = kept.Password
	}
	if a.Key == "" && a.Cert == before.Cert {
		a.Key = kept.Key
	}
	if err := a.check(password); err != nil {
		return a, err
	}
	for name, value := range map[string]any{accountName: a, secretName: secrets{Password: password, Key: a.Key}} {
		sealed, err := json.Marshal(value)
		if err == nil {
			err = p.Box.Put(name, sealed)
		}
		if err != nil {
			return a, err
		}
	}
	return a, nil
}

func (a Account) tidy() Account {
	for _, text := range []*string{&a.Host, &a.User, &a.From, &a.Name, &a.Reply, &a.Unsubscribe} {
		*text = strings.TrimSpace(*text)
	}
	a.Postal = strings.TrimSpace(a.Postal)
	a.Security, a.Method = cmp.Or(strings.ToLower(a.Security), smtp.StartTLS), cmp.Or(strings.ToLower(a.Method), smtp.Auto)
	if a.Port == 0 {
		a.Port = map[string]int{smtp.TLS: 465, smtp.StartTLS: 587}[a.Security]
	}
	if a.Port == 0 {
		a.Port = 25
	}
	return a
}

func (a Account) check(password string) error {
	for _, address := range []string{a.From, a.Reply, a.Unsubscribe} {
		if address != "" && !isAddress(address) || address == "" && a.From == "" {
			return fault.New("bad_email", "value", address)
		}
	}
	if a.Name == "" {
		return fault.New("mail_name_missing")
	}
	if a.Pace < 0 || a.Pace > mostPace || a.Connections < 0 || a.Connections > mostConnections {
		return fault.New("bad_mail_pace")
	}
	return a.server(password).Check()
}

func (a Account) server(password string) smtp.Config {
	_, domain, _ := strings.Cut(a.From, "@")
	return smtp.Config{Host: a.Host, Port: a.Port, Security: a.Security, Method: a.Method, User: a.User, Password: password,
		CA: []byte(a.CA), Cert: []byte(a.Cert), Key: []byte(a.Key), Name: asciiDomain(domain)}
}

// TestAccount connects, logs in and leaves without sending anything; an empty password means the one that is kept. Faults: those
// of smtp.Dial.
func (p *Post) TestAccount(ctx context.Context, a Account, password string) (smtp.Trial, error) {
	before, kept, err := p.account()
	if err != nil {
		return smtp.Trial{}, err
	}
	a = a.tidy()
	if password == "" && before.Host == a.Host && before.User == a.User {
		password = kept.Password
	}
	if a.Key == "" && a.Cert == before.Cert {
		a.Key = kept.Key
	}
	return smtp.Try(ctx, a.server(password))
}

// HasPassword tells whether one is kept.
func (p *Post) HasPassword() bool {
	_, kept, err := p.account()
	return err == nil && kept.Password != ""
}

// Forget lets the account go, with its password: mail waits until there is another one. What went out stays in the outbox.
func (p *Post) Forget() error {
	for _, name := range []string{secretName, accountName} {
		if err := p.Box.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// ForgetPassword lets the password go, and a certificate's key, and keeps the rest.
func (p *Post) ForgetPassword() error { return p.Box.Remove(secretName) }

// sender is what every mail of an account says of who writes, frozen with a mailing.
func (a Account) sender() Sender {
	return Sender{Name: a.Name, From: a.From, Reply: a.Reply, Postal: a.Postal, Unsubscribe: cmp.Or(a.Unsubscribe, a.Reply, a.From)}
}

// HasKey tells whether the key of a certificate is kept.
func (p *Post) HasKey() bool {
	_, kept, err := p.account()
	return err == nil && kept.Key != ""
}

// ready tells whether mail may be queued. Faults: mail_no_account, mail_no_postal.
func (a Account) ready() error {
	switch {
	case a.From == "":
		return fault.New("mail_no_account")
	case a.Postal == "":
		return fault.New("mail_no_postal")
	}
	return nil
}
