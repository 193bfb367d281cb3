package command_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

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

// disk is a small disk of its own, empty when this process may not make one.
func disk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=256m"); err != nil {
		return ""
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes all the room that is left.
func fill(t *testing.T, dir string) (free func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 64<<10)
	for err == nil {
		_, err = file.Write(block)
	}
	file.Close()
	return func() { os.Remove(path) }
}

// files gives what lies in a folder, but for the lock, which says nothing.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "lock" {
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

func TestAFullDiskIsNamedAndLosesNothing(t *testing.T) {
	full := disk(t)
	if full == "" {
		t.Log("this process may not make a disk; store's test of a journal without room stands for it")
		return
	}
	home, roomy := filepath.Join(full, "home"), filepath.Join(t.TempDir(), "home")
	newHome(t, home)
	newHome(t, roomy)
	digest := digestOf(t, home)
	free := fill(t, full)
	before := files(t, full)

	mustFail(t, "disk_full", "--home", home, "member", "add", "--given", "Noah")
	mustFail(t, "disk_full", "--home", filepath.Join(full, "new"), "network", "create", "--name", "R", "--office", "O", "--coordinator", "C")
	mustFail(t, "disk_full", "--home", roomy, "backup", filepath.Join(full, "all.carnet-backup"))
	mustFail(t, "disk_full", "--home", roomy, "member", "export", "--out", filepath.Join(full, "members.csv"))
	mustFail(t, "disk_full", "--home", roomy, "invite", "create", "--office", "Toronto", "--coordinator", "C", "--out", filepath.Join(full, "c.carnet"))
	same(t, "full disk", before, files(t, full))

	free()
	if now := digestOf(t, home); now != digest {
		t.Errorf("the digest was %s and is %s", digest, now)
	}
	mustRun(t, "--home", home, "member", "add", "--given", "Noah")
	mustRun(t, "--home", home, "check")
}

// protect makes a folder read-only; root needs a mount for that.
func protect(t *testing.T, dir string) (undo func(), ok bool) {
	t.Helper()
	if os.Geteuid() != 0 {
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		return func() { _ = os.Chmod(dir, 0o700) }, true
	}
	if unix.Mount(dir, dir, "", unix.MS_BIND, "") != nil {
		return nil, false
	}
	if err := unix.Mount("", dir, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		_ = unix.Unmount(dir, unix.MNT_DETACH)
		return nil, false
	}
	return func() { _ = unix.Unmount(dir, unix.MNT_DETACH) }, true
}

func TestAWriteProtectedFolderIsNamedAndStaysAsItWas(t *testing.T) {
	top := t.TempDir()
	home, roomy := filepath.Join(top, "home"), filepath.Join(t.TempDir(), "home")
	newHome(t, home)
	newHome(t, roomy)
	digest := digestOf(t, home)
	before := files(t, top)
	undo, ok := protect(t, top)
	if !ok {
		t.Log("root may not mount here, and nothing else stops root")
		return
	}
	if os.Geteuid() == 0 { // the home itself is protected too
		mustFail(t, "read_only", "--home", home, "member", "add", "--given", "Noah")
	}
	mustFail(t, "read_only", "--home", filepath.Join(top, "new"), "network", "create", "--name", "R", "--office", "O", "--coordinator", "C")
	mustFail(t, "read_only", "--home", roomy, "backup", filepath.Join(top, "all.carnet-backup"))
	mustFail(t, "read_only", "--home", roomy, "member", "export", "--out", filepath.Join(top, "members.csv"))
	mustFail(t, "read_only", "--home", roomy, "invite", "create", "--office", "Toronto", "--coordinator", "C", "--out", filepath.Join(top, "c.carnet"))
	undo()
	same(t, "protected", before, files(t, top))
	if now := digestOf(t, home); now != digest {
		t.Errorf("the digest was %s and is %s", digest, now)
	}
}
