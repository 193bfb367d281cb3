package sync

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/invitation"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
)

// shelf is a bucket in memory that all laptops of a test share; each reaches it through a way of
// its own that can fail.
type shelf struct {
	mu      sync.Mutex
	objects map[string][]byte
	clock   *clock
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) wait(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// way is one laptop's way to the shelf.
type way struct {
	*shelf
	mu        sync.Mutex
	cost      bucket.Cost
	offline   bool
	loseAfter int // this many more PUTs succeed while the answer is lost; -1: none
	dieAfter  int // this many more requests succeed; -1: all
	clockless bool
	hide      string        // keys with this in them are not listed
	gone      string        // keys with this in them are listed and missing
	off       time.Duration // by how much the clock is wrong
	listed    int           // names that listings gave
	keeps     bool          // nothing can be removed
}

func (w *way) pass(count func(*bucket.Cost)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	count(&w.cost)
	if w.dieAfter == 0 || w.offline {
		return fault.New("bucket_unreachable")
	}
	if w.dieAfter > 0 {
		w.dieAfter--
	}
	return nil
}

func (w *way) List(ctx context.Context, prefix, after string) (bucket.Page, error) {
	if err := w.pass(func(c *bucket.Cost) { c.List++ }); err != nil {
		return bucket.Page{}, err
	}
	w.shelf.mu.Lock()
	defer w.shelf.mu.Unlock()
	page := bucket.Page{ServerTime: w.clock.now().Add(w.off).Truncate(time.Second)}
	if w.clockless {
		page.ServerTime = time.Time{}
	}
	for _, key := range slices.Sorted(maps.Keys(w.objects)) {
		if strings.HasPrefix(key, prefix) && key > after && (w.hide == "" || !strings.Contains(key, w.hide)) {
			page.Objects = append(page.Objects, bucket.Object{Key: key, Size: int64(len(w.objects[key]))})
		}
	}
	w.listed += len(page.Objects)
	return page, nil
}

func (w *way) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	if err := w.pass(func(c *bucket.Cost) { c.Get++ }); err != nil {
		return nil, err
	}
	w.shelf.mu.Lock()
	defer w.shelf.mu.Unlock()
	data, there := w.objects[key]
	if !there || w.gone != "" && strings.Contains(key, w.gone) {
		return nil, fault.New("object_missing")
	}
	if int64(len(data)) > limit {
		return nil, fault.New("object_too_large")
	}
	w.mu.Lock()
	w.cost.In += int64(len(data))
	w.mu.Unlock()
	return bytes.Clone(data), nil
}

func (w *way) Put(ctx context.Context, key string, body []byte) error {
	if err := w.pass(func(c *bucket.Cost) { c.Put++ }); err != nil {
		return err
	}
	w.shelf.mu.Lock()
	defer w.shelf.mu.Unlock()
	if old, there := w.objects[key]; there && !bytes.Equal(old, body) {
		return fault.New("object_exists")
	}
	w.objects[key] = bytes.Clone(body)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cost.Out += int64(len(body))
	if w.loseAfter == 0 {
		w.loseAfter = -1
		return fault.New("bucket_unreachable")
	}
	if w.loseAfter > 0 {
		w.loseAfter--
	}
	return nil
}

func (w *way) Delete(_ context.Context, key string) error {
	if err := w.pass(func(c *bucket.Cost) { c.Delete++ }); err != nil {
		return err
	}
	if w.keeps {
		return fault.New("bucket_read_only")
	}
	w.shelf.mu.Lock()
	defer w.shelf.mu.Unlock()
	delete(w.objects, key)
	return nil
}

func (w *way) Close() error { return nil }

func (w *way) Cost() bucket.Cost {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cost
}

// laptop is a store, an identity and an engine that can be started again.
type laptop struct {
	t      testing.TB
	name   string
	home   string
	id     *signed.Identity
	store  *store.Store
	engine *Engine
	way    *way
	in     *office
}

type office struct {
	t       testing.TB
	shelf   *shelf
	clock   *clock
	laptops []*laptop
}

var morning = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func newOffice(t testing.TB) *office {
	c := &clock{at: morning}
	return &office{t: t, clock: c, shelf: &shelf{objects: map[string][]byte{}, clock: c}}
}

func (o *office) laptop(name string) *laptop {
	o.t.Helper()
	id, err := signed.NewIdentity()
	if err != nil {
		o.t.Fatal(err)
	}
	l := &laptop{t: o.t, name: name, in: o, home: o.t.TempDir(), id: id, way: &way{shelf: o.shelf, loseAfter: -1, dieAfter: -1}}
	l.open()
	o.laptops = append(o.laptops, l)
	o.t.Cleanup(func() { _ = l.store.Close() })
	return l
}

func (l *laptop) open() {
	l.t.Helper()
	var err error
	l.store, err = store.Open(l.home, store.Options{Key: [32]byte{1}, Device: l.id.Device(), Now: l.way.clock.now})
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *laptop) options() Options {
	return Options{Store: l.store, Identity: l.id, Bucket: l.way, Now: l.way.clock.now, Quarantine: l.home + "/quarantine", Objects: l.home + "/objects"}
}

// again closes the home and opens it, as after a crash between two steps.
func (l *laptop) again() {
	l.t.Helper()
	if err := l.store.Close(); err != nil {
		l.t.Fatal(err)
	}
	l.open()
	var err error
	if l.engine, err = New(l.options()); err != nil {
		l.t.Fatal(err)
	}
}

const home = "off_home"

func (o *office) founder() *laptop {
	o.t.Helper()
	f := o.laptop("F")
	var err error
	f.engine, _, err = Found(f.options(), roster.Founder{Name: "Réseau d'essai", Office: roster.Office{ID: home, Name: "Toronto"}, Coordinator: "Alex Invention"})
	if err != nil {
		o.t.Fatal(err)
	}
	return f
}

// joined brings one more laptop into the founder's network: invited, asked, admitted.
func (o *office) joined(f *laptop, name string, role roster.Role) *laptop {
	o.t.Helper()
	i, s, err := f.engine.Invite(home, role, "Camille Exemple", o.clock.now().Add(time.Hour))
	if err != nil {
		o.t.Fatal(err)
	}
	l := o.laptop(name)
	l.accept(i, s)
	l.round()
	if got := f.round().Admitted; len(got) != 1 || got[0] != l.id.Device() {
		o.t.Fatalf("admitted %v", got)
	}
	if r := l.round(); r.Standing != Active {
		o.t.Fatalf("%s is %s", name, r.Standing)
	}
	return l
}

func (l *laptop) accept(i invitation.Invitation, s invitation.Secret) {
	l.t.Helper()
	var err error
	if l.engine, err = Join(l.options(), i, s); err != nil {
		l.t.Fatal(err)
	}
}

func (l *laptop) round() Report {
	l.t.Helper()
	l.way.clock.wait(time.Second)
	r, err := l.engine.Round(context.Background())
	if err != nil {
		l.t.Fatalf("round of %s: %v", l.name, err)
	}
	return r
}

func (l *laptop) fails(code string) Report {
	l.t.Helper()
	l.way.clock.wait(time.Second)
	r, err := l.engine.Round(context.Background())
	if !fault.Is(err, code) {
		l.t.Fatalf("round of %s: %v, want %s", l.name, err, code)
	}
	return r
}

func (l *laptop) put(records ...store.Record) {
	l.t.Helper()
	l.way.clock.wait(time.Millisecond)
	_, err := l.store.Edit(func(tx *store.Tx) error {
		for _, r := range records {
			if _, err := tx.Put(r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
}

func member(n int, family string) store.Member {
	return store.Member{ID: fmt.Sprintf("mem_%016d", n), Given: "Ada", Family: family, Office: home}
}

func (l *laptop) family(n int) string {
	m, err := store.Get[store.Member](l.store, member(n, "").ID)
	if err != nil {
		return fault.CodeOf(err)
	}
	return m.Family
}

// agree runs rounds until nothing moves and checks that all laptops have one state.
func (o *office) agree(laptops ...*laptop) {
	o.t.Helper()
	for range 4 {
		for _, l := range laptops {
			if r := l.round(); len(r.Diverged) > 0 {
				o.t.Fatalf("%s says diverged: %v", l.name, r.Diverged)
			}
		}
	}
	for _, l := range laptops[1:] {
		if a, b := laptops[0].store.Frontier(), l.store.Frontier(); !maps.Equal(a, b) {
			o.t.Fatalf("frontiers differ: %s %v, %s %v", laptops[0].name, a, l.name, b)
		}
		if laptops[0].store.Digest() != l.store.Digest() {
			o.t.Fatalf("digests of %s and %s differ", laptops[0].name, l.name)
		}
	}
}

func (r Report) asked() string {
	return fmt.Sprintf("list %d get %d put %d head %d delete %d", r.Requests.List, r.Requests.Get, r.Requests.Put, r.Requests.Head, r.Requests.Delete)
}
