package inbox

import (
	"bytes"
	"crypto/sha256"

	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // the encodings of mails beside UTF-8
	"github.com/emersion/go-message/mail"
	"golang.org/x/net/html"

	"example.org/carnet/app/post/calendar"
	"example.org/carnet/store"
)

const (
	mailLimit   = 8 << 20 // bytes of one mail
	headerLimit = 256 << 10
	textLimit   = 64 << 10 // bytes of a text that are looked at
	shownLimit  = 1000     // letters of it that are kept
	maxParts    = 100
	maxDepth    = 8
)

// letter is one mail as far as it matters here.
type letter struct {
	id       string // of its Incoming record
	at       time.Time
	from     string // address in lower case
	subject  string
	text     string    // the beginning
	messages []string  // ids of Messages that it names as those it answers or brings back
	calendar []byte    // the first calendar part
	report   []verdict // of a delivery report
	reports  bool      // it says that it is a delivery report
	why      string    // it could not be read; empty when it could
}

// read takes a mail apart. It gives a letter whatever the bytes are, and no library's panic passes.
func read(raw []byte) (l letter) {
	raw = withoutEnvelope(raw)
	l.id = incomingID(raw)
	defer func() {
		if p := recover(); p != nil {
			l.why = "damaged"
		}
	}()
	if len(raw) > mailLimit {
		l.why = "large"
		raw = raw[:mailLimit]
	}
	entity, err := message.ReadWithOptions(bytes.NewReader(raw), &message.ReadOptions{MaxHeaderBytes: headerLimit})
	if entity == nil || err != nil && !passable(err) {
		l.why = "no-mail"
		l.text = shown(string(raw[:min(len(raw), textLimit)]))
		return l
	}
	l.head(mail.Header{Header: entity.Header})
	w := walker{letter: &l}
	w.walk(entity, 0)
	if l.from == "" && l.subject == "" && l.why == "" {
		l.why = "no-mail"
	}
	return l
}

// passable errors leave an entity that can be read on: an unknown encoding of letters or bytes.
func passable(err error) bool { return message.IsUnknownCharset(err) || message.IsUnknownEncoding(err) }

// withoutEnvelope drops the line "From ..." with which some programs begin a kept mail.
func withoutEnvelope(raw []byte) []byte {
	raw = bytes.TrimLeft(bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF")), "\r\n")
	if bytes.HasPrefix(raw, []byte("From ")) {
		_, raw, _ = bytes.Cut(raw, []byte("\n"))
	}
	return raw
}

// incomingID names a mail by what its author wrote: the same one is the same in a file and in a mailbox, whatever servers add on the way.
func incomingID(raw []byte) string {
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	head, body, _ := bytes.Cut(raw, []byte("\n\n"))
	sum := sha256.New()
	head = bytes.ReplaceAll(bytes.ReplaceAll(head, []byte("\n "), []byte(" ")), []byte("\n\t"), []byte(" "))
	for line := range bytes.SplitSeq(head, []byte("\n")) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch strings.ToLower(string(name)) {
		case "from", "date", "message-id", "subject", "content-type":
			fmt.Fprintf(sum, "%s:%s\n", bytes.ToLower(name), bytes.Join(bytes.Fields(value), []byte(" ")))
		}
	}
	sum.Write(bytes.TrimRight(body, "\n"))
	return store.DerivedID(store.KindIncoming, string(sum.Sum(nil)))
}

func (l *letter) head(h mail.Header) {
	if from, err := h.AddressList("From"); err == nil && len(from) > 0 {
		l.from = strings.ToLower(from[0].Address)
	}
	l.subject, _ = h.Subject()
	l.subject = cut(oneLine(l.subject), 300)
	if at, err := h.Date(); err == nil {
		l.at = at.UTC()
	}
	for _, name := range []string{"In-Reply-To", "References"} {
		l.names(h.Get(name))
	}
}

var messageIDs = regexp.MustCompile(`msg_[a-z2-7]{16}`)

// names notes the Messages of ours that a header names.
func (l *letter) names(header string) {
	l.messages = append(l.messages, messageIDs.FindAllString(header, 8)...)
}

// walker goes through the parts of a mail.
type walker struct {
	*letter
	parts int
	plain bool // the text is of a plain part
}

func (w *walker) walk(e *message.Entity, depth int) {
	if w.parts++; w.parts > maxParts || depth > maxDepth {
		return
	}
	kind, params, err := e.Header.ContentType()
	if err != nil || kind == "" {
		kind = "text/plain"
	}
	if kind == "multipart/report" {
		w.reports = params["report-type"] == "" || strings.EqualFold(params["report-type"], "delivery-status")
	}
	if parts := e.MultipartReader(); parts != nil {
		for {
			part, err := parts.NextPart()
			if part == nil || err != nil && !passable(err) {
				return // the end, or cut off
			}
			w.walk(part, depth+1)
		}
	}
	w.leaf(kind, e)
}

func (w *walker) leaf(kind string, e *message.Entity) {
	switch {
	case kind == "text/calendar" || kind == "application/ics":
		if w.calendar == nil {
			w.calendar = upTo(e.Body, calendar.ReplyLimit+1)
		}
	case kind == "message/delivery-status" || kind == "message/global-delivery-status":
		w.reports = true
		w.report = append(w.report, readReport(upTo(e.Body, textLimit))...)
	case w.reports && (kind == "message/rfc822" || kind == "text/rfc822-headers" || kind == "message/global"):
		w.original(upTo(e.Body, headerLimit))
	case kind == "text/plain" && !w.plain:
		w.text, w.plain = shown(string(upTo(e.Body, textLimit))), true
	case kind == "text/html" && w.text == "":
		w.text = shown(plainOf(e.Body))
	}
}

// original looks for our message id in the head of the mail that came back.
func (w *walker) original(raw []byte) {
	for _, block := range blocks(raw, 1) {
		w.names(block["message-id"])
	}
}

// upTo reads at most so many bytes; what breaks off gives what came.
func upTo(r io.Reader, limit int64) []byte {
	raw, _ := io.ReadAll(io.LimitReader(r, limit))
	return raw
}

// plainOf gives the words of a page.
func plainOf(r io.Reader) string {
	var b strings.Builder
	tokens := html.NewTokenizer(io.LimitReader(r, textLimit))
	hidden := 0
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return b.String()
		case html.StartTagToken:
			if name, _ := tokens.TagName(); string(name) == "script" || string(name) == "style" || string(name) == "title" {
				hidden++
			}
		case html.EndTagToken:
			if name, _ := tokens.TagName(); hidden > 0 && (string(name) == "script" || string(name) == "style" || string(name) == "title") {
				hidden--
			}
			b.WriteByte('\n')
		case html.TextToken:
			if hidden == 0 {
				b.Write(tokens.Text())
			}
		}
	}
}

// shown is the beginning of a text without what a screen should not get.
func shown(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || !unicode.IsControl(r) && r != '\uFEFF' {
			return r
		}
		return -1
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return cut(strings.TrimSpace(text), shownLimit)
}

func oneLine(text string) string { return strings.Join(strings.Fields(shown(text)), " ") }

// cut gives at most so many letters.
func cut(text string, letters int) string {
	for i := range text {
		if letters--; letters < 0 {
			return text[:i] + "…"
		}
	}
	return text
}
