package command

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"example.org/carnet/app/post"
	"example.org/carnet/store/fault"
)

type mailCmd struct {
	Account  mailAccountCmd  `cmd:"" help:"mail_account"`
	Invite   mailInvite      `cmd:"" help:"mail_invite"`
	Update   mailUpdate      `cmd:"" help:"mail_update"`
	Cancel   mailCancel      `cmd:"" help:"mail_cancel"`
	Remind   mailRemind      `cmd:"" help:"mail_remind"`
	Confirm  mailConfirm     `cmd:"" help:"mail_confirm"`
	Decline  mailDecline     `cmd:"" help:"mail_decline"`
	Digest   mailDigest      `cmd:"" help:"mail_digest"`
	Write    mailWrite       `cmd:"" help:"mail_write"`
	Preview  mailPreview     `cmd:"" help:"mail_preview"`
	Outbox   mailOutbox      `cmd:"" help:"mail_outbox"`
	Send     mailSend        `cmd:"" help:"mail_send"`
	Hold     mailHold        `cmd:"" help:"mail_hold"`
	Release  mailRelease     `cmd:"" help:"mail_release"`
	Arrived  mailArrived     `cmd:"" help:"mail_arrived"`
	Stop     mailStop        `cmd:"" help:"mail_stop"`
	TakeOver mailTakeOver    `cmd:"" help:"mail_take_over"`
	Template mailTemplateCmd `cmd:"" help:"mail_template"`
	Read     mailRead        `cmd:"" help:"mail_read"`
	Incoming mailIncoming    `cmd:"" help:"mail_incoming"`
	Done     mailDone        `cmd:"" help:"mail_done"`
}

type mailAccountCmd struct {
	Set  mailAccountSet  `cmd:"" help:"mail_account_set"`
	Show mailAccountShow `cmd:"" help:"mail_account_show"`
	Test mailAccountTest `cmd:"" help:"mail_account_test"`

	Forget mailAccountForget `cmd:"" help:"mail_account_forget"`
}

// accountDoc is the mail account, without what opens it.
type accountDoc struct {
	Host        string `json:"host"`
	Port        int    `json:"port"`
	Security    string `json:"security"`
	Method      string `json:"method"`
	User        string `json:"user"`
	Password    bool   `json:"password"` // one is kept
	From        string `json:"from"`
	Name        string `json:"name"`
	Postal      string `json:"postal"`
	Reply       string `json:"reply"`
	Unsubscribe string `json:"unsubscribe"`
	Pace        int    `json:"pace"`
	Connections int    `json:"connections"`
	CA          bool   `json:"ca"`
	Certificate bool   `json:"certificate"`
}

func (r *run) answerAccount(p *post.Post, a post.Account) error {
	doc := accountDoc{Host: a.Host, Port: a.Port, Security: a.Security, Method: a.Method, User: a.User, Password: p.HasPassword(), From: a.From, Name: a.Name,
		Postal: a.Postal, Reply: a.Reply, Unsubscribe: a.Unsubscribe, Pace: a.Pace, Connections: a.Connections, CA: a.CA != "", Certificate: a.Cert != ""}
	return r.answer(doc, func() string {
		if a.From == "" {
			return r.words.Say("cli.nothing", nil)
		}
		return fmt.Sprintf("%s <%s>\n%s:%d (%s) %s\n%s", a.Name, a.From, a.Host, a.Port, a.Security, a.User, a.Postal)
	})
}

// passwordEnv names the mail server's password where it is not asked for.
const passwordEnv = "CARNET_SMTP_PASSWORD"

type mailAccountSet struct {
	Host        string `placeholder:"H" help:"mail_host"`
	Port        int    `placeholder:"P" help:"mail_port"`
	From        string `placeholder:"A" help:"mail_from"`
	Name        string `placeholder:"N" help:"mail_name"`
	Postal      string `placeholder:"ADDRESS" help:"mail_postal"`
	Security    string `placeholder:"tls|starttls|none" help:"mail_security"`
	User        string `placeholder:"U" help:"mail_user"`
	Method      string `placeholder:"auto|plain|login|xoauth2" help:"mail_method"`
	Reply       string `placeholder:"A" help:"mail_reply"`
	Unsubscribe string `placeholder:"A" help:"mail_unsubscribe"`
	Pace        int    `default:"-1" placeholder:"N" help:"mail_pace"`
	Connections int    `placeholder:"N" help:"mail_connections"`
	CA          string `name:"ca" placeholder:"FILE" help:"mail_ca"`
	Cert        string `placeholder:"FILE" help:"mail_cert"`
	Key         string `placeholder:"FILE" help:"mail_key"`
	Ask         bool   `help:"mail_ask"`
}

// Run writes the settings that are named and leaves the others.
func (c *mailAccountSet) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	a, err := carnet.Post.Account()
	if err != nil {
		return err
	}
	if c.Security != "" && c.Security != a.Security && c.Port == 0 {
		a.Port = 0 // the usual one of that security
	}
	for _, f := range []struct {
		to    *string
		value string
	}{{&a.Host, c.Host}, {&a.From, c.From}, {&a.Name, c.Name}, {&a.Postal, c.Postal}, {&a.Security, c.Security}, {&a.User, c.User},
		{&a.Method, c.Method}, {&a.Reply, c.Reply}, {&a.Unsubscribe, c.Unsubscribe}} {
		if f.value != "" {
			*f.to = f.value
		}
	}
	for _, n := range []struct {
		to    *int
		value int
		given bool
	}{{&a.Port, c.Port, c.Port != 0}, {&a.Pace, c.Pace, c.Pace >= 0}, {&a.Connections, c.Connections, c.Connections != 0}} {
		if n.given {
			*n.to = n.value
		}
	}
	if err := readPEM(map[*string]string{&a.CA: c.CA, &a.Cert: c.Cert, &a.Key: c.Key}); err != nil {
		return err
	}
	password := os.Getenv(passwordEnv)
	if c.Ask {
		if password, err = r.askPassword(); err != nil {
			return err
		}
	}
	if a, err = carnet.Post.SetAccount(a, password); err != nil {
		return err
	}
	return r.answerAccount(carnet.Post, a)
}

func readPEM(files map[*string]string) error {
	const most = 64 << 10
	for to, path := range files {
		if path == "" {
			continue
		}
		file, err := os.Open(path)
		if err != nil {
			return fault.New("file_unreadable", "file", path).Because(err)
		}
		raw, err := io.ReadAll(io.LimitReader(file, most))
		_ = file.Close() // only read
		if err != nil {
			return fault.New("file_unreadable", "file", path).Because(err)
		}
		*to = string(raw)
	}
	return nil
}

// askPassword reads one line from standard input, so that it stands in no command or history.
func (r *run) askPassword() (string, error) {
	_, _ = fmt.Fprint(r.world.Err, r.words.Say("cli.mail.ask-password", nil)+" ")
	line, err := bufio.NewReader(io.LimitReader(r.world.In, 8<<10)).ReadString('\n')
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", fault.New("mail_password_missing").Because(err)
	}
	return line, nil
}

type mailAccountForget struct {
	Password bool `help:"mail_account_forget_password"`
}

// Run lets the account go, or its password alone.
func (c *mailAccountForget) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	forget := carnet.Post.Forget
	if c.Password {
		forget = carnet.Post.ForgetPassword
	}
	if err := forget(); err != nil {
		return err
	}
	a, err := carnet.Post.Account()
	if err != nil {
		return err
	}
	return r.answerAccount(carnet.Post, a)
}

type mailAccountShow struct{}

func (c *mailAccountShow) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	a, err := carnet.Post.Account()
	if err != nil {
		return err
	}
	return r.answerAccount(carnet.Post, a)
}

type mailAccountTest struct{}

// trialDoc is what a server said.
type trialDoc struct {
	Greeting string `json:"greeting"`
	Secured  bool   `json:"secured"`
	Method   string `json:"method"`
	Most     int    `json:"max_bytes"`
	UTF8     bool   `json:"utf8"`
}

func (c *mailAccountTest) Run(r *run) error {
	carnet, err := r.open()
	if err != nil {
		return err
	}
	a, err := carnet.Post.Account()
	if err == nil && a.From == "" {
		err = fault.New("mail_no_account")
	}
	if err != nil {
		return err
	}
	trial, err := carnet.Post.TestAccount(r.context(), a, os.Getenv(passwordEnv))
	if err != nil {
		return err
	}
	doc := trialDoc{Greeting: trial.Greeting, Secured: trial.Secured, Method: trial.Method, Most: trial.Most, UTF8: trial.UTF8}
	return r.answer(doc, func() string {
		return r.words.Say("cli.mail.tested", map[string]string{"host": a.Host, "words": trial.Greeting})
	})
}
