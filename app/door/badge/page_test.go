package badge

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"
)

var printedAt = time.Date(2026, 12, 9, 12, 0, 0, 0, time.UTC)

// guests are people whose names are long, short, accented, hyphenated, and in syllabics.
func guests(t *testing.T, n int) []Person {
	t.Helper()
	first := []Person{
		{Given: "Élise", Family: "Côté-Desrosiers", Community: "Sainte-Marguerite-du-Lac-Masson", Role: "Personne élue", Speaks: "Français"},
		{Given: "ᐊᓇ", Family: "ᐃᓄᒃᑎᑐᑦ", Community: "ᐃᖃᓗᐃᑦ (Iqaluit)", Role: "Indigenous community staff", Speaks: "English"},
		{Given: "Jo", Family: "Li", Community: "Ajax", Role: "Partner"},
		{Given: "Marie-Antoinette-Bernadette", Family: "O’Shaughnessy-Lachapelle de la Durantaye", Community: "L’Ancienne-Lorette", Role: "Personnel d’une collectivité autochtone", Speaks: "Français, English"},
		{Given: "Zoë", Family: "Nguyễn", Community: "Saint-Lin–Laurentides", Role: "Personnel municipal", Speaks: "Français"},
		{Given: "Œdipe", Family: "Ÿÿÿ"},
	}
	people := make([]Person, 0, n)
	for i := range n {
		p := first[i%len(first)]
		code, err := Seal(Key{1}, "mtg_forum", memberOf([]byte(fmt.Sprintf("%010d", i))))
		if err != nil {
			t.Fatal(err)
		}
		p.Code = code
		people = append(people, p)
	}
	return people
}

func printed(t *testing.T, name string, s Sheet, people []Person) (file string) {
	t.Helper()
	raw, err := s.Print(people)
	if err != nil {
		t.Fatal(err)
	}
	folder := os.Getenv("CARNET_LOOK") // where a person who wants to look at the pages finds them
	if folder == "" {
		folder = t.TempDir()
	}
	file = filepath.Join(folder, name+".pdf")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// run gives what a program prints; the programs are set up by build/setup.sh test.
func run(t *testing.T, program string, arguments ...string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("%s is missing: build/setup.sh test installs it", program)
	}
	out, err := exec.Command(path, arguments...).Output()
	if err != nil {
		t.Fatal(program, arguments, err)
	}
	return string(out)
}

func TestEveryBadgeIsReadBackFromItsPrintInEveryFormat(t *testing.T) {
	people := guests(t, 8)
	var want []string
	for _, p := range people {
		want = append(want, "QR-Code:"+p.Code)
	}
	sort.Strings(want)
	for _, f := range Formats {
		t.Run(f.Name, func(t *testing.T) {
			file := printed(t, f.Name, Sheet{Format: f, Title: "Forum des collectivités viables 2026 · Livable Cities Forum", Lang: "fr", Now: printedAt}, people)
			pages := strings.TrimSuffix(file, ".pdf")
			run(t, "pdftoppm", "-r", "150", "-png", file, pages) // coarser than any printer
			pictures, _ := filepath.Glob(pages + "-*.png")
			read := strings.Fields(run(t, "zbarimg", append([]string{"-q", "-Sdisable", "-Sqrcode.enable"}, pictures...)...))
			sort.Strings(read)
			if strings.Join(read, "\n") != strings.Join(want, "\n") {
				t.Errorf("read %d of %d codes:\n%s", len(read), len(want), strings.Join(read, "\n"))
			}
		})
	}
}

func TestNamesAreFoundInThePrintWithTheirAccents(t *testing.T) {
	for _, f := range Formats {
		file := printed(t, "text-"+f.Name, Sheet{Format: f, Title: "Forum", Lang: "fr", Now: printedAt}, guests(t, 6))
		text := strings.Join(strings.Fields(run(t, "pdftotext", "-raw", file, "-")), "")
		for _, word := range []string{"Côté-Desrosiers", "Sainte-Marguerite-du-Lac-Masson", "ᐃᓄᒃᑎᑐᑦ", "ᐃᖃᓗᐃᑦ(Iqaluit)", "O’Shaughnessy-Lachapelledela", "Nguyễn",
			"Saint-Lin–Laurentides", "Œdipe", "Personneélue", "Français,English"} {
			if !strings.Contains(text, word) {
				t.Errorf("%s: %q is not found in %q", f.Name, word, text)
			}
		}
	}
}

func TestLabelsThatAreUsedAlreadyStayFree(t *testing.T) {
	f, err := FormatNamed("l7165")
	if err != nil {
		t.Fatal(err)
	}
	file := printed(t, "skip", Sheet{Format: f, Title: "Forum", Now: printedAt, Skip: 7}, guests(t, 2))
	if info := run(t, "pdfinfo", file); !strings.Contains(info, "Pages:           2") {
		t.Error(info)
	}
}

func TestTheSameBadgesAreTheSameBytes(t *testing.T) {
	s := Sheet{Format: Formats[0], Title: "Forum", Now: printedAt}
	one, err := s.Print(guests(t, 9))
	other, err2 := s.Print(guests(t, 9))
	if err != nil || err2 != nil || string(one) != string(other) {
		t.Error("a reprint differs", err, err2)
	}
}

func TestNoFormatLeavesItsPage(t *testing.T) {
	for _, f := range Formats {
		x, y := f.corner(f.PerPage() - 1)
		if x+f.Cell.W > f.Page.W+0.1 || y+f.Cell.H > f.Page.H+0.1 || f.DX < f.Cell.W-0.1 && f.Cols > 1 || f.DY < f.Cell.H-0.1 && f.Rows > 1 {
			t.Errorf("%+v", f)
		}
	}
	if _, err := FormatNamed("napkin"); err == nil {
		t.Error("a napkin is a format")
	}
}

func TestAThousandBadgesAreQuick(t *testing.T) {
	people := guests(t, 1000)
	began := time.Now()
	if _, err := (Sheet{Format: Formats[0], Title: "Forum", Now: printedAt}).Print(people); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 20*time.Second { // the budget is for make bench; this only catches what is quadratic
		t.Error(took)
	}
}
