package faults

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.org/carnet/build/devserver"
	"example.org/carnet/store"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
	"example.org/carnet/sync/snapshot"
)

const (
	office   = "off_aaaaaaaaaaaaaaaa"
	bucketOf = "reseau"
)

// laptop reaches the server through a way of its own.
type laptop struct {
	name     string
	identity *signed.Identity
	store    *store.Store
	bucket   bucket.Bucket
	engine   *sync.Engine
	wrote    map[string]string // family names by member
	failed   map[string]int    // codes of rounds that ended early
}

// pair is two laptops of one office and the server between them.
type pair struct {
	t       testing.TB
	dir     string // of the server
	server  string
	stop    func() // the server
	proxies *proxies
	skew    atomic.Int64
	laptops []*laptop
}

// newPair has versitygw serve a folder.
func newPair(t testing.TB, dir string) *pair {
	t.Helper()
	p := &pair{t: t, dir: dir}
	var err error
	if p.server, p.stop, err = devserver.StartVersitygw(p.room(), "--keep-alive"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.stop() })
	return p.begun()
}

// room is the server's folder, with the bucket in it.
func (p *pair) room() string {
	p.t.Helper()
	if err := os.MkdirAll(filepath.Join(p.dir, bucketOf), 0o700); err != nil {
		p.t.Fatal(err)
	}
	return p.dir
}

// begun founds the network at the server and lets the second laptop in.
func (p *pair) begun() *pair {
	t := p.t
	t.Helper()
	var err error
	p.proxies = startProxies(t)
	a, b := p.laptop("a"), p.laptop("b")
	if a.engine, _, err = sync.Found(p.options(a), roster.Founder{Name: "Réseau d'essai", Office: roster.Office{ID: office, Name: "Toronto"}, Coordinator: "Alex Invention"}); err != nil {
		t.Fatal(err)
	}
	i, s, err := a.engine.Invite(office, roster.Coordinator, "Camille Exemple", time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if b.engine, err = sync.Join(p.options(b), i, s); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		p.rounds(t)
	}
	if standing := b.engine.Standing(); standing != sync.Active {
		t.Fatalf("b is %s", standing)
	}
	return p
}

func (p *pair) laptop(name string) *laptop {
	p.t.Helper()
	id, err := signed.NewIdentity()
	if err != nil {
		p.t.Fatal(err)
	}
	l := &laptop{name: name, wrote: map[string]string{}, failed: map[string]int{}}
	if l.store, err = store.Open(p.t.TempDir(), store.Options{Key: [32]byte{1}, Device: id.Device()}); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = l.store.Close() })
	remote, err := bucket.ParseRemote("s3://" + bucketOf + "/carnet?insecure=1&endpoint=" + p.proxies.open(name, p.server))
	if err != nil {
		p.t.Fatal(err)
	}
	remote.Credentials = bucket.Credentials{AccessKey: devserver.AccessKey, SecretKey: devserver.SecretKey}
	if l.bucket, err = bucket.Open(remote); err != nil {
		p.t.Fatal(err)
	}
	l.identity = id
	p.laptops = append(p.laptops, l)
	return l
}

func (p *pair) options(l *laptop) sync.Options {
	home := p.t.TempDir()
	return sync.Options{Store: l.store, Identity: l.identity, Bucket: l.bucket, Objects: filepath.Join(home, "objects"), Quarantine: filepath.Join(home, "quarantine"),
		Now: func() time.Time { return time.Now().Add(time.Duration(p.skew.Load())) }}
}

// rounds lets each laptop make a round that must succeed, and tells whether anything moved.
func (p *pair) rounds(t testing.TB) (moved bool) {
	t.Helper()
	for _, l := range p.laptops {
		r, err := l.engine.Round(context.Background())
		if err != nil {
			t.Fatalf("round of %s: %v", l.name, err)
		}
		if len(r.Quarantined)+len(r.Diverged)+len(r.Split) > 0 {
			t.Fatalf("%s: quarantined %v, diverged %v, split %v", l.name, r.Quarantined, r.Diverged, r.Split)
		}
		moved = moved || r.Pulled.Snapshots+r.Pushed.Snapshots > 0
	}
	return moved
}

// tries lets a laptop make a round in trouble: it may fail, but only of the place.
func (l *laptop) tries(t testing.TB) {
	t.Helper()
	_, err := l.engine.Round(context.Background())
	if err == nil {
		return
	}
	code := fault.CodeOf(err)
	if !strings.HasPrefix(code, "bucket_") && !strings.HasPrefix(code, "object_") && code != "timeout" {
		t.Errorf("round of %s: %v", l.name, err)
	}
	l.failed[code]++
}

// writes lets a laptop write about a member of its own, and one that both change.
func (l *laptop) writes(t testing.TB, round int) {
	t.Helper()
	own, shared := fmt.Sprintf("mem_%s%015d", l.name, round), fmt.Sprintf("mem_c%015d", round%5)
	_, err := l.store.Edit(func(tx *store.Tx) error {
		for _, id := range []string{own, shared} {
			m := store.Member{ID: id, Given: "Ada", Family: fmt.Sprintf("%s %d", strings.ToUpper(l.name), round), Office: office, Phone: fmt.Sprintf("450 555-%04d", round)}
			if _, err := tx.Put(m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	l.wrote[own] = fmt.Sprintf("%s %d", strings.ToUpper(l.name), round)
}

// whole waits, with all trouble gone, until both laptops have one state, and counts what is in the bucket.
func (p *pair) whole(t testing.TB) {
	t.Helper()
	calm := func() (same bool) {
		for range 6 {
			if !p.rounds(t) && p.same() {
				return true
			}
		}
		return p.same()
	}
	when := "at once"
	if !calm() {
		when = "a quarter of an hour later" // an object that came late stands among older names
		p.skew.Add(int64(20 * time.Minute))
		if !calm() {
			t.Fatalf("frontiers %v, %v; digests %s, %s", p.laptops[0].store.Frontier(), p.laptops[1].store.Frontier(), p.laptops[0].store.Digest(), p.laptops[1].store.Digest())
		}
	}
	for _, writer := range p.laptops {
		for id, family := range writer.wrote {
			for _, l := range p.laptops {
				if m, err := store.Get[store.Member](l.store, id); err != nil || m.Family != family {
					t.Errorf("%s lost what %s wrote about %s: %q %v", l.name, writer.name, id, m.Family, err)
				}
			}
		}
		if n, err := writer.engine.Waiting(100); n != 0 || err != nil {
			t.Errorf("%d changes of %s still wait, %v", n, writer.name, err)
		}
	}
	objects, twins, garbage := p.sweep(t)
	defer p.leavesOneGeneration(t)
	t.Logf("whole %s; %d deltas, %d of them resent under another time, %d that nobody knows; rounds that failed: %v %v", when, objects, twins, garbage, p.laptops[0].failed, p.laptops[1].failed)
	if garbage > 0 {
		t.Errorf("%d objects that nobody knows", garbage)
	}
}

func (p *pair) same() bool {
	a, b := p.laptops[0].store, p.laptops[1].store
	return maps.Equal(a.Frontier(), b.Frontier()) && a.Digest() == b.Digest()
}

// sweep counts the deltas in the bucket: those that say again what another object says, and those that no chain holds.
func (p *pair) sweep(t testing.TB) (objects, twins, garbage int) {
	t.Helper()
	page, err := p.laptops[0].bucket.List(context.Background(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	seen := p.laptops[0].engine.Seen()
	first := map[string]signed.Short{}
	for _, o := range page.Objects {
		name, err := snapshot.ParseName(o.Key)
		switch {
		case err != nil && !strings.HasPrefix(o.Key, snapshot.Prefix):
			if prefix, _, _ := strings.Cut(o.Key, "/"); !slices.Contains([]string{"roster", "recovery", "join", "full", "seg"}, prefix) {
				t.Logf("nobody knows %s", o.Key)
				garbage++
			}
			continue
		case err != nil || name.Number > seen[name.Device].Number:
			t.Logf("nobody knows %s", o.Key)
			garbage++
			continue
		}
		objects++
		place := fmt.Sprint(name.Device, name.Number)
		hash, there := first[place]
		switch {
		case !there:
			first[place] = name.Hash
		case hash == name.Hash:
			twins++
		default:
			garbage++
		}
	}
	return objects, twins, garbage
}
