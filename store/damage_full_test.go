package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// withFull gives a home that has rolled over twice, with frames of several sorts before, between and after.
func withFull(t testing.TB) home {
	t.Helper()
	h, _ := diverseHome(t, 4, 8)
	return h
}

func (h home) full() string { return strings.Replace(h.base, "journal", "full", 1) }

func TestAHomeWithoutAViewIsRebuiltFromFullAndJournal(t *testing.T) {
	withFull(t).withoutView(t).reopen(t, true)
}

func TestAFullWithAByteFlippedAnywhereLosesNothing(t *testing.T) {
	h := withFull(t)
	h.atEach(t, sizeOf(t, filepath.Join(h.dir, h.full())), 6, func(t *testing.T, c home, at int) {
		flip(t, filepath.Join(c.dir, c.full()), at)
		c.reopen(t, false)
	})
}

func TestAFullWithAByteFlippedAnywhereAndNoViewLosesNothingAndIsNamed(t *testing.T) {
	h := withFull(t)
	h.atEach(t, sizeOf(t, filepath.Join(h.dir, h.full())), 6, func(t *testing.T, c home, at int) {
		flip(t, filepath.Join(c.withoutView(t).dir, c.full()), at)
		c.reopen(t, true)
	})
}

func TestAFullCutAnywhereWithoutAViewLosesNothingAndIsNamed(t *testing.T) {
	h := withFull(t)
	h.atEach(t, sizeOf(t, filepath.Join(h.dir, h.full())), 6, func(t *testing.T, c home, at int) {
		cut(t, filepath.Join(c.withoutView(t).dir, c.full()), at)
		c.reopen(t, true)
	})
}

// As for journals: in the long run every value of every byte meets the reader of fulls.
func TestTheReaderOfFullsFindsEveryWrongByte(t *testing.T) {
	h := withFull(t)
	s := &Store{dir: memoryDir(t), keys: ok(newKeyring(testKey))(t)}
	full := ok(os.ReadFile(filepath.Join(h.dir, h.full())))(t)
	file := ok(os.OpenFile(s.path(fullName(8)), os.O_RDWR|os.O_CREATE, 0o600))(t)
	defer file.Close()
	write := func(b []byte, at int) {
		if _, err := file.WriteAt(b, int64(at)); err != nil {
			t.Fatal(err)
		}
	}
	write(full, 0)
	if err := s.checkFull(8); err != nil {
		t.Fatal("the full is not whole:", err)
	}
	tried := 0
	for at := 0; at < len(full); at += stride(len(full), 80) {
		for _, wrong := range wrongBits() {
			write([]byte{full[at] ^ wrong}, at)
			tried++
			if s.checkFull(8) == nil {
				t.Fatalf("byte %d by %02x is not found", at, wrong)
			}
		}
		write(full[at:at+1], at)
	}
	t.Logf("%d wrong bytes in a full of %d", tried, len(full))
}

// Everything else that lies in a home, with and without a view: the older full and journal, the newer journal, mark, sums.
func TestEveryFileOfAHomeMayBeDamagedInTurn(t *testing.T) {
	h := withFull(t)
	for _, entry := range ok(os.ReadDir(h.dir))(t) {
		if entry.IsDir() || entry.Name() == lockName {
			continue
		}
		t.Run(entry.Name(), func(t *testing.T) {
			c := h.copyTo(t, filepath.Join(memoryDir(t), "home"))
			if err := os.Remove(filepath.Join(c.dir, entry.Name())); err != nil {
				t.Fatal(err)
			}
			c.reopen(t, false)
			if entry.Name() == h.full() { // the tests above
				return
			}
			size := sizeOf(t, filepath.Join(h.dir, entry.Name()))
			h.atEach(t, size, 3, func(t *testing.T, c home, at int) {
				flip(t, filepath.Join(c.dir, entry.Name()), at)
				c.reopen(t, false)
			})
			if entry.Name() == h.base { // without a view it loses a frame: damage_journal_test.go
				return
			}
			h.atEach(t, size, 2, func(t *testing.T, c home, at int) {
				flip(t, filepath.Join(c.withoutView(t).dir, entry.Name()), at)
				c.reopen(t, true)
			})
		})
	}
}
