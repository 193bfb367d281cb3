package snapshot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// With CARNET_GOLDEN=write the golden files are written anew, after a change of format and its version.
func TestMain(m *testing.M) {
	if os.Getenv("CARNET_GOLDEN") == "write" {
		t := &testing.B{}
		d := newDesk(t)
		data := d.seal(t, d.edit(5, "mem_aaaa", "Ada", "Exemple"), d.edit(7, "mem_bbbb", "Bo"))
		dir, name := filepath.Join("testdata", "delta-1"), strings.TrimPrefix(d.name(data).String(), Prefix)
		if os.RemoveAll(dir) != nil || os.MkdirAll(dir, 0o755) != nil || os.WriteFile(filepath.Join(dir, name), data, 0o644) != nil ||
			os.WriteFile(filepath.Join(dir, "key"), d.id.SignKey(), 0o644) != nil {
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}
