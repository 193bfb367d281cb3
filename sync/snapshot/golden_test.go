package snapshot

import (
	"os"
	"path/filepath"
	"testing"
)

// With CARNET_GOLDEN=write the golden file is written anew, after a change of format and its version.
func TestMain(m *testing.M) {
	if os.Getenv("CARNET_GOLDEN") == "write" {
		t := &testing.B{}
		d := newDesk(t)
		data := d.seal(t, d.edit(5, "mem_aaaa", "Ada", "Exemple"), d.edit(7, "mem_bbbb", "Bo"))
		if os.MkdirAll("testdata", 0o755) != nil || os.WriteFile(filepath.Join("testdata", "delta-1.cbor"), data, 0o644) != nil {
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}
