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
