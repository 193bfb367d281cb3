package store

import (
	"os"
	"path/filepath"
	"testing"

	"example.org/carnet/store/fault"
)

func TestAWrongKeyIsToldFromDamage(t *testing.T) {
	h := smallHome(t, 3)
	if _, err := Open(h.dir, Options{Key: [32]byte{9}, Device: "dev_a"}); !fault.Is(err, "wrong_key") {
		t.Errorf("wrong key: %v", err)
	}
	if err := os.Remove(filepath.Join(h.dir, markName)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(h.dir, Options{Key: [32]byte{9}, Device: "dev_a"}); !fault.Is(err, "wrong_key") {
		t.Errorf("wrong key without a mark: %v", err)
	}
	h.reopen(t, true)
}

func TestAHomeIsOpenedOnce(t *testing.T) {
	dir := memoryDir(t)
	s := laptop(t, dir, "dev_a")
	if _, err := Open(dir, Options{Key: testKey}); !fault.Is(err, "home_in_use") {
		t.Errorf("second open: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	laptop(t, dir, "dev_a")
}
