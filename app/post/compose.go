package post

import (
	"bytes"
	"cmp"
	"io"
	"net/mail"
	"net/url"
	"strings"
	"time"

	"github.com/emersion/go-message"
	gomail "github.com/emersion/go-message/mail"
	"golang.org/x/net/idna"

	"example.org/carnet/app/locale"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// Composed is a message as it goes to a server. The same message is the same bytes at every try.
type Composed struct {
	From, To string
	Subject  string
	Text     string
	HTML     string
	Calendar []byte // nil when there is none
	Bytes    []byte
}

// compose makes a message of its records. Faults: mail_unreadable, bad_email, and those of the calendar.
func compose(m store.Mailing, to store.Message) (Composed, error) {
	var f Facts
	var own Personal
	if err := readJSON(m.Facts, &f); err != nil {
		return Composed{}, err
	}
	if err := readJSON(cmp.Or(to.Facts, "{}"), &own); err != nil {
		return Composed{}, err
	}
	return composeWith(m, f, to, own)
}

func composeWith(m store.Mailing, f Facts, to store.Message, own Personal) (Composed, error) {
	if !isAddress(to.To) || !isAddress(f.Sender.From) {
		return Composed{}, fault.New("bad_email", "value", to.To)
	}
	l := write(m, f, to, own)
	c := Composed{From: f.Sender.From, To: to.To, Subject: l.Subject, Text: l.Text, HTML: l.HTML}
	var err error
	if c.Calendar, err = calendarPart(m, f, to, own, l.Text); err != nil {
		return Composed{}, err
	}
	c.Bytes, err = c.write(m, f, to)
	return c, err
}

// write lays out the mail: one text, the same with links, and the calendar's part, of which a reader's program takes the last it knows.
func (c *Composed) write(m store.Mailing, f Facts, to store.Message) ([]byte, error) {
	h, err := header(m, f, to, c.Subject)
	if err != nil {
		return nil, err
	}
	h.SetContentType("multipart/alternative", map[string]string{"boundary": "=_" + to.ID})
	var b bytes.Buffer
	w, err := message.CreateWriter(&b, h.Header)
	if err != nil {
		return nil, err
	}
	type part struct {
		media  string
		params map[string]string
		coding string
		body   []byte
	}
	parts := []part{
		{"text/plain", map[string]string{"charset": "utf-8"}, "quoted-printable", []byte(c.Text)},
		{"text/html", map[string]string{"charset": "utf-8"}, "quoted-printable", []byte(c.HTML)},
	}
	if c.Calendar != nil {
		parts = append(parts, part{"text/calendar", map[string]string{"charset": "utf-8", "method": method(m.Sort)}, "base64", c.Calendar})
	}
	for _, p := range parts {
		var ph message.Header
		ph.SetContentType(p.media, p.params)
		ph.Set("Content-Transfer-Encoding", p.coding)
		pw, err := w.CreatePart(ph)
		if err == nil {
			_, err = io.Copy(pw, bytes.NewReader(p.body))
		}
		if err == nil {
			err = pw.Close()
		}
		if err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return foldHead(b.Bytes()), nil
}

// mostLine is how long a line of a header should be, by RFC 5322, without its end.
const mostLine = 76

// foldHead breaks the long lines of a mail's own header between words: go-message leaves them whole.
func foldHead(raw []byte) []byte {
	head, body, found := bytes.Cut(raw, []byte("\r\n\r\n"))
	if !found {
		return raw
	}
	var b bytes.Buffer
	b.Grow(len(raw) + 256)
	for field := range strings.SplitSeq(strings.ReplaceAll(strings.ReplaceAll(string(head), "\r\n ", " "), "\r\n\t", " "), "\r\n") {
		at := 0
		for i, word := range strings.Fields(field) {
			switch {
			case i == 0:
			case at+1+len(word) > mostLine:
				b.WriteString("\r\n ")
				at = 1
			default:
				b.WriteByte(' ')
				at++
			}
			b.WriteString(word)
			at += len(word)
		}
		b.WriteString("\r\n")
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// header says who writes to whom and how it may be answered. Nothing in it can begin another line.
func header(m store.Mailing, f Facts, to store.Message, subject string) (h gomail.Header, err error) {
	at, err := time.Parse(time.RFC3339, m.At)
	if err != nil {
		return h, fault.New("mail_unreadable").Because(err)
	}
	_, domain, _ := cutLast(f.Sender.From, "@")
	h.SetDate(at)
	h.SetMessageID(to.ID + "@" + asciiDomain(domain))
	h.SetAddressList("From", []*gomail.Address{address(f.Sender.Name, f.Sender.From)})
	h.SetAddressList("To", []*gomail.Address{address(to.Name, to.To)})
	if f.Sender.Reply != "" && f.Sender.Reply != f.Sender.From {
		h.SetAddressList("Reply-To", []*gomail.Address{address(f.Sender.Name, f.Sender.Reply)})
	}
	h.SetSubject(subject)
	h.Set("Content-Language", locale.For(to.Language).Lang())
	h.Set("Auto-Submitted", "auto-generated")
	if !answers(m.Sort) {
		h.Set("List-Unsubscribe", "<mailto:"+mailbox(f.Sender.Unsubscribe)+"?subject="+url.PathEscape("unsubscribe "+to.ID)+">")
	}
	h.Set("MIME-Version", "1.0")
	return h, nil
}

// address writes a mailbox: the name in whatever script, the domain in letters that all know.
func address(name, at string) *gomail.Address {
	local, domain, _ := cutLast(at, "@")
	return &gomail.Address{Name: fillLine(name, nil), Address: local + "@" + asciiDomain(domain)}
}

// mailbox is an address inside a mailto.
func mailbox(at string) string {
	local, domain, _ := cutLast(at, "@")
	return url.PathEscape(local) + "@" + asciiDomain(domain)
}

func asciiDomain(domain string) string {
	if said, err := idna.Lookup.ToASCII(domain); err == nil {
		return said
	}
	return domain
}

func cutLast(text, sep string) (before, after string, found bool) {
	i := strings.LastIndex(text, sep)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(sep):], true
}

// isAddress takes one bare address.
func isAddress(text string) bool {
	local, domain, found := cutLast(text, "@")
	if !found || local == "" || domain == "" || len(text) > 254 || strings.ContainsAny(text, " \t\r\n<>,;\"") || strings.ContainsFunc(text, isControl) {
		return false
	}
	if _, err := idna.Lookup.ToASCII(domain); err != nil {
		return false
	}
	parsed, err := mail.ParseAddress(text)
	return err == nil && parsed.Name == ""
}
