package store

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// waiting blocks until so many wait for their turn.
func (t *turns) waiting(n int) {
	for {
		t.mu.Lock()
		queued := len(t.queue)
		t.mu.Unlock()
		if queued >= n {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func TestTheWritersComeInTheOrderInWhichTheyAsked(t *testing.T) {
	var lock turns
	var order []int
	var all sync.WaitGroup
	lock.Lock()
	for n := range 5 {
		all.Go(func() {
			lock.Lock()
			defer lock.Unlock()
			order = append(order, n)
		})
		lock.waiting(n + 1)
	}
	lock.Unlock()
	all.Wait()
	if !slices.IsSorted(order) {
		t.Error(order)
	}
	if !lock.TryLock() || lock.TryLock() {
		t.Error("it is not free again, or twice")
	}
}

func TestAnEditComesBetweenTheFramesOfAMerge(t *testing.T) {
	var s *Store
	var once sync.Once
	edited := make(chan int, 1) // how much of the merge was there when the edit was made
	var begun atomic.Bool
	s = ok(Open(memoryDir(t), Options{Key: testKey, Device: "dev_a", Now: func() time.Time {
		if begun.Load() { // the first frame of the merge has begun, and holds the lock
			once.Do(func() {
				go func() {
					_, err := s.Edit(func(tx *Tx) error {
						edited <- int(tx.b.meta.frontier["dev_b"])
						_, err := tx.Put(Member{ID: "mem_own", Family: "Roy"})
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}()
				s.write.waiting(1)
			})
		}
		return time.Now()
	}}))(t)
	defer closed(t, s)
	const changes = 3 * frameChanges
	edits := make([]Edit, changes)
	for i := range edits {
		edits[i] = foreign("dev_b", uint64(i+1), "", "Mairesse")
		edits[i].Changes[0].Record = fmt.Sprintf("mem_%d", i)
	}
	begun.Store(true)
	if n, err := s.Apply(edits, nil); err != nil || n != changes {
		t.Fatal(n, err)
	}
	if there := <-edited; there > 2*frameChanges {
		t.Errorf("the edit waited for %d foreign changes of %d", there, changes)
	}
}
