package smtp

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
	"golang.org/x/net/idna"

	"example.org/carnet/store/fault"
)

// Session is one connection to a server that knows who we are. One mail at a time.
type Session struct {
	c        *gosmtp.Client
	conn     net.Conn
	host     string
	greeting string
	method   string
	secured  bool
	fresh    bool // no mail was begun since it was cleared
}

// Dial connects, protects the connection as asked, and proves who this is. Faults: those of Check, smtp_unreachable, smtp_slow,
// smtp_certificate, smtp_no_starttls, smtp_no_method, smtp_login_refused, smtp_later, smtp_refused.
func Dial(ctx context.Context, c Config) (*Session, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	s, err := c.connect(ctx)
	if err != nil {
		return nil, reachFault(err, c.Host)
	}
	stop := context.AfterFunc(ctx, func() { _ = s.conn.Close() })
	err = s.enter(c)
	if !stop() && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = s.c.Close() // it is of no use any more
		return nil, s.refusal(err)
	}
	return s, nil
}

// refusal says why the server did not let us in.
func (s *Session) refusal(err error) error {
	var said *gosmtp.SMTPError
	if errors.As(err, &said) {
		return fromServer(said).Err
	}
	return reachFault(err, s.host)
}

func (c Config) connect(ctx context.Context) (*Session, error) {
	reach := orElse(c.Reach, 20*time.Second)
	ctx, cancel := context.WithTimeout(ctx, reach)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", c.address())
	if err != nil {
		return nil, err
	}
	s := &Session{host: c.Host, conn: conn, fresh: true}
	if c.Security == TLS {
		rules, err := c.tls()
		if err != nil {
			return nil, err
		}
		protected := tls.Client(conn, rules)
		if err := protected.HandshakeContext(ctx); err != nil {
			_ = conn.Close() // the handshake's error says more
			return nil, err
		}
		s.secured, conn = true, protected
	}
	s.c = gosmtp.NewClient(&listening{Conn: conn, session: s})
	s.c.CommandTimeout, s.c.SubmissionTimeout = reach, orElse(c.Accept, 10*time.Minute)
	return s, nil
}

// listening keeps the first line that a server says: its greeting.
type listening struct {
	net.Conn
	session *Session
	done    bool
}

func (l *listening) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if !l.done {
		line, _, ended := strings.Cut(string(b[:n]), "\n")
		l.session.greeting = Cut(l.session.greeting+line, mostWords)
		l.done = ended || len(l.session.greeting) >= mostWords
	}
	return n, err
}

// enter says hello, protects the connection and logs in.
func (s *Session) enter(c Config) error {
	name := cmp.Or(c.Name, "localhost")
	if c.Security == StartTLS {
		if err := s.startTLS(c); err != nil {
			return err
		}
	}
	if err := s.c.Hello(name); err != nil {
		return err
	}
	if c.User == "" {
		s.c.CommandTimeout = orElse(c.Answer, 2*time.Minute)
		return nil
	}
	if err := s.login(c); err != nil {
		return err
	}
	s.c.CommandTimeout = orElse(c.Answer, 2*time.Minute)
	return nil
}

// startTLS protects the connection or gives up: a server, or somebody between, that does not offer it learns nothing.
func (s *Session) startTLS(c Config) error {
	rules, err := c.tls()
	if err != nil {
		return err
	}
	timed := time.AfterFunc(orElse(c.Reach, 20*time.Second), func() { _ = s.conn.Close() })
	defer timed.Stop()
	protected, err := gosmtp.NewClientStartTLS(&listening{Conn: s.conn, session: s}, rules)
	var said *gosmtp.SMTPError
	switch {
	case err == nil:
	case errors.As(err, &said) && said.Code != 421, strings.Contains(err.Error(), "STARTTLS"):
		return fault.New("smtp_no_starttls", "host", c.Host).Because(err)
	default:
		return err
	}
	protected.CommandTimeout, protected.SubmissionTimeout = s.c.CommandTimeout, s.c.SubmissionTimeout
	s.c, s.secured = protected, true
	return nil
}

// login proves who this is by the strongest of the ways that both sides know.
func (s *Session) login(c Config) error {
	method := c.Method
	if method == Auto || method == "" {
		for _, m := range []string{Plain, Login, XOAuth2} {
			if s.c.SupportsAuth(strings.ToUpper(m)) {
				method = m
				break
			}
		}
	}
	if method == Auto || method == "" || !s.c.SupportsAuth(strings.ToUpper(method)) {
		_, offered := s.c.Extension("AUTH")
		return fault.New("smtp_no_method", "host", c.Host, "method", cmp.Or(c.Method, Auto), "offered", oneLine(offered))
	}
	s.method = method
	err := s.c.Auth(saslOf(method, c))
	var said *gosmtp.SMTPError
	if errors.As(err, &said) && said.Code >= 500 {
		return fault.New("smtp_login_refused", "host", c.Host, "user", c.User, "words", wordsOf(said)).Because(errors.New("login refused"))
	}
	return err
}

func saslOf(method string, c Config) sasl.Client {
	switch method {
	case Login:
		return sasl.NewLoginClient(c.User, c.Password)
	case XOAuth2:
		return &xoauth2{user: c.User, token: c.Password}
	}
	return sasl.NewPlainClient("", c.User, c.Password)
}

// xoauth2 is the way of Google and Microsoft: an access token instead of a password.
type xoauth2 struct{ user, token string }

func (x *xoauth2) Start() (string, []byte, error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers what the server says against the token with nothing, upon which it refuses in words.
func (x *xoauth2) Next([]byte) ([]byte, error) { return []byte{}, nil }

// Send hands over one mail. The server has agreed to sender and recipient when before is called; only when that gives nil does
// the mail itself go out, so what before keeps is kept whatever happens then.
func (s *Session) Send(from, to string, mail []byte, before func() error) Result {
	from, plainFrom, err := envelope(from)
	if err != nil {
		return Result{Outcome: Failed, Err: err}
	}
	to, plainTo, err := envelope(to)
	if err != nil {
		return Result{Outcome: Failed, Err: err}
	}
	international := !plainFrom || !plainTo
	if offered, _ := s.c.Extension("SMTPUTF8"); international && !offered {
		return Result{Outcome: Failed, Words: to, Err: fault.New("smtp_no_utf8", "host", s.host, "address", to)}
	}
	if most, known := s.c.MaxMessageSize(); known && most > 0 && len(mail) > most {
		return Result{Outcome: Failed, Err: fault.New("smtp_too_large", "host", s.host)}
	}
	if !s.fresh {
		if err := s.c.Reset(); err != nil {
			return judge(err, s.host)
		}
	}
	s.fresh = false
	if err := s.c.Mail(from, &gosmtp.MailOptions{UTF8: international, Size: int64(len(mail))}); err != nil {
		return judge(err, s.host)
	}
	if err := s.c.Rcpt(to, nil); err != nil {
		return judge(err, s.host)
	}
	if err := before(); err != nil {
		return Result{Outcome: Later, Err: err}
	}
	return s.data(mail)
}

// data sends the mail itself. From the server's go-ahead on, a lost connection leaves it open whether it has the mail.
func (s *Session) data(mail []byte) Result {
	w, err := s.c.Data()
	if err != nil {
		return judge(err, s.host)
	}
	timed := time.AfterFunc(s.c.SubmissionTimeout, func() { _ = s.conn.Close() }) // of a server that does not read on
	defer timed.Stop()
	if _, err := w.Write(mail); err != nil {
		return s.unsure(err)
	}
	answer, err := w.CloseWithResponse()
	var said *gosmtp.SMTPError
	switch {
	case errors.As(err, &said):
		return fromServer(said)
	case err != nil:
		return s.unsure(err)
	}
	s.fresh = true // the end of a mail clears the table
	return Result{Outcome: Sent, Code: 250, Words: oneLine(answer.StatusText)}
}

func (s *Session) unsure(err error) Result {
	return Result{Outcome: Unsure, Words: oneLine(rootOf(err)), Lost: true, Err: fault.New("smtp_lost", "host", s.host).Because(err)}
}

// envelope gives an address as it is said to a server: the domain in letters that all know, and whether the rest is. Fault bad_email.
func envelope(address string) (said string, ascii bool, err error) {
	local, domain, found := cutLast(address, "@")
	if !found || local == "" || domain == "" || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == '<' || r == '>' || r == 0x7f }) {
		return "", false, fault.New("bad_email", "value", Cut(address, 100))
	}
	if domain, err = idna.Lookup.ToASCII(domain); err != nil {
		return "", false, fault.New("bad_email", "value", Cut(address, 100)).Because(err)
	}
	return local + "@" + domain, !slices.ContainsFunc([]byte(local), func(b byte) bool { return b >= 0x80 }), nil
}

func cutLast(text, sep string) (before, after string, found bool) {
	i := strings.LastIndex(text, sep)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(sep):], true
}

// Close says goodbye; a server that does not answer is left standing.
func (s *Session) Close() error {
	s.c.CommandTimeout = 3 * time.Second
	if err := s.c.Quit(); err != nil {
		return s.c.Close()
	}
	return nil
}
