package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/store"
)

// openCommand makes this program open a home and say how long it took, so that what is measured is
// a fresh process with nothing in its memory.
const openCommand = "open-home"

// opened is what the fresh process tells.
type opened struct {
	FirstPage, Search time.Duration // since the process was started
	Resident, Peak    int64         // bytes, 0 where the system does not tell
	Members, Scans    int
}

const openRuns = 5

// measureOpen opens the large home several times and takes the median of each figure.
func (b *bench) measureOpen() error {
	s, err := b.openHome("large", "benchlaptop")
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	if err := b.fillScans(s); err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	var first, search []time.Duration
	var last opened
	var resident, peak int64 // the most of any run
	for range openRuns {
		if last, err = b.openFresh(); err != nil {
			return err
		}
		first, search = append(first, last.FirstPage), append(search, last.Search)
		resident, peak = max(resident, last.Resident), max(peak, last.Peak)
	}
	what := fmt.Sprintf("open a home with %d members, %d scans: ", last.Members, last.Scans)
	b.table.row(what+"first page", "200 ms", "median "+short(at(50, first)), at(50, first) <= 200*time.Millisecond)
	b.table.row("  search ready", "1 s", "median "+short(at(50, search)), at(50, search) <= time.Second)
	b.table.row("  resident when it is", "250 MB", fmt.Sprintf("%d MB, the most of %d openings (peak %d MB)", resident/1e6, openRuns, peak/1e6), resident <= 250e6)
	return nil
}

func (b *bench) openFresh() (o opened, err error) {
	self, err := os.Executable()
	if err != nil {
		return o, err
	}
	command := exec.Command(self, openCommand, b.path("large"), strconv.FormatInt(time.Now().UnixNano(), 10))
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return o, err
	}
	return o, json.Unmarshal(out, &o)
}

func openHere(args []string) {
	if err := openAndTell(args[0], args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "open:", err)
		os.Exit(1)
	}
}

func openAndTell(dir, startedAt string) error {
	nanos, err := strconv.ParseInt(startedAt, 10, 64)
	if err != nil {
		return err
	}
	started := time.Unix(0, nanos)
	s, err := store.Open(dir, store.Options{Key: homeKey, Device: "benchlaptop"})
	if err != nil {
		return err
	}
	page, err := s.FirstMembers("fr", 50)
	if err != nil || len(page) == 0 {
		return fmt.Errorf("no first page: %w", err)
	}
	var o opened
	o.FirstPage = time.Since(started)
	s.WaitDirectory()
	o.Search = time.Since(started)
	o.Members, o.Scans = s.Count(store.KindMember), s.Count(store.KindScan)
	o.Resident, o.Peak = memoryOf("VmRSS"), memoryOf("VmHWM")
	if err := json.NewEncoder(os.Stdout).Encode(o); err != nil {
		return err
	}
	return s.Close()
}

// memoryOf reads a line of Linux's account of this process, in bytes.
func memoryOf(line string) int64 {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ":")
		if name == line {
			kib, _ := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			return kib << 10
		}
	}
	return 0
}
