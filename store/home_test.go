package store

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

// home is a small closed home and what it must hold.
type home struct {
	dir     string
	digest  string
	members map[string]string // id -> title
	stock   string            // everything that can be read from it, when the test asks for that: see stockOf
	base    string            // name of its journal
}

// memoryDir is a folder on a disk in memory, where there is one: these tests open thousands of homes, and damage
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

// smallHome has a few edits in its journal.
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
	if h.stock == "" {
		return
	}
	if got := stockOf(t, s); got != h.stock {
		t.Errorf("it holds\n%s\nand not\n%s\nproblems %v", got, h.stock, s.Problems())
	}
}

// opened opens a home whose closing is the caller's: thousands of these must not wait for the end of a test.
func opened(t testing.TB, dir string) *Store {
	t.Helper()
	return ok(Open(dir, Options{Key: testKey, Device: "dev_a"}))(t)
}

func closed(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// reopen opens, compares, writes one more edit, and does it all again, to see that healing lasts.
func (h home) reopen(t testing.TB, named bool) {
	t.Helper()
	s := opened(t, h.dir)
	h.holds(t, s)
	if named && len(s.Problems()) == 0 {
		t.Error("the damage is not named")
	}
	put(t, s, Member{ID: "mem_after", Family: "After"})
	h.digest = s.Digest()
	if h.stock != "" {
		h.stock = stockOf(t, s)
	}
	closed(t, s)
	s = opened(t, h.dir)
	h.holds(t, s)
	if m, err := Get[Member](s, "mem_after"); err != nil || m.Family != "After" {
		t.Errorf("the edit after healing: %+v %v", m, err)
	}
	if report, err := s.Check(); err != nil || named && len(report.Problems) == 0 {
		t.Errorf("check: %+v %v", report, err)
	}
	closed(t, s)
}

func (h home) reopenAfter(t testing.TB, s *Store) {
	t.Helper()
	closed(t, s)
	h.reopen(t, true)
}

func (h home) withoutView(t testing.TB) home {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(h.dir, viewName)); err != nil {
		t.Fatal(err)
	}
	return h
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

func sizeOf(t testing.TB, path string) int {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return int(info.Size())
}

// long tells whether this is the long run, in which every position is tried.
func long() bool { return os.Getenv("CARNET_LONG") != "" }

// stride spreads tests over positions: every one in the long run, about n in the short one.
func stride(total, n int) int {
	if long() {
		return 1
	}
	return max(1, total/n)
}

// atEach damages copies of a home at positions from 0 to total, every one in the long run and about n in the short
// one, on all cores at once. A position that fails is named by its subtest and ends its core's row.
func (h home) atEach(t *testing.T, total, n int, damage func(t *testing.T, c home, at int)) {
	t.Helper()
	step, cores := stride(total, n), runtime.NumCPU()
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // every open takes some large pieces of memory for a moment
	t.Run("positions", func(t *testing.T) {
		for core := range cores {
			t.Run(fmt.Sprint("core ", core), func(t *testing.T) {
				t.Parallel()
				dir := filepath.Join(memoryDir(t), "home")
				for at := core * step; at < total && !t.Failed(); at += cores * step {
					damage(t, h.copyTo(t, dir), at)
					if t.Failed() {
						t.Logf("position %d of %d", at, total)
					}
				}
			})
		}
	})
	t.Logf("%d of %d positions", (total+step-1)/step, total)
}

// diverseHome holds a frame of every sort, each from one step; stocks tell what there was after each of them. After the
// steps named, it has rolled over to a full and a new journal.
func diverseHome(t testing.TB, rollAfter ...int) (h home, stocks []string) {
	t.Helper()
	h = home{dir: memoryDir(t)}
	s := opened(t, h.dir)
	stocks = append(stocks, stockOf(t, s))
	for i, step := range diverseSteps {
		step(t, s)
		if seq := s.current().seq; seq != uint64(i+1) {
			t.Fatalf("step %d ends in frame %d", i+1, seq)
		}
		stocks = append(stocks, stockOf(t, s))
		for _, at := range rollAfter {
			if at == i+1 {
				s.write.Lock()
				err := s.rollOver()
				s.write.Unlock()
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	h.base, h.digest, h.stock = journalName(s.gen), s.Digest(), stockOf(t, s)
	closed(t, s)
	return h, stocks
}

// diverseSteps write one frame each.
var diverseSteps = []func(testing.TB, *Store){
	func(t testing.TB, s *Store) { put(t, s, ada) },
	func(t testing.TB, s *Store) { // several edits in one frame
		ok(s.EditEach(benchSteps(3, func(i int) Record { return Member{ID: fmt.Sprintf("mem_%d", i), Family: "Roy", Title: fmt.Sprint(i)} })))(t)
	},
	func(t testing.TB, s *Store) { // others' edits with notes
		ok(s.Apply(asEdits([]Change{stamped("dev_b", 1, 1, "title", appendText(nil, "Clerk")), stamped("dev_c", 1, 2, "title", nil)}),
			map[string][]byte{"cursor": {1}, "old": {2}}))(t)
	},
	func(t testing.TB, s *Store) { // a conflict is settled
		ok(s.Settle("member/mem_ada/title", "Mayor"))(t)
	},
	func(t testing.TB, s *Store) { // own edits are out
		if err := s.MarkPublished(3, map[string][]byte{"head": {3}}); err != nil {
			t.Fatal(err)
		}
	},
	func(t testing.TB, s *Store) { // a scan, which is a fact
		put(t, s, Scan{ID: "scn_1", Fact: ScanFact{Meeting: "mtg_1", Member: "mem_ada", Kind: "in", At: 1000, Nonce: "n"}})
	},
	func(t testing.TB, s *Store) { // a conflict that stays
		ok(s.Apply(asEdits([]Change{stamped("dev_b", 2, 3, "title", appendText(nil, "Warden"), Dot{"dev_b", 1})}), nil))(t)
	},
	func(t testing.TB, s *Store) {
		ok(s.Edit(func(tx *Tx) error { return tx.Delete(KindMember, "mem_0") }))(t)
	},
	func(t testing.TB, s *Store) { ok(s.Apply(nil, map[string][]byte{"old": nil}))(t) },
	func(t testing.TB, s *Store) { ok(s.StartIncarnation())(t) },
	func(t testing.TB, s *Store) {
		put(t, s, Member{ID: "mem_1", Family: "Côté", Title: "After all"})
	},
}

// stockOf is everything of a store that a person or sync can ask for, in one text: which changes, records with their
// histories, scans, conflicts, notes, what is to be published and what is known of others.
func stockOf(t testing.TB, s *Store) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintln(&b, s.Digest(), s.Frontier(), s.Count(KindMember), s.Count(KindScan))
	for _, id := range []string{"mem_0", "mem_1", "mem_2", "mem_ada", "mem_after"} {
		m, err := Get[Member](s, id)
		fmt.Fprintln(&b, m, err != nil)
		past, _ := s.History(KindMember, id) // unknown to a store that is younger
		for _, p := range past {
			fmt.Fprintf(&b, "  %x\n", appendChange(nil, &p.Change))
		}
	}
	for scan, err := range s.ScansOf("mtg_1") {
		fmt.Fprintln(&b, must(t, scan, err))
	}
	fmt.Fprintln(&b, subjects(ok(s.Conflicts())(t)))
	for _, name := range ok(s.Notes(""))(t) {
		fmt.Fprintf(&b, "%s %x\n", name, ok(s.Note(name))(t))
	}
	for e, err := range s.Unpublished(0) {
		e = must(t, e, err)
		fmt.Fprintf(&b, "out %x\n", AppendEdit(nil, &e))
	}
	return b.String()
}
