package people_test

import (
	"strings"
	"testing"

	"example.org/carnet/app/people"
)

func understood(a people.Asking) string {
	return strings.Join([]string{a.Given, a.Family, a.Email, a.Phone, a.Role, a.Title, a.Town, a.Language}, "|")
}

func TestPastedLinesAreUnderstoodInAnyForm(t *testing.T) {
	p := office(t)
	town(t, p, "Laval", "QC")
	town(t, p, "Saint-Lin–Laurentides", "QC")
	for line, want := range map[string]string{
		"Élise Tremblay\telise@example.org\tLaval\tMairesse":           "Élise|Tremblay|elise@example.org||elected|Mairesse|Laval|",
		"elise@example.org; Élise Tremblay; Ville de Laval; fr":        "Élise|Tremblay|elise@example.org||||Ville de Laval|fr",
		"Élise,Tremblay,elise@example.org,Laval,staff,514 555-0199":    "Élise|Tremblay|elise@example.org|514 555-0199|staff||Laval|",
		"\"Tremblay, Élise\", elise@example.org":                       "Élise|Tremblay|elise@example.org|||||",
		"Tremblay, Élise <elise@example.org>":                          "Élise|Tremblay|elise@example.org|||||",
		"Élise Tremblay <elise@example.org>":                           "Élise|Tremblay|elise@example.org|||||",
		"Please add: Élise de la Tour (Saint-Lin-Laurentides) e@x.org": "Élise|de la Tour|e@x.org||||Saint-Lin-Laurentides|",
		"elise.tremblay@example.org":                                   "Elise|Tremblay|elise.tremblay@example.org|||||",
		"mailto:e7@example.org":                                        "||e7@example.org|||||",
	} {
		asked, err := p.ReadAskingText(line + "\n")
		if err != nil || len(asked.Rows) != 1 {
			t.Errorf("%q: %+v %v", line, asked, err)
			continue
		}
		if got := understood(asked.Rows[0]); got != want || asked.Rows[0].Text != strings.ReplaceAll(line, "\t", " ") {
			t.Errorf("%q was understood as %q, want %q (%q)", line, got, want, asked.Rows[0].Text)
		}
	}
	asked, err := p.ReadAskingText("\n\nhello there\n\nélise@example.org\nÉlise, e@example.org")
	if err != nil || len(asked.Rows) != 2 || len(asked.Refused) != 1 || asked.Refused[0].Row != 3 {
		t.Errorf("%+v %v", asked, err)
	}
	for _, text := range []string{"", " \n ", "nobody\nhere"} {
		if _, err := p.ReadAskingText(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func TestAFormsListIsReadByItsHeadings(t *testing.T) {
	p := office(t)
	path := written(t, "demandes.csv", "Horodateur;Prénom;Nom;Courriel;Municipalité;Province;Poste;Langue;Pourquoi ?\n"+
		"2026-11-20;Élise;Tremblay;elise@example.org; Laval ;QC;Mairesse;français;Pour apprendre\n2026-11-21;;;;;;;;rien\n2026-11-21;;;noah@example.org;;;Greffier;;\n")
	asked, err := p.ReadAskingFile(path, nil)
	if err != nil || len(asked.Rows) != 2 || len(asked.Refused) != 1 {
		t.Fatalf("%+v %v", asked, err)
	}
	if got := understood(asked.Rows[0]); got != "Élise|Tremblay|elise@example.org||elected|Mairesse|Laval (QC)|fr" {
		t.Error(got)
	}
	if !strings.Contains(asked.Rows[0].Text, "Pourquoi ?: Pour apprendre") {
		t.Error(asked.Rows[0].Text)
	}
	if got := understood(asked.Rows[1]); got != "||noah@example.org|||Greffier||" {
		t.Error(got)
	}
	_, err = p.ReadAskingFile(written(t, "odd.csv", "Who,What\nA,B\n"), nil)
	wantCode(t, err, "columns_unknown")
	asked, err = p.ReadAskingFile(written(t, "odd.csv", "Who,Reach\nRoy Ève,eve@example.org\n"), map[string]string{"Who": "full_name", "Reach": "email"})
	if err != nil || len(asked.Rows) != 1 || asked.Rows[0].Email != "eve@example.org" {
		t.Errorf("%+v %v", asked, err)
	}
}

func TestPeopleAreMatchedExactlyThenClosely(t *testing.T) {
	p := office(t)
	laval, gaspe := town(t, p, "Laval", "QC"), town(t, p, "Gaspé", "QC")
	town(t, p, "Windsor", "ON")
	town(t, p, "Windsor", "NS")
	elise := add(t, p, map[string]string{"given": "Élise", "family": "Tremblay", "email": "elise@example.org", "community": laval}).ID
	marc := add(t, p, map[string]string{"given": "Marc", "family": "Beaulieu", "email": "marc@example.org", "community": gaspe}).ID
	m, err := p.Matcher()
	if err != nil {
		t.Fatal(err)
	}
	rows := []struct {
		who        people.Wanted
		member     string
		candidates string
		community  string
		towns      string
	}{
		{people.Wanted{Given: "ELISE", Family: "Tremblay", Email: "Elise@Example.org", Town: "Ville de Laval"}, elise, "", laval, ""},
		{people.Wanted{Email: "elise@example.org"}, elise, "", "", ""},
		{people.Wanted{Given: "Elise", Family: "Tremblay", Email: "new@example.org", Town: "laval"}, elise, "", laval, ""},
		{people.Wanted{Given: "Noah", Family: "Roy", Email: "elise@example.org"}, "", elise + " email", "", ""},
		{people.Wanted{Given: "Élise", Family: "Tremblay", Email: "new@example.org", Town: "Gaspé"}, "", elise + " name", gaspe, ""},
		{people.Wanted{Given: "Elyse", Family: "Trembley", Town: "Laval (QC)"}, "", elise + " near", laval, ""},
		{people.Wanted{Given: "Tremblay", Family: "Élise", Town: "Laval"}, "", elise + " name", laval, ""},
		{people.Wanted{Given: "Marc", Family: "Baulieu", Town: "Gapsé"}, "", marc + " near", "", "Gaspé"},
		{people.Wanted{Given: "Quite", Family: "Another", Town: "Windsor"}, "", "", "", "Windsor Windsor"},
		{people.Wanted{Given: "Quite", Family: "Another", Town: "Windsor, ON"}, "", "", "?", ""},
	}
	for _, row := range rows {
		got := m.Match(row.who)
		var candidates, towns []string
		for _, c := range got.Candidates {
			candidates = append(candidates, c.Card.ID+" "+c.Why)
		}
		for _, c := range got.Towns {
			towns = append(towns, c.Name)
		}
		if got.Member != row.member || strings.Join(candidates, ", ") != row.candidates || got.Community != row.community && (row.community != "?" || got.Community == "") || strings.Join(towns, " ") != row.towns {
			t.Errorf("%+v: %s %v %s %v", row.who, got.Member, candidates, got.Community, towns)
		}
	}
}

func FuzzAskingText(f *testing.F) {
	f.Add("Élise Tremblay <elise@example.org>\n")
	f.Add("a;b;c@d.ef;\"x\n")
	f.Add("Prénom,Nom,Courriel\nÉlise,Tremblay,e@x.org")
	p := office(f)
	f.Fuzz(func(t *testing.T, text string) {
		asked, err := p.ReadAskingText(text)
		if err != nil {
			return
		}
		for _, a := range asked.Rows {
			if a.Given+a.Family+a.Email == "" || len(a.Text) > 8<<10 {
				t.Fatalf("%+v", a)
			}
		}
	})
}
