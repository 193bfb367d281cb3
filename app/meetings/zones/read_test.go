package zones

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
)

// sample is a collection as a system hands it out, of the built-in edition under another name.
func sample(t testing.TB, version string) collection {
	t.Helper()
	c := collection{"version": []byte(version)}
	lines := ""
	for name, file := range embedded().files {
		raw, err := readEntry(file)
		if err != nil {
			t.Fatal(err)
		}
		c[name] = raw
	}
	for name, target := range embedded().links {
		lines += name + " " + target + "\n"
	}
	c["links"] = []byte(lines)
	return c
}

func write(t *testing.T, path string, raw []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestZonesAreReadFromTheSystemsFolder(t *testing.T) {
	if _, err := os.Stat(SystemFolder + "/tzdata.zi"); err != nil {
		t.Skip("this system has no tzdata package")
	}
	e, err := Read(SystemFolder)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d bytes, %d zones, %d links", e.Name, len(e.Raw), len(e.data.files), len(e.data.links))
	if e.Name < "2025a" || len(e.data.names()) < 300 || len(e.Raw) > archiveLimit/4 {
		t.Error(e.Name, len(e.data.names()), len(e.Raw))
	}
	again, err := Read(SystemFolder)
	if err != nil || again.Hash() != e.Hash() {
		t.Error("the same zones give other bytes", err)
	}
	if e.Name != Version() {
		return
	}
	for _, name := range Names() {
		for _, local := range []string{"1999-07-01T12:00", "2026-03-20T12:00", "2026-12-15T12:00", "2027-07-15T12:00", "2051-07-15T12:00"} {
			a, _, err := e.Instant(local, name)
			b, _, _ := Instant(local, name)
			if err != nil || !a.Equal(b) {
				t.Error(name, local, a, b, err)
			}
		}
	}
}

func TestZonesAreReadFromZipAndTarAlike(t *testing.T) {
	c := sample(t, "2027a")
	raw, err := packed(c)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	fromZip, err := Read(write(t, dir+"/zones.zip", raw))
	if err != nil || fromZip.Name != "2027a" {
		t.Fatal(fromZip.Name, err)
	}
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	w := tar.NewWriter(zipped)
	for name, raw := range c {
		_ = w.WriteHeader(&tar.Header{Name: "./usr/share/zoneinfo/" + name, Mode: 0o644, Size: int64(len(raw)), Typeflag: tar.TypeReg})
		_, _ = w.Write(raw)
	}
	_, _ = w.Close(), zipped.Close()
	fromTar, err := Read(write(t, dir+"/zones.tar.gz", out.Bytes()))
	if err != nil || fromTar.Hash() != fromZip.Hash() {
		t.Error(fromTar.Name, err)
	}
	for name, raw := range c {
		write(t, filepath.Join(dir, "folder", name), raw)
	}
	fromFolder, err := Read(dir + "/folder")
	if err != nil || fromFolder.Hash() != fromZip.Hash() {
		t.Error(fromFolder.Name, err)
	}
	if opened, err := Open(fromZip.Raw); err != nil || opened.Name != "2027a" {
		t.Error(err)
	}
}

func TestArchivesThatAreNoZoneDataAreRefused(t *testing.T) {
	without := func(change func(collection)) []byte {
		c := sample(t, "2027a")
		change(c)
		raw, err := packed(c)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	source, _ := packed(map[string][]byte{"version": []byte("2027a"), "northamerica": []byte("Zone America/Toronto -5:17:32 - LMT 1895")})
	rows := map[string][]byte{
		"nothing":     {},
		"text":        []byte("# version 2027a"),
		"source":      source,
		"no version":  without(func(c collection) { delete(c, "version") }),
		"odd version": without(func(c collection) { c["version"] = []byte("../../etc") }),
		"a zone less": without(func(c collection) { delete(c, "America/Toronto") }),
		"a link less": without(func(c collection) {
			c["links"] = bytes.ReplaceAll(c["links"], []byte("Canada/Eastern "), []byte("Canada/Ostern "))
		}),
		"a broken zone":   without(func(c collection) { c["America/Vancouver"] = []byte("TZif2 and nothing more") }),
		"too large a one": without(func(c collection) { c["America/Vancouver"] = append([]byte("TZif2"), make([]byte, fileLimit)...) }),
		"a bomb": without(func(c collection) {
			for i := range 33 {
				c["X/"+strings.Repeat("x", i+1)] = append([]byte("TZif2"), make([]byte, fileLimit-10)...)
			}
		}),
	}
	for name, raw := range rows {
		if _, err := Read(write(t, filepath.Join(t.TempDir(), "zones"), raw)); !fault.Is(err, "zones_unreadable") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Open(raw); !fault.Is(err, "zones_unreadable") {
			t.Errorf("%s opened: %v", name, err)
		}
	}
	if _, err := Read(t.TempDir() + "/none"); !fault.Is(err, "file_missing") {
		t.Error(err)
	}
}

func TestNamesThatLeadOutOfTheFolderAreLeftOut(t *testing.T) {
	for name, want := range map[string]string{
		"usr/share/zoneinfo/America/Toronto": "America/Toronto", "./UTC": "UTC", "../x": "", "a/../../x": "", "/etc/passwd": "", "": "", "zoneinfo/": "",
	} {
		if got := inFolder(name); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}

func TestAnotherEditionIsUsedEverywhereAtOnce(t *testing.T) {
	c := sample(t, "2027a")
	c["America/Vancouver"] = c["America/Edmonton"]
	raw, err := c.archive()
	if err != nil {
		t.Fatal(err)
	}
	e, err := Open(raw)
	if err != nil {
		t.Fatal(err)
	}
	Use(e)
	defer Use(BuiltIn())
	at, _, err := Instant("2026-12-02T13:00", "America/Vancouver")
	if err != nil || at.Format(time.RFC3339) != "2026-12-02T13:00:00-06:00" || Version() != "2027a" || InUse().Name != "2027a" {
		t.Error(at, Version(), err)
	}
	if was, _, _ := BuiltIn().Instant("2026-12-02T13:00", "America/Vancouver"); was.Format(time.RFC3339) != "2026-12-02T13:00:00-07:00" {
		t.Error(was)
	}
}

// Whatever bytes are handed to it, reading zone data ends without harm.
func FuzzArchives(f *testing.F) {
	small, _ := packed(map[string][]byte{"version": []byte("2027a"), "links": []byte("A B"), "B": []byte("TZif2")})
	f.Add(small)
	f.Add([]byte{0x1f, 0x8b, 8, 0})
	f.Add([]byte("PK\x03\x04"))
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	w := tar.NewWriter(zipped)
	_ = w.WriteHeader(&tar.Header{Name: "zoneinfo/B", Size: 5, Typeflag: tar.TypeReg})
	_, _ = w.Write([]byte("TZif2"))
	_ = w.WriteHeader(&tar.Header{Name: "zoneinfo/C", Linkname: "zoneinfo/B", Typeflag: tar.TypeLink})
	_, _ = w.Close(), zipped.Close()
	f.Add(out.Bytes())
	f.Fuzz(func(t *testing.T, raw []byte) {
		c := collection{}
		if c.readBytes(raw) == nil {
			_, _ = c.archive()
		}
		_, _ = Open(raw)
	})
}

func FuzzSlim(f *testing.F) {
	for _, name := range []string{"America/Toronto", "UTC", "Australia/Eucla"} {
		raw, _ := readEntry(embedded().files[embedded().target(name)])
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		was, errWas := time.LoadLocationFromTZData("x", raw)
		is, errIs := time.LoadLocationFromTZData("x", slim(raw))
		if errWas == nil && raw[4] >= '2' && errIs == nil {
			at := time.Unix(1800000000, 0)
			if at.In(was).Format(time.RFC3339) != at.In(is).Format(time.RFC3339) {
				t.Error(at.In(was), at.In(is))
			}
		}
	})
}
