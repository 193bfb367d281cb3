package desktop

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/zones"
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
