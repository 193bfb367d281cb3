package store

import (
	"errors"
	"iter"
)

// groupEdits is how many edits of a bulk load share one journal frame and one sync to disk.
const groupEdits = 1000

// crammedEdits in one load leave Badger with tables to merge for a second or two.
const crammedEdits = 5000

// EditEach is Edit for a bulk load: one edit for each step of the sequence, one sync to disk for many.
// Steps see each other's writes through their Tx; readers of the store see them some thousands later.
// It stops at the first error; what came before is kept, and count says how many steps that was.
func (s *Store) EditEach(steps iter.Seq[func(*Tx) error]) (count int, err error) {
	s.write.Lock()
	defer s.write.Unlock()
	g := group{s: s}
	for write := range steps {
		if err = g.add(write); err != nil {
			break
		}
	}
	count, err = g.finish(err)
	s.crammed = s.crammed || count > crammedEdits
	return count, s.healed(err)
}

// group gathers the edits of a bulk load and commits them by the thousand, one batch on its way to the disk
// while the next is filled.
type group struct {
	s      *Store
	b      *batch
	edits  []Edit
	taken  int // steps in the open batch
	size   int // bytes of values in the open batch, roughly
	done   int // steps that are durable
	flying chan error
	flown  int // steps in the batch on its way
}

func (g *group) add(write func(*Tx) error) (err error) {
	if g.b == nil {
		if g.b, err = g.s.beginEdit(); err != nil {
			return err
		}
		g.b.unheardOf = g.s.unheardOf
	}
	edit, _, err := g.s.step(g.b, write)
	if err != nil {
		if !errors.As(err, new(callbackError)) { // the batch holds half an edit
			g.drop()
		}
		return err
	}
	g.taken++
	if len(edit.Changes) > 0 {
		g.edits = append(g.edits, edit)
	}
	for i := range edit.Changes {
		g.size += len(edit.Changes[i].Value) + 64
	}
	if g.taken >= groupEdits || g.size > txnBytes {
		return g.launch()
	}
	return nil
}

// launch sends the open batch on its way, after the one before has arrived, and opens another on top of it.
func (g *group) launch() error {
	if err := g.land(); err != nil || g.b == nil {
		g.drop()
		return err
	}
	if len(g.edits) == 0 {
		g.done += g.taken
		g.taken = 0
		return nil
	}
	b, f := g.b, &frame{own: true, edits: g.edits}
	next, err := g.s.begin()
	if err != nil {
		return err
	}
	b.under = nil // it has arrived, and next sees it in the view
	next.meta, next.under, next.unheardOf = b.meta.clone(), b, g.s.unheardOf
	g.flying, g.flown = make(chan error, 1), g.taken
	go func(flying chan<- error) {
		defer b.discard()
		flying <- g.s.commit(b, f)
	}(g.flying)
	g.b, g.edits, g.taken, g.size = next, nil, 0, 0
	return nil
}

// land waits for the batch on its way.
func (g *group) land() error {
	if g.flying == nil {
		return nil
	}
	err := <-g.flying
	g.flying = nil
	if err == nil {
		g.done += g.flown
	}
	return err
}

func (g *group) drop() {
	if g.b != nil {
		g.b.discard()
	}
	g.b, g.edits, g.taken, g.size = nil, nil, 0, 0
}

// finish keeps what came before an error.
func (g *group) finish(err error) (int, error) {
	defer g.drop()
	for _, step := range []func() error{g.launch, g.land} {
		if stepErr := step(); err == nil {
			err = stepErr
		}
	}
	return g.done, plain(err)
}
