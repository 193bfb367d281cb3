package desktop

import (
	"sync"
	"time"
)

// slow keeps the answer to a question that takes long on a large home. It gives the fresh answer when that
// comes within a short wait, else the last one, and tells when the fresh one is there.
type slow[T any] struct {
	mu      sync.Mutex
	version uint64 // of the store that value is of
	known   bool
	busy    bool
	value   T
}

func (s *slow[T]) get(version uint64, wait time.Duration, work func() T, late func()) T {
	s.mu.Lock()
	if s.busy || s.known && s.version == version {
		defer s.mu.Unlock()
		return s.value
	}
	s.busy = true
	s.mu.Unlock()
	done, waited := make(chan struct{}), make(chan bool, 1)
	go func() {
		value := work()
		s.mu.Lock()
		s.value, s.version, s.known, s.busy = value, version, true, false
		s.mu.Unlock()
		close(done)
		if !<-waited {
			late()
		}
	}()
	select {
	case <-done:
		waited <- true
	case <-time.After(wait):
		waited <- false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.value
}
