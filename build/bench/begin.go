package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/directory"
	"example.org/carnet/sync"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/signed"
)

// beginCommand makes this program take part in a network for the first time, so that its memory is that of the one thing.
const beginCommand = "begin-home"

// begun is what the fresh process tells.
type begun struct {
	Took, Search   time.Duration
	Peak           int64
	Own            int64 // of it, the most that is no page of a file, looked at 50 times a second
	Members, Scans int
	Digest         string
	Report         sync.Report
}

// measureBeginning lets one laptop write a full snapshot of everything, and a new one begin from it.
func (b *bench) measureBeginning() error {
	c, err := b.openCrowd()
	if err != nil {
		return err
	}
	defer c.close()
	s := c.founder.store
	if _, err := s.EditEach(many(b.members, invented)); err != nil {
		return err
	}
	ids := make([]string, b.members)
	for n := range ids {
		ids[n] = memberOf(n)
	}
	if _, err := s.EditEach(inventedScans(ids, b.scans)); err != nil {
		return err
	}
	start := time.Now()
	if _, err := c.founder.round(); err != nil {
		return err
	}
	published := time.Since(start)
	if err := c.founder.engine.Compact(); err != nil {
		return err
	}
	start = time.Now()
	if _, err := c.founder.round(); err != nil {
		return err
	}
	c.table.note(fmt.Sprintf("publish %d members and %d scans as deltas; write their full snapshot", b.members, b.scans), "", fmt.Sprintf("%s; %s", short(published), short(time.Since(start))))
	if err := c.comer(); err != nil {
		return err
	}
	c.meter.Reset()
	o, err := c.beginFresh()
	if err != nil {
		return err
	}
	m := c.meter.Read()
	what := fmt.Sprintf("begin with %d members and %d scans: ", o.Members, o.Scans)
	complete := o.Digest == s.Digest() && o.Members == b.members && o.Scans == b.scans
	c.table.row(what+"until it is searchable", "8 s", fmt.Sprintf("%s (round %s), the same state: %t", short(o.Search), short(o.Took), complete), o.Search <= 8*time.Second && complete)
	c.table.row("  most resident meanwhile", "400 MB", fmt.Sprintf("%d MB, %d of them no pages of files", o.Peak/1e6, o.Own/1e6), o.Peak <= 400e6)
	c.table.note("  asked, bodies received", "", fmt.Sprintf("%s, %.2f MB", asked(m), float64(m.BodyIn)/1e6))
	lines, err := writeRows(s, b.path("rows.ndjson"))
	if err != nil {
		return err
	}
	if err := c.measureCheck(); err != nil {
		return err
	}
	return b.compareBytes(b.path("rows.ndjson"), lines, m.BodyIn, complete)
}

// comer is a laptop that asked and was let in, and has not looked since.
func (c *crowd) comer() error {
	l, err := c.open("comer", c.remote)
	if err != nil {
		return err
	}
	if err := c.invite(l); err != nil {
		return err
	}
	for _, one := range []*laptop{c.founder, l, c.founder} {
		if _, err := one.round(); err != nil {
			return err
		}
	}
	if err := os.WriteFile(c.path("comer.identity"), l.id.Marshal(), 0o600); err != nil {
		return err
	}
	return l.store.Close()
}

func (c *crowd) beginFresh() (o begun, err error) {
	self, err := os.Executable()
	if err != nil {
		return o, err
	}
	command := exec.Command(self, beginCommand, c.path("comer"), c.path("comer.identity"), c.meter.Endpoint())
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return o, err
	}
	return o, json.Unmarshal(out, &o)
}

func beginHere(args []string) {
	if err := beginAndTell(args[0], args[1], args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "begin:", err)
		os.Exit(1)
	}
}

func beginAndTell(home, identity, endpoint string) error {
	data, err := os.ReadFile(identity)
	if err != nil {
		return err
	}
	l := &laptop{}
	if l.id, err = signed.ParseIdentity(data); err != nil {
		return err
	}
	if l.store, err = store.Open(home, store.Options{Key: homeKey, Device: l.id.Device()}); err != nil {
		return err
	}
	defer l.close()
	remote, err := remoteThrough(endpoint)
	if err != nil {
		return err
	}
	if l.bucket, err = bucket.Open(remote); err != nil {
		return err
	}
	if l.engine, err = sync.New(sync.Options{Store: l.store, Identity: l.id, Bucket: l.bucket, Objects: filepath.Join(home, "objects"), Quarantine: filepath.Join(home, "quarantine")}); err != nil {
		return err
	}
	own := watchOwn()
	start := time.Now()
	searchable := watchSearch(l.store, start)
	var o begun
	if o.Report, err = l.round(); err != nil {
		return err
	}
	o.Took = time.Since(start)
	o.Search = <-searchable
	o.Peak, o.Own = memoryOf("VmHWM"), own()
	o.Members, o.Scans, o.Digest = l.store.Count(store.KindMember), l.store.Count(store.KindScan), l.store.Digest()
	return json.NewEncoder(os.Stdout).Encode(o)
}

// watchSearch looks every few milliseconds, as the window would, whether a search finds everybody who came.
func watchSearch(s *store.Store, start time.Time) <-chan time.Duration {
	found := make(chan time.Duration, 1)
	go func() {
		for ; ; time.Sleep(5 * time.Millisecond) {
			d, ready := s.Directory()
			if !ready {
				continue
			}
			if _, total := d.Members(directory.Query{Lang: "fr"}); total > 0 && total == s.Count(store.KindMember) {
				found <- time.Since(start)
				return
			}
		}
	}()
	return found
}

// watchOwn looks how much memory of its own this process has, until the most is asked for.
func watchOwn() (most func() int64) {
	quit, result := make(chan struct{}), make(chan int64, 1)
	go func() {
		peak := int64(0)
		for {
			peak = max(peak, memoryOf("RssAnon"))
			select {
			case <-quit:
				result <- peak
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() int64 {
		close(quit)
		return <-result
	}
}
