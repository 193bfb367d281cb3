package command_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"example.org/carnet/app/command"
)

// carnet runs one command line in this process.
func carnet(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = command.Run(args, command.World{In: strings.NewReader(""), Out: &out, Err: &err})
	return code, out.String(), err.String()
}

func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	code, out, err := carnet(args...)
	if code != command.Done {
		t.Fatalf("carnet %s ended with %d: %s", strings.Join(args, " "), code, err)
	}
	return out
}

// mustFail runs a command in both languages, which must end with 1, nothing on standard output, and
// one sentence with this code, different in each.
func mustFail(t *testing.T, code string, args ...string) {
	t.Helper()
	said := map[string]string{}
	for _, lang := range []string{"en", "fr"} {
		exit, out, err := carnet(append([]string{"--lang", lang}, args...)...)
		said[lang] = err
		if exit != command.Failed || out != "" || !strings.Contains(err, "["+code+"]") || strings.Count(err, "\n") != 1 {
			t.Errorf("carnet %s ended with %d, %q, %q; want 1 and %s", strings.Join(args, " "), exit, out, err, code)
		}
	}
	if said["en"] == said["fr"] {
		t.Errorf("%s is said in one language: %s", code, said["en"])
	}
}

// files gives what lies in a folder, but for the lock, and the view with its mark, which each opening tidies.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "lock" || d.Name() == "mark" || strings.Contains(path, "/view") {
			return err
		}
		body, err := os.ReadFile(path)
		found[path] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func same(t *testing.T, what string, before, after map[string]string) {
	t.Helper()
	for path := range after {
		if _, was := before[path]; !was {
			t.Errorf("%s: %s was left behind", what, path)
		}
	}
	for path, body := range before {
		if now, is := after[path]; !is || now != body {
			t.Errorf("%s: %s is not as it was", what, path)
		}
	}
}

func newHome(t *testing.T, home string) {
	t.Helper()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir()) // no session bus, so no keychain
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("CARNET_PASSPHRASE", "")
	mustRun(t, "--home", home, "network", "create", "--name", "Réseau", "--office", "Toronto", "--coordinator", "Ana Exemple")
	mustRun(t, "--home", home, "member", "add", "--given", "Élise", "--family", "Tremblay")
}

func digestOf(t *testing.T, home string) string {
	t.Helper()
	var doc struct{ Digest string }
	if err := json.Unmarshal([]byte(mustRun(t, "--home", home, "--json", "digest")), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Digest
}

// wrong is a command that must fail, and the code of its fault.
type wrong struct {
	code string
	args []string
}

func sure(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// idOf runs a command and gives the id of what it made.
func idOf(t *testing.T, args ...string) string {
	t.Helper()
	var doc struct{ ID string }
	sure(t, json.Unmarshal([]byte(mustRun(t, append([]string{"--json"}, args...)...)), &doc))
	return doc.ID
}

func TestBadInputIsNamedInBothLanguagesAndLeavesEverythingAsItWas(t *testing.T) {
	dir := t.TempDir()
	home := filepath.Join(dir, "home")
	newHome(t, home)
	mustRun(t, "--home", home, "chapter", "add", "--name", "Quebec", "--zone", "America/Toronto")
	member := idOf(t, "--home", home, "member", "add", "--given", "Noah", "--family", "Beaulieu", "--email", "noah@example.org")
	meeting := idOf(t, "--home", home, "meeting", "add", "--title", "Call", "--chapter", "Quebec", "--start", "2026-12-02T13:00", "--zone", "America/Toronto")
	add := []string{"meeting", "add", "--title", "X", "--chapter", "Quebec", "--start", "2026-12-02T13:00"}
	with := func(start []string, more ...string) []string { return append(append([]string{}, start...), more...) }

	rows := []wrong{
		{"unknown_id", []string{"member", "show", "mem_zzzzzzzz"}},
		{"unknown_id", []string{"member", "show", "nobody@example.org"}},
		{"unknown_id", []string{"member", "remove", "mem_zzzzzzzz"}},
		{"unknown_id", []string{"member", "merge", member, "mem_zzzzzzzz"}},
		{"ambiguous_id", []string{"member", "show", "mem_"}},
		{"ambiguous_id", []string{"member", "set", "mem_", "phone=1"}},
		{"unknown_id", []string{"history", "mem_zzzzzzzz"}},
		{"bad_change", []string{"undo", member, "--change", "9"}},
		{"unknown_conflict", []string{"conflict", "resolve", "con_zzzz", "--keep", "x"}},
		{"unknown_id", []string{"meeting", "show", "mtg_zzzzzzzz"}},
		{"unknown_id", []string{"attendance", "in", meeting, "nobody@example.org"}},
		{"unknown_object", []string{"quarantine", "dismiss", "log/nothing"}},
		{"unknown_laptop", []string{"laptop", "revoke", "zzzz"}},

		{"bad_field", []string{"member", "set", member, "shoe_size=44"}},
		{"bad_field", []string{"chapter", "set", "Quebec", "shoe_size=44"}},
		{"bad_field", []string{"meeting", "set", meeting, "shoe_size=44"}},
		{"bad_email", []string{"member", "set", member, "email=nonsense", "phone=1"}},
		{"bad_email", []string{"member", "add", "--given", "A", "--email", "a b@example.org"}},
		{"bad_email", []string{"attendance", "walk-in", meeting, "--given", "A", "--email", "nonsense"}},
		{"bad_date", []string{"member", "set", member, "term_end=2026-02-30"}},
		{"bad_member_role", []string{"member", "set", member, "role=king"}},
		{"bad_zone", []string{"member", "set", member, "zone=America/Nowhere"}},
		{"bad_zone", []string{"chapter", "set", "Quebec", "zone=Mars"}},
		{"bad_zone", with(add, "--zone", "Mars/Olympus")},
		{"bad_time", []string{"meeting", "set", meeting, "start=tomorrow"}},
		{"bad_time", []string{"meeting", "list", "--from", "soon"}},
		{"bad_time", []string{"attendance", "in", meeting, member, "--at", "noon"}},
		{"bad_minutes", with(add, "--minutes=-5")},
		{"bad_minutes", with(add, "--minutes", "an hour")},
		{"bad_choice", with(add, "--status", "maybe")},
		{"bad_url", with(add, "--url", "javascript:alert(1)")},
		{"bad_audience", with(add, "--audience", "everybody who is nice")},
		{"bad_audience", []string{"chapter", "set", "Quebec", "audience=role is king"}},
		{"name_missing", []string{"member", "add", "--email", "a@example.org"}},
		{"unknown_community", []string{"member", "add", "--given", "A", "--community", "Atlantis"}},
		{"unknown_chapter", []string{"member", "add", "--given", "A", "--chapter", "Nowhere"}},
		{"unknown_id", []string{"meeting", "list", "--chapter", "Nowhere"}},
		{"bad_format", []string{"member", "export", "--format", "pdf", "--out", filepath.Join(dir, "x.pdf")}},
		{"file_unwritable", []string{"member", "export", "--out", filepath.Join(dir, "no", "x.csv")}},
		{"bad_role", []string{"invite", "create", "--office", "Toronto", "--coordinator", "X", "--role", "boss", "--out", filepath.Join(dir, "i")}},
		{"bad_span", []string{"invite", "create", "--office", "Toronto", "--coordinator", "X", "--expires", "soon", "--out", filepath.Join(dir, "i")}},
		{"name_needed", []string{"office", "add", " "}},
		{"bad_remote", []string{"remote", "set", "https://example.org/bucket"}},
		{"remote_has_secret", []string{"remote", "set", "s3://me:hunter2@bucket/prefix"}},
		{"bucket_in_home", []string{"remote", "set", "file://" + home + "/inside"}},
		{"no_remote", []string{"sync"}},
		{"no_remote", []string{"check", "--remote"}},
		{"home_exists", []string{"restore", filepath.Join(dir, "nothing")}},
	}
	digest, before := digestOf(t, home), files(t, dir)
	for _, row := range rows {
		mustFail(t, row.code, append([]string{"--home", home}, row.args...)...)
	}
	if now := digestOf(t, home); now != digest {
		t.Errorf("the digest was %s and is %s", digest, now)
	}
	same(t, "bad input", before, files(t, dir))
}

// bomb is a workbook whose only sheet grows to 600 MB.
func bomb(t *testing.T) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>`},
	} {
		w, err := z.Create(part.name)
		sure(t, err)
		_, err = w.Write([]byte(part.text))
		sure(t, err)
	}
	w, err := z.Create("xl/worksheets/sheet1.xml")
	sure(t, err)
	zeros := make([]byte, 1<<20)
	for range 600 {
		_, err = w.Write(zeros)
		sure(t, err)
	}
	sure(t, z.Close())
	return packed.Bytes()
}

func TestAListThatIsNoneIsNamedInBothLanguagesAndNothingIsImported(t *testing.T) {
	dir := t.TempDir()
	home := filepath.Join(dir, "home")
	newHome(t, home)
	var picture bytes.Buffer
	sure(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 64))))
	lists := map[string]struct {
		code string
		body []byte
	}{
		"picture.csv":  {"bad_file", picture.Bytes()},
		"picture.xlsx": {"bad_file", picture.Bytes()},
		"letter.csv":   {"bad_file", []byte("%PDF-1.7 a letter")},
		"empty.csv":    {"empty_file", nil},
		"numbers.csv":  {"columns_unknown", []byte("Age,Height\n42,171\n")},
		"long.csv":     {"row_too_long", append([]byte("Given,Family\nA,"), bytes.Repeat([]byte("x"), 3<<20)...)},
		"open.csv":     {"row_too_long", append([]byte("Given,Family\nA,\""), bytes.Repeat([]byte("x\n"), 3<<20)...)},
		"bomb.xlsx":    {"file_too_large", bomb(t)},
	}
	for name, list := range lists {
		sure(t, os.WriteFile(filepath.Join(dir, name), list.body, 0o600))
	}
	endless, err := os.Create(filepath.Join(dir, "endless.csv")) // a line of a gigabyte, though not on the disk
	sure(t, err)
	_, err = endless.WriteString("Given,Family\nA,")
	sure(t, err)
	sure(t, endless.Truncate(1<<30))
	sure(t, endless.Close())

	digest := digestOf(t, home)
	runtime.GC()
	var began, ended runtime.MemStats
	runtime.ReadMemStats(&began)
	for name, list := range lists {
		mustFail(t, list.code, "--home", home, "import", "members", filepath.Join(dir, name))
	}
	mustFail(t, "bad_file", "--home", home, "import", "members", filepath.Join(dir, "endless.csv")) // it is all zeros after its head
	mustFail(t, "file_unreadable", "--home", home, "import", "members", filepath.Join(dir, "nowhere.csv"))
	mustFail(t, "bad_file", "--home", home, "import", "communities", dir)
	runtime.ReadMemStats(&ended)
	if grown := ended.Sys - began.Sys; ended.Sys > began.Sys && grown > 400<<20 {
		t.Errorf("refusing these lists took %d MB more from the system", grown>>20)
	}
	if now := digestOf(t, home); now != digest {
		t.Errorf("the digest was %s and is %s", digest, now)
	}
}

func TestABackupThatIsNoneOrLeadsElsewhereIsRefusedAndLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	home, file := filepath.Join(dir, "home"), filepath.Join(dir, "all.carnet-backup")
	newHome(t, home)
	mustRun(t, "--home", home, "backup", file)
	whole, err := os.ReadFile(file)
	sure(t, err)
	first, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	sure(t, err)
	with := func(name string) []byte { // a backup whose manifest is true and whose first file has this name
		var packed bytes.Buffer
		z := zip.NewWriter(&packed)
		sure(t, z.Copy(first.File[0]))
		w, err := z.Create(name)
		sure(t, err)
		_, err = w.Write([]byte("evil"))
		sure(t, err)
		sure(t, z.Close())
		return packed.Bytes()
	}
	for name, body := range map[string][]byte{
		"empty": nil, "cut": whole[:len(whole)/2], "text": []byte("no backup"), "up": with("home/../../evil"), "rooted": with("home//evil"),
		"elsewhere": with("evil"),
	} {
		path := filepath.Join(dir, name)
		sure(t, os.WriteFile(path, body, 0o600))
		mustFail(t, "backup_damaged", "--home", filepath.Join(dir, "new"), "restore", path)
		for _, left := range []string{"new", "evil", "../evil"} {
			if _, err := os.Lstat(filepath.Join(dir, left)); err == nil {
				t.Errorf("%s left %s behind", name, left)
			}
		}
	}
	mustFail(t, "file_missing", "--home", filepath.Join(dir, "new"), "restore", filepath.Join(dir, "nothing"))
}
