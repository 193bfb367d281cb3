package store

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store/fault"
)

// home is a small closed home and what it must hold.
type home struct {
	dir     string
	digest  string
	members map[string]string // id -> title
	base    string            // name of its journal
}

// memoryDir is a folder on a disk in memory, where there is one: these tests open hundreds of homes, and damage
// does not ask what a disk is made of.
func memoryDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "carnet")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// smallHome has a few edits of several laptops in its journal.
func smallHome(t testing.TB, edits int) home {
	t.Helper()
	h := home{dir: memoryDir(t), members: map[string]string{}, base: journalName(0)}
	s := laptop(t, h.dir, "dev_a")
	for i := range edits {
		m := Member{ID: fmt.Sprintf("mem_%d", i%3), Family: "Roy", Title: fmt.Sprintf("Title %d", i)}
		put(t, s, m)
		h.members[m.ID] = m.Title
	}
	h.digest = s.Digest()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return h
}

// copyTo gives a copy of the home to damage.
func (h home) copyTo(t testing.TB, dir string) home {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS(h.dir)); err != nil {
		t.Fatal(err)
	}
	h.dir = dir
	return h
}

func (h home) holds(t testing.TB, s *Store) {
	t.Helper()
	if s.Digest() != h.digest {
		t.Errorf("digest %s, want %s; problems %v", s.Digest(), h.digest, s.Problems())
	}
	for id, title := range h.members {
		if m, err := Get[Member](s, id); err != nil || m.Title != title {
			t.Errorf("%s: %q %v, want %q", id, m.Title, err, title)
		}
	}
}

func flip(t testing.TB, path string, at int) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[at] ^= 1 << (at % 8)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func cut(t testing.TB, path string, size int) {
	t.Helper()
	if err := os.Truncate(path, int64(size)); err != nil {
		t.Fatal(err)
	}
}

// reopen opens, compares, writes one more edit, and does it all again, to see that healing lasts.
func (h home) reopen(t testing.TB, named bool) {
	t.Helper()
	s := laptop(t, h.dir, "dev_a")
	h.holds(t, s)
	if named && len(s.Problems()) == 0 {
		t.Error("the damage is not named")
	}
	put(t, s, Member{ID: "mem_after", Family: "After"})
	h.digest = s.Digest()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = laptop(t, h.dir, "dev_a")
	h.holds(t, s)
	if m, err := Get[Member](s, "mem_after"); err != nil || m.Family != "After" {
		t.Errorf("the edit after healing: %+v %v", m, err)
	}
	if report, err := s.Check(); err != nil || named && len(report.Problems) == 0 {
		t.Errorf("check: %+v %v", report, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func sizeOf(t testing.TB, path string) int {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return int(info.Size())
}

// stride spreads tests over positions: every one in the long run, about n in the short one.
func stride(total, n int) int {
	if os.Getenv("CARNET_LONG") != "" {
		return 1
	}
	return max(1, total/n)
}

// viewSamples is how many bytes of each file of the view are flipped, one after the other.
func viewSamples() int {
	if os.Getenv("CARNET_LONG") != "" {
		return 100
	}
	return 4
}

func TestAJournalCutAnywhereLosesNothingThatTheViewHas(t *testing.T) {
	h := smallHome(t, 5)
	dir, size := memoryDir(t), sizeOf(t, filepath.Join(h.dir, h.base))
	for at := 0; at < size; at += stride(size, 16) {
		c := h.copyTo(t, filepath.Join(dir, "home"))
		cut(t, filepath.Join(c.dir, c.base), at)
		c.reopen(t, true)
	}
}

func TestAJournalCutAnywhereWithoutAViewKeepsEverythingBeforeTheCutAndNamesTheRest(t *testing.T) {
	h := smallHome(t, 5)
	dir, path := memoryDir(t), filepath.Join(h.dir, h.base)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(whole); at += stride(len(whole), 16) {
		c := h.copyTo(t, filepath.Join(dir, "home"))
		cut(t, filepath.Join(c.dir, c.base), at)
		if err := os.RemoveAll(filepath.Join(c.dir, viewName)); err != nil {
			t.Fatal(err)
		}
		before := 0
		for rest := whole[:at]; ; before++ {
			_, size, err := frameAt(rest)
			if err != nil {
				break
			}
			rest = rest[size:]
		}
		s := laptop(t, c.dir, "dev_a")
		if got := len(changesOf(t, s)); got != min(before, 3)+before {
			t.Errorf("cut at %d: %d changes of %d frames", at, got, before)
		}
		if !named(s, h.base) {
			t.Errorf("cut at %d is not named: %v", at, s.Problems())
		}
		if next := s.current().next; next < 1<<40 {
			t.Errorf("numbers that were lost would be used again: next is %d", next)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func changesOf(t testing.TB, s *Store) (all []Past) {
	t.Helper()
	for m, err := range All[Member](s) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, ok(s.History(KindMember, m.ID))(t)...)
	}
	return all
}

func named(s *Store, file string) bool {
	for _, p := range s.Problems() {
		if strings.HasPrefix(p.Where, file) {
			return true
		}
	}
	return false
}

func TestAByteFlippedAnywhereInTheJournalLosesNothing(t *testing.T) {
	h := smallHome(t, 5)
	dir, size := memoryDir(t), sizeOf(t, filepath.Join(h.dir, h.base))
	for at := 0; at < size; at += stride(size, 16) {
		c := h.copyTo(t, filepath.Join(dir, "home"))
		flip(t, filepath.Join(c.dir, c.base), at)
		c.reopen(t, true)
	}
}

func TestAViewThatIsGoneIsRebuilt(t *testing.T) {
	h := smallHome(t, 12)
	if err := os.RemoveAll(filepath.Join(h.dir, viewName)); err != nil {
		t.Fatal(err)
	}
	h.reopen(t, true)
}

func TestAByteFlippedAnywhereInTheViewIsFoundAndTheViewRebuilt(t *testing.T) {
	h := smallHome(t, 12)
	dir := memoryDir(t)
	err := filepath.WalkDir(filepath.Join(h.dir, viewName), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "LOCK" {
			return err
		}
		size := sizeOf(t, path)
		for at := 0; at < size; at += max(1, size/viewSamples()) {
			c := h.copyTo(t, filepath.Join(dir, "home"))
			flip(t, filepath.Join(c.dir, viewName, d.Name()), at)
			c.reopen(t, true)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAFileOfTheViewThatIsGoneOrCutIsFound(t *testing.T) {
	h := smallHome(t, 12)
	dir := memoryDir(t)
	list := ok(os.ReadDir(filepath.Join(h.dir, viewName)))(t)
	for _, entry := range list {
		if entry.Name() == "LOCK" {
			continue
		}
		c := h.copyTo(t, filepath.Join(dir, "home"))
		if err := os.Remove(filepath.Join(c.dir, viewName, entry.Name())); err != nil {
			t.Fatal(err)
		}
		c.reopen(t, true)
		c = h.copyTo(t, filepath.Join(dir, "home"))
		cut(t, filepath.Join(c.dir, viewName, entry.Name()), sizeOf(t, filepath.Join(h.dir, viewName, entry.Name()))/2)
		c.reopen(t, sizeOf(t, filepath.Join(h.dir, viewName, entry.Name())) > 0)
	}
}

// withFull gives a home that has rolled over twice and has edits after it.
func withFull(t testing.TB) home {
	t.Helper()
	h := smallHome(t, 6)
	for range 2 {
		s := laptop(t, h.dir, "dev_a")
		s.write.Lock()
		if err := s.rollOver(); err != nil {
			t.Fatal(err)
		}
		h.base = journalName(s.gen)
		s.write.Unlock()
		put(t, s, Member{ID: "mem_0", Family: "Roy", Title: "After the full " + h.base})
		h.members["mem_0"] = "After the full " + h.base
		h.digest = s.Digest()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func TestAHomeWithoutAViewIsRebuiltFromFullAndJournal(t *testing.T) {
	h := withFull(t)
	if err := os.RemoveAll(filepath.Join(h.dir, viewName)); err != nil {
		t.Fatal(err)
	}
	h.reopen(t, true)
}

func TestADamagedFullLosesNothing(t *testing.T) {
	h := withFull(t)
	dir := memoryDir(t)
	newest := strings.Replace(h.base, "journal", "full", 1)
	size := sizeOf(t, filepath.Join(h.dir, newest))
	for at := 0; at < size; at += stride(size, 6) {
		for _, view := range []bool{true, false} {
			c := h.copyTo(t, filepath.Join(dir, "home"))
			flip(t, filepath.Join(c.dir, newest), at)
			if !view {
				if err := os.RemoveAll(filepath.Join(c.dir, viewName)); err != nil {
					t.Fatal(err)
				}
			}
			c.reopen(t, !view)
		}
		c := h.copyTo(t, filepath.Join(dir, "home"))
		cut(t, filepath.Join(c.dir, newest), at)
		if err := os.RemoveAll(filepath.Join(c.dir, viewName)); err != nil {
			t.Fatal(err)
		}
		c.reopen(t, true)
	}
}

func TestFlippedLogsOfAViewThatWasNotClosedChangeNothing(t *testing.T) {
	h := smallHome(t, 5)
	s := laptop(t, h.dir, "dev_a")
	put(t, s, Member{ID: "mem_0", Family: "Roy", Title: "Not closed"})
	h.members["mem_0"], h.digest = "Not closed", s.Digest()
	dir := memoryDir(t)
	logs := ok(filepath.Glob(filepath.Join(h.dir, viewName, "*.mem")))(t)
	if len(logs) == 0 {
		t.Fatal("no log to damage")
	}
	for at := 0; at < 200; at += stride(200, 5) {
		c := h.copyTo(t, filepath.Join(dir, "home"))
		flip(t, filepath.Join(c.dir, viewName, filepath.Base(logs[0])), at)
		c.reopen(t, false)
	}
}

func TestASuddenStopAfterABulkLoadLosesNothing(t *testing.T) {
	h := home{dir: memoryDir(t), members: map[string]string{}, base: journalName(0)}
	s := laptop(t, h.dir, "dev_a")
	notes := strings.Repeat("What was said. ", 400)
	bulk := func(from int) {
		_, err := s.EditEach(func(yield func(func(*Tx) error) bool) {
			for i := from; i < from+4000; i++ {
				if !yield(func(tx *Tx) error {
					_, err := tx.Put(Member{ID: fmt.Sprintf("mem_%05d", i), Title: fmt.Sprint(i), Notes: notes + fmt.Sprint(i)})
					return err
				}) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	bulk(0)
	for range 100 { // tables are made in the background
		if len(s.tableNames()) > 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err := s.vouchTables(); err != nil || len(s.tableNames()) == 0 {
		t.Fatal(err, "no table was made")
	}
	h.digest = s.Digest()
	for _, at := range []int{0, 2000, 3999} {
		h.members[fmt.Sprintf("mem_%05d", at)] = fmt.Sprint(at)
	}
	dir := memoryDir(t)
	h.copyTo(t, filepath.Join(dir, "vouched")).reopen(t, false)
	bulk(4000)
	h.digest = s.Digest()
	c := h.copyTo(t, filepath.Join(dir, "unvouched")) // new tables and several logs, none of them proved
	logs := ok(filepath.Glob(filepath.Join(c.dir, viewName, "*.mem")))(t)
	flip(t, logs[0], 5000)
	c.reopen(t, false)
}

func TestEveryFileOfAHomeMayBeDamagedInTurn(t *testing.T) {
	h := withFull(t)
	dir := memoryDir(t)
	for _, entry := range ok(os.ReadDir(h.dir))(t) {
		if entry.IsDir() || entry.Name() == lockName {
			continue
		}
		size := sizeOf(t, filepath.Join(h.dir, entry.Name()))
		for at := 0; at < size; at += max(1, size/3) {
			c := h.copyTo(t, filepath.Join(dir, "home"))
			flip(t, filepath.Join(c.dir, entry.Name()), at)
			c.reopen(t, false)
		}
		c := h.copyTo(t, filepath.Join(dir, "home"))
		if err := os.Remove(filepath.Join(c.dir, entry.Name())); err != nil {
			t.Fatal(err)
		}
		c.reopen(t, false)
	}
}

func TestDamageFoundWhileOpenIsHealed(t *testing.T) {
	h := smallHome(t, 12)
	s := laptop(t, h.dir, "dev_a")
	s.write.Lock()
	err := s.rebuildView(errView)
	s.write.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	h.holds(t, s)
	h.reopenAfter(t, s)
}

func (h home) reopenAfter(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	h.reopen(t, true)
}

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
