package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.org/carnet/build/meter"
	"example.org/carnet/store"
	"example.org/carnet/sync/bucket"
)

// exchangeCommand measures what laptops and a server say to each other.
const exchangeCommand = "sync"

func (b *bench) exchangeParts() []part {
	return []part{{"rounds", b.measureRounds}, {"crowd", b.measureCrowd}, {"merge", b.measureMerge}, {"begin", b.measureBeginning}}
}

// inMemory is where hundreds of homes fit that nobody will miss.
func inMemory() string {
	dir := os.TempDir()
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		dir = "/dev/shm"
	}
	return filepath.Join(dir, "carnet-bench-sync")
}

func asked(r meter.Reading) string {
	var list []string
	for _, one := range []struct {
		count int
		verb  string
	}{{r.Put, "PUT"}, {r.List, "LIST"}, {r.Get, "GET"}, {r.Head, "HEAD"}, {r.Delete, "DELETE"}} {
		if one.count > 0 {
			list = append(list, fmt.Sprintf("%d %s", one.count, one.verb))
		}
	}
	return strings.Join(list, " ")
}

const crowdMembers = 60

// seed gives the founder some members to change, and the measured laptop what the founder has.
func (c *crowd) seed() error {
	if err := c.founder.edit(func(t *store.Tx) error {
		for n := range crowdMembers {
			if _, err := t.Put(invented(n)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if _, err := c.founder.round(); err != nil {
		return err
	}
	return c.quiet()
}

// measureRounds measures what one laptop and another cost.
func (b *bench) measureRounds() error {
	c, err := b.openCrowd()
	if err != nil {
		return err
	}
	defer c.close()
	if err := c.grow(0); err != nil {
		return err
	}
	if err := c.seed(); err != nil {
		return err
	}
	for _, step := range []func() error{c.measureServer, func() error { return c.measureIdle("idle round, 2 laptops", true) }, c.measurePublish, c.measureReceive, c.measureTrips} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// measureServer is the server's own limit: the same requests without Carnet around them.
func (c *crowd) measureServer() error {
	plain, err := bucket.Open(c.remote)
	if err != nil {
		return err
	}
	defer func() { _ = plain.Close() }()
	var lists, puts, gets []time.Duration
	ctx, body := context.Background(), make([]byte, 500)
	for n := range 40 {
		for _, one := range []struct {
			times *[]time.Duration
			do    func() error
		}{
			{&lists, func() error { _, err := plain.List(ctx, "ruler/", "ruler/z"); return err }},
			{&puts, func() error { return plain.Put(ctx, fmt.Sprintf("ruler/%d", n), body) }},
			{&gets, func() error { _, err := plain.Get(ctx, fmt.Sprintf("ruler/%d", n), 1000); return err }},
		} {
			start := time.Now()
			if err := one.do(); err != nil {
				return err
			}
			*one.times = append(*one.times, time.Since(start))
		}
	}
	c.table.note("one request to this server, median", "", fmt.Sprintf("LIST %s, PUT of 500 bytes %s, GET %s", short(at(50, lists)), short(at(50, puts)), short(at(50, gets))))
	return nil
}

func (c *crowd) measureIdle(what string, strict bool) error {
	if err := c.aMinuteLater(); err != nil {
		return err
	}
	m, err := c.measure()
	if err != nil {
		return err
	}
	measured := fmt.Sprintf("%s, %d bytes (%d out, %d in)", asked(m.Reading), m.Bytes(), m.Out, m.In)
	if strict {
		c.table.row(what, "1 request, 1 KB each way", measured, m.Requests() == 1 && m.In <= 1024 && m.Out <= 1024)
	} else {
		c.table.note(what, "", measured)
	}
	return nil
}

func (c *crowd) measurePublish() error {
	for _, one := range []struct {
		what, atMost string
		most         int64
		edits        int
		write        func(n int) func(*store.Tx) error
	}{
		{"publish one field", "1 PUT, 700 bytes of body", 700, 1, func(int) func(*store.Tx) error { return family(1, "Tremblay") }},
		{"publish one field of the office's own", "1 PUT, 700 bytes of body", 700, 1, func(int) func(*store.Tx) error { return phone(1, "450 555-0101") }},
		{"publish 100 edits, half of them of the office's own", "1 PUT, 2.5 KB of body", 2560, 100, func(n int) func(*store.Tx) error {
			if n%2 == 0 {
				return family(n/2, "Tremblay-"+inventedName(n*31))
			}
			return phone(n/2, fmt.Sprintf("450 555-%04d", n))
		}},
	} {
		for n := range one.edits {
			if err := c.me.edit(one.write(n)); err != nil {
				return err
			}
		}
		m, err := c.measure()
		if err != nil {
			return err
		}
		c.table.row(one.what, one.atMost, fmt.Sprintf("%s, body %d bytes, %d bytes out in all, %d in", asked(m.Reading), m.BodyOut, m.Out, m.In),
			m.Put == 1 && m.List <= 1 && m.Get == 0 && m.BodyOut <= one.most)
	}
	return nil
}

func (c *crowd) measureReceive() error {
	if _, err := c.founder.round(); err != nil {
		return err
	}
	if err := c.quiet(); err != nil {
		return err
	}
	nextSecond()
	if err := c.founder.edit(phone(2, "514 555-0199")); err != nil {
		return err
	}
	if _, err := c.founder.round(); err != nil {
		return err
	}
	m, err := c.measure()
	if err != nil {
		return err
	}
	c.table.row("receive one field from one laptop", "1 LIST + 1 GET", fmt.Sprintf("%s, %d bytes out, %d in", asked(m.Reading), m.Out, m.In),
		m.List == 1 && m.Get == 1 && m.Requests() == 2 && m.report.Pulled.Changes == 1)
	return nil
}

const (
	distant  = 50 * time.Millisecond
	tripRuns = 7
)

// measureTrips counts in network round trips how much longer a round takes at a distance.
func (c *crowd) measureTrips() error {
	publish := func(n int) error { return c.me.edit(family(3, fmt.Sprintf("Gagnon %d", n))) }
	receive := func(n int) error {
		nextSecond()
		if err := c.founder.edit(family(4, fmt.Sprintf("Roy %d", n))); err != nil {
			return err
		}
		_, err := c.founder.round()
		return err
	}
	for _, one := range []struct {
		what  string
		most  float64
		fresh bool
		write func(int) error
	}{
		{"round trips of 50 ms to publish, connection open", 1.2, false, publish},
		{"round trips of 50 ms to receive, connection open", 2.3, false, receive},
		{"  the same to publish on a new connection, which adds one of its own", 0, true, publish},
		{"  the same to receive on a new connection", 0, true, receive},
	} {
		near, err := c.trips(0, one.fresh, one.write)
		if err != nil {
			return err
		}
		far, err := c.trips(distant, one.fresh, one.write)
		if err != nil {
			return err
		}
		c.meter.SetLatency(0)
		count := float64(far-near) / float64(distant)
		measured := fmt.Sprintf("%.2f (median of %d: %s near, %s far)", count, tripRuns, short(near), short(far))
		if one.most == 0 {
			c.table.note(one.what, "", measured)
		} else {
			c.table.row(one.what, fmt.Sprintf("%.1f", one.most), measured, count <= one.most)
		}
	}
	return nil
}

// trips gives the median time of a round at a distance.
func (c *crowd) trips(away time.Duration, fresh bool, write func(int) error) (time.Duration, error) {
	c.meter.SetLatency(away)
	var times []time.Duration
	for n := range tripRuns {
		if err := write(n); err != nil {
			return 0, err
		}
		if fresh {
			_ = c.me.bucket.Close() // it keeps no connection open, and may be asked on
		}
		m, err := c.measure()
		if err != nil {
			return 0, err
		}
		if m.report.Pulled.Changes+m.report.Pushed.Changes != 1 {
			return 0, fmt.Errorf("a round moved %d changes in and %d out instead of one", m.report.Pulled.Changes, m.report.Pushed.Changes)
		}
		times = append(times, m.took)
	}
	return at(50, times), nil
}

// measureCrowd measures what many laptops cost.
func (b *bench) measureCrowd() error {
	c, err := b.openCrowd()
	if err != nil {
		return err
	}
	defer c.close()
	if err := c.grow(0); err != nil {
		return err
	}
	if err := c.seed(); err != nil {
		return err
	}
	for _, others := range []int{50, b.laptops - 2} {
		if others <= len(c.others) && others != 50 {
			break
		}
		if err := c.grow(others); err != nil {
			return err
		}
		if err := c.measureIdle(fmt.Sprintf("idle round, %d laptops", others+2), true); err != nil {
			return err
		}
		if err := c.measureMany(others); err != nil {
			return err
		}
	}
	return nil
}

// measureMany lets each of the others change one field.
func (c *crowd) measureMany(others int) error {
	nextSecond()
	for n, l := range c.others {
		if err := l.edit(family(n%crowdMembers, fmt.Sprintf("Côté %d %d", others, n))); err != nil {
			return err
		}
		if _, err := l.round(); err != nil {
			return err
		}
	}
	c.meter.SetLatency(distant)
	m, err := c.measure()
	c.meter.SetLatency(0)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("receive from %d laptops that each changed one field", others)
	measured := fmt.Sprintf("%s, %d in flight, %d new connections, %s at 50 ms latency, %d bytes in, objects %d on average", asked(m.Reading), m.Peak, m.Connections, short(m.took), m.In, m.BodyIn/int64(max(m.Get, 1)))
	c.table.row(what, fmt.Sprintf("1 LIST + %d GET, 16 in flight", others), measured, m.List == 1 && m.Get == others && m.Requests() == others+1 && m.Peak == 16)
	if err := c.me.edit(family(5, fmt.Sprintf("Bouchard %d", others))); err != nil {
		return err
	}
	if m, err = c.measure(); err != nil {
		return err
	}
	c.table.row("  publish one field after that, with a word on what was seen of each", "1 PUT, 700 bytes of body", fmt.Sprintf("%s, body %d bytes", asked(m.Reading), m.BodyOut), m.Put == 1 && m.BodyOut <= 700)
	if err := c.quiet(); err != nil {
		return err
	}
	// What was named is listed once more when it has had time to appear late. However long all this took, that comes here and not into what is idle.
	c.skew += 20 * time.Minute
	if err := c.measureIdle("  the one round that lists again what was named in the last quarter of an hour", false); err != nil {
		return err
	}
	return c.measureIdle("  idle round after that", true)
}
