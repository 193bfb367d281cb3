package desktop

import (
	"strings"
	"testing"
)

func TestConsentStandsOnTheMemberInWordsWithItsSourceAndItsEnd(t *testing.T) {
	_, p := window(t, "en")
	w := had(p.AddMember(map[string]string{"given": "Élise", "family": "Tremblay"}, nil))(t)
	if c := had(p.Member(w.ID))(t).Consent; c.State != "unknown" || c.Text != "Nothing recorded" {
		t.Errorf("%+v", c)
	}
	had(p.RecordConsent(w.ID, map[string]string{"basis": "implied-membership", "source": "list", "date": "2016-03-12"}))(t)
	if c := had(p.Member(w.ID))(t).Consent; c.State != "ended" || c.Note != "ended on 12 Mar 2018" {
		t.Errorf("%+v", c)
	}
	said := had(p.RecordConsent(w.ID, map[string]string{"basis": "express", "source": "form", "date": "2026-03-12"}))(t)
	if said.Text != "The consent of Élise Tremblay is recorded." || said.ID != w.ID {
		t.Errorf("%+v", said)
	}
	if c := had(p.Member(w.ID))(t).Consent; c.State != "given" || c.Text != "Express, form of 12 Mar 2026" || c.Note == "" {
		t.Errorf("%+v", c)
	}
}

func TestConsentSpeaksFrench(t *testing.T) {
	_, p := window(t, "fr")
	w := had(p.AddMember(map[string]string{"given": "Élise"}, nil))(t)
	had(p.RecordConsent(w.ID, map[string]string{"basis": "express", "source": "formulaire", "date": "2026-03-01"}))(t)
	if c := had(p.Member(w.ID))(t).Consent; c.Text != "Exprès, formulaire du 1er mars 2026" {
		t.Errorf("%+v", c)
	}
}

func TestARecordedConsentAndAWithdrawalAreLinesOfTheMembersHistoryAndUndone(t *testing.T) {
	d, p := window(t, "en")
	s := &Session{d}
	w := had(p.AddMember(map[string]string{"given": "Élise", "family": "Tremblay"}, nil))(t)
	had(p.RecordConsent(w.ID, map[string]string{"basis": "express", "source": "form", "date": "2026-03-12"}))(t)
	line := had(p.Member(w.ID))(t).History[0]
	if line.Field != "Consent" || line.To != "Express, form of 12 Mar 2026" || !line.CanUndo {
		t.Fatalf("%+v", line)
	}
	had(p.WithdrawConsent(w.ID))(t)
	detail := had(p.Member(w.ID))(t)
	if detail.Consent.State != "withdrawn" || detail.History[0].Field != "Consent withdrawn" || !detail.History[0].CanUndo || detail.History[1].CanUndo {
		t.Fatalf("%+v", detail)
	}
	for _, want := range []string{
		"Undone. Consent withdrawn of Élise Tremblay is empty again.",
		"Undone: that consent of Élise Tremblay is not recorded any more.",
	} {
		if undone := had(s.Undo())(t); undone.Text != want {
			t.Errorf("%q, want %q", undone.Text, want)
		}
	}
	had(p.RecordConsent(w.ID, map[string]string{"basis": "express", "source": "call"}))(t)
	said := had(p.UndoChange("member", w.ID, had(p.Member(w.ID))(t).History[0].Change))(t)
	if c := had(p.Member(w.ID))(t).Consent; c.State != "unknown" || !strings.Contains(said.Text, "Élise Tremblay") {
		t.Errorf("%+v %q", c, said.Text)
	}
}
