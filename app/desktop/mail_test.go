package desktop

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/post/smtp/smtptest"
)

// sending is a window with an account at a real server on this machine, a chapter, a meeting and two members.
func sending(t *testing.T, lang string) (*Desktop, *Mail, *smtptest.Server, string) {
	t.Helper()
	d, p := window(t, lang)
	m, meetings := &Mail{d}, &Meetings{d}
	server := had(smtptest.Start(smtptest.Options{StartTLS: true, Methods: []string{"PLAIN"}}))(t)
	t.Cleanup(server.Stop)
	chapter := had(p.AddChapter(map[string]string{"name": "Peers", "name_fr": "Pairs", "zone": "America/Toronto"}))(t)
	meeting := had(meetings.AddMeeting(MeetingFields{Fields: map[string]string{"title": "Peer call", "title_fr": "Appel des pairs", "chapter": chapter.ID,
		"start": time.Now().AddDate(0, 1, 0).Format(time.DateOnly) + "T13:00", "zone": "America/Toronto", "minutes": "60"}}))(t)
	for given, language := range map[string]string{"Ann": "en", "Élise": "fr"} {
		member := had(p.AddMember(map[string]string{"given": given, "family": "Essai", "email": strings.ToLower(strings.ReplaceAll(given, "É", "e")) + "@example.org", "language": language, "role": "staff"}, []string{chapter.ID}))(t)
		had(p.RecordConsent(member.ID, map[string]string{"basis": "express", "source": "form"}))(t)
	}
	had(p.AddMember(map[string]string{"given": "Never", "family": "Asked", "email": "never@example.org", "role": "staff"}, []string{chapter.ID}))(t)
	fields := MailAccountFields{Host: "127.0.0.1", Port: server.Port(), Security: "starttls", User: smtptest.User, Password: smtptest.Password, From: "bureau@example.org",
		Name: "Réseau", Postal: "1, rue Inventée, Montréal", CA: string(server.CA)}
	wrong := fields
	wrong.Password = "not this"
	if tried := had(m.TestAccount(wrong))(t); tried.OK || tried.Text == "" || strings.Contains(tried.Text, "not this") {
		t.Fatalf("a wrong password: %+v", tried)
	}
	if tried := had(m.TestAccount(fields))(t); !tried.OK || !strings.Contains(tried.Text, "mail.example.org") {
		t.Fatalf("the server's words are missing: %+v", tried)
	}
	if account := had(m.SetAccount(fields))(t); !account.HasPassword || !account.Set {
		t.Fatalf("the account is %+v", account)
	}
	return d, m, server, meeting.ID
}

func TestAnInvitationIsSentWithTheNumberThatWasShownAndGoesOutByItself(t *testing.T) {
	d, m, server, meeting := sending(t, "en")
	order := MailOrder{Sort: "invitation", For: meeting, ToWhom: "eligible"}
	plan := had(m.Plan(order))(t)
	if plan.Sends != 2 || plan.English != 1 || plan.French != 1 || !plan.Judged || plan.Eligible != 3 || len(plan.Skipped) != 1 || plan.Skipped[0].Why != "no-consent" {
		t.Fatalf("the plan is %+v", plan)
	}
	for _, one := range plan.Members {
		if letter := had(m.Preview(order, one.ID))(t); !letter.Calendar || !strings.Contains(letter.Text, "1, rue Inventée") {
			t.Errorf("the letter of %s is %+v", one.Name, letter)
		}
	}
	if _, err := m.Queue(order, 3); err == nil {
		t.Fatal("it was queued for another number than was shown")
	}
	had(m.Queue(order, 2))(t)
	if v := had(m.View())(t); v.Sending.Left != 2 || len(v.Mailings) != 1 || v.Mailings[0].Queued != 2 {
		t.Fatalf("the outbox is %+v", v)
	}
	t.Cleanup(d.startErrands(d.carnet))
	for range 200 {
		if v := had(m.View())(t); v.Mailings[0].Sent == 2 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	page := had(m.Messages(MessageQuery{State: "sent"}))(t)
	if page.Total != 2 || page.Rows[0].Attempts != 1 || page.Rows[0].Words == "" {
		t.Fatalf("what was sent: %+v", page)
	}
	for to, got := range server.Mails() {
		if len(got) != 1 {
			t.Errorf("%s got %d mails", to, len(got))
		}
	}
}

func TestWhilePausedNothingGoesOutAndAPersonMayStopIt(t *testing.T) {
	d, m, server, meeting := sending(t, "fr")
	had(m.Pause(true))(t)
	t.Cleanup(d.startErrands(d.carnet))
	had(m.Queue(MailOrder{Sort: "invitation", For: meeting, ToWhom: "eligible"}, 2))(t)
	time.Sleep(2 * sendDelay)
	v := had(m.View())(t)
	if v.Sending.State != "paused" || len(server.Mails()) != 0 {
		t.Fatalf("paused, it is %+v with %d mails", v.Sending, len(server.Mails()))
	}
	if said := had(m.StopMessages([]string{v.Mailings[0].ID}))(t); said.Text != "2 messages arrêtés. Ils ne partiront pas." {
		t.Error(said.Text)
	}
	if page := had(m.Messages(MessageQuery{State: "stopped"}))(t); page.Total != 2 || page.Rows[0].Words != "Arrêté par une personne." {
		t.Errorf("stopped: %+v", page.Rows)
	}
}

func TestWhatCameWaitsOnTodayUntilItIsSettledAndUndoBringsItBack(t *testing.T) {
	d, _ := window(t, "en")
	m, s := &Mail{d}, &Session{d}
	path := filepath.Join(t.TempDir(), "a.eml")
	if err := os.WriteFile(path, []byte("From: Ann <ann@example.org>\r\nSubject: A question\r\nDate: Sun, 22 Nov 2026 10:00:00 -0500\r\nMessage-ID: <q@example.org>\r\n\r\nIs there an interpreter?\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	upload := had(d.uploads.take("a.eml", file))(t)
	job := had(m.ReadFiles([]string{upload}))(t)
	for range 100 {
		if had(s.Job(job))(t).State != "running" {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	rows := had(m.Incoming(true))(t)
	if len(rows) != 1 || rows[0].Subject != "A question" || len(rows[0].Explains) == 0 {
		t.Fatalf("what came: %+v", rows)
	}
	if card, waits, err := d.incomingCard(d.carnet, time.Now()); err != nil || !waits || card.Title != "1 mail waits to be read" {
		t.Errorf("on Today: %+v, %v, %v", card, waits, err)
	}
	had(m.Settle([]string{rows[0].ID}))(t)
	if rows := had(m.Incoming(true))(t); len(rows) != 0 {
		t.Errorf("after settling: %+v", rows)
	}
	had(s.Undo())(t)
	if rows := had(m.Incoming(true))(t); len(rows) != 1 {
		t.Errorf("after undo: %+v", rows)
	}
}

func TestAWordingIsKeptRefusedAndTakenBack(t *testing.T) {
	d, _ := window(t, "fr")
	m := &Mail{d}
	if _, err := m.SetWording(WordingRow{Sort: "reminder", Language: "fr", Subject: "Rappel", Text: "Bonjour {personne}"}); err == nil {
		t.Error("an unknown placeholder was kept")
	}
	if said := had(m.SetWording(WordingRow{Sort: "reminder", Language: "fr", Subject: "Rappel", Text: "Bonjour {given}"}))(t); said.Text != "Texte enregistré\u00a0: Rappel (français)." {
		t.Error(said.Text)
	}
	own := func() (n int) {
		for _, row := range had(m.Wordings())(t).Rows {
			if row.Own {
				n++
			}
		}
		return n
	}
	if own() != 1 {
		t.Error("the wording is not the network's own")
	}
	had(m.ResetWording("reminder", "fr"))(t)
	if own() != 0 {
		t.Error("Carnet's wording did not come back")
	}
}

func TestAMailboxIsKeptWithoutShowingItsPassword(t *testing.T) {
	d, _ := window(t, "en")
	m := &Mail{d}
	fields := MailboxFields{Host: "127.0.0.1", Port: 1, Security: "none", User: "bureau@example.org", Password: "secret", Folder: "INBOX"}
	if tried := had(m.TestMailbox(fields))(t); tried.OK || !strings.Contains(tried.Text, "does not answer") {
		t.Errorf("a mailbox that is not there: %+v", tried)
	}
	v := had(m.SetMailbox(fields))(t)
	if !v.Set || !v.HasPassword || v.User != fields.User || v.Port != 1 || v.Folder != "INBOX" {
		t.Errorf("the mailbox is %+v", v)
	}
	if v := had(m.SetMailbox(MailboxFields{}))(t); v.Set {
		t.Errorf("a mailbox that was let go is %+v", v)
	}
}

func TestTheRegisterOfConsentsIsWrittenWhereThePersonSays(t *testing.T) {
	d, p := window(t, "en")
	member := had(p.AddMember(map[string]string{"given": "Élise", "family": "Essai", "email": "elise@example.org"}, nil))(t)
	had(p.RecordConsent(member.ID, map[string]string{"basis": "express", "source": "form of the forum"}))(t)
	path := filepath.Join(t.TempDir(), "register.csv")
	d.shell = &paper{save: path}
	if got := had((&Mail{d}).ExportRegister("csv"))(t); got != path {
		t.Errorf("it went to %q", got)
	}
	written, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(written), "form of the forum") {
		t.Errorf("the register says %q, %v", written, err)
	}
}

func TestWhatIsQueuedWhileTheServerIsAwayGoesOutOnceItIsBack(t *testing.T) {
	d, m, gone, meeting := sending(t, "en")
	gone.Stop()
	listener := had(net.Listen("tcp", "127.0.0.1:0"))(t)
	address := listener.Addr()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	had(m.SetAccount(MailAccountFields{Host: "127.0.0.1", Port: address.(*net.TCPAddr).Port, Security: "none", From: "bureau@example.org", Name: "Réseau", Postal: "1, rue Inventée, Montréal"}))(t)
	had(m.Queue(MailOrder{Sort: "invitation", For: meeting, ToWhom: "eligible"}, 2))(t)
	d.sender.retry = 100 * time.Millisecond
	t.Cleanup(d.startErrands(d.carnet))
	waitFor(t, "a try that fails", func() bool { return d.sender.trouble() != nil })
	if v := had(m.View())(t); v.Mailings[0].Queued != 2 {
		t.Fatalf("the outbox is %+v", v)
	}
	back := had(smtptest.StartOn(had(net.Listen("tcp", address.String()))(t), smtptest.Options{}))(t)
	t.Cleanup(back.Stop)
	waitFor(t, "all sent", func() bool { return had(m.View())(t).Mailings[0].Sent == 2 })
	time.Sleep(2 * sendDelay) // nothing comes after
	for to, got := range back.Mails() {
		if len(got) != 1 {
			t.Errorf("%s got %d", to, len(got))
		}
	}
	if len(back.Mails()) != 2 || d.sender.trouble() != nil {
		t.Errorf("%d got it, and %v is still said", len(back.Mails()), d.sender.trouble())
	}
}

func waitFor(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 400 {
		if is() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("no sight of %s", what)
}

func TestAServerThatAsksForACertificateGetsTheOneOfTheWindowsForm(t *testing.T) {
	_, m, _, _ := sending(t, "en")
	server := had(smtptest.Start(smtptest.Options{TLS: true, ClientAuth: true}))(t)
	t.Cleanup(server.Stop)
	own, _, err := smtptest.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	cert, key, err := smtptest.PEM(own)
	if err != nil {
		t.Fatal(err)
	}
	fields := MailAccountFields{Host: "127.0.0.1", Port: server.Port(), Security: "tls", From: "bureau@example.org", Name: "Réseau", Postal: "1, rue Inventée, Montréal", CA: string(server.CA)}
	if tried := had(m.TestAccount(fields))(t); tried.OK {
		t.Fatalf("without a certificate: %+v", tried)
	}
	fields.Cert = string(cert)
	if _, err := m.SetAccount(fields); err == nil {
		t.Fatal("a certificate was kept without its key")
	}
	fields.Key = string(key)
	if tried := had(m.TestAccount(fields))(t); !tried.OK {
		t.Fatalf("with it: %+v", tried)
	}
	kept := had(m.SetAccount(fields))(t)
	if !kept.HasKey || kept.Cert != strings.TrimSpace(string(cert)) && kept.Cert != string(cert) {
		t.Errorf("%+v", kept)
	}
	fields.Key = "" // it is not given back, and is used on
	if tried := had(m.TestAccount(fields))(t); !tried.OK {
		t.Errorf("with the key that is kept: %+v", tried)
	}
	fields.Cert = ""
	if kept := had(m.SetAccount(fields))(t); kept.HasKey || kept.Cert != "" {
		t.Errorf("without it again: %+v", kept)
	}
}
