package store

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"example.org/carnet/store/fault"
)

// crampedDisk has as much room left as a test says, as far as a store can tell.
type crampedDisk struct{ free atomic.Uint64 }

func (d *crampedDisk) open(dir string) (*Store, error) {
	return Open(dir, Options{Key: testKey, Device: "dev_a", freeBytes: func(string) (uint64, error) { return d.free.Load(), nil }})
}

// everyFile gives what is in a home, but for the locks.
func everyFile(t testing.TB, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, pattern := range []string{"*", "*/*"} {
		for _, path := range ok(filepath.Glob(filepath.Join(dir, pattern)))(t) {
			if info := ok(os.Stat(path))(t); info.IsDir() || filepath.Base(path) == "LOCK" {
				continue
			}
			found[path] = string(ok(os.ReadFile(path))(t))
		}
	}
	return found
}

func TestAFullDiskIsReadAndNotWrittenUntilThereIsRoom(t *testing.T) {
	h := smallHome(t, 12)
	before := everyFile(t, h.dir)
	var disk crampedDisk
	s, err := disk.open(h.dir)
	if err != nil {
		t.Fatal(err)
	}
	h.holds(t, s)
	if _, total := s.WaitDirectory().Members(queryAll); total != 3 {
		t.Errorf("%d members", total)
	}
	write := func(s *Store) error {
		_, err := s.Edit(func(tx *Tx) error { _, err := tx.Put(Member{ID: "mem_after", Family: "After"}); return err })
		return err
	}
	if err := write(s); !fault.Is(err, "disk_full") {
		t.Errorf("edit: %v", err)
	}
	if r, err := s.Check(); err != nil || len(r.Problems) != 0 {
		t.Errorf("check: %+v %v", r, err)
	}
	s.tend()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if after := everyFile(t, h.dir); len(after) != len(before) {
		t.Errorf("%d files became %d", len(before), len(after))
	} else {
		for path, body := range before {
			if after[path] != body {
				t.Errorf("%s was touched", path)
			}
		}
	}
	if s, err = disk.open(h.dir); err != nil {
		t.Fatal(err)
	}
	disk.free.Store(reserve)
	if err := write(s); err != nil {
		t.Errorf("with room: %v", err)
	}
	h.holds0(t, s)
	h.digest = s.Digest()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	h.reopen(t, false)
}

// holds0 is holds after another edit: the digest is not compared.
func (h home) holds0(t testing.TB, s *Store) {
	t.Helper()
	h.digest = s.Digest()
	h.holds(t, s)
}

func TestAFullDiskDoesNotOpenWhatWouldHaveToBeHealed(t *testing.T) {
	for name, spoil := range map[string]func(h home){
		"no view":       func(h home) { _ = os.RemoveAll(filepath.Join(h.dir, viewName)) },
		"not closed":    func(h home) { _ = os.Remove(filepath.Join(h.dir, proofName)) },
		"a torn tail":   func(h home) { cut(t, filepath.Join(h.dir, h.base), sizeOf(t, filepath.Join(h.dir, h.base))-3) },
		"a broken view": func(h home) { flip(t, ok(filepath.Glob(filepath.Join(h.dir, viewName, "*.sst")))(t)[0], 50) },
	} {
		h := smallHome(t, 5)
		spoil(h)
		before := everyFile(t, h.dir)
		var disk crampedDisk
		if _, err := disk.open(h.dir); !fault.Is(err, "disk_full") {
			t.Errorf("%s: %v", name, err)
		}
		if after := everyFile(t, h.dir); len(after) != len(before) {
			t.Errorf("%s: %d files became %d", name, len(before), len(after))
		}
		h.reopen(t, true)
	}
}
