package sync

import (
	"context"
	"fmt"
	"iter"
	"sync/atomic"
	"testing"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
)

// counted counts what is asked for once a round was stopped.
type counted struct {
	bucket.Bucket
	stopped atomic.Bool
	after   atomic.Int64
}

func (c *counted) count() {
	if c.stopped.Load() {
		c.after.Add(1)
	}
}

func (c *counted) List(ctx context.Context, prefix, after string) (bucket.Page, error) {
	c.count()
	return c.Bucket.List(ctx, prefix, after)
}

func (c *counted) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	c.count()
	return c.Bucket.Get(ctx, key, limit)
}

func (c *counted) Put(ctx context.Context, key string, body []byte) error {
	c.count()
	return c.Bucket.Put(ctx, key, body)
}

// stoppedAt lets a laptop make a round that is stopped as soon as a stage has come so far, and tells how many requests it began afterwards.
func (l *laptop) stoppedAt(stage string, done int64) int64 {
	l.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	line := &counted{Bucket: l.way}
	was := l.engine.Bucket
	l.engine.Bucket = line
	for _, p := range l.engine.places {
		p.Bucket = line
	}
	left := int64(1)
	l.engine.Progress = func(s string, d, total int64) {
		if s == stage && d >= done && !line.stopped.Load() {
			if left = total - d; stage == "full_parts" {
				left = 1 // those of the other offices
			}
			line.stopped.Store(true)
			stop()
		}
	}
	l.way.clock.wait(1000)
	_, err := l.engine.Round(ctx)
	if !line.stopped.Load() {
		l.t.Fatalf("%s was over before it was stopped: %v", stage, err)
	}
	if left == 0 {
		l.t.Errorf("%s: nothing was left to do", stage)
	}
	if err == nil || !fault.Is(err, "timeout") {
		l.t.Errorf("%s, stopped, says %v", stage, err)
	}
	l.engine.Bucket, l.engine.Progress = was, nil
	for _, p := range l.engine.places {
		p.Bucket = l.way
	}
	return line.after.Load()
}

// A round that is stopped begins nothing more: what is on its way ends with the caller's context, so how long a transfer would have gone on makes
// no difference.
func TestARoundThatIsStoppedAsksForNothingMore(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	for n := range 40 {
		if err := f.engine.AddOffice(roster.Office{ID: fmt.Sprintf("off_%02d", n), Name: "Bureau"}); err != nil {
			t.Fatal(err)
		}
		f.put(person(n, "Exemple", fmt.Sprintf("off_%02d", n), "450 555-0101"))
	}
	b := o.newcomer(f, "B", home, roster.Reader)
	b.startsFar(1000)
	stopped := func(l *laptop, stage string, most int64) {
		t.Helper()
		if after := l.stoppedAt(stage, 1); after > most {
			t.Errorf("%s: %d requests after it was stopped, at most %d", stage, after, most)
		}
	}
	// Each of many deltas on its way out, then on its way in.
	for n := range 120 {
		f.put(store.Meeting{ID: fmt.Sprintf("mtg_%016d", n), Title: big(n)})
	}
	stopped(f, "publish", 0)
	f.round()
	f.writes(100, 100)
	stopped(b, "receive", 0)
	b.round()
	// The parts of a full snapshot out, then in.
	if err := f.engine.Compact(); err != nil {
		t.Fatal(err)
	}
	stopped(f, "full_parts", 0)
	stopped(f, "full", 1) // a stage is told between two parts
	f.round()
	o.days(1, f)
	c := o.newcomer(f, "C", home, roster.Admin)
	c.startsFar(3)
	stopped(c, "begin", fewParts)
	if len(c.engine.gens.origin.Places) != 0 {
		t.Error("C began though it was stopped")
	}
	c.round()
	o.agree(f, b, c)
}

// big is a text that fills a good part of a delta.
func big(n int) string {
	text := make([]byte, 60_000)
	for i := range text {
		text[i] = 'a' + byte((i*i*7+i*n*13+n)%26)
	}
	return string(text)
}

// Long walks over what is here ask now and then.
func TestALongWalkEndsSoonAfterItIsStopped(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	_, err := f.store.EditEach(func(yield func(func(*store.Tx) error) bool) {
		for n := range 3000 {
			if !yield(func(tx *store.Tx) error { _, err := tx.Put(member(n, "Exemple")); return err }) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	r := &round{Engine: f.engine, ctx: ctx}
	walked := 0
	for _, err := range r.untilStopped(countTo(f.store, &walked)) {
		if walked == 2000 {
			stop()
		}
		if err != nil && !fault.Is(err, "timeout") {
			t.Fatal(err)
		}
	}
	if walked > 2000+askedEvery {
		t.Errorf("went on to %d", walked)
	}
	if _, _, err := f.store.SumUpTo(f.store.Frontier(), "", r.going); !fault.Is(err, "timeout") {
		t.Errorf("the sum says %v", err)
	}
}

func countTo(s *store.Store, walked *int) iter.Seq2[store.Change, error] {
	return func(yield func(store.Change, error) bool) {
		for c, err := range s.ChangesUpTo(s.Frontier(), "") {
			*walked++
			if !yield(c, err) {
				return
			}
		}
	}
}
