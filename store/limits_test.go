package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
)

// failingFile is a journal's file whose writes or syncs fail when told to.
type failingFile struct {
	*os.File
	writes, syncs *error
}

func (f failingFile) Write(b []byte) (int, error) {
	if *f.writes != nil {
		n, _ := f.File.Write(b[:len(b)/2])
		return n, *f.writes
	}
	return f.File.Write(b)
}

func (f failingFile) Sync() error {
	if err := *f.syncs; err != nil {
		*f.syncs = nil // once, so that taking the frame back succeeds
		return err
	}
	return f.File.Sync()
}

func TestAFullDiskLeavesEverythingAsItWas(t *testing.T) {
	var writes, syncs error
	dir := t.TempDir()
	open := func(path string) (JournalFile, error) {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		return failingFile{f, &writes, &syncs}, err
	}
	s, err := Open(dir, Options{Key: testKey, Device: "dev_a", OpenJournal: open})
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, ada)
	digest := s.Digest()
	more := func(code string) {
		t.Helper()
		_, err := s.Edit(func(tx *Tx) error { _, err := tx.Put(Member{ID: "mem_more", Family: "More"}); return err })
		if !fault.Is(err, code) {
			t.Errorf("edit: %v, want %s", err, code)
		}
		if _, err := Get[Member](s, "mem_more"); !fault.Is(err, "unknown_id") || s.Digest() != digest {
			t.Errorf("half of the edit stayed: %v; problems %v", err, s.Problems())
		}
	}
	writes = syscall.ENOSPC
	more("disk_full")
	writes, syncs = nil, syscall.ENOSPC
	more("disk_full")
	writes, syncs = nil, nil
	writes = syscall.EROFS
	more("read_only")
	writes = nil
	put(t, s, Member{ID: "mem_later", Family: "Later"})
	digest = s.Digest()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = laptop(t, dir, "dev_a")
	if s.Digest() != digest {
		t.Error("the edits before and after the full disk are not all there")
	}
}

func TestAFolderThatCannotBeMadeIsAFault(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join(file, "home"), Options{Key: testKey}); !fault.Is(err, "home_unreadable") {
		t.Errorf("open below a file: %v", err)
	}
}

func TestAStoreWithoutADeviceIsForReading(t *testing.T) {
	s := laptop(t, t.TempDir(), "")
	if _, err := s.Edit(func(tx *Tx) error { _, err := tx.Put(ada); return err }); !fault.Is(err, "read_only") {
		t.Errorf("edit: %v", err)
	}
}

func TestNothingIsWrittenWhenAnEditFails(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	mine := errors.New("mine")
	_, err := s.Edit(func(tx *Tx) error {
		if _, err := tx.Put(ada); err != nil {
			return err
		}
		return mine
	})
	if !errors.Is(err, mine) {
		t.Errorf("error %v, want my own", err)
	}
	if _, err := Get[Member](s, "mem_ada"); !fault.Is(err, "unknown_id") {
		t.Errorf("the record is there: %v", err)
	}
}

func TestABulkLoadKeepsWhatCameBeforeAnError(t *testing.T) {
	dir := t.TempDir()
	s := laptop(t, dir, "dev_a")
	mine := errors.New("mine")
	n, err := s.EditEach(func(yield func(func(*Tx) error) bool) {
		for i := range 5000 {
			if !yield(func(tx *Tx) error {
				if i == 3456 {
					return mine
				}
				_, err := tx.Put(Member{ID: fmt.Sprintf("mem_%04d", i%3000), Family: "F" + strconv.Itoa(i)})
				return err
			}) {
				return
			}
		}
	})
	if n != 3456 || !errors.Is(err, mine) || s.Count(KindMember) != 3000 {
		t.Fatalf("%d steps, %d members, %v", n, s.Count(KindMember), err)
	}
	digest := s.Digest()
	outgoing := 0
	for e, err := range s.Unpublished(0) {
		outgoing += len(must(t, e, err).Changes)
	}
	if outgoing != 3456 {
		t.Errorf("%d outgoing changes", outgoing)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = laptop(t, dir, "dev_a")
	if m := ok(Get[Member](s, "mem_0001"))(t); s.Digest() != digest || m.Family != "F3001" {
		t.Errorf("after reopening: %+v", m)
	}
	if r, err := s.Check(); err != nil || len(r.Problems) != 0 || r.Changes != 3456 {
		t.Errorf("check: %+v %v", r, err)
	}
}

func TestATransactionReadsItsOwnWrites(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	ok(s.Edit(func(tx *Tx) error {
		if _, err := tx.Put(ada); err != nil {
			return err
		}
		m, err := GetIn[Member](tx, "mem_ada")
		if err != nil || m.Family != "Roy" || len(m.Chapters) != 2 {
			t.Errorf("own write: %+v %v", m, err)
		}
		m.Chapters = m.Chapters[:1]
		if _, err := tx.Put(m); err != nil {
			return err
		}
		if err := tx.Delete(KindMember, "mem_ada"); err != nil {
			return err
		}
		if _, err := GetIn[Member](tx, "mem_ada"); !fault.Is(err, "unknown_id") {
			t.Errorf("own deletion: %v", err)
		}
		_, err = tx.Put(m)
		return err
	}))(t)
	if m := ok(Get[Member](s, "mem_ada"))(t); len(m.Chapters) != 1 {
		t.Errorf("%+v", m)
	}
	_, err := s.Edit(func(tx *Tx) error { return tx.Delete(KindMember, "mem_nobody") })
	if !fault.Is(err, "unknown_id") {
		t.Errorf("deleting nobody: %v", err)
	}
}

func TestAnIdIsFoundByItsStart(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	put(t, s, Member{ID: "mem_ab", Family: "A"}, Member{ID: "mem_abc", Family: "B"}, Member{ID: "mem_x", Family: "C"})
	for prefix, want := range map[string]string{"mem_x": "mem_x", "mem_abc": "mem_abc", "mem_ab": "mem_ab"} {
		if got := ok(s.Resolve(KindMember, prefix))(t); got != want {
			t.Errorf("%s: %s", prefix, got)
		}
	}
	for prefix, code := range map[string]string{"mem_a": "ambiguous_id", "mem_q": "unknown_id", "": "unknown_id"} {
		if _, err := s.Resolve(KindMember, prefix); !fault.Is(err, code) {
			t.Errorf("%q: %v, want %s", prefix, err, code)
		}
	}
}

func TestAStampFarInTheFutureIsKeptAndNotAdopted(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	ahead := time.Now().Add(48 * time.Hour).UnixMilli()
	c := Change{Kind: KindMember, Record: "mem_ada", Field: "family", Value: appendText(nil, "Future"),
		Stamp: Stamp{Wall: ahead, Dot: Dot{"dev_b", 1}}}
	if n, err := s.Apply([]Edit{{Wall: ahead, Device: "dev_b", First: 1, Changes: []Change{c}}}, nil); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	put(t, s, Member{ID: "mem_x", Family: "Now"})
	if h := ok(s.History(KindMember, "mem_x"))(t); h[0].Wall >= ahead {
		t.Errorf("the clock was adopted: %d", h[0].Wall)
	}
	if m := ok(Get[Member](s, "mem_ada"))(t); m.Family != "Future" {
		t.Errorf("%+v", m)
	}
}

func TestWhatNoCarnetWritesIsRefusedWhole(t *testing.T) {
	s := laptop(t, t.TempDir(), "dev_a")
	good := Change{Kind: KindMember, Record: "mem_ada", Field: "family", Value: appendText(nil, "x"), Stamp: Stamp{Wall: 1, Dot: Dot{"dev_b", 1}}}
	for name, spoil := range map[string]func(*Change){
		"no record":     func(c *Change) { c.Record = "" },
		"NUL":           func(c *Change) { c.Field = "a\x00b" },
		"float":         func(c *Change) { c.Value = []byte{0xf9, 0x3c, 0} },
		"two values":    func(c *Change) { c.Value = []byte{1, 2} },
		"large":         func(c *Change) { c.Value = appendText(nil, string(make([]byte, maxValue))) },
		"self":          func(c *Change) { c.Replaces = []Dot{c.Dot} },
		"other device":  func(c *Change) { c.Device = "dev_c" },
		"sequence zero": func(c *Change) { c.Seq = 0 },
	} {
		bad := good
		bad.Seq = 2
		spoil(&bad)
		n, err := s.Apply([]Edit{{Wall: 1, Device: "dev_b", First: 1, Changes: []Change{good, bad}}}, map[string][]byte{"n": {1}})
		if n != 0 || !fault.Is(err, "bad_change") {
			t.Errorf("%s: %d %v", name, n, err)
		}
	}
	if v := ok(s.Note("n"))(t); s.Count(KindMember) != 0 || v != nil {
		t.Error("something was applied")
	}
}

func TestARestoredLaptopStartsANewIncarnation(t *testing.T) {
	dir := t.TempDir()
	a, b := laptop(t, dir, "dev_a"), laptop(t, t.TempDir(), "dev_b")
	put(t, a, ada)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	backup := t.TempDir()
	if err := os.CopyFS(backup, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	a = laptop(t, dir, "dev_a")
	put(t, a, Member{ID: "mem_ada", Family: "Later"})
	send(t, a, b)
	restored := laptop(t, backup, "dev_a")
	var theirs []Edit
	for e, err := range a.Unpublished(0) {
		theirs = append(theirs, must(t, e, err))
	}
	if _, err := restored.Apply(theirs, nil); err != nil {
		t.Fatal(err)
	}
	refs := put(t, restored, Member{ID: "mem_new", Family: "New"})
	if refs[0].Change.Seq != 1<<40|1 {
		t.Errorf("sequence %d", refs[0].Change.Seq)
	}
	if first := ok(restored.StartIncarnation())(t); first != 2<<40|1 {
		t.Errorf("incarnation starts at %d", first)
	}
}

func TestReadersAndWritersMayWorkAtOnce(t *testing.T) {
	s, b := laptop(t, t.TempDir(), "dev_a"), laptop(t, t.TempDir(), "dev_b")
	calls := make(chan uint64, 1000)
	stop := s.Watch(func(v uint64) { calls <- v })
	defer stop()
	var all sync.WaitGroup
	for w := range 4 {
		all.Go(func() {
			for i := range 25 {
				put(t, s, Member{ID: fmt.Sprintf("mem_%d_%d", w, i%5), Family: "F" + strconv.Itoa(i), Community: "com_x"})
				put(t, s, Community{ID: "com_x", Name: "Town " + strconv.Itoa(i)})
			}
		})
	}
	for range 2 {
		all.Go(func() {
			for range 25 {
				for _, err := range All[Member](s) {
					if err != nil {
						t.Error(err)
					}
				}
				s.WaitDirectory().Members(directory.Query{Text: "f1"})
				ok(s.FirstMembers("fr", 10))(t)
				ok(s.Conflicts())(t)
				s.Digest()
				s.Frontier()
			}
		})
	}
	all.Go(func() {
		for range 10 {
			send(t, s, b)
		}
	})
	all.Wait()
	send(t, s, b)
	if s.Digest() != b.Digest() || s.Count(KindMember) != 20 || len(calls) == 0 {
		t.Errorf("digests equal %v, %d members, %d calls", s.Digest() == b.Digest(), s.Count(KindMember), len(calls))
	}
	first := ok(s.FirstMembers("en", 5))(t)
	page, _ := s.WaitDirectory().Members(directory.Query{Lang: "en", Limit: 5})
	for i := range first {
		if first[i].ID != page[i].ID || first[i].Community != page[i].Community {
			t.Errorf("first page %v, directory %v", first[i], page[i])
		}
	}
}

func TestTheFirstPageFollowsTheRecords(t *testing.T) {
	dir := t.TempDir()
	s := laptop(t, dir, "dev_a")
	steps := func(yield func(func(*Tx) error) bool) {
		for i := range 400 {
			if !yield(func(tx *Tx) error {
				_, err := tx.Put(Member{ID: fmt.Sprintf("mem_%d", i), Family: fmt.Sprintf("F%03d", i)})
				return err
			}) {
				return
			}
		}
	}
	if _, err := s.EditEach(steps); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = laptop(t, dir, "dev_a")
	put(t, s, Member{ID: "mem_0", Family: "Z"}, Member{ID: "mem_new", Family: "A"}, Member{ID: "mem_1", Family: "F001", MergedInto: "mem_2"})
	cards := ok(s.FirstMembers("fr", 3))(t)
	want := []string{"mem_new", "mem_2", "mem_3"}
	for i, c := range cards {
		if c.ID != want[i] {
			t.Errorf("row %d is %s, want %s", i, c.ID, want[i])
		}
	}
	if cards := ok(s.FirstMembers("fr", 300))(t); len(cards) != 300 {
		t.Errorf("%d cards", len(cards))
	}
}

func TestWhatWasHealedIsForgottenOnlyWhenAskedAndKeptAsAText(t *testing.T) {
	h := smallHome(t, 5)
	flip(t, filepath.Join(h.dir, h.base), 100)
	s := laptop(t, h.dir, "dev_a")
	list := s.Problems()
	if len(list) == 0 {
		t.Fatal("the damage is not named")
	}
	aside := ok(filepath.Glob(filepath.Join(h.dir, damagedName, "*")))(t)
	forgotten, where, err := s.Forget()
	if err != nil || !slices.Equal(forgotten, list) || len(s.Problems()) != 0 {
		t.Fatalf("%v %v; left %v", forgotten, err, s.Problems())
	}
	text := string(ok(os.ReadFile(filepath.Join(h.dir, where)))(t))
	for _, p := range list {
		if !strings.Contains(text, p.Where) || !strings.Contains(text, p.What) {
			t.Errorf("%v is not in the text:\n%s", p, text)
		}
	}
	for _, path := range aside {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
	if r, err := s.Check(); err != nil || len(r.Problems) != 0 {
		t.Errorf("check: %+v %v", r, err)
	}
	if _, where, err := s.Forget(); err != nil || where != "" {
		t.Errorf("nothing to forget: %q %v", where, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if list := laptop(t, h.dir, "dev_a").Problems(); len(list) != 0 {
		t.Errorf("it came back: %v", list)
	}
}
