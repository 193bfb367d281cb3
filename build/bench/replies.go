package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/people"
	"example.org/carnet/app/post/calendar"
	"example.org/carnet/app/post/inbox"
	"example.org/carnet/store"
)

const (
	replies       = 10_000
	repliesBudget = 10 * time.Second
)

// measureReplies reads the answers of 10,000 calendars from one mbox, each of another member registered for one meeting, and then the same
// file again.
func (b *bench) measureReplies() error {
	s, err := store.Open(b.path("replies"), store.Options{Device: "benchlaptop"})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	if err := b.inviteMany(s); err != nil {
		return err
	}
	may := func(store.Kind) error { return nil }
	p := people.New(people.Deps{Store: s, Now: time.Now, May: may, Office: func() string { return "off_bench" }})
	in := inbox.New(inbox.Deps{Home: b.path("replies"), Store: s, People: p, Meetings: meetings.New(meetings.Deps{Store: s, Now: time.Now, May: may}), Now: time.Now, May: may, MayMembersOf: func(string) error { return nil },
		Office: func() string { return "off_bench" }, Network: func() string { return "net_bench" }})
	s.WaitDirectory()
	for _, again := range []bool{false, true} {
		from, err := inbox.OpenFiles(b.path("replies.mbox"))
		if err != nil {
			return err
		}
		start := time.Now()
		r, err := in.Read(context.Background(), from)
		took := time.Since(start)
		if err != nil {
			return err
		}
		if again {
			b.table.note("  the same file again", "", fmt.Sprintf("%s, %d known", short(took), r.Known))
			continue
		}
		b.table.row("read 10,000 replies of calendars", short(repliesBudget), fmt.Sprintf("%s, %d set", short(took), r.Accepted), took <= repliesBudget && r.Accepted == replies)
	}
	return nil
}

// inviteMany registers everybody for one meeting, and writes the file with what their calendars answered.
func (b *bench) inviteMany(s *store.Store) error {
	file, err := os.Create(b.path("replies.mbox"))
	if err != nil {
		return err
	}
	defer file.Close()
	meeting := store.Meeting{ID: store.DerivedID(store.KindMeeting, "replies"), Title: "Call", Start: "2026-12-02T13:00", Zone: "America/Toronto", Minutes: 60}
	uid := calendar.UID("net_bench", meeting.ID)
	_, err = s.EditEach(func(yield func(func(*store.Tx) error) bool) {
		for n := range replies {
			m := store.Member{ID: store.DerivedID(store.KindMember, fmt.Sprint("replies", n)), Given: fmt.Sprint("Given", n), Email: fmt.Sprintf("member%d@example.org", n), Office: "off_bench"}
			if _, err = fmt.Fprintf(file, answered, m.Email, n, uid, m.Email); err != nil {
				return
			}
			more := yield(func(tx *store.Tx) error {
				for _, r := range []store.Record{meeting, m, store.Registration{ID: store.RegistrationID(meeting.ID, m.ID), For: meeting.ID, Member: m.ID, Status: "approved"}} {
					if _, err := tx.Put(r); err != nil {
						return err
					}
				}
				return nil
			})
			if !more {
				return
			}
		}
	})
	return err
}

const answered = `From reply@example.org Mon Nov 23 12:00:00 2026
From: %[1]s
To: office@example.org
Subject: Accepted: Call
Date: Mon, 23 Nov 2026 12:00:00 +0000
Message-ID: <%[2]d@example.org>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Merci, j=E2=80=99y serai.
--b
Content-Type: text/calendar; charset=utf-8; method=REPLY

BEGIN:VCALENDAR
PRODID:-//Bench//EN
VERSION:2.0
METHOD:REPLY
BEGIN:VEVENT
UID:%[3]s
SEQUENCE:1
DTSTAMP:20261123T120000Z
DTSTART;TZID=America/Toronto:20261202T130000
ATTENDEE;PARTSTAT=ACCEPTED:mailto:%[4]s
SUMMARY:Call
END:VEVENT
END:VCALENDAR
--b--

`
