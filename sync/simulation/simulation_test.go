package simulation

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"testing/cryptotest"
	"time"
)

// TestLaptopsAgreeAndLoseNothingWhateverHappens plays as many seeds as CARNET_SEEDS says from
// CARNET_FIRST on, or the one in CARNET_SEED that a failure printed.
func TestLaptopsAgreeAndLoseNothingWhateverHappens(t *testing.T) {
	first, count := number("CARNET_FIRST", 1), number("CARNET_SEEDS", 20)
	if seed := number("CARNET_SEED", 0); seed > 0 {
		first, count = seed, 1
	}
	begin, last := time.Now(), time.Now()
	var total figures
	for seed := first; seed < first+count; seed++ {
		ok := t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { play(t, seed, &total) })
		if !ok {
			return
		}
		if time.Since(last) > 10*time.Second {
			last = time.Now()
			fmt.Printf("simulation: %d of %d seeds, %s\n", seed-first+1, count, time.Since(begin).Round(time.Second))
		}
	}
	fmt.Printf("simulation: seeds %d to %d: %s in %s\n", first, first+count-1, total, time.Since(begin).Round(time.Second))
}

func number(name string, otherwise uint64) uint64 {
	if n, err := strconv.ParseUint(os.Getenv(name), 10, 64); err == nil {
		return n
	}
	return otherwise
}

// figures is what was played in all.
type figures struct{ seeds, laptops, acts, changes, largest int }

func (f figures) String() string {
	return fmt.Sprintf("%d networks, %d laptops (at most %d in one), %d acts, %d acknowledged changes, every one found again", f.seeds, f.laptops, f.largest, f.acts, f.changes)
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

func play(t *testing.T, seed uint64, total *figures) {
	cryptotest.SetGlobalRandom(t, seed)
	s := sizeOf(seed)
	w := newWorld(t, seed, s)
	for range s.quiets {
		for range s.acts / s.quiets {
			w.act()
		}
		w.check()
	}
	total.seeds++
	total.laptops += len(w.laptops)
	total.largest = max(total.largest, len(w.laptops))
	total.acts += s.acts
	total.changes += len(w.acks)
}
