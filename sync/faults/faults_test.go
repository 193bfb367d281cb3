package faults

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"example.org/carnet/build/devserver"
)

// CARNET_FAULT_ROUNDS=n makes as many rounds of each laptop in each kind of trouble.
func roundsOfTrouble() int {
	if n, err := strconv.Atoi(os.Getenv("CARNET_FAULT_ROUNDS")); err == nil && n > 0 {
		return n
	}
	return 3
}

// asksForAFullSnapshot lets one be written in the middle of trouble, twice if there is time.
func (p *pair) asksForAFullSnapshot(t *testing.T, round int) {
	t.Helper()
	if round%25 != 1 {
		return
	}
	if err := p.laptops[0].engine.Compact(); err != nil {
		t.Fatal(err)
	}
}

func chance(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(2026, seed)) }

func both(t toxic) []toxic {
	up, down := t, t
	up.Stream, down.Stream = "upstream", "downstream"
	return []toxic{up, down}
}

// Each kind of trouble gives the toxics of a round.
func TestWhateverHappensOnTheWayBothLaptopsEndWhole(t *testing.T) {
	for name, trouble := range map[string]func(r *rand.Rand, round int) []toxic{
		"latency of 50 to 2,000 ms": func(r *rand.Rand, round int) []toxic {
			latency := []int{50, 2000, 400}[round%3]
			if round >= 3 {
				latency = 50 + r.IntN(1951)
			}
			return both(toxic{Type: "latency", Toxicity: 1, Attributes: map[string]int{"latency": latency / 2}})
		},
		"latency that jitters": func(r *rand.Rand, _ int) []toxic {
			return both(toxic{Type: "latency", Toxicity: 1, Attributes: map[string]int{"latency": 150, "jitter": 140}})
		},
		"connections lost in silence": func(r *rand.Rand, _ int) []toxic {
			return both(toxic{Type: "timeout", Toxicity: 0.3, Attributes: map[string]int{"timeout": 0}})
		},
		"connections lost after a second": func(r *rand.Rand, _ int) []toxic {
			return both(toxic{Type: "timeout", Toxicity: 0.4, Attributes: map[string]int{"timeout": 1000}})
		},
		"16 kbit a second": func(*rand.Rand, int) []toxic { // its rates are whole kilobytes: 2 rather than 2.5 a second
			return both(toxic{Type: "bandwidth", Toxicity: 1, Attributes: map[string]int{"rate": 2}})
		},
		"answers cut in the middle": func(r *rand.Rand, _ int) []toxic {
			return []toxic{{Type: "limit_data", Stream: "downstream", Toxicity: 0.7, Attributes: map[string]int{"bytes": 1 + r.IntN(2500)}}}
		},
		"requests cut in the middle": func(r *rand.Rand, _ int) []toxic {
			return []toxic{{Type: "limit_data", Stream: "upstream", Toxicity: 0.7, Attributes: map[string]int{"bytes": 1 + r.IntN(2500)}}}
		},
		"connections reset": func(r *rand.Rand, _ int) []toxic {
			return []toxic{{Type: "reset_peer", Stream: "downstream", Toxicity: 0.6, Attributes: map[string]int{"timeout": r.IntN(20)}}}
		},
		"half open: requests arrive and answers do not": func(*rand.Rand, int) []toxic {
			return []toxic{{Type: "timeout", Stream: "downstream", Toxicity: 0.4, Attributes: map[string]int{"timeout": 0}}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, r := newPair(t, t.TempDir()), chance(uint64(len(name)))
			for round := range roundsOfTrouble() {
				p.asksForAFullSnapshot(t, round)
				for _, l := range p.laptops {
					p.proxies.spoil(l.name, trouble(r, round)...)
					_ = l.bucket.Close() // what was decided for open connections does not last
					l.writes(t, round)
					l.tries(t)
				}
			}
			for _, l := range p.laptops {
				p.proxies.spoil(l.name)
				_ = l.bucket.Close()
			}
			p.whole(t)
		})
	}
}

func TestAServerThatIsKilledAndStartedAgainLosesNothing(t *testing.T) {
	t.Parallel()
	p, r := newPair(t, t.TempDir()), chance(1)
	for round := range roundsOfTrouble() {
		p.asksForAFullSnapshot(t, round)
		killed := make(chan struct{})
		wait := time.Duration(r.IntN(80)) * time.Millisecond
		go func() {
			time.Sleep(wait)
			p.stop()
			close(killed)
		}()
		for _, l := range p.laptops {
			l.writes(t, round)
			l.tries(t)
		}
		<-killed
		p.laptops[round%2].tries(t) // nobody answers
		stop, err := devserver.StartVersitygwAt(p.dir, p.server)
		if err != nil {
			t.Fatal(err)
		}
		p.stop = stop
	}
	p.whole(t)
}

func TestAServerWhoseDiskIsFullLosesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := exec.Command("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", dir).Run(); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	p := newPair(t, dir)
	filler := filepath.Join(dir, "filler")
	for round := range roundsOfTrouble() {
		fill(t, filler, round%3)
		for _, l := range p.laptops {
			l.writes(t, round)
			l.tries(t)
		}
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		if round%4 == 3 {
			p.rounds(t)
		}
	}
	p.whole(t)
}

// fill leaves so many pages of a disk free.
func fill(t *testing.T, path string, left int) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	page, size := make([]byte, 4096), int64(0)
	for {
		n, err := file.Write(page)
		if size += int64(n); err != nil {
			break
		}
	}
	if err := file.Truncate(max(0, size-int64(left)*4096)); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}
