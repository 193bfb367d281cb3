package door

import (
	"fmt"
	"testing"

	"example.org/carnet/app/door/attendance"
	"example.org/carnet/store"
)

// BenchmarkScansOfAnotherDoor is what three scans that another laptop noted cost at a door of 5,000 people, by how many there were before.
func BenchmarkScansOfAnotherDoor(b *testing.B) {
	for _, before := range []int{0, 10_000, 30_000} {
		f, pass := crowdedForum(b, before)
		if _, err := f.Tally(f.meeting.ID); err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("followed after %d", before), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				pass(3)
				b.StartTimer()
				if _, err := f.Tally(f.meeting.ID); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("read anew after %d", before), func(b *testing.B) {
			for b.Loop() {
				if _, err := New(f.Deps).Tally(f.meeting.ID); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// crowdedForum has this many scans already; pass brings more as they come from elsewhere.
func crowdedForum(b *testing.B, before int) (f *forum, pass func(n int)) {
	f = newForum(b)
	n := 0
	one := func(tx *store.Tx) error {
		fact := store.ScanFact{Meeting: f.meeting.ID, Member: fmt.Sprintf("mem_%d", n%5000), Kind: []string{attendance.In, attendance.Out}[n/5000%2],
			At: f.now.UnixMilli() + int64(n)*16, Station: []string{"A", "B", "C"}[n%3], Nonce: fmt.Sprint("pass ", n)}
		n++
		_, err := tx.Put(store.Scan{ID: store.ScanID(fact), Fact: fact})
		return err
	}
	if _, err := f.Store.EditEach(func(yield func(func(*store.Tx) error) bool) {
		for n < before && yield(one) {
		}
	}); err != nil {
		b.Fatal(err)
	}
	return f, func(more int) {
		if _, err := f.Store.Edit(func(tx *store.Tx) error {
			for range more {
				if err := one(tx); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}
