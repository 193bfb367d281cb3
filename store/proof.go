package store

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Badger leaves out a table, or the rest of one, whose checksum is wrong, without a word: a record would
// read as absent, and compaction would make that permanent. So the store keeps its own checksum of every file
// of the view and looks at them before Badger does.
//
// proofName stands while the view is closed and vouches for all its files. While it is open, the same list
// stands under openProofName and vouches for the tables that were there; tables never change.
const (
	proofName     = "view-sums"
	openProofName = "view-sums.open"

	// The number is that of the view's form: which rows follow from a record. It rises when they change, and a view of
	// another form is built anew.
	proofWords = "carnet view sums "
	proofHead  = proofWords + "2\n"
)

var errOtherForm = errors.New("the view was made by another version")

type fileSum struct {
	size int64
	crc  uint32
}

// proveView says what is wrong with the view's files, nil when they may be opened.
func (s *Store) proveView() error {
	if _, err := os.Stat(s.path(viewName)); errors.Is(err, fs.ErrNotExist) {
		return errNoView
	}
	if err := s.dropLogs(); err != nil {
		return err
	}
	sums, err := s.readProof(proofName)
	if errors.Is(err, fs.ErrNotExist) {
		return s.proveAfterStop()
	}
	if err != nil {
		return err
	}
	if err := s.compareFiles(sums); err != nil {
		return err
	}
	return diskFault(s.path(proofName), os.Rename(s.path(proofName), s.path(openProofName)))
}

// dropLogs removes Badger's write-ahead logs unread; a view that was closed has none. With several of them a
// flipped bit in an older one would leave a hole below a newer one. What they held is in the journal, and the tables
// alone are the view as it was some frames ago: memtables become tables one after the other.
func (s *Store) dropLogs() error {
	logs, err := filepath.Glob(s.path(filepath.Join(viewName, "*.mem")))
	for i := 0; err == nil && i < len(logs); i++ {
		err = os.Remove(logs[i])
	}
	return diskFault(s.path(viewName), err)
}

// proveAfterStop looks at a view that was not closed. A table that nobody vouches for is not trusted.
func (s *Store) proveAfterStop() error {
	sums, err := s.readProof(openProofName)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	tables, err := filepath.Glob(s.path(filepath.Join(viewName, "*.sst")))
	if err != nil {
		return err
	}
	for _, path := range tables {
		if _, known := sums[filepath.Base(path)]; !known {
			return fmt.Errorf("table %s was written shortly before a sudden stop", filepath.Base(path))
		}
	}
	for name := range sums {
		if _, err := os.Stat(s.path(filepath.Join(viewName, name))); err != nil || !strings.HasSuffix(name, ".sst") {
			delete(sums, name)
		}
	}
	if err := s.compareFiles(sums); err != nil {
		return err
	}
	return s.writeProof(openProofName, sums)
}

// compareFiles reads the files, two at a time, and compares them with their sums.
func (s *Store) compareFiles(sums map[string]fileSum) error {
	names := make(chan string, len(sums))
	for name := range sums {
		names <- name
	}
	close(names)
	errs := make([]error, 2)
	var both sync.WaitGroup
	for i := range errs {
		both.Go(func() {
			for name := range names {
				got, err := sumFile(s.path(filepath.Join(viewName, name)), sums[name].size)
				if err == nil && got != sums[name] {
					err = fmt.Errorf("file %s is not as it was written", name)
				}
				if err != nil && errs[i] == nil {
					errs[i] = err
				}
			}
		})
	}
	both.Wait()
	return firstError(errs)
}

// sumFile reads a file through a small buffer, so that checking costs no memory.
func sumFile(path string, size int64) (sum fileSum, err error) {
	file, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || size >= 0 && info.Size() != size {
		return fileSum{size: -1}, err
	}
	h := crc32.New(castagnoli)
	sum.size, err = io.CopyBuffer(h, struct{ io.Reader }{file}, make([]byte, max(1, min(info.Size(), 256<<10))))
	sum.crc = h.Sum32()
	return sum, err
}

// sealView vouches for all files of the view, after it was closed.
func (s *Store) sealView() error {
	known, _ := s.readProof(openProofName) // tables never change: what was proved need not be read again
	sums, err := s.sumView(known, func(string) bool { return true })
	if err == nil {
		err = s.writeProof(proofName, sums)
	}
	if err == nil {
		_ = os.Remove(s.path(openProofName))
	}
	return err
}

// vouchTables notes the tables that Badger has made since, so that a sudden stop costs no rebuilding.
func (s *Store) vouchTables() error {
	known, err := s.readProof(openProofName)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	complete, fresh := s.tableNames(), false
	for name := range complete {
		_, old := known[name]
		fresh = fresh || !old
	}
	if !fresh {
		return nil
	}
	sums, err := s.sumView(known, func(name string) bool { return complete[name] })
	if err != nil {
		return err
	}
	return s.writeProof(openProofName, sums)
}

// proveNext compares the next table of the open view with its sum: Badger passes over a block that became damaged since
// the start, and a record in it reads as absent. One at a time, all of them come round in some minutes.
func (s *Store) proveNext() {
	sums, err := s.readProof(openProofName)
	if err != nil {
		return
	}
	name := nextName(s.tableNames(), s.proved)
	s.proved = name
	sum, vouched := sums[name]
	if !vouched {
		return
	}
	got, err := sumFile(s.path(filepath.Join(viewName, name)), sum.size)
	if err == nil && got != sum && s.tableNames()[name] {
		s.healAfterRead(fmt.Errorf("%w: file %s is not as it was written", errView, name))
	}
}

// nextName gives the name after this one in order, the first after the last.
func nextName(names map[string]bool, after string) (next string) {
	sorted := slices.Sorted(maps.Keys(names))
	for _, name := range sorted {
		if name > after {
			return name
		}
	}
	if len(sorted) == 0 {
		return ""
	}
	return sorted[0]
}

// tableNames gives the files of the tables that Badger has finished and uses.
func (s *Store) tableNames() map[string]bool {
	s.viewMu.RLock()
	defer s.viewMu.RUnlock()
	names := map[string]bool{}
	if s.isClosed() {
		return names
	}
	for _, table := range s.view.db.Tables() {
		names[fmt.Sprintf("%06d.sst", table.ID)] = true
	}
	return names
}

func (s *Store) sumView(known map[string]fileSum, pick func(string) bool) (map[string]fileSum, error) {
	list, err := os.ReadDir(s.path(viewName))
	if err != nil {
		return nil, err
	}
	sums := map[string]fileSum{}
	for _, entry := range list {
		name := entry.Name()
		if name == "LOCK" || !pick(name) {
			continue
		}
		if sum, ok := known[name]; ok && strings.HasSuffix(name, ".sst") {
			sums[name] = sum
			continue
		}
		if sums[name], err = sumFile(s.path(filepath.Join(viewName, name)), -1); err != nil {
			return nil, err
		}
	}
	return sums, nil
}

// dropProof makes sure that nobody trusts the view's files at the next Open.
func (s *Store) dropProof() {
	_ = os.Remove(s.path(proofName))
	_ = os.Remove(s.path(openProofName))
}

func (s *Store) writeProof(name string, sums map[string]fileSum) error {
	var b strings.Builder
	b.WriteString(proofHead)
	for file, sum := range sums {
		fmt.Fprintf(&b, "%s %d %08x\n", file, sum.size, sum.crc)
	}
	fmt.Fprintf(&b, "%08x\n", crc32.Checksum([]byte(b.String()), castagnoli))
	return replaceFile(s.path(name), []byte(b.String()))
}

func (s *Store) readProof(name string) (map[string]fileSum, error) {
	b, err := os.ReadFile(s.path(name))
	if err != nil {
		return nil, err
	}
	bad := fmt.Errorf("%s cannot be read", name)
	text := string(b)
	if len(text) < len(proofHead)+9 || !strings.HasPrefix(text, proofWords) ||
		text[len(text)-9:] != fmt.Sprintf("%08x\n", crc32.Checksum(b[:len(b)-9], castagnoli)) {
		return nil, bad
	}
	if !strings.HasPrefix(text, proofHead) {
		return nil, errOtherForm
	}
	sums := map[string]fileSum{}
	for line := range strings.Lines(text[len(proofHead) : len(text)-9]) {
		line = strings.TrimSuffix(line, "\n")
		parts := strings.Split(line, " ")
		if len(parts) != 3 || filepath.Base(parts[0]) != parts[0] {
			return nil, bad
		}
		size, err := strconv.ParseInt(parts[1], 10, 64)
		crc, err2 := strconv.ParseUint(parts[2], 16, 32)
		if err != nil || err2 != nil {
			return nil, bad
		}
		sums[parts[0]] = fileSum{size, uint32(crc)}
	}
	return sums, nil
}
