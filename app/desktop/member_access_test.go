package desktop

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
)

// joinedWindows is a network of two offices, Toronto with its admin and Montréal with a coordinator, who exchange
// through a folder.
func joinedWindows(t *testing.T) (ana, luc *Network) {
	t.Helper()
	folder := RemoteFields{Kind: "folder", Folder: filepath.Join(t.TempDir(), "stick")}
	_, ana = founded(t, "en")
	must[RemoteView](t)(ana.SetRemote(folder))
	invitation := must[Invitation](t)(ana.Invite(NewInvitation{Office: "Montréal", Coordinator: "Luc Essai", Role: "coordinator", Days: 3}))
	session, luc := openWindow(t, "en")
	must[Start](t)(luc.Accept(invitation.File, "", "", ""))
	waitForFile(t, filepath.Join(folder.Folder, "join", "[^.]*"))
	must[Sync](t)(ana.SyncNow())
	waitForLaptops(t, ana, 2)
	for range 100 {
		if must[Start](t)(session.Start()).State == "ready" {
			return ana, luc
		}
		must[Sync](t)(luc.SyncNow())
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("never admitted")
	return nil, nil
}

// eventually asks again until the answer fits, with rounds of both in between.
func eventually[T any](t *testing.T, fits func(T) bool, question func() (T, error), rounds ...*Network) (answer T) {
	t.Helper()
	for range 150 {
		var err error
		if answer, err = question(); err == nil && fits(answer) {
			return answer
		}
		for _, n := range rounds {
			must[Sync](t)(n.SyncNow())
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("it stays %+v", answer)
	return answer
}

func TestDetailsThatAnotherOfficeKeepsAreSaidToBeThere(t *testing.T) {
	anaNet, lucNet := joinedWindows(t)
	ana, luc := &People{anaNet.d}, &People{lucNet.d}
	zoe := must[Written](t)(ana.AddMember(map[string]string{"given": "Zoé", "family": "Essai", "email": "zoe@example.org"}, nil)).ID
	must[Written](t)(ana.RecordConsent(zoe, map[string]string{"basis": "express", "source": "form"}))
	seen := eventually(t, func(m MemberDetail) bool { return m.Family != "" }, func() (MemberDetail, error) { return luc.Member(zoe) }, anaNet, lucNet)
	if seen.KeptBy != "Kept by the Toronto office" || seen.Email != "" || seen.Consent.State != "elsewhere" || seen.CanEdit || seen.CanMove ||
		!strings.Contains(seen.Access, "Toronto") {
		t.Errorf("Montréal sees %+v", seen)
	}
	if _, err := luc.SetMember(zoe, map[string]string{"family": "Autre"}); !fault.Is(err, "role_forbids") {
		t.Errorf("and changes it: %v", err)
	}
	own := must[MemberDetail](t)(ana.Member(zoe))
	if own.KeptBy != "" || own.Access != "" || !own.CanEdit || !own.CanMove || own.Consent.State != "given" {
		t.Errorf("Toronto sees %+v", own)
	}

	choices := must[[]MoveChoice](t)(ana.MoveChoices(zoe))
	if len(choices) != 1 || choices[0].Name != "Montréal" || len(choices[0].Consequences) < 2 {
		t.Fatalf("she may move to %+v", choices)
	}
	if said := must[Written](t)(ana.MoveMember(zoe, choices[0].ID)); said.Text != "Zoé Essai now belongs to the Montréal office." {
		t.Errorf("said %q", said.Text)
	}
	moved := eventually(t, func(m MemberDetail) bool { return m.Email != "" }, func() (MemberDetail, error) { return luc.Member(zoe) }, anaNet, lucNet)
	if moved.KeptBy != "" || !moved.CanEdit || moved.Consent.State != "given" {
		t.Errorf("Montréal sees %+v", moved)
	}
	for _, line := range must[MemberDetail](t)(ana.Member(zoe)).History {
		if slices.Contains([]string{"E-mail"}, line.Field) && line.From == line.To {
			t.Errorf("the move stands in the history as %+v", line)
		}
	}
}
