package store

import (
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// withEarlierView lets the view of a closed home say that another version made it.
func (h home) withEarlierView(t *testing.T) home {
	t.Helper()
	path := filepath.Join(h.dir, proofName)
	raw := ok(os.ReadFile(path))(t)
	text := strings.Replace(string(raw[:len(raw)-9]), proofHead, proofWords+"1\n", 1)
	if err := os.WriteFile(path, fmt.Appendf(nil, "%s%08x\n", text, crc32.Checksum([]byte(text), castagnoli)), 0o600); err != nil {
		t.Fatal(err)
	}
	return h
}

// aside says whether the earlier view is still there.
func (h home) aside(t *testing.T) bool {
	t.Helper()
	return len(ok(filepath.Glob(filepath.Join(h.dir, "damaged", otherFormName+"*")))(t)) > 0
}

func TestAViewOfAnotherVersionIsBuiltAnewAndNothingIsSaidOfIt(t *testing.T) {
	h, _ := diverseHome(t)
	h.withEarlierView(t).reopen(t, false)
	if _, err := os.Stat(filepath.Join(h.dir, otherFormName)); err == nil || h.aside(t) {
		t.Error("the earlier view is still there")
	}
}

func TestAViewOfAnotherVersionIsKeptWhereTheJournalHasAGap(t *testing.T) {
	h := smallHome(t, 40)
	journal := ok(filepath.Glob(filepath.Join(h.dir, "journal-*")))(t)[0]
	flip(t, journal, sizeOf(t, journal)/2)
	h.withEarlierView(t)
	s := opened(t, h.dir)
	defer closed(t, s)
	if len(s.Problems()) == 0 || !h.aside(t) {
		t.Errorf("problems %v; the earlier view was kept: %v", s.Problems(), h.aside(t))
	}
}

func TestBuildingAViewAnewThatWasStoppedBeginsAgain(t *testing.T) {
	h, _ := diverseHome(t)
	h.withEarlierView(t)
	if err := os.Rename(filepath.Join(h.dir, viewName), filepath.Join(h.dir, otherFormName)); err != nil {
		t.Fatal(err)
	}
	h.reopen(t, false)
}
