package simulation

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
)

// A seed replays to the letter: the same acts, the same weather on every request, the same bytes in the bucket. What the engine
// does at once therefore never draws from one source in the order in which it comes: each request has luck of its own, by what it
// asks for and how often that was asked before, and what runs beside the world's own goroutine has random bytes of its own.

// luckOf is the chance of one request: who asks, for what, and for which time.
func luckOf(seed uint64, who, what string, nth int) *rand.Rand {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s %d", seed, who, what, nth))
	return rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum[:]), binary.BigEndian.Uint64(sum[8:])))
}

// apart gives the goroutine that plays the world the bytes of the seed, and every other one bytes of another source: Badger and
// the store seal what is at rest beside it, when they get to it.
type apart struct {
	player uintptr
	seed   io.Reader
	mu     sync.Mutex
	others *rand.ChaCha8
}

func newApart(from io.Reader) *apart {
	return &apart{player: goroutine(), seed: from, others: rand.NewChaCha8([32]byte{1})}
}

func (a *apart) Read(b []byte) (int, error) {
	if goroutine() == a.player {
		return a.seed.Read(b)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.others.Read(b)
}

// goroutine names the one that asks by the call it began with: those that it starts begin elsewhere.
func goroutine() uintptr {
	var room [96]uintptr
	calls := room[:]
	n := runtime.Callers(0, calls)
	for ; n == len(calls); n = runtime.Callers(0, calls) {
		calls = make([]uintptr, 2*n)
	}
	return calls[n-2] // the last is the end of every goroutine
}

// trace is the sum of all that happened: acts, requests and their answers, states in quiet. Two plays of a seed have the same.
type trace struct {
	mu    sync.Mutex
	sum   hash.Hash
	asked []string // requests since the last act; they may have been under way at once
	copy  io.Writer
}

func newTrace(to io.Writer) *trace { return &trace{sum: sha256.New(), copy: to} }

// request notes one request and its answer.
func (t *trace) request(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.asked = append(t.asked, line)
}

// note adds what happened, after what was asked before it.
func (t *trace) note(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.Sort(t.asked)
	for _, each := range append(t.asked, line) {
		_, _ = io.WriteString(t.sum, each+"\n")
		if t.copy != nil {
			_, _ = io.WriteString(t.copy, each+"\n")
		}
	}
	t.asked = t.asked[:0]
}

func (t *trace) String() string {
	t.note("end")
	return hex.EncodeToString(t.sum.Sum(nil)[:8])
}
