package bucket_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
)

// A real small file system, which fills up, is write-protected and is pulled out, needs a mount of the test's own:
// it runs itself again in namespaces, where that is allowed to everybody on most systems.
func TestAStickThatIsFullReadOnlyOrPulledOut(t *testing.T) {
	const inside = "CARNET_TEST_STICK"
	if path := os.Getenv(inside); path != "" {
		onStick(t, path)
		return
	}
	again := exec.Command(os.Args[0], "-test.v", "-test.run=^"+t.Name()+"$")
	again.Env = append(os.Environ(), inside+"="+t.TempDir())
	again.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	output, err := again.CombinedOutput()
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.ENOSPC) {
		t.Logf("this system lets nobody mount, so only the codes are tested elsewhere: %v", err)
		return
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}

func onStick(t *testing.T, mount string) {
	if err := syscall.Mount("stick", mount, "tmpfs", 0, "size=256k"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(mount, "carnet")
	if err := bucket.Prepare(bucket.Remote{Kind: bucket.Folder, Path: path}); err != nil {
		t.Fatal(err)
	}
	b, ctx := openFolder(t, path), context.Background()
	body := bytes.Repeat([]byte("x"), 20_000)

	full := error(nil)
	count := 0
	for ; full == nil && count < 100; count++ {
		full = b.Put(ctx, fmt.Sprintf("log/%03d", count), body)
	}
	wantFault(t, full, "bucket_full")
	page, err := b.List(ctx, "", "")
	if err != nil || len(page.Objects) != count-1 {
		t.Fatalf("%d objects of %d, %v", len(page.Objects), count-1, err)
	}
	for _, o := range page.Objects {
		if got, err := b.Get(ctx, o.Key, 1<<20); err != nil || !bytes.Equal(got, body) {
			t.Errorf("%s: %d bytes, %v", o.Key, len(got), err)
		}
	}
	if err := b.Delete(ctx, "log/000"); err != nil {
		t.Errorf("making room: %v", err)
	}
	if err := b.Put(ctx, "log/after", body); err != nil {
		t.Errorf("with room again: %v", err) // the half of before is gone too
	}

	if err := syscall.Mount("", mount, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	wantFault(t, b.Put(ctx, "log/new", body), "bucket_read_only")
	wantFault(t, b.Delete(ctx, "log/001"), "bucket_read_only")
	if _, err := b.Get(ctx, "log/001", 1<<20); err != nil {
		t.Errorf("reading: %v", err)
	}

	if err := syscall.Unmount(mount, syscall.MNT_DETACH); err != nil {
		t.Fatal(err)
	}
	_, err = b.List(ctx, "", "")
	wantFault(t, err, "bucket_missing")
	_, err = b.Get(ctx, "log/001", 1<<20)
	wantFault(t, err, "bucket_missing")
	if err := b.Put(ctx, "log/late", body); !fault.Is(err, "bucket_missing") {
		t.Errorf("Put: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a folder was made where the stick had been")
	}
}
