package simulation

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"testing/cryptotest"
	"time"

	"example.org/carnet/sync/signed"
)

// TestLaptopsAgreeAndLoseNothingWhateverHappens plays as many seeds as CARNET_SEEDS says from
// CARNET_FIRST on, or the one in CARNET_SEED that a failure printed.
func TestLaptopsAgreeAndLoseNothingWhateverHappens(t *testing.T) {
	defer spendMemory()()
	first, count := number("CARNET_FIRST", 1), number("CARNET_SEEDS", 20)
	if seed := number("CARNET_SEED", 0); seed > 0 {
		first, count = seed, 1
	}
	run := &run{first: first, count: count, begin: time.Now(), said: time.Now(), sum: sha256.New()}
	for seed := first; seed < first+count && len(run.failed) < mostFailed; seed++ {
		if !t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { run.took(seed, play(t, seed, &run.total)) }) {
			run.failed = append(run.failed, fmt.Sprint(seed))
		}
		run.progress(seed)
	}
	run.end()
}

// TestASeedReplaysToTheLetter plays some seeds twice, the second time on one processor: what comes in another order must not matter.
func TestASeedReplaysToTheLetter(t *testing.T) {
	all := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(all)
	for _, seed := range []uint64{2, 5, 9, 17, 19, 49} {
		var traces []string
		for _, processors := range []int{all, 1} {
			runtime.GOMAXPROCS(processors)
			t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { traces = append(traces, play(t, seed, &figures{})) })
		}
		if len(traces) == 2 && traces[0] != traces[1] {
			t.Errorf("seed %d went two ways: %v; CARNET_TRACE=file writes down what happens", seed, traces)
		}
	}
}

// TestSeedsThatFailedOnceHold plays those above the five hundred of every test that once found something, as docs/RELIABILITY.md says.
func TestSeedsThatFailedOnceHold(t *testing.T) {
	defer spendMemory()()
	for _, seed := range []uint64{709, 1039, 1299, 1350, 2099, 2173, 2739, 3002, 3141, 3188, 3264, 3631, 3692, 3767, 3788, 3800, 4239, 4949, 5279, 6112, 6133, 6199, 6281, 6429,
		6593, 6760, 7399, 8149, 8529, 8689, 9652, 12569, 12653, 12902, 13268, 13794, 16089, 16299, 16670, 16729, 18899, 19241, 19319, 19349} {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { play(t, seed, &figures{}) })
	}
}

// mostFailed is after how many failures a run gives up.
const mostFailed = 10

// run is many seeds played one after the other.
type run struct {
	first, count uint64
	begin, said  time.Time
	total        figures
	failed       []string
	sum          hash.Hash // of all traces
}

func (r *run) took(seed uint64, trace string) {
	_, _ = io.WriteString(r.sum, trace)
	if r.count == 1 {
		fmt.Printf("simulation: seed %d: trace %s\n", seed, trace)
	}
}

// progress says every ten seconds how far it is, and at once what failed.
func (r *run) progress(seed uint64) {
	failed := len(r.failed) > 0 && r.failed[len(r.failed)-1] == fmt.Sprint(seed)
	if failed {
		fmt.Printf("simulation: seed %d failed; again: make sim SEED=%d\n", seed, seed)
	}
	if failed || time.Since(r.said) > 10*time.Second {
		r.said = time.Now()
		fmt.Printf("simulation: %d of %d seeds from %d on, %d failed, %s\n", seed-r.first+1, r.count, r.first, len(r.failed), time.Since(r.begin).Round(time.Second))
	}
}

func (r *run) end() {
	found := "every one found again"
	if len(r.failed) > 0 {
		found = "failed: seeds " + strings.Join(r.failed, ", ")
	}
	fmt.Printf("simulation: from seed %d: %s; %s; trace %x; %s\n", r.first, r.total, found, r.sum.Sum(nil)[:8], time.Since(r.begin).Round(time.Second))
}

// spendMemory looks for garbage seldom while there is little of it, and in time before hundreds of open stores fill the machine.
func spendMemory() (done func()) {
	percent, limit := debug.SetGCPercent(400), debug.SetMemoryLimit(mostMemory)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}

// mostMemory is what one process that plays takes; what the disks in memory hold comes to that.
const mostMemory = 5 << 30

func number(name string, otherwise uint64) uint64 {
	if n, err := strconv.ParseUint(os.Getenv(name), 10, 64); err == nil {
		return n
	}
	return otherwise
}

// figures is what was played in all.
type figures struct{ seeds, laptops, acts, changes, largest int }

func (f figures) String() string {
	return fmt.Sprintf("%d networks, %d laptops (at most %d in one), %d acts, %d acknowledged changes", f.seeds, f.laptops, f.largest, f.acts, f.changes)
}

// copyOfTrace is where the trace goes besides, to compare two plays: CARNET_TRACE names the file.
func copyOfTrace() io.Writer {
	if path := os.Getenv("CARNET_TRACE"); path != "" {
		if file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600); err == nil {
			return file
		}
	}
	return nil
}

// size of a world: most are small, since small ones find most; some are as large as a network gets.
type size struct{ offices, laptops, acts, quiets int }

const mostLaptops = 250

func sizeOf(w uint64) size {
	switch {
	case w%1000 == 999:
		return size{offices: 15, laptops: 220, acts: 1500, quiets: 1}
	case w%50 == 49:
		return size{offices: 6, laptops: 24, acts: 400, quiets: 2}
	case w%10 == 9:
		return size{offices: 3, laptops: 8, acts: 200, quiets: 2}
	}
	return size{offices: 2, laptops: 4, acts: 80, quiets: 2}
}

// mostRemembered is how many good signatures are remembered of one network, whose laptops all read the same objects.
const mostRemembered = 100_000

func play(t *testing.T, seed uint64, total *figures) string {
	cryptotest.SetGlobalRandom(t, seed)
	rand.Reader = newApart(rand.Reader) // taken back with what it stands on
	t.Cleanup(signed.Remember(mostRemembered))
	s := sizeOf(seed)
	w := newWorld(t, seed, s)
	for range s.quiets {
		for range s.acts / s.quiets {
			w.act()
		}
		w.check()
	}
	trace := w.trace.String()
	total.seeds++
	total.laptops += len(w.laptops)
	total.largest = max(total.largest, len(w.laptops))
	total.acts += s.acts
	total.changes += len(w.acks)
	return trace
}
