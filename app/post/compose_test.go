package post

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gomail "github.com/emersion/go-message/mail"

	"example.org/carnet/app/post/calendar"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

// parts reads a mail as another program would: its header and the text of every part by its type.
func parts(t *testing.T, raw []byte) (mail.Header, map[string]string) {
	t.Helper()
	plain, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r, err := gomail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string]string{}
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return plain.Header, bodies
		}
		if err != nil {
			t.Fatal(err)
		}
		var media string
		switch h := part.Header.(type) {
		case *gomail.InlineHeader:
			media, _, _ = h.ContentType()
		case *gomail.AttachmentHeader:
			media, _, _ = h.ContentType()
		}
		body, err := io.ReadAll(part.Body)
		if err != nil {
			t.Fatal(err)
		}
		bodies[media] = string(body)
	}
}

func (o *office) composed(order Order, member store.Member) Composed {
	o.t.Helper()
	c, err := o.Preview(order, member.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

func TestAnInvitationIsReadByOthersInTheLanguageOfItsReader(t *testing.T) {
	o := newOffice(t)
	o.account(nil, func(a *Account) {
		a.Name, a.Reply, a.Unsubscribe = "Réseau d’essai", "reponses@example.org", "stop@école.example.org"
	})
	o.people(2)
	for i, want := range []struct{ subject, when, lang string }{
		{"Invitation – Peer call", "Wednesday 2 December 2026, 11:00 (Vancouver", "en"},
		{"Vous êtes invité – Appel des pairs", "mercredi 2 décembre 2026, 11\u00a0h (Vancouver", "fr"},
	} {
		m := memberN(i + 1)
		c := o.composed(Order{Sort: Invitation, For: "mtg_a"}, m)
		h, bodies := parts(t, c.Bytes)
		subject, _ := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
		if subject != want.subject || h.Get("Content-Language") != want.lang {
			t.Errorf("subject %q in %s", subject, h.Get("Content-Language"))
		}
		for name, part := range map[string]string{"Message-Id": "@example.org>", "Auto-Submitted": "auto-generated", "List-Unsubscribe": "<mailto:stop@xn--cole-9oa.example.org?subject=unsubscribe%20msg_",
			"From": "<bureau@example.org>", "Reply-To": "<reponses@example.org>", "To": "<" + m.Email + ">", "Date": "Sun, 22 Nov 2026"} {
			if !strings.Contains(h.Get(name), part) {
				t.Errorf("%s is %q", name, h.Get(name))
			}
		}
		if h.Get("List-Unsubscribe-Post") != "" {
			t.Error("offers what it has no address for")
		}
		if !strings.Contains(bodies["text/plain"], want.when) || !strings.Contains(bodies["text/plain"], "1, rue Inventée") || strings.Contains(bodies["text/plain"], "{") {
			t.Errorf("text:\n%s", bodies["text/plain"])
		}
		if !strings.Contains(bodies["text/html"], `<a href="https://example.org/appel?a=1&amp;b=2">`) {
			t.Errorf("html:\n%s", bodies["text/html"])
		}
		ics := strings.ReplaceAll(bodies["text/calendar"], "\r\n ", "")
		for _, line := range []string{"METHOD:REQUEST", "UID:" + calendar.UID("net_abc", "mtg_a"), "mailto:" + m.Email, "mailto:bureau@example.org", "DTSTART;TZID=America/Toronto:20261202T130000", "SEQUENCE:0"} {
			if !strings.Contains(ics, line) {
				t.Errorf("no %s in\n%s", line, ics)
			}
		}
		if !strings.Contains(string(c.Bytes), "method=REQUEST") {
			t.Error("the calendar's part does not say its method")
		}
	}
}

func TestAMailKeepsToTheLimitsOfLinesAndIsTheSameAtEveryTry(t *testing.T) {
	o := newOffice(t)
	o.account(nil, func(a *Account) { a.Name = strings.Repeat("Réseau à très long nom ", 8) })
	o.people(1)
	m := memberN(1)
	m.Given, m.Family = strings.Repeat("Zoë-Élise ", 12), strings.Repeat("ᐃᓄᒃᑎᑐᑦ", 8)
	o.put(m)
	plan, err := o.Plan(Order{Sort: Invitation, For: "mtg_a", Subject: map[string]string{"en": strings.Repeat("Été 日本 ", 20)}, Text: map[string]string{"en": "x"}})
	if err != nil {
		t.Fatal(err)
	}
	first, err := compose(plan.Mailing, plan.Messages[0])
	if err != nil {
		t.Fatal(err)
	}
	again, err := compose(plan.Mailing, plan.Messages[0])
	if err != nil || !bytes.Equal(first.Bytes, again.Bytes) {
		t.Error("two tries differ", err)
	}
	for line := range strings.SplitSeq(string(first.Bytes), "\r\n") {
		if len(line) > 78 {
			t.Errorf("%d octets: %s", len(line), line)
		}
	}
	for i, b := range first.Bytes {
		if b >= 0x80 || b == '\n' && first.Bytes[i-1] != '\r' {
			t.Fatalf("octet %x at %d", b, i)
		}
	}
	h, _ := parts(t, first.Bytes)
	to, err := h.AddressList("To")
	if err != nil || !strings.HasPrefix(to[0].Name, "Zoë-Élise") || !strings.Contains(to[0].Name, "ᐃᓄᒃᑎᑐᑦ") {
		t.Errorf("%+v %v", to, err)
	}
	subject, _ := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	if !strings.HasPrefix(subject, "Été 日本 Été") {
		t.Errorf("%q", subject)
	}
}

func TestWhatPeopleWroteIsTextAndNothingElse(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	meeting := o.people(1)
	m := memberN(1)
	m.Given = "<b>{reason}</b>\r\nBcc: x@example.org"
	meeting.Title, meeting.Place = "A\r\nBcc: victim@example.org", `<script>alert("x")</script> javascript:alert(1) {place}`
	o.put(m, meeting)
	c := o.composed(Order{Sort: Invitation, For: "mtg_a"}, m)
	h, bodies := parts(t, c.Bytes)
	if h.Get("Bcc") != "" || strings.Contains(bodies["text/html"], "<script") || strings.Contains(bodies["text/html"], "<b>") || strings.Contains(bodies["text/html"], `href="javascript`) {
		t.Errorf("%v\n%s", h, bodies["text/html"])
	}
	if !strings.Contains(bodies["text/plain"], "{place}") || !strings.Contains(bodies["text/html"], "&lt;script&gt;") {
		t.Error("what was written is lost")
	}
}

func TestAWordingWithAPlaceholderThatNobodyFillsIsRefused(t *testing.T) {
	o := newOffice(t)
	for _, w := range []struct {
		w    Wording
		code string
	}{
		{Wording{Sort: Invitation, Language: "en", Text: "Hello {pasword}"}, "mail_placeholder"},
		{Wording{Sort: Invitation, Language: "en", Subject: "Hello {}"}, "mail_placeholder"},
		{Wording{Sort: "spam", Language: "en", Text: "x"}, "bad_mail_sort"},
		{Wording{Sort: Invitation, Language: "de", Text: "x"}, "bad_language"},
		{Wording{Sort: Invitation, Language: "en", Subject: "a\nb"}, "mail_subject_bad"},
		{Wording{Sort: Invitation, Language: "en", Text: strings.Repeat("x", mostText+1)}, "mail_text_bad"},
	} {
		if _, _, err := o.SetWording(w.w); !fault.Is(err, w.code) {
			t.Errorf("%+v: %v", w.w, err)
		}
	}
	if n := o.Store.Count(store.KindTemplate); n != 0 {
		t.Errorf("%d kept", n)
	}
}

func TestTheNetworksOwnWordingReplacesTheOneThatCarnetBringsAndGoesBack(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(2)
	before, err := o.Wording(Invitation, "fr")
	if err != nil || before.Own {
		t.Fatal(before, err)
	}
	if _, _, err := o.SetWording(Wording{Sort: Invitation, Language: "fr", Subject: "Viens à {title}", Text: "Salut {given}"}); err != nil {
		t.Fatal(err)
	}
	if c := o.composed(Order{Sort: Invitation, For: "mtg_a"}, memberN(2)); c.Subject != "Viens à Appel des pairs" || !strings.HasPrefix(c.Text, "Salut Zoë\n") {
		t.Errorf("%q %q", c.Subject, c.Text)
	}
	if c := o.composed(Order{Sort: Invitation, For: "mtg_a"}, memberN(1)); c.Subject != "Invitation – Peer call" {
		t.Errorf("%q", c.Subject)
	}
	if after, _, err := o.ResetWording(Invitation, "fr"); err != nil || after != before {
		t.Errorf("%+v %v", after, err)
	}
}

func TestEveryWordingOfCarnetIsSoundAndFillsWell(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(2)
	all, err := o.Wordings()
	if err != nil || len(all) != len(Sorts)*2 {
		t.Fatal(len(all), err)
	}
	for _, w := range all {
		if err := checkWording(w.Sort, w.Language, w.Subject, w.Text); err != nil {
			t.Errorf("%s %s: %v", w.Sort, w.Language, err)
		}
		member := memberN(map[string]int{"en": 1, "fr": 2}[w.Language])
		text := map[string]string{"en": "Come.", "fr": "Venez."}
		c := o.composed(Order{Sort: w.Sort, For: "mtg_a", Subject: map[string]string{"en": "Hello", "fr": "Bonjour"}, Text: text, Reasons: map[string]string{member.ID: "mandate ended 2026-10-19"}}, member)
		if strings.Contains(c.Text, "{") || strings.Contains(c.Text, "\n\n\n") || !strings.Contains(c.Text, "1, rue Inventée") {
			t.Errorf("%s %s:\n%s", w.Sort, w.Language, c.Text)
		}
		if (c.Calendar != nil) != (method(w.Sort) != "") {
			t.Errorf("%s: calendar %d bytes", w.Sort, len(c.Calendar))
		}
	}
}

func TestNobodyIsWrittenToWithoutConsentButWhoAsked(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(7)
	if _, _, err := o.People.WithdrawConsent(memberN(1).ID); err != nil {
		t.Fatal(err)
	}
	none, bounced, same := memberN(2), memberN(3), memberN(5)
	none.Email, bounced.Bounced, same.Email = "", bounced.Email, memberN(4).Email
	unknown := memberN(8)
	o.put(none, bounced, same, unknown)
	plan, err := o.Plan(Order{Sort: Invitation, For: "mtg_a", To: []string{memberN(1).ID, none.ID, bounced.ID, memberN(4).ID, same.ID, unknown.ID, memberN(6).ID, memberN(6).ID}})
	if err != nil {
		t.Fatal(err)
	}
	skipped := plan.Skipped()
	if len(plan.Messages) != 2 || skipped[SkipConsent] != 2 || skipped[SkipNoAddress] != 1 || skipped[SkipBounced] != 1 || skipped[SkipSame] != 1 {
		t.Errorf("%d messages, skipped %v", len(plan.Messages), skipped)
	}
	if plan, err = o.Plan(Order{Sort: Decline, For: "mtg_a", To: []string{memberN(1).ID, unknown.ID}}); err != nil || len(plan.Messages) != 2 {
		t.Errorf("answers: %d %v", len(plan.Messages), err)
	}
}

func TestLateJoinersAloneGetWhatTheOthersHave(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	o.people(3)
	o.invite()
	late := memberN(9)
	o.put(late, store.Consent{ID: "con_late", Member: late.ID, Basis: "express", Source: "form", Date: "2026-01-01"},
		store.Registration{ID: store.RegistrationID("mtg_a", late.ID), For: "mtg_a", Member: late.ID, Status: "approved"})
	plan, err := o.Plan(Order{Sort: Invitation, For: "mtg_a"})
	if err != nil || len(plan.Messages) != 1 || plan.Messages[0].Member != late.ID || plan.Skipped()[SkipAlready] != 3 {
		t.Fatalf("%d %v", len(plan.Messages), err)
	}
}

func TestAnUpdateAndACancellationReachWhoWasInvitedWithAGreaterSequence(t *testing.T) {
	o := newOffice(t)
	o.account(nil, nil)
	meeting := o.people(2)
	o.invite()
	o.clock = o.clock.Add(1e9)
	meeting.Start = "2026-12-03T13:00"
	o.put(meeting)
	for _, c := range []struct{ sort, method, status string }{{Update, "METHOD:REQUEST", "STATUS:CONFIRMED"}, {Cancellation, "METHOD:CANCEL", "STATUS:CANCELLED"}} {
		plan, err := o.Plan(Order{Sort: c.sort, For: "mtg_a"})
		if err != nil || len(plan.Messages) != 2 {
			t.Fatalf("%s: %v", c.sort, err)
		}
		one, err := compose(plan.Mailing, plan.Messages[0])
		if err != nil {
			t.Fatal(err)
		}
		ics := string(one.Calendar)
		if !strings.Contains(ics, c.method) || !strings.Contains(ics, "SEQUENCE:1") || !strings.Contains(ics, c.status) || !strings.Contains(ics, "20261203T130000") {
			t.Errorf("%s:\n%s", c.sort, ics)
		}
		if _, err := o.Queue(plan); err != nil {
			t.Fatal(err)
		}
		if plan, err = o.Plan(Order{Sort: c.sort, For: "mtg_a"}); err != nil || len(plan.Messages) != 0 {
			t.Errorf("%s again: %d %v", c.sort, len(plan.Messages), err)
		}
	}
}

// hidesIn walks through all files of the home: a secret stands in none of them.
func (o *office) hidesIn(secret string) {
	o.t.Helper()
	read := 0
	err := filepath.WalkDir(o.home, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		read++
		body, err := os.ReadFile(path)
		if bytes.Contains(body, []byte(secret)) || bytes.Contains(body, []byte(base64.StdEncoding.EncodeToString([]byte(secret)))) {
			o.t.Errorf("it lies open in %s", path)
		}
		return err
	})
	if err != nil || read < 3 {
		o.t.Fatal(read, err)
	}
}

func TestAnAccountKeepsItsPasswordSealedAndToItself(t *testing.T) {
	o := newOffice(t)
	a := Account{Host: "mail.example.org", Security: "TLS", User: "u", From: "bureau@example.org", Name: "Bureau", Postal: "x"}
	kept, err := o.SetAccount(a, "correct geheim horse")
	if err != nil || kept.Port != 465 {
		t.Fatal(kept, err)
	}
	o.hidesIn("correct geheim horse")
	a.Pace = 30
	if _, err := o.SetAccount(a, ""); err != nil || !o.HasPassword() {
		t.Error("the password was lost", err)
	}
	a.Host = "elsewhere.example.org"
	if _, err := o.SetAccount(a, ""); err != nil || o.HasPassword() {
		t.Error("the password would go to another server", err)
	}
	for code, change := range map[string]func(*Account){
		"bad_email": func(a *Account) { a.From = "nobody" }, "mail_name_missing": func(a *Account) { a.Name = " " },
		"bad_mail_pace": func(a *Account) { a.Connections = 99 }, "bad_mail_security": func(a *Account) { a.Security = "x" },
	} {
		bad := a
		change(&bad)
		if _, err := o.SetAccount(bad, ""); !fault.Is(err, code) {
			t.Errorf("%s: %v", code, err)
		}
	}
	if _, err := o.Plan(Order{Sort: Free}); !fault.Is(err, "mail_nobody") {
		t.Error(err)
	}
	a.Postal = ""
	if _, err := o.SetAccount(a, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Plan(Order{Sort: Free}); !fault.Is(err, "mail_no_postal") {
		t.Error(err)
	}
}

func FuzzAWordingIsRefusedOrFilledWithoutAnyHarm(f *testing.F) {
	f.Add("Hello {given}", "A {title}", "<x>&{y}")
	f.Add("{{given}}\n\n{when}", "{", "}")
	f.Fuzz(func(t *testing.T, text, subject, value string) {
		if checkWording(Free, "en", subject, text) != nil {
			return
		}
		m := store.Mailing{Sort: Free, At: "2026-11-22T15:00:00Z", SubjectEN: subject, TextEN: text}
		facts := Facts{Sender: Sender{Name: value, From: "a@example.org", Postal: value, Unsubscribe: "a@example.org"}, Occasion: Occasion{Meeting: &store.Meeting{Title: value, Place: value}}}
		c, err := composeWith(m, facts, store.Message{ID: "msg_a", To: "b@example.org", Name: value, Language: "en"}, Personal{Given: value})
		if err != nil {
			return
		}
		head, _, _ := bytes.Cut(c.Bytes, []byte("\r\n\r\n"))
		if n := strings.Count("\r\n"+strings.ToLower(string(head)), "\r\nto:"); n != 1 {
			t.Fatalf("%d recipients in\n%s", n, head)
		}
		if strings.Contains(c.HTML, "<script") {
			t.Fatal(c.HTML)
		}
	})
}
