package inbox

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/people"
	"example.org/carnet/app/post/calendar"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

const (
	network = "net_abcdefghijklmnop"
	ours    = "off_toronto"
	theirs  = "off_montreal"
	elise   = "elise@example.org"
)

var (
	call  = store.Meeting{ID: "mtg_aaaaaaaaaaaaaaaa", Title: "Call", Start: "2026-12-02T13:00", Zone: "America/Toronto", Minutes: 60, Status: "confirmed"}
	calls = store.Series{ID: "ser_bbbbbbbbbbbbbbbb", Title: "Calls", Start: "2026-12-02T11:00", Zone: "America/Vancouver", Minutes: 60, Rule: "FREQ=WEEKLY;INTERVAL=2", Chapter: "chp_caucus"}
	now   = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
)

// office is an inbox over a store with a few people, of whom Élise is registered for the call, and for the series.
func office(t testing.TB) *Inbox {
	t.Helper()
	home := t.TempDir()
	clock := func() time.Time { return now }
	s, err := store.Open(home, store.Options{Device: "laptop", Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	may := func(store.Kind) error { return nil }
	p := people.New(people.Deps{Store: s, Now: clock, May: may, Office: func() string { return ours }})
	put(t, s, call, calls, store.Chapter{ID: "chp_caucus", Name: "Caucus"},
		store.Member{ID: "mem_elise", Given: "Élise", Email: "Elise@Example.org", Office: ours},
		store.Member{ID: "mem_noah", Given: "Noah", Email: "noah@example.org", Office: ours},
		store.Member{ID: "mem_far", Given: "Zoé", Email: "zoe@example.org", Office: theirs},
		registration(call.ID, "mem_elise"), registration(calls.ID, "mem_elise"))
	return New(Deps{Home: home, Store: s, People: p, Now: clock, May: may, Office: func() string { return ours }, Network: func() string { return network },
		MayMembersOf: func(office string) error {
			if office != ours {
				return fault.New("role_forbids")
			}
			return nil
		}})
}

func registration(of, member string) store.Registration {
	return store.Registration{ID: store.RegistrationID(of, member), For: of, Member: member, Status: "approved", At: "2026-11-01T00:00:00Z", Source: "form"}
}

func put(t testing.TB, s *store.Store, records ...store.Record) {
	t.Helper()
	if _, err := s.Edit(func(tx *store.Tx) error {
		for _, r := range records {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	s.WaitDirectory()
}

// given are mails in memory.
type given struct {
	mails [][]byte
	kept  int
}

func (g *given) Next(context.Context) ([][]byte, error) {
	some := g.mails
	g.mails = nil
	if some == nil {
		return nil, io.EOF
	}
	return some, nil
}
func (g *given) Kept() error  { g.kept++; return nil }
func (g *given) Close() error { return nil }

func take(t testing.TB, i *Inbox, mails ...string) Report {
	t.Helper()
	g := &given{}
	for _, text := range mails {
		g.mails = append(g.mails, []byte(text))
	}
	r, err := i.Read(context.Background(), g)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// answerOf is a mail with the answer of a calendar.
type answerOf struct {
	from, attendee, uid, part, extra string
	sequence                         int
	stamp                            string
}

func (a answerOf) mail() string {
	if a.attendee == "" {
		a.attendee = a.from
	}
	if a.stamp == "" {
		a.stamp = "20261123T120000Z"
	}
	return fmt.Sprintf("From: <%s>\r\nTo: toronto@example.org\r\nSubject: Accepted: Call\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\nMessage-ID: <%s-%d-%s@example.org>\r\n"+
		"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nYes\r\n--b\r\n"+
		"Content-Type: text/calendar; charset=utf-8; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:%s\r\nSEQUENCE:%d\r\nDTSTAMP:%s\r\n%s"+
		"ATTENDEE;PARTSTAT=%s:mailto:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n--b--\r\n",
		a.from, a.part, a.sequence, a.stamp, a.uid, a.sequence, a.stamp, a.extra, a.part, a.attendee)
}

func uid(id string) string { return calendar.UID(network, id) }

func answer(t *testing.T, i *Inbox, of, member, want, said string) {
	t.Helper()
	reg, err := store.Get[store.Registration](i.Store, store.RegistrationID(of, member))
	if err != nil || reg.Answer != want || reg.Said != said {
		t.Errorf("%s of %s: %q said %q (%v), want %q %q", member, of, reg.Answer, reg.Said, err, want, said)
	}
}

func TestTheNewestAnswerOfACalendarIsSetWhateverTheOrderOfMails(t *testing.T) {
	first := answerOf{from: elise, uid: uid(call.ID), part: "ACCEPTED", stamp: "20261123T120000Z"}.mail()
	second := answerOf{from: elise, uid: uid(call.ID), part: "DECLINED", stamp: "20261124T120000Z"}.mail()
	third := answerOf{from: elise, uid: uid(call.ID), part: "TENTATIVE", sequence: 1, stamp: "20261123T100000Z"}.mail() // to the moved meeting
	for _, order := range [][]string{{first, second, third}, {third, second, first}, {second, third, first}, {first, third, second}} {
		i := office(t)
		r := take(t, i, order...)
		answer(t, i, call.ID, "mem_elise", "tentative", "2026-11-23T10:00:00Z")
		if r.Read != 3 || r.Waiting != 0 || r.Accepted+r.Declined+r.Tentative+r.Stale != 3 {
			t.Errorf("%+v", r)
		}
		apart := office(t)
		for _, one := range order {
			take(t, apart, one)
		}
		answer(t, apart, call.ID, "mem_elise", "tentative", "2026-11-23T10:00:00Z")
	}
}

func TestTheSameMailTwiceChangesNothing(t *testing.T) {
	i := office(t)
	mails := []string{answerOf{from: elise, uid: uid(call.ID), part: "ACCEPTED"}.mail(), "From: noah@example.org\nSubject: Unsubscribe\n\n", "From: x@example.org\nSubject: Hello\n\nA question", "garbage"}
	if r := take(t, i, mails...); r != (Report{Read: 4, Accepted: 1, Unsubscribed: 1, Unreadable: 2, Waiting: 2}) {
		t.Errorf("%+v", r)
	}
	version, digest := i.Store.Version(), i.Store.Digest()
	again := append(mails, "From MAILER Mon Nov 23 12:00:00 2026\n"+strings.ReplaceAll(mails[0], "\r\n", "\n"), "Received: by a server\r\nX-Spam: no\r\n"+mails[0])
	if r := take(t, i, again...); r.Known != 6 || i.Store.Version() != version || i.Store.Digest() != digest {
		t.Errorf("%+v; %d, not %d", r, i.Store.Version(), version)
	}
}

func TestAForgedAnswerIsShownAndNotApplied(t *testing.T) {
	i := office(t)
	rows := map[string]answerOf{
		"forged":          {from: "mallory@example.org", attendee: elise, uid: uid(call.ID), part: "DECLINED"},
		"unknown-meeting": {from: elise, uid: "040000008200E00074C5B7101A82E008", part: "DECLINED"},
		"unknown-sender":  {from: "stranger@example.org", uid: uid(call.ID), part: "DECLINED"},
		"uninvited":       {from: "noah@example.org", uid: uid(call.ID), part: "ACCEPTED"},
		"no-answer":       {from: elise, uid: uid(call.ID), part: "DELEGATED"},
	}
	for code, row := range rows {
		if r := take(t, i, row.mail()); r.NotApplied != 1 || r.Waiting != 1 {
			t.Errorf("%s: %+v", code, r)
		}
		if !slices.ContainsFunc(waiting(t, i), func(in store.Incoming) bool { return strings.HasPrefix(in.What, code+" ") || in.What == code }) {
			t.Errorf("%s does not wait: %+v", code, waiting(t, i))
		}
	}
	answer(t, i, call.ID, "mem_elise", "", "")
	first := waiting(t, i)[0]
	if refs, err := i.Done(first.ID); err != nil || len(refs) != 1 || len(waiting(t, i)) != len(rows)-1 {
		t.Error(refs, err)
	}
}

func waiting(t *testing.T, i *Inbox) []store.Incoming {
	t.Helper()
	list, err := i.List(true)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAnAnswerToOneOccurrenceIsOfThatOneAlone(t *testing.T) {
	occurs := "2026-12-30T11:00"
	id := store.OccurrenceID(calls.ID, occurs)
	for name, extra := range map[string]string{
		"its zone":       "RECURRENCE-ID;TZID=America/Vancouver:20261230T110000\r\n",
		"UTC":            "RECURRENCE-ID:20261230T180000Z\r\n",
		"Outlook's name": "RECURRENCE-ID;TZID=\"Eastern Standard Time\":20261230T130000\r\n",
		"old zone data":  "RECURRENCE-ID;TZID=\"Pacific Standard Time\":20261230T110000\r\n",
	} {
		i := office(t)
		if r := take(t, i, answerOf{from: elise, uid: uid(calls.ID), part: "DECLINED", extra: extra}.mail()); r.Declined != 1 || r.Waiting != 0 {
			t.Errorf("%s: %+v", name, r)
		}
		answer(t, i, id, "mem_elise", "declined", "2026-11-23T12:00:00Z")
		answer(t, i, calls.ID, "mem_elise", "", "")
		reg, _ := store.Get[store.Registration](i.Store, store.RegistrationID(id, "mem_elise"))
		held, err := store.Get[store.Meeting](i.Store, id)
		if err != nil || held.Series != calls.ID || held.Occurs != occurs || reg.Status != "withdrawn" || reg.For != id {
			t.Errorf("%s: %+v %+v %v", name, held, reg, err)
		}
		take(t, i, answerOf{from: elise, uid: uid(calls.ID), part: "ACCEPTED", extra: extra, stamp: "20261124T120000Z"}.mail())
		if reg, _ = store.Get[store.Registration](i.Store, reg.ID); reg.Status != "approved" || reg.Answer != "accepted" {
			t.Errorf("%s, taken back: %+v", name, reg)
		}
	}
}

func TestWhoIsInvitedByAProgrammeOrAMessageMayAnswer(t *testing.T) {
	i := office(t)
	put(t, i.Store, registration("chp_caucus", "mem_noah"), store.Mailing{ID: "mlg_1", Office: ours, For: call.ID, Sort: "invitation"},
		store.Message{ID: "msg_aaaaaaaaaaaaaaaa", Office: ours, Mailing: "mlg_1", Member: "mem_noah", To: "noah.old@example.org"})
	r := take(t, i, answerOf{from: "noah@example.org", uid: uid(calls.ID), part: "ACCEPTED"}.mail(), answerOf{from: "noah.old@example.org", uid: uid(call.ID), part: "TENTATIVE"}.mail())
	if r.Accepted != 1 || r.Tentative != 1 || r.Waiting != 0 {
		t.Errorf("%+v", r)
	}
	answer(t, i, calls.ID, "mem_noah", "accepted", "2026-11-23T12:00:00Z")
	answer(t, i, call.ID, "mem_noah", "tentative", "2026-11-23T12:00:00Z")
}

func TestAnAnswerDoesNotUndoWhatTheOfficeDecided(t *testing.T) {
	i := office(t)
	id := store.OccurrenceID(calls.ID, "2026-12-30T11:00")
	declined := registration(id, "mem_elise")
	declined.Status, declined.Source = "declined", sourceCalendar
	put(t, i.Store, declined)
	take(t, i, answerOf{from: elise, uid: uid(calls.ID), part: "ACCEPTED", extra: "RECURRENCE-ID:20261230T180000Z\r\n"}.mail())
	if reg, _ := store.Get[store.Registration](i.Store, declined.ID); reg.Status != "declined" || reg.Answer != "accepted" {
		t.Errorf("%+v", reg)
	}
}

func TestAWishToHearNoMoreWithdrawsConsent(t *testing.T) {
	for _, head := range []string{"From: noah@example.org\nSubject: Unsubscribe", "From: NOAH@example.org\nSubject: Re: Désabonnement", "From: other@example.org\nSubject: unsubscribe msg_aaaaaaaaaaaaaaaa",
		"From: noah@example.org\nSubject: Re: Call\n\nStop\n\nOn Monday you wrote:\n> come", "From: noah@example.org\nSubject: =?utf-8?q?D=C3=A9sinscription?="} {
		i := office(t)
		put(t, i.Store, store.Message{ID: "msg_aaaaaaaaaaaaaaaa", Office: ours, Member: "mem_noah", To: "noah@example.org"})
		if r := take(t, i, head+"\n\n"); r.Unsubscribed != 1 || r.Waiting != 0 {
			t.Errorf("%s: %+v", head, r)
		}
		if s, err := i.People.Consent("mem_noah", ""); err != nil || s.State != people.ConsentWithdrawn {
			t.Errorf("%s: %+v %v", head, s, err)
		}
	}
	i := office(t)
	r := take(t, i, "From: who@example.org\nSubject: unsubscribe\n\n", "From: zoe@example.org\nSubject: unsubscribe\n\n", "From: noah@example.org\nSubject: Stop me if you know this one, but the agenda of Tuesday's call is wrong\n\n")
	if r.NotApplied != 1 || r.Unreadable != 1 || r.Waiting != 3 {
		t.Errorf("%+v", r)
	}
}

func TestAnExpressConsentOfLaterIsNotWithdrawnByAnOldMail(t *testing.T) {
	i := office(t)
	if _, _, err := i.People.RecordConsent("mem_noah", map[string]string{"basis": "express", "source": "form", "date": "2026-11-30"}); err != nil {
		t.Fatal(err)
	}
	take(t, i, "From: noah@example.org\nSubject: Unsubscribe\nDate: Mon, 23 Nov 2026 12:00:00 +0000\n\n")
	if s, _ := i.People.Consent("mem_noah", ""); s.State != people.ConsentGiven {
		t.Errorf("%+v", s)
	}
}

func bounceMail(address, action, status, words string) string {
	return "From: MAILER-DAEMON@example.org\nSubject: Undelivered\nDate: Mon, 23 Nov 2026 12:00:00 +0000\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSorry\n--b\n" +
		"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; " + address + "\nAction: " + action + "\nStatus: " + status +
		"\nDiagnostic-Code: smtp; " + words + "\n\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <msg_aaaaaaaaaaaaaaaa@example.org>\n\nHello\n--b--\n"
}

func TestAHardBounceMarksTheAddressAndASoftOneIsNoted(t *testing.T) {
	rows := []struct {
		action, status string
		marked         bool
	}{{"failed", "5.1.1", true}, {"failed", "5.0.0", true}, {"failed", "4.4.7", false}, {"delayed", "4.2.2", false}, {"failed", "5.7.1", false}, {"failed", "5.2.2", false}, {"delivered", "2.0.0", false}}
	for _, row := range rows {
		i := office(t)
		r := take(t, i, bounceMail("Noah@example.org", row.action, row.status, "550 words"))
		m, _ := i.People.Find("mem_noah")
		if (m.Bounced == "noah@example.org") != row.marked || r.Waiting != 0 || r.Bounced+r.Soft != 1 {
			t.Errorf("%+v: %q %+v", row, m.Bounced, r)
		}
	}
	i := office(t)
	put(t, i.Store, store.Message{ID: "msg_aaaaaaaaaaaaaaaa", Office: ours, Member: "mem_noah", To: "noah@example.org"})
	r := take(t, i, bounceMail("forwarded@example.net", "failed", "5.1.1", "550 no"), bounceMail("zoe@example.org", "failed", "5.1.1", "550 no"))
	if m, _ := i.People.Find("mem_noah"); m.Bounced == "" || r.Bounced != 2 || r.Waiting != 1 {
		t.Errorf("found by the message that came back, and left to the other office: %+v %+v", m, r)
	}
}

func TestTheReportsOfManyServersAreReadAsExpected(t *testing.T) {
	dir := "../../../../shared/data/bounces"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the reports of shared/data/bounces are not here")
	}
	rows := map[string]struct {
		sort, status string
		members      []string // whose address is marked
	}{
		"lhost-exchange2007-01.eml": {"bounce", "done", []string{"mikeneko@example.co.jp"}},
		"lhost-exim-03.eml":         {"unreadable", "open", nil}, // prose alone
		"lhost-gmail-01.eml":        {"unreadable", "open", nil},
		"lhost-gmail-03.eml":        {"unreadable", "open", nil},
		"lhost-postfix-01.eml":      {"bounce", "done", []string{"kijitora@example.org"}},
		"lhost-postfix-03.eml":      {"bounce", "done", []string{"kijitora@example.net"}},
		"lhost-postfix-05.eml":      {"soft-bounce", "done", nil},
		"lhost-sendmail-02.eml":     {"bounce", "done", []string{"userunknown@example.org", "filtered@example.com"}},
		"rfc3464-01.eml":            {"bounce", "done", []string{"userunknown@bouncehammer.jp"}},
		"rfc3464-03.eml":            {"bounce", "done", []string{"kijitora@example.com"}},
	}
	files, _ := filepath.Glob(dir + "/*.eml")
	if len(files) != len(rows) {
		t.Errorf("%d files", len(files))
	}
	addresses := []string{"mikeneko@example.co.jp", "kijitora@example.org", "kijitora@example.net", "kijitora@example.com", "kijitora@example.or.jp", "userunknown@example.org",
		"filtered@example.com", "userunknown@bouncehammer.jp", "userunknown@example.jp"}
	for _, file := range files {
		want, i := rows[filepath.Base(file)], office(t)
		for n, address := range addresses {
			put(t, i.Store, store.Member{ID: fmt.Sprintf("mem_%d", n), Given: "A", Email: address, Office: ours})
		}
		from, err := OpenFiles(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := i.Read(context.Background(), from)
		list, _ := i.List(false)
		if err != nil || r.Read != 1 || len(list) != 1 || list[0].Sort != want.sort || list[0].Status != want.status {
			t.Errorf("%s: %+v %+v %v", file, r, list, err)
			continue
		}
		var marked []string
		for n, address := range addresses {
			if m, _ := i.People.Find(fmt.Sprintf("mem_%d", n)); m.Bounced != "" {
				marked = append(marked, address)
			}
		}
		slices.Sort(marked)
		slices.Sort(want.members)
		if !slices.Equal(marked, want.members) {
			t.Errorf("%s marks %v", file, marked)
		}
		if list[0].Text == "" && want.sort == "unreadable" || list[0].Subject == "" {
			t.Errorf("%s shows nothing: %+v", file, list[0])
		}
	}
}
