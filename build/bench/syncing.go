package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"example.org/carnet/build/devserver"
	"example.org/carnet/store"
	"example.org/carnet/sync"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
)

const syncRounds = 60

// fieldChanged is a field that the rounds change, and the bucket's folder for them.
type fieldChanged struct {
	what, folder string
	sealed       bool // apart, for one office: about 70 bytes more, for which there is no budget
	member       func(n int) store.Member
}

// measureSync brings one changed field from one laptop to another through a real S3 server: one that all may read, then a detail
// of the office's own, which is sealed apart.
func (b *bench) measureSync() error {
	for _, c := range []fieldChanged{
		{"sync of one changed field", "shared", false, func(n int) store.Member { return store.Member{Given: fmt.Sprintf("Marie-Ève %d", n)} }},
		{"sync of one detail of an office", "detail", true, func(n int) store.Member { return store.Member{Title: fmt.Sprintf("Mairesse %d", n)} }},
	} {
		if err := b.measureSyncOf(c); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) measureSyncOf(c fieldChanged) error {
	if err := os.MkdirAll(b.path(c.folder+"/carnet"), 0o700); err != nil {
		return err
	}
	endpoint, stop, err := devserver.StartVersitygw(b.path(c.folder))
	if err != nil {
		return err
	}
	defer stop()
	remote, err := bucket.ParseRemote("s3://carnet/bench?endpoint=" + endpoint + "&insecure=1&region=us-east-1")
	if err != nil {
		return err
	}
	remote.Credentials = bucket.Credentials{AccessKey: devserver.AccessKey, SecretKey: devserver.SecretKey}
	here, there, err := b.twoLaptops(c.folder, remote)
	if err != nil {
		return err
	}
	defer here.close()
	defer there.close()
	return b.exchange(c, here, there)
}

func (b *bench) exchange(c fieldChanged, here, there *laptop) error {
	ctx := context.Background()
	var times []time.Duration
	var e exchanged
	for i := range syncRounds {
		member := c.member(i)
		member.ID, member.Family, member.Office = "mem_aaaaaaaaaaaaaaaa", "Tremblay", officeID
		if _, err := here.store.Edit(func(t *store.Tx) error {
			_, err := t.Put(member)
			return err
		}); err != nil {
			return err
		}
		start := time.Now()
		sent, err := here.engine.Round(ctx)
		if err != nil {
			return err
		}
		got, err := there.engine.Round(ctx)
		if err != nil {
			return err
		}
		times = append(times, time.Since(start))
		if got.Pulled.Changes != 1 && i > 0 {
			return fmt.Errorf("round %d brought %d changes instead of 1", i, got.Pulled.Changes)
		}
		if i == 1 { // from here on the member exists
			e.sent, e.got, e.listed = sent, got, b.objects(c)-1
		}
		e.lastIn = got.BytesIn
	}
	b.judgeSync(c, times[1:], e)
	return nil
}

// exchanged is what one exchange of one field cost.
type exchanged struct {
	sent, got sync.Report
	listed    int   // older objects in the listing: those of the last quarter of an hour, here all of them
	lastIn    int64 // bytes to receive in the last round, when the listing showed all rounds
}

// quiet takes off what the listing said of older objects, which on a quiet day are none.
func (e exchanged) quiet() (bytes, line int64) {
	line = (e.lastIn - e.got.BytesIn) / (syncRounds - 2)
	return e.got.BytesIn - int64(e.listed)*line, line
}

func (b *bench) objects(c fieldChanged) int {
	objects, _ := filepath.Glob(b.path(c.folder + "/carnet/bench/log/*"))
	return len(objects)
}

func (b *bench) judgeSync(c fieldChanged, times []time.Duration, e exchanged) {
	b.table.row(c.what+" through versitygw, publish and receive", "50 ms",
		fmt.Sprintf("median %s, p99 %s", short(at(50, times)), short(at(99, times))), at(50, times) <= 50*time.Millisecond)
	asked := func(r sync.Requests) string { return fmt.Sprintf("%d PUT %d LIST %d GET", r.Put, r.List, r.Get) }
	out, in := e.sent.Requests, e.got.Requests
	b.table.row("  requests to publish; to receive", "1 PUT; 1 LIST 1 GET", asked(out)+"; "+asked(in),
		out.Put == 1 && out.List <= 1 && out.Get == 0 && in.Put == 0 && in.List == 1 && in.Get == 1)
	const most = 2048
	quiet, line := e.quiet()
	bytes := fmt.Sprintf("%d; %d and %d for each other object of the last 15 minutes", e.sent.BytesOut, quiet, line)
	if c.sealed {
		b.table.note("  bytes out to publish; in to receive, headers included", "", bytes)
		return
	}
	b.table.row("  bytes out to publish; in to receive, headers included", "2 KB each way", bytes, e.sent.BytesOut <= most && quiet <= most)
}

// laptop is one home with its engine.
type laptop struct {
	store   *store.Store
	engine  *sync.Engine
	id      *signed.Identity
	bucket  bucket.Bucket
	options sync.Options
}

func (l *laptop) close() { _ = l.store.Close() }

func (b *bench) newLaptop(name string) (*laptop, error) {
	id, err := signed.NewIdentity()
	if err != nil {
		return nil, err
	}
	s, err := b.openHome(name, id.Device())
	return &laptop{store: s, id: id}, err
}

// twoLaptops founds a network, invites a second laptop of the same office, and lets it in.
func (b *bench) twoLaptops(name string, remote bucket.Remote) (here, there *laptop, err error) {
	if here, err = b.newLaptop(name + "-here"); err != nil {
		return nil, nil, err
	}
	if there, err = b.newLaptop(name + "-there"); err != nil {
		return nil, nil, err
	}
	options := func(l *laptop) (sync.Options, error) {
		bucket, err := bucket.Open(remote)
		return sync.Options{Store: l.store, Identity: l.id, Bucket: bucket}, err
	}
	o, err := options(here)
	if err != nil {
		return nil, nil, err
	}
	if here.engine, _, err = sync.Found(o, roster.Founder{Name: "Bench", Office: roster.Office{ID: officeID, Name: "Montréal"}, Coordinator: "A"}); err != nil {
		return nil, nil, err
	}
	invitation, secret, err := here.engine.Invite(officeID, roster.Coordinator, "B", time.Now().Add(time.Hour))
	if err != nil {
		return nil, nil, err
	}
	if o, err = options(there); err != nil {
		return nil, nil, err
	}
	if there.engine, err = sync.Join(o, invitation, secret); err != nil {
		return nil, nil, err
	}
	for _, l := range []*laptop{here, there, here, there, here, there} {
		if _, err := l.engine.Round(context.Background()); err != nil {
			return nil, nil, err
		}
	}
	return here, there, nil
}
