package command

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/alecthomas/kong"

	"example.org/carnet/app/locale"
)

func model(t *testing.T) *kong.Application {
	t.Helper()
	parser, err := kong.New(&grammar{}, kong.Name("carnet"))
	if err != nil {
		t.Fatal(err)
	}
	return parser.Model
}

var (
	command = regexp.MustCompile(`(?m)^    carnet ([a-z]+(?: [a-z][a-z-]*){0,2})`)
	flag    = regexp.MustCompile(`--[a-z][a-z-]*`)
)

// written reads docs/COMMANDS.md: the text of each command, up to the next.
func written(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("../../docs/COMMANDS.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	texts := map[string]string{}
	starts := command.FindAllStringSubmatchIndex(page, -1)
	for i, at := range starts {
		end := len(page)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		texts[page[at[2]:at[3]]] = page[at[0]:end]
	}
	return texts
}

func TestThePageOfCommandsNamesEveryCommandAndFlagAndNoOther(t *testing.T) {
	texts := written(t)
	for _, leaf := range model(t).Leaves(true) {
		path := leaf.Name
		for up := leaf.Parent; up.Parent != nil; up = up.Parent {
			path = up.Name + " " + path
		}
		text, there := texts[path]
		if !there {
			t.Errorf("the page does not name carnet %s", path)
			continue
		}
		delete(texts, path)
		var flags []string
		for _, f := range leaf.Flags {
			flags = append(flags, "--"+f.Name)
		}
		named := flag.FindAllString(text, -1)
		for _, f := range flags {
			if !slices.Contains(named, f) {
				t.Errorf("the page does not name %s of carnet %s", f, path)
			}
		}
		for _, f := range named {
			if !slices.Contains(flags, f) {
				t.Errorf("carnet %s has no %s, which the page names", path, f)
			}
		}
	}
	for path := range texts {
		t.Errorf("there is no carnet %s, which the page names", path)
	}
}

func TestHelpNamesEverythingInBothLanguages(t *testing.T) {
	for _, lang := range []string{"en", "fr"} {
		about := (&run{words: locale.For(lang)}).helpTexts()
		for _, leaf := range model(t).Leaves(true) {
			for _, name := range helpOf(leaf) {
				if about[name] == "" {
					t.Errorf("%s: something of carnet %s has no help: %q", lang, leaf.Path(), name)
				}
			}
		}
	}
}

func helpOf(leaf *kong.Node) []string {
	texts := []string{leaf.Help, leaf.Parent.Help}
	if leaf.Parent.Parent == nil {
		texts = texts[:1]
	}
	for _, f := range leaf.Flags {
		texts = append(texts, f.Help)
	}
	for _, p := range leaf.Positional {
		texts = append(texts, p.Help)
	}
	return texts
}
