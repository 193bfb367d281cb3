package store

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAViewThatIsGoneIsRebuilt(t *testing.T) {
	h, _ := diverseHome(t)
	h.withoutView(t).reopen(t, true)
}

// largeFile is beyond what can be opened once for each byte: Badger's DISCARD has a million, nearly all of them 0.
const largeFile = 16 << 10 // bytes

func TestAByteFlippedAnywhereInTheViewIsFoundAndTheViewRebuilt(t *testing.T) {
	h, _ := diverseHome(t)
	for _, entry := range ok(os.ReadDir(filepath.Join(h.dir, viewName)))(t) {
		if entry.Name() == "LOCK" {
			continue
		}
		size := sizeOf(t, filepath.Join(h.dir, viewName, entry.Name()))
		total, apart := size, 1
		if size > largeFile {
			total, apart = 200, size/200
		}
		t.Run(entry.Name(), func(t *testing.T) {
			h.atEach(t, total, 4, func(t *testing.T, c home, at int) {
				flip(t, filepath.Join(c.dir, viewName, entry.Name()), at*apart)
				c.reopen(t, true)
			})
		})
	}
}

// Every file of a closed view is compared with its sum before Badger sees it. Here each byte meets the sums, also in large
// files: what they do not find is all that could get past the test above.
func TestTheSumsFindAByteFlippedAnywhereInTheView(t *testing.T) {
	h, _ := diverseHome(t)
	sums := ok((&Store{dir: h.dir}).readProof(proofName))(t)
	const piece = 4 << 10 // bytes, in one copy of the home
	for name, sum := range sums {
		t.Run(name, func(t *testing.T) {
			h.atEach(t, (int(sum.size)+piece-1)/piece, 8, func(t *testing.T, c home, at int) {
				from := at * piece
				c.everySum(t, name, sum, from, min(from+piece, int(sum.size)))
			})
		})
	}
}

// everySum flips the bytes of one stretch of a file in turn, and compares with its sum.
func (h home) everySum(t *testing.T, name string, sum fileSum, from, to int) {
	t.Helper()
	s, path := &Store{dir: h.dir}, filepath.Join(h.dir, viewName, name)
	whole := ok(os.ReadFile(path))(t)
	file := ok(os.OpenFile(path, os.O_WRONLY, 0))(t)
	defer file.Close()
	compare := func(at int, b byte) error {
		if _, err := file.WriteAt([]byte{b}, int64(at)); err != nil {
			t.Fatal(err)
		}
		return s.compareFiles(map[string]fileSum{name: sum})
	}
	for at := from; at < to; at += stride(to-from, 20) {
		if compare(at, whole[at]^1<<(at%8)) == nil {
			t.Fatalf("%s byte %d is not found", name, at)
		}
		if _, err := file.WriteAt(whole[at:at+1], int64(at)); err != nil {
			t.Fatal(err)
		}
	}
	if err := compare(from, whole[from]); err != nil {
		t.Fatal("the file is whole:", err)
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
