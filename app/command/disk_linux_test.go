package command_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

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
	if now := digestOf(t, home); now != digest { // reading goes on
		t.Errorf("on the full disk the digest was %s and is %s", digest, now)
	}
	mustRun(t, "--home", home, "member", "list")
	mustRun(t, "--home", home, "check")
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
