package store

import "sync"

// turns is the lock of the one writer. Whoever asks first has it first, so that a person's edit waits for one frame of
// a merge and never for the rest of it.
type turns struct {
	mu    sync.Mutex
	taken bool
	queue []chan struct{} // of those who wait; closed when their turn has come
}

// Lock waits for its turn.
func (t *turns) Lock() {
	t.mu.Lock()
	if !t.taken {
		t.taken = true
		t.mu.Unlock()
		return
	}
	mine := make(chan struct{})
	t.queue = append(t.queue, mine)
	t.mu.Unlock()
	<-mine
}

// TryLock takes the lock where nobody has it.
func (t *turns) TryLock() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	free := !t.taken
	t.taken = true
	return free
}

// Unlock lets the next one in.
func (t *turns) Unlock() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.queue) == 0 {
		t.taken = false
		return
	}
	close(t.queue[0])
	t.queue = t.queue[1:]
}

// giveWay lets those in who wait already, and goes on after them.
func (t *turns) giveWay() {
	t.Unlock()
	t.Lock()
}
