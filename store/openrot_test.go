package store

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

const rotScans = 5000

// rotten opens a home of some thousand scans and then damages blocks of the open tables, in the file and so in the
// memory that Badger maps it to. Scans are what no background reading has put in a cache.
func rotten(t *testing.T) *Store {
	t.Helper()
	dir := memoryDir(t)
	s := laptop(t, dir, "dev_a")
	ok(s.EditEach(benchSteps(rotScans, func(i int) Record {
		return Scan{ID: fmt.Sprintf("scn_%05d", i), Fact: ScanFact{Meeting: "mtg_1", Member: "mem_1", Kind: "in", At: int64(i), Nonce: fmt.Sprint(i)}}
	})))(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = laptop(t, dir, "dev_a")
	s.WaitDirectory()
	for _, path := range ok(filepath.Glob(filepath.Join(dir, viewName, "*.sst")))(t) {
		file := ok(os.OpenFile(path, os.O_RDWR, 0))(t)
		size := sizeOf(t, path)
		for at := size / 10; at < size*6/10; at += 4000 {
			if _, err := file.WriteAt([]byte{0xff, 0xee, 1, 2, 3, 4, 5}, int64(at)); err != nil {
				t.Fatal(err)
			}
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func scansThere(t *testing.T, s *Store) (n int) {
	t.Helper()
	for i := range rotScans {
		if _, err := Get[Scan](s, fmt.Sprintf("scn_%05d", i)); err == nil {
			n++
		}
	}
	return n
}

func TestATableDamagedWhileOpenIsFoundByTendingAndRebuilt(t *testing.T) {
	s := rotten(t)
	s.stopTending() // which one goroutine does, this one from here on
	if n := scansThere(t, s); n == rotScans {
		t.Fatal("nothing was damaged")
	}
	for range 20 {
		s.proveNext()
	}
	if n := scansThere(t, s); n != rotScans || len(s.Problems()) == 0 {
		t.Errorf("%d scans, problems %v", n, s.Problems())
	}
}

func TestAWalkThatIsCutShortIsAnErrorAndTheNextOneIsWhole(t *testing.T) {
	s := rotten(t)
	walk := func() (n int, failed error) {
		for _, err := range All[Scan](s) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}
	if n, err := walk(); err == nil {
		t.Errorf("%d of %d scans and no error", n, rotScans)
	}
	if n, err := walk(); n != rotScans || err != nil {
		t.Errorf("%d of %d scans, %v", n, rotScans, err)
	}
}
