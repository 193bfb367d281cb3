package faults

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync"
	"example.org/carnet/sync/roster"
)

// patience is how long a cancelled transfer may go on: long enough for any machine, short of the transfer itself.
const patience = 20 * time.Second

// much gives members with notes that do not shrink: some 7 MB on the wire, in several objects.
func much() iter.Seq[func(*store.Tx) error] {
	r := chance(7)
	return func(yield func(func(*store.Tx) error) bool) {
		for n := range 12_000 {
			if !yield(func(tx *store.Tx) error {
				_, err := tx.Put(store.Member{ID: fmt.Sprintf("mem_%016d", n), Family: "Long", Office: office, Notes: noise(r, 700)})
				return err
			}) {
				return
			}
		}
	}
}

func noise(r *rand.Rand, length int) string {
	var b strings.Builder
	for range length {
		b.WriteByte(byte('!' + r.IntN(90)))
	}
	return b.String()
}

// slowly lets a laptop's line carry so many kilobytes a second each way; 0 is all it can.
func (p *pair) slowly(l *laptop, rate int) {
	p.t.Helper()
	var toxics []toxic
	if rate > 0 {
		toxics = both(toxic{Type: "bandwidth", Toxicity: 1, Attributes: map[string]int{"rate": rate}})
	}
	p.proxies.spoil(l.name, toxics...)
	_ = l.bucket.Close()
}

// cancelled lets a laptop make a round that is cancelled soon after a stage has come so far, and is over within a second of it.
func (p *pair) cancelled(l *laptop, stage string, done int64) {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	told := make(chan struct{}, 1)
	l.engine.Progress = func(s string, have, of int64) {
		if have > of {
			p.t.Errorf("%s: %d of %d", s, have, of)
		}
		if s == stage && have >= done {
			select {
			case told <- struct{}{}:
			default:
			}
		}
	}
	stopped := make(chan time.Time, 1)
	go func() {
		<-told
		time.Sleep(150 * time.Millisecond) // into the next object
		stopped <- time.Now()
		cancel()
	}()
	_, err := l.engine.Round(ctx)
	ended := time.Now()
	l.engine.Progress = nil
	if err == nil {
		p.t.Fatal("the round was over before it was cancelled")
	}
	if code := fault.CodeOf(err); !strings.HasPrefix(code, "bucket_") && code != "timeout" {
		p.t.Errorf("the cancelled round says %v", err)
	}
	at := <-stopped
	p.t.Logf("it stopped after %s", ended.Sub(at).Round(time.Millisecond))
	if ended.Sub(at) > patience {
		p.t.Errorf("it went on for %s", ended.Sub(at))
	}
}

func TestALongTransferTellsHowFarItIsStopsWhenToldAndGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	p := newPair(t, t.TempDir())
	a, b := p.laptops[0], p.laptops[1]
	if _, err := a.store.EditEach(much()); err != nil {
		t.Fatal(err)
	}
	number := func() int { return int(a.engine.Seen()[a.engine.Device()].Number) }
	before, begun := number(), a.bucket.Cost().Put
	p.slowly(a, 3000)
	p.cancelled(a, "publish", 1)
	out := number()
	if left, err := a.engine.Waiting(1 << 30); out == before || left == 0 || err != nil {
		t.Fatalf("%d deltas are out, %d changes left, %v", out-before, left, err)
	}
	p.slowly(a, 0)
	p.rounds(t)
	if puts, deltas := a.bucket.Cost().Put-begun, number()-before; puts > deltas+1 {
		t.Errorf("%d PUTs for %d deltas, of which one was interrupted", puts, deltas)
	}
	if !p.same() {
		t.Error("b has something else")
	}
	t.Logf("%d deltas, %d of them before it was stopped", number()-before, out-before)
	p.rounds(t)
	if _, twins, garbage := p.sweep(t); twins+garbage > 0 {
		t.Errorf("%d twins, %d garbage", twins, garbage)
	}
	p.compacts(a)
	p.begins(b)
}

// compacts writes a full snapshot, stopped after its first part.
func (p *pair) compacts(a *laptop) {
	p.t.Helper()
	if err := a.engine.Compact(); err != nil {
		p.t.Fatal(err)
	}
	begun := a.bucket.Cost().Put
	p.slowly(a, 3000)
	p.cancelled(a, "full_parts", 1)
	p.slowly(a, 0)
	p.rounds(p.t)
	fulls, puts := p.count("full/"), a.bucket.Cost().Put-begun
	p.t.Logf("%d objects of a full snapshot in %d PUTs", fulls, puts)
	if fulls < 4 || puts > fulls+3 { // one was interrupted, and deltas may tell of it
		p.t.Errorf("%d PUTs for %d objects of a full snapshot", puts, fulls)
	}
}

func (p *pair) count(prefix string) int {
	p.t.Helper()
	page, err := p.laptops[1].bucket.List(context.Background(), prefix, "")
	if err != nil {
		p.t.Fatal(err)
	}
	return len(page.Objects)
}

// begins lets a third laptop begin from the full snapshot over a slow line, stopped in the middle.
func (p *pair) begins(b *laptop) {
	p.t.Helper()
	i, s, err := p.laptops[0].engine.Invite(office, roster.Coordinator, "Dominique Exemple", time.Now().Add(time.Hour))
	if err != nil {
		p.t.Fatal(err)
	}
	c := p.laptop("c")
	p.laptops = p.laptops[:2]
	if c.engine, err = sync.Join(p.options(c), i, s); err != nil {
		p.t.Fatal(err)
	}
	for _, l := range []*laptop{p.laptops[0], c, p.laptops[0]} {
		if _, err := l.engine.Round(context.Background()); err != nil {
			p.t.Fatal(err)
		}
	}
	p.slowly(c, 3000)
	before := c.bucket.Cost()
	p.cancelled(c, "begin", 1)
	middle := c.bucket.Cost()
	p.slowly(c, 0)
	p.laptops = append(p.laptops, c)
	for range 3 {
		p.rounds(p.t)
	}
	again := c.bucket.Cost().Since(middle)
	p.t.Logf("c received %d KB before it was stopped and %d KB after", middle.Since(before).In>>10, again.In>>10)
	if c.store.Digest() != b.store.Digest() {
		p.t.Error("c has something else")
	}
}
