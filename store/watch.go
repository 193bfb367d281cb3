package store

import "sync"

// watchers tell others that something changed, without ever making a writer wait.
type watchers struct {
	mu   sync.Mutex
	next int
	all  map[int]*watcher
}

type watcher struct {
	poke chan struct{} // holds at most one: many changes are one call
	quit chan struct{}
	once sync.Once
}

// Watch calls changed after every edit or apply, from its own goroutine, coalesced. stop ends it.
func (s *Store) Watch(changed func(version uint64)) (stop func()) {
	w := &watcher{poke: make(chan struct{}, 1), quit: make(chan struct{})}
	s.watch.mu.Lock()
	id := s.watch.next
	s.watch.next++
	if s.watch.all == nil {
		s.watch.all = map[int]*watcher{}
	}
	s.watch.all[id] = w
	s.watch.mu.Unlock()
	go func() {
		for {
			select {
			case <-w.quit:
				return
			case <-w.poke:
				changed(s.Version())
			}
		}
	}()
	return func() {
		s.watch.mu.Lock()
		delete(s.watch.all, id)
		s.watch.mu.Unlock()
		w.once.Do(func() { close(w.quit) })
	}
}

func (w *watchers) pokeAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.all {
		select {
		case one.poke <- struct{}{}:
		default:
		}
	}
}

func (w *watchers) stopAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, one := range w.all {
		delete(w.all, id)
		one.once.Do(func() { close(one.quit) })
	}
}

// announce tells lists and watchers what a batch changed.
func (s *Store) announce(b *batch) {
	if len(b.dirty) == 0 {
		return
	}
	s.updateLists(b)
	s.arrivals.take(b)
	s.watch.pokeAll()
}
