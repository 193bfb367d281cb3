package privacy_test

import (
	"archive/zip"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"example.org/carnet/app"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/network"
	"example.org/carnet/app/privacy"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
)

func opened(t *testing.T) *app.Carnet {
	t.Helper()
	c, err := app.Open(filepath.Join(t.TempDir(), "home"), app.Options{Create: true, Passphrase: "for the tests alone"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := c.Network.Create(network.Founding{Name: "Réseau", Office: "Toronto", Coordinator: "Ana Exemple"}); err != nil {
		t.Fatal(err)
	}
	return c
}

func contentOf(t *testing.T, path string) map[string]string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(body)
	}
	return files
}

func TestAPersonGetsEverythingThatIsKnownOfThemInTheirLanguage(t *testing.T) {
	c := opened(t)
	m, _, err := c.People.AddMember(map[string]string{"given": "Élise", "family": "Avant", "email": "elise@example.org", "role": "elected"})
	if err != nil {
		t.Fatal(err)
	}
	twin, _, err := c.People.AddMember(map[string]string{"given": "Lise", "family": "Avant", "phone": "+1 450 555 0148"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.People.SetMember(m.ID, map[string]string{"family": "Tremblay"}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.People.RecordConsent(m.ID, map[string]string{"basis": "express", "source": "form", "date": "2026-03-12"}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.People.Merge(m.ID, twin.ID); err != nil {
		t.Fatal(err)
	}
	found, err := privacy.Gather(c.Privacy(), m.ID)
	if err != nil {
		t.Fatal(err)
	}
	for lang, wants := range map[string][]string{
		"en": {"What Carnet knows of Élise Tremblay", "elise@example.org", "Avant → Tremblay", "12 March 2026", "Express", "Elected", "Ana Exemple", "+1 450 555 0148"},
		"fr": {"Ce que Carnet sait de Élise Tremblay", "12 mars 2026", "Avant → Tremblay", "Toronto"},
	} {
		path := filepath.Join(t.TempDir(), "known.zip")
		if err := privacy.Write(c.Privacy(), found, locale.For(lang), path); err != nil {
			t.Fatal(err)
		}
		files := contentOf(t, path)
		for _, want := range wants {
			if !strings.Contains(files["access.txt"], want) {
				t.Errorf("%s: %q is not in\n%s", lang, want, files["access.txt"])
			}
		}
		var doc struct {
			Member   map[string]any   `json:"member"`
			Merged   []map[string]any `json:"merged"`
			Consents []map[string]any `json:"consents"`
			History  []map[string]any `json:"history"`
		}
		if err := json.Unmarshal([]byte(files["access.json"]), &doc); err != nil {
			t.Fatal(err)
		}
		if doc.Member["family"] != "Tremblay" || len(doc.Merged) != 1 || len(doc.Consents) != 1 || len(doc.History) < 6 {
			t.Errorf("for machines: %s", files["access.json"])
		}
	}
	if err := privacy.Write(c.Privacy(), found, locale.For("en"), filepath.Join(t.TempDir(), "nowhere", "known.zip")); !fault.Is(err, "file_unwritable") {
		t.Errorf("into a folder that is not there: %v", err)
	}
}

func TestItHoldsWhatAPersonAskedForIsRegisteredForAndWasWritten(t *testing.T) {
	c := opened(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	m, _, err := c.People.AddMember(map[string]string{"given": "Élise", "family": "Tremblay", "email": "elise@example.org"})
	must(err)
	other, _, err := c.People.AddMember(map[string]string{"given": "Nadia", "family": "Ross", "email": "nadia@example.org"})
	must(err)
	meeting, _, err := c.Meetings.Add(map[string]string{"title": "Bee City", "zone": "America/Toronto", "start": "2031-05-16T14:00"}, nil)
	must(err)
	office := c.Network.MyOffice()
	_, err = c.Store.Edit(func(tx *store.Tx) error {
		for _, r := range []store.Record{
			store.Request{ID: "req_1", Office: office, For: meeting.ID, Status: "done", At: "2026-11-20T14:00:00Z", Email: "Elise@example.org", Text: "May I come? I keep bees."},
			store.Request{ID: "req_2", Office: office, For: meeting.ID, Status: "open", At: "2026-11-20T14:00:00Z", Email: "nadia@example.org", Text: "Nadia's own words"},
			store.Registration{ID: store.RegistrationID(meeting.ID, m.ID), For: meeting.ID, Member: m.ID, Status: "declined", Reason: "For elected members", At: "2026-11-20T14:00:00Z"},
			store.Registration{ID: store.RegistrationID(meeting.ID, other.ID), For: meeting.ID, Member: other.ID, Status: "approved", Reason: "Nadia's reason", At: "2026-11-20T14:00:00Z"},
			store.Mailing{ID: "mlg_1", Office: office, Sort: "decline", For: meeting.ID, At: "2026-11-21T14:00:00Z", SubjectEN: "Your request", SubjectFR: "Votre demande"},
			store.Message{ID: "msg_1", Office: office, Mailing: "mlg_1", Number: 1, Member: m.ID, To: "elise@example.org", Language: "fr", Events: []string{"2026-11-21T14:01:00.000Z sent lap 250 OK"}},
			store.Incoming{ID: "inc_1", Office: office, Sort: "reply", Status: "done", At: "2026-11-22T14:00:00Z", From: "elise@example.org", Subject: "Re: Votre demande", Text: "Merci quand même", Member: m.ID},
		} {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	})
	must(err)
	found, err := privacy.Gather(c.Privacy(), m.ID)
	must(err)
	path := filepath.Join(t.TempDir(), "known.zip")
	must(privacy.Write(c.Privacy(), found, locale.For("en"), path))
	files := contentOf(t, path)
	for name, wants := range map[string][]string{
		"access.txt":  {"Bee City", "I keep bees", "For elected members", "Declined", "Votre demande", "Refusal", "sent", "Merci quand même"},
		"access.json": {`"reason": "For elected members"`, `"subject": "Votre demande"`, `"state": "sent"`, `"text": "Merci quand même"`, "250 OK"},
	} {
		for _, want := range wants {
			if !strings.Contains(files[name], want) {
				t.Errorf("%q is not in %s:\n%s", want, name, files[name])
			}
		}
		if strings.Contains(files[name], "Nadia") {
			t.Errorf("another's words are in %s:\n%s", name, files[name])
		}
	}
}
