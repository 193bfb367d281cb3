package inbox

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/post/calendar"
	"example.org/carnet/app/post/calendar/calendartest"
	"example.org/carnet/app/post/inbox/dovecottest"
	"example.org/carnet/store/fault"
)

func mailboxAt(t *testing.T, text string) Mailbox {
	t.Helper()
	m, err := ParseMailbox(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func readMailbox(t *testing.T, i *Inbox, m Mailbox) Report {
	t.Helper()
	from, err := i.OpenMailbox(context.Background(), m, dovecottest.Password)
	if err != nil {
		t.Fatal(err)
	}
	r, err := i.Read(context.Background(), from)
	if err != nil {
		t.Fatal(err)
	}
	if err := from.Close(); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestARealDovecotsMailboxIsReadOnceAndLeftAsItIs(t *testing.T) {
	server, i := dovecottest.Start(t), office(t)
	invitation, err := calendar.Invite(calendar.OfMeeting(call, nil, calendar.Frame{Network: network, Method: calendar.Request, Sequence: 4,
		Organizer: calendar.Person{Name: "Réseau", Address: "toronto@example.org"}, Attendee: calendar.Person{Name: "Élise", Address: elise}, Stamp: now}))
	if err != nil {
		t.Fatal(err)
	}
	reply := calendartest.Reply(t, invitation, "accepted", now)
	server.Deliver(t, []byte("From: =?utf-8?q?=C3=89lise?= <elise@example.org>\r\nSubject: Accepted\r\nMIME-Version: 1.0\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n"+string(reply)))
	server.Deliver(t, []byte(bounceMail("noah@example.org", "failed", "5.1.1", "550 no")))
	for n := range 450 {
		server.Deliver(t, fmt.Appendf(nil, "From: someone%d@example.org\r\nSubject: A question\r\n\r\nWhen is the call? %d\r\n", n, n))
	}
	m := mailboxAt(t, fmt.Sprintf("imap://%s@127.0.0.1:%d/INBOX?ca=%s", dovecottest.User, server.Port, server.CA))
	if r := readMailbox(t, i, m); r != (Report{Read: 452, Accepted: 1, Bounced: 1, Unreadable: 450, Waiting: 450}) {
		t.Errorf("%+v", r)
	}
	answer(t, i, call.ID, "mem_elise", "accepted", now.Format(time.RFC3339))
	if noah, _ := i.People.Find("mem_noah"); noah.Bounced != "noah@example.org" {
		t.Errorf("%+v", noah)
	}
	if n := server.Untouched(t); n != 452 {
		t.Errorf("%d mails are as they were", n)
	}
	if r := readMailbox(t, i, m); r != (Report{}) {
		t.Errorf("read again: %+v", r)
	}
	server.Deliver(t, []byte("From: noah@example.org\r\nSubject: Unsubscribe\r\n\r\n"))
	if r := readMailbox(t, i, m); r != (Report{Read: 1, Unsubscribed: 1}) {
		t.Errorf("what came since: %+v", r)
	}
	tls := mailboxAt(t, fmt.Sprintf("imaps://%s@127.0.0.1:%d?ca=%s", dovecottest.User, server.TLSPort, server.CA))
	if r := readMailbox(t, i, tls); r.Known != 453 {
		t.Errorf("by another door: %+v", r)
	}
}

func TestWhatAServerRefusesIsSaidInItsWords(t *testing.T) {
	server, i := dovecottest.Start(t), office(t)
	at := fmt.Sprintf("%s@127.0.0.1:%d", dovecottest.User, server.Port)
	rows := []struct{ source, password, code string }{
		{"imap://" + at + "?ca=" + server.CA, "wrong", "mailbox_login"},
		{"imap://" + at + "/Nowhere?ca=" + server.CA, dovecottest.Password, "mailbox_missing"},
		{"imap://" + at, dovecottest.Password, "mailbox_insecure"}, // a certificate of nobody we know
		{"imap://" + at + "?security=none", dovecottest.Password, ""},
		{"imap://u@127.0.0.1:1", "", "mailbox_unreachable"},
		{"imap://" + at + "?ca=/nothing", "", "file_unreadable"},
	}
	for _, row := range rows {
		from, err := i.OpenMailbox(context.Background(), mailboxAt(t, row.source), row.password)
		if (err != nil || row.code != "") && fault.CodeOf(err) != row.code {
			t.Errorf("%s: %v", row.source, err)
		}
		if err != nil && strings.Contains(err.Error(), dovecottest.Password) {
			t.Errorf("%v tells the password", err)
		}
		if from != nil {
			_ = from.Close()
		}
	}
}

func TestAMailboxIsNamedWithoutItsPassword(t *testing.T) {
	m := mailboxAt(t, "imap://office%40example.org@mail.example.org/Replies/2026")
	if m != (Mailbox{Host: "mail.example.org", Port: "143", User: "office@example.org", Name: "Replies/2026", Security: "starttls", Auth: "login"}) {
		t.Errorf("%+v", m)
	}
	if m := mailboxAt(t, "imaps://u@[::1]?auth=xoauth2"); m.Port != "993" || m.Name != "INBOX" || m.Auth != "xoauth2" || m.address() != "[::1]:993" {
		t.Errorf("%+v", m)
	}
	for _, text := range []string{"imap://mail.example.org", "imap://u:secret@mail.example.org", "imap://u@", "imap://u@h?security=some", "imap://u@h?ca=own.pem", "imap://u@h?x=y", "http://u@h"} {
		if _, err := ParseMailbox(text); !fault.Is(err, "bad_mailbox") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A server that says anything at all, byte by byte.
func TestNoServerEndsTheProcessOrHoldsItUp(t *testing.T) {
	i := office(t)
	for _, says := range []string{"", "* BYE\r\n", "\x00\xff\xff\r\n", "* OK hi\r\n* 1 FETCH (UID 1 BODY[] {9999999999}\r\n", "* OK [CAPABILITY IMAP4rev1] hi\r\n" + strings.Repeat("(", 100000), "* PREAUTH hi\r\nT1 OK\r\nT2 OK\r\nT3 OK\r\n"} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			conn, err := listener.Accept()
			if err == nil {
				_, _ = io.WriteString(conn, says)
				time.Sleep(300 * time.Millisecond)
				_ = conn.Close()
			}
		}()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		from, err := i.OpenMailbox(ctx, mailboxAt(t, "imap://u@"+listener.Addr().String()+"?security=none"), "x")
		if err == nil {
			_, err = i.Read(ctx, from)
		}
		if err == nil || ctx.Err() != nil {
			t.Errorf("%.30q: %v", says, err)
		}
		cancel()
		_ = listener.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	listener, _ := net.Listen("tcp", "127.0.0.1:0") // one that never says a word
	defer func() { _ = listener.Close() }()
	began := time.Now()
	if _, err := i.OpenMailbox(ctx, mailboxAt(t, "imap://u@"+listener.Addr().String()), "x"); err == nil || time.Since(began) > 30*time.Second {
		t.Errorf("%v after %s", err, time.Since(began))
	}
}
