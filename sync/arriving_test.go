package sync

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
)

// stalling answers for parts of full snapshots, but for the last of them, which it keeps back.
type stalling struct {
	bucket.Bucket
	key     string
	waiting chan struct{} // closed when somebody asks for it
	once    sync.Once
	mu      sync.Mutex
	parts   []string // that were given
}

func (s *stalling) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	if key == s.key {
		s.once.Do(func() { close(s.waiting) })
		<-ctx.Done()
		return nil, ctx.Err()
	}
	data, err := s.Bucket.Get(ctx, key, limit)
	if isPart(key) && err == nil {
		s.mu.Lock()
		s.parts = append(s.parts, key)
		s.mu.Unlock()
	}
	return data, err
}

func isPart(key string) bool {
	return strings.HasPrefix(key, "full/") && strings.Contains(key, "-0-")
}

// comingFrom gives a laptop that is about to begin from a full snapshot of two parts, and their keys.
func (o *office) comingFrom(f *laptop) (c *laptop, parts []string) {
	o.t.Helper()
	f.writes(1, 6)
	f.compacts()
	for _, key := range o.shelf.keys("full/") {
		if isPart(key) {
			parts = append(parts, key)
		}
	}
	i, s, err := f.engine.Invite(home, roster.Coordinator, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		o.t.Fatal(err)
	}
	c = o.laptop("C")
	c.accept(i, s)
	c.startsFar(5)
	c.engine.Bucket = c.way
	c.round()
	f.round()
	return c, parts
}

func TestPeopleWriteWhileAFullCopyComesAndOneThatIsStoppedGoesOnWhereItWas(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	c, parts := o.comingFrom(f)
	if len(parts) != 2 {
		t.Fatalf("parts %v of %v", parts, o.shelf.keys("full/"))
	}
	slow := &stalling{Bucket: c.way, key: parts[1], waiting: make(chan struct{})}
	c.engine.Bucket = slow
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := c.engine.Round(ctx)
		ended <- err
	}()
	<-slow.waiting
	c.put(member(300, "Nouvelle")) // nothing holds it up
	for folder := filepath.Join(c.home, "objects", "arriving"); ; time.Sleep(time.Millisecond) {
		if kept, _ := filepath.Glob(filepath.Join(folder, "full*")); len(kept) == 1 {
			break
		}
	}
	stop()
	if err := <-ended; err == nil {
		t.Fatal("it was not stopped")
	}
	if len(c.engine.gens.origin.Places) > 0 || c.family(1) != "unknown_id" {
		t.Error("something was taken in of half a copy")
	}
	rest := &stalling{Bucket: c.way, waiting: make(chan struct{})}
	c.engine.Bucket = rest
	c.round()
	if len(rest.parts) != 1 || rest.parts[0] != parts[1] {
		t.Errorf("fetched %v, only %s was missing", rest.parts, parts[1])
	}
	if c.family(1) != "Famille1" || c.family(300) != "Nouvelle" {
		t.Errorf("C reads %q and %q", c.family(1), c.family(300))
	}
	if _, err := os.Stat(filepath.Join(c.home, "objects", "arriving")); !os.IsNotExist(err) {
		t.Errorf("the parts are still there: %v", err)
	}
	c.engine.Bucket = c.way
	o.agree(f, c)
}

func TestAPartThatTheDiskDamagedIsFetchedOnceMore(t *testing.T) {
	o := newOffice(t)
	f := o.founder()
	c, parts := o.comingFrom(f)
	folder := filepath.Join(c.home, "objects", "arriving")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{partFile(parts[0]): "half a part", "full.of.another": "old"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if r := c.round(); len(r.Quarantined) > 0 {
		t.Errorf("set aside %v", r.Quarantined)
	}
	o.agree(f, c)
	if c.family(1) != "Famille1" {
		t.Error("C lacks something")
	}
}
