package desktop

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
)

func TestADecisionIsOfferedToBeWrittenAndOnceWrittenNoMore(t *testing.T) {
	d, m, _, meeting := sending(t, "en")
	r := &Requests{d}
	page := had((&People{d}).Members(MemberQuery{Limit: 10}))(t)
	for i, row := range page.Rows {
		status, reason := "approved", ""
		if i == 1 {
			status, reason = "declined", "It is full."
		}
		had(r.Register(meeting, row.ID, status, reason))(t)
	}
	if s := had(m.Subject(meeting))(t); s.Confirm != 2 || s.Decline != 1 || s.Wrote {
		t.Fatalf("the meeting offers %+v", s)
	}
	due := had(m.Due())(t)
	if len(due.Answers) != 1 || due.Answers[0].For != meeting || due.Answers[0].Name != "Peer call" || due.Answers[0].When == "" || due.Answers[0].Confirm != 2 {
		t.Fatalf("due: %+v", due)
	}
	refusal := MailOrder{Sort: "decline", For: meeting, ToWhom: "decided"}
	plan := had(m.Plan(refusal))(t)
	if plan.Sends != 1 || len(plan.Members) != 1 {
		t.Fatalf("the plan is %+v", plan)
	}
	letter := had(m.Preview(refusal, plan.Members[0].ID))(t)
	if !strings.Contains(letter.Text, "It is full.") || !strings.Contains(letter.HTML, "<p>It is full.</p>") {
		t.Errorf("the refusal reads %+v", letter)
	}
	had(m.Queue(refusal, 1))(t)
	had(m.Queue(MailOrder{Sort: "confirmation", For: meeting, ToWhom: "decided"}, 2))(t)
	if s := had(m.Subject(meeting))(t); s.Confirm+s.Decline != 0 {
		t.Errorf("written, and offered again: %+v", s)
	}
}

func TestWhatALawMovedIsToldOnceASeriesUntilWhoWasInvitedHasHeard(t *testing.T) {
	d, m, _, meeting := sending(t, "fr")
	planned := had(d.carnet.Meetings.Planned(meeting))(t)
	toronto := had(zones.Load("America/Toronto"))(t)
	at := planned.Start.In(toronto)
	moves := meetings.Moves{From: "2026a", To: "2026f", Items: []meetings.Move{{Planned: planned, Zones: []meetings.ZoneMove{
		{Zone: "America/Vancouver", Was: at.Add(-4 * time.Hour), Now: at.Add(-3 * time.Hour), People: 2}}}}}
	rows := had(d.movedRows(d.carnet, moves))(t)
	if len(rows) != 1 || rows[0].ID != meeting || rows[0].Invited != 0 || !slices.Equal(rows[0].Clocks, []string{"Vancouver\u00a0: 10\u00a0h au lieu de 9\u00a0h (2 membres)"}) {
		t.Fatalf("%+v", rows)
	}
	had(m.Queue(MailOrder{Sort: "invitation", For: meeting, ToWhom: "eligible"}, 2))(t)
	if rows := had(d.movedRows(d.carnet, moves))(t); len(rows) != 0 {
		t.Errorf("who was invited by these laws already is to hear of them: %+v", rows)
	}
}

func TestTheWindowForgetsAnAccountItsPasswordAndAMailbox(t *testing.T) {
	d, m, server, _ := sending(t, "en")
	if a := had(m.ForgetPassword())(t); a.HasPassword || !a.Set {
		t.Errorf("without its password: %+v", a)
	}
	if a := had(m.ForgetAccount())(t); a.Set || a.Host != "" {
		t.Errorf("forgotten: %+v", a)
	}
	fields := MailboxFields{Host: "127.0.0.1", Port: 1, Security: "tls", Method: "xoauth2", User: "bureau@example.org", Password: "a token", CA: string(server.CA)}
	if v := had(m.SetMailbox(fields))(t); v.Method != "xoauth2" || v.CA != fields.CA || !v.HasPassword {
		t.Errorf("the mailbox is %+v", v)
	}
	had(m.SetMailbox(MailboxFields{}))(t)
	fields.Password = ""
	if v := had(m.SetMailbox(fields))(t); v.HasPassword {
		t.Error("its password was kept")
	}
	fields.CA = "no certificate"
	if tried := had(m.TestMailbox(fields))(t); tried.OK || tried.Text == "" {
		t.Errorf("%+v", tried)
	}
	_ = d
}

func TestWhatWasPutOffGoesOutWithoutAnybodyLookingAtMail(t *testing.T) {
	d, m, server, meeting := sending(t, "en")
	order := MailOrder{Sort: "invitation", For: meeting, ToWhom: "eligible"}
	had(m.Queue(order, 2))(t)
	mailing, _ := only[store.Mailing](t, d)
	messages := had(store.Linked[store.Message](d.carnet.Store, mailing.ID))(t)
	device, at := d.carnet.Network.Device(), time.Now().UTC().Add(-time.Minute)
	stamp := func(later time.Duration) string { return at.Add(later).Format("2006-01-02T15:04:05.000Z") }
	had(d.carnet.Store.Edit(func(tx *store.Tx) error {
		for _, one := range messages {
			next := at.Add(time.Minute + 2*time.Second).Format(time.RFC3339) // as one put off a minute ago
			one.Events = []string{stamp(0) + " sending " + device, stamp(time.Second) + " later " + device + " " + next + " 451 4.7.1 Greylisted"}
			if _, err := tx.Put(one); err != nil {
				return err
			}
		}
		return nil
	}))(t)
	t.Cleanup(d.startErrands(d.carnet))
	for range 200 {
		if len(server.Mails()) == 2 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("%d of 2 went out", len(server.Mails()))
}

func TestWhatIsOnlyHeldIsSettledTooWhenAnotherLaptopHasSaidIt(t *testing.T) {
	d, m, _, meeting := sending(t, "en")
	had(m.Queue(MailOrder{Sort: "invitation", For: meeting, ToWhom: "eligible"}, 2))(t)
	mailing, _ := only[store.Mailing](t, d)
	messages := had(store.Linked[store.Message](d.carnet.Store, mailing.ID))(t)
	device, stamp := d.carnet.Network.Device(), time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	twin := store.Mailing{ID: store.NewID(store.KindMailing), Sort: "invitation", For: meeting, Laptop: "another", At: mailing.At, Facts: mailing.Facts}
	had(d.carnet.Store.Edit(func(tx *store.Tx) error {
		_, err := tx.Put(twin)
		for _, one := range messages {
			said := one
			said.ID, said.Mailing, said.Events = store.NewID(store.KindMessage), twin.ID, []string{stamp + " sent another 250 Ok"}
			one.Events = []string{stamp + " held " + device + " said"}
			for _, r := range []store.Record{said, one} {
				if err == nil {
					_, err = tx.Put(r)
				}
			}
		}
		return err
	}))(t)
	report := had(d.sendOnce(t.Context(), d.carnet))(t)
	if report.Stopped != 2 {
		t.Errorf("%+v", report)
	}
	if report = had(d.sendOnce(t.Context(), d.carnet))(t); report.Stopped != 0 {
		t.Errorf("settled again: %+v", report)
	}
}

// only gives the one record of a kind.
func only[T store.Record](t *testing.T, d *Desktop) (one T, n int) {
	t.Helper()
	for r, err := range store.All[T](d.carnet.Store) {
		if err != nil {
			t.Fatal(err)
		}
		one, n = r, n+1
	}
	return one, n
}

func TestLettersFindWhatToWriteAboutHoweverFarAway(t *testing.T) {
	d, m, _, meeting := sending(t, "fr")
	had((&Meetings{d}).AddSeries(MeetingFields{Fields: map[string]string{"title": "Electeds call", "title_fr": "Appel des élus", "start": "2030-01-09T13:00", "zone": "America/Toronto",
		"minutes": "60", "rule": "FREQ=WEEKLY;COUNT=70"}}))(t)
	all := had(m.Subjects(""))(t)
	kinds := map[string]int{}
	for _, one := range all {
		kinds[one.Kind]++
	}
	if kinds["series"] != 1 || kinds["meeting"] == 0 || kinds["meeting"] > 8 || kinds["chapter"] != 1 || all[0].Kind != "series" {
		t.Errorf("before anything is typed: %v", kinds)
	}
	if found := had(m.Subjects("appel des pairs"))(t); len(found) != 1 || found[0].ID != meeting || found[0].When == "" {
		t.Errorf("%+v", found)
	}
	for _, text := range []string{"elus", "PAIRS", "rien de tel"} {
		found := had(m.Subjects(text))(t)
		if want := map[string]bool{"elus": true, "PAIRS": true}[text]; (len(found) > 0) != want {
			t.Errorf("%s finds %+v", text, found)
		}
	}
}

func TestWhoLacksAnInvitationIsInvitedFromTheMeetingAndWhoCannotBeIsNamed(t *testing.T) {
	d, m, _, meeting := sending(t, "fr")
	r := &Requests{d}
	had(m.Queue(MailOrder{Sort: "invitation", For: meeting, ToWhom: "eligible"}, 2))(t)
	chapter := had(d.carnet.Meetings.Get(meeting))(t).Chapter
	late := had((&People{d}).AddMember(map[string]string{"given": "Late", "family": "Comer", "email": "late@example.org", "role": "staff"}, []string{chapter}))(t)
	had((&People{d}).RecordConsent(late.ID, map[string]string{"basis": "express", "source": "form"}))(t)
	for _, row := range had((&People{d}).Members(MemberQuery{Limit: 10}))(t).Rows {
		had(r.Register(chapter, row.ID, "approved", ""))(t)
	}
	s := had(m.Subject(meeting))(t)
	if s.Missing != 1 || len(s.Left) != 1 || s.Left[0].Why != "no-consent" || s.Left[0].N != 1 {
		t.Fatalf("the meeting says %+v", s)
	}
	due := had(m.Due())(t)
	if due.Missed != 1 || len(due.Missing) != 1 || due.Missing[0].Left != 1 || len(due.Names) != 1 || due.Names[0].Name != "Never Asked" || due.Names[0].Why != "sans consentement" {
		t.Fatalf("Mail says %+v", due)
	}
	if _, err := m.InviteMissing(meeting, 2); err == nil {
		t.Fatal("it was queued for another number than was shown")
	}
	had(m.InviteMissing(meeting, 1))(t)
	if s := had(m.Subject(meeting))(t); s.Missing != 0 || len(s.Left) != 1 {
		t.Errorf("invited, and again: %+v", s)
	}
}
