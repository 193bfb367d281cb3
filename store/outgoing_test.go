package store

import (
	"fmt"
	"slices"
	"testing"
)

// waiting gives the first sequences of what is to go out.
func waiting(t *testing.T, s *Store) (list []uint64) {
	t.Helper()
	for e, err := range s.Unpublished(0) {
		list = append(list, must(t, e, err).First)
	}
	return list
}

func TestWhatWaitsIsFoundHoweverMuchWasPublishedBefore(t *testing.T) {
	s := laptop(t, t.TempDir(), "laptop")
	n := 0
	load := func(count int) { // one row for all of them
		t.Helper()
		if _, err := s.EditEach(func(yield func(func(*Tx) error) bool) {
			for range count {
				n++
				m := Member{ID: fmt.Sprintf("mem_%d", n), Given: "Ann"}
				if !yield(func(tx *Tx) error { _, err := tx.Put(m); return err }) {
					return
				}
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	load(10)
	load(10)
	put(t, s, Member{ID: "mem_one", Given: "Zoé"})
	all := waiting(t, s)
	if len(all) != 21 {
		t.Fatal(all)
	}
	for _, published := range []int{3, 5, 10, 14, 20} { // in the middle of a row, and at its end
		if err := s.MarkPublished(all[published]-1, nil); err != nil {
			t.Fatal(err)
		}
		if got := waiting(t, s); !slices.Equal(got, all[published:]) {
			t.Errorf("after %d were published %v wait", published, got)
		}
		s.write.Lock()
		err := s.rebuildView(errShort)
		s.write.Unlock()
		if got := waiting(t, s); err != nil || !slices.Equal(got, all[published:]) {
			t.Errorf("in a view that was rebuilt after %d %v wait: %v", published, got, err)
		}
	}
	put(t, s, Member{ID: "mem_two", Given: "Zoé"})
	if got := waiting(t, s); len(got) != 2 || got[0] != all[20] {
		t.Errorf("%v wait", got)
	}
	if err := s.MarkPublished(all[20]+1_000, nil); err != nil { // beyond what there is
		t.Fatal(err)
	}
	put(t, s, Member{ID: "mem_three", Given: "Zoé"})
	if got := waiting(t, s); len(got) != 1 {
		t.Errorf("%v wait", got)
	}
}
