package network

import (
	"context"
	"sync"
	"time"

	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
)

// gate is the bucket that the engine sees: the one that is chosen now. A person may choose another
// at any time; the engine keeps what it knows.
type gate struct {
	enter func(bucket.Remote) (bucket.Bucket, error)

	mu    sync.Mutex
	inner bucket.Bucket // nil when none is chosen
	spent bucket.Cost   // on buckets that were chosen before
	now   func() time.Time
	off   time.Duration // between the bucket's clock and ours, at the last listing
}

// lead opens the bucket of this remote from now on. Requests under way end on the old one.
func (g *gate) lead(remote bucket.Remote) error {
	var next bucket.Bucket
	if remote.Kind != "" {
		var err error
		if next, err = g.enter(remote); err != nil {
			return err
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inner != nil {
		g.spent = sum(g.spent, g.inner.Cost())
		_ = g.inner.Close() // only idle connections
	}
	g.inner = next
	return nil
}

func sum(a, b bucket.Cost) bucket.Cost {
	return bucket.Cost{
		List: a.List + b.List, Get: a.Get + b.Get, Put: a.Put + b.Put, Head: a.Head + b.Head, Delete: a.Delete + b.Delete,
		In: a.In + b.In, Out: a.Out + b.Out,
	}
}

func (g *gate) open() (bucket.Bucket, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inner == nil {
		return nil, fault.New("no_remote")
	}
	return g.inner, nil
}

func (g *gate) List(ctx context.Context, prefix, startAfter string) (bucket.Page, error) {
	b, err := g.open()
	if err != nil {
		return bucket.Page{}, err
	}
	page, err := b.List(ctx, prefix, startAfter)
	if err == nil {
		g.compare(page.ServerTime)
	}
	return page, err
}

// compare notes how far the clocks are apart; a bucket without one agrees with everybody.
func (g *gate) compare(theirs time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.off = 0
	if !theirs.IsZero() {
		g.off = g.now().Sub(theirs).Abs()
	}
}

func (g *gate) clockOff() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.off
}

func (g *gate) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	b, err := g.open()
	if err != nil {
		return nil, err
	}
	return b.Get(ctx, key, limit)
}

func (g *gate) Put(ctx context.Context, key string, body []byte) error {
	b, err := g.open()
	if err != nil {
		return err
	}
	return b.Put(ctx, key, body)
}

func (g *gate) Delete(ctx context.Context, key string) error {
	b, err := g.open()
	if err != nil {
		return err
	}
	return b.Delete(ctx, key)
}

// Cost never falls, whatever was chosen since.
func (g *gate) Cost() bucket.Cost {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inner == nil {
		return g.spent
	}
	return sum(g.spent, g.inner.Cost())
}

func (g *gate) Close() error { return g.lead(bucket.Remote{}) }
