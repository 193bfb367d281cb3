package main

import (
	"fmt"
	"iter"
	"time"

	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

const (
	foreignChanges = 10_000
	fieldsChanged  = 4 // of each member
)

// measureMerge brings 10,000 changes of another laptop into the home of many members while somebody reads in it.
func (b *bench) measureMerge() error {
	c, err := b.openCrowd()
	if err != nil {
		return err
	}
	defer c.close()
	if err := c.grow(0); err != nil {
		return err
	}
	if _, err := c.me.store.EditEach(many(b.members, invented)); err != nil {
		return err
	}
	sent, err := c.measure()
	if err != nil {
		return err
	}
	c.table.note(fmt.Sprintf("publish %d members as deltas", b.members), "", fmt.Sprintf("%s, %.1f MB of body, %d changes, %s", asked(sent.Reading), float64(sent.BodyOut)/1e6, sent.report.Pushed.Changes, short(sent.took)))
	start := time.Now()
	if _, err := c.founder.round(); err != nil {
		return err
	}
	c.table.note("  take them in", "", short(time.Since(start)))
	nextSecond()
	if _, err := c.founder.store.EditEach(many(foreignChanges/fieldsChanged, changed)); err != nil {
		return err
	}
	if _, err := c.founder.round(); err != nil {
		return err
	}
	c.me.store.WaitDirectory()
	quiet := newReader(c.me.store, b.members)
	time.Sleep(time.Second)
	before := quiet.stop()
	busy := newReader(c.me.store, b.members)
	m, err := c.measure()
	during := busy.stop()
	if err != nil {
		return err
	}
	what := fmt.Sprintf("merge of %d foreign changes in a home of %d members", foreignChanges, b.members)
	c.table.row(what, "0.5 s", fmt.Sprintf("%s (%s, %d KB, %d changes)", short(m.took), asked(m.Reading), m.BodyIn/1024, m.report.Pulled.Changes),
		m.took <= 500*time.Millisecond && m.report.Pulled.Changes == foreignChanges)
	c.table.row("  who searches and opens a member meanwhile waits", "50 ms", fmt.Sprintf("worst %s, p99 %s of %d (without a merge: worst %s, p99 %s)",
		short(at(100, during)), short(at(99, during)), len(during), short(at(100, before)), short(at(99, before))), at(100, during) <= 50*time.Millisecond)
	return nil
}

func many(count int, of func(n int) store.Member) iter.Seq[func(*store.Tx) error] {
	return func(yield func(func(*store.Tx) error) bool) {
		for n := range count {
			if !yield(func(t *store.Tx) error {
				_, err := t.Put(of(n))
				return err
			}) {
				return
			}
		}
	}
}

// changed is an invented member of which others have changed as many fields as fieldsChanged says.
func changed(n int) store.Member {
	m := invented(n)
	m.Given, m.Family, m.Phone, m.Title = inventedName(n+40_000), inventedName(n*7+50_000), fmt.Sprintf("+1 555 %03d-%04d", 999-n/10000, n%10000), "Mairesse"
	return m
}

// reader is somebody at the window: types into the search, opens a member, again and again.
type reader struct {
	quit  chan struct{}
	times chan []time.Duration
}

func newReader(s *store.Store, members int) *reader {
	r := &reader{quit: make(chan struct{}), times: make(chan []time.Duration, 1)}
	started := make(chan struct{})
	go func() {
		var times []time.Duration
		for n := 0; ; n++ {
			select {
			case <-r.quit:
				r.times <- times
				return
			default:
			}
			start := time.Now()
			if d, ready := s.Directory(); ready {
				d.Members(directory.Query{Text: inventedName(n * 13)[:3], Lang: "fr"})
			}
			_, _ = store.Get[store.Member](s, memberOf(n*7919%members))
			times = append(times, time.Since(start))
			if n == 0 {
				close(started)
			}
			time.Sleep(2 * time.Millisecond)
		}
	}()
	<-started
	return r
}

func (r *reader) stop() []time.Duration {
	close(r.quit)
	return <-r.times
}
