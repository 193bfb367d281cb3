package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"unicode/utf8"

	gosmtp "github.com/emersion/go-smtp"

	"example.org/carnet/store/fault"
)

// What becomes of a mail.
type Outcome int

const (
	Sent   Outcome = iota // the server has taken it
	Later                 // nothing was taken; another time it may be
	Failed                // the server refuses it for good
	Unsure                // the connection was lost when the server may have had all of it
)

// Result is an outcome and what was said.
type Result struct {
	Outcome Outcome
	Code    int    // of the server's answer; 0 when it gave none
	Words   string // the server's own, on one line, or what the network said
	Lost    bool   // the connection is of no more use
	Err     error  // nil when it was sent, else a fault of this package
}

// mostWords bounds what is kept of a server's words, in bytes.
const mostWords = 400

// fromServer judges an answer that was no yes.
func fromServer(said *gosmtp.SMTPError) Result {
	words := wordsOf(said)
	code := strconv.Itoa(said.Code)
	switch {
	case said.Code == 421:
		return Result{Outcome: Later, Code: said.Code, Words: words, Lost: true, Err: fault.New("smtp_later", "code", code, "words", words)}
	case said.Code >= 400 && said.Code < 500:
		return Result{Outcome: Later, Code: said.Code, Words: words, Err: fault.New("smtp_later", "code", code, "words", words)}
	}
	return Result{Outcome: Failed, Code: said.Code, Words: words, Err: fault.New("smtp_refused", "code", code, "words", words)}
}

// judge turns an error of the talk before DATA was answered into a result: nothing was taken.
func judge(err error, host string) Result {
	var said *gosmtp.SMTPError
	if errors.As(err, &said) {
		return fromServer(said)
	}
	err = reachFault(err, host)
	return Result{Outcome: Later, Words: oneLine(rootOf(err)), Lost: true, Err: err}
}

// reachFault names why a server could not be talked to. Faults: smtp_certificate, smtp_unreachable, smtp_slow, cancelled.
func reachFault(err error, host string) error {
	var f *fault.Fault
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verify *tls.CertificateVerificationError
	var slow net.Error
	switch {
	case err == nil, errors.As(err, &f):
		return err
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &invalid), errors.As(err, &verify):
		return fault.New("smtp_certificate", "host", host).Because(err)
	case errors.Is(err, context.Canceled):
		return fault.New("cancelled").Because(err)
	case errors.As(err, &slow) && slow.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return fault.New("smtp_slow", "host", host).Because(err)
	}
	return fault.New("smtp_unreachable", "host", host).Because(err)
}

func rootOf(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			break
		}
		err = inner
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "connection closed"
	}
	return err.Error()
}

// wordsOf gives a server's answer as it said it, on one line.
func wordsOf(said *gosmtp.SMTPError) string {
	text := said.Message
	if e := said.EnhancedCode; e[0] > 0 && e != gosmtp.EnhancedCodeNotSet && e != gosmtp.NoEnhancedCode {
		text = fmt.Sprintf("%d.%d.%d %s", e[0], e[1], e[2], text)
	}
	return oneLine(fmt.Sprintf("%d %s", said.Code, text))
}

// oneLine takes out what could harm a screen or a journal.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
	return Cut(strings.Join(strings.Fields(text), " "), mostWords)
}

// Cut shortens a text to so many bytes, never inside a letter.
func Cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	most -= len("…")
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}
