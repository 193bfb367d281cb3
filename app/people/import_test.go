package people_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"example.org/carnet/app/locale"
	"example.org/carnet/app/people"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

const french = "Prénom;Nom;Courriel;Municipalité;Province;Poste;Langue;Fin de mandat\r\n" +
	"Élise;Tremblay;elise@example.org;Laval;Québec;Mairesse;Français;2029-11-04\r\n" +
	"Noah;Beaulieu;noah@example.org;Laval;QC;\"Conseiller\r\nmunicipal\";fr;\r\n"

func encoded(t testing.TB, text, as string) string {
	t.Helper()
	var out []byte
	var err error
	switch as {
	case "UTF-16LE":
		out, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	case "UTF-16BE":
		out, err = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	case "UTF-16LE without a mark":
		out, err = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().Bytes([]byte(text))
	case "Windows-1252":
		out, err = charmap.Windows1252.NewEncoder().Bytes([]byte(text))
	case "UTF-8 with a mark":
		out = []byte("\uFEFF" + text)
	default:
		out = []byte(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestAListIsReadInEveryEncodingAndSeparatorOfRealOffices(t *testing.T) {
	for _, encoding := range []string{"UTF-8", "UTF-8 with a mark", "UTF-16LE", "UTF-16BE", "UTF-16LE without a mark", "Windows-1252"} {
		for _, separator := range []string{",", ";", "\t"} {
			t.Run(encoding+" "+separator, func(t *testing.T) {
				p := office(t)
				laval := town(t, p, "Laval", "QC")
				text := strings.ReplaceAll(french, ";", separator)
				report := read(t, p, written(t, "liste.csv", encoded(t, text, encoding)), people.ImportOptions{})
				if report.Created != 2 || len(report.Refused) > 0 {
					t.Fatalf("%+v", report)
				}
				m, err := p.Find("elise@example.org")
				if err != nil || m.Given != "Élise" || m.Community != laval || m.Role != "elected" || m.Language != "fr" || m.TermEnd != "2029-11-04" || m.Office != "off_toronto" {
					t.Errorf("%+v %v", m, err)
				}
				if m, _ := p.Find("noah@example.org"); m.Title != "" && m.Role != "elected" {
					t.Errorf("%+v", m)
				}
			})
		}
	}
}

func TestTheSameListTwiceChangesNothing(t *testing.T) {
	p := office(t)
	town(t, p, "Laval", "QC")
	path := written(t, "liste.csv", french+"Sans;Adresse;;Laval;QC;;;\nSeul;Nom;;;;;;\n")
	first := read(t, p, path, people.ImportOptions{})
	if first.Rows != 4 || first.Created != 4 {
		t.Fatalf("%+v", first)
	}
	before := p.Store.Digest()
	again := read(t, p, path, people.ImportOptions{})
	if again.Created != 0 || again.Updated != 0 || again.Unchanged != 4 || len(again.Duplicates) != 0 || p.Store.Digest() != before {
		t.Errorf("%+v", again)
	}
}

func TestATrySaysWhatWouldHappenAndWritesNothing(t *testing.T) {
	p := office(t)
	town(t, p, "Laval", "QC")
	before := p.Store.Digest()
	path := written(t, "liste.csv", french+"Ève;Roy;pas une adresse;Laval;QC;;;\nÉlise;Tremblay;elise@example.org;Laval;QC;;;\n")
	try := read(t, p, path, people.ImportOptions{DryRun: true})
	if p.Store.Digest() != before || len(all(p)) != 0 {
		t.Error("a try wrote")
	}
	done := read(t, p, path, people.ImportOptions{})
	if try.Created != done.Created || len(try.Refused) != len(done.Refused) || len(try.Duplicates) != len(done.Duplicates) {
		t.Errorf("said %+v, did %+v", try, done)
	}
	if try.Created != 2 || len(try.Refused) != 1 || try.Refused[0].Row != 3 || !fault.Is(try.Refused[0].Reason, "bad_email") {
		t.Errorf("%+v", try)
	}
	if d := try.Duplicates; len(d) != 1 || d[0].Row != 4 || d[0].WithRow != 1 || d[0].Why != "email" {
		t.Errorf("%+v", try.Duplicates)
	}
}

func TestARowOfSomebodyKnownFillsAndCorrects(t *testing.T) {
	p := office(t)
	m := add(t, p, map[string]string{"given": "Élise", "family": "Tremblay", "email": "elise@example.org", "title": "Conseillère", "notes": "Likes trams"})
	report := read(t, p, written(t, "a.csv", "First name,Last name,E-mail,Title,Phone,Notes\nElise,TREMBLAY,ELISE@example.org,Mairesse,450 555-0102,\n"), people.ImportOptions{})
	if report.Updated != 1 || report.Created != 0 {
		t.Fatalf("%+v", report)
	}
	m, _ = p.Find(m.ID)
	if m.Given != "Élise" || m.Family != "Tremblay" || m.Email != "elise@example.org" || m.Title != "Mairesse" || m.Phone != "450 555-0102" || m.Notes != "Likes trams" {
		t.Errorf("%+v", m)
	}
}

func TestWhoMayBeSomebodyIsShownAndNotCreated(t *testing.T) {
	p := office(t)
	laval := town(t, p, "Laval", "QC")
	m := add(t, p, map[string]string{"given": "Élise", "family": "Tremblay", "email": "elise@example.org", "community": laval})
	report := read(t, p, written(t, "a.csv", "Name,Email,City\n"+
		"Jean Roy,elise@example.org,Laval\n"+
		"Elise Tremblay,other@example.org,LAVAL\n"+
		"\"Tremblay, Élise\",,\n"), people.ImportOptions{})
	if report.Created != 0 || len(report.Duplicates) != 2 || report.Unchanged != 0 {
		if len(report.Duplicates) != 2 {
			t.Errorf("%+v", report)
		}
	}
	for i, why := range []string{"email", "name"} {
		if d := report.Duplicates[i]; d.Member != m.ID || d.Why != why {
			t.Errorf("%+v", d)
		}
	}
}

func TestAnOldListDoesNotBringAMergedPersonBack(t *testing.T) {
	p := office(t)
	path := written(t, "a.csv", "Name,Email\nÉlise Tremblay,elise@example.org\nE. T.,et@example.org\n")
	if first := read(t, p, path, people.ImportOptions{}); first.Created != 2 {
		t.Fatalf("%+v", first)
	}
	keep, _, err := p.Merge("elise@example.org", "et@example.org")
	if err != nil {
		t.Fatal(err)
	}
	again := read(t, p, path, people.ImportOptions{})
	if again.Created != 0 || again.Unchanged != 1 || len(again.Duplicates) != 1 || again.Duplicates[0].Member != keep.ID {
		t.Errorf("%+v", again)
	}
	if last, _, err := p.AddMember(map[string]string{"given": "Élise", "family": "Tremblay-Roy", "email": "roy@example.org"}); err != nil {
		t.Fatal(err)
	} else if keep, _, err = p.Merge(last.ID, keep.ID); err != nil {
		t.Fatal(err)
	}
	again = read(t, p, path, people.ImportOptions{})
	if again.Created != 0 || len(again.Duplicates) != 2 || again.Duplicates[0].Member != keep.ID || again.Duplicates[1].Member != keep.ID {
		t.Errorf("after another merge: %+v", again)
	}
}

func TestRefusedRowsSayWhy(t *testing.T) {
	p := office(t)
	town(t, p, "Laval", "QC")
	rows := []struct{ row, code string }{
		{"Ann,B,,Atlantis,,,,", "unknown_community"}, {",,x@example.org,,,,,", "name_missing"}, {"Ann,B,,,King,,,", "bad_member_role"},
		{"Ann,B,,,,Klingon,,", "bad_language"}, {"Ann,B,,,,,03/04/2026,", "ambiguous_date"}, {"Ann,B,,,,,soon,", "bad_date"}, {"Ann,B,,,,,,Nowhere", "unknown_chapter"},
	}
	text := "First name,Last name,Email,Municipality,Role,Language,Term end,Chapter\n"
	for _, r := range rows {
		text += r.row + "\n"
	}
	report := read(t, p, written(t, "a.csv", text), people.ImportOptions{})
	if report.Created != 0 || len(report.Refused) != len(rows) {
		t.Fatalf("%+v", report)
	}
	for i, r := range rows {
		if f := report.Refused[i]; f.Row != i+1 || !fault.Is(f.Reason, r.code) {
			t.Errorf("row %d: %v, want %s", f.Row, f.Reason, r.code)
		}
	}
}

func TestDaysAreReadAsListsWriteThem(t *testing.T) {
	p := office(t)
	for value, want := range map[string]string{"2029-11-04": "2029-11-04", "2029/11/4": "2029-11-04", "25/12/2029": "2029-12-25", "12/25/2029": "2029-12-25",
		"2029-11-04 00:00:00": "2029-11-04", "2029-11-04T00:00:00Z": "2029-11-04", "45968": "2025-11-07", "5.5.2029": "2029-05-05"} {
		report := read(t, p, written(t, "a.csv", "Last name,Term end\nOf "+strings.ReplaceAll(value, ":", " ")+","+value+"\n"), people.ImportOptions{})
		if len(report.Refused) > 0 {
			t.Errorf("%s: %v", value, report.Refused[0].Reason)
			continue
		}
		cards, _ := p.Store.WaitDirectory().Members(directory.Query{TermEndsFrom: want, TermEndsBefore: want + "z"})
		if len(cards) == 0 {
			t.Errorf("%s is not %s", value, want)
		}
	}
}

func TestSeveralAddressesInOneCellKeepTheFirstAndNoteTheRest(t *testing.T) {
	p := office(t)
	read(t, p, written(t, "a.csv", "Name,Email\nAnn B,\"ann@example.org; Ann <ann.b@example.org>\"\n"), people.ImportOptions{})
	m, err := p.Find("ann@example.org")
	if err != nil || m.Notes != "ann.b@example.org" {
		t.Errorf("%+v %v", m, err)
	}
}

func TestAColumnCanBeNamedByHand(t *testing.T) {
	p := office(t)
	path := written(t, "a.csv", "Who,Where to write\nAnn B,ann@example.org\n")
	_, err := p.ImportMembers(context.Background(), path, people.ImportOptions{})
	wantCode(t, err, "columns_unknown")
	report := read(t, p, path, people.ImportOptions{Columns: map[string]string{"who": "full_name", "Where to write": "email"}})
	if report.Created != 1 {
		t.Errorf("%+v", report)
	}
	_, err = p.ImportMembers(context.Background(), path, people.ImportOptions{Columns: map[string]string{"Who": "shoe_size"}})
	wantCode(t, err, "bad_field")
	_, err = p.ImportMembers(context.Background(), path, people.ImportOptions{Columns: map[string]string{"Whom": "family"}})
	wantCode(t, err, "unknown_column")
}

func TestWhatIsNoListIsRefusedAndNothingIsWritten(t *testing.T) {
	p := office(t)
	for name, c := range map[string]struct{ text, code string }{
		"a picture":            {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "bad_file"},
		"zeros":                {"Name,Email\nAnn\x00,\n", "bad_file"},
		"zeros after the head": {"Name,Email\n" + strings.Repeat("Ann,\n", 20000) + "B\x00ob,\n", "bad_file"},
		"nothing":              {"", "empty_file"},
		"blank lines":          {"\n\n ,\n", "empty_file"},
		"a broken workbook":    {"PK\x03\x04 and no more", "bad_file"},
		"a zip bomb":           {boast(t), "file_too_large"},
		"no name":              {"Email,Phone\na@example.org,1\n", "columns_unknown"},
		"an open quote":        {"Name,Email\nAnn,\"" + strings.Repeat("x", 2<<20), "row_too_long"},
		"a line without end":   {"Name,Email\nAnn," + strings.Repeat("x,", 2<<20), "bad_file"},
		"a card cut short":     {"BEGIN:VCARD\r\nFN:Ann\r\n", "bad_file"},
	} {
		t.Run(name, func(t *testing.T) {
			before := p.Store.Digest()
			_, err := p.ImportMembers(context.Background(), written(t, "a.csv", c.text), people.ImportOptions{})
			if wantCode(t, err, c.code); p.Store.Digest() != before {
				t.Error("something was written")
			}
		})
	}
	_, err := p.ImportMembers(context.Background(), filepath.Join(t.TempDir(), "none.csv"), people.ImportOptions{})
	wantCode(t, err, "file_unreadable")
}

// boast is a workbook that says to unpack to a terabyte.
func boast(t testing.TB) string {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	if _, err := w.CreateRaw(&zip.FileHeader{Name: "xl/workbook.xml", Method: zip.Deflate, UncompressedSize64: 1 << 40}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

func TestALongRowDeepInALongListIsFoundBeforeAnythingIsWritten(t *testing.T) {
	p := office(t)
	text := "Name,Email\n" + rows(0, 3000) + "Ann,\"" + strings.Repeat("x", 2<<20) + "\n"
	_, err := p.ImportMembers(context.Background(), written(t, "a.csv", text), people.ImportOptions{})
	if wantCode(t, err, "row_too_long"); !strings.Contains(err.Error(), `row="3001"`) {
		t.Error(err)
	}
	if len(all(p)) != 0 {
		t.Error("rows before it were written")
	}
}

// rows are people of no community.
func rows(from, to int) string {
	var text bytes.Buffer
	for i := from; i < to; i++ {
		fmt.Fprintf(&text, "Given%d Family%d,m%d@example.org\n", i, i, i)
	}
	return text.String()
}

func TestAnImportThatIsStoppedSaysWhatItKept(t *testing.T) {
	p := office(t)
	path := written(t, "a.csv", "Name,Email\n"+rows(0, 4000))
	ctx, stop := context.WithCancel(context.Background())
	_, err := p.ImportMembers(ctx, path, people.ImportOptions{Progress: func(done, total int) {
		if done > 2500 {
			stop()
		}
	}})
	wantCode(t, err, "import_stopped")
	if n := len(all(p)); n == 0 || n >= 4000 {
		t.Errorf("%d rows were kept", n)
	}
	report := read(t, p, path, people.ImportOptions{})
	if report.Created+report.Unchanged != 4000 || len(all(p)) != 4000 {
		t.Errorf("%+v", report)
	}
}

func TestAShortImportCanBeUndone(t *testing.T) {
	p := office(t)
	report := read(t, p, written(t, "a.csv", "Name,Email\n"+rows(0, 20)), people.ImportOptions{})
	if _, err := p.Store.Undo(report.Refs); err != nil {
		t.Fatal(err)
	}
	if n := len(all(p)); n != 0 {
		t.Errorf("%d are still there", n)
	}
}

func TestCardsOfOtherProgramsAreRead(t *testing.T) {
	p := office(t)
	town(t, p, "Laval", "QC")
	report := read(t, p, written(t, "a.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Tremblay;Élise;;;\r\nFN:Élise Tremblay\r\nORG:Ville de Laval;Greffe\r\nTITLE:Mairesse\r\n"+
		"TEL;TYPE=WORK:450 555-0102\r\nEMAIL;TYPE=HOME:e@example.org\r\nEMAIL;TYPE=PREF:elise@example.org\r\nPHOTO;ENCODING=b:"+strings.Repeat("A", 70)+"\r\n "+strings.Repeat("B", 70)+"\r\nEND:VCARD\r\n"+
		"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Noah de la Tour\r\nEND:VCARD\r\n"), people.ImportOptions{})
	if report.Created != 2 || report.Format != "vCard" {
		t.Fatalf("%+v", report)
	}
	if m, err := p.Find("elise@example.org"); err != nil || m.Title != "Mairesse" || m.Community == "" || m.Role != "elected" || m.Notes != "e@example.org" {
		t.Errorf("%+v %v", m, err)
	}
}

func TestEveryNameOfAFieldIsARecognizedHeadingInBothLanguages(t *testing.T) {
	p := office(t)
	for _, lang := range []string{"en", "fr"} {
		var headings []string
		for _, field := range people.ImportFields {
			headings = append(headings, locale.For(lang).Say("field."+field, nil))
		}
		report, err := p.Headings(written(t, lang+".csv", strings.Join(headings, ";")+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		for i, field := range people.ImportFields {
			if report.Columns[i].Field != field {
				t.Errorf("%s: %q is %q, want %q", lang, headings[i], report.Columns[i].Field, field)
			}
		}
	}
}

// bigList has the columns of a real one; every hundredth row repeats an address, every thousandth is wrong.
func bigList(n int) string {
	var text bytes.Buffer
	text.WriteString("Prénom;Nom;Courriel;Téléphone;Poste;Municipalité;Langue;Section;Fin de mandat\n")
	posts := []string{"Mairesse", "Conseiller", "Greffière", "Directrice générale"}
	for i := range n {
		mail := i
		if i%100 == 99 {
			mail = i - 50
		}
		end := "2029-11-04"
		if i%1000 == 999 {
			end = "bientôt"
		}
		fmt.Fprintf(&text, "Élise%d;Tremblay-%d;elise%d@example.org;450 555-%04d;%s;Ville %d;fr;Québec;%s\n", i%977, i, mail, i%10000, posts[i%4], i%300, end)
	}
	return text.String()
}

func BenchmarkImportOf100000Members(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		p := office(b)
		if _, _, err := p.AddChapter(map[string]string{"name": "Quebec", "name_fr": "Québec"}); err != nil {
			b.Fatal(err)
		}
		for i := range 300 {
			town(b, p, fmt.Sprintf("Ville %d", i), "QC")
		}
		path := written(b, "a.csv", bigList(100_000))
		b.StartTimer()
		report, err := p.ImportMembers(context.Background(), path, people.ImportOptions{})
		if err != nil || report.Created < 98_000 || len(report.Duplicates) < 900 || len(report.Refused) != 100 {
			b.Fatalf("%d created, %d duplicates, %d refused, %v", report.Created, len(report.Duplicates), len(report.Refused), err)
		}
	}
}
