package sync

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The page says what each threat is proven by; whoever renames a test finds the page.
func TestThePageOfThreatsNamesTestsThatExist(t *testing.T) {
	page, err := os.ReadFile("../docs/THREATS.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, room := range []string{".", "../store", "../app"} {
		err := filepath.WalkDir(room, func(path string, entry os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, found := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllSubmatch(source, -1) {
				there[string(found[1])] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	named := regexp.MustCompile("`(Test\\w+)`").FindAllSubmatch(page, -1)
	if len(named) < 60 {
		t.Errorf("only %d tests are named", len(named))
	}
	for _, name := range named {
		if !there[string(name[1])] {
			t.Errorf("docs/THREATS.md names %s, which there is not", name[1])
		}
	}
}
