package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/carnet/store/fault"
)

func TestAFileIsReplacedWholeAndPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, content := range []string{"first, and longer", "second"} {
		if err := Write(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(path, 100); err != nil || string(got) != content {
			t.Errorf("%q, %v", got, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Error(info.Mode(), err)
	}
	if names, _ := filepath.Glob(path + "*"); len(names) != 1 {
		t.Error("something was left beside it:", names)
	}
}

func TestAWriteThatFailsLeavesWhatWasThere(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := os.MkdirAll(filepath.Join(path, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, []byte("x")); !fault.Is(err, "home_unreadable") {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Error("something was left beside it:", entries)
	}
}

func TestReadingTellsAbsentAndTooLargeApart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if _, err := Read(path, 10); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if err := Write(path, []byte(strings.Repeat("x", 11))); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path, 10); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
	if _, err := Read(filepath.Dir(path), 10); !fault.Is(err, "home_unreadable") {
		t.Error(err)
	}
}

func TestRemovingWhatIsNotThereIsNoError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := errors.Join(Remove(path), Write(path, nil), Remove(path)); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("it is still there")
	}
}

func TestADiskThatRefusesIsAFaultOfItsOwn(t *testing.T) {
	if f := Fault("x", fs.ErrPermission); !fault.Is(f, "read_only") || !Refused(fs.ErrPermission) {
		t.Error(f)
	}
	if f := Fault("x", nil); f != nil {
		t.Error(f)
	}
	if f := Fault("x", fault.New("wrong_key")); !fault.Is(f, "wrong_key") {
		t.Error(f)
	}
}
