package door

import (
	"fmt"
	"testing"

	"example.org/carnet/store"
)

func BenchmarkUnprintedAmongFiveThousand(b *testing.B) {
	f := newForum(b)
	var ids []string
	if _, err := f.Store.Edit(func(tx *store.Tx) error {
		for i := range 5000 {
			m := store.Member{ID: store.DerivedID(store.KindMember, fmt.Sprint(i)), Given: "Ann", Family: "Roy"}
			ids = append(ids, m.ID)
			if _, err := tx.Put(m); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	f.Coming = func(store.Meeting) ([]string, error) { return append([]string{}, ids...), nil }
	if err := f.BadgesPrinted(f.meeting, "laptop", ids); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		if _, err := f.Unprinted(f.meeting); err != nil {
			b.Fatal(err)
		}
	}
}
