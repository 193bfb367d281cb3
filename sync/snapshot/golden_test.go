package snapshot

import (
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/sync/signed"
)

// With CARNET_GOLDEN=write the golden file of this version is written anew; those of earlier versions stay.
func TestMain(m *testing.M) {
	if os.Getenv("CARNET_GOLDEN") == "write" {
		t := &testing.B{}
		d := newDesk(t)
		d.header.Wants = []Want{{Device: "aaaabbbbccccdddd", Number: 3}}
		data := d.sealTwo(t, []store.Edit{d.edit(5, "mem_aaaabbbbccccdddd", "Ada", "Exemple"), d.edit(8, "mem_bbbb", "Bo")}, d.edit(7, "mem_aaaabbbbccccdddd", "450"))
		dir, name := filepath.Join("testdata", "delta-2"), strings.TrimPrefix(d.name(data).String(), Prefix)
		if os.RemoveAll(dir) != nil || os.MkdirAll(dir, 0o755) != nil || os.WriteFile(filepath.Join(dir, name), data, 0o644) != nil ||
			os.WriteFile(filepath.Join(dir, "key"), d.id.SignKey(), 0o644) != nil {
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// golden opens the golden delta of a version. It has its name in the bucket, and beside it is the key
// that signed it.
func golden(t *testing.T, version int) *Delta {
	t.Helper()
	dir := filepath.Join("testdata", fmt.Sprintf("delta-%d", version))
	paths, err := filepath.Glob(filepath.Join(dir, "*-*"))
	if err != nil || len(paths) != 1 {
		t.Fatal(paths, err)
	}
	data, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(filepath.Join(dir, "key"))
	if err != nil {
		t.Fatal(err)
	}
	name, err := ParseName(Prefix + filepath.Base(paths[0]))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Open(name, data, Expect{Network: "net_aaaabbbbccccdddd", SignKey: func(device string) (ed25519.PublicKey, bool) { return key, device == signed.DeviceOf(key) },
		Link: func(string) Link { return Link{} }})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAGoldenDeltaOfTheFirstVersionIsStillRead(t *testing.T) {
	c := opened(t, golden(t, 1), newDesk(t).keys)
	edits := c.Edits()
	if len(c.Closed()) > 0 || len(edits) != 2 || len(edits[0].Changes) != 2 || len(c.Witness.Digest) != CompareBytes ||
		edits[1].Changes[0].Record != "mem_bbbb" || string(edits[1].Changes[0].Value) != "bBo" {
		t.Errorf("%+v", c)
	}
}

func TestAGoldenDeltaOfThisVersionIsRead(t *testing.T) {
	d := golden(t, 2)
	c := opened(t, d, newDesk(t).keys)
	edits := c.Edits()
	if len(c.Closed()) > 0 || len(edits) != 3 || c.Parts[1].Sum != someSum || edits[0].Changes[1].Record != "mem_aaaabbbbccccdddd" ||
		edits[2].Changes[0].Record != "mem_bbbb" || string(edits[1].Changes[0].Value) != "c450" ||
		len(d.Wants) != 1 || d.Wants[0] != (Want{Device: "aaaabbbbccccdddd", Number: 3}) {
		t.Errorf("%+v %+v", d.Header, c)
	}
}
