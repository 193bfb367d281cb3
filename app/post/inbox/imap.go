package inbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"example.org/carnet/store/fault"
)

const (
	connectWait = 20 * time.Second
	commandWait = 2 * time.Minute // for one command, whatever the server says meanwhile
	fetchMails  = 200
	maxMails    = 500_000 // of a mailbox that is listed
)

// mailbox is an open one, read only: nothing in it is marked, moved or deleted.
type mailbox struct {
	client   *imapclient.Client
	progress *progress
	validity uint32
	waiting  []waitingMail
	given    imap.UID // the last mail that Next gave
}

type waitingMail struct {
	uid  imap.UID
	size int64
}

// OpenMailbox reads what came to a mailbox since it was read last. Faults: mailbox_unreachable, mailbox_login, mailbox_missing, mailbox_insecure.
func (i *Inbox) OpenMailbox(ctx context.Context, m Mailbox, password string) (Source, error) {
	client, err := connect(ctx, m)
	if err != nil {
		return nil, err
	}
	box := &mailbox{client: client, progress: i.progressOf(m)}
	if err := box.enter(ctx, m, password); err != nil {
		_ = client.Close()
		return nil, err
	}
	return box, nil
}

func unreachable(m Mailbox, err error) error {
	return fault.New("mailbox_unreachable", "host", m.address(), "words", words(err)).Because(err)
}

// words are what a server said, short enough for a sentence.
func words(err error) string {
	var said *imap.Error
	if errors.As(err, &said) {
		return cut(oneLine(said.Text), 200)
	}
	return cut(oneLine(err.Error()), 200)
}

func connect(ctx context.Context, m Mailbox) (*imapclient.Client, error) {
	config, err := m.rules()
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: connectWait}
	conn, err := dialer.DialContext(ctx, "tcp", m.address())
	if err != nil {
		return nil, unreachable(m, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	timer := time.AfterFunc(connectWait, func() { _ = conn.Close() })
	defer timer.Stop()
	defer stop()
	client, err := greet(ctx, conn, m, config)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return client, nil
}

// rules are how the server must prove who it is.
func (m Mailbox) rules() (*tls.Config, error) {
	config := &tls.Config{ServerName: m.Host, MinVersion: tls.VersionTLS12}
	raw, err := []byte(m.PEM), error(nil)
	if m.CA != "" {
		if raw, err = os.ReadFile(m.CA); err != nil {
			return nil, fault.New("file_unreadable", "file", m.CA).Because(err)
		}
	}
	if len(raw) == 0 {
		return config, nil
	}
	if config.RootCAs, err = x509.SystemCertPool(); err != nil {
		config.RootCAs = x509.NewCertPool()
	}
	if !config.RootCAs.AppendCertsFromPEM(raw) {
		if m.CA != "" {
			return nil, fault.New("file_unreadable", "file", m.CA).Because(errors.New("no certificate"))
		}
		return nil, fault.New("bad_mail_certificate", "what", "ca")
	}
	return config, nil
}

// greet begins the conversation as the mailbox's security asks; without the encryption that is asked for there is none.
func greet(ctx context.Context, conn net.Conn, m Mailbox, config *tls.Config) (client *imapclient.Client, err error) {
	switch m.Security {
	case "tls":
		secured := tls.Client(conn, config)
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, insecure(m, err)
		}
		client = imapclient.New(secured, nil)
	case "starttls":
		if client, err = imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: config}); err != nil {
			return nil, insecure(m, err)
		}
	default:
		client = imapclient.New(conn, nil)
	}
	if err := client.WaitGreeting(); err != nil {
		_ = client.Close()
		return nil, unreachable(m, err)
	}
	return client, nil
}

func insecure(m Mailbox, err error) error {
	var netErr net.Error
	if errors.As(err, &netErr) || errors.Is(err, net.ErrClosed) || errors.Is(err, io.EOF) {
		return unreachable(m, err)
	}
	return fault.New("mailbox_insecure", "host", m.address(), "words", words(err)).Because(err)
}

// within ends the connection when a step takes too long or is called off, so that it comes back.
func (b *mailbox) within(ctx context.Context, step func() error) error {
	stop := context.AfterFunc(ctx, func() { _ = b.client.Close() })
	timer := time.AfterFunc(commandWait, func() { _ = b.client.Close() })
	defer timer.Stop()
	defer stop()
	err := step()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func (b *mailbox) enter(ctx context.Context, m Mailbox, password string) error {
	err := b.within(ctx, func() error {
		if m.Auth == "xoauth2" {
			return b.client.Authenticate(&xoauth2{m.User, password})
		}
		return b.client.Login(m.User, password).Wait()
	})
	var said *imap.Error
	if errors.As(err, &said) {
		return fault.New("mailbox_login", "host", m.address(), "user", m.User, "words", words(err)).Because(err)
	}
	if err != nil {
		return unreachable(m, err)
	}
	err = b.within(ctx, func() error {
		selected, err := b.client.Select(m.Name, &imap.SelectOptions{ReadOnly: true}).Wait()
		if err == nil {
			b.validity = selected.UIDValidity
		}
		return err
	})
	if errors.As(err, &said) {
		return fault.New("mailbox_missing", "host", m.address(), "name", m.Name, "words", words(err)).Because(err)
	}
	if err == nil {
		err = b.within(ctx, b.list)
	}
	if err != nil {
		return unreachable(m, err)
	}
	return nil
}

// list finds the mails after the last one that was read, with their sizes.
func (b *mailbox) list() error {
	last := b.progress.last(b.validity)
	var all imap.UIDSet
	all.AddRange(last+1, 0) // 0 stands for the newest, which servers give even when it is older
	command := b.client.Fetch(all, &imap.FetchOptions{UID: true, RFC822Size: true})
	for data := command.Next(); data != nil; data = command.Next() {
		one, err := data.Collect()
		if err != nil {
			_ = command.Close()
			return err
		}
		if one.UID > last && len(b.waiting) < maxMails {
			b.waiting = append(b.waiting, waitingMail{one.UID, one.RFC822Size})
		}
	}
	slices.SortFunc(b.waiting, func(x, y waitingMail) int { return int(int64(x.uid) - int64(y.uid)) })
	return command.Close()
}

// Next fetches a handful of mails, the oldest first.
func (b *mailbox) Next(ctx context.Context) (mails [][]byte, err error) {
	if len(b.waiting) == 0 {
		return nil, io.EOF
	}
	var some imap.UIDSet
	n, size := 0, int64(0)
	for n < len(b.waiting) && n < fetchMails && (n == 0 || size+b.waiting[n].size < stepBytes) {
		some.AddNum(b.waiting[n].uid)
		size += b.waiting[n].size
		n++
	}
	err = b.within(ctx, func() error {
		mails, err = b.fetch(some)
		return err
	})
	if err != nil {
		return nil, fault.New("mailbox_lost", "words", words(err)).Because(err)
	}
	b.given = b.waiting[n-1].uid
	b.waiting = b.waiting[n:]
	return mails, nil
}

func (b *mailbox) fetch(some imap.UIDSet) (mails [][]byte, err error) {
	whole := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: mailLimit + 1}}
	command := b.client.Fetch(some, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{whole}})
	for data := command.Next(); data != nil; data = command.Next() {
		for item := data.Next(); item != nil; item = data.Next() {
			body, ok := item.(imapclient.FetchItemDataBodySection)
			if !ok || body.Literal == nil {
				continue
			}
			raw, readErr := io.ReadAll(io.LimitReader(body.Literal, mailLimit+1))
			if err == nil {
				err = readErr
			}
			mails = append(mails, raw)
		}
	}
	if closed := command.Close(); err == nil {
		err = closed
	}
	return mails, err
}

// Kept remembers how far the mailbox was read.
func (b *mailbox) Kept() error { return b.progress.reached(b.validity, b.given) }

func (b *mailbox) Close() error {
	bye := time.AfterFunc(2*time.Second, func() { _ = b.client.Close() })
	defer bye.Stop()
	_ = b.client.Logout().Wait()
	return b.client.Close()
}

// xoauth2 is how Google and Microsoft take a token for a password.
type xoauth2 struct{ user, token string }

func (x *xoauth2) Start() (string, []byte, error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers the server's words about a token that it refuses, after which it says so.
func (x *xoauth2) Next([]byte) ([]byte, error) { return []byte{}, nil }
