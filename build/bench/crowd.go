package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"example.org/carnet/build/devserver"
	"example.org/carnet/build/meter"
	"example.org/carnet/store"
	"example.org/carnet/sync"
	"example.org/carnet/sync/bucket"
	"example.org/carnet/sync/invitation"
	"example.org/carnet/sync/roster"
	"example.org/carnet/sync/signed"
)

// crowd is a network of many laptops in one process. One of them, the measured one, reaches the server through
// the meter; the others write into the folder that the server serves, which is quicker and looks the same.
type crowd struct {
	*bench
	meter   *meter.Meter
	stop    func()
	remote  bucket.Remote // through the meter
	folder  bucket.Remote
	founder *laptop
	me      *laptop
	skew    time.Duration // by which the measured laptop's clock has gone on
	others  []*laptop
}

const bucketFolder = "carnet/bench"

func (b *bench) openCrowd() (c *crowd, err error) {
	c = &crowd{bench: b}
	for _, name := range []string{"s3", "founder", "me", "comer"} { // of the network before
		if err := os.RemoveAll(b.path(name)); err != nil {
			return nil, err
		}
	}
	others, _ := filepath.Glob(b.path("other*"))
	for _, path := range others {
		if err := os.RemoveAll(path); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(b.path(filepath.Join("s3", bucketFolder)), 0o700); err != nil {
		return nil, err
	}
	endpoint, stop, err := devserver.StartVersitygw(b.path("s3"), "--keep-alive") // as AWS and MinIO do; by itself it ends each connection
	if err != nil {
		return nil, err
	}
	if c.meter, err = meter.Start(endpoint); err != nil {
		stop()
		return nil, err
	}
	c.stop = func() {
		c.meter.Stop()
		stop()
	}
	if c.remote, err = remoteThrough(c.meter.Endpoint()); err != nil {
		return c, err
	}
	root, err := filepath.Abs(b.path(filepath.Join("s3", bucketFolder)))
	if err != nil {
		return c, err
	}
	c.folder = bucket.Remote{Kind: bucket.Folder, Path: root}
	if c.founder, err = c.open("founder", c.folder); err != nil {
		return c, err
	}
	c.founder.engine, _, err = sync.Found(c.founder.options, roster.Founder{Name: "Bench", Office: roster.Office{ID: officeID, Name: "Montréal"}, Coordinator: "A"})
	return c, err
}

func remoteThrough(endpoint string) (bucket.Remote, error) {
	remote, err := bucket.ParseRemote("s3://" + bucketFolder + "?endpoint=" + endpoint + "&insecure=1&region=us-east-1")
	remote.Credentials = bucket.Credentials{AccessKey: devserver.AccessKey, SecretKey: devserver.SecretKey}
	return remote, err
}

func (c *crowd) close() {
	for _, l := range append(c.others, c.me, c.founder) {
		if l != nil {
			l.close()
		}
	}
	c.stop()
}

// open makes a laptop with a home of its own.
func (c *crowd) open(name string, at bucket.Remote) (*laptop, error) {
	id, err := signed.NewIdentity()
	if err != nil {
		return nil, err
	}
	l := &laptop{id: id}
	o := store.Options{Key: homeKey, Device: id.Device(), Light: at.Kind == bucket.Folder && name != "founder"}
	if l.store, err = store.Open(c.path(name), o); err != nil {
		return nil, err
	}
	l.bucket, err = bucket.Open(at)
	l.options = sync.Options{Store: l.store, Identity: id, Bucket: l.bucket}
	return l, err
}

// nextSecond waits until names of new objects come after all that were seen: their time is in seconds, and one
// that turns up among older names is looked for a quarter of an hour later.
func nextSecond() { time.Sleep(1100 * time.Millisecond) }

func (c *crowd) now() time.Time { return time.Now().Add(c.skew) }

// grow lets in laptops until the network has so many besides the founder's and the measured one.
func (c *crowd) grow(count int) error {
	var fresh []*laptop
	if c.me == nil {
		l, err := c.open("me", c.remote)
		if err != nil {
			return err
		}
		l.options.Now, l.options.Objects, l.options.Quarantine = c.now, c.path("me/objects"), c.path("me/quarantine")
		c.me, fresh = l, append(fresh, l)
	}
	for len(c.others) < count {
		l, err := c.open(fmt.Sprintf("other%03d", len(c.others)), c.folder)
		if err != nil {
			return err
		}
		c.others, fresh = append(c.others, l), append(fresh, l)
	}
	for _, l := range fresh {
		if err := c.invite(l); err != nil {
			return err
		}
	}
	if _, err := c.founder.round(); err != nil { // puts the invitations
		return err
	}
	for range 2 { // the first asks, or is let in; the second has what was written before
		for _, l := range fresh {
			if _, err := l.round(); err != nil {
				return err
			}
		}
		if _, err := c.founder.round(); err != nil {
			return err
		}
	}
	if standing := c.me.engine.Standing(); standing != sync.Active {
		return fmt.Errorf("the measured laptop is %s", standing)
	}
	// Twenty minutes later everything is listed once more, also what turned up among older names.
	nextSecond()
	c.skew += 20 * time.Minute
	return c.quiet()
}

func (c *crowd) invite(l *laptop) error {
	var i invitation.Invitation
	i, secret, err := c.founder.engine.Invite(officeID, roster.Coordinator, "B", time.Now().Add(12*time.Hour))
	if err != nil {
		return err
	}
	l.engine, err = sync.Join(l.options, i, secret)
	return err
}

// quiet lets the measured laptop take in all there is and say what it must.
func (c *crowd) quiet() error {
	for range 4 {
		r, err := c.me.round()
		if err != nil {
			return err
		}
		if r.Pulled.Snapshots+r.Pushed.Snapshots == 0 {
			return nil
		}
	}
	return fmt.Errorf("the measured laptop does not come to rest")
}

// aMinuteLater waits until nobody can still be putting objects beside the newest, as between two rounds five minutes apart: before
// that, a listing shows those of the last minute once more.
func (c *crowd) aMinuteLater() error {
	time.Sleep(62 * time.Second)
	return c.quiet()
}

// measured is a round of the measured laptop and what passed its meter.
type measured struct {
	meter.Reading
	report sync.Report
	took   time.Duration
}

func (c *crowd) measure() (m measured, err error) {
	c.meter.Reset()
	start := time.Now()
	m.report, err = c.me.round()
	m.took = time.Since(start)
	m.Reading = c.meter.Read()
	return m, err
}

// family and phone change one field of a member: one that all may read, one of the office's own.
func family(n int, value string) func(*store.Tx) error {
	return edit(n, func(m *store.Member) { m.Family = value })
}

func phone(n int, value string) func(*store.Tx) error {
	return edit(n, func(m *store.Member) { m.Phone = value })
}

func edit(n int, change func(*store.Member)) func(*store.Tx) error {
	return func(t *store.Tx) error {
		m, err := store.GetIn[store.Member](t, memberOf(n))
		if err != nil {
			return err
		}
		change(&m)
		_, err = t.Put(m)
		return err
	}
}

// memberOf is an id of the usual form.
func memberOf(n int) string {
	hash := signed.HashOf([]byte(fmt.Sprintf("member %d", n)))
	return "mem_" + signed.Fingerprint(hash, 16)
}

func invented(n int) store.Member {
	return store.Member{ID: memberOf(n), Given: inventedName(n), Family: inventedName(n * 7), Office: officeID, Phone: fmt.Sprintf("+1 555 %03d-%04d", n/10000, n%10000)}
}

func (l *laptop) edit(write func(*store.Tx) error) error {
	_, err := l.store.Edit(write)
	return err
}

func (l *laptop) round() (sync.Report, error) { return l.engine.Round(context.Background()) }
