package locale

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// same are the texts that both languages rightly write alike.
var same = []string{
	"Canada", "Date", "Minutes", "Notes", "Invitations", "Version", "English", "Français", "Actions", "Conflits", "Parties",
	"Code", "Message", "Messages", "Position", "Type", "Province", "Provinces", "Québec", "Carnet", "Important", "Question", "Questions", "S3",
	"Inuit", "Caucus", "Village", "Programme", "Communication", "Total", "Section", "Document", "Documents", "Page", "Format", "Source", "Destination",
	"Agenda", "Condition", "Port", "Protection", "Places",
}

// sameKeys are names that are the same, or that a spelling checker would not let stand above.
var sameKeys = []string{"audience.condition", "meetings.field.places", "meetings.view.agenda",
	"province.AB", "province.MB", "province.NU", "province.ON", "province.SK", "province.YT", "settings.about.licences",
	"mail.preset.google", "mail.preset.microsoft",
	"forum.off.minutes.one", "forum.off.minutes.other", "forum.pages.one", "forum.pages.other", "forum.sheet.paper.a4", "forum.badges", "forum.badges.file",
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

func sortedKeys(lang string) []string { return slices.Sorted(maps.Keys(spoken[lang].texts)) }

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	if en, fr := sortedKeys("en"), sortedKeys("fr"); !slices.Equal(en, fr) {
		t.Fatal("the keys differ")
	}
	for _, key := range sortedKeys("en") {
		en, fr := spoken["en"].texts[key], spoken["fr"].texts[key]
		if a, b := placeholders(en), placeholders(fr); !slices.Equal(a, b) {
			t.Errorf("%s: English fills %v, French %v", key, a, b)
		}
		if strings.TrimSpace(en) == "" || strings.TrimSpace(fr) == "" {
			t.Errorf("%s says nothing", key)
		}
		if en == fr && hasLetters(en) && !slices.Contains(same, strings.TrimSuffix(en, ".")) && !onlyPlaceholder(en) && !slices.Contains(sameKeys, key) {
			t.Errorf("%s is not translated: %s", key, en)
		}
	}
}

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func hasLetters(text string) bool {
	return strings.ContainsFunc(placeholder.ReplaceAllString(text, ""), unicode.IsLetter)
}

// onlyPlaceholder is for counts of words that both languages write alike, as "{n} minutes".
func onlyPlaceholder(text string) bool {
	rest := strings.TrimSpace(placeholder.ReplaceAllString(text, ""))
	return slices.Contains(same, strings.ToUpper(rest[:1])+rest[1:])
}

func TestEveryCountHasBothForms(t *testing.T) {
	for _, key := range sortedKeys("en") {
		if strings.HasPrefix(key, "cli.help.") { // keys of help end in names of commands
			continue
		}
		base, one := strings.CutSuffix(key, ".one")
		if one && !spoken["en"].Has(base+".other") && strings.Contains(spoken["en"].texts[key], "{n}") {
			t.Errorf("%s has no .other", key)
		}
		base, other := strings.CutSuffix(key, ".other")
		if other && !spoken["en"].Has(base+".one") && strings.Contains(spoken["en"].texts[key], "{n}") {
			t.Errorf("%s has no .one", key)
		}
	}
}

func TestTheFilesAreSortedAndHoldNoKeyTwice(t *testing.T) {
	for _, lang := range []string{"en", "fr"} {
		raw, err := files.ReadFile(lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		keys := keysAsWritten(t, raw)
		if !slices.IsSorted(keys) || len(slices.Compact(keys)) != len(spoken[lang].texts) {
			t.Errorf("%s.json is not sorted or has a key twice", lang)
		}
	}
}

func keysAsWritten(t *testing.T, raw []byte) (keys []string) {
	t.Helper()
	words := json.NewDecoder(strings.NewReader(string(raw)))
	for i := 0; ; i++ {
		token, err := words.Token()
		if err != nil {
			return keys
		}
		if text, ok := token.(string); ok && i%2 == 1 {
			keys = append(keys, text)
		}
	}
}

// An address such as s3://… or a time as 13:00 is no French prose.
var (
	ordinary  = regexp.MustCompile(`[ \x{202f}][:;!?»%]|«[ \x{202f}]|«[^\x{a0}]|[^\x{a0}]»`)
	noColon   = regexp.MustCompile(`[\pL}»)]:( |$)`)
	straight  = regexp.MustCompile(`['"]`)
	threeDots = regexp.MustCompile(`\.\.\.`)
	hours     = regexp.MustCompile(`\d ?h ?\d`)
	spaced    = regexp.MustCompile(`[\s\x{a0}\x{202f}][;?!]`) // in Canada these follow the word at once
)

func TestBothLanguagesKeepTheirTypography(t *testing.T) {
	for _, lang := range []string{"en", "fr"} {
		for _, key := range sortedKeys(lang) {
			text := spoken[lang].texts[key]
			if straight.MatchString(text) || threeDots.MatchString(text) {
				t.Errorf("%s %s has a straight quote or three dots: %s", lang, key, text)
			}
			if lang == "fr" && (ordinary.MatchString(text) || noColon.MatchString(text) || hours.MatchString(text) || spaced.MatchString(text)) {
				t.Errorf("%s breaks or lacks a space that French does not break: %s", key, text)
			}
		}
	}
}

func TestEveryCodeOfAFaultHasASentence(t *testing.T) {
	where := map[string]string{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2) {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			return codesIn(path, where)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(where) < 10 {
		t.Fatal("the search found next to nothing", where)
	}
	for _, code := range slices.Sorted(maps.Keys(where)) {
		if !For("en").Has("error." + code) {
			t.Errorf("error.%s has no words (%s)", code, where[code])
		}
	}
}

// codesIn notes the first argument of each call of fault.New that is written out.
func codesIn(path string, where map[string]string) error {
	source, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil // the compiler says that better
	}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		f, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || f.Sel.Name != "New" || !isName(f.X, "fault") {
			return true
		}
		if code, ok := call.Args[0].(*ast.BasicLit); ok && code.Kind == token.STRING {
			text, _ := strconv.Unquote(code.Value)
			where[text] = set.Position(code.Pos()).String()
		}
		return true
	})
	return nil
}

func isName(x ast.Expr, name string) bool {
	ident, ok := x.(*ast.Ident)
	return ok && ident.Name == name
}
