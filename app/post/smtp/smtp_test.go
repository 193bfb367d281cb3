package smtp_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"example.org/carnet/app/post/smtp"
	"example.org/carnet/app/post/smtp/smtptest"
	"example.org/carnet/store/fault"
)

const mail = "From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nBonjour\r\n"

func server(t *testing.T, o smtptest.Options) (*smtptest.Server, smtp.Config) {
	t.Helper()
	s, err := smtptest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	c := smtp.Config{Host: "127.0.0.1", Port: s.Port(), Security: smtp.None, CA: s.CA, Reach: 3 * time.Second, Answer: 3 * time.Second, Accept: 3 * time.Second}
	switch {
	case o.TLS:
		c.Security = smtp.TLS
	case o.StartTLS:
		c.Security = smtp.StartTLS
	}
	if len(o.Methods) > 0 {
		c.User, c.Password = smtptest.User, smtptest.Password
	}
	return s, c
}

func nothing() error { return nil }

func send(t *testing.T, c smtp.Config, to string, before func() error) smtp.Result {
	t.Helper()
	s, err := smtp.Dial(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	return s.Send("bureau@example.org", to, []byte(mail), before)
}

func TestAMailIsHandedOverByEveryWayOfProtectingAndProving(t *testing.T) {
	for _, o := range []smtptest.Options{
		{}, {TLS: true}, {StartTLS: true}, {Methods: []string{"PLAIN"}},
		{TLS: true, Methods: []string{"PLAIN", "LOGIN"}}, {StartTLS: true, Methods: []string{"LOGIN"}}, {StartTLS: true, Methods: []string{"XOAUTH2"}},
	} {
		s, c := server(t, o)
		trial, err := smtp.Try(t.Context(), c)
		if err != nil || trial.Secured != (o.TLS || o.StartTLS) || !strings.Contains(trial.Greeting, "220 mail.example.org") {
			t.Errorf("%+v: tried %+v %v", o, trial, err)
		}
		if len(o.Methods) > 0 && !strings.EqualFold(trial.Method, o.Methods[0]) {
			t.Errorf("%+v: by %q", o, trial.Method)
		}
		if r := send(t, c, "b@example.org", nothing); r.Outcome != smtp.Sent || r.Err != nil || len(s.Mails()["b@example.org"]) != 1 {
			t.Errorf("%+v: %+v", o, r)
		}
	}
}

func TestAClientCertificateIsShownToAServerThatAsksForOne(t *testing.T) {
	_, c := server(t, smtptest.Options{TLS: true, ClientAuth: true})
	if _, err := smtp.Try(t.Context(), c); err == nil {
		t.Error("let in without a certificate")
	}
	own, _, err := smtptest.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	if c.Cert, c.Key, err = smtptest.PEM(own); err != nil {
		t.Fatal(err)
	}
	if _, err := smtp.Try(t.Context(), c); err != nil {
		t.Error(err)
	}
	c.Key = []byte("no key")
	if _, err := smtp.Try(t.Context(), c); !fault.Is(err, "bad_mail_certificate") || strings.Contains(err.Error(), "no key") {
		t.Error(err)
	}
}

func TestWhoIsNotLetInIsToldWhyByCode(t *testing.T) {
	s, c := server(t, smtptest.Options{StartTLS: true, Methods: []string{"PLAIN"}})
	_, open := server(t, smtptest.Options{})
	for code, change := range map[string]func(*smtp.Config){
		"smtp_login_refused":   func(c *smtp.Config) { c.Password = "wrong" },
		"smtp_certificate":     func(c *smtp.Config) { c.CA = nil },
		"smtp_no_method":       func(c *smtp.Config) { c.Method = smtp.XOAuth2 },
		"smtp_no_starttls":     func(c *smtp.Config) { c.Port = open.Port },
		"bad_mail_port":        func(c *smtp.Config) { c.Port = 0 },
		"bad_mail_host":        func(c *smtp.Config) { c.Host = "no host" },
		"bad_mail_security":    func(c *smtp.Config) { c.Security = "maybe" },
		"bad_mail_method":      func(c *smtp.Config) { c.Method = "digest" },
		"mail_password_open":   func(c *smtp.Config) { c.Host, c.Security = "mail.example.org", smtp.None },
		"smtp_unreachable":     func(c *smtp.Config) { c.Port = closedPort(t) },
		"bad_mail_certificate": func(c *smtp.Config) { c.CA = []byte("nothing") },
	} {
		with := c
		change(&with)
		_, err := smtp.Try(t.Context(), with)
		if !fault.Is(err, code) {
			t.Errorf("%s: %v", code, err)
		}
		if err != nil && (strings.Contains(err.Error(), smtptest.Password) || strings.Contains(err.Error(), "wrong")) {
			t.Errorf("%s quotes the password: %v", code, err)
		}
	}
	var f *fault.Fault
	c.Password = "wrong"
	if _, err := smtp.Try(t.Context(), c); !errors.As(err, &f) || !strings.Contains(f.Facts["words"], "Username and Password not accepted") {
		t.Error("the server's words were lost", err)
	}
	if n := len(s.Mails()); n != 0 {
		t.Errorf("%d mails", n)
	}
}

func closedPort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

func TestAServerThatSaysNothingIsLeftInTime(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for _, security := range []string{smtp.None, smtp.TLS, smtp.StartTLS} {
		c := smtp.Config{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: security, Reach: 200 * time.Millisecond}
		began := time.Now()
		_, err = smtp.Try(t.Context(), c)
		if code := fault.CodeOf(err); code != "smtp_slow" && code != "smtp_unreachable" || time.Since(began) > 20*time.Second {
			t.Errorf("%s: %v after %s", security, err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		c.Reach = time.Minute
		began = time.Now()
		if _, err = smtp.Try(ctx, c); err == nil || time.Since(began) > 20*time.Second {
			t.Errorf("%s: %v after %s", security, err, time.Since(began))
		}
		cancel()
	}
}

func TestWhatBecameOfAMailIsWhatTheServerSaid(t *testing.T) {
	busy := &gosmtp.SMTPError{Code: 451, EnhancedCode: gosmtp.EnhancedCode{4, 7, 1}, Message: "Greylisted, come\n back"}
	never := &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "No such user"}
	hang := func(conn net.Conn, _ string) error { _ = conn.Close(); return nil }
	for _, c := range []struct {
		name  string
		spoil func(*smtptest.Server)
		want  smtp.Outcome
		code  string
		took  int
	}{
		{"taken", func(*smtptest.Server) {}, smtp.Sent, "", 1},
		{"greylisted", func(s *smtptest.Server) { s.OnRcpt = func(net.Conn, string) error { return busy } }, smtp.Later, "smtp_later", 0},
		{"unknown", func(s *smtptest.Server) { s.OnRcpt = func(net.Conn, string) error { return never } }, smtp.Failed, "smtp_refused", 0},
		{"lost before", func(s *smtptest.Server) { s.OnMail = hang }, smtp.Later, "smtp_unreachable", 0},
		{"refused at its end", func(s *smtptest.Server) { s.OnTook = func(net.Conn, string) error { return never } }, smtp.Failed, "smtp_refused", 0},
		{"later at its end", func(s *smtptest.Server) { s.OnTook = func(net.Conn, string) error { return busy } }, smtp.Later, "smtp_later", 0},
		{"lost while it was sent", func(s *smtptest.Server) { s.OnData = hang }, smtp.Unsure, "smtp_lost", 0},
		{"lost when it was taken", func(s *smtptest.Server) { s.OnDone = func(conn net.Conn, _ string) { _ = conn.Close() } }, smtp.Unsure, "smtp_lost", 1},
	} {
		s, config := server(t, smtptest.Options{})
		c.spoil(s)
		r := send(t, config, "b@example.org", nothing)
		if r.Outcome != c.want || c.code != "" && !fault.Is(r.Err, c.code) || len(s.Mails()["b@example.org"]) != c.took {
			t.Errorf("%s: %+v, %d taken", c.name, r, len(s.Mails()["b@example.org"]))
		}
		if strings.ContainsAny(r.Words, "\r\n") {
			t.Errorf("%s: words of many lines %q", c.name, r.Words)
		}
	}
}

func TestWhenAServerFallsSilentTheStepDecidesWhatBecomesOfAMail(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(s *smtptest.Server, silent func(net.Conn, string) error)
		want  smtp.Outcome
		code  string
		asked int // whether it was about to go out
	}{
		{"at MAIL", func(s *smtptest.Server, silent func(net.Conn, string) error) { s.OnMail = silent }, smtp.Later, "smtp_slow", 0},
		{"at RCPT", func(s *smtptest.Server, silent func(net.Conn, string) error) { s.OnRcpt = silent }, smtp.Later, "smtp_slow", 0},
		{"at DATA", func(s *smtptest.Server, silent func(net.Conn, string) error) { s.OnData = silent }, smtp.Unsure, "smtp_lost", 1},
		{"after the mail, which is not taken", func(s *smtptest.Server, silent func(net.Conn, string) error) { s.OnTook = silent }, smtp.Unsure, "smtp_lost", 1},
		{"after the mail, which is taken", func(s *smtptest.Server, silent func(net.Conn, string) error) {
			s.OnDone = func(conn net.Conn, to string) { _ = silent(conn, to) }
		}, smtp.Unsure, "smtp_lost", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, config := server(t, smtptest.Options{})
			config.Answer, config.Accept = 400*time.Millisecond, 400*time.Millisecond
			ended := make(chan struct{})
			defer close(ended)
			c.spoil(s, func(net.Conn, string) error { <-ended; return errors.New("too late") })
			asked, began := 0, time.Now()
			r := send(t, config, "b@example.org", func() error { asked++; return nil })
			if r.Outcome != c.want || !fault.Is(r.Err, c.code) || asked != c.asked || !r.Lost || time.Since(began) > 10*time.Second {
				t.Errorf("%+v, asked %d, after %s", r, asked, time.Since(began))
			}
		})
	}
}

func TestNothingGoesOutWhenWhatMustBeKeptBeforeCannotBeKept(t *testing.T) {
	s, c := server(t, smtptest.Options{})
	full := fault.New("disk_full")
	if r := send(t, c, "b@example.org", func() error { return full }); r.Outcome != smtp.Later || !errors.Is(r.Err, full) {
		t.Errorf("%+v", r)
	}
	if len(s.Mails()) != 0 {
		t.Error("it went out")
	}
}

func TestAddressesInAllScriptsGoWhereTheServerTakesThem(t *testing.T) {
	_, old := server(t, smtptest.Options{})
	if r := send(t, old, "zoé@example.org", nothing); r.Outcome != smtp.Failed || !fault.Is(r.Err, "smtp_no_utf8") {
		t.Errorf("%+v", r)
	}
	s, c := server(t, smtptest.Options{UTF8: true})
	if r := send(t, c, "zoé@example.org", nothing); r.Outcome != smtp.Sent || len(s.Mails()["zoé@example.org"]) != 1 {
		t.Errorf("%+v %v", r, s.Order())
	}
	if r := send(t, old, "zoe@école.example.org", nothing); r.Outcome != smtp.Sent {
		t.Errorf("%+v", r)
	}
	for _, bad := range []string{"", "nobody", "@example.org", "a@", "a b@example.org", "a@example.org>\r\nRCPT TO:<c@example.org"} {
		if r := send(t, c, bad, nothing); r.Outcome != smtp.Failed || !fault.Is(r.Err, "bad_email") {
			t.Errorf("%q: %+v", bad, r)
		}
	}
}

func TestOneConnectionCarriesManyMailsAndOneRefusalDoesNotEndIt(t *testing.T) {
	s, c := server(t, smtptest.Options{})
	s.OnRcpt = func(_ net.Conn, to string) error {
		if to == "b2@example.org" {
			return &gosmtp.SMTPError{Code: 550, Message: "No such user"}
		}
		return nil
	}
	session, err := smtp.Dial(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []smtp.Outcome{smtp.Sent, smtp.Failed, smtp.Sent} {
		to := []string{"b1@example.org", "b2@example.org", "b3@example.org"}[i]
		if r := session.Send("bureau@example.org", to, []byte(mail), nothing); r.Outcome != want {
			t.Errorf("%s: %+v", to, r)
		}
	}
	if err := session.Close(); err != nil || s.Most() != 1 {
		t.Errorf("%v, %d connections", err, s.Most())
	}
}
