package desktop

import (
	"sync"
	"time"
)

// A question that took longer than quickQuestion rests afterwards for restShare times as long as it took, however often
// something changes: a laptop whose phones note somebody every second has other work than to count all of it each time.
const (
	quickQuestion = 25 * time.Millisecond
	restShare     = 9
)

// slow keeps the answer to a question that takes long on a large home. It gives the fresh answer when that
// comes within a short wait, else the last one, and tells when the fresh one is there or may be asked for.
type slow[T any] struct {
	mu      sync.Mutex
	version uint64 // of the store that value is of
	known   bool
	busy    bool
	rests   bool // what changed meanwhile is looked at when the rest is over
	until   time.Time
	value   T
}

func (s *slow[T]) get(version uint64, wait time.Duration, work func() T, late func()) T {
	s.mu.Lock()
	if s.busy || s.known && s.version == version || s.resting(late) {
		defer s.mu.Unlock()
		return s.value
	}
	s.busy = true
	s.mu.Unlock()
	done, waited := make(chan struct{}), make(chan bool, 1)
	go func() {
		s.keep(version, work)
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

func (s *slow[T]) keep(version uint64, work func() T) {
	began := time.Now()
	value := work()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.value, s.version, s.known, s.busy = value, version, true, false
	if took := time.Since(began); took > quickQuestion {
		s.until = time.Now().Add(restShare * took)
	}
}

// resting tells whether it is too soon to ask again, and has late called once when it no longer is. The caller holds the lock.
func (s *slow[T]) resting(late func()) bool {
	left := time.Until(s.until)
	if left <= 0 {
		return false
	}
	if !s.rests {
		s.rests = true
		time.AfterFunc(left, func() {
			s.mu.Lock()
			s.rests = false
			s.mu.Unlock()
			late()
		})
	}
	return true
}
